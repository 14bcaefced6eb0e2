/* The desk page for devices: point it at a card, get an answer, with no network at all.

   1. What this device is: not able (says why), not enrolled, or a desk of a city. The address is rid of an enrolment code
      before anything else.
   2. The bundle that is kept is verified from its bytes at every start (kept.js).
   3. A code comes from the camera or a picture (looking.js), a handheld scanner or the keyboard (typing.js). The answer is
      made on this device, by answer.js, for the service that this desk is set to (checking.js). Nothing is asked of anybody.
   4. Nothing of a card is kept anywhere but a number by week, service and verdict: no history, no address, no word in the
      console.
   5. Lists are fetched while no answer is on the screen (fetching.js); a newer page takes over in the same pauses.
   6. While a consultation is served here, every code goes to voice.js and to nothing else.
   7. Training is another store with another city's bundle, under a banner that stays (training.js).

   Here they are put together: what the buttons do, and how the page begins. */

import { answer } from "./answer.js";
import { drawBar } from "./bar.js";
import { ask, begin, idle } from "./checking.js";
import { takeFromAddress } from "./enrol.js";
import { enrolBy } from "./enrolling.js";
import { fetchNow, forgetEverything } from "./fetching.js";
import { LOOKS, stopLooking } from "./looking.js";
import { onOpen, open, unable } from "./parts.js";
import { of, pressFor } from "./places.js";
import { mountScannerSetup } from "./scanner_setup.js";
import { install } from "./settings.js";
import { signal } from "./sound.js";
import { changed, isText, onChange, state } from "./state.js";
import { WORK, keep, openStore } from "./store.js";
import { fetchTheTown, takeUp, train } from "./training.js";
import { scanner } from "./typing.js";
import { keepUpToDate } from "./updates.js";
import { mountVoice } from "./voice.js";
import * as words from "./words.js";

const { say } = words;

const EVERY_SO_OFTEN = 30_000;

// --- buttons -----------------------------------------------------------------------------------------------------------

const DOES = {
  ...LOOKS,
  fetch: fetchNow,
  "try-signals": () => signal("go", state.settings),
  install,
  "training-begin": () => train(true),
  "training-end": () => train(false),
  "training-take": fetchTheTown,
  forget: () => {
    of("forget-sure").hidden = false;
    of("forget-sure").querySelector("p").focus();
  },
  "forget-yes": () => forgetEverything("enrol"),
  "forget-no": () => {
    of("forget-sure").hidden = true;
    pressFor("forget").focus();
  },
};

document.addEventListener("click", (event) => {
  const press = event.target.closest("[data-do], [data-open]");
  if (!press) return;
  if (press.dataset.open) {
    begin();
    if (press.dataset.open !== "check") stopLooking();
    open(press.dataset.open);
  } else DOES[press.dataset.do]?.(press);
});

// --- language ----------------------------------------------------------------------------------------------------------

of("language").addEventListener("change", async () => {
  words.speak(of("language").value);
  // Of the device, not of training: kept with what is kept for work.
  await state.work.set("language", of("language").value);
});
words.onLanguage(() => {
  document.title = `${say("bar.check")} – ${words.cityName()}`;
  if (state.store) changed();
});

// --- beginning ---------------------------------------------------------------------------------------------------------

onChange(drawBar);

async function mountParts() {
  const setup = mountScannerSetup(of("scanner"), {
    say,
    load: () => state.work.get("scanner"),
    save: async (mapping) => {
      scanner.mapping = mapping;
      await state.work.set("scanner", mapping);
    },
  });
  onOpen((part) => {
    if (part !== "settings") setup.stop();
  });
  words.onLanguage(() => setup.refresh());
  state.voice = await mountVoice(of("part-voice"), { say, store: state.work, held: () => state.held, answer, ask, onChange: changed });
  onOpen((part) => {
    if (part === "voice") state.voice.refresh();
  });
}

async function start() {
  // 1
  const code = takeFromAddress();
  const told = await (await fetch("/desk-app/sentences.json")).json();
  words.take(told, navigator.languages ?? []);
  of("language").value = words.language();
  if (!globalThis.crypto?.subtle || typeof WebAssembly !== "object") return unable("unable.crypto");
  try {
    state.work = await openStore(WORK);
  } catch {
    return unable("unable.storage");
  }
  const language = await state.work.get("language");
  if (isText(language) && words.languages().includes(language)) {
    words.speak(language);
    of("language").value = language;
  }
  await mountParts();
  await takeUp((await state.work.get("training")) === true);
  if (code) await enrolBy(code);
  // A code that is opened where the page is open already.
  addEventListener("hashchange", () => {
    const another = takeFromAddress();
    if (another) enrolBy(another);
  });
  keepUpToDate(idle);
  state.persisted = await keep();
  setInterval(changed, EVERY_SO_OFTEN);
  document.documentElement.dataset.ready = "";
}

start().catch(() => {
  // The sentences did not come, or the store failed: the page says so in the city's language, as it was served.
  of("part-unable").classList.remove("late");
  for (const place of document.querySelectorAll("[data-part]")) place.hidden = place.dataset.part !== "unable";
});
