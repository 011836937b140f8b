import { fileURLToPath } from "node:url";

// Where `next` itself is installed: outside this directory, which a project of its own would not have.
const root = fileURLToPath(new URL("../../../../../", import.meta.url));

export default { outputFileTracingRoot: root, turbopack: { root } };
