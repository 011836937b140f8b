// Runs tests one after the other in runtimes without node:test, and returns their results.

/** Returns the results of the tests that `register(test)` registers: [{ name, error? }]. */
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
