/* What a key does to a text: {text, from, to} in, the same out. Nothing here knows the page.

   1. What is typed is composed (NFC), as it must be on the card: a letter and its mark become one where there is one.
   2. Erasing takes one sign away, and with it a joiner that nobody would know to be there.
   3. A form replaces the letter before the cursor when that is a form of the same letter.
   4. Names begin with a capital, and so does what follows a space or a hyphen; never what follows an apostrophe. */

const JOINER = /\u200d$/u;

export function type({ text, from, to }, sign, most = Infinity) {
  // (1)
  const before = (text.slice(0, from) + sign).normalize("NFC");
  const all = before + text.slice(to);
  return all.length > most ? { text, from, to } : { text: all, from: before.length, to: before.length };
}

export function erase({ text, from, to }) {
  let before = text.slice(0, from);
  // (2)
  if (from === to) before = [...before].slice(0, -1).join("").replace(JOINER, "");
  return { text: before + text.slice(to), from: before.length, to: before.length };
}

export function form({ text, from, to }, sign, forms, most) {
  // (3)
  const old = from === to ? forms.filter((each) => text.slice(0, from).endsWith(each)).sort((a, b) => b.length - a.length)[0] : "";
  const before = text.slice(0, from - (old?.length ?? 0));
  return type({ text: before + text.slice(to), from: before.length, to: before.length }, sign, most);
}

export function wantsCapital({ text, from }) {
  // (4)
  return /(^|[\s-])$/u.test(text.slice(0, from));
}

export function capital(sign, language) {
  const large = sign.toLocaleUpperCase(language);
  // Some have none of their own ("ΐ", "և"): those stay small.
  return [...large].length === [...sign].length ? large : sign;
}
