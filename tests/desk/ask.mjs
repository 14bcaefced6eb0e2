/* What the tests ask the desk's modules, in Node.js: one question on the standard input, one answer on the output.

   `{ part, common, values }`: what one part says of each value, its result or the code of its refusal. */

import { text } from "node:stream/consumers";

import { CitycardError } from "../../static/js/reader/errors.js";
import { cardAmong } from "../../static/js/reader/picture_code.js";
import { readTrust } from "../../static/js/reader/trust.js";
import { possibleAges } from "../../static/js/desk/ages.js";
import { answer } from "../../static/js/desk/answer.js";
import { readBundle } from "../../static/js/desk/bundle.js";
import { canonical, readJson } from "../../static/js/desk/canonical.js";
import { dayIn } from "../../static/js/desk/days.js";
import { decide } from "../../static/js/desk/decision.js";
import { canBeShown } from "../../static/js/desk/portrait.js";
import { isPublished } from "../../static/js/desk/published_keys.js";
import { readStatement } from "../../static/js/desk/statement.js";
import { readRoot } from "../../static/js/desk/tuf.js";

const bytesOf = (base64) => new Uint8Array(Buffer.from(base64, "base64"));
const base64 = (bytes) => Buffer.from(bytes).toString("base64");

const PARTS = {
  json: (data) => base64(canonical(readJson(bytesOf(data), { atMost: 1000 }))),
  root: async (data) => (await readRoot(bytesOf(data))).version,
  statement: async (data) => cityOf(await readStatement(bytesOf(data), { allowDemo: true })),
  published: (thumbprint) => isPublished(thumbprint),
  portrait: (data) => canBeShown(bytesOf(data)),
  ages: ([born, day]) => possibleAges(born, day),
  day: ([timezone, now]) => dayIn(timezone, now),
  decide: ([service, card, today, agreed], { services }) => decide(services[service], card, today, { agreed }),
  bundle: async (given) => summary(await held(given)),
  cities: async (given) => (await held(given)).cities(given.now),
  among: async (texts, { cities }) => cardAmong(texts, { trust: await readTrust(cities, { allowDemo: true }) }),
  answer: async ({ bundle, ...asked }, { bundles }) => answered(asked, await once(bundles[bundle])),
  time: async (given) => {
    const before = performance.now();
    const { trust, lists } = await held(given);
    return { milliseconds: performance.now() - before, cities: [...trust].length, lists: lists.size };
  },
};

function held({ bundle, fingerprint, now, ...rest }) {
  return readBundle(bytesOf(bundle), { fingerprint: new Uint8Array(Buffer.from(fingerprint, "hex")), now, ...rest });
}

const read = new Map();

/* The same bundle for many cards, as on a desk. */
function once(given) {
  if (!read.has(given)) read.set(given, held(given));
  return read.get(given);
}

async function answered({ text: code, service, now }, desk) {
  const said = await answer(code, { held: desk, service, now });
  const { shows } = said;
  return { ...said, shows: shows?.portrait ? { ...shows, portrait: base64(shows.portrait) } : shows };
}

function cityOf(issuer) {
  const keys = issuer.keys.map((key) => [key.kid, key.use, key.state, key.first_day, key.last_day]);
  return { url: issuer.url, names: issuer.names, lists: issuer.status_lists, keys };
}

/* In the words of tests/desk/bundles.py. */
function summary(desk) {
  const { issuer, issuedAt, expiresAt, demo, language, timezone, colour, leftOut, memory } = desk;
  return {
    ...{ issuer, issuedAt, expiresAt, demo, language, timezone, colour, leftOut, memory },
    cities: desk.cities(issuedAt).map((city) => ({ issuer: city.issuer, own: city.own, suspended: city.suspended })),
    lists: [...desk.lists.keys()].sort(),
    agreements: Object.fromEntries([...desk.agreements].map(([url, terms]) => [url, Object.fromEntries(terms)])),
    services: desk.services.map((service) => ({
      ...service,
      bands: service.bands.map(({ ages, gives }) => ({ ...ages, gives })),
    })),
  };
}

async function say(part, value, common) {
  try {
    return (await PARTS[part](value, common)) ?? null;
  } catch (error) {
    return error instanceof CitycardError ? `refused: ${error.code}` : `threw ${error.stack}`;
  }
}

const { part, common, values, without = [] } = JSON.parse(await text(process.stdin));
for (const name of without) withhold(name);
const answers = [];
for (const value of values) answers.push(await say(part, value, common));
process.stdout.write(JSON.stringify(answers));

/* A device that lacks an algorithm, or all of WebCrypto. */
function withhold(name) {
  if (name === "WebCrypto") return Object.defineProperty(globalThis.crypto, "subtle", { value: undefined });
  const { subtle } = globalThis.crypto;
  const real = subtle.importKey.bind(subtle);
  subtle.importKey = (format, data, kind, ...rest) =>
    (kind.name ?? kind) === name
      ? Promise.reject(new DOMException("no", "NotSupportedError"))
      : real(format, data, kind, ...rest);
}
