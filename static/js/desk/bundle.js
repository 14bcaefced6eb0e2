/* What a desk without a network carries: one file of its own city, in which every other city speaks for itself.

   A COSE_Sign1 of the type below, read by the steps of citycard/partners/desk_bundle.py; the first that fails decides
   (`BundleRefused`, with the code):

   1. At most `MAX_BUNDLE` bytes of one COSE_Sign1 in canonical CBOR (bundle-form); of the type (bundle-type); with
      exactly algorithm, key and type in its header, and a signature of 64 bytes (bundle-form); of this version
      (bundle-version), with exactly the members of form.js, and at most `LIFETIME` to live (bundle-form).
   2. From the device's fingerprint to the city's statement: tuf.js (its codes), statement.js (statement-form). A
      targets file older than one this device has seen is refused (bundle-older). Keys that the bundle or the device's
      memory calls compromised are so, whatever the statement says.
   3. That statement speaks for the city that the bundle says it is of (bundle-issuer).
   4. The key that is named stands there with the use `bundle`, active or standby, and in use on the day of signing
      (bundle-key). The signature fits the bytes as received (bundle-signature).
   5. It is not dated more than `AHEAD` in the future (clock), not older than the one seen last (bundle-older), and has
      not expired (bundle-expired).
   6. Each partner likewise, from the fingerprint that our city names, with the codes of (2), but `older` for an older
      targets file. It speaks for the city it is named as (wrong-issuer), which is not ours (own-issuer). One that fails
      is left out, and the others stay.
   7. A key or a list that two cities name: every foreign one of them is left out, ours never (key-shared, list-shared).
   8. Each list is read under its own city's status key. One that is refused is not held.

   A browser that cannot check our own city's signatures refuses the bundle (reader-unable); a partner whose signatures
   it cannot check is left out by that name, and a list that it cannot check is not held.

   What is kept between two visits is the file, not what came of it: it is read again, signatures and all. Beside it
   stay the time of the last one and `Held.memory`, because of which a thief of the bundle key cannot come with last
   month's statement, in which that key was still good. */

import { hex } from "../reader/bytes.js";
import { dayOf, demandNow } from "../reader/days.js";
import { parse, ALG, KID, TYP } from "../reader/cose.js";
import { CborError, CitycardError, EnvelopeError, KeyRefused, ListRefused, ReaderUnable } from "../reader/errors.js";
import { KeyState, KeyUse, PinnedKey } from "../reader/keys.js";
import { readStatusList } from "../reader/status.js";
import { Issuer, TrustStore, isDemoIssuer } from "../reader/trust.js";
import { AMBER, RED } from "../reader/verify.js";
import { BundleRefused, ChainRefused, StatementRefused } from "./errors.js";
import { DESK, EXP, IAT, ISS, VERSION, isBundle, plain, versionOf } from "./form.js";
import { readStatement } from "./statement.js";
import { followChain } from "./tuf.js";

const TYPE = "application/vnd.citycard.desk-bundle+cose";

/* The limits of citycard/partners/desk_bundle.py, which gives the reason of each. */
const MAX_BUNDLE = 8 << 20;
const LIFETIME = 21 * 86400;

/** How far the city's clock may be ahead of the device's, in seconds. */
export const AHEAD = 600;

const UNSEEN = Object.freeze({ targets: 0, compromised: Object.freeze([]) });

const made = Symbol("readBundle made it");

/** What a desk goes by; made by `readBundle` alone. Times in seconds since 1970. */
export class Held {
  constructor(mark, told) {
    if (mark !== made) throw new TypeError("a bundle is read, not made");
    Object.assign(this, told);
    Object.freeze(this);
  }

  /** Return for each city how old the oldest of its lists is: fine, amber or red. Ours comes first. */
  cities(now) {
    demandNow(now);
    return [...this.trust].map((issuer) => this.#city(issuer, now));
  }

  #city(issuer, now) {
    const times = issuer.status_lists.filter((uri) => this.lists.has(uri)).map((uri) => this.lists.get(uri).issued_at);
    const oldest = times.length ? Math.min(...times) : null;
    // One that is missing makes it amber, having none makes it red.
    const some = times.length < issuer.status_lists.length ? "amber" : "fine";
    const level = oldest === null || now - oldest >= RED ? "red" : now - oldest >= AMBER ? "amber" : some;
    const { url, names } = issuer;
    const [own, suspended] = [url === this.issuer, this.suspended.has(url)];
    return { issuer: url, names, own, suspended, listIssuedAt: oldest, level };
  }
}

/**
 * Return what the bundle in `bytes` says to a device that was given `fingerprint` (32 bytes); throw `BundleRefused`.
 *
 * `seen` is when the last bundle was signed (`issuedAt`), `memory` what it left to be remembered (`memory`); a device
 * that lost them passes none. Both can be kept as JSON.
 */
export async function readBundle(bytes, { fingerprint, now, seen = 0, memory = {} }) {
  demandNow(now);
  if (!(bytes instanceof Uint8Array && fingerprint instanceof Uint8Array && fingerprint.length === 32)) {
    throw new TypeError("a bundle is bytes, and so is a fingerprint");
  }
  if (!Number.isFinite(seen)) throw new TypeError("seen is in seconds since 1970");
  try {
    return await read(bytes, { fingerprint, now, seen, known: remembered(memory) });
  } catch (error) {
    if (error instanceof ReaderUnable || error instanceof ChainRefused) throw refused(error.code, error.message);
    throw error;
  }
}

async function read(bytes, { fingerprint, now, seen, known }) {
  // (1)
  const envelope = open(bytes);
  const { claims } = envelope;
  const desk = claims.get(DESK);
  const allowDemo = isDemoIssuer(claims.get(ISS));
  // (2)
  const own = await believe(desk.get("own"), { fingerprint, now, allowDemo, known }).catch((error) => {
    throw error.code === OLDER ? refused("bundle-older", error.message) : error;
  });
  // (3)
  if (own.issuer.url !== claims.get(ISS)) {
    throw refused("bundle-issuer", "The bundle speaks in the name of another city.");
  }
  // (4)
  await checkSignature(envelope, own.issuer);
  // (5)
  const [issuedAt, expiresAt] = [claims.get(IAT), claims.get(EXP)];
  if (issuedAt > now + AHEAD) throw refused("clock", "The bundle is dated in the future, or this clock is wrong.");
  if (issuedAt < seen) throw refused("bundle-older", "This bundle is older than the one seen last.");
  if (now >= expiresAt) throw refused("bundle-expired", "The bundle has expired.");
  // (6)
  const entries = desk.get("partners");
  const place = { own: own.issuer.url, now, allowDemo, known };
  const answers = await Promise.all(entries.map((entry) => readPartner(entry, place)));
  const leftOut = new Map(answers.filter(({ code }) => code).map(({ url, code }) => [url, code]));
  const partners = answers.filter(({ code }) => !code);
  // (7)
  for (const [url, code] of sharing(own.issuer, partners.map(({ issuer }) => issuer))) leftOut.set(url, code);
  const cities = [{ ...own, entry: desk.get("own") }, ...partners.filter(({ url }) => !leftOut.has(url))];
  const suspended = entries.filter((entry) => entry.get("suspended")).map((entry) => entry.get("issuer"));
  const timezone = desk.get("timezone");
  demandTimezone(timezone);
  return new Held(made, {
    issuer: own.issuer.url,
    names: own.issuer.names,
    language: desk.get("language"),
    colour: desk.get("colour"),
    timezone,
    demo: isDemoIssuer(own.issuer.url),
    issuedAt,
    expiresAt,
    trust: new TrustStore(cities.map(({ issuer }) => issuer)),
    // (8)
    lists: await readLists(cities, now),
    suspended: new Set(suspended.filter((url) => !leftOut.has(url))),
    agreements: agreementsOf(desk.get("agreements")),
    services: Object.freeze(desk.get("services").map(serviceOf)),
    leftOut: Object.freeze([...leftOut.keys()].sort().map((url) => ({ issuer: url, code: leftOut.get(url) }))),
    memory: Object.fromEntries([...known, ...[own, ...partners].map(({ mark, seen }) => [mark, seen])]),
  });
}

function refused(code, sentence) {
  return new BundleRefused(code, sentence);
}

/* By city, then by service. */
function agreementsOf(agreements) {
  const terms = ([service, terms]) => [service, plain(terms)];
  return new Map([...agreements].map(([url, services]) => [url, new Map([...services].map(terms))]));
}

/* A service as pages and decisions use it: a group of ages has them together. */
function serviceOf(entry) {
  const service = plain(entry);
  const bands = service.bands.map(({ from, to, gives }) => Object.freeze({ ages: Object.freeze({ from, to }), gives }));
  return Object.freeze({ ...service, bands: Object.freeze(bands) });
}

/* Step 1: from bytes to claims of the right form that nobody believes yet. */
function open(bytes) {
  if (bytes.length > MAX_BUNDLE) throw refused("bundle-form", "This is larger than a bundle.");
  let envelope;
  try {
    envelope = parse(bytes);
  } catch (error) {
    if (!(error instanceof EnvelopeError || error instanceof CborError)) throw error;
    throw refused("bundle-form", "This is not a signed bundle.");
  }
  if (envelope.header.get(TYP) !== TYPE) throw refused("bundle-type", "This is signed, and not a bundle.");
  if (!envelope.headerIs(ALG, KID, TYP)) throw refused("bundle-form", "This is not a signed bundle.");
  const { claims } = envelope;
  const version = versionOf(claims);
  if ((Number.isInteger(version) || typeof version === "bigint") && version !== VERSION) {
    throw refused("bundle-version", "This bundle is of another version: update this programme.");
  }
  if (!isBundle(claims)) {
    throw refused("bundle-form", "A member of the bundle is missing, unknown or not of its kind.");
  }
  const life = claims.get(EXP) - claims.get(IAT);
  if (!(0 < life && life <= LIFETIME)) {
    throw refused("bundle-form", "The bundle ends before it begins, or lives too long.");
  }
  return envelope;
}

/* What the device kept, by fingerprint; what has not the form of it was edited and counts as lost. */
function remembered(memory) {
  const isMark = (each) => typeof each === "string" && /^[0-9a-f]{64}$/.test(each);
  const areMarks = (value) => Array.isArray(value) && value.every(isMark);
  const isSeen = (seen) => Number.isSafeInteger(seen?.targets) && areMarks(seen.compromised);
  const entries = Object.entries(memory ?? {}).filter(([mark, seen]) => isMark(mark) && isSeen(seen));
  return new Map(entries.map(([mark, { targets, compromised }]) => [mark, { targets, compromised }]));
}

const OLDER = "older";

/* Step 2, for our city and for partners: the city that its papers vouch for, and what to remember of it. */
async function believe(entry, { fingerprint, now, allowDemo, known }) {
  const mark = hex(fingerprint);
  const [roots, targets, statement] = ["roots", "targets", "statement"].map((name) => entry.get(name));
  const version = await followChain({ roots, targets, statement }, { fingerprint, now });
  const issuer = await stated(statement, allowDemo);
  const before = known.get(mark) ?? UNSEEN;
  if (version < before.targets) throw new ChainRefused(OLDER, "This is from before the newest statement seen.");
  // What stands in no key of this statement need not be remembered: an older statement is refused.
  const called = new Set([...entry.get("compromised").map(hex), ...before.compromised]);
  const marks = issuer.keys.map((key) => key.public.thumbprint).filter((thumbprint) => called.has(thumbprint));
  const seen = Object.freeze({ targets: version, compromised: Object.freeze(marks.sort()) });
  return { issuer: marked(issuer, marks), mark, seen };
}

async function stated(statement, allowDemo) {
  try {
    return await readStatement(statement, { allowDemo });
  } catch (error) {
    if (error instanceof StatementRefused) throw new ChainRefused("statement-form", error.message);
    throw error;
  }
}

/* The city with those of its keys compromised that are marked. */
function marked(issuer, marks) {
  const keys = issuer.keys.map((key) =>
    marks.includes(key.public.thumbprint) ? new PinnedKey(key.public, { ...key, state: KeyState.COMPROMISED }) : key,
  );
  return new Issuer(issuer.url, issuer.names, keys, issuer.status_lists);
}

async function checkSignature(envelope, issuer) {
  const key = issuer.key(envelope.kid, KeyUse.BUNDLE);
  if (!key || ![KeyState.ACTIVE, KeyState.STANDBY].includes(key.state)) {
    throw refused("bundle-key", "The city does not sign bundles with this key.");
  }
  if (!key.inUseOn(dayOf(envelope.claims.get(IAT)))) {
    throw refused("bundle-key", "The bundle was signed outside its key's days.");
  }
  try {
    await envelope.open(key.public);
  } catch (error) {
    if (error instanceof KeyRefused) throw refused("bundle-signature", "The signature of the bundle is not good.");
    throw error;
  }
}

/* Step 6: a partner, or the code by which it is left out. */
async function readPartner(entry, { own, now, allowDemo, known }) {
  const [url, fingerprint] = [entry.get("issuer"), entry.get("fingerprint")];
  try {
    const believed = await believe(entry, { fingerprint, now, allowDemo, known });
    if (believed.issuer.url !== url) throw refused("wrong-issuer", "The statement speaks in the name of another city.");
    if (url === own) throw refused("own-issuer", "The statement speaks in the name of our own city.");
    return { ...believed, url, entry };
  } catch (error) {
    if (!(error instanceof CitycardError)) throw error;
    return { url, code: error.code };
  }
}

/* The foreign cities that name a key or a list that another city names too (7), and by which of the two codes. */
function sharing(ours, others) {
  const found = new Map();
  const look = (namesOf, code) => {
    const owners = new Map();
    for (const issuer of [ours, ...others]) {
      for (const name of namesOf(issuer)) owners.set(name, [...(owners.get(name) ?? []), issuer.url]);
    }
    for (const urls of owners.values()) if (new Set(urls).size > 1) for (const url of urls) found.set(url, code);
  };
  look((issuer) => issuer.status_lists, "list-shared");
  look((issuer) => issuer.keys.map((key) => key.public.thumbprint), "key-shared");
  found.delete(ours.url);
  return found;
}

async function readLists(cities, now) {
  const asked = cities.flatMap(({ issuer, entry }) =>
    [...entry.get("lists")].map(([uri, token]) => ({ issuer, uri, token })),
  );
  const read = await Promise.all(asked.map((each) => readList(each, now)));
  return new Map(read.filter(Boolean).map((list) => [list.uri, list]));
}

async function readList({ issuer, uri, token }, now) {
  try {
    return await readStatusList(token, { issuer, uri, now });
  } catch (error) {
    if (error instanceof ListRefused || error instanceof ReaderUnable) return null;
    throw error;
  }
}

/* A day of the city's is needed for every decision: a device that does not know its time zone cannot decide. */
function demandTimezone(timezone) {
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
  } catch {
    throw new ReaderUnable("This browser does not know the city's time zone.");
  }
}
