/* Training is another store with another city's bundle, under a banner that stays.

   1. Whether this device trains is kept with what is kept for work: it stays so after the page was opened anew.
   2. Nothing that is on the screen or under way is carried over from one store into the other.
   3. The town to practise with is fetched when the training begins, where it is the town that is practised with, and at its
      button; never because of a card. What was held stays readable when it is refused. */

import { Counts } from "./counts.js";
import { stopEverything, sync } from "./fetching.js";
import { take, takeUpKept } from "./kept.js";
import { open } from "./parts.js";
import { of, pressFor, tell } from "./places.js";
import { changed, isText, readSettings, state } from "./state.js";
import { TRAINING, openStore } from "./store.js";
import { fetchTown, isTown } from "./town.js";
import { scanner } from "./typing.js";

/** Begin the training, or end it. */
export async function train(training) {
  // 2
  stopEverything();
  // 1
  await state.work.set("training", training);
  await takeUp(training);
  // 3
  if (training && (await isTown(state.store))) await takeTown();
}

/** Take up the store for training, or the one for work, and what is kept in it. */
export async function takeUp(training) {
  const store = training ? await openStore(TRAINING) : state.work;
  const device = await store.get("device");
  // No part until all of it is taken up: no card of the one is answered by what is held of the other.
  state.part = "";
  Object.assign(state, { training, store, held: null, trouble: "", counts: new Counts(store), name: isText(device?.name) ? device.name : "", clockOff: false, unbelieved: null });
  document.body.classList.toggle("training", training);
  const stays = training || "stays" in of("training-line").dataset; // a practice office trains always
  if (stays) of("training-line").hidden = false;
  for (const place of document.querySelectorAll(".training-only")) place.hidden = !training;
  pressFor("training-begin").hidden = training;
  for (const press of document.querySelectorAll("[data-do=training-end]")) press.hidden = !training;
  scanner.mapping = (await state.work.get("scanner")) ?? null;
  await readSettings();
  await takeUpKept();
  tell("enrol-told", "");
  of("training-line").hidden = !stays;
  open(state.held || state.trouble ? "check" : "enrol");
  changed();
  if (state.held || state.trouble) sync.start();
}

/** Fetch the town because somebody asked for it. */
export async function fetchTheTown() {
  tell("enrol-told", "bundle.fetching");
  tell("enrol-told", await takeTown());
}

/* Returns the sentence that says how it went. */
async function takeTown() {
  const { store } = state;
  const town = await fetchTown();
  if (store !== state.store || !state.training) return "";
  if (!town) return "bundle.offline";
  const before = await store.get("fingerprint");
  await store.set("fingerprint", town.fingerprint);
  const refused = await take(town.bundle);
  // 3
  if (refused && before) await store.set("fingerprint", before);
  if (!refused) await store.set("town", true);
  return refused?.sentence ?? "";
}
