/** The examples of a text: lines that call the command, which are indented in its help. */
export function examples(text) {
  return Array.from(text.matchAll(/^(?: {2}|npx )((?:\w+ \| )?agentmail-webhooks [a-z].*?)(?: {2,}#.*)?$/gm), ([, line]) => line);
}
