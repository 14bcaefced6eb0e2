/* Whose signatures count: cities, and the keys that two officials compared fingerprints for.

   1. A city is named by its issuer URL: https, a lower-case ASCII host, no port, user, query or fragment, no slash at
      the end. Names under .invalid, .test, .example and .localhost belong to demonstrations; only a reader that was
      told so accepts them.
   2. A city appears once. A key belongs to one city and has one use.
   3. Status lists are the city's own: their addresses stand under its issuer URL.
   4. A key is looked up by (issuer, kid). Nothing inside a card adds a key, and nothing is ever fetched for a card. */

import { MAX_URL } from "./claims.js";
import { TrustRefused } from "./errors.js";
import { KeyUse, PinnedKey } from "./keys.js";

const HOST = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
const PATH = /^(\/[A-Za-z0-9._~-]+)*$/;
const DEMO_ENDINGS = [".invalid", ".test", ".example", ".localhost"];

/** Return if `url` can name a city; throw `TrustRefused` if not. */
export function checkIssuerUrl(url, { allowDemo }) {
  // (1)
  if (typeof url !== "string" || url.length > MAX_URL || !url.startsWith("https://")) {
    throw new TrustRefused("issuer-form", "A city's address begins with https:// and is short.");
  }
  const [, host, path] = /^https:\/\/([^/]*)(.*)$/s.exec(url);
  if (!HOST.test(host) || !PATH.test(path) || path.includes("/.")) {
    throw new TrustRefused("issuer-form", "A city's address is a plain host name, with a plain path at most.");
  }
  if (!allowDemo && isDemoIssuer(url)) {
    throw new TrustRefused("issuer-demo", "This is a demonstration city: its cards prove nothing.");
  }
}

/** Whether the issuer `url` stands under a name that is reserved for tests and demonstrations. */
export function isDemoIssuer(url) {
  const [host] = url.replace(/^https:\/\//, "").split("/");
  return DEMO_ENDINGS.some((ending) => host.endsWith(ending));
}

/** A recognised city: its URL, its names by language code, its keys, and where its status lists stand. */
export class Issuer {
  constructor(url, names, keys, statusLists) {
    // (3)
    if (!statusLists.every((uri) => typeof uri === "string" && uri.startsWith(`${url}/`))) {
      throw new TrustRefused("list-elsewhere", "A status list stands outside its city's address.");
    }
    // (2)
    if (new Set(keys.map((key) => key.kid)).size !== keys.length) {
      throw new TrustRefused("key-twice", "A key appears twice, or two keys have the same name.");
    }
    this.url = url;
    this.names = Object.freeze({ ...names });
    this.keys = Object.freeze([...keys]);
    this.status_lists = Object.freeze([...statusLists]);
    Object.freeze(this);
  }

  /** Return the key named `kid` (hex) if it is meant for `use`, else null. */
  key(kid, use) {
    // (4)
    return this.keys.find((key) => key.kid === kid && key.use === use) ?? null;
  }
}

/** The cities recognised here, at one moment; a change makes a new store. */
export class TrustStore {
  #cities = new Map();

  constructor(issuers) {
    const owners = new Map();
    for (const issuer of issuers) {
      // (2)
      if (this.#cities.has(issuer.url)) throw new TrustRefused("issuer-twice", "A city appears twice.");
      this.#cities.set(issuer.url, issuer);
      for (const { public: key } of issuer.keys) {
        const owner = owners.get(key.thumbprint) ?? issuer.url;
        if (owner !== issuer.url) throw new TrustRefused("key-shared", "Two cities show the same key.");
        owners.set(key.thumbprint, owner);
      }
    }
  }

  [Symbol.iterator]() {
    return this.#cities.values();
  }

  /** Return the recognised city with this issuer URL, or null. */
  issuer(url) {
    return this.#cities.get(url) ?? null;
  }

  /** Return the key that `kid` names among this city's keys for cards, or null. */
  cardKey(url, kid) {
    return this.issuer(url)?.key(kid, KeyUse.CARD) ?? null;
  }
}

/**
 * Return the trust store that `cities` describes, in the form of the vectors' member `trust`: for each city `issuer`,
 * `names`, `keys` and `status_lists`. Whoever calls has checked where it came from.
 */
export async function readTrust(cities, { allowDemo = false } = {}) {
  const issuers = [];
  for (const { issuer, names, keys, status_lists: lists } of cities) {
    checkIssuerUrl(issuer, { allowDemo });
    issuers.push(new Issuer(issuer, names, await Promise.all(keys.map((key) => PinnedKey.fromJson(key))), lists));
  }
  return new TrustStore(issuers);
}
