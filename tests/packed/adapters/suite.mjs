// Tests for every adapter. `mount(options)` serves the adapter in its framework, and returns
// `{ send({ method, headers, body, framing }) -> { status, headers, body }, close() }`. The framing of a body is
// `length` or `chunks`; an `endless` body never ends; of an `announced` body, only the length is sent.

import { background } from "./suite/background.mjs";
import { deliveries } from "./suite/deliveries.mjs";
import { failures } from "./suite/failures.mjs";
import { toolsOf } from "./suite/kit.mjs";
import { options } from "./suite/options.mjs";
import { reports } from "./suite/reports.mjs";
import { secrets } from "./suite/secrets.mjs";
import { stores } from "./suite/stores.mjs";

/**
 * @param adapter.page documents the adapter
 * @param adapter.hasBackground whether the platform goes on after the answer
 * @param adapter.canStream whether a body comes in parts
 * @param adapter.refuseMany of `http.mjs`, where all requests share one session of HTTP/2
 */
export function adapterSuite(name, adapter) {
  const given = { hasBackground: true, canStream: true, ...adapter, name };
  const tools = { ...given, ...toolsOf(name, given) };
  for (const part of [deliveries, failures, reports, secrets, options, stores, background]) part(tools);
}
