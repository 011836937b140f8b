// Deliveries as code to copy.

import { decode, encode, textOf } from "../delivery/body.js";

/** Characters that a terminal executes, that are invisible, or that change the direction of text. Not line breaks and tabs. */
const UNSAFE = /[\0-\x08\x0b-\x1f\x7f-\x9f\p{Zl}\p{Zp}\p{Bidi_Control}\u{e0000}-\u{e007f}]/gu;

/** For a POSIX shell; what is no text goes through base64. */
export function curl(url, pairs, body) {
  const text = textOf(body);
  const isText = text !== undefined && !text.includes("\0");
  const lines = [
    // Without `-g`, curl would make several URLs of [1-3] and {a,b}.
    `curl -g -X POST ${quote(url.replaceAll("\0", "%00"))}`,
    ...pairs.map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    // `--data-raw` takes an @ as it is, and changes nothing.
    isText ? `--data-raw ${quote(text)}` : "--data-binary @-",
  ];
  const command = lines.join(" \\\n  ");
  return isText ? command : `printf %s ${base64(body)} | base64 -d | ${command}`;
}

function quote(text) {
  // A shell would end the word there.
  if (text.includes("\0")) throw new Error("no command can hold a NUL");
  if (text.search(UNSAFE) < 0) return `'${text.replaceAll("'", "'\\''")}'`;
  return `$'${text.replaceAll(/[\\']/g, "\\$&").replaceAll(UNSAFE, octal)}'`;
}

/** The bytes of a character. Three digits each: a digit that follows belongs to no escape. */
function octal(character) {
  return Array.from(encode(character), (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
}

function base64(bytes) {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Signs when it runs; or sends what was made, where that is not genuine. */
export function javascript({ url, scheme, isGenuine, event, pairs, body }) {
  if (!isGenuine) {
    return `const response = await fetch(${JSON.stringify(url)}, {
  method: "POST",
  headers: ${indent(JSON.stringify(pairs.map((pair) => pair), null, 2))},
  body: ${JSON.stringify(decode(body))},
});
console.log(response.status);
`;
  }
  const options = scheme === "standard" ? "" : `, { scheme: ${JSON.stringify(scheme)} }`;
  return `import { Webhook } from "agentmail-webhooks";

const webhook = new Webhook(process.env.AGENTMAIL_WEBHOOK_SECRET${options});
const body = JSON.stringify(${JSON.stringify(event, null, 2)});
const response = await fetch(${JSON.stringify(url)}, {
  method: "POST",
  headers: { "content-type": "application/json", ...webhook.sign(body) },
  body,
});
console.log(response.status);
`;
}

const indent = (text) => text.replaceAll("\n", "\n  ");

/** Code that receives the sample at the time of its signature. */
export function rust({ scheme, pairs, body, now }) {
  const name = { standard: "Standard", timestamped: "Timestamped", body: "Body" }[scheme];
  const isStandard = scheme === "standard";
  const webhook = isStandard ? "Webhook::new(&secret)?" : `Webhook::builder().secret_for(Scheme::${name}, &secret)?.build()?`;
  return `use agentmail_webhooks::{${isStandard ? "Webhook" : "Scheme, Webhook"}};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = std::env::var("AGENTMAIL_WEBHOOK_SECRET")?;
    let webhook = ${webhook};
    let headers = [
${pairs.map(([header, value]) => `        (${raw(header)}, ${raw(value)}),`).join("\n")}
    ];
    let payload = ${raw(decode(body))};
    let delivery = webhook.receive_at(payload, &headers, ${now})?;
    println!("{:?}", delivery.event);
    Ok(())
}
`;
}

/** A raw string, with as many marks as its end needs. */
function raw(text) {
  if (!/["\\]/.test(text)) return `"${text}"`;
  const runs = Array.from(text.matchAll(/"#*/g), ([run]) => run.length);
  const marks = "#".repeat(Math.max(1, ...runs));
  return `r${marks}"${text}"${marks}`;
}
