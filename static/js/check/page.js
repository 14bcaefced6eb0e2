/* The check page: a code goes in, a verdict comes out, and nothing leaves (citycard/transit/check_page.py).

   1. What the page knows stands in it as data: the city's keys, its lists, the sentences in six languages. Lists are read
      like any that came from elsewhere, signature and all; one that is refused is not held.
   2. A code is typed, read by a scanner, or found in a picture where the browser can. The field is emptied at once.
   3. The reader decides, by the clock of this device. Of a card that is not good nothing is shown but the verdict; of a
      good one, what its code holds, and what was not checked.
   4. An answer goes after two minutes, at "Clear now", with the next code and when the page is left.
   5. A newer list is taken from a file, if the reader says that it may follow the one before.
   6. That this browser cannot check is said as that, and never as a verdict.

   Nothing is stored, sent or put into an address. Every text is set as text, so that no name on a card can become markup. */

import { bytesOfBase64 } from "../reader/bytes.js";
import { dayOf } from "../reader/days.js";
import { CardRefused, ListRefused, ReaderUnable } from "../reader/errors.js";
import { printedNumber } from "../reader/number.js";
import { cardAmong } from "../reader/picture_code.js";
import { readStatusList } from "../reader/status.js";
import { readTrust } from "../reader/trust.js";
import { Verdict, isGood } from "../reader/verdicts.js";
import { verify } from "../reader/verify.js";

const STAYS = 120_000;
const HALF_A_DAY = 12 * 3600;
const LONGEST_FILE = 1 << 20; // of a list, as in the reader

const HANDS = [Verdict.OK_STALE, Verdict.STALE_STATUS, Verdict.UNSUPPORTED];

const of = (id) => document.getElementById(id);
const known = JSON.parse(of("city").textContent);
const texts = JSON.parse(of("texts").textContent);

let spoken = known.language;
let shown = null;
let asked = 0;
let timer = 0;
let portrait = "";

const now = () => Math.floor(Date.now() / 1000);

// --- words ------------------------------------------------------------------------------------------

function say(name, values = {}, language = spoken) {
  return texts[language].says[name].replaceAll(/\{(\w+)\}/g, (_, hole) => `\u2068${values[hole]}\u2069`);
}

/* A day as people write it, with digits that stand on cards too. */
function inWords(day) {
  const written = new Intl.DateTimeFormat(`${spoken}-u-nu-latn-ca-gregory`, { dateStyle: "long", timeZone: "UTC" });
  return written.format(new Date(`${day}T00:00:00Z`));
}

function speak(language) {
  spoken = language;
  const root = document.documentElement;
  root.lang = language;
  root.dir = texts[language].direction;
  root.dataset.language = language;
  document.title = `${say("page.title")} – ${known.names[language] ?? known.names[known.language] ?? ""}`;
  for (const button of document.querySelectorAll("[data-language]")) {
    if (button !== root) button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
  for (const place of document.querySelectorAll("[data-labelled]")) {
    place.setAttribute("aria-label", say(place.dataset.labelled));
  }
  of("made").textContent = say("page.made", { day: inWords(of("made").dataset.day) });
  sayListDay();
  draw();
}

// --- what the page holds ------------------------------------------------------------------------------

// 1
async function takeUp() {
  const trust = await readTrust(known.cities, { allowDemo: known.demo });
  const lists = new Map();
  for (const [uri, token] of Object.entries(known.lists)) {
    for (const issuer of trust) {
      if (!issuer.status_lists.includes(uri)) continue;
      const list = await listIn(bytesOfBase64(token), issuer, uri);
      if (list) lists.set(uri, list);
    }
  }
  return { trust, lists };
}

async function listIn(token, issuer, uri) {
  try {
    return await readStatusList(token, { issuer, uri, now: now() });
  } catch (error) {
    if (error instanceof ListRefused) return null;
    throw error;
  }
}

const place = takeUp();
place.catch(() => {}); // said where a code is checked (6)

async function sayListDay() {
  const held = await place.then(({ lists }) => [...lists.values()], () => []);
  const days = held.map((list) => dayOf(list.issued_at)).sort();
  of("list-day").textContent = days.length ? say("page.list_day", { day: inWords(days[0]) }) : say("page.list_none");
}

// 5
async function takeList(file) {
  let told = say("page.newer_bad");
  try {
    const { trust, lists } = await place;
    if (file.size <= LONGEST_FILE) {
      const token = new Uint8Array(await file.arrayBuffer());
      for (const issuer of trust) {
        for (const uri of issuer.status_lists) {
          const list = await listIn(token, issuer, uri);
          if (!list || !follows(list, lists.get(uri))) continue;
          lists.set(uri, list);
          told = say("page.newer_good", { day: inWords(dayOf(list.issued_at)) });
        }
      }
    }
  } catch (error) {
    told = error instanceof ReaderUnable ? say("page.unable") : told;
  }
  of("list-said").textContent = told;
  sayListDay();
}

function follows(list, before) {
  if (!before) return true;
  try {
    list.succeeds(before);
    return list.issued_at > before.issued_at;
  } catch (error) {
    if (error instanceof ListRefused) return false;
    throw error;
  }
}

// --- checking -----------------------------------------------------------------------------------------

// 3
async function answerTo(text) {
  try {
    const { trust, lists } = await place;
    const card = await verify(text, { trust, lists, now: now() });
    return { verdict: card.verdict, reason: "", card };
  } catch (error) {
    if (error instanceof CardRefused) return { verdict: error.verdict, reason: error.reason };
    return { unable: true }; // (6) also for a mistake of ours: whatever happens, it is not OK
  }
}

async function check(find) {
  const turn = ++asked;
  clear();
  const answer = await find();
  if (turn !== asked) return; // the next one is being read already
  shown = answer;
  draw();
  of("answer").scrollIntoView({ block: "nearest" });
  timer = setTimeout(clear, STAYS);
}

// 2
async function answerToPicture(file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return { trouble: "page.no_picture" };
  }
  try {
    const seen = await new BarcodeDetector({ formats: ["qr_code"] }).detect(picture);
    const found = [...new Set(seen.map((each) => each.rawValue).filter(Boolean))].slice(0, 6);
    if (!found.length) return { trouble: "page.no_code" };
    const text = await cardAmong(found, await place);
    return text === null ? { trouble: "page.several" } : await answerTo(text);
  } catch {
    return { unable: true };
  }
}

async function canSee() {
  try {
    return (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
  } catch {
    return false;
  }
}

// --- what is shown --------------------------------------------------------------------------------------

function element(tag, text = "", attributes = {}) {
  const made = document.createElement(tag);
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function draw() {
  forgetPortrait();
  if (!shown) {
    of("answer").replaceChildren();
    return;
  }
  if (shown.trouble || shown.unable) {
    const told = element("p", say(shown.trouble ?? "page.unable"), { class: "trouble", "data-trouble": shown.trouble ?? "unable" });
    of("answer").replaceChildren(told);
    return;
  }
  const { verdict, reason, card } = shown;
  const kind = verdict === Verdict.OK ? "go" : HANDS.includes(verdict) ? "hand" : "stop";
  const box = element("section", "", { class: `verdict ${kind}`, "data-verdict": verdict, "data-reason": reason ?? "" });
  // Once more here: the line at the top may have been moved out of sight.
  if (known.demo) box.append(element("p", say("page.demonstration"), { class: "demonstration" }));
  box.append(element("h2", say(`word.${verdict}`)), element("p", say(`verdict.${verdict}`)));
  if (card && isGood(verdict)) box.append(...holderOf(card));
  box.append(element("p", say("page.today", { day: inWords(dayOf(now())) }), { class: "hint" }), inOtherWords(verdict), leaving());
  of("answer").replaceChildren(box);
}

function holderOf(card) {
  const { identity } = card;
  const facts = [
    ["label.name", identity.full_name],
    ["label.own_script_name", identity.own_script_name, { lang: identity.own_script_language ?? "" }],
    ["label.born", identity.date_of_birth?.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3"), { dir: "ltr" }],
    ["label.address", identity.address],
    ["label.municipality", identity.location],
    ["label.country", identity.country],
    ["label.language", identity.language],
    ["label.number", printedNumber(identity.number), { dir: "ltr", class: "number" }],
    ["label.until", inWords(dayOf(Date.parse(card.expires_at) / 1000 - HALF_A_DAY))],
  ];
  const list = element("dl");
  for (const [label, value, attributes] of facts) {
    if (value === undefined) continue;
    const line = element("div");
    const told = element("dd");
    told.append(element("bdi", value, attributes));
    line.append(element("dt", say(label)), told);
    list.append(line);
  }
  const parts = [];
  if (identity.portrait) {
    portrait = URL.createObjectURL(new Blob([identity.portrait], { type: "image/webp" }));
    parts.push(element("img", "", { src: portrait, alt: say("label.portrait"), width: "144", height: "192" }));
  }
  parts.push(list);
  if (!card.full) parts.push(element("p", say("page.nothing_of_holder")));
  for (const what of card.not_checked) parts.push(element("p", say(`unchecked.${what}`), { class: "unchecked" }));
  parts.push(element("p", say("page.list_day", { day: inWords(dayOf(now() - card.status_age)) }), { class: "unchecked" }));
  return parts;
}

/* The same for whoever else is at the table: the two may share no language. */
function inOtherWords(verdict) {
  const list = element("ul", "", { class: "in-others" });
  for (const [language, { direction }] of Object.entries(texts)) {
    if (language === spoken) continue;
    const line = element("li", "", { lang: language, dir: direction });
    line.append(element("b", say(`word.${verdict}`, {}, language)), ` ${say(`verdict.${verdict}`, {}, language)}`);
    list.append(line);
  }
  return list;
}

function leaving() {
  const line = element("p", "", { class: "leaving" });
  const button = element("button", say("page.clear"), { type: "button" });
  button.addEventListener("click", () => {
    clear();
    of("code").focus();
  });
  line.append(button, ` ${say("page.clears")}`);
  return line;
}

// 4
function clear() {
  clearTimeout(timer);
  shown = null;
  draw();
}

function forgetPortrait() {
  if (portrait) URL.revokeObjectURL(portrait);
  portrait = "";
}

// --- beginning ------------------------------------------------------------------------------------------

of("check").addEventListener("submit", (event) => {
  event.preventDefault();
  // A scanner ends with Enter or a tab; a space at the end may belong to the code.
  const text = of("code").value.replace(/[\r\n\t]+$/, "");
  of("code").value = "";
  if (text) check(() => answerTo(text));
});
of("picture").addEventListener("change", () => {
  const [file] = of("picture").files;
  if (!file) return;
  check(async () => {
    const answer = await answerToPicture(file);
    of("picture").value = "";
    return answer;
  });
});
of("list").addEventListener("change", async () => {
  const [file] = of("list").files;
  if (file) await takeList(file);
  of("list").value = "";
});
for (const button of document.querySelectorAll("button[data-language]")) {
  button.addEventListener("click", () => speak(button.dataset.language));
}
document.addEventListener("keydown", (event) => {
  // A scanner is heard wherever somebody clicked last; keys meant for a button or a field stay there.
  const free = document.activeElement === document.body || document.activeElement === null;
  if (free && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) of("code").focus();
});
addEventListener("pagehide", clear);

const wanted = navigator.languages.map((each) => each.split("-")[0].toLowerCase()).find((each) => texts[each]);
speak(wanted ?? known.language);
of("clock").hidden = dayOf(now()) >= known.made_on;
canSee().then((can) => {
  of(can ? "by-picture" : "no-detector").hidden = false;
});
