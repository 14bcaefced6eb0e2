/* Which cards have ended: reading a Token Status List in CWT form (draft-ietf-oauth-status-list).

   1. Not larger than `MAX_TOKEN` bytes; a COSE_Sign1 whose protected header is exactly algorithm, key and the type
      `application/statuslist+cwt`.
   2. Signed by a key that this city uses for status lists, not compromised, in use on the day of signing.
   3. Exactly the claims of a list. `sub` is the address it was asked from, so that a list cannot stand in for another.
   4. The list inflates to at most `MAX_LIST` bytes; its entries are 1, 2, 4 or 8 bits wide.
   5. It has not expired, nor is it dated more than a day in the future.
   6. `StatusList.succeeds`: never older than the list held before, never smaller, nothing revoked turning valid.

   A list that is merely old is still a list; how old is too old is decided where a card is checked. What is kept
   between two visits is the token, not the list: it is read again, signature and all. */

import { ALG, KID, TYP, parse } from "./cose.js";
import { dayOf, demandNow, isTime } from "./days.js";
import { CborError, CompressionError, EnvelopeError, KeyRefused, ListRefused } from "./errors.js";
import { inflate } from "./inflate.js";
import { KeyState, KeyUse } from "./keys.js";

const TYPE = "application/statuslist+cwt";
const SUB = 2;
const EXP = 4;
const IAT = 6;
const TTL = 65534;
const STATUS_LIST = 65533;

/* The limits of citycard/core/status.py, which gives the reason of each. */
const MAX_TOKEN = 1 << 20;
const MAX_LIST = 8 << 20;
const AHEAD = 86400;

/** What a list says of a card. */
export const CardStatus = Object.freeze({ VALID: 0, REVOKED: 1, SUSPENDED: 2 });

const checked = Symbol("read_status_list checked it");

/** A list whose signature has been checked; made by `readStatusList` alone. Times in seconds since 1970. */
export class StatusList {
  #statuses;

  constructor(mark, statuses, told) {
    if (mark !== checked) throw new TypeError("a status list is read, not made");
    this.#statuses = statuses;
    Object.assign(this, told);
    Object.freeze(this);
  }

  /** How many cards the list has room for. */
  get size() {
    return (this.#statuses.length * 8) / this.bits;
  }

  /** Return the status number at `index`, or null outside the list. */
  at(index) {
    if (!(Number.isInteger(index) && 0 <= index && index < this.size)) return null;
    const perByte = 8 / this.bits;
    return (this.#statuses[Math.floor(index / perByte)] >> ((index % perByte) * this.bits)) & ((1 << this.bits) - 1);
  }

  /** Return how many seconds ago the list was signed; a list from a clock ahead of ours counts as new. */
  age(now) {
    return Math.max(now - this.issued_at, 0);
  }

  /** Return if this list may take the place of `previous`; throw `ListRefused` if not. */
  succeeds(previous) {
    // (6)
    if (this.issuer !== previous.issuer || this.uri !== previous.uri || this.bits !== previous.bits) {
      throw new ListRefused("list-other", "This is another list.");
    }
    if (this.issued_at < previous.issued_at) {
      throw new ListRefused("list-rollback", "This list is older than the one held.");
    }
    if (this.size < previous.size) throw new ListRefused("list-shrinks", "This list is smaller than the one held.");
    const before = previous.#statuses;
    for (let place = 0; place < before.length; place++) {
      if (revoked(before[place], this.bits) & ~revoked(this.#statuses[place], this.bits)) {
        throw new ListRefused("list-unrevokes", "A card that was ended is valid again in this list.");
      }
    }
  }
}

/* The lowest bit of each entry in `byte` that is exactly REVOKED. */
function revoked(byte, bits) {
  let only = byte & { 1: 0xff, 2: 0x55, 4: 0x11, 8: 0x01 }[bits];
  for (let place = 1; place < bits; place++) only &= ~(byte >> place);
  return only;
}

/** Return the list in `token` (bytes) that `issuer` publishes at `uri`; throw `ListRefused` by rules 1 to 5. */
export async function readStatusList(token, { issuer, uri, now }) {
  demandNow(now);
  // (1)
  if (token.length > MAX_TOKEN) throw new ListRefused("list-large", "The list is larger than any city needs.");
  const envelope = open(token);
  if (envelope.header.get(TYP) !== TYPE || !envelope.headerIs(ALG, KID, TYP)) {
    throw new ListRefused("list-form", "This is not a signed status list.");
  }
  // (2)
  const key = issuer.key(envelope.kid, KeyUse.STATUS);
  if (key === null || key.state === KeyState.COMPROMISED) {
    throw new ListRefused("list-key", "The list is signed by a key that this city does not use for lists, or no more.");
  }
  let claims;
  try {
    claims = await envelope.open(key.public);
  } catch (error) {
    if (error instanceof KeyRefused) throw new ListRefused("list-signature", "The signature of the list is not good.");
    throw error;
  }
  // (3)
  const names = [SUB, EXP, IAT, TTL, STATUS_LIST];
  const exact = claims.size === names.length && names.every((name) => claims.has(name));
  if (!exact || claims.get(SUB) !== uri || !issuer.status_lists.includes(uri)) {
    throw new ListRefused("list-claims", "This is another list than was asked for.");
  }
  const [issuedAt, expiresAt, ttl] = [IAT, EXP, TTL].map((name) => claims.get(name));
  if (![issuedAt, expiresAt, ttl].every(isTime)) throw new ListRefused("list-claims", "A time of the list is no time.");
  if (!key.inUseOn(dayOf(issuedAt))) throw new ListRefused("list-key", "The list was signed outside its key's days.");
  // (4)
  const [bits, statuses] = array(claims.get(STATUS_LIST));
  // (5)
  if (now >= expiresAt) throw new ListRefused("list-expired", "The list has expired.");
  if (issuedAt > now + AHEAD) throw new ListRefused("list-future", "The list is dated in the future.");
  const told = { issuer: issuer.url, uri, bits, issued_at: issuedAt, expires_at: expiresAt, ttl };
  return new StatusList(checked, statuses, told);
}

function open(token) {
  try {
    return parse(token);
  } catch (error) {
    if (error instanceof EnvelopeError || error instanceof CborError) {
      throw new ListRefused("list-form", "This is not a signed list.");
    }
    throw error;
  }
}

function array(inner) {
  if (!(inner instanceof Map && inner.size === 2 && inner.has("bits") && inner.get("lst") instanceof Uint8Array)) {
    throw new ListRefused("list-claims", "The list has not the members of a list.");
  }
  const bits = inner.get("bits");
  if (![1, 2, 4, 8].includes(bits)) throw new ListRefused("list-bits", "Entries are 1, 2, 4 or 8 bits wide.");
  try {
    return [bits, inflate(inner.get("lst"), MAX_LIST)];
  } catch (error) {
    if (error instanceof CompressionError) throw new ListRefused("list-zlib", "The list does not inflate to a list.");
    throw error;
  }
}
