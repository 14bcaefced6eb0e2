/* Checking a card: one order, the first failure decides, and nothing in a card is believed before step 7.

    1. The text is no longer than a card's code and has only its characters.                         MALFORMED
    2. It is base45 of one whole zlib stream of at most 64 KiB.                                      MALFORMED
    3. That is one COSE_Sign1 (tag 18), in the one canonical form at every level.                    MALFORMED
    4. It does not say that it is something else (header 16).                                        WRONG_TYPE
    5. The protected header is exactly algorithm and key, of accepted kinds; the other is empty.     MALFORMED
    6. The issuer is a recognised city, and the key one that it uses for cards.                      UNKNOWN_ISSUER
    7. The signature is good over the bytes as received.                                             BAD_SIGNATURE
    8. The key is not compromised and was in use on the day of issue.                                KEY_REVOKED
    9. The profile version is known.                                                                 UNSUPPORTED
   10. The claims fit the closed schema.                                                             MALFORMED
   11. The day of issue has come; the last day is not over.                                          NOT_YET, EXPIRED
   12. The index is in its list (else MALFORMED); the list does not say that it ended.               REVOKED, SUSPENDED
   13. A list is held that is fresh enough to say so.                                                STALE_STATUS
   14. This desk is agreed to accept it.                                                             NOT_ACCEPTED
   15. The list is younger than amber.                                                               OK_STALE, else OK

   The same order and words as citycard/core/verify.py; the vectors and three thousand spoilt cards are read by both.

   Every refusal throws a `CardRefused`. A browser that cannot check at step 7 throws `ReaderUnable`, which is about the
   browser and not the card; no way leads from there to a card. Nothing is fetched, stored or logged; no clock read. */

import * as base45 from "./base45.js";
import * as claims from "./claims.js";
import * as cose from "./cose.js";
import { dayOf, demandNow, isTime, writtenMoment } from "./days.js";
import * as errors from "./errors.js";
import { inflate } from "./inflate.js";
import { KeyState } from "./keys.js";
import { CardStatus, StatusList } from "./status.js";
import { lengthUpTo } from "./text.js";
import { TrustStore } from "./trust.js";
import { Verdict } from "./verdicts.js";

/** Longest code in characters, and largest token in bytes once inflated. */
export const MAX_TEXT = 1732;
export const MAX_TOKEN = 64 * 1024;

/** Ages of a status list, in seconds: from AMBER on a desk is told, from RED on it decides nothing any more. */
export const AMBER = 24 * 3600;
export const RED = 21 * 86400;

/**
 * Return the card in the code `text`, or throw the `CardRefused` that says why not.
 *
 * `trust` is a TrustStore, `lists` a Map from address to StatusList, `now` seconds since 1970. `desk` says what this
 * place asks for: `amber` and `red` in seconds, `redFor` {issuer: seconds} where an agreement shortens red, and
 * `refuses(card)`, which returns the reason (a slug) why a good card is not accepted here, or null.
 */
export async function verify(text, { trust, lists, now, desk = {} }) {
  const { amber, red, refuses } = demandSituation(trust, lists, now, desk);
  // (1) to (8)
  const { signed, issuer } = await open(text, trust);
  // (9) and (10)
  const card = read(signed);
  // (11)
  checkDays(card, now);
  // (12)
  const found = lists.get(card.status_uri);
  const held = found?.issuer === card.issuer ? found : null;
  if (held) checkStatus(card, held);
  // (13)
  if (!held) throw refused(Verdict.STALE_STATUS, "list-missing", 13, "No list of ended cards is held for this card.");
  const age = held.age(now);
  if (!(age < red(card.issuer)) || now >= held.expires_at) {
    throw refused(Verdict.STALE_STATUS, "list-old", 13, "The list of ended cards is too old to decide.");
  }
  // (14)
  const reason = refuses(card);
  if (reason !== null) throw refused(Verdict.NOT_ACCEPTED, reason, 14, "This card is good, but not accepted for this.");
  // (15)
  return Object.freeze({
    verdict: age < amber ? Verdict.OK : Verdict.OK_STALE,
    issuer,
    identity: card.identity,
    full: isFull(card.identity),
    issued_on: dayOf(card.issued_at),
    expires_at: writtenMoment(card.expires_at),
    status_age: age,
    not_checked: notChecked(card.identity),
  });
}

/**
 * Return what a card says after steps 1 to 10 alone: written and signed as it should be, perhaps long over. For a
 * holder who asks what is in her code. Not for a desk: dates and status were NOT checked.
 */
export async function checkSigned(text, { trust }) {
  const { signed } = await open(text, trust);
  return read(signed);
}

/* What the caller hands in must be of the kinds that were checked when they were made. */
function demandSituation(trust, lists, now, desk) {
  demandNow(now);
  if (!(trust instanceof TrustStore)) throw new TypeError("trust is a TrustStore");
  if (!(lists instanceof Map && [...lists.values()].every((list) => list instanceof StatusList))) {
    throw new TypeError("lists is a Map of StatusList");
  }
  const { amber = AMBER, red = RED, redFor = {}, refuses = () => null } = desk;
  if (![amber, red, ...Object.values(redFor)].every(Number.isFinite)) throw new TypeError("ages are in seconds");
  return { amber, refuses, red: (issuer) => (Object.hasOwn(redFor, issuer) ? redFor[issuer] : red) };
}

/* Steps 1 to 8: from text to claims that a recognised city signed. */
async function open(text, trust) {
  const envelope = envelopeOf(text);
  // (4)
  if (envelope.header.has(cose.TYP)) {
    throw refused(Verdict.WRONG_TYPE, "typ-present", 4, "This is signed, but it is not a card.");
  }
  // (5)
  if (!envelope.headerIs(cose.ALG, cose.KID)) {
    throw refused(Verdict.MALFORMED, "header", 5, "The code's header is not a card's.");
  }
  // (6) The claims are not believed here: they choose whose key to try, and a wrong choice fails at step 7.
  const url = envelope.claims.get(claims.ISS);
  if (typeof url !== "string") throw refused(Verdict.MALFORMED, "issuer-form", 6, "The code names no city.");
  const issuer = trust.issuer(url);
  if (!issuer) throw refused(Verdict.UNKNOWN_ISSUER, "issuer-unknown", 6, "The card's city is not recognised here.");
  const key = trust.cardKey(url, envelope.kid);
  if (!key) {
    throw refused(Verdict.UNKNOWN_ISSUER, "key-unknown", 6, "The card's key is not one of its city's keys for cards.");
  }
  // (7)
  const signed = await envelope.open(key.public).catch((error) => {
    if (error instanceof errors.KeyRefused) {
      throw refused(Verdict.BAD_SIGNATURE, error.code, 7, "The signature of the card is not good.");
    }
    throw error;
  });
  // (8)
  if (key.state === KeyState.COMPROMISED) {
    throw refused(Verdict.KEY_REVOKED, "key-compromised", 8, "The key of this card was stolen or lost.");
  }
  const issuedAt = signed.get(claims.IAT);
  if (!isTime(issuedAt)) throw refused(Verdict.MALFORMED, "claims-time", 8, "The card's day of issue cannot be read.");
  if (!key.inUseOn(dayOf(issuedAt))) {
    throw refused(Verdict.KEY_REVOKED, "key-window", 8, "The key of this card was not in use on that day.");
  }
  return { signed, issuer };
}

function envelopeOf(text) {
  if (typeof text !== "string") throw new TypeError("a code is a text");
  // (1)
  const length = lengthUpTo(text, MAX_TEXT);
  if (!(0 < length && length <= MAX_TEXT)) {
    throw refused(Verdict.MALFORMED, "length", 1, "The text is longer than a card's code, or empty.");
  }
  try {
    // (2) The alphabet of step 1 is checked by the same pass over the text.
    const token = inflate(base45.decode(text), MAX_TOKEN);
    // (3)
    return cose.parse(token);
  } catch (error) {
    if (error instanceof errors.Base45Error) {
      const step = error.code === "base45-alphabet" ? 1 : 2;
      throw refused(Verdict.MALFORMED, error.code, step, "The text is not a card's code.");
    }
    if (error instanceof errors.CompressionError) {
      throw refused(Verdict.MALFORMED, error.code, 2, "The code's content cannot be unpacked.");
    }
    if (error instanceof errors.EnvelopeError || error instanceof errors.CborError) {
      throw refused(Verdict.MALFORMED, error.code, 3, "The code's content is not written as a card's.");
    }
    throw error;
  }
}

function refused(verdict, reason, step, sentence) {
  return new errors.CardRefused(verdict, reason, sentence, step);
}

function read(signed) {
  // (9) Only another version is "newer": a missing one is a mistake, and step 10 says so.
  const identity = signed.get(claims.IDENTITY);
  const said = identity instanceof Map && identity.has(claims.VERSION_KEY);
  if (said && identity.get(claims.VERSION_KEY) !== claims.VERSION) {
    throw refused(Verdict.UNSUPPORTED, "version", 9, "The card is of a newer kind than this reader knows.");
  }
  // (10)
  try {
    return claims.readClaims(signed);
  } catch (error) {
    if (error instanceof errors.ClaimsRefused) {
      throw refused(Verdict.MALFORMED, error.code, 10, "The content of the card breaks the card profile.");
    }
    throw error;
  }
}

function checkDays(card, now) {
  // (11) Issue counts by whole days: a card issued today is good today, whatever the clocks' seconds say.
  if (dayOf(card.issued_at) > dayOf(now)) {
    throw refused(Verdict.NOT_YET, "issued-later", 11, "The card says it was issued on a day that has not come.");
  }
  if (now >= card.expires_at) throw refused(Verdict.EXPIRED, "expired", 11, "The card's last day is over.");
}

function checkStatus(card, held) {
  // (12)
  const status = held.at(card.status_index);
  if (status === null) {
    throw refused(Verdict.MALFORMED, "status-index", 12, "The card's place is outside its city's list.");
  }
  if (status === CardStatus.VALID) return;
  if (status === CardStatus.SUSPENDED) {
    throw refused(Verdict.SUSPENDED, "suspended", 12, "The city suspended this card.");
  }
  // Any number but 0 and 2 counts as ended: a city that writes one wants the card refused.
  throw refused(Verdict.REVOKED, "revoked", 12, "The city ended this card.");
}

function isFull(identity) {
  return identity.full_name !== undefined;
}

/* What the signature does not cover, to be compared by the person at the desk. */
function notChecked(identity) {
  if (!isFull(identity)) return Object.freeze(["name", "portrait"]);
  return Object.freeze(identity.portrait !== undefined ? ["face"] : ["portrait"]);
}
