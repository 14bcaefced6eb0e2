/* Which part of a picture becomes the portrait: the reckoning of citycard/operations/portrait_cut.py, number for number,
   so that what the clerk sees here is what the server cuts. No page, no picture; a test holds the two together.

   A cut: { width, height } of the upright picture, quarter turns clockwise, and a frame in shares of the picture as
   turned: left, top, wide. Always three by four, always inside. */

export const SMALLEST = 0.2;
export const STEP = 0.1;
export const ZOOM = 1.12;

const between = (least, value, most) => Math.max(least, Math.min(value, most));

export function turned({ width, height, turns }) {
  return turns % 2 ? { width: height, height: width } : { width, height };
}

/* Height of the cut, as a share of the turned picture. */
export function tall(cut) {
  const { width, height } = turned(cut);
  return (cut.wide * width * 4) / 3 / height;
}

function widest(cut) {
  const { width, height } = turned(cut);
  return Math.min(1, (height * 3) / 4 / width);
}

/* The widest cut, in the middle and a little above, where a face is. */
export function middle({ width, height }, turns = 0) {
  const cut = { width, height, turns: ((turns % 4) + 4) % 4 };
  cut.wide = widest(cut);
  return { ...cut, left: (1 - cut.wide) / 2, top: (1 - tall(cut)) / 3 };
}

/* The cut that comes nearest. */
export function fitting(wanted) {
  const cut = { ...wanted, wide: between(SMALLEST * widest(wanted), wanted.wide, widest(wanted)) };
  cut.left = between(0, cut.left, 1 - cut.wide);
  cut.top = between(0, cut.top, 1 - tall(cut));
  return cut;
}

/* Moved by shares of the cut's own size; a positive x shows more of the right. */
export function moved(cut, x, y) {
  return fitting({ ...cut, left: cut.left + x * cut.wide, top: cut.top + y * tall(cut) });
}

/* Sized around the middle of what is seen: 2 shows the face twice as large. */
export function zoomed(cut, by) {
  const sized = fitting({ ...cut, wide: cut.wide / by });
  return fitting({
    ...sized,
    left: cut.left + (cut.wide - sized.wide) / 2,
    top: cut.top + (tall(cut) - tall(sized)) / 2,
  });
}

/* After one press of a button. "left" moves the picture to the left, so more of its right is seen. */
export function after(cut, act, step = STEP) {
  switch (act) {
    case "left": return moved(cut, step, 0);
    case "right": return moved(cut, -step, 0);
    case "up": return moved(cut, 0, step);
    case "down": return moved(cut, 0, -step);
    case "larger": return zoomed(cut, ZOOM);
    case "smaller": return zoomed(cut, 1 / ZOOM);
    case "turn-left": return middle(cut, cut.turns - 1);
    case "turn-right": return middle(cut, cut.turns + 1);
    default: return middle(cut);
  }
}

/* As `Cut.from_text` reads it. */
export function fromText(text) {
  const [width, height, turns, left, top, wide] = text.split(" ").map(Number);
  return fitting({ width, height, turns, left, top, wide });
}
