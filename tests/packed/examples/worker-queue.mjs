import assert from "node:assert/strict";
import { test } from "node:test";
import { transformSync } from "esbuild";
import { memoryStore } from "agentmail-webhooks/stores/memory";
import { checkEndpoint } from "./endpoint.mjs";
import { project } from "./project.mjs";
import { dev } from "./wrangler.mjs";

const example = project("worker-queue");

test("examples: a Worker with a queue", async (t) => {
  const server = await dev(t, example);
  // The consumer prints it, not the webhook.
  await checkEndpoint(server, { prints: ({ id }) => `working on <${id}@mail.example> in inbox_1` });
});

test("examples: a job that failed runs again, one that is done or at work does not", async () => {
  const { code } = transformSync(example.text("src/once.ts"), { loader: "ts" });
  const { once } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const store = memoryStore();
  let runs = 0;
  const work = async () => {
    runs += 1;
    await assert.rejects(once(store, "job", async () => {}), /at work/);
    if (runs === 1) throw new Error("broken");
  };
  await assert.rejects(once(store, "job", work), /broken/);
  await once(store, "job", work);
  await once(store, "job", work);
  assert.equal(runs, 2);
});
