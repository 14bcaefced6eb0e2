/* What is always in sight: whose desk this is, what it is set to, and how old its lists are.

   1. The age is that of the oldest list that decides something here, as the settings say it beside its city. One of a
      partner that is suspended, or too old, decides nothing; where ours is too old it is ours that is said.
   2. Green, amber and red are those of the lists; the end of the bundle, a wrong clock and a service that is gone make it
      worse, never better. What the office sent and was not believed is said beside it.
   3. It is written anew only when it differs, because it is read aloud. */

import { AHEAD } from "./bundle.js";
import { of } from "./places.js";
import { needsInWords, phrase } from "./screen.js";
import { now, service, state } from "./state.js";
import * as words from "./words.js";

const { say } = words;

const HOUR = 3600;
const DAY = 86_400;
const AMBER = DAY;
const WARN = 3 * DAY;

/** Draw it as it is now. */
export function drawBar() {
  drawAge();
  drawNames();
}

function drawAge() {
  const place = of("state");
  const { level, lines } = worse(state.held ? ofTheBundle() : ofNoBundle());
  place.className = `state ${level}`;
  place.hidden = !lines.length;
  // 3
  const said = lines.join("\n");
  if (place.dataset.said === said) return;
  place.dataset.said = said;
  place.replaceChildren(
    ...lines.map((line) => {
      const told = document.createElement("p");
      told.textContent = line;
      return told;
    }),
  );
}

// 2
function ofTheBundle() {
  const { issuedAt, expiresAt, leftOut } = state.held;
  const { oldest, own } = listsThatCount();
  let level = now() >= expiresAt || own?.level === "red" ? "red" : now() - oldest >= AMBER || own?.level === "amber" ? "amber" : "fine";
  // Connecting helps where the office may have newer ones.
  const said = level === "red" ? "bundle.red" : level === "amber" && now() - issuedAt >= HOUR ? "bundle.amber" : "bundle.age";
  const lines = [say(said, { age: words.age(Math.max(0, now() - oldest)) })];
  if (level !== "red" && expiresAt - now() < WARN) {
    level = "amber";
    lines.push(say("bundle.soon", { day: words.moment(expiresAt) }));
  }
  if (now() + AHEAD < issuedAt) {
    level = "red";
    lines.splice(0, lines.length, say("bundle.clock", { moment: words.moment(now()) }));
  }
  for (const { issuer } of leftOut) lines.push(say("bundle.left_out", { city: issuer }));
  if (state.settings.service && !service()) {
    level = "red";
    lines.push(say("check.gone"));
  }
  return { level, lines };
}

function ofNoBundle() {
  if (!state.trouble) return { level: "fine", lines: [] };
  if (state.trouble === "clock") return { level: "red", lines: [say("bundle.clock", { moment: words.moment(now()) })] };
  return { level: "red", lines: [say(state.trouble === "none" ? "bundle.none" : `bundle.@${state.trouble}`)] };
}

/* With what is wrong beside the lists. */
function worse({ level, lines }) {
  const more = [];
  if (state.unbelieved) more.push(say("bundle.unbelieved"), say(state.unbelieved.sentence, state.unbelieved.values));
  if (state.clockOff && lines.length + more.length) more.push(say("bundle.clock_off"));
  return { level: more.length && level !== "red" ? "amber" : level, lines: [...lines, ...more] };
}

// 1
function listsThatCount() {
  const cities = state.held.cities(now());
  const own = cities.find(({ own }) => own);
  const count = cities.filter(({ own, suspended, level }) => own || (!suspended && level !== "red"));
  const times = (own?.level === "red" ? [own] : count).map(({ listIssuedAt }) => listIssuedAt).filter((time) => time !== null);
  return { own, oldest: times.length ? Math.min(...times) : state.held.issuedAt };
}

function drawNames() {
  of("desk-name").textContent = state.name;
  of("city").textContent = state.held ? words.inOurs(state.held.names, state.held.language).text : words.cityName();
  const chosen = service();
  const consultation = state.training ? null : state.voice?.serving();
  const name = consultation ?? (chosen ? phrase(chosen.names, state.held.language).textContent : "");
  of("set-to").textContent = name ? say("check.for", { service: name }) : say("check.good");
  of("needs").textContent = chosen && !consultation ? say("check.see", { needs: needsInWords(chosen) }) : "";
}
