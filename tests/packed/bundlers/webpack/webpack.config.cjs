const { join } = require("node:path");

const apps = join(__dirname, "../../apps");

module.exports = [
  {
    mode: "production",
    entry: { page: join(apps, "page.mjs"), "page-inline": join(apps, "page-inline.mjs") },
    output: { path: join(__dirname, "dist/web") },
    performance: false,
  },
  {
    mode: "production",
    target: "node",
    entry: { server: join(apps, "server.mjs") },
    output: { path: join(__dirname, "dist/server"), filename: "[name].cjs" },
  },
];
