/* Setting a handheld scanner up, step by step.

   1. A small code stands on the screen, whose text is known. What arrives when it is scanned shows how the scanner and
      the computer differ; the mapping is kept at once.
   2. A large code, as long as that of a card with a portrait, shows whether everything arrives and how long it takes.
   3. Where characters are lost on the way no mapping helps: then it says which, and how the scanner itself can be set so
      that no keyboard is in between.
   4. While the steps are open, every scan is for them; when they are closed or out of sight, none is. */

import { findMapping, meant } from "./layouts.js";
import { divertScans } from "./scanner.js";
import { LARGE, SMALL } from "./scanner_codes.js";

const QUIET_ZONE = 4; // light modules around a code
const SLOW = 8000; // milliseconds for the code of a card with a portrait: at 60 characters a second it is 21 seconds

/**
 * Make the set-up in `section` work. `say(name, values)` gives a sentence, `load()` the kept mapping or nothing,
 * `save(mapping)` keeps one (null: none). Returns { refresh(), stop() }: refresh after the language has changed.
 */
export function mountScannerSetup(section, { say, load, save, print = () => window.print() }) {
  const setup = new Setup(section, { say, load, save, print });
  return { refresh: () => setup.refresh(), stop: () => setup.close() };
}

class Setup {
  #part;
  #section;
  #say;
  #save;
  #code = SMALL;
  #mapping = null;
  #outcome = null;

  constructor(section, { say, load, save, print }) {
    this.#section = section;
    this.#say = say;
    this.#save = save;
    this.#part = (name) => section.querySelector(`[data-scanner="${name}"]`);
    const on = (name, act) => this.#part(name).addEventListener("click", act);
    on("begin", () => (this.#isOpen ? this.close() : this.#open(SMALL)));
    on("again", () => this.#open(SMALL));
    on("large", () => this.#open(LARGE));
    on("end", () => this.close(true));
    on("print", () => this.#print(print));
    on("forget", () => this.#keep(null));
    Promise.resolve(load()).then((mapping) => this.#know(mapping ?? null));
  }

  get #isOpen() {
    return !this.#part("steps").hidden;
  }

  /* Write every sentence of the section anew. */
  refresh() {
    for (const place of this.#section.querySelectorAll("[data-say]")) place.textContent = this.#say(place.dataset.say);
    for (const place of this.#section.querySelectorAll("[data-say-label]")) place.setAttribute("aria-label", this.#say(place.dataset.sayLabel));
    this.#tell(this.#outcome);
  }

  close(back = false) {
    this.#part("steps").hidden = true;
    this.#part("begin").setAttribute("aria-expanded", "false");
    divertScans(null);
    if (back) this.#part("begin").focus();
  }

  #open(code) {
    this.#code = code;
    this.#part("steps").hidden = false;
    this.#part("begin").setAttribute("aria-expanded", "true");
    const size = code === SMALL ? "small" : "large";
    this.#part("heading").dataset.say = `scanner.${size}-title`;
    this.#part("what").dataset.say = `scanner.${size}`;
    this.#part("code").replaceChildren(drawing(code));
    this.#part("code").classList.toggle("large", code === LARGE);
    this.#outcome = null;
    this.refresh();
    this.#part("heading").focus();
    divertScans((presses, took) => this.#scanned(presses, took)); // 4
  }

  /* A scan; false where it is none of ours. */
  #scanned(presses, took) {
    if (!this.#isOpen || this.#section.closest("[hidden]")) return false;
    this.#tell(this.#code === SMALL ? this.#compared(presses) : this.#measured(presses, took));
    return true;
  }

  // 1
  #compared(presses) {
    const found = findMapping(presses, SMALL.text);
    if (found.mapping) this.#keep(found.mapping);
    return found;
  }

  // 2
  #measured(presses, took) {
    const text = meant(presses, this.#mapping);
    const seconds = Math.max(1, Math.round(took / 1000));
    if (text === LARGE.text) return { kind: took > SLOW ? "slow" : "whole", seconds };
    const missing = LARGE.text.length - presses.length;
    if (presses.length > LARGE.text.length / 2 && missing > 0) return { kind: "dropped", missing };
    return missing === 0 ? { kind: "spoilt" } : { kind: "other" };
  }

  #keep(mapping) {
    this.#know(mapping);
    this.#save(mapping);
  }

  #know(mapping) {
    this.#mapping = mapping;
    for (const name of ["kept", "forget"]) this.#part(name).hidden = mapping === null;
  }

  #tell(outcome) {
    this.#outcome = outcome;
    const said = this.#part("said");
    said.replaceChildren();
    const good = ["fits", "mapping", "whole"].includes(outcome?.kind);
    this.#part("large").hidden = !(good && this.#code === SMALL);
    this.#part("again").hidden = !(outcome && this.#code === LARGE);
    // 3
    this.#part("help").hidden = outcome?.kind !== "lost" && outcome?.kind !== "spoilt";
    if (!outcome) return;
    const box = made("div", `notice ${good ? "done" : "wait"}`);
    const shape = this.#section.querySelector(`[data-scanner-shape="${good ? "done" : "wait"}"]`);
    const words = made("div");
    for (const sentence of this.#sentences(outcome)) words.append(made("p", "", sentence));
    box.append(shape.content.cloneNode(true), words);
    said.append(box);
  }

  #sentences({ kind, merged = [], swallowed = [], missing, seconds }) {
    if (kind !== "lost") return [this.#say(`scanner.${kind}`, { missing, seconds })];
    const groups = merged.map((characters) => this.#say("scanner.as-one", { characters: characters.map(named(this.#say)).join("  ") }));
    const gone = swallowed.length ? [this.#say("scanner.swallowed", { characters: swallowed.map(named(this.#say)).join("  ") })] : [];
    return [this.#say("scanner.lost"), ...groups, ...gone];
  }

  /* Only the code, its heading and what to do with it. */
  #print(print) {
    document.documentElement.classList.add("prints-scanner-code");
    addEventListener("afterprint", () => document.documentElement.classList.remove("prints-scanner-code"), { once: true });
    print();
  }
}

const named = (say) => (character) => (character === " " ? say("scanner.space") : character);

function made(tag, names = "", text = "") {
  const element = document.createElement(tag);
  if (names) element.className = names;
  element.textContent = text;
  return element;
}

/* The code, dark on light, one unit a module. */
function drawing({ size, rows }) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const whole = size + 2 * QUIET_ZONE;
  svg.setAttribute("viewBox", `${-QUIET_ZONE} ${-QUIET_ZONE} ${whole} ${whole}`);
  svg.setAttribute("shape-rendering", "crispEdges");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", rows.map((row, number) => dark(row).map((from) => `M${from} ${number}h1v1h-1z`).join("")).join(""));
  svg.append(path);
  return svg;
}

/* The places of the dark modules in a row of hexadecimal digits. */
function dark(row) {
  const bits = [...row].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, "0")).join("");
  return [...bits].flatMap((bit, place) => (bit === "1" ? [place] : []));
}
