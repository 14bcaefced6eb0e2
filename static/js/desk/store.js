/* What a device keeps: a handful of values by name, in IndexedDB, and nothing of anybody's card.

   1. Names in use: device (its token and name), fingerprint, bundle (the bytes as received), seen and memory (of
      the newest that was ever held), settings, counts, scanner, town (of training), and whatever begins with "voice.".
   2. There are two stores: one for work and one for training. Neither is ever read for the other.
   3. Whatever is read may have been edited by somebody: it is looked at by whoever uses it, and the bundle is verified
      from its bytes at every start.
   4. `wipe` forgets all of one store at once. */

import { settled } from "./database.js";

const SHELF = "kept";

export const WORK = "citycard-desk";
export const TRAINING = "citycard-desk-training";

/** Return the store of this name; throws where the browser keeps nothing (a private window). */
export async function openStore(name = WORK) {
  const database = await settled(indexedDB.open(name, 1), [SHELF]);
  const within = (how, act) => settled(act(database.transaction(SHELF, how).objectStore(SHELF)));
  return Object.freeze({
    get: (key) => within("readonly", (shelf) => shelf.get(key)),
    set: (key, value) => within("readwrite", (shelf) => shelf.put(value, key)),
    remove: (key) => within("readwrite", (shelf) => shelf.delete(key)),
    names: () => within("readonly", (shelf) => shelf.getAllKeys()),
    // 4
    wipe: () => within("readwrite", (shelf) => shelf.clear()),
    close: () => database.close(),
  });
}

/** Ask the browser not to throw it away when space is short; whether it promised. */
export async function keep() {
  try {
    return (await navigator.storage.persisted()) || (await navigator.storage.persist());
  } catch {
    return false;
  }
}
