// The types of payloads that are accepted, and the error for all other types.

import { ok, refused, same } from "./assert.mjs";
import { EVENT, NOW, PAYLOAD, SECRET, encode, genuine } from "./kit.mjs";

export function payloads({ library, test, runtime }) {
  const bytes = encode(PAYLOAD);
  const framed = (offset) => {
    const larger = new ArrayBuffer(bytes.length + 20);
    new Uint8Array(larger).fill(0x21).set(bytes, offset);
    return larger;
  };
  const accepted = {
    "a string": () => PAYLOAD,
    "a Uint8Array": () => bytes,
    "an ArrayBuffer": () => bytes.slice().buffer,
    "a view at an odd offset of a larger buffer": () => new Uint8Array(framed(7), 7, bytes.length),
    "a DataView at an odd offset": () => new DataView(framed(3), 3, bytes.length),
    "a subclass of Uint8Array": () => new (class extends Uint8Array {})(bytes),
    "a resizable ArrayBuffer": () => {
      const buffer = new ArrayBuffer(bytes.length, { maxByteLength: 4096 });
      new Uint8Array(buffer).set(bytes);
      return buffer;
    },
  };
  if (typeof SharedArrayBuffer === "function") {
    const shared = new SharedArrayBuffer(bytes.length);
    new Uint8Array(shared).set(bytes);
    accepted["a SharedArrayBuffer"] = () => shared;
    accepted["a growable SharedArrayBuffer"] = () => {
      const growable = new SharedArrayBuffer(bytes.length, { maxByteLength: 4096 });
      new Uint8Array(growable).set(bytes);
      return growable;
    };
    accepted["a view of a SharedArrayBuffer"] = () => new Uint8Array(shared);
  }
  if (runtime.Buffer) {
    accepted["a Buffer"] = () => runtime.Buffer.from(PAYLOAD);
    // Small buffers share a pool, so that their offset is not 0.
    accepted["a part of a Buffer"] = () => runtime.Buffer.concat([runtime.Buffer.from("!!!"), bytes]).subarray(3);
  }
  if (runtime.realm) {
    accepted["a Uint8Array of another realm"] = () => new runtime.realm.Uint8Array(bytes);
    accepted["an ArrayBuffer of another realm"] = () => {
      const buffer = new runtime.realm.ArrayBuffer(bytes.length);
      new Uint8Array(buffer).set(bytes);
      return buffer;
    };
  }
  for (const [name, make] of Object.entries(accepted)) {
    test(`payload: ${name}`, () => {
      const { webhook, headers } = genuine(library);
      same(webhook.verify(make(), headers).secretIndex, 0, "secretIndex");
      same(webhook.receive(make(), headers).event.event_id, EVENT.event_id, "event_id");
      same(library.parse(make()), library.parse(PAYLOAD), "parse");
      same(webhook.sign(make(), { id: "msg_1" }), headers, "sign");
      same(library.verify(make(), headers, SECRET, { now: () => NOW }).id, "msg_1", "verify()");
    });
  }

  const raw = (payload) => ({
    "a parsed object": JSON.parse(payload),
    "an ArrayBuffer that was transferred": transferred(encode(payload).slice().buffer),
    "a view of an ArrayBuffer that was transferred": transferred(encode(payload).slice().buffer, Uint8Array),
    "an array": [1, 2, 3],
    "the bytes as an array": [...encode(payload)],
    "what JSON makes of a Buffer": { type: "Buffer", data: [...encode(payload)] },
    "a Promise": Promise.resolve(payload),
    null: null,
    undefined,
    "a number": 5,
    "a bigint": 5n,
    "a boolean": true,
    "a symbol": Symbol("payload"),
    "a function": () => payload,
    "a String object": new String(payload),
    "a Map": new Map(),
    "a Request": new Request("http://example.com/", { method: "POST", body: payload }),
    "a ReadableStream": new Response(payload).body,
    "a Blob": new Blob([payload]),
    "an object without prototype": Object.create(null),
  });
  for (const name of Object.keys(raw(PAYLOAD))) {
    test(`payload_not_raw: ${name}`, () => {
      const { webhook, headers } = genuine(library);
      const value = raw(PAYLOAD)[name];
      const calls = [
        () => webhook.verify(value, headers),
        () => webhook.receive(value, headers),
        () => webhook.sign(value),
        () => library.verify(value, headers, SECRET),
        () => library.parse(value),
      ];
      for (const call of calls) {
        const error = refused(library, "payload_not_raw", call);
        ok(/raw|arrayBuffer/.test(error.hint), "the hint says how to get the raw body");
        ok(!`${error.message}${error.hint}`.includes("jane@"), "the error tells the payload");
      }
    });
  }

  test("payload: a byte more, less or changed is refused", () => {
    const { webhook, headers } = genuine(library);
    for (const bent of [`${PAYLOAD} `, ` ${PAYLOAD}`, PAYLOAD.slice(0, -1), PAYLOAD.replace("Grüße", "Grusse"), "", `\uFEFF${PAYLOAD}`]) {
      refused(library, "signature_mismatch", () => webhook.verify(bent, headers));
    }
  });

  test("payload: 2 MB, and empty", () => {
    const large = JSON.stringify({ ...EVENT, filling: "é".repeat(1_000_000) });
    const { webhook, headers } = genuine(library, large);
    same(webhook.receive(large, headers).event.extra.filling.length, 1_000_000, "length");
    same(webhook.receive(encode(large), headers).event.event_type, EVENT.event_type, "event_type");
    const empty = genuine(library, "");
    same(empty.webhook.verify(new Uint8Array(0), empty.headers).id, "msg_1", "id");
    refused(library, "invalid_json", () => empty.webhook.receive("", empty.headers));
  });

  test("payload: bytes that are not UTF-8 are verified as they are", () => {
    const payload = new Uint8Array([0x7b, 0xff, 0xfe, 0x00, 0x7d]);
    const { webhook, headers } = genuine(library, payload);
    webhook.verify(payload, headers);
    refused(library, "signature_mismatch", () => webhook.verify(new TextDecoder().decode(payload), headers));
    refused(library, "invalid_json", () => webhook.receive(payload, headers));
  });
}

/** A request without a body and without a signature is a stranger's, not a mistake in the application. */
export function noBody({ library, test }) {
  test("payload: undefined, without a signature", () => {
    const { webhook } = genuine(library);
    for (const headers of [{}, { "svix-id": "msg_1" }, { host: "example.com" }]) {
      refused(library, "missing_header", () => webhook.receive(undefined, headers));
    }
    refused(library, "payload_not_raw", () => webhook.receive(undefined, { "svix-signature": "v1,x" }));
  });
}

/** Transfers a buffer, and returns what is left of it, or of a view of it. */
function transferred(buffer, View) {
  const left = View ? new View(buffer) : buffer;
  structuredClone(buffer, { transfer: [buffer] });
  return left;
}
