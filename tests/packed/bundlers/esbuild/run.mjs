import { join } from "node:path";
import { installedVersion } from "../../lib/tools.mjs";
import { reportPages, reportServer } from "../bundle.mjs";
import { bundlePage, bundleServer } from "./build.mjs";

const name = `esbuild ${installedVersion("esbuild")}`;
const [apps, web, bundle] = ["../../apps", "dist/web", "dist/server.cjs"].map((path) => join(import.meta.dirname, path));

for (const app of ["page", "page-inline"]) await bundlePage(join(apps, `${app}.mjs`), join(web, `${app}.js`));
await reportPages(name, web, 'type="module"');
await bundleServer(join(apps, "server.mjs"), bundle);
reportServer(name, bundle);
