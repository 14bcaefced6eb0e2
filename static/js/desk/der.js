/* Keys and signatures as TUF writes them, into the forms of WebCrypto.

   1. A P-256 key is PEM of a SubjectPublicKeyInfo (RFC 5280, RFC 5480) with a named curve and an uncompressed point, in
      the one spelling that OpenSSL and `cryptography` write: 26 bytes that are always the same, and the coordinates.
   2. An ECDSA signature is DER of two INTEGERs, each at its shortest, with nothing around them (RFC 3279 §2.2.3). TUF
      takes both of its forms, (r, s) and (r, n - s); what comes back has the lower one, which our keys demand. */

import { base64url, bytesOfBase64, bytesOfHex, hex } from "../reader/bytes.js";

const PEM = /^-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=\n]+)\n-----END PUBLIC KEY-----\n?$/;
const BEFORE_POINT = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Return the JWK of the P-256 key in PEM, or null if it is none of that form (1). */
export function jwkOfPem(pem) {
  const found = PEM.exec(pem);
  if (!found) return null;
  let bytes;
  try {
    bytes = bytesOfBase64(found[1].replaceAll("\n", ""));
  } catch {
    return null;
  }
  if (bytes.length !== 91 || hex(bytes.subarray(0, 27)) !== BEFORE_POINT) return null;
  return { kty: "EC", crv: "P-256", x: base64url(bytes.subarray(27, 59)), y: base64url(bytes.subarray(59)) };
}

/** Return the JWK of the Ed25519 key in hex, or null if it is not 32 bytes. */
export function jwkOfHex(text) {
  const bytes = bytesOfHex(text);
  if (bytes?.length !== 32) return null;
  return { kty: "OKP", crv: "Ed25519", x: base64url(bytes) };
}

/** Return r‖s of the signature in DER, s low, or null if it is not of that form (2). */
export function rawSignature(der) {
  if (der.length < 8 || der[0] !== 0x30 || der[1] !== der.length - 2) return null;
  const first = integer(der, 2);
  const second = first && integer(der, first.end);
  if (!second || second.end !== der.length) return null;
  const s = second.value > N / 2n && second.value < N ? N - second.value : second.value;
  if (first.value >> 256n || s >> 256n) return null;
  const text = [first.value, s].map((number) => number.toString(16).padStart(64, "0")).join("");
  return bytesOfHex(text);
}

function integer(der, start) {
  const end = start + 2 + der[start + 1];
  const content = der.subarray(start + 2, end);
  if (der[start] !== 0x02 || !content.length || end > der.length || content[0] & 0x80) return null;
  if (content.length > 1 && content[0] === 0 && !(content[1] & 0x80)) return null;
  return { value: content.reduce((number, byte) => number * 256n + BigInt(byte), 0n), end };
}
