/* A desk page with nothing but a camera, a scanner and its set-up. `desk` is what the tests talk to. */

import { readPicture, startCamera } from "/js/desk/camera.js";
import { ScannerTyping } from "/js/desk/scanner.js";
import { mountScannerSetup } from "/js/desk/scanner_setup.js";

const sentences = JSON.parse(document.getElementById("sentences").textContent);
const say = (name, values = {}) => sentences[name].replaceAll(/\{(\w+)\}/g, (_, value) => values[value]);

/* `desk.heard(count)` ends when that many texts were told. */
const waiting = [];

const hear = (text) => {
  desk.told.push(text);
  for (const [count, tell] of waiting) if (desk.told.length >= count) tell(null);
};

/* A camera that never tells anything fails its test instead of holding up all of them. */
const inTime = (promise) =>
  Promise.race([promise, new Promise((_, fail) => setTimeout(() => fail(new Error("nothing came in 90 seconds")), 90_000))]);

const heard = (count) => inTime(new Promise((tell) => (desk.told.length >= count ? tell(null) : waiting.push([count, tell]))));

const desk = { heard, told: [], troubles: [], pressed: [], kept: null, camera: null };

const typing = new ScannerTyping({ onText: hear });
for (const kind of ["keydown", "keyup"]) addEventListener(kind, (event) => typing.key(event), true);

document.getElementById("button").addEventListener("click", () => desk.pressed.push("button"));
document.getElementById("form").addEventListener("submit", (event) => {
  event.preventDefault();
  desk.pressed.push("form");
});

desk.setup = mountScannerSetup(document.getElementById("scanner"), {
  say,
  load: async () => desk.kept,
  save: (mapping) => {
    desk.kept = mapping;
    typing.mapping = mapping;
  },
  print: () => desk.pressed.push("print"),
});

desk.start = async (options = {}) => {
  desk.camera = await startCamera(document.getElementById("video"), {
    onText: hear,
    onTrouble: (name) => desk.troubles.push(name),
    ...options,
  });
  return desk.camera.running;
};

/* As if somebody looked at another page, and came back; whether the camera is on once that was noticed. */
desk.hide = async (hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
  const video = document.getElementById("video");
  if (!hidden && desk.camera.wanted) await inTime(new Promise((shows) => video.addEventListener("playing", shows, { once: true })));
  return desk.camera.running;
};

desk.picture = async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return readPicture(new File([bytes], "card.jpg"));
};

/* A scan as fast as the page takes it, each press saying that it came at its own moment. */
desk.scan = (presses, every) => {
  const began = performance.now();
  for (const [place, { key, code, shift }] of [...presses, { key: "Enter", code: "Enter", shift: false }].entries()) {
    const event = new KeyboardEvent("keydown", { key, code, shiftKey: shift, bubbles: true, cancelable: true });
    Object.defineProperty(event, "timeStamp", { value: began + place * every });
    (document.activeElement ?? document.body).dispatchEvent(event);
  }
};

globalThis.desk = desk;
