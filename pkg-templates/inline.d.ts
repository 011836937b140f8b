// For resolution that knows no `exports`; all other finds index.d.ts.
export * from "./index.js";
