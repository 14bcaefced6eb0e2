/* The card number: 15 random characters of Crockford's base32 and one that checks them.

   The sum of d_i * a^i over the field of 32 elements (a = 2, x^5 + x^2 + 1) is zero; the check character's power is 0.
   It catches every single wrong character and every exchange of two (citycard/core/number.py). */

/** Crockford's base32: no I, L, O, U. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const LENGTH = 16;

/** Whether `text` is a card number exactly as codes hold it. */
export function isNumber(text) {
  if (text.length !== LENGTH) return false;
  let total = 0;
  for (let place = 0; place < LENGTH; place++) {
    const digit = ALPHABET.indexOf(text[place]);
    if (digit < 0) return false;
    total ^= times(digit, place === LENGTH - 1 ? 0 : place + 1);
  }
  return total === 0;
}

/** Return `number` in four groups of four, as it stands on the card. */
export function printedNumber(number) {
  return number.match(/.{4}/g).join("-");
}

/* digit * a^power in the field. */
function times(digit, power) {
  let product = digit;
  for (let count = 0; count < power; count++) product = (product << 1) ^ (product & 16 ? 37 : 0);
  return product;
}
