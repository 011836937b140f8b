// The names of the headers of each scheme, for display. The library decides which of them count.

export const SCHEMES = ["standard", "timestamped", "body"];

/** The two sets that scheme `standard` has. */
const SETS = ["svix", "webhook"].map((prefix) => ({
  id: `${prefix}-id`,
  timestamp: `${prefix}-timestamp`,
  signature: `${prefix}-signature`,
}));

const TIMESTAMP = "x-agentmail-timestamp";
const SIGNATURE = "x-agentmail-signature";
const UNSIGNED = "x-agentmail-unsigned";

/** Returns the purpose of a header, or undefined if no scheme reads it. */
export function roleOf(name) {
  const lower = name.toLowerCase();
  const role = /^(?:svix|webhook)-(id|timestamp|signature)$/.exec(lower)?.[1];
  if (role) return role;
  return { [TIMESTAMP]: "timestamp", [SIGNATURE]: "signature", [UNSIGNED]: "unsigned" }[lower];
}

/** The first header of that name. */
export function find(pairs, name) {
  return pairs.find(([other]) => other.toLowerCase() === name)?.[1];
}

/** The names of the headers that a scheme signs with: of `standard`, those of the set that came. */
export function namesOf(scheme, pairs) {
  if (scheme === "timestamped") return { timestamp: TIMESTAMP, signature: SIGNATURE };
  if (scheme === "body") return { signature: SIGNATURE };
  const came = ({ id, timestamp, signature }) =>
    [id, timestamp, signature].filter((name) => find(pairs, name) !== undefined).length;
  return came(SETS[1]) > came(SETS[0]) ? SETS[1] : SETS[0];
}

/** Returns the scheme of a value of `X-AgentMail-Signature`. */
export function schemeOfSignature(value) {
  return value.startsWith("v1=") ? "timestamped" : "body";
}
