/* The bundle that this device keeps, in the store that is in use (store.js).

   1. It is verified from its bytes at every start, under the fingerprint that came with the enrolment. Whatever else is kept
      may have been edited: what is not of its kind counts as not there.
   2. Another one takes its place only when it is verified under the same fingerprint; one that is refused changes nothing.
   3. What is a practice office's is taken in training only (or by the page of a practice office), what is a real city's
      never in training. */

import { readBundle } from "./bundle.js";
import { BundleRefused } from "./errors.js";
import { open } from "./parts.js";
import { redraw } from "./settings.js";
import { changed, isPin, now, state } from "./state.js";
import * as words from "./words.js";

/* Why a kept bundle is not believed, in words of its own; everything else was edited. */
const PLAIN = ["clock", "bundle-expired", "reader-unable", "bundle-version"];

/** Whether this device is somebody's desk: such a one is not turned into another city's by an address that is opened on it. */
export const isEnrolled = async () => (await state.store.get("device")) !== undefined || (await state.store.get("bundle")) !== undefined;

/** Take up the bundle that is kept, or find out why there is none. */
export async function takeUpKept() {
  const [bytes, fingerprint] = [await state.store.get("bundle"), await state.store.get("fingerprint")];
  state.held = null;
  state.trouble = "";
  if (!(await isEnrolled())) return;
  if (!isPin(fingerprint) || !(bytes instanceof Uint8Array)) {
    state.trouble = bytes === undefined && isPin(fingerprint) ? "none" : "edited";
    return;
  }
  try {
    // 1
    const held = await read(bytes, fingerprint);
    // 3: a file that was carried from one store into the other
    if (wrongStore(held)) state.trouble = "edited";
    else state.held = held;
  } catch (error) {
    if (!(error instanceof BundleRefused)) throw error;
    state.trouble = PLAIN.includes(error.code) ? error.code : "edited";
  }
}

async function read(bytes, fingerprint) {
  const [seen, memory] = [await state.store.get("seen"), await state.store.get("memory")];
  return readBundle(bytes, {
    fingerprint,
    now: now(),
    seen: Number.isFinite(seen) ? seen : 0,
    memory: memory !== null && typeof memory === "object" ? memory : {},
  });
}

/* Why a bundle is none for this store, or "". */
function wrongStore({ demo }) {
  if (state.training) return demo ? "" : "training.not_practice";
  return demo && !words.practises() ? "training.is_practice" : "";
}

/** Take a bundle in the place of the one before; returns null, or the sentence that says why not. */
export async function take(bytes) {
  const fingerprint = await state.store.get("fingerprint");
  if (!isPin(fingerprint)) return { sentence: "enrol.first" };
  let held;
  try {
    // 2
    held = await read(bytes, fingerprint);
  } catch (error) {
    if (!(error instanceof BundleRefused)) throw error;
    const own = `bundle.@${error.code}`;
    if (error.code === "clock") return { sentence: "bundle.clock", values: { moment: words.moment(now()) } };
    return words.knows(own) ? { sentence: own } : { sentence: "bundle.refused", values: { code: error.code } };
  }
  // 3
  const wrong = wrongStore(held);
  if (wrong) return { sentence: wrong };
  await state.store.set("bundle", bytes);
  await state.store.set("seen", held.issuedAt);
  await state.store.set("memory", { ...held.memory });
  Object.assign(state, { held, trouble: "", unbelieved: null });
  if (["enrol", "withdrawn"].includes(state.part)) open("check");
  redraw();
  changed();
  return null;
}
