// Where node:test is not, tests are run one after the other, and their results sent out.

/** Gives the results of what `register(test)` registers: [{ name, error? }]. */
export async function resultsOf(register) {
  const tests = [];
  register((name, run) => tests.push({ name, run }));
  const results = [];
  for (const { name, run } of tests) {
    try {
      await run();
      results.push({ name });
    } catch (error) {
      results.push({ name, error: `${error?.stack ?? error}` });
    }
  }
  return results;
}
