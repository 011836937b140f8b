// What every example does with its deliveries.

import assert from "node:assert/strict";
import { SECRET, delivery, forgery, mail, unsigned } from "./deliveries.mjs";

/** `prints` says what the example prints of a mail that it handles. */
export async function checkEndpoint(server, { prints = ({ printed }) => printed } = {}) {
  const [first, forged, last] = ["First", "Forged", "Last"].map(mail);
  for (let attempts = 0; attempts < 2; attempts += 1) {
    await server.answers(200, delivery(first));
    await server.printed(prints(first));
  }
  await server.answers(401, forgery(forged));
  await server.answers(400, unsigned(forged));
  for (const code of ["signature_mismatch", "missing_header"]) await server.printed(code);
  // What comes last is handled when all else is.
  await server.answers(200, delivery(last));
  await server.printed(prints(last));
  assert.deepEqual([first, forged, last].map((mail) => server.count(prints(mail))), [1, 0, 1]);
  assert.equal(server.count(SECRET), 0, "the secret is in the log");
}
