/* What the page says, in the attendant's language, without asking anybody.

   1. All languages came with the page (/desk-app/sentences.json). The one that is spoken stands on the whole document,
      which way it runs as well, and every element that says which sentence it shows (`data-say`) is written anew.
   2. A value is put into a sentence as text that cannot turn the words around it.
   3. Days, ages, lists and plural forms are the browser's; digits are the ones that stand on cards. */

let told = null;
let spoken = "en";

const heard = new Set();

/** Take the sentences up and speak the first of `wanted` that is among them ("fr-CA" is "fr"), or the city's own language. */
export function take(sentences, wanted) {
  told = sentences;
  speak(wanted.map((tag) => tag.split("-")[0].toLowerCase()).find((code) => told.languages[code]) ?? told.language);
}

export const language = () => spoken;
export const languages = () => Object.keys(told.languages);

/** Call `hear` whenever the language changes. */
export function onLanguage(hear) {
  heard.add(hear);
}

/** Speak another language from now on. */
export function speak(language) {
  // 1
  spoken = language;
  document.documentElement.lang = language;
  document.documentElement.dir = told.languages[language].direction;
  for (const place of document.querySelectorAll("[data-say]")) place.textContent = say(place.dataset.say);
  for (const place of document.querySelectorAll("[data-say-label]")) place.setAttribute("aria-label", say(place.dataset.sayLabel));
  for (const hear of heard) hear();
}

/** Return a sentence; one that nobody has written is an empty one, and never its name. */
export function say(name, values = {}) {
  return filled(told.languages[spoken].says[name] ?? "", values);
}

export const knows = (name) => told.languages[spoken].says[name] !== undefined;

/** Return a sentence that depends on a number, which it calls `{num}`. */
export function sayCounted(name, num, values = {}) {
  const forms = told.languages[spoken].says[name];
  return filled(forms[new Intl.PluralRules(spoken).select(num)] ?? forms.other, { ...values, num });
}

/** Return a text of the city (by language) as { text, language }: in ours, else in the city's own, else as it comes. */
export function inOurs(texts, own) {
  const found = [spoken, own].find((code) => texts?.[code]) ?? Object.keys(texts ?? {})[0];
  return { text: texts?.[found] ?? "", language: found ?? spoken };
}

/** What the city calls itself. */
export const cityName = () => inOurs(told.city, told.language).text;

/** Whether this page is served by an office to practise in. */
export const practises = () => told.practice === true;

// 3
const form = (options) => new Intl.DateTimeFormat(`${spoken}-u-nu-latn-ca-gregory`, options);

export const day = (iso) => form({ dateStyle: "long", timeZone: "UTC" }).format(new Date(`${iso}T00:00:00Z`));
export const moment = (seconds) => form({ dateStyle: "long", timeStyle: "short" }).format(new Date(seconds * 1000));
export const listed = (parts) => new Intl.ListFormat(spoken, { type: "conjunction" }).format(parts);

/** Return how long ago, in words: "3 hours ago". */
export function age(seconds) {
  const words = new Intl.RelativeTimeFormat(`${spoken}-u-nu-latn`, { numeric: "auto" });
  if (seconds < 60) return say("age.now");
  if (seconds < 3570) return words.format(-Math.round(seconds / 60), "minute");
  if (seconds < 36 * 3600) return words.format(-Math.round(seconds / 3600), "hour");
  return words.format(-Math.round(seconds / 86400), "day");
}

// 2
function filled(sentence, values) {
  return sentence.replaceAll(/\{(\w+)\}/g, (hole, name) => (name in values ? `\u2068${values[name]}\u2069` : hole));
}
