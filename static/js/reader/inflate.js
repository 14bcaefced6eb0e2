/* zlib (RFC 1950, RFC 1951) with a cap: what goes in is small, what comes out is bounded, and nothing is left over.

   1. The header is zlib's, without a preset dictionary.
   2. Every block is well-formed: lengths that match their complement, code tables that are complete, distances that
      stay inside what has come out.
   3. No more than `cap` bytes come out.
   4. The stream reaches its end, the checksum is good, and nothing follows.

   Our own instead of the browser's DecompressionStream, which promises an error for a cut stream and for trailing
   bytes, but not which one, and of which each browser has its own; a refusal must have the same reason everywhere, and
   the cap must hold byte by byte. It is judged where zlib judges, bit for bit, so that Python gives the same reason.
   What it costs: codes are read bit by bit; a card takes less than a tenth of a millisecond. */

import { CompressionError } from "./errors.js";

const MAX_BITS = 15;

const INVALID = -1;
/* What a place in a code table means that stands for nothing. */

const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const LENGTH_BASE = [...bases(3, LENGTH_EXTRA).slice(0, -1), 258];
const DISTANCE_EXTRA = Array.from({ length: 30 }, (_, place) => Math.max(0, (place >> 1) - 1));
const DISTANCE_BASE = bases(1, DISTANCE_EXTRA);
/* RFC 1951 §3.2.5: each symbol stands for 2^extra lengths or distances, one after another; only 258 has its own. */

function bases(first, extras) {
  let next = first;
  return extras.map((extra) => (next += 1 << extra) - (1 << extra));
}

const LENGTHS_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
/* RFC 1951 §3.2.7. */

/** Return the content of the zlib stream `data`, at most `cap` bytes of it; throw `CompressionError` otherwise. */
export function inflate(data, cap) {
  const input = new Bits(data);
  const output = new Output(cap);
  try {
    // (1)
    header(input);
    // (2)
    let last;
    do {
      last = input.take(1);
      block(input, output);
    } while (!last);
    // (4)
    input.align();
    if (bigEndian(input) !== output.checksum()) throw bad();
  } catch (error) {
    // One byte more than allowed tells "exactly full" from "too much"; that is said first, as it would be by zlib.
    if (error instanceof CompressionError && error.code === "zlib-truncated") output.demandWithinCap();
    throw error;
  }
  // (3) and (4)
  output.demandWithinCap();
  if (input.left) throw new CompressionError("zlib-trailing", "Something follows the zlib stream.");
  return output.content();
}

function bad() {
  return new CompressionError("zlib-stream", "The content is not a zlib stream.");
}

function header(input) {
  const method = input.take(8);
  const flags = input.take(8);
  if ((method << 8 | flags) % 31 || (method & 15) !== 8 || method >> 4 > 7) throw bad();
  if (flags & 32) {
    bigEndian(input);
    throw bad();
  }
}

function bigEndian(input) {
  let number = 0;
  for (let count = 0; count < 4; count++) number = number * 256 + input.take(8);
  return number;
}

function block(input, output) {
  const kind = input.take(2);
  if (kind === 0) return stored(input, output);
  if (kind === 1) return compressed(input, output, FIXED_LITERALS, FIXED_DISTANCES);
  if (kind === 2) return compressed(input, output, ...tables(input));
  throw bad();
}

function stored(input, output) {
  input.align();
  const length = input.take(16);
  if (input.take(16) !== (length ^ 0xffff)) throw bad();
  for (let count = 0; count < length; count++) {
    output.demandWithinCap();
    output.put(input.take(8));
  }
}

function compressed(input, output, literals, distances) {
  for (;;) {
    const symbol = literals.read(input);
    if (symbol === 256) return;
    if (symbol === INVALID || symbol > 285) throw bad();
    if (symbol < 256) {
      output.demandWithinCap();
      output.put(symbol);
      continue;
    }
    const length = LENGTH_BASE[symbol - 257] + input.take(LENGTH_EXTRA[symbol - 257]);
    const place = distances.read(input);
    if (place === INVALID || place > 29) throw bad();
    output.repeat(length, DISTANCE_BASE[place] + input.take(DISTANCE_EXTRA[place]));
  }
}

/* Read the two code tables of a dynamic block. */
function tables(input) {
  const literals = input.take(5) + 257;
  const distances = input.take(5) + 1;
  const count = input.take(4) + 4;
  if (literals > 286 || distances > 30) throw bad();
  const first = new Uint8Array(19);
  for (let place = 0; place < count; place++) first[LENGTHS_ORDER[place]] = input.take(3);
  const code = new Code(first, { whole: true });
  const lengths = new Uint8Array(literals + distances);
  for (let place = 0; place < lengths.length; ) {
    const symbol = code.read(input);
    if (symbol < 16) {
      lengths[place++] = Math.max(symbol, 0); // no code at all: zlib reads zeros, and refuses them below
      continue;
    }
    const times = symbol === 16 ? 3 + input.take(2) : symbol === 17 ? 3 + input.take(3) : 11 + input.take(7);
    if ((symbol === 16 && place === 0) || place + times > lengths.length) throw bad();
    lengths.fill(symbol === 16 ? lengths[place - 1] : 0, place, place + times);
    place += times;
  }
  if (!lengths[256]) throw bad();
  return [new Code(lengths.subarray(0, literals)), new Code(lengths.subarray(literals))];
}

/* A prefix code (RFC 1951 §3.2.2), from the length of each symbol's code. */
class Code {
  #counts = new Uint16Array(MAX_BITS + 1);
  #symbols;

  constructor(lengths, { whole = false } = {}) {
    for (const length of lengths) if (length) this.#counts[length]++;
    const starts = [0, 0];
    for (let bits = 1; bits < MAX_BITS; bits++) starts.push(starts[bits] + this.#counts[bits]);
    this.#symbols = new Array(starts[MAX_BITS] + this.#counts[MAX_BITS]);
    lengths.forEach((length, symbol) => {
      if (length) this.#symbols[starts[length]++] = symbol;
    });
    if (this.#symbols.length === 0 || (!whole && this.#symbols.length === 1 && this.#counts[1] === 1)) {
      // A block without matches has no distance code, or one that nobody uses: the other places mean nothing.
      this.#counts[1] = 2;
      this.#symbols = [...this.#symbols, INVALID, INVALID].slice(0, 2);
    }
    let free = 1;
    for (let bits = 1; bits <= MAX_BITS; bits++) {
      free = free * 2 - this.#counts[bits];
      if (free < 0) throw bad();
    }
    if (free > 0) throw bad();
  }

  read(input) {
    let code = 0;
    let first = 0;
    let place = 0;
    for (let bits = 1; bits <= MAX_BITS; bits++) {
      code |= input.take(1);
      const count = this.#counts[bits];
      if (code - first < count) return this.#symbols[place + code - first];
      place += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw bad();
  }
}

class Bits {
  #data;
  #next = 0;
  #held = 0;
  #count = 0;

  constructor(data) {
    this.#data = data;
  }

  /* The next `count` bits, at most 16, the first one lowest. */
  take(count) {
    while (this.#count < count) {
      if (!this.left) throw new CompressionError("zlib-truncated", "The zlib stream is cut short.");
      this.#held |= this.#data[this.#next++] << this.#count;
      this.#count += 8;
    }
    const bits = this.#held & ((1 << count) - 1);
    this.#held >>>= count;
    this.#count -= count;
    return bits;
  }

  /* Drop what is left of the byte that was begun. No whole byte is ever held. */
  align() {
    this.#held = this.#count = 0;
  }

  get left() {
    return this.#data.length - this.#next;
  }
}

class Output {
  #cap;
  #bytes;
  #length = 0;

  constructor(cap) {
    this.#cap = cap;
    this.#bytes = new Uint8Array(Math.min(cap + 1, 4096));
  }

  // (3)
  demandWithinCap() {
    if (this.#length <= this.#cap) return;
    throw new CompressionError("zlib-cap", "The content is larger than any card or list.");
  }

  put(byte) {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(Math.min(this.#cap + 1, 2 * this.#length));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = byte;
  }

  repeat(length, distance) {
    this.demandWithinCap();
    if (distance > this.#length) throw bad();
    for (let count = 0; count < length; count++) {
      this.demandWithinCap();
      this.put(this.#bytes[this.#length - distance]);
    }
  }

  /* Adler-32 (RFC 1950 §9). */
  checksum() {
    let low = 1;
    let high = 0;
    for (let place = 0; place < this.#length; ) {
      // 3,800 bytes are few enough that the sums stay below 2^32.
      for (const end = Math.min(place + 3800, this.#length); place < end; place++) high += low += this.#bytes[place];
      low %= 65521;
      high %= 65521;
    }
    return high * 65536 + low;
  }

  content() {
    return this.#bytes.slice(0, this.#length);
  }
}

const FIXED_LITERALS = new Code([
  ...new Array(144).fill(8),
  ...new Array(112).fill(9),
  ...new Array(24).fill(7),
  ...new Array(8).fill(8),
]);
const FIXED_DISTANCES = new Code(new Array(32).fill(5));
/* RFC 1951 §3.2.6; the last two of each stand for nothing and are refused where they are read. */
