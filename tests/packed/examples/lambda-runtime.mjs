// Does the work of the Lambda runtime: finds the handler (`index.handler`), calls it with one event after the other and
// prints its answers.

import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

const [file, name] = process.argv[2].split(".");
const { [name]: handler } = await import(pathToFileURL(resolve(`${file}.js`)));
for (const event of JSON.parse(await text(process.stdin))) {
  const context = { functionName: "webhooks", getRemainingTimeInMillis: () => 30_000 };
  console.log(`answer ${JSON.stringify(await handler(event, context))}`);
}
