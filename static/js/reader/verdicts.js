/* The words for what a check found: the same as in Python, the API and the counters (citycard/core/verdicts.py).

   Every check of a card ends in exactly one of these, in the order in which a reader decides. Only OK and OK_STALE say
   anything of the holder. That this browser cannot check at all is none of them: see `ReaderUnable` in errors.js. */

const WORDS = [
  "MALFORMED",
  "WRONG_TYPE",
  "UNKNOWN_ISSUER",
  "BAD_SIGNATURE",
  "KEY_REVOKED",
  "UNSUPPORTED",
  "NOT_YET",
  "EXPIRED",
  "REVOKED",
  "SUSPENDED",
  "STALE_STATUS",
  "NOT_ACCEPTED",
  "OK_STALE",
  "OK",
];

export const Verdict = Object.freeze(Object.fromEntries(WORDS.map((word) => [word, word])));

/** Whether anything of the holder may be shown. */
export function isGood(verdict) {
  return verdict === Verdict.OK || verdict === Verdict.OK_STALE;
}
