/* What a handheld scanner typed, and what it meant.

   A scanner presses the keys where it believes the characters to be; the computer writes what it believes to stand
   there. Where the two believe in different keyboards, a card's code arrives with other characters. A test text that is
   known beforehand tells which.

   1. A press has the key's place (`code`, with Shift and AltGr) and what the computer made of it (`key`). The place is
      what the scanner really said: it stays right when somebody switches the computer's language or Caps Lock, where one
      key writes two letters (Arabic lam-alef), and where a dead key swallows what it should write. So a mapping goes by
      place wherever every press has one.
   2. `key` is right where there are no places: some remote desktops and Android scanners hand over ready characters.
      A mapping then goes by character, and can be impossible: two characters that arrive as one cannot be told apart.
   3. A press that came as Alt and digits, or that the scanner's maker calls universal, is the character itself.
   4. A mapping is a plain object that can be stored: { by: "place" | "character", table: { what arrived: what was meant } },
      one character of a code for each. Whatever else was stored is none: a table could write the code of another card.
   5. Another scanner than the one that was set up may be at the device: presses are read by the mapping, as they came, and
      as an American keyboard's, which is how scanners leave the factory. The first reading that is a whole code, to the
      sum at its end, is what was meant; else the first that could be one. Without a mapping there are the other two. */

import { ALPHABET, decode } from "../reader/base45.js";
import { CitycardError } from "../reader/errors.js";
import { inflate } from "../reader/inflate.js";
import { MAX_TEXT, MAX_TOKEN } from "../reader/verify.js";

/** The code of a key that stands for itself (3). */
export const ITSELF = "itself";

/* What the computer made of the presses. */
const arrived = (presses) => presses.map(({ key }) => key).join("");

/** Return the text that the scanner meant by `presses`, under a `mapping` from `findMapping` or null. */
export function meant(presses, mapping) {
  // 5
  const readings = [...(isMapping(mapping) ? [read(presses, mapping)] : []), arrived(presses), read(presses, AMERICAN)];
  return readings.find(isWhole) ?? readings.find(canBeMeant) ?? readings[0];
}

function read(presses, mapping) {
  const name = mapping.by === "place" ? placeOf : characterOf;
  const one = (press) => own(mapping.table, name(press)) ?? loosely(press, mapping) ?? press.key;
  return presses.map((press) => (press.code === ITSELF ? press.key : one(press))).join("");
}

// 4
function isMapping(mapping) {
  if (!["place", "character"].includes(mapping?.by) || mapping.table === null || typeof mapping.table !== "object") return false;
  return Object.values(mapping.table).every((meaning) => typeof meaning === "string" && meaning.length === 1 && ALPHABET.includes(meaning));
}

/* Caps Lock makes some scanners leave Shift away or add it: harmless as long as the key has one meaning only. */
function loosely(press, mapping) {
  if (mapping.by !== "place") return undefined;
  const meanings = new Set();
  for (const shift of ["", "+Shift"]) {
    const meaning = own(mapping.table, press.code + shift);
    if (meaning !== undefined) meanings.add(meaning);
  }
  return meanings.size === 1 && !press.altGraph ? [...meanings][0] : undefined;
}

/* Whether nothing of a card's code, or of another packed like one, is missing or mixed up. */
function isWhole(text) {
  if (text.length > MAX_TEXT) return false;
  try {
    return inflate(decode(text), MAX_TOKEN).length > 0;
  } catch (error) {
    if (error instanceof CitycardError) return false;
    throw error;
  }
}

/* A card's code, or the address that a clerk's screen shows. */
function canBeMeant(text) {
  return text.startsWith("https://") || [...text].every((character) => ALPHABET.includes(character));
}

/**
 * Compare the presses of one scan with the text of the code that was scanned. Returns one of
 *
 *   { kind: "fits", mapping }      nothing is in the way
 *   { kind: "mapping", mapping }   characters arrive as others, and can be told back
 *   { kind: "lost", merged, swallowed }   they cannot: groups of characters that arrive as one; characters that are
 *                                  swallowed and spoil the next. The scanner's own setting has to help.
 *   { kind: "dropped", missing }   some never arrived
 *   { kind: "other" }              that was not this code
 */
export function findMapping(presses, text) {
  const count = presses.length;
  const fits = arrived(presses) === text;
  if (presses.every(({ code }) => code === ITSELF)) {
    if (fits) return { kind: "fits", mapping: { by: "character", table: {} } };
    return count < text.length && isPartOf(arrived(presses), text) ? dropped(text.length - count) : { kind: "other" };
  }
  if (count < text.length && count > text.length / 2 && looksLike(presses, text)) return dropped(text.length - count);
  if (count !== text.length) return { kind: "other" };
  const attempts = [];
  // 1
  if (presses.every(({ code }) => code)) attempts.push(learn(presses, text, "place", placeOf));
  // 2
  attempts.push(learn(presses, text, "character", characterOf));
  const found = attempts.find(({ mapping }) => mapping);
  if (found) return { kind: fits ? "fits" : "mapping", mapping: found.mapping };
  const { merged, swallowed, steady } = attempts[0];
  return steady * 2 > ALPHABET.length ? { kind: "lost", merged, swallowed } : { kind: "other" };
}

const dropped = (missing) => ({ kind: "dropped", missing });

function learn(presses, text, by, name) {
  const arrivals = new Map();
  for (const [place, character] of [...text].entries()) {
    if (!arrivals.has(character)) arrivals.set(character, new Set());
    arrivals.get(character).add(name(presses[place]));
  }
  const steady = [...arrivals].filter(([, names]) => names.size === 1).map(([character, [one]]) => [character, one]);
  const meanings = new Map();
  for (const [character, one] of steady) meanings.set(one, [...(meanings.get(one) ?? []), character]);
  const dead = meanings.get("Dead") ?? [];
  meanings.delete("Dead");
  const merged = [...meanings.values()].filter((characters) => characters.length > 1);
  const swallowed = dead.length ? dead : steady.length < arrivals.size ? wavering(arrivals) : [];
  if (merged.length || swallowed.length) return { merged, swallowed, steady: steady.length };
  return { mapping: { by, table: Object.fromEntries(steady.map(([character, one]) => [one, character])) } };
}

const wavering = (arrivals) => [...arrivals].filter(([, names]) => names.size > 1).map(([character]) => character);

/* Whether a scan that is too short is this text all the same: it has about as many kinds of press as the text has of
   characters. Which ones are missing cannot be told, and need not be. */
function looksLike(presses, text) {
  const kinds = new Set(presses.map(({ key, code, shift }) => `${code} ${shift} ${code ? "" : key}`)).size;
  return kinds > ALPHABET.length / 2 && kinds <= new Set(text).size;
}

function isPartOf(part, text) {
  let place = 0;
  for (const character of text) if (part[place] === character) place++;
  return part.length > text.length / 2 && place === part.length;
}

function placeOf({ key, code, shift, altGraph }) {
  if (code === ITSELF) return code + key;
  return code + (shift ? "+Shift" : "") + (altGraph ? "+AltGraph" : "");
}

const characterOf = ({ key }) => key;

const own = (table, name) => (Object.hasOwn(table, name) ? table[name] : undefined);

/* An American keyboard: each row of keys, what they write, and what they write with Shift. */
const ROWS = [
  [["Backquote", ..."1234567890".split("").map((digit) => `Digit${digit}`), "Minus", "Equal"], "`1234567890-=", "~!@#$%^&*()_+"],
  [[..."QWERTYUIOP".split("").map((letter) => `Key${letter}`), "BracketLeft", "BracketRight", "Backslash"], "qwertyuiop[]\\", "QWERTYUIOP{}|"],
  [[..."ASDFGHJKL".split("").map((letter) => `Key${letter}`), "Semicolon", "Quote"], "asdfghjkl;'", 'ASDFGHJKL:"'],
  [[..."ZXCVBNM".split("").map((letter) => `Key${letter}`), "Comma", "Period", "Slash", "Space"], "zxcvbnm,./ ", "ZXCVBNM<>? "],
];

const AMERICAN = {
  by: "place",
  table: Object.fromEntries(
    ROWS.flatMap(([codes, plain, shifted]) =>
      codes.flatMap((code, place) => [
        [code, plain[place]],
        [`${code}+Shift`, shifted[place]],
      ]),
    ),
  ),
};
