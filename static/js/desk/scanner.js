/* Handheld scanners, which a computer takes for keyboards.

   1. Nobody types as fast as a scanner: presses that follow each other within `QUICK` are a scan, wherever on the page
      the focus is. One stall of Bluetooth within a long scan is forgiven (`STALL`).
   2. A scan ends with Enter or Tab (or what stands for them: Ctrl+M, Ctrl+J), or with silence, for scanners that send
      neither; an end that comes late after a silence presses nothing any more. A scan needs `LEAST` characters: shorter than any card's code, longer than any word.
   3. What a scan presses does nothing else: no button is pressed by its space or Enter, no field is left by its Tab.
      Only its very first press is nobody's yet. In a field the first `SURE` characters are let through, because they
      might be somebody's who types in haste; when it turns out that they were not, the field is put back as it was.
   4. Slow typing, shortcuts and keys that are held down are not touched.
   5. Scanners in "Alt mode" press Alt and the number of each character on the number pad. The numbers are read here, so
      this works on computers that know nothing of it.
   6. A field marked `data-own-keys` gets everything as it comes: a scan into it is typed there.
   7. The clock is the event's own (`timeStamp`): a page that is late does not take a scan for slow typing.

   Give every `keydown` and `keyup` of the window to `key`, in the capture phase, before anything else looks at them. */

import { ITSELF, meant } from "./layouts.js";

const QUICK = 50; // milliseconds
const STALL = 250;
const SILENCE = 450;
const LATE = 1500;
const LEAST = 20;
const SURE = 10;

const ENDS = new Set(["Enter", "NumpadEnter", "Tab"]);
const MODIFIERS = new Set(["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "NumLock", "Fn", "OS"]);
const WITHOUT_NAME = new Set(["", "Unidentified", "Process"]);
const WRITES = /^(Key|Digit|Numpad\d|Intl|Minus|Equal|Bracket|Semicolon|Quote|Backquote|Backslash|Comma|Period|Slash|Space)/;
const TYPED_INTO = 'textarea, select, [contenteditable=""], [contenteditable="true"], input:not([type="button"]):not([type="submit"]):not([type="reset"]):not([type="checkbox"]):not([type="radio"]):not([type="file"]):not([type="image"])';

let diverted = null;

/** Let `taker(presses, milliseconds)` have every scan first; it returns true for what it keeps. Null ends that. */
export function divertScans(taker) {
  diverted = taker;
}

export class ScannerTyping {
  #presses = [];
  #began = 0;
  #last = -Infinity;
  #field = null;
  #number = "";
  #timer = 0;
  #silentSince = -Infinity;

  /** `onText(text)` is told each scan; `mapping` is what the set-up kept, or null. Both may be changed at any time. */
  constructor({ onText, mapping = null }) {
    this.onText = onText;
    this.mapping = mapping;
  }

  /** Look at a press or release of a key; true if it belonged to a scan and went no further. */
  key(event) {
    // 6
    if (event.target?.closest?.("[data-own-keys]")) return this.#forget();
    const ours = event.type === "keyup" ? this.#released(event) : this.#pressed(event);
    if (ours) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    return ours;
  }

  #pressed(event) {
    if (typeof event.key !== "string") return false; // a browser that fills in a form sends such
    // 5
    if (event.altKey && /^Numpad\d$/.test(event.code)) {
      this.#number += event.code.at(-1);
      return true;
    }
    if (event.key === "Alt") this.#number = "";
    if (MODIFIERS.has(event.key)) return false;
    if (event.repeat) return this.#presses.length > 1;
    // 2
    if (isEnd(event)) return this.#end(event);
    // 4
    if (!isCharacter(event)) return this.#forget();
    const { key, code, shiftKey: shift, timeStamp } = event;
    return this.#add({ key, code, shift, altGraph: hasAltGraph(event) }, timeStamp, event.target, QUICK);
  }

  #released(event) {
    // 5
    if (event.key === "Alt" && this.#number) {
      const key = String.fromCharCode(Number(this.#number));
      this.#number = "";
      this.#add({ key, code: ITSELF, shift: false, altGraph: false }, event.timeStamp, event.target, STALL);
      return true;
    }
    // 3: some browsers press a button when the space is released.
    return this.#presses.length > 1 && event.code === "Space" && !event.target.matches?.(TYPED_INTO);
  }

  #add(press, moment, target, quick) {
    // 1
    const pause = moment - this.#last;
    this.#last = moment;
    const unsure = this.#presses.length < SURE;
    if (pause > (unsure ? quick : STALL) || (unsure && elementOf(target) !== (this.#field?.element ?? null))) {
      this.#presses = [];
      this.#began = moment;
      this.#field = fieldOf(target);
    }
    this.#presses.push(press);
    const { length } = this.#presses;
    if (length >= LEAST) this.#waitForSilence();
    // 3
    if (!this.#field) return length > 1;
    if (length === SURE) this.#restore();
    return length >= SURE;
  }

  #end(event) {
    const late = event.timeStamp - this.#silentSince < LATE && this.#presses.length === 0;
    this.#silentSince = -Infinity;
    if (late) return true;
    const pause = event.timeStamp - this.#last;
    if (this.#presses.length < LEAST || pause > STALL) return this.#forget();
    this.#tell();
    return true;
  }

  #waitForSilence() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#silentSince = this.#last;
      this.#tell();
    }, SILENCE);
  }

  #tell() {
    const presses = this.#presses;
    const took = this.#last - this.#began;
    this.#restore();
    this.#forget();
    if (diverted?.(presses, took)) return;
    this.onText(meant(presses, this.mapping));
  }

  #forget() {
    clearTimeout(this.#timer);
    this.#presses = [];
    this.#last = -Infinity;
    this.#field = null;
    return false;
  }

  #restore() {
    if (!this.#field || this.#field.value === this.#field.element.value) return;
    const { element, value, from, to } = this.#field;
    element.value = value;
    if (from !== null) element.setSelectionRange(from, to);
    element.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

const elementOf = (target) => target?.closest?.(TYPED_INTO) ?? null;

/* The field as it was before the scan began, or null where nothing is typed into. */
function fieldOf(target) {
  const element = elementOf(target);
  if (!element) return null;
  return { element, value: element.value, from: element.selectionStart ?? null, to: element.selectionEnd ?? null };
}

function isEnd(event) {
  if (event.ctrlKey && !hasAltGraph(event)) return event.code === "KeyM" || event.code === "KeyJ";
  return ENDS.has(event.code || event.key) && !event.altKey && !event.metaKey;
}

/* Keys with a name ("ArrowLeft", "F5") have a Latin name of several letters. A key that writes two Arabic letters has
   both, or none: then, as under an input method, its place says that it is one that writes. */
function isCharacter(event) {
  if (event.metaKey || (event.ctrlKey && !hasAltGraph(event))) return false;
  if (event.key === "Dead" || [...event.key].length === 1 || /[^ -~]/.test(event.key)) return true;
  return WITHOUT_NAME.has(event.key) && WRITES.test(event.code);
}

const hasAltGraph = (event) => Boolean(event.getModifierState?.("AltGraph"));
