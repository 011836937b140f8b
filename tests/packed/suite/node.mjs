// Tests that apply only to Node, and to runtimes with Node's modules (Deno, Bun).

import { once } from "node:events";
import { createServer, request } from "node:http";
import { createRequire } from "node:module";
import { same, ok, refused } from "./assert.mjs";
import { PAYLOAD, SECRET } from "./kit.mjs";

export function nodeOnly(library, { test }) {
  test("node: import and require give one WebhookError", async () => {
    const required = createRequire(import.meta.url)("agentmail-webhooks");
    for (const name of ["WebhookError", "Webhook", "verify", "parse", "init"]) ok(library[name] === required[name], name);
    // An ES module can catch the error that a CommonJS dependency throws.
    refused(library, "invalid_json", () => required.parse("{"));
    for (const name of ["agentmail-webhooks", "agentmail-webhooks/inline"]) {
      same((await import(name)).parse, library.parse, name);
      same(createRequire(import.meta.url)(name).parse, library.parse, name);
    }
  });

  test("node: package.json can be read, other files cannot", async () => {
    const require = createRequire(import.meta.url);
    same(require("agentmail-webhooks/package.json").name, "agentmail-webhooks", "name");
    ok(require.resolve("agentmail-webhooks/agentmail_webhooks_bg.wasm"), "the module");
    try {
      require.resolve("agentmail-webhooks/webhook.js");
    } catch (error) {
      // The second is Bun's.
      return ok(["ERR_PACKAGE_PATH_NOT_EXPORTED", "MODULE_NOT_FOUND"].includes(error.code), error.code);
    }
    return ok(false, "webhook.js can be imported");
  });

  test("node: req.headers of a real request, repeats joined by Node", async () => {
    const webhook = new library.Webhook(SECRET);
    const headers = webhook.sign(PAYLOAD);
    const answer = async (sent) => {
      const server = createServer((request) => {
        const chunks = [];
        request.on("data", (chunk) => chunks.push(chunk));
        request.on("end", () => {
          const body = Buffer.concat(chunks);
          let code = "none";
          try {
            for (const each of [request.headers, request.headersDistinct]) webhook.receive(body, each);
          } catch (error) {
            code = error.code;
          }
          request.socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${code.length}\r\nConnection: close\r\n\r\n${code}`);
        });
      }).listen(0, "127.0.0.1");
      await once(server, "listening");
      const outgoing = request({ port: server.address().port, host: "127.0.0.1", method: "POST", headers: { ...sent, "content-length": Buffer.byteLength(PAYLOAD) }, agent: false });
      outgoing.end(PAYLOAD);
      const [incoming] = await once(outgoing, "response");
      let text = "";
      for await (const chunk of incoming) text += chunk;
      server.close();
      return text;
    };
    same(await answer(headers), "none", "as signed");
    const name = "svix-id";
    same(await answer({ ...headers, [name]: [headers[name], headers[name]] }), "none", "equal copies");
    same(await answer({ ...headers, [name]: [headers[name], "other"] }), "conflicting_headers", "copies that differ");
    same(await answer({ ...headers, "x-agentmail-unsigned": "1" }), "unsigned_delivery", "unsigned");
  });
}
