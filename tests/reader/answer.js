/* What the tests ask the reader in the browser, and its answers as the vector files write them.

   A situation is a vector without `qr`: `trust`, `status`, `now` and `desk`, and any number of `codes` to be read. */

import * as base45 from "/js/reader/base45.js";
import { decode } from "/js/reader/cbor.js";
import { CardRefused, CitycardError, ListRefused } from "/js/reader/errors.js";
import { inflate } from "/js/reader/inflate.js";
import { PublicKey } from "/js/reader/keys.js";
import { isNumber } from "/js/reader/number.js";
import { readStatusList } from "/js/reader/status.js";
import { checkText } from "/js/reader/text.js";
import { checkIssuerUrl, readTrust } from "/js/reader/trust.js";
import { verify } from "/js/reader/verify.js";

/** Answer every code of every situation, in one list. */
export async function answerAll(situations) {
  const answers = [];
  for (const { codes, ...situation } of situations) {
    const place = await placeOf(situation);
    for (const code of codes) answers.push(await answer(code, place));
  }
  return answers;
}

async function placeOf({ trust: cities, status, now: written, desk = {} }) {
  const trust = await readTrust(cities, { allowDemo: true });
  const now = Date.parse(written) / 1000;
  const lists = new Map();
  for (const [uri, token] of Object.entries(status)) {
    for (const issuer of trust) {
      if (!issuer.status_lists.includes(uri)) continue;
      try {
        lists.set(uri, await readStatusList(bytesOf(token), { issuer, uri, now }));
      } catch (error) {
        if (!(error instanceof ListRefused)) throw error; // a list that is refused is not held
      }
    }
  }
  const refuses = ({ issuer }) => ((desk.accepts ?? [issuer]).includes(issuer) ? null : "not-agreed");
  return { trust, lists, now, desk: { amber: desk.amber_s, red: desk.red_s, redFor: desk.red_for_s, refuses } };
}

async function answer(code, place) {
  try {
    const card = await verify(code, place);
    const fields = { ...card.identity };
    if (fields.portrait) fields.portrait = base64url(fields.portrait);
    const { verdict, full, issued_on, expires_at, not_checked } = card;
    return { verdict, issuer: card.issuer.url, full, issued_on, expires_at, not_checked, fields, reason: null };
  } catch (error) {
    if (error instanceof CardRefused) return { verdict: error.verdict, step: error.step, reason: error.reason };
    return { threw: `${error.name}: ${error.message}` };
  }
}

/** What one part of the reader says of each value: its result, or the code of its refusal. */
export async function askPart(part, values) {
  const answers = [];
  for (const value of values) {
    try {
      answers.push(await PARTS[part](value));
    } catch (error) {
      answers.push(error instanceof CitycardError ? `refused: ${error.code}` : `threw ${error.name}: ${error.message}`);
    }
  }
  return answers;
}

const PARTS = {
  base45: (text) => base64url(base45.decode(text)),
  inflate: ({ data, cap }) => base64url(inflate(bytesOf(data), cap)),
  cbor: (data) => shown(decode(bytesOf(data))),
  text: (text) => checkText(text, 200) ?? "good",
  characters: ({ pattern, points }) =>
    points.map((point) => wordOf(pattern.replaceAll("{}", String.fromCodePoint(point)))).join(" "),
  number: (text) => isNumber(text),
  url: (url) => checkIssuerUrl(url, { allowDemo: true }) ?? "good",
  key: async (jwk) => (await PublicKey.fromJwk(jwk)).kid,
  successor: async ({ trust: cities, now, uri, before, after }) => {
    const [issuer] = await readTrust(cities, { allowDemo: true });
    const first = await readStatusList(bytesOf(before), { issuer, uri, now });
    const second = await readStatusList(bytesOf(after), { issuer, uri, now });
    return second.succeeds(first) ?? "good";
  },
};

function wordOf(text) {
  try {
    return checkText(text, 200) ?? "good";
  } catch (error) {
    return error.code;
  }
}

/* A decoded item in a form that both languages can write: kinds are told apart, numbers are texts. */
function shown(item) {
  if (item === null) return null;
  if (typeof item === "number" || typeof item === "bigint") return `int ${item}`;
  if (typeof item === "string") return `text ${item}`;
  if (typeof item === "boolean") return item;
  if (item instanceof Uint8Array) return `bytes ${base64url(item)}`;
  if (item instanceof Map) return { map: [...item].map((pair) => pair.map(shown)) };
  return item.map(shown);
}

function bytesOf(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
}

function base64url(bytes) {
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
