// node machine.mjs <rustc> <lock of the native peers>: where this runs, and with which versions, as JSON.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";

const require = createRequire(import.meta.url);
const [rustc, cargoLock] = process.argv.slice(2);
const { packages } = JSON.parse(readFileSync(require.resolve("./package-lock.json"), "utf8"));
const npm = (name) => packages[`node_modules/${name}`].version;
const lock = readFileSync(cargoLock, "utf8");
const crate = (name) => new RegExp(`name = "${name}"\nversion = "(.*)"`).exec(lock)[1];

const versions = (names, of) => Object.fromEntries(names.map((name) => [name, of(name)]));
console.log(JSON.stringify({
  date: new Date().toISOString().slice(0, 10),
  processor: cpus()[0].model.trim(),
  cores: cpus().length,
  system: `${process.platform} ${process.arch}`,
  node: process.versions.node,
  rustc,
  npm: versions(["svix", "standardwebhooks", "agentmail", "@noble/hashes"], npm),
  crates: versions(["svix", "hmac", "sha2", "serde_json", "sonic-rs"], crate),
}));
