/* The settings of this desk, and what this device is: drawn when they are opened, and what changes meanwhile.

   1. What the desk checks cards for, when it compares faces, sound and vibration: kept as soon as somebody chooses.
   2. How old the list of each city is, always as of now.
   3. The fingerprint of the city, in the digits of the clerk's screen (citycard/partners/fingerprint.py), and that of the
      files of this page.
   4. The browser's offer to install the page is kept for the button. */

import { fingerprints } from "./page_fingerprint.js";
import { onOpen } from "./parts.js";
import { of, pressFor, tell } from "./places.js";
import { phrase } from "./screen.js";
import { facesNow, isPin, now, onChange, service, set, state } from "./state.js";
import * as words from "./words.js";

const { say } = words;

const shown = () => state.part === "settings";

let installing = null;

/** Draw them anew, if they are what is shown. */
export function redraw() {
  if (shown()) draw();
}

onOpen(redraw);
onChange(() => {
  if (shown()) drawAges();
});
words.onLanguage(() => {
  if (state.store) redraw();
});

function draw() {
  const chosen = of("service");
  const every = (state.held?.services ?? []).map((each) => [each.id, words.inOurs(each.names, state.held.language)]);
  every.sort(([, one], [, two]) => one.text.localeCompare(two.text, words.language()));
  chosen.replaceChildren(option("", say("check.good"), words.language()), ...every.map(([id, { text, language }]) => option(id, text, language)));
  chosen.value = service()?.id ?? "";
  of(`face-${facesNow()}`).checked = true;
  of("sound").checked = state.settings.sound;
  of("sound-others").checked = state.settings.soundOthers;
  of("vibrate").checked = state.settings.vibrate;
  drawAges();
  drawFingerprint();
  drawFiles();
  for (const link of document.querySelectorAll("[data-paper]")) link.href = `${link.dataset.paper}?language=${words.language()}`;
  tell("kept", state.persisted ? "settings.kept" : "settings.not_kept");
  pressFor("install").hidden = !installing;
  of("install-hint").hidden = Boolean(installing) || matchMedia("(display-mode: standalone)").matches;
  of("forget-sure").hidden = true;
  state.counts.all().then((counts) => {
    const all = counts.reduce((sum, { count }) => sum + count, 0);
    tell("counted", "settings.counted", { count: all });
  });
}

function option(value, label, language) {
  const made = document.createElement("option");
  made.value = value;
  made.textContent = label;
  made.lang = language;
  return made;
}

// 2
function drawAges() {
  const cities = state.held?.cities(now()) ?? [];
  of("ages").replaceChildren(
    ...cities.map(({ names, level, suspended, listIssuedAt }) => {
      const row = document.createElement("div");
      const [city, told] = [document.createElement("dt"), document.createElement("dd")];
      row.className = level;
      city.append(phrase(names, state.held.language));
      const age = listIssuedAt === null ? say("settings.list_none") : words.age(Math.max(0, now() - listIssuedAt));
      told.textContent = suspended ? say("settings.list_refused") : age;
      told.className = `age ${level}`;
      row.append(city, told);
      return row;
    }),
  );
}

// 3
async function drawFingerprint() {
  const mark = await state.store.get("fingerprint");
  const number = isPin(mark) ? mark.reduce((sum, byte) => (sum * 256n + BigInt(byte)) % 10n ** 40n, 0n) : null;
  const groups = number === null ? [] : String(number).padStart(40, "0").match(/\d{5}/g);
  of("fingerprint").replaceChildren(
    ...groups.map((group) => {
      const place = document.createElement("li");
      place.textContent = group;
      return place;
    }),
  );
}

async function drawFiles() {
  const found = await fingerprints();
  of("files").hidden = !found;
  of("files-none").hidden = Boolean(found);
  for (const name of ["page", "code"]) of(`files-${name}`).textContent = found?.[name] ?? "";
}

// 1
of("service").addEventListener("change", async () => {
  await set({ service: of("service").value || null });
  of(`face-${facesNow()}`).checked = true;
});
for (const press of document.querySelectorAll("[name=face]")) {
  press.addEventListener("change", () => set({ faces: { ...state.settings.faces, [state.settings.service ?? ""]: press.value } }));
}
for (const [id, name] of [["sound", "sound"], ["sound-others", "soundOthers"], ["vibrate", "vibrate"]]) {
  of(id).addEventListener("change", () => set({ [name]: of(id).checked }));
}

// 4
addEventListener("beforeinstallprompt", (event) => {
  installing = event;
});

/** Take up the browser's offer to install the page. */
export function install() {
  installing?.prompt();
  installing = null;
  draw();
}
