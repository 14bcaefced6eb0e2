/* The picture behind its frame: drag it, pinch it, press keys or buttons until the face is where it belongs.

   1. The frame stands still, three by four; the picture moves, grows and turns behind it (cut.js).
   2. Whatever can be done by dragging can be done by a button and by a key.
   3. The canvas shows what will be cut and nothing else. It goes nowhere until the form is sent. */

import { after, moved, tall, turned, zoomed } from "./cut.js";

const KEYS = {
  ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down",
  "+": "larger", "=": "larger", "-": "smaller", "−": "smaller",
  r: "turn-right", R: "turn-left", 0: "middle",
};
const FINE = 0.02; // of the frame, for a key; with Shift as much as a button
const COARSE = 0.1;

export class Crop {
  /* place: the element with the focus. changed(byHand): after each change; byHand while a finger is still on it. */
  constructor(place, canvas, { changed, accepted }) {
    this.place = place;
    this.canvas = canvas;
    this.changed = changed;
    this.picture = null;
    this.cut = null;
    this.fingers = new Map();
    place.addEventListener("keydown", (event) => this.#key(event, accepted));
    place.addEventListener("pointerdown", (event) => this.#down(event));
    place.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel"]) place.addEventListener(end, (event) => this.#up(event));
    place.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  /* Show a picture (anything that can be drawn) at a cut of it. */
  show(picture, cut) {
    this.picture = picture;
    this.#to(cut);
  }

  clear() {
    this.picture?.close?.();
    this.picture = this.cut = null;
    this.fingers.clear();
  }

  act(name, step) {
    if (this.picture) this.#to(after(this.cut, name, step));
  }

  /* Draw what is cut on a pen, `width` by `height` pixels. */
  drawOn(pen, width, height) {
    const { cut, picture } = this;
    const whole = turned(cut);
    const scale = width / (cut.wide * whole.width);
    pen.save();
    pen.fillStyle = "#fff"; // as on paper: what is transparent becomes white there, too
    pen.fillRect(0, 0, width, height);
    pen.translate(-cut.left * whole.width * scale, -cut.top * whole.height * scale);
    pen.scale(scale, scale);
    pen.translate(whole.width / 2, whole.height / 2);
    pen.rotate((cut.turns * Math.PI) / 2);
    pen.drawImage(picture, -cut.width / 2, -cut.height / 2, cut.width, cut.height);
    pen.restore();
  }

  /* Where it is, in shares, for those who hear it: width, from the left, from the top. */
  get shown() {
    return { width: this.cut.wide, left: this.cut.left, top: this.cut.top, height: tall(this.cut) };
  }

  #to(cut, byHand = false) {
    this.cut = cut;
    const pen = this.canvas.getContext("2d");
    pen.imageSmoothingQuality = "high";
    this.drawOn(pen, this.canvas.width, this.canvas.height);
    this.changed(byHand);
  }

  #key(event, accepted) {
    if (!this.picture || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") {
      event.preventDefault();
      accepted();
      return;
    }
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    this.act(act, event.shiftKey ? COARSE : FINE);
  }

  #down(event) {
    if (!this.picture || event.button > 0) return;
    this.place.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.place.focus({ preventScroll: true });
    event.preventDefault();
  }

  #move(event) {
    const finger = this.fingers.get(event.pointerId);
    if (!finger || !this.picture) return;
    const { width, height } = this.canvas.getBoundingClientRect();
    const here = { x: event.clientX, y: event.clientY };
    const share = 1 / this.fingers.size; // of two fingers each moves half
    let cut = moved(this.cut, (-share * (here.x - finger.x)) / width, (-share * (here.y - finger.y)) / height);
    if (this.fingers.size === 2) {
      const [other] = [...this.fingers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
      cut = zoomed(cut, apart(here, other) / apart(finger, other));
    }
    this.fingers.set(event.pointerId, here);
    this.#to(cut, true);
  }

  #up(event) {
    if (this.fingers.delete(event.pointerId) && this.picture) this.changed(false);
  }

  #wheel(event) {
    // Two fingers on a touch pad arrive as a wheel with Ctrl; a plain wheel scrolls the page, as everywhere.
    if (!this.picture || !event.ctrlKey) return;
    event.preventDefault();
    this.#to(zoomed(this.cut, Math.exp(-event.deltaY / 200)));
  }
}

const apart = (one, other) => Math.max(1, Math.hypot(one.x - other.x, one.y - other.y));
