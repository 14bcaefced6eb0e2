/* Base45 (RFC 9285), reading only: three characters are two bytes, a last pair is one byte.

   1. Every character is of the alphabet, with no newline, lower case or anything else forgiven.
   2. The length is not 1 modulo 3.
   3. A triple gives at most 65535 and a pair at most 255: otherwise no bytes can have given them. */

import { Base45Error } from "./errors.js";

/** RFC 9285, table 1: the position of a character is its value. */
export const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

const VALUES = new Map([...ALPHABET].map((character, value) => [character.charCodeAt(0), value]));

/** Return the bytes of base45 `text`; throw `Base45Error` for a text that no writer can have written. */
export function decode(text) {
  // (1)
  const values = new Uint8Array(text.length);
  for (let place = 0; place < text.length; place++) {
    const value = VALUES.get(text.charCodeAt(place));
    if (value === undefined) throw new Base45Error("base45-alphabet", "The text has characters that no card code has.");
    values[place] = value;
  }
  // (2)
  const rest = values.length % 3;
  if (rest === 1) throw new Base45Error("base45-length", "The text has a length that no card code has.");
  // (3)
  const triples = (values.length - rest) / 3;
  const data = new Uint8Array(2 * triples + (rest ? 1 : 0));
  for (let group = 0; group < triples; group++) {
    const number = values[3 * group] + 45 * values[3 * group + 1] + 2025 * values[3 * group + 2];
    if (number > 0xffff) throw new Base45Error("base45-overflow", "The text holds a group that no bytes give.");
    data[2 * group] = number >> 8;
    data[2 * group + 1] = number & 0xff;
  }
  if (rest) {
    const last = values[3 * triples] + 45 * values[3 * triples + 1];
    if (last > 0xff) throw new Base45Error("base45-overflow", "The text ends in a pair that no byte gives.");
    data[2 * triples] = last;
  }
  return data;
}
