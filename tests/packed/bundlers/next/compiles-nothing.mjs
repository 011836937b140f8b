// Vercel compiles no wasm when a function runs. The edge runtime of `next start` would.

WebAssembly.Module = class Module {
  constructor() {
    throw new Error("wasm may not be compiled in the edge runtime");
  }
};
