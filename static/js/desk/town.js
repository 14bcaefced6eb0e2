/* The town to practise with: it does not exist, and comes from the office with the fingerprint that its bundle is read under
   (citycard/web/attendants). It is asked for when training begins or somebody presses the button, never because of a card.

   1. What comes is read and believed as any bundle is, and in the training's store only (page.js).
   2. A training that was enrolled by hand, with a practice office, is left as it is. */

import { bytesOfBase64, bytesOfHex } from "../reader/bytes.js";
import { QUIETLY } from "./quietly.js";

const MAX_BYTES = 2 << 20;

/** Whether this training practises with the town (2). */
export async function isTown(store) {
  return (await store.get("town")) === true && (await store.get("device")) === undefined;
}

/** Return { fingerprint, bundle } as bytes, or null when the office cannot be reached. */
export async function fetchTown() {
  try {
    const answer = await fetch("/desk-training.json", QUIETLY);
    const text = await answer.text();
    if (!answer.ok || text.length > MAX_BYTES) return null;
    const { fingerprint, bundle } = JSON.parse(text);
    const mark = bytesOfHex(fingerprint);
    return mark && { fingerprint: mark, bundle: bytesOfBase64(bundle) };
  } catch {
    return null;
  }
}
