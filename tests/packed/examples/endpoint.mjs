// The check of every example.

import assert from "node:assert/strict";
import { SECRET, delivery, forgery, mail, unsigned } from "./deliveries.mjs";

/** Sends deliveries, and checks the answers and the log. `prints` returns the line for a mail that is handled. */
export async function checkEndpoint(server, { prints = ({ printed }) => printed } = {}) {
  const [first, forged, last] = ["First", "Forged", "Last"].map(mail);
  for (let attempts = 0; attempts < 2; attempts += 1) {
    await server.answers(200, delivery(first));
    await server.printed(prints(first));
  }
  await server.answers(401, forgery(forged));
  await server.answers(400, unsigned(forged));
  for (const code of ["signature_mismatch", "missing_header"]) await server.printed(code);
  // Once the last delivery has been handled, all others have been too.
  await server.answers(200, delivery(last));
  await server.printed(prints(last));
  assert.deepEqual([first, forged, last].map((mail) => server.count(prints(mail))), [1, 0, 1]);
  assert.equal(server.count(SECRET), 0, "the secret is in the log");
}
