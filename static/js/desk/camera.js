/* The camera of the desk: what it sees is read in a worker, and nothing of it is kept.

   1. It goes on when it is asked to, off when it is stopped, and off for as long as the page is hidden.
   2. One frame is read at a time. While one is, the others are dropped: what is told is never about the past.
   3. A code is told once, until it left the picture (told.js).
   4. Why it cannot be used has one of these names: insecure (no https), none, refused, busy, gone (unplugged), reader
      (the worker or its WebAssembly does not start).
   5. A picture file is read by the same worker, more thoroughly.

   The worker's script has to lie where the page's service worker answers, or it does not start without a network:
   the page gives its address as `workerUrl`. */

import { Told } from "./told.js";

const WANTED = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 }, facingMode: { ideal: "environment" } };
const REST = 40; // milliseconds between two readings: room for the page, and for the battery
const LARGEST = 3000; // pixels of a picture file's longer side: a telephone's photographs are larger than any code needs

const OWN_WORKER = new URL("./reading_worker.js", import.meta.url).href;

/* --- the worker -------------------------------------------------------------------------------------------------- */

class Reading {
  #worker;
  #asked = new Map();
  #count = 0;

  constructor({ workerUrl, wasmUrl }) {
    this.wasmUrl = wasmUrl;
    this.#worker = new Worker(workerUrl, { type: "module" });
    this.#worker.addEventListener("message", ({ data }) => this.#answer(data));
    this.#worker.addEventListener("error", () => this.#fail());
  }

  /* The texts in a picture; without one, wait until the worker can read. */
  read(picture = null, { thoroughly = false } = {}) {
    const number = (this.#count += 1);
    const moved = [picture?.data?.buffer ?? picture].filter(Boolean);
    return new Promise((tell, fail) => {
      this.#asked.set(number, { tell, fail });
      this.#worker.postMessage({ number, wasmUrl: this.wasmUrl, picture, thoroughly }, moved);
    });
  }

  #answer({ number, texts, trouble }) {
    const { tell, fail } = this.#asked.get(number);
    this.#asked.delete(number);
    if (trouble === undefined) tell(texts);
    else fail(new Error(trouble));
  }

  #fail() {
    for (const { fail } of this.#asked.values()) fail(new Error("The worker does not start."));
    this.#asked.clear();
    this.#worker.terminate();
    if (reading === this) reading = null;
  }
}

let reading = null;

/* One worker for the page: starting it takes longer than reading. */
function theReading({ workerUrl = OWN_WORKER, wasmUrl } = {}) {
  reading ??= new Reading({ workerUrl, wasmUrl });
  return reading;
}

/* --- the camera -------------------------------------------------------------------------------------------------- */

/**
 * Show the camera in `video` and tell every code it sees: `onText(text)`. `onTrouble(name)` says why it cannot (4).
 *
 * Returns { stop(), torch(on), choose(id), start(), running, hasTorch, cameras }; `cameras` is a list of { id, name }.
 * It returns when the camera shows its picture, or when it is known that it will not.
 */
export async function startCamera(video, { onText, onTrouble, workerUrl, wasmUrl }) {
  const camera = new Camera(video, { onText, onTrouble, workerUrl, wasmUrl });
  await camera.start();
  return camera;
}

class Camera {
  #video;
  #onText;
  #onTrouble;
  #where;
  #told = new Told();
  #asked = 0;
  #wanted = false;
  #chosen = "";
  #hidden = () => this.#whenHidden();

  constructor(video, { onText, onTrouble, ...where }) {
    this.#video = video;
    this.#onText = onText;
    this.#onTrouble = onTrouble;
    this.#where = where;
    this.cameras = [];
  }

  get running() {
    return Boolean(this.#video.srcObject);
  }

  /** Whether it was started and not stopped; it may be off all the same, while the page is hidden. */
  get wanted() {
    return this.#wanted;
  }

  get hasTorch() {
    return Boolean(this.#track?.getCapabilities?.().torch);
  }

  get #track() {
    return this.#video.srcObject?.getVideoTracks()[0];
  }

  /** Switch it on, after a trouble or a stop. */
  async start() {
    this.#wanted = true;
    document.addEventListener("visibilitychange", this.#hidden);
    await this.#on();
  }

  /** Switch it off; the light beside the lens goes out. */
  stop() {
    this.#wanted = false;
    document.removeEventListener("visibilitychange", this.#hidden);
    this.#off();
    this.#told.forget();
  }

  /** Take another camera, by its `id` from `cameras`. */
  async choose(id) {
    this.#chosen = id;
    if (this.#wanted) await this.#on();
  }

  /** The small lamp beside the lens, where there is one; whether it did as it was told. */
  async torch(on) {
    if (!this.hasTorch) return false;
    return this.#track.applyConstraints({ advanced: [{ torch: on }] }).then(() => true, () => false);
  }

  // 1
  #whenHidden() {
    if (document.hidden) this.#off();
    else if (this.#wanted && !this.running) this.#on();
  }

  async #on() {
    this.#off();
    const asked = this.#asked;
    // 4
    if (!navigator.mediaDevices?.getUserMedia) return this.#onTrouble("insecure");
    const [stream, able] = await Promise.all([this.#open(), this.#ready()]);
    if (asked !== this.#asked || document.hidden) return end(stream);
    if (typeof stream === "string") return this.#onTrouble(stream);
    if (!able) {
      end(stream);
      return this.#onTrouble("reader");
    }
    const [track] = stream.getVideoTracks();
    track.addEventListener("ended", () => this.#track === track && (this.#off(), this.#onTrouble("gone")));
    this.#video.srcObject = stream;
    await this.#video.play().catch(() => {}); // switched off while it was starting
    this.cameras = await camerasThereAre();
    if (asked === this.#asked) this.#look(asked);
  }

  async #open() {
    const { facingMode, ...size } = WANTED;
    const video = this.#chosen ? { ...size, deviceId: { exact: this.#chosen } } : { facingMode, ...size };
    return navigator.mediaDevices.getUserMedia({ audio: false, video }).catch(nameOf);
  }

  async #ready() {
    try {
      await theReading(this.#where).read();
      return true;
    } catch {
      return false;
    }
  }

  #off() {
    this.#asked += 1;
    const stream = this.#video.srcObject;
    this.#video.srcObject = null;
    end(stream);
  }

  // 2
  async #look(asked) {
    const going = () => asked === this.#asked;
    while (going()) {
      await nextFrame(this.#video);
      if (!going()) return;
      const picture = await pictureOf(this.#video).catch(() => null);
      if (!picture) continue;
      try {
        const texts = await theReading(this.#where).read(picture);
        if (!going()) return;
        // 3
        const text = this.#told.news(texts, performance.now());
        if (text !== null) this.#onText(text);
      } catch {
        if (!going()) return;
        this.#off();
        return this.#onTrouble("reader");
      }
      await rest(REST);
    }
  }
}

function end(stream) {
  for (const track of stream?.getTracks?.() ?? []) track.stop();
}

function nameOf(error) {
  return { NotFoundError: "none", OverconstrainedError: "none", NotReadableError: "busy", AbortError: "busy" }[error.name] ?? "refused";
}

async function camerasThereAre() {
  const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  return all.filter(({ kind }) => kind === "videoinput").map(({ deviceId, label }) => ({ id: deviceId, name: label }));
}

const rest = (milliseconds) => new Promise((over) => setTimeout(over, milliseconds));

/* A camera that was unplugged or stopped shows no next frame: look again after a second. */
function nextFrame(video) {
  if (!video.requestVideoFrameCallback) return rest(REST);
  return Promise.race([new Promise((shown) => video.requestVideoFrameCallback(shown)), rest(1000)]);
}

async function pictureOf(video) {
  if (!video.videoWidth) return null;
  if (typeof VideoFrame === "function") return new VideoFrame(video);
  if (typeof OffscreenCanvas === "function") return createImageBitmap(video);
  return drawn(video, video.videoWidth, video.videoHeight);
}

/* --- picture files ----------------------------------------------------------------------------------------------- */

/** Return the texts of the codes in a picture file; none for a file that is no picture. */
export async function readPicture(file, where = {}) {
  // 5
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return [];
  const scale = Math.min(1, LARGEST / Math.max(picture.width, picture.height));
  const pixels = drawn(picture, Math.round(picture.width * scale), Math.round(picture.height * scale));
  picture.close();
  return theReading(where).read(pixels, { thoroughly: true });
}

function drawn(picture, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d", { willReadFrequently: true, alpha: false });
  pen.drawImage(picture, 0, 0, width, height);
  const { data } = pen.getImageData(0, 0, width, height);
  return { data, width, height };
}
