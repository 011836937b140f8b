// The one suite that every runtime runs against the packed package. Nothing here names a runtime:
// the library, the fixtures and the way to register a test come from the runner.

import { events } from "./events.mjs";
import { explain } from "./explain.mjs";
import { fixtureCases } from "./fixtures.mjs";
import { headers } from "./headers.mjs";
import { options } from "./options.mjs";
import { noBody, payloads } from "./payloads.mjs";
import { secrets } from "./secrets.mjs";
import { sign } from "./sign.mjs";
import { testing } from "./testing.mjs";

/**
 * @param library what `agentmail-webhooks` exports
 * @param fixtures the files of tests/fixtures: [{ file, cases }]
 * @param test registers a test, as node:test does: (name, function)
 * @param explaining what `agentmail-webhooks/explain` exports; not where the library is a copy of another kind
 * @param kit what `agentmail-webhooks/testing` exports; not where the library is a copy that it does not import
 * @param runtime what only some runtimes have: { Buffer?, realm? (other globals), inspect? }
 */
export function suite(library, fixtures, { test, kit, explaining, runtime = {} }) {
  for (const part of [fixtureCases, payloads, noBody, headers, sign, options, secrets, events, explain, testing]) {
    part({ library, kit, explaining, fixtures, test, runtime });
  }
}

/** The suite, or a short one of the same engine by another loader: it loads, verifies, refuses and parses. */
export function wholeOrShort(library, { whole, files }, options) {
  if (whole) return suite(library, files, options);
  for (const part of [fixtureCases, explain, testing]) part({ library, fixtures: files, ...options });
}
