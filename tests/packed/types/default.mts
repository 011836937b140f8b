// For an ES module there are named exports alone: a default import would be undefined at run time.

// @ts-expect-error there is no default export
import library from "agentmail-webhooks";

export { library };
