// Where the host hashes, it may hash every payload, however short: the answers are the same over the whole suite.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { fixtures } from "../lib/fixtures.mjs";
import { suite } from "../suite/suite.mjs";
import { ok } from "../suite/assert.mjs";
import { runtime } from "../suite/node-runtime.mjs";

// What `exports` does not show: the parts that node.cjs is made of.
const directory = dirname(createRequire(import.meta.url).resolve("agentmail-webhooks/package.json"));
const { load, ...library } = await import(pathToFileURL(join(directory, "sync.js")));

let hashed = 0;
load(readFileSync(join(directory, "agentmail_webhooks_bg.wasm")), {
  text: (memory, start, end, wide) => Buffer.from(memory.buffer, start, end - start).toString(wide ? "utf16le" : "latin1"),
  write: (memory, text, start) => Buffer.from(memory.buffer).write(text, start),
  // As in Node before 20.12.
  sha256: (data) => {
    hashed += 1;
    return createHash("sha256").update(data).digest();
  },
  from: 0,
});

suite(library, fixtures, { test: (name, run) => test(`host: ${name}`, run), runtime });

test("host: it was asked", () => ok(hashed > 500, `${hashed} times`));
