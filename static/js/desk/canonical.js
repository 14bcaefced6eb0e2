/* JSON that a stranger wrote: read in one way only, and written in the one form that TUF signs.

   Reading:
   1. Not larger than the caller's limit; UTF-8 without a byte order mark; nothing before or behind the value but
      spaces.
   2. No member twice: one reader takes the first, another the last, and they would believe different things.
   3. No NaN, no Infinity, no fractions, no integer of more than 16 characters.
   4. Nothing deeper than `MAX_DEPTH`.

   The first mistake decides, in the order of the text; a member that is there twice is told where its object ends. That
   is how citycard/core/strict_json.py decides too, so that the two give the same reason.

   What comes back: Map (a member may be called "__proto__"), Array, string, true, false, null; a number, or a BigInt
   beyond ±(2^53 - 1), because a rounded number would be signed as another one.

   Writing (`canonical`, the form of securesystemslib): members in the order of their code points, no spaces, quotation
   mark and backslash escaped and nothing else, UTF-8. */

import { JsonRefused } from "./errors.js";

/* A root nests 4 deep; what is nested deeper was written to exhaust somebody. */
const MAX_DEPTH = 64;

const MAX_DIGITS = 16;
const SPACES = " \t\n\r";
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const PLAIN = /[^"\\\0-\x1f]*/y;
const WORDS = new Map([
  ["null", null],
  ["true", true],
  ["false", false],
]);
const NO_NUMBERS = ["NaN", "Infinity", "-Infinity"];
const ESCAPES = new Map([...'"\\/bfnrt'].map((each, place) => [each, '"\\/\b\f\n\r\t'[place]]));
/* RFC 8259 §7. */

/** Return the value in `data` (bytes), at most `atMost` bytes of it; throw `JsonRefused` by rules 1 to 4. */
export function readJson(data, { atMost }) {
  // (1)
  if (data.length > atMost) throw new JsonRefused("too-large", `The document is larger than ${atMost} bytes.`);
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    throw notJson();
  }
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

function notJson() {
  return new JsonRefused("not-json", "The document is not JSON in UTF-8.");
}

class Reader {
  #text;
  #next = 0;

  constructor(text) {
    this.#text = text;
  }

  end() {
    this.#skipSpaces();
    if (this.#next < this.#text.length) throw notJson();
  }

  value(depth) {
    this.#skipSpaces();
    const first = this.#text[this.#next];
    if (first === '"') return this.#string();
    if (first === "{" || first === "[") {
      // (4)
      if (depth === MAX_DEPTH) throw notJson();
      this.#next++;
      return first === "{" ? this.#object(depth + 1) : this.#list(depth + 1);
    }
    for (const [word, value] of WORDS) if (this.#took(word)) return value;
    // (3)
    if (NO_NUMBERS.some((word) => this.#took(word))) throw notInteger();
    return this.#number();
  }

  #object(depth) {
    const members = new Map();
    let count = 0;
    if (!this.#ended("}")) {
      do {
        this.#skipSpaces();
        if (this.#text[this.#next] !== '"') throw notJson();
        const name = this.#string();
        this.#skipSpaces();
        if (!this.#took(":")) throw notJson();
        members.set(name, this.value(depth));
        count++;
      } while (this.#another("}"));
    }
    // (2)
    if (members.size !== count) throw new JsonRefused("member-twice", "The document names a member twice.");
    return members;
  }

  #list(depth) {
    const list = [];
    if (this.#ended("]")) return list;
    do list.push(this.value(depth));
    while (this.#another("]"));
    return list;
  }

  #ended(bracket) {
    this.#skipSpaces();
    return this.#took(bracket);
  }

  /* Whether a comma follows; else the bracket must. */
  #another(bracket) {
    this.#skipSpaces();
    if (this.#took(",")) return true;
    if (this.#took(bracket)) return false;
    throw notJson();
  }

  #number() {
    const found = this.#match(NUMBER);
    if (!found) throw notJson();
    // (3)
    if (found[1] !== undefined || found[2] !== undefined || found[0].length > MAX_DIGITS) throw notInteger();
    const number = Number(found[0]);
    return Number.isSafeInteger(number) ? number + 0 : BigInt(found[0]); // "-0" is 0
  }

  #string() {
    this.#next++;
    const parts = [];
    for (;;) {
      parts.push(this.#match(PLAIN)[0]);
      const stop = this.#text[this.#next++];
      if (stop === '"') return parts.join("");
      if (stop !== "\\") throw notJson(); // a control character, or the end
      parts.push(this.#escaped());
    }
  }

  #escaped() {
    const letter = this.#text[this.#next++];
    if (letter !== "u") {
      if (!ESCAPES.has(letter)) throw notJson();
      return ESCAPES.get(letter);
    }
    const digits = this.#text.slice(this.#next, this.#next + 4);
    if (!/^[0-9A-Fa-f]{4}$/.test(digits)) throw notJson();
    this.#next += 4;
    return String.fromCharCode(parseInt(digits, 16));
  }

  #skipSpaces() {
    while (SPACES.includes(this.#text[this.#next] ?? "end")) this.#next++;
  }

  #took(word) {
    if (!this.#text.startsWith(word, this.#next)) return false;
    this.#next += word.length;
    return true;
  }

  #match(pattern) {
    pattern.lastIndex = this.#next;
    const found = pattern.exec(this.#text);
    if (found) this.#next = pattern.lastIndex;
    return found;
  }
}

function notInteger() {
  return new JsonRefused("not-integer", "The document holds a number that is not an integer that is meant.");
}

/** Return the bytes of `value` (of the kinds that `readJson` gives) in the form that is signed. */
export function canonical(value) {
  const text = written(value);
  // Half of a pair has no UTF-8; written as another character it would be signed as another text.
  if (LONE.test(text)) throw notJson();
  return new TextEncoder().encode(text);
}

const LONE = /\p{Surrogate}/u;

function written(value) {
  if (value === null || typeof value === "boolean") return String(value);
  if (Number.isSafeInteger(value) || typeof value === "bigint") return String(value);
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map(written).join(",")}]`;
  if (!(value instanceof Map)) throw new TypeError("only what readJson gives can be written");
  const members = [...value].sort(([one], [other]) => compare(one, other));
  return `{${members.map(([name, member]) => `${quoted(name)}:${written(member)}`).join(",")}}`;
}

function quoted(text) {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/* By code points: by the halves of pairs, as `<` compares, U+FFxx would come behind all of the upper planes. */
function compare(one, other) {
  const [left, right] = [[...one], [...other]];
  const place = left.findIndex((letter, index) => letter !== right[index]);
  if (place < 0) return left.length - right.length;
  return place < right.length ? left[place].codePointAt(0) - right[place].codePointAt(0) : 1;
}
