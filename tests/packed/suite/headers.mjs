// Headers as servers hand them over, and headers that were made to harm.

import { ok, refused, same } from "./assert.mjs";
import { NOW, SECRET, genuine } from "./kit.mjs";

export function headers({ library, test, runtime }) {
  const shapes = {
    Headers: (record) => new Headers(record),
    "the headers of a Request": (record) => new Request("http://example.com/", { headers: record }).headers,
    "a record in lower case": (record) => record,
    "a record in upper case": (record) => mapNames(record, (name) => name.toUpperCase()),
    "a record in mixed case": (record) => mapNames(record, (name) => name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())),
    "a record without prototype": (record) => Object.assign(Object.create(null), record),
    "a record with lists": (record) => Object.fromEntries(Object.entries(record).map(([name, value]) => [name, [value]])),
    "a record with equal copies": (record) => Object.fromEntries(Object.entries(record).map(([name, value]) => [name, [value, value]])),
    "a record with undefined and null": (record) => ({ host: undefined, cookie: null, "webhook-id": undefined, ...record }),
    "a frozen record": (record) => Object.freeze({ ...record }),
    "a Map": (record) => new Map(Object.entries(record)),
    "a Map in upper case": (record) => new Map(Object.entries(mapNames(record, (name) => name.toUpperCase()))),
    entries: (record) => Object.entries(record),
    "Headers.entries()": (record) => new Headers(record).entries(),
    "a generator": function* (record) {
      yield* Object.entries(record);
    },
    "an object with forEach and get": (record) => {
      const inner = new Headers(record);
      return { forEach: (callback) => inner.forEach(callback), get: (name) => inner.get(name) };
    },
    "more headers than anybody wants": (record) => [
      ...Array.from({ length: 5000 }, (_, index) => [`x-header-${index}`, "svix-id"]),
      ...Object.entries(record),
    ],
  };
  if (runtime.realm) {
    shapes["entries of another realm"] = (record) => runtime.realm.JSON.parse(JSON.stringify(Object.entries(record)));
    shapes["a record of another realm"] = (record) => runtime.realm.JSON.parse(JSON.stringify(record));
  }
  for (const [name, shape] of Object.entries(shapes)) {
    test(`headers: ${name}`, () => {
      for (const scheme of ["standard", "timestamped", "body"]) {
        const webhook = new library.Webhook({ secret: SECRET, scheme }, { now: () => NOW });
        const signed = webhook.sign("{}", { id: "msg_1" });
        same(webhook.verify("{}", shape(signed)).scheme, scheme, "scheme");
      }
    });
  }

  const nothing = {
    "an empty record": {},
    "empty Headers": new Headers(),
    "an empty list": [],
    undefined,
    null: null,
    "a string": "svix-id: msg_1",
    "a number": 5,
    "a boolean": true,
    "a symbol": Symbol("headers"),
    "a function": () => {},
    "a Promise": Promise.resolve({}),
    "a Date": new Date(),
    "entries that are none": [null, undefined, 5, "svix-id", [], [undefined], [null, "a"], {}, [Symbol("svix-id"), "a"]],
    "names that cannot be text": [[Object.create(null), "a"], [{ toString: () => ({}) }, "a"]],
    "unrelated headers": { host: "example.com", "content-type": "application/json", "svix": "a", "svix-id ": "a" },
    "only undefined and null": { "svix-id": undefined, "svix-signature": null },
    "empty lists": { "svix-id": [], "svix-timestamp": [], "svix-signature": [] },
  };
  for (const [name, value] of Object.entries(nothing)) {
    test(`headers: missing_header of ${name}`, () => {
      const { webhook, payload } = genuine(library);
      refused(library, "missing_header", () => webhook.verify(payload, value));
      refused(library, "missing_header", () => webhook.receive(payload, value));
    });
  }

  test("headers: missing_header, one of three", () => {
    const { webhook, payload, headers } = genuine(library);
    for (const name of Object.keys(headers)) {
      const { [name]: _, ...rest } = headers;
      const error = refused(library, "missing_header", () => webhook.verify(payload, rest));
      ok(error.message.includes(name), `${error.message} names ${name}`);
    }
  });

  test("headers: values that are no text are invalid_header", () => {
    const { webhook, payload, headers } = genuine(library);
    for (const value of [5, true, {}, Symbol("a"), () => "msg_1", [[]], [5], [{}], new Date(), new String("msg_1"), [undefined]]) {
      for (const name of Object.keys(headers)) {
        refused(library, "invalid_header", () => webhook.verify(payload, { ...headers, [name]: value }));
      }
    }
  });

  test("headers: copies that a server joined or listed", () => {
    const { webhook, payload, headers } = genuine(library);
    for (const name of Object.keys(headers)) {
      const twice = (value) => {
        const joined = new Headers(headers);
        joined.append(name, value);
        const listed = { ...headers, [name]: [headers[name], value] };
        const node = { ...headers, [name]: `${headers[name]}, ${value}` };
        return [joined, listed, node, [...Object.entries(headers), [name.toUpperCase(), value]]];
      };
      for (const copies of twice(headers[name])) webhook.verify(payload, copies);
      for (const copies of twice("v1,AAAA")) refused(library, "conflicting_headers", () => webhook.verify(payload, copies));
    }
    // Two names in another case are two copies.
    refused(library, "conflicting_headers", () => webhook.verify(payload, { ...headers, "Svix-Id": "msg_2" }));
  });

  test("headers: both sets of standard, equal and different", () => {
    const { webhook, payload, headers } = genuine(library);
    const twin = mapNames(headers, (name) => name.replace("svix", "webhook"));
    same(webhook.verify(payload, twin).id, "msg_1", "id");
    webhook.verify(payload, { ...headers, ...twin });
    refused(library, "conflicting_headers", () => webhook.verify(payload, { ...headers, ...twin, "webhook-id": "msg_2" }));
    refused(library, "missing_header", () => {
      const mixed = { "svix-id": headers["svix-id"], "webhook-timestamp": twin["webhook-timestamp"], "svix-signature": headers["svix-signature"] };
      webhook.verify(payload, mixed);
    });
  });

  test("headers: a line break in a value does not make another header", () => {
    const { webhook, payload, headers } = genuine(library);
    const { "svix-id": id, "svix-timestamp": timestamp, "svix-signature": signature } = headers;
    for (const end of ["\n", "\r\n", "\r", "\0", "\u2028", "\u0085", "\v", "\f"]) {
      const lines = [
        ["svix-timestamp", timestamp],
        ["svix-signature", signature],
      ];
      const injections = [...["\n", ": ", ":", end].map((between) => lines.map((line) => end + line.join(between)).join("")), end + lines.flat().join(end)];
      for (const injection of injections) {
        // The other headers are left out, come in another form, or are there.
        const attempts = [
          [["svix-id", id + injection]],
          [["host", injection.slice(end.length)], ["svix-id", id]],
          [["host", `example.com${injection}`], ["svix-id", id]],
          [[`host${injection}`, "a"], ["svix-id", id]],
          [[`svix-id${end}${id}${injection}`, ""]],
          [[`svix-id${end}${id}${injection}${end}host`, "a"]],
        ];
        for (const pairs of attempts) {
          for (const shape of [pairs, Object.fromEntries(pairs), new Map(pairs)]) {
            refused(library, "missing_header", () => webhook.verify(payload, shape));
          }
        }
      }
      for (const name of Object.keys(headers)) {
        for (const value of [headers[name] + end, end + headers[name], `${headers[name]}${end}x-agentmail-unsigned${end}1`]) {
          refused(library, "invalid_header", () => webhook.verify(payload, { ...headers, [name]: value }));
        }
      }
    }
    // A value that ends early must not move the lines behind it.
    refused(library, "invalid_header", () => webhook.verify(payload, { ...headers, "svix-id": `\n${id}` }));
    webhook.verify(payload, { ...headers, "x-other": "a\nx-agentmail-unsigned\n1" });
  });

  test("headers: unsigned_delivery and wrong_scheme", () => {
    const { webhook, payload, headers } = genuine(library);
    refused(library, "unsigned_delivery", () => webhook.verify(payload, { ...headers, "X-AgentMail-Unsigned": "1" }));
    const body = new library.Webhook({ secret: "another secret", scheme: "body" });
    refused(library, "wrong_scheme", () => webhook.verify(payload, body.sign(payload)));
    refused(library, "wrong_scheme", () => body.verify(payload, headers));
  });
}

function mapNames(record, change) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [change(name), value]));
}
