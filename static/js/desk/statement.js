/* What a city says about itself, read as citycard/partners/statement.py reads it, in the same order:

   1. At most 64 KiB of JSON that can be read in one way, version 1, exactly the members of a statement.
   2. The issuer is an address that can name a city.
   3. Names, contact and retention are plain texts: no controls, nothing that turns the reading direction.
   4. Country, communes and services are codes.
   5. Each key is a public key that may be pinned: not private, not weak, not one printed in a standard, none twice. A
      card key signs for a year at most.
   6. Status lists stand under the issuer's address, with a plain path.

   What comes back is the city as the reader's trust store knows it, keys and all. */

import { isDay } from "../reader/days.js";
import { KeyRefused, TextRefused, TrustRefused } from "../reader/errors.js";
import { KeyUse, PinnedKey } from "../reader/keys.js";
import { checkText } from "../reader/text.js";
import { Issuer, checkIssuerUrl } from "../reader/trust.js";
import { readJson } from "./canonical.js";
import { JsonRefused, StatementRefused } from "./errors.js";
import { isPublished } from "./published_keys.js";

/* The limits of citycard/partners/statement.py, which gives the reason of each. */
const VERSION = 1;
const MAX_STATEMENT = 64 << 10;
const MAX_NAME = 100;
const MAX_CONTACT = 200;
const MAX_RETENTION = 2000;
const MAX_LANGUAGES = 40;
const MAX_COMMUNES = 2000;
const MAX_SERVICES = 100;
const MAX_KEYS = 64;
const MAX_LISTS = 64;
const MAX_CARD_KEY_DAYS = 366;

const MEMBERS = [
  ...["version", "issuer", "names", "country", "communes", "keys", "status_lists", "contact", "issued_on"],
  ...["services", "retention"],
];
const LIST_PATH = /^(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,63}){1,8}$/;
const KEY_CODES = new Map([
  ["key-private", "private-key"],
  ["key-weak", "weak-key"],
]);

/** Return the `Issuer` in `data` (bytes); throw `StatementRefused`. `allowDemo` admits names that nobody can own. */
export async function readStatement(data, { allowDemo }) {
  // (1)
  const document = strictly(data);
  if (!(document instanceof Map)) throw refused("members", "A statement is a JSON object.");
  if (document.get("version") !== VERSION) throw refused("version", "This statement is of another version.");
  if (document.size !== MEMBERS.length || !MEMBERS.every((name) => document.has(name))) {
    throw refused("members", "A member of the statement is missing or unknown.");
  }
  const member = (name) => document.get(name);
  // (2)
  const url = text(member("issuer"), "issuer");
  demandAddress(url, allowDemo);
  // (3)
  const names = texts(member("names"), "names", MAX_NAME);
  if (!names.size) throw refused("names", "A city has a name in one language at least.");
  plain(member("contact"), "contact", MAX_CONTACT);
  texts(member("retention"), "retention", MAX_RETENTION);
  // (4)
  if (!/^[A-Z]{2}$/.test(text(member("country"), "country"))) {
    throw refused("country", "A country is two letters of ISO 3166.");
  }
  codes(member("communes"), "communes", /^[0-9A-Za-z]([0-9A-Za-z-]{0,14}[0-9A-Za-z])?$/, MAX_COMMUNES);
  codes(member("services"), "services", /^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/, MAX_SERVICES);
  // (5)
  const keys = await readKeys(member("keys"));
  // (6)
  const lists = readLists(member("status_lists"), url);
  if (!isDay(member("issued_on"))) throw refused("issued_on", "“issued_on” is a day, as 2026-12-31.");
  return new Issuer(url, Object.fromEntries(names), keys, lists);
}

function refused(code, sentence) {
  return new StatementRefused(code, sentence);
}

function strictly(data) {
  try {
    return readJson(data, { atMost: MAX_STATEMENT });
  } catch (error) {
    if (error instanceof JsonRefused) throw refused(error.code, error.message);
    throw error;
  }
}

function demandAddress(url, allowDemo) {
  try {
    checkIssuerUrl(url, { allowDemo });
  } catch (error) {
    if (error instanceof TrustRefused) throw refused(error.code, error.message);
    throw error;
  }
}

async function readKeys(value) {
  const keys = [];
  for (const member of list(value, "keys", MAX_KEYS)) {
    if (!(member instanceof Map)) throw refused("keys", "A key is a JSON object.");
    const key = await readKey(member);
    if (isPublished(key.public.thumbprint)) {
      throw refused("test-key", "This key is printed in a standard: anybody can sign for it.");
    }
    if (key.use === KeyUse.CARD && daysBetween(key.first_day, key.last_day) >= MAX_CARD_KEY_DAYS) {
      throw refused("key-days", "A card key signs for more than a year.");
    }
    keys.push(key);
  }
  if (new Set(keys.map((key) => key.kid)).size !== keys.length) throw refused("duplicate-key", "A key appears twice.");
  return keys;
}

async function readKey(member) {
  // What is no text is nothing here: a list of one text would be taken for the text where texts are put together.
  const jwk = Object.fromEntries([...member].map(([name, value]) => [name, typeof value === "string" ? value : null]));
  try {
    return await PinnedKey.fromJson(jwk);
  } catch (error) {
    if (error instanceof KeyRefused) throw refused(KEY_CODES.get(error.code) ?? error.code, error.message);
    throw error;
  }
}

function daysBetween(first, last) {
  return (Date.parse(last) - Date.parse(first)) / 86_400_000;
}

function readLists(value, issuer) {
  const uris = list(value, "status_lists", MAX_LISTS).map((member) => {
    const uri = text(member, "status_lists");
    if (!uri.startsWith(`${issuer}/`) || !LIST_PATH.test(uri.slice(issuer.length))) {
      throw refused("list-elsewhere", "A status list stands outside its city's address.");
    }
    return uri;
  });
  if (new Set(uris).size !== uris.length) throw refused("status_lists", "A status list appears twice.");
  return uris;
}

function texts(value, member, most) {
  const fits = value instanceof Map && value.size <= MAX_LANGUAGES;
  if (!fits || ![...value.keys()].every((language) => /^[a-z]{2,3}$/.test(language))) {
    throw refused(member, `“${member}” holds texts by language code.`);
  }
  for (const each of value.values()) plain(each, member, most);
  return value;
}

function plain(value, member, most) {
  try {
    checkText(text(value, member), most);
  } catch (error) {
    if (error instanceof TextRefused) throw refused(member, `“${member}”: ${error.message}`);
    throw error;
  }
}

function codes(value, member, form, most) {
  const all = list(value, member, most).map((each) => text(each, member));
  if (new Set(all).size !== all.length || !all.every((each) => form.test(each))) {
    throw refused(member, `“${member}” holds codes, each once.`);
  }
}

function list(value, member, most) {
  if (Array.isArray(value) && value.length <= most) return value;
  throw refused(member, `“${member}” is a list of at most ${most}.`);
}

function text(value, member) {
  if (typeof value !== "string") throw refused(member, `“${member}” is a text.`);
  return value;
}
