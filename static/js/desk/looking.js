/* Codes that are seen: by the camera of this device, or in a picture that somebody brings.

   1. The camera goes on at its button, and by itself at a desk that works with its camera: after a pause in the settings,
      and in the morning. It is off in all other parts of the page.
   2. Why it cannot be used is said below it, by the names of camera.js.
   3. In a picture, one code is the card's; where there are several cards in it, nobody chooses between them
      (picture_code.js). */

import { cardAmong } from "../reader/picture_code.js";
import { readPicture, startCamera } from "./camera.js";
import { begin, check } from "./checking.js";
import { onOpen } from "./parts.js";
import { of, pressFor, tell } from "./places.js";
import { set, state } from "./state.js";

/* Where the worker lies, so that it starts without a network too. */
const READER = { workerUrl: "/desk-app/reading.js" };

let camera = null;
let starting = null;

// 1
onOpen((part) => {
  if (part === "check" && state.settings.camera && !camera?.running) startLooking();
});

function startLooking() {
  starting ??= startTheCamera().finally(() => {
    starting = null;
  });
  return starting;
}

async function startTheCamera() {
  tell("camera-told", "");
  of("frame").hidden = false;
  if (camera) await camera.start();
  else camera = await startCamera(of("video"), { onText: check, onTrouble: trouble, ...READER });
  if (state.part !== "check") camera.stop(); // somebody was quicker than the camera
  drawCamera();
}

/** Switch the camera off; it stays the desk's way of working. */
export function stopLooking() {
  camera?.stop();
  drawCamera();
}

// 2
function trouble(name) {
  tell("camera-told", `scanner.camera-${name}`);
  drawCamera();
}

function drawCamera() {
  const running = camera?.running === true;
  of("frame").hidden = !running;
  of("camera-more").hidden = !running;
  pressFor("camera-start").hidden = running;
  pressFor("light").hidden = !camera?.hasTorch;
  pressFor("camera-next").hidden = !(camera?.cameras.length > 1);
}

async function nextCamera() {
  const all = camera.cameras.map(({ id }) => id);
  const used = of("video").srcObject?.getVideoTracks()[0]?.getSettings().deviceId;
  await camera.choose(all[(all.indexOf(used) + 1) % all.length]);
  drawCamera();
}

async function light(press) {
  const on = press.getAttribute("aria-pressed") !== "true";
  if (await camera.torch(on)) press.setAttribute("aria-pressed", String(on));
}

/** What its buttons do. */
export const LOOKS = {
  "camera-start": async () => {
    await startLooking();
    if (camera.running) await set({ camera: true });
  },
  "camera-stop": async () => {
    stopLooking();
    await set({ camera: false });
  },
  "camera-next": nextCamera,
  light,
};

of("picture").addEventListener("change", async () => {
  const [file] = of("picture").files;
  of("picture").value = "";
  if (!file) return;
  const isLast = begin();
  tell("picture-told", "");
  const texts = await readPicture(file, READER).catch(() => []);
  if (!isLast()) return;
  if (!texts.length) return tell("picture-told", "picture.no-code");
  const text = await theOne(texts);
  if (!isLast()) return;
  if (text === null) tell("picture-told", "picture.several");
  else check(text);
});

/* The code that is meant, or null where nobody can say (3). */
async function theOne(texts) {
  if (texts.length === 1 || !state.held) return texts[0];
  return cardAmong(texts, state.held).catch(() => null);
}
