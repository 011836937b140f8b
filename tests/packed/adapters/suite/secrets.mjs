// Secrets that are functions: asked for each delivery whose headers are in order.

import { ok, same } from "../../suite/assert.mjs";
import { OTHER_SECRET, SECRET } from "../../suite/kit.mjs";
import { PAYLOAD, spy } from "./kit.mjs";

export function secrets({ library, canStream, delivery, served, codes, answered }) {
  let current = SECRET;
  served("a secret that is a function is asked for each delivery", async ({ send, onError }) => {
    answered(await send(delivery()), 200);
    answered(await send(delivery(PAYLOAD, { secret: OTHER_SECRET })), 401);
    current = [OTHER_SECRET, SECRET];
    answered(await send(delivery(PAYLOAD, { secret: OTHER_SECRET })), 200);
    answered(await send(delivery()), 200);
    for (current of [undefined, "", "sk_live", [], {}]) answered(await send(delivery()), 500);
    same(codes(onError), ["signature_mismatch", ...Array(5).fill("invalid_secret")], "errors");
    current = SECRET;
    answered(await send(delivery()), 200);
  }, { secret: async () => current });

  let hidden = { get secret() { return SECRET; }, toJSON: () => "[redacted]" };
  served("a secret that hides itself is rotated too", async ({ send }) => {
    answered(await send(delivery()), 200);
    hidden = { get secret() { return OTHER_SECRET; }, toJSON: () => "[redacted]" };
    answered(await send(delivery()), 401);
    answered(await send(delivery(PAYLOAD, { secret: OTHER_SECRET })), 200);
  }, { secret: () => hidden });

  served("a secret is asked for with the request, and only if its headers are in order", async ({ send, secret, onError }) => {
    const { "svix-signature": _, ...unsigned } = delivery().headers;
    const framing = canStream ? "endless" : "length";
    const refusals = [
      [400, "missing_header", {}],
      [400, "missing_header", { "content-type": "application/json" }],
      [400, "missing_header", unsigned],
      [400, "invalid_header", { ...delivery().headers, "svix-timestamp": "yesterday" }],
      [401, "timestamp_too_old", delivery(PAYLOAD, { timestamp: 1_600_000_000 }).headers],
      [401, "unsigned_delivery", { "x-agentmail-unsigned": "1" }],
    ];
    for (const [status, code, headers] of refusals) {
      // A body that never ends is not waited for.
      answered(await send({ method: "POST", headers, body: PAYLOAD, framing }), status);
      same(onError.calls.at(-1)[0].code, code, "code");
    }
    same(secret.calls.length, 0, "calls");
    answered(await send({ ...delivery(), headers: { ...delivery().headers, "X-Tenant": "acme" } }), 200);
    const [environment, request] = secret.calls[0];
    ok(["object", "undefined"].includes(typeof environment), "an environment");
    same([request.method, request.headers.get("x-tenant"), request.headers.get("svix-id")], ["POST", "acme", "msg_1"], "request");
    same(new URL(request.url).protocol.startsWith("http"), true, request.url);
  }, () => ({ secret: spy(async () => SECRET) }));

  served("tenants", async ({ send, on }) => {
    const tenants = [SECRET, OTHER_SECRET];
    for (const [index, secret] of [...tenants, ...tenants].entries()) {
      const { headers, ...rest } = delivery(PAYLOAD, { secret });
      answered(await send({ ...rest, headers: { ...headers, "x-tenant": `${index % 2}` } }), 200);
      answered(await send({ ...rest, headers: { ...headers, "x-tenant": `${(index + 1) % 2}` } }), 401);
    }
    same(on.any.calls.length, 4, "calls");
  }, () => ({ secret: (_, { headers }) => [SECRET, OTHER_SECRET][headers.get("x-tenant")], on: { any: spy() } }));

  served("a function for the secret that throws is answered with 500", async ({ send, onError }) => {
    answered(await send(delivery()), 500);
    same(onError.calls.length, 1, "reports");
  }, { secret: () => { throw Object.assign(new Error("no vault"), { status: 403 }); } });

  served("a refusal that the function for the secret passes on is its failure", async ({ send, onOutcome }) => {
    for (let sends = 0; sends < 2; sends += 1) answered(await send(delivery()), 500);
    same(onOutcome.calls.map(([{ outcome, code }]) => [outcome, code]), [["failed", "invalid_json"], ["failed", "invalid_json"]], "outcomes");
  }, () => ({ onOutcome: spy(), secret: () => library.parse("{") }));
}
