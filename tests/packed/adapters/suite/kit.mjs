// Shared by the parts of the suite: payloads, and the tools of each test.

import { same } from "../../suite/assert.mjs";
import { SECRET } from "../../suite/kit.mjs";

export const SENT = { inbox_id: "inbox_1", thread_id: "thread_1", message_id: "<1@mail.example>" };
export const PAYLOAD = JSON.stringify({ event_type: "message.sent", send: { ...SENT, note: "Grüße, 東京 🙂" } });
export const UNKNOWN = JSON.stringify({ event_type: "message.teleported", event_id: "evt_2" });

/** Records its calls. */
export function spy(action = () => {}) {
  const calls = [];
  const spied = (...values) => {
    calls.push(values);
    return action(...values);
  };
  return Object.assign(spied, { calls });
}

/** Returns what the console is given meanwhile, by `error` or `warn`. */
export async function logged(use, action = () => {}, level = "error") {
  const { [level]: write } = console;
  const told = spy((...values) => action(values));
  console[level] = told;
  try {
    await use();
  } finally {
    console[level] = write;
  }
  return told.calls;
}

/** The functions that the tests of one adapter use. */
export function toolsOf(name, { library, mount, test }) {
  const { Webhook } = library;

  /** A delivery as it is sent. */
  function delivery(payload = PAYLOAD, { secret = SECRET, id = "msg_1", timestamp } = {}) {
    const headers = new Webhook(secret).sign(payload, { id, ...(timestamp === undefined ? {} : { timestamp }) });
    return { method: "POST", headers: { "content-type": "application/json", ...headers }, body: payload };
  }

  /** Mounts the adapter for the time of a test. */
  function served(what, use, options = {}) {
    test(`${name}: ${what}`, async () => {
      const onError = spy();
      const settings = { secret: SECRET, onError, ...(typeof options === "function" ? options() : options) };
      const server = await mount(settings);
      try {
        await use({ ...server, onError: settings.onError, ...settings });
      } finally {
        await server.close();
      }
    });
  }

  const codes = (onError) => onError.calls.map(([error]) => error.code);

  /** The answer gives nothing away but its status. */
  function answered(answer, status) {
    same(answer.status, status, "status");
    same(answer.body, "", "body");
  }

  return { Webhook, delivery, served, codes, answered };
}
