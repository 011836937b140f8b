// Tests for stores whose work is part of their transaction: all of it is kept, or nothing.

import { ok, same } from "../suite/assert.mjs";

const LONG = 60;

/**
 * @param open returns the store
 * @param plain the same store without transactions, if it can be used during one
 * @param insert inserts a row of work in a transaction
 * @param statement runs a statement in a transaction
 * @param rows counts the rows of work for a key, which are committed
 * @param isSerial whether a second transaction waits for the first
 */
export function transactionSuite(name, { open, plain, insert, statement, rows, isSerial = false, test }) {
  const check = (what, use) =>
    test(`${name}, in a transaction: ${what}`, { timeout: 30_000 }, async () => {
      await use(await open(), `key ${crypto.randomUUID()}`);
    });
  const failing = async (store, key, work, expected) => {
    const error = await store.transaction(key, LONG, work).then(() => "nothing", (thrown) => thrown);
    ok(expected.test(error.message), `thrown: ${error.message}`);
  };
  /** Asserts that nothing is left: neither work nor a claim. */
  const untouched = async (store, key) => {
    same(await rows(key), 0, "rows of work");
    const result = await store.transaction(key, LONG, async (transaction) => {
      await insert(transaction, key);
      return 7;
    });
    same(result, { state: "claimed", value: 7 }, "the next attempt");
    same(await rows(key), 1, "rows of work, after the next attempt");
  };

  check("work and completion stay", async (store, key) => {
    await untouched(store, key);
    const again = () => store.transaction(key, LONG, () => Promise.reject(new Error("it runs again")));
    same(await again(), { state: "completed" }, "afterwards");
    if (plain) same(await plain.claim(key, LONG), { state: "completed" }, "as the plain store sees it");
  });

  check("work that throws leaves nothing", async (store, key) => {
    const work = async (transaction) => {
      await insert(transaction, key);
      throw new Error("no disk");
    };
    await failing(store, key, work, /^no disk$/);
    await untouched(store, key);
  });

  check("a statement that failed, and was caught, leaves nothing", async (store, key) => {
    const work = async (transaction) => {
      await insert(transaction, key);
      await statement(transaction, "SELECT 1 / 0").catch(() => {});
    };
    await failing(store, key, work, /current transaction is aborted|division by zero/);
    await untouched(store, key);
  });

  check("work that rolls back is not taken for done", async (store, key) => {
    const work = async (transaction) => {
      await insert(transaction, key);
      await statement(transaction, "ROLLBACK");
    };
    await failing(store, key, work, /the handler ended the transaction|./);
    await untouched(store, key);
  });

  check("of many at once, one works; the others are told at once", async (store, key) => {
    let release;
    const released = new Promise((resolve) => (release = resolve));
    let begun;
    const working = new Promise((resolve) => (begun = resolve));
    const first = store.transaction(key, LONG, async (transaction) => {
      begun();
      await insert(transaction, key);
      await released;
    });
    await working;
    const others = Array.from({ length: 10 }, () => store.transaction(key, LONG, (transaction) => insert(transaction, key)));
    if (isSerial) release();
    const states = (await Promise.all(others)).map(({ state }) => state);
    same(new Set(states), new Set([isSerial ? "completed" : "in_progress"]), "states of the others");
    if (plain) same(await plain.claim(key, LONG), { state: "in_progress" }, "as the plain store sees it");
    release();
    same((await first).state, "claimed", "state of the first");
    same(await rows(key), 1, "rows of work");
  });

  check("many that begin at once", async (store, key) => {
    const keys = Array.from({ length: 5 }, (_, index) => `${key} ${index}`);
    const attempts = keys.flatMap((each) => Array.from({ length: 8 }, () => store.transaction(each, LONG, (transaction) => insert(transaction, each))));
    const states = (await Promise.all(attempts)).map(({ state }) => state);
    same(states.filter((state) => state === "claimed").length, keys.length, "attempts that worked");
    for (const each of keys) same(await rows(each), 1, "rows of work");
  });

  check("what the plain store has claimed is in progress", async (store, key) => {
    if (!plain) return;
    const { token } = await plain.claim(key, LONG);
    const again = () => store.transaction(key, LONG, (transaction) => insert(transaction, key));
    same(await again(), { state: "in_progress" }, "claimed");
    await plain.complete(key, token, LONG);
    same(await again(), { state: "completed" }, "completed");
    same(await rows(key), 0, "rows of work");
  });

  check("what is completed is forgotten after its time", async (store, key) => {
    await store.transaction(key, 0.05, async () => {});
    await new Promise((resolve) => setTimeout(resolve, 100));
    await untouched(store, key);
  });

  check("keys are what they are", async (store, key) => {
    for (const each of ["", "\u0000'\n", "東京 🙂"].map((end) => key + end)) {
      const attempt = async () => (await store.transaction(each, LONG, async () => {})).state;
      same([await attempt(), await attempt()], ["claimed", "completed"], each);
    }
  });
}
