/* The mark of a card in a consultation: HMAC-SHA-256 of domain, consultation, issuer and card number under its key.

   The same as `mark_of` in citycard/operations/voice_marks.py; a test compares. The key is a CryptoKey that the browser
   does not hand out: not to this page, and not to a script in it. In the browser's files it stands in clear
   (voice_place.js). */

import { hex } from "../reader/bytes.js";

const DOMAIN = "citycard:one-voice:1";
const HMAC = Object.freeze({ name: "HMAC", hash: "SHA-256", length: 256 });

/** Return a key of this device's own. */
export const makeKey = () => crypto.subtle.generateKey(HMAC, false, ["sign"]);

/** Return the key in 32 bytes of the office; the bytes are overwritten. */
export async function importKey(bytes) {
  if (!(bytes instanceof Uint8Array && bytes.length === 32)) throw new TypeError("a key has 32 bytes");
  try {
    return await crypto.subtle.importKey("raw", bytes, HMAC, false, ["sign"]);
  } finally {
    bytes.fill(0);
  }
}

/** Return the mark, 64 hexadecimal digits. */
export async function markOf(key, { consultation, issuer, number }) {
  const parts = [DOMAIN, consultation, issuer, number];
  // What stands between the parts must not stand in them.
  if (!parts.every((part) => typeof part === "string" && part && !part.includes("\0"))) throw new TypeError("a part");
  const code = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(parts.join("\0")));
  return hex(new Uint8Array(code));
}

/**
 * Return why a good card cannot be counted here, or null. `card` says its issuer, when it was issued and when the list that
 * it was looked up in was signed; `record` is the first second after the record day.
 *
 * "city": it is another city's, and only ours take part. "list": the list does not know yet which cards ended until the
 * record day, so two of one holder could both be good. "table": it was issued after that day.
 */
export function whatHinders({ issuer, issuedAt, listedAt }, { own, otherCities, record }) {
  if (issuer !== own && !otherCities) return "city";
  if (!(listedAt >= record)) return "list";
  return Number.isFinite(issuedAt) && issuedAt < record ? null : "table";
}

/** Return random bytes for an attempt, which only the screen that made them knows. */
export const newReceipt = () => hex(crypto.getRandomValues(new Uint8Array(16)));
