// The one suite that every runtime runs against the packed package. Nothing here names a runtime:
// the library, the fixtures and the way to register a test come from the runner.

import { events } from "./suite/events.mjs";
import { explain } from "./suite/explain.mjs";
import { fixtureCases } from "./suite/fixtures.mjs";
import { headers } from "./suite/headers.mjs";
import { options } from "./suite/options.mjs";
import { noBody, payloads } from "./suite/payloads.mjs";
import { secrets } from "./suite/secrets.mjs";
import { sign } from "./suite/sign.mjs";
import { testing } from "./suite/testing.mjs";

/**
 * @param library what `agentmail-webhooks` exports
 * @param fixtures the files of tests/fixtures: [{ file, cases }]
 * @param test registers a test, as node:test does: (name, function)
 * @param kit what `agentmail-webhooks/testing` exports; not where the library is a copy that it does not import
 * @param runtime what only some runtimes have: { Buffer?, realm? (other globals), inspect? }
 */
export function suite(library, fixtures, { test, kit, runtime = {} }) {
  for (const part of [fixtureCases, payloads, noBody, headers, sign, options, secrets, events, explain, testing]) {
    part({ library, kit, fixtures, test, runtime });
  }
}
