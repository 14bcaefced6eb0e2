/* Reads codes in pictures, beside the page, so that the page never stands still.

   1. The first message says where the WebAssembly file is, if not at its usual place.
   2. Each message may bring one picture. The answer has its number and the texts of the codes in it, or what is wrong. */

import { prepare, read } from "./decoding.js";

let ready = null;

addEventListener("message", async ({ data: { number, wasmUrl, picture, thoroughly } }) => {
  try {
    // 1
    ready ??= prepare(wasmUrl);
    await ready;
    // 2
    postMessage({ number, texts: picture ? await read(picture, { thoroughly }) : [] });
  } catch (error) {
    postMessage({ number, trouble: String(error?.message ?? error) });
  }
});
