// Samples: any event, dialect, scheme and fault; and the code that sends them.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { Webhook } from "agentmail-webhooks";
import { EVENT_TYPES } from "agentmail-webhooks/testing";
import { copyOf } from "./controls.mjs";

const run = promisify(execFile);
const here = new URL(".", import.meta.url).pathname;

const optionsOf = (kit, selector) => kit.page.$$eval(`${selector} option`, (options) => options.map(({ value }) => value));

/** Returns the requests that an endpoint receives while the callback runs. */
export async function received(callback) {
  const requests = [];
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    const headers = [];
    for (let at = 0; at < request.rawHeaders.length; at += 2) headers.push(request.rawHeaders.slice(at, at + 2));
    requests.push({ headers, body: Buffer.concat(chunks) });
    response.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await callback(`http://127.0.0.1:${server.address().port}/it's[1-2]?{a,b}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
  assert.equal(requests.length, 1);
  return requests[0];
}

async function runJavaScript(code, secret) {
  // Beside the tests, so that the package is found.
  const directory = await mkdtemp(join(here, "code-"));
  try {
    await writeFile(join(directory, "send.mjs"), code);
    return await run(process.execPath, [join(directory, "send.mjs")], { env: { ...process.env, AGENTMAIL_WEBHOOK_SECRET: secret } });
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Scheme, event and fault of programs that differ. */
const RUST = [
  ["standard", "message.received", "none"],
  ["standard", "message.received", "forged"],
  ["timestamped", "domain.verified", "none"],
  ["timestamped", "domain.verified", "milliseconds"],
  ["body", "unknown", "none"],
  ["body", "unknown", "unsigned"],
];

/** Compiles programs against the crate, each as it was copied, and returns the event or the error of each. */
async function runRust(programs) {
  const directory = join(process.env.CRATE, "target/playground-rust");
  await rm(directory, { recursive: true, force: true });
  await mkdir(join(directory, "src/bin"), { recursive: true });
  await writeFile(join(directory, "Cargo.toml"), MANIFEST);
  // Uses the versions that the crate uses.
  await copyFile(join(process.env.CRATE, "Cargo.lock"), join(directory, "Cargo.lock"));
  for (const [name, { code }] of Object.entries(programs)) await writeFile(join(directory, "src/bin", `${name}.rs`), code);
  const target = join(process.env.CRATE, "target");
  await run(process.env.CARGO ?? "cargo", ["build", "--quiet", "--target-dir", target], { cwd: directory });
  const found = Object.entries(programs).map(async ([name, { secret }]) => {
    const env = { ...process.env, AGENTMAIL_WEBHOOK_SECRET: secret };
    const { stdout, stderr } = await run(join(target, "debug", name), [], { env }).catch((error) => error);
    return [name, /^\w+(?=\()/.exec(stdout)?.[0] ?? /code: "(\w+)"/.exec(stderr)?.[1] ?? stdout + stderr];
  });
  return Object.fromEntries(await Promise.all(found));
}

const MANIFEST = `[package]
name = "playground-rust"
version = "0.0.0"
edition = "2024"

[dependencies]
agentmail-webhooks = { path = "../.." }

[workspace]
`;

export const generatorTests = {
  async "every event in every dialect is genuine"(kit) {
    const types = await optionsOf(kit, "#make-event");
    assert.deepEqual(types.toSorted(), [...EVENT_TYPES].toSorted());
    let dialects = 0;
    for (const type of types) {
      await kit.choose("#make-event", type);
      for (const dialect of await optionsOf(kit, "#make-dialect")) {
        await kit.choose("#make-dialect", dialect);
        await kit.click("#make-load");
        await kit.verdict(type === "unknown" ? "Genuine, of an unknown event type" : "Genuine");
        if (type !== "unknown") await kit.until(async () => assert.equal(await kit.text("#step-event .head .says"), type));
        dialects += 1;
      }
    }
    assert.ok(dialects > types.length + 10, `${dialects}`);
    assert.equal(await kit.page.evaluate(() => document.activeElement.id), "picture");
  },

  ...Object.fromEntries(
    ["standard", "timestamped", "body"].map((scheme) => [
      `every fault is refused, and what is genuine is not: scheme ${scheme}`,
      async (kit) => {
        await kit.choose("#make-scheme", scheme);
        const faults = await optionsOf(kit, "#make-fault");
        assert.equal(faults.includes("old"), scheme !== "body");
        for (const fault of faults) {
          await kit.choose("#make-fault", fault);
          await kit.click("#make-load");
          const isGenuine = ["none", "rotation"].includes(fault);
          await kit.until(async () => {
            const answer = await kit.text("#verdict .answer code");
            assert.equal(answer === "200", isGenuine, `${fault}: ${answer}`);
          });
        }
      },
    ]),
  ),

  async "the curl command sends what the page has"(kit) {
    const secret = await kit.value("#make-secret");
    const { headers, body } = await received(async (url) => {
      await kit.type("#make-url", url);
      await run("sh", ["-c", await copyOf(kit, "#copy-code", "Copied.")]);
    });
    assert.equal(new Webhook(secret).receive(body, headers).event.event_type, "message.received");
  },

  async "a delivery that was pasted is sent byte by byte, whatever is in it"(kit) {
    const bodies = ["it's \"\\ $HOME `id` \n\u001b[31m \u2028 @file", "@/etc/passwd", Buffer.from([0, 255, 39, 10])];
    for (const body of bodies) {
      const { body: found, headers } = await received(async (url) => {
        await kit.type("#make-url", url);
        await kit.type("#headers", "svix-id: it's $(id) \\\n");
        await kit.drop("body", body);
        await kit.until(async () => assert.match(await kit.text("#body-size"), new RegExp(`^${Buffer.from(body).length} byte`)));
        await run("bash", ["-c", await copyOf(kit, "#copy-curl", /^Copied/)]);
      });
      assert.deepEqual(found, Buffer.from(body));
      assert.deepEqual(headers.find(([name]) => name === "svix-id"), ["svix-id", "it's $(id) \\"]);
    }
  },

  async "the JavaScript signs and sends; or sends what is not genuine"(kit) {
    await kit.click("#code-javascript");
    for (const scheme of ["standard", "timestamped", "body"]) {
      await kit.choose("#make-scheme", scheme);
      const secret = await kit.value("#make-secret");
      for (const [fault, code] of [["none"], ["forged", "signature_mismatch"], ["unsigned", "unsigned_delivery"]]) {
        await kit.choose("#make-fault", fault);
        const { headers, body } = await received(async (url) => {
          await kit.type("#make-url", url);
          const { stdout } = await runJavaScript(await copyOf(kit, "#copy-code", "Copied."), secret);
          assert.equal(stdout, "200\n");
        });
        const receive = () => new Webhook({ secret, scheme }).receive(body, headers);
        if (code) assert.throws(receive, { code });
        else assert.equal(receive().event.event_type, "message.received");
      }
    }
  },

  async "the Rust compiles, and receives what is genuine alone"(kit) {
    await kit.click("#code-rust");
    const programs = {};
    for (const [scheme, event, fault] of RUST) {
      await kit.choose("#make-scheme", scheme);
      await kit.choose("#make-event", event);
      await kit.choose("#make-fault", fault);
      const name = `${scheme}-${fault}`;
      programs[name] = { code: await copyOf(kit, "#copy-code", "Copied."), secret: await kit.value("#make-secret") };
    }
    const found = await runRust(programs);
    assert.deepEqual(found, {
      "standard-none": "MessageReceived",
      "standard-forged": "signature_mismatch",
      "timestamped-none": "DomainVerified",
      "timestamped-milliseconds": "timestamp_too_new",
      "body-none": "Unknown",
      "body-unsigned": "unsigned_delivery",
    });
  },

  async "a secret that is none is told"(kit) {
    await kit.type("#make-secret", "short");
    await kit.until(async () => assert.match(await kit.text("#code"), /^invalid secret: /));
    for (const id of ["make-load", "copy-code"]) assert.equal(await kit.page.$eval(`#${id}`, ({ disabled }) => disabled), true);
    await kit.choose("#make-scheme", "body");
    assert.equal(await kit.value("#make-secret"), "short");
    await kit.click("#make-load");
    await kit.verdict("Genuine");
    assert.equal(await kit.value("#secret-0"), "short");
  },
};
