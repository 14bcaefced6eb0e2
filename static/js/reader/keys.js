/* Public keys of cities: what they are, what they are for, and which are refused before anybody trusts them.

   1. A key is P-256 for ES256 or Ed25519 for EdDSA; nothing else is a card key.
   2. A key is named by the first 8 bytes of its COSE key thumbprint (RFC 9679, SHA-256): a hint for looking it up.
   3. A key that anybody can sign for, or that is no key, is refused on sight: points off the curve, coordinates that
      are not reduced, and what weak_keys.js lists. That is reckoned here, because browsers differ in what they let in.
   4. A JWK with a private part is refused.
   5. A good ES256 signature has 0 < r < n and 0 < s ≤ n/2; a good Ed25519 signature has S < L and an R that is not of
      small order. That too is where browsers differ.
   6. The signature itself is checked by WebCrypto. Where the browser has none, or not this algorithm, the check ends in
      `ReaderUnable`: refused, never skipped. */

import { base64url, bytesOfBase64, hex } from "./bytes.js";
import { isDay } from "./days.js";
import { KeyRefused, ReaderUnable, SignatureMismatch } from "./errors.js";
import { ED25519_P, hasSmallOrder, isGuessable } from "./weak_keys.js";

export const KID_BYTES = 8;
export const SIGNATURE_BYTES = 64;

/** COSE algorithm numbers that a card may carry. */
const ES256 = -7;
const EDDSA = -8;
const ED25519 = -19;
export const ALGORITHMS = Object.freeze([ES256, EDDSA, ED25519]);

/** What a key may sign, and where it is in its life. */
export const KeyUse = Object.freeze({ CARD: "card", STATUS: "status", BUNDLE: "bundle" });
export const KeyState = Object.freeze({
  STANDBY: "standby",
  ACTIVE: "active",
  RETIRED: "retired",
  COMPROMISED: "compromised",
});

const P256 = {
  p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
  n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
};
/* SEC 2 §2.4.2; y² = x³ - 3x + b. */

const ED25519_D = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n;
const ED25519_L = 2n ** 252n + 27742317777372353535851937790883648493n;
/* RFC 8032 §5.1; -x² + y² = 1 + d x² y². */

/** A public key that may be pinned. Made by `fromJwk` alone. */
export class PublicKey {
  #handle = null;

  static async fromJwk(jwk) {
    // (4)
    if (["d", "k", "p", "q", "dp", "dq", "qi"].some((member) => Object.hasOwn(jwk, member))) {
      throw new KeyRefused("key-private", "This is a private key. Keep it secret and give its public part.");
    }
    // (1)
    const kind = `${jwk.kty} ${jwk.crv}`;
    if (kind !== "EC P-256" && kind !== "OKP Ed25519") {
      throw new KeyRefused("key-kind", "Only P-256 and Ed25519 keys sign cards.");
    }
    const x = coordinate(jwk.x);
    const y = jwk.crv === "P-256" ? coordinate(jwk.y) : new Uint8Array();
    // (3)
    if (jwk.crv === "P-256") demandP256(x, y);
    else demandEd25519(x);
    return new PublicKey(jwk.crv, x, y, await thumbprint(x, y));
  }

  constructor(curve, x, y, thumb) {
    this.curve = curve;
    this.x = x;
    this.y = y;
    this.thumbprint = hex(thumb);
    // (2)
    this.kid = hex(thumb.subarray(0, KID_BYTES));
    Object.freeze(this);
  }

  get algorithm() {
    return this.curve === "P-256" ? ES256 : EDDSA;
  }

  /** Return if the 64-byte `signature` is good for `message`; throw `SignatureMismatch` if not. */
  async check(message, signature, algorithm) {
    const mine = this.curve === "P-256" ? [ES256] : [EDDSA, ED25519];
    if (!mine.includes(algorithm)) {
      throw new SignatureMismatch("algorithm-mismatch", "The algorithm is not this key's.");
    }
    // (5)
    if (signature.length !== SIGNATURE_BYTES) {
      throw new SignatureMismatch("signature-length", "A signature has 64 bytes.");
    }
    if (this.curve === "P-256") {
      const r = bigEndian(signature.subarray(0, 32));
      const s = bigEndian(signature.subarray(32));
      if (!(0n < r && r < P256.n && 0n < s && s <= P256.n / 2n)) {
        throw new SignatureMismatch("signature-range", "The signature's numbers are out of range.");
      }
    } else if (littleEndian(signature.subarray(32)) >= ED25519_L || hasSmallOrder(yOf(signature.subarray(0, 32)))) {
      throw mismatch();
    }
    // (6) Anything but the plain word true is no good signature.
    if ((await this.#verify(message, signature)) !== true) throw mismatch();
  }

  async #verify(message, signature) {
    const [bytes, kind] =
      this.curve === "P-256"
        ? [Uint8Array.of(4, ...this.x, ...this.y), { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }]
        : [this.x, { name: "Ed25519" }];
    try {
      this.#handle ??= await webCrypto().importKey("raw", bytes, kind, false, ["verify"]);
      return await webCrypto().verify(kind, this.#handle, signature, message);
    } catch {
      // Key and signature have the right form by now, so what is wrong is not the card.
      throw new ReaderUnable(`This browser cannot check ${this.curve} signatures.`);
    }
  }
}

/** A public key with what its city says about it: use, state, and the whole UTC days in which it may sign. */
export class PinnedKey {
  /** Return the key that a city published; throw `KeyRefused` for any member that is missing, wrong or unknown. */
  static async fromJson(jwk) {
    const key = new PinnedKey(await PublicKey.fromJwk(jwk), jwk);
    const ownIsP256 = key.public.curve === "P-256";
    const expected = {
      kty: ownIsP256 ? "EC" : "OKP",
      crv: key.public.curve,
      x: jwk.x, // the one spelling already
      ...(ownIsP256 ? { y: jwk.y } : {}),
      kid: key.kid,
      alg: ownIsP256 ? "ES256" : "EdDSA",
      use: key.use,
      first_day: key.first_day,
      last_day: key.last_day,
      state: key.state,
    };
    const members = Object.keys(jwk);
    if (members.length !== Object.keys(expected).length || members.some((name) => jwk[name] !== expected[name])) {
      throw new KeyRefused("key-form", "The key's name or algorithm is not its own, or a member is unknown.");
    }
    return key;
  }

  constructor(own, { use, state, first_day, last_day }) {
    const known = Object.values(KeyUse).includes(use) && Object.values(KeyState).includes(state);
    if (!known || !isDay(first_day) || !isDay(last_day)) {
      throw new KeyRefused("key-form", "The key's use, state or days cannot be read.");
    }
    if (first_day > last_day) throw new KeyRefused("key-window", "The key's last day is before its first.");
    Object.assign(this, { public: own, kid: own.kid, use, state, first_day, last_day });
    Object.freeze(this);
  }

  /** Whether the key was in use on this UTC day, "YYYY-MM-DD", both ends included. */
  inUseOn(day) {
    return this.first_day <= day && day <= this.last_day;
  }
}

function demandP256(xBytes, yBytes) {
  const { p, b } = P256;
  const [x, y] = [bigEndian(xBytes), bigEndian(yBytes)];
  if (x >= p || y >= p) throw weak("This P-256 key is not written in reduced form.");
  demandUnguessable(xBytes);
  if ((y * y - x * x * x + 3n * x - b) % p !== 0n) throw weak("This key is no point of its curve.");
}

function demandEd25519(bytes) {
  const p = ED25519_P;
  const y = yOf(bytes);
  if (y >= p) throw weak("This Ed25519 key is not written in reduced form.");
  if (hasSmallOrder(y)) throw weak("This Ed25519 key has small order: anybody can sign for it.");
  // y belongs to a point when (y² - 1) / (d y² + 1) has a root, which Euler's criterion tells of the product.
  const square = (y * y - 1n) * (ED25519_D * y * y + 1n);
  if (power(square, (p - 1n) / 2n, p) !== 1n) throw weak("This key is no point of its curve.");
  demandUnguessable(bytes);
}

function demandUnguessable(bytes) {
  if (isGuessable(hex(bytes))) throw weak("The private half of this key is a number that anybody tries first.");
}

/* y of an Ed25519 point, without the sign of x in the highest bit. */
function yOf(bytes) {
  return littleEndian(bytes) & (2n ** 255n - 1n);
}

function weak(sentence) {
  return new KeyRefused("key-weak", sentence);
}

function mismatch() {
  return new SignatureMismatch("signature-mismatch", "The signature is not good.");
}

/* SHA-256 of the required members in deterministic CBOR (RFC 9679 §3). */
async function thumbprint(x, y) {
  const members = y.length
    ? [0xa4, 0x01, 0x02, 0x20, 0x01, 0x21, 0x58, 0x20, ...x, 0x22, 0x58, 0x20, ...y]
    : [0xa3, 0x01, 0x01, 0x20, 0x06, 0x21, 0x58, 0x20, ...x];
  try {
    return new Uint8Array(await webCrypto().digest("SHA-256", Uint8Array.from(members)));
  } catch {
    throw new ReaderUnable("This browser cannot name keys.");
  }
}

function webCrypto() {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) throw new ReaderUnable("This browser has no WebCrypto here.");
  return subtle;
}

/* The 32 bytes of a JWK coordinate, in the one spelling only, or two files could hold the same key. */
function coordinate(value) {
  if (typeof value === "string" && /^[\w-]{43}$/.test(value)) {
    const data = bytesOfBase64(value);
    if (base64url(data) === value) return data;
  }
  throw new KeyRefused("key-form", "A coordinate of this key is not 32 bytes in base64url.");
}

function bigEndian(bytes) {
  return BigInt(`0x${hex(bytes)}`);
}

function littleEndian(bytes) {
  return bigEndian(Uint8Array.from(bytes).reverse());
}

function power(base, exponent, modulus) {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
