// The examples, started as their users start them, with genuine and forged deliveries over HTTP.

import "./examples/projects.mjs";
import "./examples/express.mjs";
import "./examples/fastify.mjs";
import "./examples/hono.mjs";
import "./examples/lambda.mjs";
import "./examples/nextjs.mjs";
import "./examples/worker-durable-object.mjs";
import "./examples/worker-queue.mjs";
