import { tool } from "../../lib/tools.mjs";
import { reportPages, reportServer } from "../bundle.mjs";

const { version, run } = tool("rollup", import.meta.dirname);
const name = `Rollup ${version}`;

run("--config");
await reportPages(name, `${import.meta.dirname}/dist/web`, 'type="module"');
reportServer(name, `${import.meta.dirname}/dist/server/server.mjs`);
