/* What the tests ask the counting in the browser. */

import { ways } from "/js/evidence/filling.js";
import { tally } from "/js/evidence/tally.js";

/** Answer every desk: its tally, and what would complete it. */
export function answerAll(desks, sets) {
  return desks.map(({ rules, ticked, age, shown }) => {
    const person = { age, birthDateShown: shown };
    return [tally(sets[rules], ticked, person), ways(sets[rules], ticked, person)];
  });
}
