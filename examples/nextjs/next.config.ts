import type { NextConfig } from "next";

export default {
  // It loads a .wasm file that lies beside it.
  serverExternalPackages: ["agentmail-webhooks"],
} satisfies NextConfig;
