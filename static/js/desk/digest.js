/* SHA-256 of bytes, by WebCrypto. A browser without it is unable, and nothing is believed unhashed. */

import { ReaderUnable } from "../reader/errors.js";
import { hex } from "../reader/bytes.js";

/** Return the SHA-256 of `data` in lower-case hex. */
export async function digest(data) {
  try {
    return hex(new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", data)));
  } catch {
    throw new ReaderUnable("This browser cannot hash.");
  }
}
