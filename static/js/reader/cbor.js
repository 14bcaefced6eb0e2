/* CBOR in one form only: deterministic encoding (RFC 8949 §4.2.1), and only the types that a card uses.

   1. One item, no deeper than `MAX_DEPTH`, no indefinite length, no duplicate key, valid UTF-8, nothing missing. Tags
      that other libraries turn into objects (dates, decimals, shared references) are refused on sight.
   2. Only integers, text, bytes, lists, maps, true, false and null; keys of maps are integers or texts.
   3. Shortest lengths, keys in bytewise order, nothing after the item.

   Rule 1 decides before rule 2, and that before rule 3, wherever in the item each is broken, as in Python.

   What comes back: a number, or a BigInt beyond ±(2^53 - 1), so that no integer is ever rounded; string; Uint8Array;
   Array; Map (a card's keys are data and must not meet an object's own names); true, false, null. */

import { CborError } from "./errors.js";

/** A card nests 4 deep; 8 leaves room for a later profile and none for a bomb. */
export const MAX_DEPTH = 8;

const LIVE_TAGS = new Set([
  ...[0, 1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54],
  ...[100, 256, 258, 260, 261, 1004, 43000, 55799],
]);

/* A value of a type that no card has; `value` is the number that it stands for, if any: a key may stand twice so. */
class Foreign {
  constructor(value) {
    this.value = value;
  }
}

/** Return the one item in `data`; throw `CborError` otherwise. */
export function decode(data) {
  const reader = new Reader(data);
  // (1)
  const item = reader.item(0);
  // (2)
  if (reader.foreign) throw new CborError("cbor-type", "The content holds a type that no card has.");
  // (3)
  if (!reader.shortest || reader.left) {
    throw new CborError("cbor-canonical", "The content is not in the one accepted form of CBOR.");
  }
  return item;
}

function malformed() {
  return new CborError("cbor-form", "The content is not well-formed CBOR.");
}

class Reader {
  foreign = false;
  shortest = true;
  #data;
  #view;
  #next = 0;

  constructor(data) {
    this.#data = data;
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  }

  get left() {
    return this.#data.length - this.#next;
  }

  item(depth) {
    const first = this.#take(1)[0];
    const kind = first >> 5;
    const info = first & 31;
    if (kind === 7) return this.#simple(info);
    const number = this.#argument(info);
    switch (kind) {
      case 0:
        return number;
      case 1:
        return typeof number === "bigint" || number === Number.MAX_SAFE_INTEGER ? -1n - BigInt(number) : -1 - number;
      case 2:
        return this.#take(number);
      case 3:
        return text(this.#take(number));
    }
    if (depth === MAX_DEPTH) throw malformed();
    if (kind === 4) return this.#list(number, depth + 1);
    if (kind === 5) return this.#map(number, depth + 1);
    if (LIVE_TAGS.has(number)) throw malformed();
    this.item(depth + 1);
    return this.#foreignValue(null);
  }

  /* The next `count` bytes, a view of the input. */
  #take(count) {
    if (count > this.left) throw malformed(); // also for a declared length of 2^63: nothing is set aside for it
    this.#next += count;
    return this.#data.subarray(this.#next - count, this.#next);
  }

  /* The number in or behind the first byte of an item (RFC 8949 §3). */
  #argument(info) {
    if (info < 24) return info;
    if (info > 27) throw malformed();
    const size = 1 << (info - 24);
    const place = this.#next;
    this.#take(size);
    if (size === 8) {
      const large = this.#view.getBigUint64(place);
      this.#demandShortest(large > 0xffffffffn);
      return large > BigInt(Number.MAX_SAFE_INTEGER) ? large : Number(large);
    }
    let number = 0;
    for (const byte of this.#data.subarray(place, place + size)) number = number * 256 + byte;
    this.#demandShortest(number >= { 1: 24, 2: 0x100, 4: 0x10000 }[size]);
    return number;
  }

  #demandShortest(holds) {
    if (!holds) this.shortest = false;
  }

  #simple(info) {
    if (info === 20 || info === 21) return info === 21;
    if (info === 22) return null;
    if (info > 27) throw malformed();
    if (info < 24) return this.#foreignValue(info < 20 ? info : null);
    const bytes = this.#take(1 << (info - 24));
    if (info === 24 && bytes[0] < 32) throw malformed();
    return this.#foreignValue(info === 24 ? bytes[0] : float(bytes));
  }

  #foreignValue(value) {
    this.foreign = true;
    return new Foreign(value);
  }

  #list(length, depth) {
    const list = [];
    for (let count = 0; count < length; count++) list.push(this.item(depth));
    return list;
  }

  #map(length, depth) {
    const map = new Map();
    const seen = new Set();
    let before = null;
    for (let count = 0; count < length; count++) {
      const start = this.#next;
      const key = this.item(depth);
      const spelling = this.#data.subarray(start, this.#next);
      const name = sameness(key);
      if (seen.has(name)) throw malformed();
      seen.add(name);
      if (!["number", "bigint", "string"].includes(typeof key)) this.foreign = true;
      if (before !== null && !precedes(before, spelling)) this.shortest = false;
      before = spelling;
      map.set(key, this.item(depth));
    }
    return map;
  }
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/* ignoreBOM means "do not take U+FEFF off": the text must stay what was signed. */

function text(bytes) {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw malformed();
  }
}

/* What two keys have in common if they are the same key to some reader: 1, 1.0 and true are. */
function sameness(key) {
  if (typeof key === "string") return `text ${key}`;
  if (key instanceof Uint8Array) return `bytes ${key}`;
  const value = key instanceof Foreign && key.value !== null ? key.value : key;
  if (typeof value === "boolean") return Number(value);
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(value) : value;
}

function float(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 8) return view.getFloat64(0);
  if (bytes.length === 4) return view.getFloat32(0);
  const half = view.getUint16(0);
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  const size = exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Symbol("not a number") : half >> 15 ? -Infinity : Infinity;
  return half >> 15 ? -size : size;
}

function precedes(one, other) {
  const length = Math.min(one.length, other.length);
  for (let place = 0; place < length; place++) {
    if (one[place] !== other[place]) return one[place] < other[place];
  }
  return one.length < other.length;
}
