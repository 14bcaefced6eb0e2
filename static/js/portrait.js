/* Choosing the part of a picture that becomes the portrait. Without this the server cuts the middle, a little above.

   1. The picture is shown from memory; it goes nowhere until the form is sent.
   2. The frame is always 3:4. It is moved by pointer or arrow keys and sized by the slider or plus and minus.
   3. Quarter turns turn the picture under the frame; the server does the same turns to the same picture.
   4. A camera's picture becomes a file in the same field, so that the server sees no difference.
   5. A file that would be refused is refused here, beside its field, and not sent; the limits are the server's own. */

const panel = document.querySelector("[data-portrait]");
const $ = (name) => panel?.querySelector(`[data-${name}]`);
const field = panel?.querySelector('input[type="file"]');
const canvas = $("crop-canvas");
const frame = $("crop-frame");
const size = $("crop-size");
const refused = $("picture-refused");
const limit = (name) => Number(refused.dataset[name]);
const hidden = (name) => panel.querySelector(`[name="${name}"]`);

const WIDEST = 320; // the column's width
const TALLEST = 250; // so that the button to go on stays in sight on a small screen
const SHORTEST_SIDE = 0.2;

let picture = null;
let turns = 0;
let box = { left: 0, top: 0, width: 1 }; // shares of the turned picture, as in citycard/operations/portrait.py

const turned = () => (turns % 2 ? [picture.height, picture.width] : [picture.width, picture.height]);
const widest = () => {
  const [width, height] = turned();
  return Math.min(1, (height * 3) / 4 / width);
};

function startingFrame() {
  const [width, height] = turned();
  const share = widest();
  box = { width: share, left: (1 - share) / 2, top: (height - (width * share * 4) / 3) / 3 / height };
  size.value = 100;
}

function keepInside() {
  const [width, height] = turned();
  box.width = Math.min(widest(), Math.max(SHORTEST_SIDE * widest(), box.width));
  const tall = (box.width * width * 4) / 3 / height;
  box.left = Math.min(1 - box.width, Math.max(0, box.left));
  box.top = Math.min(1 - tall, Math.max(0, box.top));
  return tall;
}

function draw() {
  const [width, height] = turned();
  const scale = Math.min(WIDEST / width, TALLEST / height);
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext("2d");
  pen.translate(canvas.width / 2, canvas.height / 2);
  pen.rotate((turns * Math.PI) / 2);
  const [w, h] = [picture.width * scale, picture.height * scale];
  pen.drawImage(picture, -w / 2, -h / 2, w, h);
  place();
}

function place() {
  const tall = keepInside();
  frame.style.insetInlineStart = "auto";
  frame.style.left = `${box.left * 100}%`;
  frame.style.top = `${box.top * 100}%`;
  frame.style.width = `${box.width * 100}%`;
  frame.style.height = `${tall * 100}%`;
  hidden("frame_left").value = box.left.toFixed(4);
  hidden("frame_top").value = box.top.toFixed(4);
  hidden("frame_width").value = box.width.toFixed(4);
  panel.querySelector('[name="quarter_turns"]').value = String(turns);
  onTheCard(tall);
}

function onTheCard(tall) {
  const cut = document.createElement("canvas");
  cut.width = 180;
  cut.height = 240;
  cut.getContext("2d").drawImage(
    canvas, box.left * canvas.width, box.top * canvas.height, box.width * canvas.width, tall * canvas.height, 0, 0, 180, 240,
  );
  dispatchEvent(new CustomEvent("citycard:portrait", { detail: cut.toDataURL("image/jpeg", 0.8) }));
}

// 5
function refuse(why) {
  for (const sentence of refused.children) sentence.hidden = sentence.dataset.why !== why;
  if (why) {
    picture = null;
    field.value = "";
  }
  return Boolean(why);
}

async function show(file) {
  refuse("");
  picture = null;
  if (!refuse(file.size > limit("mostBytes") ? "bytes" : "")) {
    try {
      picture = await createImageBitmap(file); // turned as the camera meant it
      const { width, height } = picture;
      refuse(width * height > limit("mostPixels") ? "pixels" : Math.min(width, height) < limit("leastSide") ? "side" : "");
    } catch {
      picture = null; // the server says in words why not
    }
  }
  $("crop").hidden = !picture;
  $("portrait-now").hidden = Boolean(picture);
  for (const name of ["frame_left", "frame_top", "frame_width"]) hidden(name).value = "";
  if (!picture) return;
  turns = 0;
  startingFrame();
  draw();
}

function move(x, y) {
  box.left += x;
  box.top += y;
  place();
}

function grow(by) {
  const [width, height] = turned();
  const before = box.width;
  box.width = Math.min(widest(), Math.max(SHORTEST_SIDE * widest(), box.width * by));
  box.left += (before - box.width) / 2;
  box.top += (((before - box.width) * width * 4) / 3 / height) / 2;
  size.value = (box.width / widest()) * 100;
  place();
}

if (panel) {
  for (const part of panel.querySelectorAll("[data-without-script]")) part.hidden = true;
  field.addEventListener("change", () => field.files[0] && show(field.files[0]));
  size.addEventListener("input", () => grow(((size.value / 100) * widest()) / box.width));
  for (const button of panel.querySelectorAll("[data-turn]")) {
    button.addEventListener("click", () => {
      turns = (turns + Number(button.dataset.turn) + 4) % 4;
      startingFrame();
      draw();
    });
  }
  frame.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 0.05 : 0.01;
    const act = {
      ArrowLeft: () => move(-step, 0),
      ArrowRight: () => move(step, 0),
      ArrowUp: () => move(0, -step),
      ArrowDown: () => move(0, step),
      "+": () => grow(1.05),
      "-": () => grow(1 / 1.05),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  let held = null;
  $("crop-picture").addEventListener("pointerdown", (event) => {
    held = { x: event.clientX, y: event.clientY };
    $("crop-picture").setPointerCapture(event.pointerId);
    event.preventDefault();
    frame.focus({ preventScroll: true });
  });
  $("crop-picture").addEventListener("pointermove", (event) => {
    if (!held) return;
    const { width, height } = canvas.getBoundingClientRect();
    move((event.clientX - held.x) / width, (event.clientY - held.y) / height);
    held = { x: event.clientX, y: event.clientY };
  });
  for (const end of ["pointerup", "pointercancel"]) $("crop-picture").addEventListener(end, () => (held = null));

  // 4
  const video = $("camera-picture");
  const [start, take] = [$("camera-start"), $("camera-take")];
  if (navigator.mediaDevices?.getUserMedia) $("camera").hidden = false;
  const stop = () => {
    for (const track of video.srcObject?.getTracks() ?? []) track.stop();
    video.srcObject = null;
    video.hidden = take.hidden = true;
    start.hidden = false;
  };
  start.addEventListener("click", async () => {
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1920 } } });
    } catch {
      $("camera-refused").hidden = false;
      return;
    }
    await video.play();
    start.hidden = true;
    video.hidden = take.hidden = false;
    take.focus();
  });
  take.addEventListener("click", () => {
    const still = document.createElement("canvas");
    still.width = video.videoWidth;
    still.height = video.videoHeight;
    still.getContext("2d").drawImage(video, 0, 0);
    still.toBlob((blob) => {
      const files = new DataTransfer();
      files.items.add(new File([blob], "portrait.jpg", { type: "image/jpeg" }));
      field.files = files.files;
      stop();
      show(blob);
    }, "image/jpeg", 0.92);
  });
  addEventListener("pagehide", stop);
}
