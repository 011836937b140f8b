// node start-one.mjs <way> <body> <headers>: milliseconds until the first delivery has been received, since the process
// began and since the import.

const [way, body, headers] = process.argv.slice(2);
const begun = performance.now();
const { receivers } = await import("./receivers.mjs");
const receive = await receivers[way]();
receive(Buffer.from(body), JSON.parse(headers));
const end = performance.now();
console.log(JSON.stringify({ process: end, imported: end - begun }));
