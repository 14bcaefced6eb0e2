/* Reading the QR codes in a picture, with zxing-cpp as WebAssembly. It runs in a worker (reading_worker.js).

   1. The WebAssembly file comes from where we say and from nowhere else.
   2. A picture is a VideoFrame, an ImageBitmap or { data, width, height } in RGBA.
   3. Of a VideoFrame only the brightness is taken, where the browser hands it over: the reader wants nothing else.
   4. A picture that is read `thoroughly` is tried turned, light on dark and cleaned too; frames of a film are not, the
      next one comes soon enough. */

import { prepareZXingModule, readBarcodes } from "../../vendor/zxing/reader/index.js";

const QR = { formats: ["QRCode"], textMode: "Plain", tryHarder: true };
const FRAME = { ...QR, maxNumberOfSymbols: 1, tryRotate: false, tryInvert: false };
const THOROUGH = { ...QR, maxNumberOfSymbols: 4, tryRotate: true, tryInvert: true, tryDenoise: true };

const BRIGHTNESS_FIRST = new Set(["I420", "I420A", "I422", "I444", "NV12"]);

let canvas = null;

/** Make ready to read. */
export async function prepare(wasmUrl = new URL("../../vendor/zxing/reader/zxing_reader.wasm", import.meta.url).href) {
  // 1
  await prepareZXingModule({ overrides: { locateFile: () => wasmUrl }, fireImmediately: true });
}

/** Return the texts of the codes in a picture, each once; the picture is closed. */
export async function read(picture, { thoroughly = false } = {}) {
  const pixels = await pixelsOf(picture);
  picture.close?.();
  // 4
  const found = await readBarcodes(pixels, thoroughly ? THOROUGH : FRAME);
  return [...new Set(found.filter(({ isValid, text }) => isValid && text).map(({ text }) => text))];
}

// 2
async function pixelsOf(picture) {
  if (picture.data) return picture;
  if (BRIGHTNESS_FIRST.has(picture.format)) return brightnessOf(picture);
  const width = picture.displayWidth ?? picture.width;
  const height = picture.displayHeight ?? picture.height;
  if (canvas?.width !== width || canvas?.height !== height) canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext("2d", { willReadFrequently: true, alpha: false });
  pen.drawImage(picture, 0, 0);
  return pen.getImageData(0, 0, width, height);
}

// 3
async function brightnessOf(frame) {
  const bytes = new Uint8Array(frame.allocationSize());
  const [{ offset, stride }] = await frame.copyTo(bytes);
  const { width, height } = frame.visibleRect;
  const pixels = new Uint32Array(width * height);
  for (let row = 0, to = 0; row < height; row++) {
    const from = offset + row * stride;
    for (let column = 0; column < width; column++) pixels[to++] = bytes[from + column] * 0x010101;
  }
  return { data: new Uint8ClampedArray(pixels.buffer), width, height };
}
