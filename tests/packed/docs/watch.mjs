// docs/watch.md: the metrics, through the SDK of OpenTelemetry, and the outcomes that the page lists.

import assert from "node:assert/strict";
import { test } from "node:test";
import { metrics } from "@opentelemetry/api";
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { Webhook } from "agentmail-webhooks";
import { webhookHandler } from "agentmail-webhooks/fetch";
import { memoryStore } from "agentmail-webhooks/stores/memory";
import { claims, read } from "./blocks.mjs";
import { SECRET, genuine, payload, written } from "./kit.mjs";

const PAGE = "docs/watch.md";
const code = written("watch/metrics.mjs", claims(import.meta.url)(PAGE, "metrics.mjs"));

test(`${PAGE}: metrics.mjs counts what became of each request`, async (t) => {
  for (const method of ["error", "warn"]) t.mock.method(console, method, () => {});
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  metrics.setGlobalMeterProvider(provider);
  const { onOutcome } = await import(code);
  let fails = false;
  const handler = webhookHandler({
    secret: SECRET,
    store: memoryStore(),
    onOutcome,
    on: {
      "message.received": () => {
        if (fails) throw new Error("down");
      },
    },
  });
  const post = (headers, body) => handler(new Request("http://localhost/", { method: "POST", headers, body }), {}, {});
  const signed = (body, id) => [new Webhook(SECRET).sign(body, { id }), body];
  await post(genuine(), payload);
  await post(genuine(), payload);
  await post(genuine(), payload.replace("Grüße", "Grüsse"));
  await post(...signed('{"event_type":"message.sent","send":{"inbox_id":"i","thread_id":"t","message_id":"m"}}', "msg_2"));
  await post(...signed("{}", "msg_3"));
  fails = true;
  await post(genuine({ id: "msg_4" }), payload);
  await handler(new Request("http://localhost/"), {}, {});

  await reader.forceFlush();
  const found = new Map(exporter.getMetrics().at(-1).scopeMetrics[0].metrics.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints]));
  const counts = found.get("agentmail.webhook.requests").map(({ attributes, value }) => [attributes.outcome, attributes["http.response.status_code"], attributes["event.type"], attributes["error.type"], value]);
  assert.deepEqual(counts, [
    ["handled", 200, "message.received", undefined, 1],
    ["duplicate", 200, "message.received", undefined, 1],
    ["refused", 401, undefined, "signature_mismatch", 1],
    ["ignored", 200, "message.sent", undefined, 1],
    ["unreadable", 400, undefined, "invalid_event", 1],
    ["failed", 500, "message.received", undefined, 1],
    ["method_not_allowed", 405, undefined, undefined, 1],
  ]);
  const durations = found.get("agentmail.webhook.duration").map(({ value }) => value.sum);
  assert.equal(durations.length, counts.length);
  assert.ok(durations.every((seconds) => seconds >= 0 && seconds < 5), durations);
  await provider.shutdown();

  const [, declared] = read("pkg-templates/adapters.d.ts").match(/^export type Outcome =\n(.*?);\n/ms);
  const outcomes = Array.from(declared.matchAll(/"(\w+)"/g), ([, name]) => name);
  const rows = Array.from(read(PAGE).matchAll(/^\| `(\w+)` \| \d/gm), ([, name]) => name);
  assert.deepEqual(rows.sort(), outcomes.sort());
});
