// Prints the number of tests that pass, and the errors of those that fail.

const MOST = 20;
const LINES = 12;

export default async function* report(events) {
  let failed = 0;
  for await (const { type, data } of events) {
    if (type === "test:fail") {
      failed += 1;
      if (failed === MOST + 1) yield "  and more\n";
      if (failed > MOST) continue;
      const { cause, message } = data.details.error;
      const lines = `${cause?.stack ?? cause ?? message}`.split("\n").filter((line) => !line.includes("node:internal"));
      const told = lines.slice(0, LINES).concat(cause?.cause ? `because of ${cause.cause}` : []);
      yield `✖ ${data.name}\n  ${told.join("\n  ")}\n`;
    } else if (type === "test:stderr" || type === "test:stdout") {
      yield data.message;
    } else if (type === "test:diagnostic" && /^((tests|pass|fail) |(skipped|todo) [1-9])/.test(data.message)) {
      yield `# ${data.message}\n`;
    }
  }
}
