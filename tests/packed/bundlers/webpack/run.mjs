import { tool } from "../../lib/tools.mjs";
import { reportPages, reportServer } from "../bundle.mjs";

const { version, run } = tool("webpack", import.meta.dirname);
const name = `webpack ${version}`;

run();
await reportPages(name, `${import.meta.dirname}/dist/web`, "defer");
reportServer(name, `${import.meta.dirname}/dist/server/server.cjs`);
