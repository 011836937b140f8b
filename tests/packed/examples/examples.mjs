// The examples, started as their users start them, with genuine and forged deliveries over HTTP.

import "./projects.mjs";
import "./express.mjs";
import "./fastify.mjs";
import "./hono.mjs";
import "./lambda.mjs";
import "./nextjs.mjs";
import "./worker-durable-object.mjs";
import "./worker-queue.mjs";
