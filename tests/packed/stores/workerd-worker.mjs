import { d1Store, MIGRATION } from "agentmail-webhooks/stores/sql";
import { DeliveryObject, durableObjectStore } from "agentmail-webhooks/stores/durable-object";
import { same } from "../suite/assert.mjs";
import { resultsOf } from "../suite/results.mjs";
import { argumentsSuite, endpointSuite, storeSuite, twice } from "./suite.mjs";

/** The class that users have, with a method that lists its keys. */
export class LookedInto extends DeliveryObject {
  async keys() {
    return [...(await this.ctx.storage.list()).keys()];
  }
}

export default {
  /** Answers with the results. */
  async fetch(_request, { DATABASE, DELIVERIES }) {
    await DATABASE.batch(MIGRATION.split(";").filter((sql) => sql.trim()).map((sql) => DATABASE.prepare(sql)));
    return Response.json(
      await resultsOf((test) => {
        storeSuite("D1", { open: (endpoint) => d1Store(DATABASE, { endpoint }), test });
        storeSuite("Durable Objects", { open: (endpoint) => durableObjectStore(DELIVERIES, { endpoint }), test });
        const repeating = { prepare: (sql) => DATABASE.prepare(sql), batch: twice((statements) => DATABASE.batch(statements)) };
        storeSuite("D1, each batch sent twice", { open: (endpoint) => d1Store(repeating, { endpoint }), test });
        const objects = {
          idFromName: (name) => DELIVERIES.idFromName(name),
          get: (id) => {
            const object = DELIVERIES.get(id);
            return Object.fromEntries(["claim", "complete", "release"].map((name) => [name, twice((...values) => object[name](...values))]));
          },
        };
        storeSuite("Durable Objects, each call sent twice", { open: (endpoint) => durableObjectStore(objects, { endpoint }), test });
        endpointSuite("d1Store", { test, open: (options) => d1Store(DATABASE, options) });
        endpointSuite("durableObjectStore", { test, open: (options) => durableObjectStore(DELIVERIES, options) });
        // Includes each binding in place of the other.
        const argumentsOf = (other) => [undefined, null, "DATABASE", {}, other];
        const right = (call) => `${call}, with the name of the binding in wrangler.jsonc`;
        argumentsSuite("d1Store", { test, page: "sql", right: right('d1Store(env.DATABASE, { endpoint: "support" })'), calls: argumentsOf(DELIVERIES).map((argument) => () => d1Store(argument, { endpoint: "support" })) });
        argumentsSuite("durableObjectStore", {
          test,
          page: "durable-object",
          right: right('durableObjectStore(env.DELIVERIES, { endpoint: "support" })'),
          calls: argumentsOf(DATABASE).map((argument) => () => durableObjectStore(argument, { endpoint: "support" })),
        });
        test("Durable Objects: an alarm cleans up", async () => {
          const store = durableObjectStore(DELIVERIES, { endpoint: "support" });
          const keys = (key) => DELIVERIES.get(DELIVERIES.idFromName(`support:${key}`)).keys();
          await store.claim("left", 0.05);
          await store.complete("done", "token", 0.05);
          await store.claim("kept", 60);
          for (const key of ["left", "done"]) while ((await keys(key)).length) await new Promise((resolve) => setTimeout(resolve, 5));
          same(await keys("kept"), ["entry"], "kept");
        });
      }),
    );
  },
};
