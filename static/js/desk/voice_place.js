/* A place for key and marks of a consultation that can be thrown away with its files.

   Browsers write what changes in a database at the end of a file, and what was deleted stays in it for hours or years:
   also the bytes of a key that they hand out to nobody. Measured with Chromium: after an emptied and deleted database key
   and marks still stood in the profile; after a deleted storage bucket, which is a folder of its own, neither did.

   1. Where the browser has storage buckets the place is a bucket, and throwing it away removes its folder.
   2. Elsewhere it is a database beside the others. It is deleted, and `throwAway` says that traces may be left.
   3. A bucket is held as long as it is used: once Chromium has collected the object of a bucket as garbage, no transaction
      in its databases ever comes to an end. */

import { inTime, settled } from "./database.js";

const held = new Map(); // the buckets that are open, by name

const buckets = () => globalThis.navigator?.storageBuckets ?? null;

/** Whether the browser can throw a place away with its files. */
export const canThrowAway = () => buckets() !== null;

export async function placeIsThere(name) {
  if (buckets()) return (await inTime(buckets().keys())).includes(name);
  // Where a browser does not say what databases it has, one is opened and may be empty.
  const all = (await indexedDB.databases?.()) ?? [{ name: beside(name) }];
  return all.some((each) => each.name === beside(name));
}

/** Open the place, with these stores. */
export async function openPlace(name, stores) {
  // 3
  if (buckets()) held.set(name, await inTime(buckets().open(name, { durability: "strict", persisted: true })));
  const from = held.get(name)?.indexedDB ?? indexedDB;
  return inTime(settled(from.open(beside(name), 1), stores));
}

/** Throw the place away; whether the browser has said that its files are gone. */
export async function throwAway(name) {
  try {
    if (buckets()) {
      await inTime(buckets().delete(name));
      held.delete(name);
      return !(await inTime(buckets().keys())).includes(name);
    }
    await inTime(settled(indexedDB.deleteDatabase(beside(name))));
  } catch {
    // It is tried again at the next start of the page.
  }
  return false;
}

const beside = (name) => `${name}-alone`;
