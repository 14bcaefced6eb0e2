/* The portrait on the identity screen: puts camera, frame and hints (the modules beside this one) to the page.
   Without this the server cuts the middle, and the nine buttons send the form.

   1. The stage shows one of three: the portrait as saved (or nobody), the camera, the picture behind its frame.
   2. A camera's picture becomes a file in the same field as one from a disk, so that the server sees no difference.
   3. What is cut goes along in four hidden fields; without them the server keeps the cut it has.
   4. A file that would be refused is refused here, beside its field, and not sent; the limits are the server's own.
   5. What changes is also said (`data-says`): the camera, the count, that the picture is taken, hints, where the cut is. */

import { Crop } from "./crop.js";
import { fromText, middle } from "./cut.js";
import { SIZE, greyOf, hints } from "./hints.js";
import { prepareCamera } from "./shooting.js";

const SOON = 60; // milliseconds after a press, before light and sharpness are looked at again
const QUIET_FOR = 500; // after the last change, before it is said

const panel = document.querySelector("[data-portrait]");
if (panel) start();

function start() {
  const $ = (name) => panel.querySelector(`[data-${name}]`);
  const named = (name) => panel.querySelector(`[name="${name}"]`);
  const field = panel.querySelector('input[type="file"]');
  const [now, crop, live, pad, wrong] = ["portrait-now", "crop", "live", "pad", "wrong"].map($);
  const sentences = Object.fromEntries([...$("sentences").children].map((each) => [each.dataset.say, each.textContent]));
  const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
  for (const part of panel.querySelectorAll("[data-without-script]")) part.hidden = true;

  // --- what is shown and said

  // 1
  function stage(shown) {
    now.hidden = shown !== "now";
    crop.hidden = $("crop-help").hidden = shown !== "crop";
    live.hidden = shown !== "live";
    pad.hidden = shown === "live" || (shown === "now" && !pad.dataset.whole);
    panel.classList.toggle("is-live", shown === "live");
    if (shown === "now") hint(ofSaved);
  }

  // 5
  let saying = 0;
  function say(text, after = 0) {
    clearTimeout(saying);
    saying = setTimeout(() => ($("says").textContent = text), after);
  }

  const lines = [...$("hints").children];
  const ofSaved = lines.filter((line) => !line.hidden).map((line) => line.dataset.hint);
  function hint(found) {
    for (const line of lines) line.hidden = !found.includes(line.dataset.hint);
  }
  const hintText = () => lines.filter((line) => !line.hidden).map((line) => line.textContent.trim()).join(" ");

  // 4
  function refuse(why) {
    for (const sentence of wrong.children) sentence.hidden = sentence.dataset.why !== why;
    return Boolean(why);
  }

  // --- the picture behind its frame

  let prelude = "";
  let pending = 0;
  const frame = new Crop(crop, $("crop-canvas"), {
    changed(byHand) {
      // 3
      const { cut } = frame;
      named("frame_left").value = cut.left.toFixed(4);
      named("frame_top").value = cut.top.toFixed(4);
      named("frame_width").value = cut.wide.toFixed(4);
      named("quarter_turns").value = String(cut.turns);
      clearTimeout(pending);
      pending = setTimeout(measure, byHand ? QUIET_FOR : SOON);
    },
    accepted: () => panel.form.querySelector(".onward button")?.focus(),
  });

  function forgetCut() {
    for (const name of ["frame_left", "frame_top", "frame_width", "quarter_turns"]) named(name).value = "";
  }

  function measure() {
    if (!frame.picture || crop.hidden) return;
    const found = hints(greyOf((pen) => frame.drawOn(pen, SIZE.width, SIZE.height)));
    hint(found.length ? [...found, "only"] : ["good"]);
    const small = Object.assign(document.createElement("canvas"), { width: 180, height: 240 });
    small.getContext("2d").drawImage($("crop-canvas"), 0, 0, 180, 240);
    dispatchEvent(new CustomEvent("citycard:portrait", { detail: small.toDataURL("image/jpeg", 0.8) }));
    const where = sentences.shown.replace(/\{(\w+)\}/g, (_, name) => percent.format(frame.shown[name]));
    say(`${prelude || where} ${hintText()}`, QUIET_FOR);
    prelude = "";
  }

  function show(picture, cut) {
    stage("crop");
    for (const part of panel.querySelectorAll("[data-first]")) part.hidden = true;
    for (const part of panel.querySelectorAll("[data-again]")) part.hidden = false;
    frame.show(picture, cut);
    // At once, so that nothing below moves a moment later under somebody's pointer.
    clearTimeout(pending);
    measure();
  }

  // --- a file, from a disk or from the camera

  let latest = null;
  async function take(file) {
    latest = file;
    frame.clear();
    forgetCut();
    let why = file.size > Number(wrong.dataset.mostBytes) ? "bytes" : "";
    const picture = why ? null : await createImageBitmap(file).catch(() => null); // turned as the camera meant it
    if (latest !== file) return false; // another one was chosen meanwhile
    if (picture) {
      const { width, height } = picture;
      if (width * height > Number(wrong.dataset.mostPixels)) why = "pixels";
      else if (Math.min(width, height) < Number(wrong.dataset.leastSide)) why = "side";
    }
    // A file that the browser cannot show is sent all the same: the server says in words why not.
    if (refuse(why)) field.value = "";
    if (picture && !why) show(picture, middle(picture));
    else stage("now");
    return Boolean(picture && !why);
  }

  field.addEventListener("change", () => {
    camera.off();
    if (field.files[0]) {
      take(field.files[0]);
      return;
    }
    latest = null;
    frame.clear();
    forgetCut();
    stage("now");
  });

  /* The picture that the saved portrait was cut from, the first time somebody cuts it again. */
  let coming = null;
  async function showSaved() {
    const whole = new Image();
    whole.src = pad.dataset.whole;
    await whole.decode();
    if (!frame.picture) show(whole, fromText(pad.dataset.cut));
  }

  pad.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-act]");
    if (!button) return;
    event.preventDefault();
    try {
      if (!frame.picture) await (coming ??= showSaved());
      frame.act(button.dataset.act);
    } catch {
      // It did not come: the screen may be locked. Sent, the button says what happened, and loses nothing.
      panel.form.requestSubmit(button);
    }
  });

  // --- the camera

  const camera = prepareCamera(panel, {
    sentences,
    say,
    hint,
    refuse,
    live: () => stage("live"),
    ended() {
      stage(frame.picture ? "crop" : "now");
      if (frame.picture) measure();
    },
    // 2
    async taken(file) {
      const files = new DataTransfer();
      files.items.add(file);
      field.files = files.files;
      prelude = sentences.taken;
      if (await take(file)) crop.focus();
    },
  });
}
