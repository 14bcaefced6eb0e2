/* This desk and its office: its lists are kept current, and a desk that the office no longer knows forgets everything.

   1. Lists are fetched by sync.js while no answer is on the screen. What came is said where somebody asked for it.
   2. A bundle of the office's that is refused is said in sight until one is believed; other failures say nothing about what
      is believed.
   3. Forgetting takes the store in use whole, and outside training the consultation with it. */

import { begin, busy } from "./checking.js";
import { take } from "./kept.js";
import { stopLooking } from "./looking.js";
import { open } from "./parts.js";
import { tell } from "./places.js";
import { redraw } from "./settings.js";
import { changed, now, readSettings, set, state } from "./state.js";
import { Sync } from "./sync.js";

// 1
export const sync = new Sync({
  store: () => state.store,
  counts: () => state.counts,
  holds: () => state.held !== null,
  busy,
  take,
  now,
  onState: (said) => {
    // 2
    if (said.refused) state.unbelieved = said;
    if (state.part === "settings") {
      tell("sync-told", said.sentence, said.values);
      redraw();
    }
    changed();
  },
  onDevice: async ({ name, service, moved }) => {
    state.name = name;
    if (moved) await set({ service });
    changed();
  },
  onClock: (off) => {
    state.clockOff = off;
    changed();
  },
  onWithdrawn: () => forgetEverything("withdrawn"),
});

/** Fetch now, because somebody asked for it. */
export async function fetchNow() {
  tell("sync-told", "bundle.fetching");
  const said = await sync.now();
  tell("sync-told", said.sentence, said.values);
}

/** Stop what is going on: the camera, the answer on the screen, the fetching. */
export function stopEverything() {
  stopLooking();
  begin();
  sync.stop();
}

/** Forget everything that the store in use keeps, and show `part`. */
export async function forgetEverything(part) {
  stopEverything();
  // 3
  const all = state.training || !state.voice || (await state.voice.forget());
  await state.store.wipe();
  Object.assign(state, { held: null, trouble: "", name: "", unbelieved: null });
  await readSettings();
  open(part);
  if (!all) tell("notice", "voice.stuck_here");
  changed();
}
