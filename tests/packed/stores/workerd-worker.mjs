import { d1Store, MIGRATION } from "agentmail-webhooks/stores/sql";
import { DeliveryObject, durableObjectStore } from "agentmail-webhooks/stores/durable-object";
import { same } from "../suite/assert.mjs";
import { resultsOf } from "../suite/results.mjs";
import { argumentsSuite, storeSuite } from "./suite.mjs";

/** As users have it, and with a look inside. */
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
        storeSuite("D1", { open: () => d1Store(DATABASE), test });
        storeSuite("Durable Objects", { open: () => durableObjectStore(DELIVERIES), test });
        // Each binding in the place of the other too.
        const argumentsOf = (other) => [undefined, null, "DATABASE", {}, other];
        const right = (call) => `${call}, with the name of the binding in wrangler.jsonc`;
        argumentsSuite("d1Store", { test, page: "sql", right: right("d1Store(env.DATABASE)"), calls: argumentsOf(DELIVERIES).map((argument) => () => d1Store(argument)) });
        argumentsSuite("durableObjectStore", {
                  test,
          page: "durable-object",
          right: right("durableObjectStore(env.DELIVERIES)"),
          calls: argumentsOf(DATABASE).map((argument) => () => durableObjectStore(argument)),
        });
        test("Durable Objects: an alarm cleans up", async () => {
          const store = durableObjectStore(DELIVERIES);
          const keys = (key) => DELIVERIES.get(DELIVERIES.idFromName(key)).keys();
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
