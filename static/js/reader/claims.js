/* What a card says: the claims of the token and the identity in claim 169, by a closed schema.

   1. The token has exactly issuer (1), expiry (4), issue (6), identity (169) and status (65535). Times are whole
      seconds; issue comes before expiry; no card is valid longer than `MAX_VALIDITY`.
   2. The identity has card number (1) and profile version (2), and that is all in a light code. A full code adds the
      name (4) and, of the others, only what the table `FIELDS` allows.
   3. Portrait (16) and its format (17, WebP) come together, as do the name in another script (19) and its language
      (20).
   4. Gender, nationality, marital status, guardian, legal status and biometrics have no place in the table, so that no
      reader shows them.

   Only claims that `Envelope.open` marked as signed are read. Names of what comes back are those of the vectors. */

import { isSigned } from "./cose.js";
import { exists, isTime } from "./days.js";
import { ClaimsRefused, TextRefused } from "./errors.js";
import { isNumber } from "./number.js";
import { checkText, lengthUpTo } from "./text.js";

/** Claim numbers. */
export const ISS = 1;
export const EXP = 4;
export const IAT = 6;
export const IDENTITY = 169;
export const STATUS = 65535;

/** The profile version inside claim 169, always written. */
export const VERSION_KEY = 2;
export const VERSION = "1";

/* The limits of citycard/core/claims.py, which gives the reason of each. */
const MAX_VALIDITY = 15 * 366 * 86400;
const MAX_NAME = 100;
const MAX_ADDRESS = 200;
const MAX_PORTRAIT = 1100;
export const MAX_URL = 200;
const WEBP = 4;

/** Return what signed `claims` say; throw `ClaimsRefused` if they break the closed schema. */
export function readClaims(claims) {
  if (!isSigned(claims)) throw new TypeError("only signed claims are read");
  // (1)
  demand(hasExactly(claims, ISS, EXP, IAT, IDENTITY, STATUS), "claims-set");
  const [issuer, expiresAt, issuedAt] = [claims.get(ISS), claims.get(EXP), claims.get(IAT)];
  demand(isTime(expiresAt) && isTime(issuedAt), "claims-time");
  demand(issuedAt < expiresAt, "claims-order");
  demand(expiresAt - issuedAt <= MAX_VALIDITY, "claims-validity");
  const status = claims.get(STATUS);
  demand(status instanceof Map && hasExactly(status, "status_list"), "claims-status");
  const entry = status.get("status_list");
  demand(entry instanceof Map && hasExactly(entry, "idx", "uri"), "claims-status");
  const [index, uri] = [entry.get("idx"), entry.get("uri")];
  demand(Number.isInteger(index) && 0 <= index && index < 2 ** 32, "claims-status");
  demand(isUrl(uri) && isUrl(issuer), "claims-url");
  return Object.freeze({
    issuer,
    issued_at: issuedAt,
    expires_at: expiresAt,
    identity: readIdentity(claims.get(IDENTITY)),
    status_index: index,
    status_uri: uri,
  });
}

function readIdentity(identity) {
  // (2)
  demand(identity instanceof Map && identity.get(VERSION_KEY) === VERSION, "identity-form");
  demand([...identity.keys()].every((key) => FIELDS.has(key) || key === VERSION_KEY || key === 17), "identity-set");
  demand(identity.has(1), "identity-set");
  demand(identity.size === 2 || identity.has(4), "identity-name");
  // (3)
  demand(identity.has(16) === identity.has(17), "identity-portrait");
  demand(!identity.has(17) || identity.get(17) === WEBP, "identity-portrait");
  demand(identity.has(19) === identity.has(20), "identity-script");
  const values = {};
  for (const [key, value] of identity) {
    if (!FIELDS.has(key)) continue;
    const [name, good] = FIELDS.get(key);
    demand(good(value), `identity-${name.replaceAll("_", "-")}`);
    values[name] = value;
  }
  return Object.freeze(values);
}

function demand(holds, code) {
  if (!holds) throw new ClaimsRefused(code, "The content of the code breaks the card profile.");
}

function hasExactly(map, ...keys) {
  return map.size === keys.length && keys.every((key) => map.has(key));
}

/** Whether `value` is a text that can be an issuer or a status list: https, printable ASCII, not too long. */
export function isUrl(value) {
  return typeof value === "string" && value.length <= MAX_URL && /^https:\/\/[!-~]+$/.test(value);
}

const matches = (pattern) => (value) => typeof value === "string" && pattern.test(value);

function isText(value, most) {
  try {
    checkText(value, most);
  } catch (error) {
    if (error instanceof TextRefused) return false;
    throw error;
  }
  return true;
}

function isName(value) {
  return typeof value === "string" && isText(value, MAX_NAME);
}

function isAddress(value) {
  if (typeof value !== "string" || lengthUpTo(value, MAX_ADDRESS) > MAX_ADDRESS) return false;
  const lines = value.split("\n");
  return lines.length <= 5 && lines.every((line) => isText(line, MAX_ADDRESS));
}

/* `YYYYMMDD` of a real day or `YYYY`, from 1850 on. */
function isDateOfBirth(value) {
  if (typeof value !== "string" || !/^[0-9]{4}([0-9]{4})?$/.test(value) || value < "1850") return false;
  return value.length === 4 || exists(Number(value.slice(0, 4)), Number(value.slice(4, 6)), Number(value.slice(6)));
}

/* The two marks of the container (RFC 9649 §2.5). What is inside is decoded by the browser's sandbox. */
function isWebp(value) {
  const says = (place, word) => [...word].every((letter, offset) => value[place + offset] === letter.charCodeAt(0));
  const fits = value instanceof Uint8Array && 12 < value.length && value.length <= MAX_PORTRAIT;
  return fits && says(0, "RIFF") && says(8, "WEBP");
}

const isLanguage = matches(/^[a-z]{3}$/);

/* Key in claim 169, our name for it, and the test its value must pass. */
const FIELDS = new Map([
  [1, ["number", (value) => typeof value === "string" && isNumber(value)]],
  [3, ["language", isLanguage]],
  [4, ["full_name", isName]],
  [5, ["given_name", isName]],
  [7, ["family_name", isName]],
  [8, ["date_of_birth", isDateOfBirth]],
  [10, ["address", isAddress]],
  [16, ["portrait", isWebp]],
  [19, ["own_script_name", isName]],
  [20, ["own_script_language", isLanguage]],
  [21, ["location", matches(/^[0-9A-Za-z-]{1,16}$/)]],
  [23, ["country", matches(/^[A-Z]{2}$/)]],
]);
