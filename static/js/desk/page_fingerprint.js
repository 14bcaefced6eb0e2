/* A short fingerprint of the files of this page, for comparing it aloud with somebody who has the programme
   (citycard/web/desk_app/fingerprint.py, `citycard desks page-fingerprint`).

   1. It is counted from the files that this device keeps, not taken from what the service worker says of them.
   2. One line for each file, in the order of their paths: the path, a space, its SHA-256. Of the SHA-256 of these lines the
      first 80 bits, as five groups of four.
   3. The code (scripts, style sheets, the decoder) has one of its own: it is the same in every office of a release. */

import { base64, hex } from "../reader/bytes.js";

const KEPT = "citycard-desk-";
const CODE = "/static/";

/** The fingerprints { page, code } of what is kept, or null when the page is not kept on this device yet. */
export async function fingerprints() {
  if (!globalThis.caches) return null;
  // The oldest is the one in use: a newer one waits until no card is on the screen, and then takes its place.
  const [name] = (await caches.keys()).filter((each) => each.startsWith(KEPT));
  if (!name) return null;
  const cache = await caches.open(name);
  const lines = await Promise.all(
    (await cache.keys()).map(async (request) => {
      const answer = await cache.match(request);
      const path = new URL(request.url).pathname;
      return [path, `${path} sha256-${base64(await sha256(await answer.arrayBuffer()))}`]; // 1
    }),
  );
  lines.sort(([one], [other]) => (one < other ? -1 : 1));
  const written = (kept) => short(kept.map(([, line]) => line).join("\n"));
  return { page: await written(lines), code: await written(lines.filter(([path]) => path.startsWith(CODE))) }; // 3
}

// 2
async function short(text) {
  const digest = await sha256(new TextEncoder().encode(text));
  return hex(digest.subarray(0, 10)).match(/.{4}/g).join(" ");
}

const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
