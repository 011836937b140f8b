// A Worker as `npm run dev` has it: in workerd, with what its own wrangler.jsonc binds to it.

import assert from "node:assert/strict";
import { rmSync } from "node:fs";

const OPTIONS = "--ip 127.0.0.1 --port 0 --inspector-port 0 --show-interactive-dev-session=false";

/** Starts it with nothing remembered. `first` is a script that has to run before. */
export async function dev(t, example, { first } = {}) {
  example.keepSecret();
  rmSync(example.file(".wrangler"), { recursive: true, force: true });
  if (first) await example.run(t, first);
  const server = await example.serve(t, "dev", { options: OPTIONS });
  assert.equal(server.count("WARNING"), 0, server.all());
  return server;
}
