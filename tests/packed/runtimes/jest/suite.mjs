// The suite as one CommonJS file, with what it needs.

export { wholeOrShort } from "../../suite/suite.mjs";
export { runtime } from "../../suite/node-runtime.mjs";
export { default as fixtures } from "./dist/fixtures.json";
