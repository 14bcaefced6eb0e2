/* Which ages somebody may have, from as much of a date of birth as a card says (citycard/core/ages.py).

   1. A whole date gives one age.
   2. A year alone gives two: the birthday has been, or it has not. Whoever decides by an age decides it for the holder.
   3. Where no date is known there is no age. Nothing follows from that by itself: a desk asks. */

/** Return the ages that somebody born on `born` (YYYYMMDD, YYYY or nothing) may have on the day "YYYY-MM-DD". */
export function possibleAges(born, day) {
  const year = Number(day.slice(0, 4));
  // (1)
  if (born.length === 8) {
    const hadBirthday = day.slice(5).replace("-", "") >= born.slice(4);
    return [year - Number(born.slice(0, 4)) - (hadBirthday ? 0 : 1)];
  }
  // (2)
  if (born.length === 4) {
    const oldest = year - Number(born);
    return [Math.max(oldest - 1, 0), oldest];
  }
  // (3)
  return [];
}
