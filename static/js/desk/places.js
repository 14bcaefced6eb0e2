/* Places of the page, by the name that the document gives them, and what is told in them.

   What was told where is said again when the language changes. */

import * as words from "./words.js";

export const of = (id) => document.getElementById(id);

/** The first button that does this. */
export const pressFor = (what) => document.querySelector(`[data-do=${what}]`);

const lastTold = new Map();

/** Write a sentence into the place, by its name; "" empties it. */
export function tell(place, sentence, values = {}) {
  lastTold.set(place, { sentence, values });
  of(place).textContent = sentence ? words.say(sentence, values) : "";
}

words.onLanguage(() => {
  for (const [place, { sentence, values }] of lastTold) tell(place, sentence, values);
});
