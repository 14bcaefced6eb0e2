/* The form of a desk's bundle: which members there are, and of which kind. Nothing in it is believed here.

   The form is closed, as in citycard/partners/desk_form.py: a member that is not known, or not of its kind, refuses the
   whole of it. Nothing here is deeper than the reader's CBOR allows, and bytes are never copied: a bundle of eight
   megabytes is read within the caps that were made for cards. */

import { hex } from "../reader/bytes.js";
import { isDay, isTime } from "../reader/days.js";

export const VERSION = 1;

/** The claims: RFC 8392 §4, and ours. */
export const ISS = 1;
export const EXP = 4;
export const IAT = 6;
export const DESK = "desk";

/* The limits of citycard/partners/desk_form.py, which gives the reason of each. */
const MAX_PARTNERS = 64;
const MAX_KEYS = 64;
const MAX_LISTS = 64;
const MAX_ROOTS = 64;
const MAX_SERVICES = 200;
const MAX_BANDS = 8;
const MAX_DATES = 60;
const MAX_HOURS = 504;
const MAX_AGE = 120;
const MAX_ADDRESS = 400;
const MAX_LANGUAGES = 40;

const like = (form, most = 40) => (value) => typeof value === "string" && value.length <= most && form.test(value);
const among = (...values) => (value) => values.includes(value);
const number = (lowest, highest) => (value) => Number.isInteger(value) && lowest <= value && value <= highest;
const orNull = (check) => (value) => value === null || check(value);

const each =
  (check, { most, least = 0 }) =>
  (value) =>
    Array.isArray(value) && least <= value.length && value.length <= most && value.every(check);

const map =
  (name, check, { most, least = 0 }) =>
  (value) =>
    value instanceof Map &&
    least <= value.size &&
    value.size <= most &&
    [...value].every(([key, member]) => name(key) && check(member));

const members = (known) => (value) =>
  value instanceof Map &&
  value.size === known.length &&
  known.every(([name, check]) => value.has(name) && check(value.get(name)));

/* Each comes after the one before: so nothing is there twice. What is compared is ASCII by then. */
const inOrder = (check, name) => (value) =>
  check(value) && value.every((one, place) => place === 0 || name(value[place - 1]) < name(one));

const bytes = (value) => value instanceof Uint8Array;
const mark = (value) => bytes(value) && value.length === 32;
const flag = (value) => typeof value === "boolean";
const text = (value) => typeof value === "string" && value !== "";

const url = like(/^https:\/\/[!-~]+$/, MAX_ADDRESS);
const id = like(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const language = like(/^[a-z]{2,3}$/);
const texts = map(language, text, { least: 1, most: MAX_LANGUAGES });
const aDay = orNull(isDay);
const age = orNull(number(0, MAX_AGE));
const needs = each(among("age-band", "name", "portrait", "resident"), { most: 4 });

const PAPERS = [
  ["roots", each(bytes, { least: 1, most: MAX_ROOTS })],
  ["targets", bytes],
  ["statement", bytes],
  ["compromised", inOrder(each(mark, { most: MAX_KEYS }), hex)],
  ["lists", map(url, bytes, { most: MAX_LISTS })],
];
const PARTNER = [["issuer", url], ["fingerprint", mark], ["suspended", flag], ...PAPERS];
const TERMS = [
  ["from", isDay],
  ["until", aDay],
  ["list_hours", orNull(number(1, MAX_HOURS))],
];
const AGES = [
  ["from", age],
  ["to", age],
];
const DATE = [
  ["from", isDay],
  ["until", isDay],
  ["begins", orNull(like(/^([01][0-9]|2[0-3]):[0-5][0-9]$/))],
];
const SERVICE = [
  ["id", id],
  ["category", id],
  ["names", texts],
  ["benefit", texts],
  ["needs", inOrder(needs, (need) => need)],
  ["level", among("identity", "residence", "discount")],
  ["visitors", among("yes", "no", "by-agreement")],
  ["ages", orNull(members(AGES))],
  ["bands", each(members([...AGES, ["gives", texts]]), { most: MAX_BANDS })],
  ["from", aDay],
  ["until", aDay],
  ["dates", each(members(DATE), { most: MAX_DATES })],
];
const partners = each(members(PARTNER), { most: MAX_PARTNERS });
const CONTENT = [
  ["version", number(VERSION, VERSION)],
  ["timezone", text],
  ["language", language],
  ["colour", like(/^#[0-9A-Fa-f]{6}$/)],
  ["own", members(PAPERS)],
  ["partners", inOrder(partners, (partner) => partner.get("issuer"))],
  ["agreements", map(url, map(id, members(TERMS), { most: MAX_SERVICES }), { most: MAX_PARTNERS })],
  ["services", each(members(SERVICE), { most: MAX_SERVICES })],
];

/** Whether `claims` (a Map) have the form of a bundle of this version. */
export const isBundle = members([
  [ISS, url],
  [EXP, isTime],
  [IAT, isTime],
  [DESK, members(CONTENT)],
]);

/** Return the version that the claims say they are of, whatever the rest looks like. */
export function versionOf(claims) {
  const desk = claims.get(DESK);
  return desk instanceof Map ? desk.get("version") : undefined;
}

/** Return `item` with every map as a plain object, frozen throughout; for what `isBundle` has seen. */
export function plain(item) {
  if (Array.isArray(item)) return Object.freeze(item.map(plain));
  if (!(item instanceof Map)) return item;
  return Object.freeze(Object.fromEntries([...item].map(([name, value]) => [name, plain(value)])));
}
