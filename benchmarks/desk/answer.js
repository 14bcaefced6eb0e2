/* From a frame to the verdict, on one thread, with the modules of the desk page. */

import { answer } from "/js/desk/answer.js";
import { readBundle } from "/js/desk/bundle.js";
import { prepare, read } from "/js/desk/decoding.js";

const bytesOf = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

let held = null;
let film = null;
let size = null;
let moment = 0;

/** Take the bundle up and get the reader ready, as a page does before anybody comes. */
export async function ready({ bundle, fingerprint, now, frame, width, height }) {
  held = await readBundle(bytesOf(bundle), { fingerprint: bytesOf(fingerprint), now });
  film = bytesOf(frame);
  size = { codedWidth: width, codedHeight: height };
  moment = now;
  await prepare();
}

/** Return milliseconds for one frame: until its text is read, and from there until the verdict is known. */
export async function measure() {
  const frame = new VideoFrame(film, { format: "I420", timestamp: 0, ...size });
  const began = performance.now();
  const [text] = await read(frame);
  const read_ = performance.now();
  const { verdict, shows } = await answer(text, { held, now: moment });
  const done = performance.now();
  if (verdict !== "OK" || !shows) throw new Error(`this card should be good: ${verdict}`);
  return [read_ - began, done - read_];
}
