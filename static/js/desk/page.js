/* The desk page for devices: point it at a card, get an answer, with no network at all.

   1. What this device is: not able (says why), not enrolled, or a desk of a city. The address is rid of an enrolment code
      before anything else.
   2. The bundle that is kept is verified from its bytes at every start, under the fingerprint that came with the enrolment.
      Whatever else is kept may have been edited: what is not of its kind counts as not there.
   3. A code comes from the camera, a handheld scanner, a picture or the keyboard. The answer is made on this device, by
      answer.js, for the service that this desk is set to. Nothing is asked of anybody.
   4. Two cards in quick succession never mix: the answer before goes when the next code comes, and an answer that is late,
      because another code came meanwhile, is dropped.
   5. An answer is counted by week, service and verdict. Nothing else of it is kept anywhere: no history, no address, no
      word in the console.
   6. Lists are fetched by sync.js while no answer is on the screen; a newer page takes over in the same pauses.
   7. While a consultation is served here, every code goes to voice.js and to nothing else.
   8. Training is another store with another city's bundle under a banner that stays. What is a practice office's is taken
      in training only (or by the page of a practice office), what is a real city's never. Nothing is counted. */

import { answer } from "./answer.js";
import { readBundle } from "./bundle.js";
import { readPicture, startCamera } from "./camera.js";
import { Counts, weekOf } from "./counts.js";
import { dayIn } from "./days.js";
import { EnrolmentRefused, askToEnrol, readEnrolment, takeFromAddress } from "./enrol.js";
import { BundleRefused } from "./errors.js";
import { fingerprints } from "./page_fingerprint.js";
import { ScannerTyping } from "./scanner.js";
import { mountScannerSetup } from "./scanner_setup.js";
import { Screen, needsInWords, phrase } from "./screen.js";
import { signal } from "./sound.js";
import { TRAINING, WORK, keep, openStore } from "./store.js";
import { Sync } from "./sync.js";
import { fetchTown, isTown } from "./town.js";
import { keepUpToDate } from "./updates.js";
import { mountVoice } from "./voice.js";
import * as words from "./words.js";

const { say } = words;

const HOUR = 3600;
const DAY = 86_400;
const AMBER = DAY;
const WARN = 3 * DAY;
const EVERY_SO_OFTEN = 30_000;
const MAX_FILE = 8 << 20;
const LONGEST_CODE = 4000; // ten times over what a scanner sends; whatever is longer is no card
const ALWAYS = { workerUrl: "/desk-app/reading.js" };

const of = (id) => document.getElementById(id);
const now = () => Math.floor(Date.now() / 1000);

/* What this page is at the moment. `state.trouble` is the code by which the kept bundle was refused, `state.unbelieved` the
   sentence by which what the office sent last was. */
const state = { work: null, store: null, counts: null, training: false, held: null, trouble: "", settings: {}, name: "", part: "", clockOff: false, unbelieved: null, persisted: false };

let turn = 0;
let looking = false;
let camera = null;
let installing = null;
let voice = null;
let setup = null;

// --- parts of the page ----------------------------------------------------------------------------------

function open(part) {
  state.part = part;
  tell("notice", "");
  for (const place of document.querySelectorAll("[data-part]")) place.hidden = place.dataset.part !== part;
  for (const press of document.querySelectorAll("[data-open]")) {
    if (press.dataset.open === part) press.setAttribute("aria-current", "page");
    else press.removeAttribute("aria-current");
  }
  of("parts").hidden = !state.held && !state.trouble;
  if (part === "settings") drawSettings();
  else setup?.stop();
  if (part === "voice") voice?.refresh();
  // A desk that works with its camera has it again after a pause in the settings, and in the morning.
  if (part === "check" && state.settings.camera && !camera?.running) startLooking();
}

function unable(why) {
  of("part-unable").classList.remove("late");
  of("unable-why").dataset.say = why;
  of("unable-why").textContent = say(why);
  open("unable");
}

/* What was told where: it is said again when the language changes. */
const lastTold = new Map();

function tell(place, sentence, values = {}) {
  lastTold.set(place, { sentence, values });
  of(place).textContent = sentence ? say(sentence, values) : "";
}

// --- what is kept -----------------------------------------------------------------------------------------

const isText = (value) => typeof value === "string";

async function readSettings() {
  const kept = await state.store.get("settings");
  const said = kept !== null && typeof kept === "object" ? kept : {};
  const { service, faces, sound, soundOthers, vibrate, camera: looks } = said;
  state.settings = {
    service: isText(service) ? service : null,
    faces: faces !== null && typeof faces === "object" ? { ...faces } : {},
    sound: sound === true,
    soundOthers: soundOthers === true,
    vibrate: vibrate === true,
    camera: looks === true,
  };
}

async function set(changes) {
  Object.assign(state.settings, changes);
  await state.store.set("settings", state.settings);
  drawState();
}

const service = () => state.held?.services.find(({ id }) => id === state.settings.service) ?? null;
const facesNow = () => (state.settings.faces[state.settings.service ?? ""] === "asked" ? "asked" : "always");

// 2
async function takeUpKept() {
  const [bytes, fingerprint] = [await state.store.get("bundle"), await state.store.get("fingerprint")];
  state.held = null;
  state.trouble = "";
  if (!(await isEnrolled())) return;
  if (!isPin(fingerprint) || !(bytes instanceof Uint8Array)) {
    state.trouble = bytes === undefined && isPin(fingerprint) ? "none" : "edited";
    return;
  }
  try {
    const held = await read(bytes, fingerprint);
    // 8: a file that was carried from one store into the other
    if (wrongStore(held)) state.trouble = "edited";
    else state.held = held;
  } catch (error) {
    if (!(error instanceof BundleRefused)) throw error;
    const plain = ["clock", "bundle-expired", "reader-unable", "bundle-version"];
    state.trouble = plain.includes(error.code) ? error.code : "edited";
  }
}

const isPin = (value) => value instanceof Uint8Array && value.length === 32;

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

/* Take a bundle in the place of the one before; returns null, or the sentence that says why not. */
async function take(bytes) {
  const fingerprint = await state.store.get("fingerprint");
  if (!isPin(fingerprint)) return { sentence: "enrol.first" };
  let held;
  try {
    held = await read(bytes, fingerprint);
  } catch (error) {
    if (!(error instanceof BundleRefused)) throw error;
    const own = `bundle.@${error.code}`;
    if (error.code === "clock") return { sentence: "bundle.clock", values: { moment: words.moment(now()) } };
    return words.knows(own) ? { sentence: own } : { sentence: "bundle.refused", values: { code: error.code } };
  }
  // 8
  const wrong = wrongStore(held);
  if (wrong) return { sentence: wrong };
  await state.store.set("bundle", bytes);
  await state.store.set("seen", held.issuedAt);
  await state.store.set("memory", { ...held.memory });
  Object.assign(state, { held, trouble: "", unbelieved: null });
  if (["enrol", "withdrawn"].includes(state.part)) open("check");
  if (state.part === "settings") drawSettings();
  drawState();
  return null;
}

// --- how old the lists are: always in sight -----------------------------------------------------------------

function drawState() {
  const place = of("state");
  const lines = [];
  let level = "fine";
  if (state.held) {
    const { issuedAt, expiresAt, leftOut } = state.held;
    const { oldest, own } = listsThatCount();
    level = now() >= expiresAt || own?.level === "red" ? "red" : now() - oldest >= AMBER || own?.level === "amber" ? "amber" : "fine";
    // Connecting helps where the office may have newer ones.
    const said = level === "red" ? "bundle.red" : level === "amber" && now() - issuedAt >= HOUR ? "bundle.amber" : "bundle.age";
    lines.push(say(said, { age: words.age(Math.max(0, now() - oldest)) }));
    if (level !== "red" && expiresAt - now() < WARN) {
      level = "amber";
      lines.push(say("bundle.soon", { day: words.moment(expiresAt) }));
    }
    if (now() + 600 < issuedAt) {
      level = "red";
      lines.splice(0, lines.length, say("bundle.clock", { moment: words.moment(now()) }));
    }
    for (const { issuer } of leftOut) lines.push(say("bundle.left_out", { city: issuer }));
    if (state.settings.service && !service()) {
      level = "red";
      lines.push(say("check.gone"));
    }
  } else if (state.trouble) {
    level = "red";
    if (state.trouble === "clock") lines.push(say("bundle.clock", { moment: words.moment(now()) }));
    else lines.push(say(state.trouble === "none" ? "bundle.none" : `bundle.@${state.trouble}`));
  }
  if (state.unbelieved) {
    level = level === "red" ? "red" : "amber";
    lines.push(say("bundle.unbelieved"), say(state.unbelieved.sentence, state.unbelieved.values));
  }
  if (state.clockOff && lines.length) {
    level = level === "red" ? "red" : "amber";
    lines.push(say("bundle.clock_off"));
  }
  place.className = `state ${level}`;
  place.hidden = !lines.length;
  // Written anew only when it differs: it is read aloud.
  const said = lines.join("\n");
  if (place.dataset.said !== said) {
    place.dataset.said = said;
    place.replaceChildren(
      ...lines.map((line) => {
        const told = document.createElement("p");
        told.textContent = line;
        return told;
      }),
    );
  }
  if (state.part === "settings") drawAges();
  of("desk-name").textContent = state.name;
  of("city").textContent = state.held ? words.inOurs(state.held.names, state.held.language).text : words.cityName();
  const chosen = service();
  const consultation = state.training ? null : voice?.serving();
  const name = consultation ?? (chosen ? phrase(chosen.names, state.held.language).textContent : "");
  of("set-to").textContent = name ? say("check.for", { service: name }) : say("check.good");
  of("needs").textContent = chosen && !consultation ? say("check.see", { needs: needsInWords(chosen) }) : "";
}

/* When the oldest list was made that decides here, as the settings say it beside its city. One of a partner that is
   suspended, or too old, decides nothing; where ours is too old it is ours that is said. */
function listsThatCount() {
  const cities = state.held.cities(now());
  const own = cities.find(({ own }) => own);
  const count = cities.filter(({ own, suspended, level }) => own || (!suspended && level !== "red"));
  const times = (own?.level === "red" ? [own] : count).map(({ listIssuedAt }) => listIssuedAt).filter((time) => time !== null);
  return { own, oldest: times.length ? Math.min(...times) : state.held.issuedAt };
}

// --- an answer -------------------------------------------------------------------------------------------------

// 3 and 4
async function check(text) {
  if (!state.store || ["unable", "enrol", "withdrawn", ""].includes(state.part)) return;
  const mine = ++turn;
  screen.clear({ quietly: true });
  tell("notice", ""); // it was read, or it stands above every answer
  if (state.part !== "check") open("check");
  // 7
  if (voice?.active() && !state.training) return voice.read(text);
  looking = true;
  try {
    const found = await answerTo(text);
    if (mine !== turn) return; // the next card is here already
    screen.show(found, desk());
    signal(found.kind, state.settings);
    count(found);
  } finally {
    if (mine === turn) looking = false;
  }
}

/* What this desk is set to, for the screen. */
function desk() {
  const { held } = state;
  return {
    service: service(),
    services: held?.services ?? [],
    own: held?.language ?? words.language(),
    faces: facesNow(),
    practice: state.training || held?.demo === true,
    today: held ? dayIn(held.timezone, now()) : "",
  };
}

async function answerTo(text) {
  const not = { verdict: "", reason: "", kind: "hand", shows: null, opens: [], ownOrVisitor: null, listAge: null };
  if (!state.held) {
    const reason = ["clock", "bundle-expired"].includes(state.trouble) ? state.trouble : "bundle-expired";
    return { ...not, verdict: "STALE_STATUS", reason };
  }
  try {
    return await answer(text.slice(0, LONGEST_CODE), { held: state.held, service: state.settings.service, now: now() });
  } catch {
    return not; // a mistake of ours: said as that, and never as a verdict
  }
}

// 5
function count({ verdict }) {
  if (!verdict || !state.held || state.training) return;
  state.counts.add(weekOf(now(), state.held.timezone), state.settings.service, verdict);
}

const screen = new Screen({
  cleared: () => {
    turn += 1; // what is still being looked for belongs to a card that is gone
    looking = false;
    if (state.part === "check") of("main").focus({ preventScroll: true });
  },
});

const idle = () => !screen.shows && !looking && ["check", "enrol", "withdrawn", "unable"].includes(state.part) && !document.activeElement?.matches("input");

// --- where codes come from -------------------------------------------------------------------------------------

const scanner = new ScannerTyping({ onText: check });
for (const kind of ["keydown", "keyup"]) {
  addEventListener(
    kind,
    (event) => {
      if (!event.target.closest?.("[data-own-keys]")) scanner.key(event);
    },
    true,
  );
}

let starting = null;

function startLooking() {
  starting ??= startTheCamera().finally(() => {
    starting = null;
  });
  return starting;
}

async function startTheCamera() {
  tell("camera-told", "");
  of("frame").hidden = false;
  if (camera) await camera.start();
  else camera = await startCamera(of("video"), { onText: check, onTrouble: cameraTrouble, ...ALWAYS });
  if (state.part !== "check") camera.stop(); // somebody was quicker than the camera
  drawCamera();
}

function stopLooking() {
  camera?.stop();
  drawCamera();
}

function cameraTrouble(name) {
  tell("camera-told", `scanner.camera-${name}`);
  drawCamera();
}

function drawCamera() {
  const running = camera?.running === true;
  of("frame").hidden = !running;
  of("camera-more").hidden = !running;
  pressFor("camera-start").hidden = running;
  pressFor("light").hidden = !camera?.hasTorch;
  pressFor("camera-next").hidden = !(camera?.cameras.length > 1);
}

async function nextCamera() {
  const all = camera.cameras.map(({ id }) => id);
  const used = of("video").srcObject?.getVideoTracks()[0]?.getSettings().deviceId;
  await camera.choose(all[(all.indexOf(used) + 1) % all.length]);
  drawCamera();
}

async function light(press) {
  const on = press.getAttribute("aria-pressed") !== "true";
  if (await camera.torch(on)) press.setAttribute("aria-pressed", String(on));
}

of("typed").addEventListener("submit", (event) => {
  event.preventDefault();
  // A scanner ends with Enter or a tab; a space at the end may belong to the code.
  const text = of("code").value.replace(/[\r\n\t]+$/, "");
  of("code").value = "";
  if (text) check(text);
});

of("picture").addEventListener("change", async () => {
  const [file] = of("picture").files;
  of("picture").value = "";
  if (!file) return;
  const mine = ++turn;
  screen.clear({ quietly: true });
  tell("picture-told", "");
  const texts = await readPicture(file, ALWAYS).catch(() => []);
  if (mine !== turn) return;
  if (!texts.length) return tell("picture-told", "picture.no-code");
  const text = await theOne(texts);
  if (mine !== turn) return;
  if (text === null) tell("picture-told", "picture.several");
  else check(text);
});

/* Of several codes in a picture, the one that is good; null when several cards are. A card has two codes. */
async function theOne(texts) {
  if (texts.length === 1 || !state.held) return texts[0];
  const answers = await Promise.all(texts.map(async (text) => ({ text, found: await answerTo(text) })));
  const good = answers.filter(({ found }) => found.shows);
  const names = new Set(good.map(({ found }) => found.shows.name).filter(Boolean));
  if (names.size > 1) return null;
  const formed = answers.filter(({ found }) => !["MALFORMED", "WRONG_TYPE"].includes(found.verdict));
  return (good.find(({ found }) => found.shows.full) ?? good[0] ?? formed[0] ?? answers[0]).text;
}

// --- enrolling ---------------------------------------------------------------------------------------------------

/* A device that works must not be turned into another city's by an address that somebody opens on it. */
const isEnrolled = async () => (await state.store.get("device")) !== undefined || (await state.store.get("bundle")) !== undefined;

async function enrolBy(code) {
  if (await isEnrolled()) return tell("notice", "enrol.already");
  open("enrol");
  await enrol(code);
}

async function enrol(text) {
  tell("enrol-told", "enrol.working");
  try {
    const { fingerprint, token } = readEnrolment(text);
    if (await isEnrolled()) return tell("enrol-told", "enrol.already");
    await state.store.set("fingerprint", fingerprint);
    // 8: the code of a practice office means nothing to the office that serves this page, and its files are enough.
    const alone = !token || (state.training && !words.practises());
    if (alone) return tell("enrol-told", "enrol.pinned");
    const { device, name, service } = await askToEnrol(token);
    await state.store.set("device", { token: device, name, service });
    sync.anew();
    state.name = name;
    await set({ service });
    const said = await sync.now();
    // Enrolled, whatever became of the bundle: the code works once.
    if (state.held) tell("notice", "enrol.done", { name });
    else {
      state.trouble ||= "none";
      open("settings");
      tell("sync-told", said.sentence, said.values);
    }
    drawState();
  } catch (error) {
    if (!(error instanceof EnrolmentRefused)) throw error;
    // Without the network the fingerprint stays: the bundle may come from a stick. A code that was refused leaves nothing.
    if (error.sentence !== "enrol.offline") await state.store.remove("fingerprint");
    tell("enrol-told", error.sentence);
  } finally {
    of("enrol-text").value = "";
  }
}

of("enrol").addEventListener("submit", (event) => {
  event.preventDefault();
  enrol(of("enrol-text").value);
});

of("enrol-file").addEventListener("change", () =>
  fromFile(of("enrol-file"), "enrol-told", async (bytes) => {
    const text = bytes.length < 4000 ? new TextDecoder().decode(bytes) : "";
    if (text.includes("#enrol=")) return enrol(text);
    const refused = await take(bytes);
    if (refused) tell("enrol-told", refused.sentence, refused.values);
  }),
);

of("bundle-file").addEventListener("change", () =>
  fromFile(of("bundle-file"), "sync-told", async (bytes) => {
    const refused = await take(bytes);
    sync.anew();
    tell("sync-told", refused ? refused.sentence : "bundle.fetched", refused?.values);
  }),
);

async function fromFile(field, told, act) {
  const [file] = field.files;
  if (!file) return;
  if (file.size > MAX_FILE) tell(told, "bundle.@bundle-form");
  else await act(new Uint8Array(await file.arrayBuffer()));
  field.value = "";
}

async function forgetEverything(part) {
  stopLooking();
  screen.clear({ quietly: true });
  turn += 1;
  sync.stop();
  if (!state.training) await voice?.forget();
  await state.store.wipe();
  Object.assign(state, { held: null, trouble: "", name: "", unbelieved: null });
  await readSettings();
  open(part);
  drawState();
}

// --- training ------------------------------------------------------------------------------------------------------

// 8
async function train(training) {
  stopLooking();
  screen.clear({ quietly: true });
  turn += 1;
  sync.stop();
  await state.work.set("training", training);
  await takeUp(training);
  if (training && (await isTown(state.store))) await takeTown();
}

async function takeUp(training) {
  const store = training ? await openStore(TRAINING) : state.work;
  const device = await store.get("device");
  Object.assign(state, { training, store, counts: new Counts(store), name: isText(device?.name) ? device.name : "", clockOff: false, unbelieved: null });
  document.body.classList.toggle("training", training);
  of("training-line").hidden = !training && !("stays" in of("training-line").dataset); // a practice office trains always
  for (const place of document.querySelectorAll(".training-only")) place.hidden = !training;
  pressFor("training-begin").hidden = training;
  for (const press of document.querySelectorAll("[data-do=training-end]")) press.hidden = !training;
  scanner.mapping = (await state.work.get("scanner")) ?? null;
  await readSettings();
  await takeUpKept();
  tell("enrol-told", "");
  open(state.held || state.trouble ? "check" : "enrol");
  drawState();
  if (state.held || state.trouble) sync.start();
}

/* The town to practise with; returns the sentence that says how it went. It is fetched anew when the training begins. */
async function takeTown() {
  const { store } = state;
  const town = await fetchTown();
  if (store !== state.store || !state.training) return "";
  if (!town) return "bundle.offline";
  const before = await store.get("fingerprint");
  await store.set("fingerprint", town.fingerprint);
  const refused = await take(town.bundle);
  if (refused && before) await store.set("fingerprint", before); // what is held stays readable
  if (!refused) await store.set("town", true);
  return refused?.sentence ?? "";
}

// --- settings --------------------------------------------------------------------------------------------------------

function drawSettings() {
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

/* For whoever compares it with the clerk's screen: citycard/partners/fingerprint.py, (2). */
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

of("language").addEventListener("change", async () => {
  words.speak(of("language").value);
  // Of the device, not of training: kept with what is kept for work.
  await state.work.set("language", of("language").value);
});
words.onLanguage(() => {
  document.title = `${say("bar.check")} – ${words.cityName()}`;
  for (const [place, { sentence, values }] of lastTold) tell(place, sentence, values);
  if (!state.store) return;
  setup?.refresh();
  drawState();
  if (state.part === "settings") drawSettings();
});

// --- buttons -----------------------------------------------------------------------------------------------------------

const pressFor = (what) => document.querySelector(`[data-do=${what}]`);

const DOES = {
  "camera-start": async () => {
    await startLooking();
    if (camera.running) await set({ camera: true });
  },
  "camera-stop": async () => {
    stopLooking();
    await set({ camera: false });
  },
  "camera-next": nextCamera,
  light,
  fetch: async () => {
    tell("sync-told", "bundle.fetching");
    const said = await sync.now();
    tell("sync-told", said.sentence, said.values);
  },
  "try-signals": () => signal("go", state.settings),
  install: async () => {
    installing?.prompt();
    installing = null;
    drawSettings();
  },
  "training-begin": () => train(true),
  "training-end": () => train(false),
  "training-take": async () => {
    tell("enrol-told", "bundle.fetching");
    tell("enrol-told", await takeTown());
  },
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
    screen.clear({ quietly: true });
    turn += 1;
    if (press.dataset.open !== "check") stopLooking();
    open(press.dataset.open);
  } else DOES[press.dataset.do]?.(press);
});
addEventListener("beforeinstallprompt", (event) => {
  installing = event;
});

// --- beginning ------------------------------------------------------------------------------------------------------------

// 6
const sync = new Sync({
  store: () => state.store,
  counts: () => state.counts,
  holds: () => state.held !== null,
  busy: () => screen.shows || looking,
  take,
  now,
  onState: (said) => {
    // Whatever else failed says nothing about what is believed.
    if (said.refused) state.unbelieved = said;
    if (state.part === "settings") {
      tell("sync-told", said.sentence, said.values);
      drawSettings();
    }
    drawState();
  },
  onDevice: async ({ name, service, moved }) => {
    state.name = name;
    if (moved) await set({ service });
    drawState();
  },
  onClock: (off) => {
    state.clockOff = off;
    drawState();
  },
  onWithdrawn: () => forgetEverything("withdrawn"),
});

async function mountParts() {
  setup = mountScannerSetup(of("scanner"), {
    say,
    load: () => state.work.get("scanner"),
    save: async (mapping) => {
      scanner.mapping = mapping;
      await state.work.set("scanner", mapping);
    },
  });
  voice = await mountVoice(of("part-voice"), {
    say,
    store: state.work,
    held: () => state.held,
    answer,
    ask: async (what) => {
      if (!what.answer) return screen.ask(what);
      screen.show(what.answer, { ...desk(), service: null });
      return null;
    },
    onChange: drawState,
  });
}

async function begin() {
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
  setInterval(drawState, EVERY_SO_OFTEN);
  document.documentElement.dataset.ready = "";
}

begin().catch(() => {
  // The sentences did not come, or the store failed: the page says so in the city's language, as it was served.
  of("part-unable").classList.remove("late");
  for (const place of document.querySelectorAll("[data-part]")) place.hidden = place.dataset.part !== "unable";
});
