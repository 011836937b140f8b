import { tool } from "../../lib/tools.mjs";
import { reportPages, reportServer } from "../bundle.mjs";

const { version, run } = tool("vite", import.meta.dirname);
const name = `Vite ${version}`;

run("build");
await reportPages(name, `${import.meta.dirname}/dist/web`);
run("build", "--ssr", "../../apps/server.mjs");
reportServer(name, `${import.meta.dirname}/dist/server/server.js`);
