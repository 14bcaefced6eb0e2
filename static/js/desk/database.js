/* What IndexedDB answers, as a promise.

   1. A request comes to its result, or to its error.
   2. Of a request that opens a database: one that is new gets its stores. One that another page holds in an older form is
      an error, and not something to wait for.
   3. Nobody has to wait for ever: `inTime` comes to an error where a browser says nothing. */

/** Return what `asked` comes to; `stores` are the stores of the database that it opens, if it opens one. */
export function settled(asked, stores = []) {
  return new Promise((resolve, reject) => {
    // 1
    asked.addEventListener("success", () => resolve(asked.result));
    asked.addEventListener("error", () => reject(asked.error));
    // 2
    if (!stores.length) return;
    asked.addEventListener("upgradeneeded", () => {
      for (const store of stores) asked.result.createObjectStore(store);
    });
    asked.addEventListener("blocked", () => reject(new Error("another page holds the store")));
  });
}

const PATIENCE = 6_000; // milliseconds: a slow device writes within one

/** The browser did not say in time what became of it. */
export class TooLong extends Error {}

/** Return what `wait` comes to; where that takes too long `giveUp` is called, and `TooLong` thrown (3). */
export function inTime(wait, giveUp = () => {}) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => {
      reject(new TooLong());
      try {
        giveUp();
      } catch {
        // It came to its end in this moment.
      }
    }, PATIENCE);
  });
  return Promise.race([wait, limit]).finally(() => clearTimeout(timer));
}
