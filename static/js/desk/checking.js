/* A code and its answer: from the text that came, wherever from, to what stands on the screen.

   1. Two cards in quick succession never mix: the answer before goes when the next code comes, and an answer that is late,
      because another code came meanwhile, is dropped.
   2. While a consultation is served here, every code goes to voice.js and to nothing else; not in training.
   3. A desk without a bundle decides nothing. A mistake of ours is said as that, and never as a verdict.
   4. An answer is counted by week, service and verdict, and nothing else of it is kept. In training nothing is. */

import { answer } from "./answer.js";
import { weekOf } from "./counts.js";
import { dayIn } from "./days.js";
import { open } from "./parts.js";
import { of, tell } from "./places.js";
import { Screen } from "./screen.js";
import { signal } from "./sound.js";
import { facesNow, now, service, state } from "./state.js";
import { language } from "./words.js";

const LONGEST_CODE = 4000; // ten times over what a scanner sends; whatever is longer is no card

let turn = 0;
let looking = false;

const screen = new Screen({
  cleared: () => {
    turn += 1; // what is still being looked for belongs to a card that is gone
    looking = false;
    if (state.part === "check") of("main").focus({ preventScroll: true });
  },
});

/** Whether a card is on the screen, or its answer being looked for. */
export const busy = () => screen.shows || looking;

/** Whether nobody would miss what is here: no card, no settings, nothing half typed. */
export const idle = () => !busy() && ["check", "enrol", "withdrawn", "unable"].includes(state.part) && !document.activeElement?.matches("input");

/** Take away what is on the screen, and drop what is still being looked for. Returns whether nothing came since (1). */
export function begin() {
  const mine = ++turn;
  looking = false; // whoever still looks for an answer is no longer the last, and does not say so
  screen.clear({ quietly: true });
  return () => mine === turn;
}

/** Look at a code, and answer it. */
export async function check(text) {
  if (!state.store || ["unable", "enrol", "withdrawn", ""].includes(state.part)) return;
  // 1
  const isLast = begin();
  tell("notice", ""); // it was read, or it stands above every answer
  if (state.part !== "check") open("check");
  // 2
  if (state.voice?.active() && !state.training) return state.voice.read(text);
  looking = true;
  try {
    const found = await answerTo(text);
    if (!isLast()) return; // the next card is here already
    screen.show(found, desk());
    signal(found.kind, state.settings);
    count(found);
  } finally {
    if (isLast()) looking = false;
  }
}

/** Show a screen of a consultation (voice.js); resolves with the button that was pressed, or null. */
export async function ask(what) {
  if (!what.answer) return screen.ask({ ...what, practice: desk().practice });
  screen.show(what.answer, { ...desk(), service: null });
  return null;
}

/* What this desk is set to, for the screen. */
function desk() {
  const { held } = state;
  return {
    service: service(),
    services: held?.services ?? [],
    own: held?.language ?? language(),
    faces: facesNow(),
    practice: state.training || held?.demo === true,
    today: held ? dayIn(held.timezone, now()) : "",
  };
}

// 3
async function answerTo(text) {
  const not = { verdict: "", reason: "", kind: "hand", shows: null, opens: [], ownOrVisitor: null, listAge: null };
  if (!state.held) {
    const reason = ["clock", "bundle-expired"].includes(state.trouble) ? state.trouble : "bundle-expired";
    return { ...not, verdict: "STALE_STATUS", reason };
  }
  try {
    return await answer(text.slice(0, LONGEST_CODE), { held: state.held, service: state.settings.service, now: now() });
  } catch {
    return not;
  }
}

// 4
function count({ verdict }) {
  if (!verdict || !state.held || state.training) return;
  state.counts.add(weekOf(now(), state.held.timezone), state.settings.service, verdict);
}
