/* What IndexedDB answers, as a promise.

   1. A request comes to its result, or to its error.
   2. Of a request that opens a database: one that is new gets its stores. One that another page holds in an older form is
      an error, and not something to wait for. */

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
