/* The camera's buttons: on, take, count to three, off; a mirror, and which of several cameras.

   1. Nothing is asked of the browser before the button is pressed; what goes wrong is said beside it.
   2. While it runs, too little light is said in time, by sight alone: a voice that says it every second helps nobody.
   3. The mirror turns the preview, never the picture.
   4. The count can be stopped, and stops when the camera does. */

import { Camera, canBeUsed } from "./camera.js";
import { middle } from "./cut.js";
import { SIZE, greyOf, light } from "./hints.js";

const LOOK_EVERY = 700; // milliseconds between two looks at the light
const COUNT_FROM = 3;

/* page: sentences; say(text), hint(names), refuse(why); live() and ended() when the stage changes; taken(file). */
export function prepareCamera(panel, page) {
  const $ = (name) => panel.querySelector(`[data-${name}]`);
  const [on, shutter, soon, off] = ["camera-start", "camera-take", "camera-soon", "camera-stop"].map($);
  const choice = $("which-camera");
  const { sentences } = page;
  let pressed = false;
  let counting = 0;
  let looking = 0;

  const camera = new Camera($("camera-picture"), {
    whenOff(why) {
      stopCounting();
      pressed = false;
      controls(false);
      page.ended();
      page.refuse(why);
      page.say(sentences.off);
    },
  });
  panel.form.addEventListener("submit", () => camera.off());
  if (canBeUsed()) $("camera").hidden = false;

  function controls(running) {
    on.hidden = running;
    for (const part of [shutter, soon, off, $("camera-settings")]) part.hidden = !running;
  }

  // 1
  async function switchOn(device) {
    page.refuse("");
    on.setAttribute("aria-disabled", "true");
    const why = await camera.on(device);
    on.removeAttribute("aria-disabled");
    if (why === "overtaken") return;
    if (why) {
      controls(false);
      page.ended();
      page.refuse(why);
      return;
    }
    controls(true);
    page.live();
    page.hint([]);
    page.say(sentences.on);
    if (!device) shutter.focus();
    look();
    await nameThem();
  }

  async function nameThem() {
    const found = await camera.devices();
    const name = (device, at) => device.name || `${sentences.camera} ${at + 1}`;
    choice.replaceChildren(
      ...found.map((device, at) => new Option(name(device, at), device.id, false, device.id === camera.chosen)),
    );
    $("camera-choice").hidden = found.length < 2;
  }

  // 2
  function look() {
    clearTimeout(looking);
    if (!camera.isOn) return;
    const { video } = camera;
    const [width, height] = [video.videoWidth, video.videoHeight];
    if (width) {
      const cut = middle({ width, height });
      const from = [cut.left * width, cut.top * height, cut.wide * width, (cut.wide * width * 4) / 3];
      page.hint(light(greyOf((pen) => pen.drawImage(video, ...from, 0, 0, SIZE.width, SIZE.height))));
    }
    looking = setTimeout(look, LOOK_EVERY);
  }

  async function press() {
    stopCounting();
    if (!camera.isOn || pressed) return;
    pressed = true;
    const file = await camera.still();
    if (!file) return;
    camera.off();
    await page.taken(file);
  }

  // 4
  function count(left) {
    if (!left) {
      press();
      return;
    }
    $("count").textContent = String(left);
    $("count").hidden = false;
    page.say(String(left));
    counting = setTimeout(count, 1000, left - 1);
  }

  function stopCounting() {
    clearTimeout(counting);
    counting = 0;
    $("count").hidden = true;
    soon.setAttribute("aria-pressed", "false");
  }

  on.addEventListener("click", () => switchOn());
  shutter.addEventListener("click", press);
  soon.addEventListener("click", () => {
    if (counting) {
      stopCounting();
      page.say(sentences.stopped);
      return;
    }
    soon.setAttribute("aria-pressed", "true");
    count(COUNT_FROM);
  });
  off.addEventListener("click", () => {
    camera.off();
    on.focus();
  });
  // 3
  $("mirror").addEventListener("change", (event) => $("live").classList.toggle("unmirrored", !event.target.checked));
  choice.addEventListener("change", () => switchOn(choice.value));
  return camera;
}
