/* Bytes as text and back: hex, and base64 in its two alphabets (RFC 4648 §4 and §5).

   1. What is written is in the one form: hex in lower case, base64 with its padding, base64url without.
   2. What is read may be in either alphabet, with its padding or without it. Text that is neither ends in an error, or in
      null for hex. Whoever wants the one spelling only writes what was read again and compares (keys.js).

   Meant for keys, digests and files of a few megabytes to read; what is written is short. */

/** Return `bytes` in lower-case hex. */
export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Return the bytes that `text` writes in hex, or null. */
export function bytesOfHex(text) {
  if (!/^([0-9a-fA-F]{2})*$/.test(text)) return null;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** Return `bytes` in base64. */
export function base64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

/** Return `bytes` in base64url. */
export function base64url(bytes) {
  return base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Return the bytes that `text` writes in base64 or base64url (2). */
export function bytesOfBase64(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
}
