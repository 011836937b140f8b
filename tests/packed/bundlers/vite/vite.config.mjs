import { defineConfig } from "vite";

export default defineConfig(({ isSsrBuild }) => ({
  build: { outDir: isSsrBuild ? "dist/server" : "dist/web", rollupOptions: isSsrBuild ? {} : { input: ["page.html", "page-inline.html"] } },
  // Vite leaves packages out of a server's bundle unless it is told otherwise.
  ssr: { noExternal: true },
}));
