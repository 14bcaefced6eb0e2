/* The parts of the page, of which one is shown: check, voice, settings, enrol, withdrawn, unable.

   1. Whoever has a part, or something that ends with one, is told which one opens (`onOpen`).
   2. The way to other parts is there as soon as this device is a desk of a city, or was.
   3. A place may belong to several parts: a device that was withdrawn can be enrolled again at once. */

import { of, tell } from "./places.js";
import { state } from "./state.js";
import { say } from "./words.js";

const heard = new Set();

/** Call `hear(part)` whenever a part is opened. */
export function onOpen(hear) {
  heard.add(hear);
}

/** Show this part, and no other. */
export function open(part) {
  state.part = part;
  tell("notice", "");
  // 3
  for (const place of document.querySelectorAll("[data-part]")) place.hidden = !place.dataset.part.split(" ").includes(part);
  for (const press of document.querySelectorAll("[data-open]")) {
    if (press.dataset.open === part) press.setAttribute("aria-current", "page");
    else press.removeAttribute("aria-current");
  }
  // 2
  of("parts").hidden = !state.held && !state.trouble;
  // 1
  for (const hear of heard) hear(part);
}

/** Say that this page cannot work here, and why. */
export function unable(why) {
  of("part-unable").classList.remove("late");
  of("unable-why").dataset.say = why;
  of("unable-why").textContent = say(why);
  open("unable");
}
