import { fileURLToPath } from "node:url";

// The directory in which `next` is installed. It is outside this one, unlike in a separate project.
const root = fileURLToPath(new URL("../../../../../", import.meta.url));

export default { outputFileTracingRoot: root, turbopack: { root } };
