// The code of the README for runtimes other than Node, in them.

import { test } from "node:test";
import { claims } from "./blocks.mjs";
import { serve, written } from "./kit.mjs";
import { runtime } from "../lib/tools.mjs";

const file = written("readme/server.mjs", claims(import.meta.url)("README.md", "server.mjs"));
const deno = runtime("deno", "deno");
const bun = runtime("bun", "bin/bun");

// Without a port, Deno serves at 8000; Bun takes that of the environment, or 3000.
test("README: Deno", () => serve(file, { command: (path) => ["sh", "-c", '"$0" serve --allow-env --port "$PORT" "$1"', deno, path] }));

test("README: Bun", () => serve(file, { command: (path) => [bun, path] }));
