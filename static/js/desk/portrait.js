/* Whether the portrait of a card is a picture that may be given to the browser to show.

   A partner city's bytes are that city's word, and decoders have bugs. So only a still picture of the two plain kinds
   is shown (RFC 9649 §2.5), and none that would become large: portraits in codes are 72 by 96. The extended kind, in
   which animations, profiles and metadata stand, is not: our own encoder writes none. A picture that cannot be shown
   counts as none, and the page says that the face is not covered. */

const MAX_SIDE = 240;

const STILL = new Map([
  ["VP8 ", lossy],
  ["VP8L", lossless],
]);

/** Whether `data` (bytes of WebP, or nothing) can be shown. */
export function canBeShown(data) {
  if (!data || data.length < 30 || word(data, 0) !== "RIFF" || word(data, 8) !== "WEBP") return false;
  if (number(data, 4, 4) + 8 > data.length) return false;
  const size = STILL.get(word(data, 12))?.(data.subarray(20)) ?? null;
  return size !== null && size.every((side) => 0 < side && side <= MAX_SIDE);
}

/* RFC 6386 §9.1: a key frame, its start code, and twice 14 bits. */
function lossy(frame) {
  if (frame[0] & 1 || frame[3] !== 0x9d || frame[4] !== 0x01 || frame[5] !== 0x2a) return null;
  return [number(frame, 6, 2) & 0x3fff, number(frame, 8, 2) & 0x3fff];
}

/* RFC 9649 §3.4: a signature byte, then twice 14 bits, one less than the side. */
function lossless(stream) {
  if (stream[0] !== 0x2f) return null;
  const bits = number(stream, 1, 4);
  return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
}

function word(data, place) {
  return String.fromCharCode(...data.subarray(place, place + 4));
}

function number(data, place, size) {
  return data.subarray(place, place + size).reduceRight((sum, byte) => sum * 256 + byte, 0);
}
