/* Light and sharpness of a picture: the reckoning of citycard/operations/portrait_hints.py, where it is explained why
   none of it depends on the colour of anybody's skin. A hint, never a hurdle.

   In: grey levels (one byte a pixel) of `SIZE`. Out: the names of what could be better, the most useful first.
   No page, no camera; a test holds this against the Python. */

export const SIZE = { width: 240, height: 320 };

const FACE = { left: 0.3, top: 0.28, right: 0.7, bottom: 0.68 };
const BRIGHTEST = 0.998;
const DARK = 90;
const BEHIND = 40;
const WHITE = 250;
const WASHED_OUT = 0.2;
const AGAIN = 4;
const BLURRED = 0.72;

/* What could be better about the light; cheap enough to ask while the camera runs. */
export function light(grey) {
  const whole = histogram(grey);
  if (level(whole, BRIGHTEST) < DARK) return ["dark"];
  const face = histogram(grey, inFace);
  const found = [];
  if (amount(level(whole, 0.95)) > BEHIND * amount(level(face, 0.95))) found.push("behind");
  if (count(face, WHITE) > WASHED_OUT * count(face)) found.push("bright");
  return found;
}

export function hints(grey) {
  return [...light(grey), ...(blur(grey) > BLURRED ? ["blurred"] : [])];
}

/* How blurred, from 0 to 1, in the direction in which it is more so. */
export function blur(grey) {
  return Math.max(blurAlong(grey, 1, 0), blurAlong(grey, 0, 1));
}

/* The grey levels of a picture that `draw(pen)` draws on a canvas of `SIZE`. */
export function greyOf(draw) {
  const canvas = greyOf.canvas ??= Object.assign(document.createElement("canvas"), SIZE);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.imageSmoothingQuality = "high";
  draw(pen);
  const { data } = pen.getImageData(0, 0, SIZE.width, SIZE.height);
  const grey = new Uint8Array(SIZE.width * SIZE.height);
  for (let i = 0; i < grey.length; i += 1) {
    // ITU-R 601-2, as Pillow's "L".
    grey[i] = Math.round((data[4 * i] * 299 + data[4 * i + 1] * 587 + data[4 * i + 2] * 114) / 1000);
  }
  return grey;
}

function blurAlong(grey, x, y) {
  const { width, height } = SIZE;
  const again = blurredOnce(grey, x, y);
  const next = x + y * width;
  let all = 0;
  let lost = 0;
  for (let row = 0; row < height - y; row += 1) {
    for (let column = 0; column < width - x; column += 1) {
      const at = row * width + column;
      const before = Math.abs(grey[at] - grey[at + next]);
      all += before;
      lost += Math.max(0, before - Math.abs(again[at] - again[at + next]));
    }
  }
  return all ? 1 - lost / all : 1;
}

/* Each pixel the mean of those beside it, along one direction; beyond the edge the edge goes on. */
function blurredOnce(grey, x, y) {
  const { width, height } = SIZE;
  const made = new Uint8Array(grey.length);
  const [lines, length, line, step] = x ? [height, width, width, 1] : [width, height, 1, width];
  for (let each = 0; each < lines; each += 1) {
    const from = each * line;
    const value = (place) => grey[from + Math.max(0, Math.min(length - 1, place)) * step];
    let sum = 0;
    for (let place = -AGAIN; place <= AGAIN; place += 1) sum += value(place);
    for (let place = 0; place < length; place += 1) {
      made[from + place * step] = Math.round(sum / (2 * AGAIN + 1));
      sum += value(place + AGAIN + 1) - value(place - AGAIN);
    }
  }
  return made;
}

function inFace(column, row) {
  const x = (column + 0.5) / SIZE.width;
  const y = (row + 0.5) / SIZE.height;
  const across = (2 * x - FACE.left - FACE.right) / (FACE.right - FACE.left);
  const down = (2 * y - FACE.top - FACE.bottom) / (FACE.bottom - FACE.top);
  return across ** 2 + down ** 2 <= 1;
}

function histogram(grey, where = () => true) {
  const levels = new Uint32Array(256);
  for (let row = 0, at = 0; row < SIZE.height; row += 1) {
    for (let column = 0; column < SIZE.width; column += 1, at += 1) {
      if (where(column, row)) levels[grey[at]] += 1;
    }
  }
  return levels;
}

const count = (levels, from = 0) => levels.subarray(from).reduce((sum, each) => sum + each, 0);

function level(levels, share) {
  let left = share * count(levels);
  for (let grey = 0; grey < 256; grey += 1) {
    left -= levels[grey];
    if (left <= 0) return grey;
  }
  return 255;
}

/* How much light a grey stands for (sRGB). */
function amount(grey) {
  const share = grey / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
