/* Which of the codes in one picture is meant: a card has two, and a poster may hang behind it. As in
   citycard/operations/picture_code.py:

   1. A code that this browser cannot check is the one: whoever checks it says so, and nothing else is shown instead.
   2. Two different cards, by issuer and number, are nobody's to choose between. Names say nothing: two people may have
      the same, and a light code has none.
   3. One that reads under the cities that are trusted here comes before one that only has the form of a card, and the
      full code of a card before its light one. */

import { CardRefused, ReaderUnable } from "./errors.js";
import { Verdict } from "./verdicts.js";
import { checkSigned } from "./verify.js";

const NO_CARD = [Verdict.MALFORMED, Verdict.WRONG_TYPE];

/** Return the one of `texts` (at least one) that is meant under `trust`, or null when they are of several cards. */
export async function cardAmong(texts, { trust }) {
  const good = [];
  const formed = [];
  for (const text of texts) {
    try {
      good.push({ text, card: await checkSigned(text, { trust }) });
    } catch (error) {
      // (1)
      if (error instanceof ReaderUnable) return text;
      if (!(error instanceof CardRefused)) throw error;
      if (!NO_CARD.includes(error.verdict)) formed.push(text);
    }
  }
  // (2)
  if (new Set(good.map(({ card }) => `${card.issuer} ${card.identity.number}`)).size > 1) return null;
  // (3)
  const full = good.find(({ card }) => card.identity.full_name !== undefined);
  return full?.text ?? good[0]?.text ?? formed[0] ?? texts[0];
}
