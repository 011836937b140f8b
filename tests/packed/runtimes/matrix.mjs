// Prints the matrix of the runtimes that ran, from the rows that report.mjs wrote, and checks or writes the table in a
// page. Arguments: the file of the rows, the page, and the action: print, check or write.

import { readFileSync, writeFileSync } from "node:fs";

const [file, page, what] = process.argv.slice(2);
const rows = readFileSync(file, "utf8").trim().split("\n").map((line) => JSON.parse(line));

/** Runtimes whose version is left out: Chromium is the one that is installed, workerd has a version for each day. */
const UNVERSIONED = ["Chromium", "Cloudflare Workers"];

// Groups the rows of a runtime, and keeps the runtimes in the order in which they ran.
const first = new Map(rows.map(({ runtime }, index) => [runtime, index]).reverse());
const compare = (a = "", b = "") => a.localeCompare(b, "en", { numeric: true });
rows.sort((a, b) => first.get(a.runtime) - first.get(b.runtime) || compare(a.version, b.version) || compare(a.as, b.as));

function print() {
  const cells = rows.map(({ runtime, version, as, by, tests, failed }) => [
    `${runtime} ${version}`,
    [as, by].filter(Boolean).join(", ").replaceAll("`", ""),
    failed > 0 ? `${failed} of ${tests} failed` : `${tests} passed`,
  ]);
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column].length)));
  for (const [where, how, result] of cells) console.log(`  ${where.padEnd(widths[0])}  ${how.padEnd(widths[1])}  ${result}`);
}

/** Returns a table with a row for each runtime and its loaders. */
function table() {
  const found = new Map();
  for (const { runtime, version, as, by, whole } of rows) {
    const name = UNVERSIONED.includes(runtime) ? runtime : `${runtime} ${major(version)}`;
    const where = [name, as].filter(Boolean).join(", ");
    found.set(where, [...(found.get(where) ?? []), whole ? `**${major(by)}**` : major(by)]);
  }
  const lines = Array.from(found, ([where, how]) => `| ${where} | ${how.join(", ")} |`);
  return ["| works in | loaded by |", "|---|---|", ...lines, ""].join("\n");
}

/** Shortens versions, so that a patch makes no other row: 24.21.0 to 24, 0.28.2 to 0.28. */
function major(text) {
  return text.replace(/\b(0\.\d+|\d+)(\.\d+)+/g, "$1");
}

const TABLE = /(?<=<!-- works-in, .*-->\n).*(?=<!-- end of works-in -->)/s;
const text = readFileSync(page, "utf8");
const [committed] = text.match(TABLE) ?? [];

print();
if (what === "write") writeFileSync(page, text.replace(TABLE, table));
if (what === "check" && committed !== table()) {
  console.error(`The table in ${page} is not what ran. cargo xtask matrix writes it:\n\n${table()}`);
  process.exitCode = 1;
}
