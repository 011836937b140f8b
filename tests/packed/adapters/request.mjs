// Requests and answers of the Fetch API, for adapters that need no server.

export function asRequest({ method = "POST", path = "/", headers, body = "", framing = "length" }) {
  const bytes = new TextEncoder().encode(body);
  const sent = new Headers(headers);
  if (framing === "length" || framing === "announced") sent.set("content-length", `${bytes.length}`);
  const stream = () =>
    new ReadableStream({
      start(controller) {
        if (framing !== "announced") {
          for (let at = 0; at < bytes.length; at += 1000) controller.enqueue(bytes.slice(at, at + 1000));
        }
        if (framing === "chunks") controller.close();
      },
    });
  const hasBody = method !== "GET" && bytes.length > 0;
  const content = framing === "length" ? bytes : stream();
  return new Request(`http://example.com${path}`, { method, headers: sent, ...(hasBody && { body: content, duplex: "half" }) });
}

/** Returns the status, the headers and the body of a `Response`. */
export async function asAnswer(response) {
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}
