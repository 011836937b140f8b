// Writes the seeds for fuzzing: the cases of tests/fixtures as inputs of each target (src/lib.rs has their format), and
// a dictionary of the words in them. `node seeds.mjs DIRECTORY`

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

const directory = process.argv[2];
const FIXTURES = new URL("../tests/fixtures/", import.meta.url);
/** The same limit as `-max_len` in xtask/src/fuzz.rs. */
const MAX_LENGTH = 8192;

const words = new Set(["null", "{}", "[]", "\\ud800", "{standard}", "{timestamped}", "{body}", "v1,", "v1=", "sha256="]);
const addresses = new Set();

const files = readdirSync(FIXTURES).filter((name) => name.endsWith(".json"));
for (const { cases = [] } of files.map((name) => JSON.parse(readFileSync(new URL(name, FIXTURES), "utf8")))) {
  for (const fixture of cases) {
    const payload = payloadOf(fixture);
    if (payload === undefined || payload.length > MAX_LENGTH) continue;
    save("parse", fixture.id, payload);
    const members = /^\{(.*)\}$/su.exec(payload)?.[1];
    if (members !== undefined) save("damaged", fixture.id, Buffer.from(members));
    collect(fixture.expected.event);
    collect(parsed(payload));
    for (const [name] of fixture.headers ?? []) words.add(`${name.toLowerCase()}: `);
    if (!fixture.secrets || fixture.now === undefined || !fixture.headers) continue;
    for (const target of ["verify", "headers"]) {
      save(target, fixture.id, request(fixture, payload, (name, value) => value));
      save(target, `${fixture.id}-signed`, request(fixture, payload, signedAgain));
    }
  }
}
[...addresses].forEach((address, index) => save("addresses", `${index}`, Buffer.from(address)));

// libFuzzer reads printable ASCII.
const lines = [...words].filter((word) => /^[ -~]+$/.test(word)).sort().map((word) => `"${word.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"\n`);
writeFileSync(`${directory}/dictionary`, lines.join(""));

function save(target, name, input) {
  mkdirSync(`${directory}/${target}`, { recursive: true });
  writeFileSync(`${directory}/${target}/${name}`, input);
}

function payloadOf({ payload, payload_hex }) {
  if (payload_hex !== undefined) return Buffer.from(payload_hex, "hex");
  return payload === undefined ? undefined : Buffer.from(payload);
}

function parsed(payload) {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

/** Collects the names of members, the names of events and the addresses in an event. */
function collect(json, name) {
  if (name === "event_type") words.add(`"${json}"`);
  if (typeof json === "string" && /[@<>"]/.test(json)) addresses.add(json);
  if (typeof json !== "object" || json === null) return;
  for (const [name, member] of Object.entries(json)) {
    if (!Array.isArray(json)) words.add(`"${name}":`);
    collect(member, name);
  }
}

function request({ now, tolerance = 300, secrets, headers }, payload, valueOf) {
  const configuration = [`${now} ${tolerance}`, ...secrets.map(({ scheme, secret }) => `${scheme} ${secret}`)];
  const lines = headers.map(([name, value]) => `${name}: ${valueOf(name.toLowerCase(), value)}`);
  return Buffer.concat([Buffer.from(`${configuration.join("\n")}\n\n${lines.join("\n")}\n\n`), payload]);
}

/** Replaces a signature by the placeholder for the right one. */
function signedAgain(name, value) {
  if (/^(svix|webhook)-signature$/.test(name)) return value.replace(/(?<= |^)v1,[^ ]*/g, "v1,{standard}");
  if (name !== "x-agentmail-signature") return value;
  if (value.startsWith("v1=")) return "v1={timestamped}";
  return value.startsWith("sha256=") ? "sha256={body}" : "{body}";
}
