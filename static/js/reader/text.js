/* Which texts may stand on a card: names in every script, and nothing that pretends to be another name.

   1. The length is checked first, in code points.
   2. No controls, no line ends, no bidirectional controls, no character that shows nothing, nothing for private use or
      outside Unicode's characters, nothing from scripts whose composed forms not every reader knows. The joiners U+200C
      and U+200D stay: Persian and Indic names need them.
   3. No more than four combining marks of the general blocks on one letter.
   4. The text is in NFC, not empty, and without spaces at its ends or doubled.

   The code points are those of citycard/core/text.py, which says why each; a test compares the two, one by one. */

import { TextRefused } from "./errors.js";

const FORBIDDEN = new RegExp(
  "[\\0-\\x1f\\x7f-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u200b\\u200e\\u200f\\u2028-\\u202e" +
    "\\u2060-\\u206f\\u2800\\u3164\\ud800-\\uf8ff\\ufdd0-\\ufdef\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\uffff" +
    "\\u{1fffe}\\u{1ffff}\\u{2fffe}\\u{2ffff}\\u{3fffe}\\u{3ffff}\\u{e0000}-\\u{e0fff}\\u{f0000}-\\u{10ffff}" +
    "\\u0897\\u1acf-\\u1aff\\u{105c0}-\\u{105ff}\\u{10d40}-\\u{10d8f}\\u{10ec0}-\\u{10eff}\\u{11380}-\\u{113ff}" +
    "\\u{11f00}-\\u{11f5f}\\u{16100}-\\u{1613f}\\u{16d40}-\\u{16d7f}\\u{1e08f}\\u{1e4d0}-\\u{1e4ff}" +
    "\\u{1e5d0}-\\u{1e5ff}\\u{1e6c0}-\\u{1e6ff}]",
  "u",
);
const MARK = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/u;
const MARKS = new RegExp(`${MARK.source}{5}`, "u");

const SPACE = "[ \\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000]";
const SPARE_SPACES = new RegExp(`^${SPACE}|${SPACE}$| {2}`, "u");

/** Return how many code points `text` has, counting no further than just beyond `most`. */
export function lengthUpTo(text, most) {
  if (text.length > 2 * most) return most + 1;
  let length = 0;
  for (const _ of text) length++;
  return length;
}

/** Return if `text` may stand on a card in at most `most` code points; throw `TextRefused` if not. */
export function checkText(text, most) {
  // (1)
  if (lengthUpTo(text, most) > most) throw new TextRefused("text-long", `This is longer than ${most} characters.`);
  // (2)
  if (FORBIDDEN.test(text)) throw new TextRefused("text-forbidden", "This holds an invisible or forbidden character.");
  // (3)
  if (MARK.test(text) && MARKS.test(text.normalize("NFD"))) {
    throw new TextRefused("text-marks", "This piles too many marks on one letter.");
  }
  // (4)
  if (!text || SPARE_SPACES.test(text) || text.normalize("NFC") !== text) {
    throw new TextRefused("text-form", "This is empty, has spare spaces, or is not in Unicode's composed form.");
  }
}
