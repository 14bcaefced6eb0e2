/* The answer on the screen: shape, word and colour first, then the person, and nothing that stays.

   1. One answer at a time. What is new takes the place of what was there before anything of it is drawn; the portrait of
      the one before is gone by then.
   2. It goes after 15 seconds, at "Clear now", with the next scan, and when the page is left, hidden or loses the focus.
      "Hold" keeps it, two minutes at most since it came. An answer drawn again in another language keeps its time.
   3. Only a good card has a person. "Is this the person?" is a step: the portrait, large, with two buttons, at once or
      when it is asked for. "No" takes everything of the holder away and says what to do.
   4. A refusal shows the verdict, a sentence for the holder, the attendant's next step, and, where it is the city of the
      card that keeps it closed, what cards of that city open here. What is not open today is named with its day.
   5. Every text is set as text. A portrait stands as a blob whose address is given back as soon as it is drawn; one that
      cannot be drawn, or is larger than a card's, counts as none.
   6. The focus goes to the word, never to a button: a scanner ends with Enter. */

import { nextDay } from "./decision.js";
import { of } from "./places.js";
import * as words from "./words.js";

export const SECONDS = 15;
export const HELD = 120;

/** What `ask` comes to when the portrait cannot be drawn: nobody could compare a face with it. */
export const UNDRAWN = "undrawn";

const MAX_SIDE = 240;

/* Reasons that would be the same for every card of the city. */
const OF_THE_CITY = ["residents-only", "no-agreement", "partner-suspended"];

const { say } = words;

export class Screen {
  #box = of("answer");
  #shown = null;
  #face = "";
  #told = null;
  #timer = 0;
  #came = 0;
  #ends = 0;
  #cleared;

  /** `cleared()` is told when an answer has gone by itself or by a button. */
  constructor({ cleared }) {
    this.#cleared = cleared;
    addEventListener("blur", () => this.clear());
    addEventListener("pagehide", () => this.clear());
    addEventListener("freeze", () => this.clear());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.clear();
    });
    words.onLanguage(() => {
      if (this.#shown?.answer) this.#draw();
    });
  }

  get shows() {
    return this.#shown !== null;
  }

  /**
   * Show an answer (static/js/desk/answer.js). `desk` says what this desk is set to: { service, services, own, faces:
   * "always" or "asked", practice, today }.
   */
  show(answer, desk) {
    // 1
    this.#forget();
    this.#shown = { answer, desk, faces: desk.faces === "asked" ? "hidden" : "asking" };
    this.#draw();
    this.#begin();
  }

  /**
   * Show a screen of another part of the page, and return the `id` of the button that was pressed, null when it was
   * cleared (2), or UNDRAWN: { kind: go, hand, stop or ask, word, text, portrait, buttons: [{ id, label, strong }],
   * practice }.
   */
  ask({ kind, word, text: sentence, portrait = null, buttons: offered = [], practice = false }) {
    this.#forget();
    this.#shown = { answer: null };
    const outcome = element("section", { class: `outcome ${kind}`, "data-asked": kind });
    const band = element("div", { class: "band" });
    band.append(copyOf(`shape-${kind}`), text("h1", word, { tabindex: "-1", "data-aloud": "" }));
    const box = element("div", { class: `person ${portrait ? "" : "faceless"}` });
    const beside = element("div");
    let mine = null;
    const answered = (id) => {
      if (!mine || this.#told !== mine) return; // another screen stands here by now
      this.#told = null;
      this.#forget();
      mine(id);
    };
    if (portrait) box.append(this.#portrait(portrait, () => answered(UNDRAWN)));
    beside.append(text("p", sentence, { class: "to-holder", "data-aloud": "" }));
    if (offered.length) {
      beside.append(buttons(...offered.map(({ id, label, strong }) => button(label, strong ? "strong" : "quiet", () => answered(id), { "data-answer": id }))));
    }
    box.append(beside);
    outcome.append(band, ...practised(practice), box);
    this.#put(outcome, false);
    this.#begin();
    return new Promise((tell) => {
      this.#told = mine = tell;
    });
  }

  // 2
  #begin() {
    this.#came = performance.now();
    this.#ends = this.#came + SECONDS * 1000;
    this.#tick();
    this.#box.querySelector("h1").focus({ preventScroll: true });
    this.#box.scrollIntoView({ block: "start" });
    of("spoken").textContent = [...this.#box.querySelectorAll("[data-aloud]")].map((each) => each.textContent.trim()).join(" ");
    this.#timer = setInterval(() => this.#tick(), 250);
  }

  /** Take everything of the answer away; `quietly` when the next one comes already. */
  clear({ quietly = false } = {}) {
    if (!this.#shown) return;
    this.#forget();
    if (!quietly) this.#cleared();
  }

  #forget() {
    clearInterval(this.#timer);
    this.#giveBack();
    this.#shown = null;
    this.#box.replaceChildren();
    this.#box.hidden = true;
    document.body.classList.remove("answering");
    of("spoken").textContent = "";
    this.#told?.(null);
    this.#told = null;
  }

  #tick() {
    const left = Math.ceil((this.#ends - performance.now()) / 1000);
    if (left <= 0) this.clear();
    else this.#box.querySelector("[data-clears]").textContent = say("answer.clears", { seconds: left });
  }

  #hold(button) {
    const held = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(held));
    const now = performance.now();
    this.#ends = held ? this.#came + HELD * 1000 : Math.min(now + SECONDS * 1000, this.#came + HELD * 1000);
    this.#tick();
  }

  // --- drawing ------------------------------------------------------------------------------------------

  #draw() {
    const { answer, desk, faces } = this.#shown;
    const holds = this.#box.querySelector("[data-hold]")?.getAttribute("aria-pressed") === "true";
    this.#giveBack();
    const other = faces === "other";
    const kind = other ? "hand" : answer.kind;
    const outcome = element("section", { class: `outcome ${kind}`, "data-verdict": answer.verdict, "data-reason": answer.reason ?? "" });
    const band = element("div", { class: "band" });
    const name = other ? "word.other" : answer.verdict ? `word.${answer.verdict}` : "unable.word";
    band.append(copyOf(`shape-${kind}`), text("h1", say(name), { tabindex: "-1", "data-aloud": "" }));
    outcome.append(band, ...practised(desk.practice));
    outcome.append(answer.shows && !other ? this.#person() : this.#said());
    this.#put(outcome, holds);
  }

  #put(outcome, holds) {
    this.#box.replaceChildren(outcome, this.#foot(holds));
    this.#box.hidden = false;
    document.body.classList.add("answering");
  }

  // 4
  #said() {
    const { answer, desk, faces } = this.#shown;
    const box = element("div", { class: "said" });
    let [holder, next] = [`holder.${answer.verdict}`, `next.${answer.verdict}`];
    if (faces === "other") [holder, next] = ["holder.other", "next.other"];
    else if (!answer.verdict) [holder, next] = ["unable.card", "unable.next"];
    else if (words.knows(`holder.@${answer.reason}`)) [holder, next] = [`holder.@${answer.reason}`, `next.@${answer.reason}`];
    box.append(text("p", say(holder), { class: "to-holder", "data-aloud": "" }), text("p", say(next), { class: "next", "data-aloud": "" }));
    if (OF_THE_CITY.includes(answer.reason) && faces !== "other") box.append(this.#opens(answer, desk, "answer.opens_here"));
    return box;
  }

  #opens(answer, desk, heading) {
    const open = desk.services.filter(({ id }) => answer.opens.includes(id));
    const box = element("div", { class: "opens-here" });
    if (!open.length) {
      box.append(text("p", say("answer.opens_nothing")));
      return box;
    }
    const list = element("ul");
    for (const service of open) {
      const line = element("li");
      line.append(phrase(service.names, desk.own), ...forWhomAndWhen(service, desk.today));
      list.append(line);
    }
    box.append(text("h2", say(heading)), list);
    return box;
  }

  // 3
  #person() {
    const { answer, desk, faces } = this.#shown;
    const { shows } = answer;
    const box = element("div", { class: `person ${faces === "asking" && shows.portrait ? "" : "faceless"}` });
    const beside = element("div");
    if (shows.portrait && faces === "asking") {
      box.append(this.#portrait(shows.portrait, () => undrawn(box)));
      beside.append(text("p", say("answer.question"), { class: "question", "data-aloud": "" }), this.#question());
    } else if (shows.portrait && faces === "hidden") {
      beside.append(buttons(button(say("answer.compare"), "strong", () => this.#now("asking"), { "data-compare": "" })));
    } else if (faces === "same") {
      beside.append(hint("icon-check", say("answer.same"), "seen"));
    }
    beside.append(...cautions(answer, desk), this.#facts());
    if (!desk.service) beside.append(this.#opens(answer, desk, "answer.this_opens"));
    box.append(beside);
    return box;
  }

  #question() {
    const yes = button(say("answer.yes"), "strong", () => this.#now("same"), { "data-same": "" });
    const no = button(say("answer.no"), "quiet", () => this.#now("other"), { "data-other": "" });
    return buttons(yes, no);
  }

  #now(faces) {
    const { answer } = this.#shown;
    // What is no longer needed is not kept until the screen clears: after "no" nothing of the holder, after "yes" no face.
    const shows = faces === "other" ? null : faces === "same" ? { ...answer.shows, portrait: undefined } : answer.shows;
    this.#shown = { ...this.#shown, faces, answer: { ...answer, shows } };
    this.#draw();
    const heading = this.#box.querySelector("h1");
    heading.focus({ preventScroll: true });
    if (faces === "other") of("spoken").textContent = this.#box.querySelector(".said").textContent;
  }

  // 5
  #portrait(bytes, undrawn) {
    const address = URL.createObjectURL(new Blob([bytes], { type: "image/webp" }));
    this.#face = address;
    const picture = element("img", { class: "face", alt: say("answer.portrait"), width: "72", height: "96" });
    picture.src = address;
    const done = () => URL.revokeObjectURL(address);
    picture.decode().then(
      () => {
        done();
        if (Math.max(picture.naturalWidth, picture.naturalHeight) > MAX_SIDE) undrawn();
      },
      () => {
        done();
        undrawn();
      },
    );
    return picture;
  }

  #giveBack() {
    if (this.#face) URL.revokeObjectURL(this.#face);
    this.#face = "";
  }

  #facts() {
    const { answer, desk } = this.#shown;
    const { shows } = answer;
    const list = element("dl", { class: "facts" });
    const line = (name, ...parts) => {
      const row = element("div");
      const value = element("dd");
      value.append(...parts);
      row.append(text("dt", say(name)), value);
      list.append(row);
    };
    const yes = (is) => say(is ? "answer.is" : "answer.is_not");
    if (desk.service) line("answer.opens", phrase(desk.service.names, desk.own));
    if (shows.name) {
      const own = shows.ownName ? [element("br"), text("bdi", shows.ownName, { dir: "auto", lang: shows.ownLanguage ?? "" })] : [];
      line("answer.name", text("bdi", shows.name), ...own);
    }
    if (typeof shows.resident === "boolean") line("answer.resident", yes(shows.resident));
    const aged = desk.service && (desk.service.ages || desk.service.bands?.length);
    if (aged && !shows.askAge) line("answer.age", ...ageOf(shows.band, desk));
    if (shows.city) line("answer.city", text("bdi", words.inOurs(shows.city, desk.own).text));
    if (shows.lastDay) line("answer.until", words.day(shows.lastDay));
    if (!desk.service && Number.isFinite(answer.listAge)) line("answer.list", words.age(answer.listAge));
    return list;
  }

  #foot(holds) {
    const foot = element("div", { class: "clears" });
    const left = Math.max(1, Math.ceil((this.#ends - performance.now()) / 1000));
    const told = element("p");
    told.append(copyOf("icon-clock"), text("span", say("answer.clears", { seconds: left }), { "data-clears": "" }));
    const hold = button(say("answer.hold"), "quiet", () => this.#hold(hold), { "data-hold": "", "aria-pressed": String(holds) });
    foot.append(told, buttons(hold, button(say("answer.clear"), "quiet", () => this.clear(), { "data-clear": "" })));
    return foot;
  }
}

/* That a practice office is at work here, on every screen. */
const practised = (practice) => (practice ? [text("p", say("answer.practice"), { class: "practice" })] : []);

/* What the signature does not cover, and what is to be asked: in amber. */
function cautions(answer, desk) {
  const { shows } = answer;
  const found = [];
  if (answer.verdict === "OK_STALE") found.push(hint("icon-warning", say("next.OK_STALE")));
  for (const what of shows.notChecked.filter((what) => what !== "face")) found.push(hint("icon-warning", say(`unchecked.${what}`), "caution", { "data-unchecked": what }));
  if (shows.askAge) {
    const asked = hint("icon-speech", say("answer.ask_age"));
    const { ages, bands = [] } = desk.service ?? {};
    const list = element("ul");
    for (const band of bands) {
      const line = text("li", `${agesInWords(band.ages)} – `);
      line.append(phrase(band.gives, desk.own));
      list.append(line);
    }
    if (!bands.length && ages) list.append(text("li", agesInWords(ages)));
    asked.lastChild.append(list);
    found.push(asked);
  }
  if (!shows.full) found.push(text("p", say("answer.small"), { class: "small-code" }));
  if (answer.ownOrVisitor === "visitor") found.push(text("p", say("answer.visitor"), { class: "visitor" }));
  return found;
}

function ageOf(band, desk) {
  if (band) return [`${agesInWords(band.ages)} – `, phrase(band.gives, desk.own)];
  return [say(desk.service.bands?.length ? "answer.everybody" : "answer.fits")];
}

/* A list of what is open is the same for every card of the city: it says for which ages, and from which day. */
function forWhomAndWhen(service, today) {
  const from = nextDay(service, today);
  const said = [service.ages ? agesInWords(service.ages) : "", from ? say("answer.from", { first: words.day(from) }) : ""];
  return said.filter(Boolean).map((each) => ` – ${each}`);
}

function agesInWords({ from: lowest = null, to: highest = null }) {
  if (lowest === null) return words.sayCounted("ages.up_to", highest ?? 0);
  if (highest === null) return words.sayCounted("ages.from", lowest);
  return words.sayCounted("ages.between", highest, { low: lowest });
}

export function needsInWords({ needs }) {
  const named = ["name", "portrait", "resident", "age-band"].filter((need) => needs.includes(need)).map((need) => say(`need.${need}`));
  return named.length ? words.listed(named) : say("need.nothing");
}

/* A picture that is none: the holder is compared with the card, and the page says that the face is not covered. */
function undrawn(box) {
  box.querySelector("img").remove();
  box.classList.add("faceless");
  box.querySelector(".question")?.replaceWith(hint("icon-warning", say("unchecked.portrait"), "caution", { "data-unchecked": "portrait" }));
}

// --- parts ---------------------------------------------------------------------------------------------

function element(tag, attributes = {}) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function text(tag, content, attributes = {}) {
  const made = element(tag, attributes);
  made.textContent = content;
  return made;
}

/** A text of the city, marked as the language that it is in. */
export function phrase(texts, own) {
  const found = words.inOurs(texts, own);
  return text("bdi", found.text, { lang: found.language });
}

function button(label, kind, act, attributes = {}) {
  const made = text("button", label, { type: "button", class: `button ${kind}`, ...attributes });
  made.addEventListener("click", act);
  return made;
}

function buttons(...all) {
  const row = element("div", { class: "buttons" });
  row.append(...all);
  return row;
}

function hint(icon, content, kind = "caution", attributes = {}) {
  const box = element("div", { class: kind, ...attributes });
  const inside = element("div");
  inside.append(text("p", content, kind === "caution" ? { "data-aloud": "" } : {}));
  box.append(copyOf(icon), inside);
  return box;
}

const copyOf = (id) => of(id).content.firstElementChild.cloneNode(true);
