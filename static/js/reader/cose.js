/* COSE_Sign1 (RFC 9052 §4.2): the envelope of cards and status lists.

   1. One byte says tag 18; what follows is one item of four: header, map, payload, signature.
   2. Header and payload hold maps, each in the one form of CBOR.
   3. `headerIs`: the header has exactly the labels asked for, with allowed values; the other map is empty.
   4. `open`: the signature is good over the bytes as received.

   Reading stops before the signature. `parse` gives an `Envelope`, whose content nobody may believe; only `open` marks
   claims as signed, and what reads claims (claims.js) demands that mark. */

import { hex } from "./bytes.js";
import { decode } from "./cbor.js";
import { EnvelopeError } from "./errors.js";
import { ALGORITHMS, KID_BYTES, SIGNATURE_BYTES } from "./keys.js";

/** Header labels: algorithm and key id (RFC 9052 §3.1), type (RFC 9596). */
export const ALG = 1;
export const KID = 4;
export const TYP = 16;

const TAG_18 = 0xd2;

const signed = new WeakSet();

/** Whether somebody signed these `claims`: the map came out of `Envelope.open`. */
export function isSigned(claims) {
  return signed.has(claims);
}

export class Envelope {
  #parts;

  constructor(parts) {
    this.#parts = parts;
  }

  get header() {
    return this.#parts.header;
  }

  /** What somebody wrote, signed or not. */
  get claims() {
    return this.#parts.claims;
  }

  /** The name of the key in hex, a hint. Only after `headerIs`. */
  get kid() {
    return hex(this.header.get(KID));
  }

  headerIs(...labels) {
    // (3)
    const { header, unprotected, signature } = this.#parts;
    return (
      header.size === labels.length &&
      labels.every((label) => header.has(label)) &&
      ALGORITHMS.includes(header.get(ALG)) &&
      header.get(KID) instanceof Uint8Array &&
      header.get(KID).length === KID_BYTES &&
      unprotected.size === 0 &&
      signature.length === SIGNATURE_BYTES
    );
  }

  /** Return the claims, now believed to be signed by `key`; throw `SignatureMismatch` if they are not. */
  async open(key) {
    // (4)
    const { protectedBytes, payload, header, claims, signature } = this.#parts;
    await key.check(toBeSigned(protectedBytes, payload), signature, header.get(ALG));
    signed.add(claims);
    return claims;
  }
}

/** Read a tagged COSE_Sign1 with a map of claims inside, and nothing around it. */
export function parse(data) {
  // (1)
  if (data[0] !== TAG_18) throw new EnvelopeError("cose-tag", "The content is not a tagged COSE_Sign1.");
  const parts = decode(data.subarray(1));
  const kinds = [Uint8Array, Map, Uint8Array, Uint8Array];
  if (!Array.isArray(parts) || parts.length !== 4 || !kinds.every((kind, place) => parts[place] instanceof kind)) {
    throw new EnvelopeError("cose-form", "A COSE_Sign1 has a header, a map, a payload and a signature.");
  }
  // (2)
  const [protectedBytes, unprotected, payload, signature] = parts;
  const header = decode(protectedBytes);
  const claims = decode(payload);
  if (!(header instanceof Map && claims instanceof Map)) {
    throw new EnvelopeError("cose-form", "Header and claims are maps.");
  }
  return new Envelope({ protectedBytes, header, unprotected, payload, claims, signature });
}

/* The Sig_structure (RFC 9052 §4.4): ["Signature1", header, no external data, payload] in CBOR. */
function toBeSigned(protectedBytes, payload) {
  const context = new TextEncoder().encode("Signature1");
  const parts = [
    ...[[0x84, 0x60 | context.length], context],
    ...[bytesHead(protectedBytes), protectedBytes],
    ...[[0x40], bytesHead(payload), payload],
  ];
  const message = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let place = 0;
  for (const part of parts) {
    message.set(part, place);
    place += part.length;
  }
  return message;
}

/* What stands before bytes in CBOR; the largest here are a status list's, of 1 MiB. */
function bytesHead({ length }) {
  if (length < 24) return [0x40 | length];
  if (length < 0x100) return [0x58, length];
  if (length < 0x10000) return [0x59, length >> 8, length & 0xff];
  return [0x5a, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff];
}
