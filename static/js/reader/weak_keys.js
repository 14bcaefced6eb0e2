/* Public keys that anybody can sign for, told by their coordinates alone (citycard/core/weak_keys.py says why these).

   1. Ed25519 points of small order, in any of their spellings.
   2. Guessable keys: the P-256 keys of the private numbers 1 to 16 and n-16 to n-1, and the Ed25519 keys of a seed that
      is one byte repeated (0, 1, 255) or counting up. */

/** p of the curve of Ed25519. */
export const ED25519_P = 2n ** 255n - 19n;

const SMALL_ORDER_Y = [
  0n,
  1n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n,
  ED25519_P - 1n,
];
/* y of the eight points whose order divides 8. */

const GUESSABLE_P256 = `
  6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296
  7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978
  5ecbe4d1a6330a44c8f7ef951d4bf165e6c6b721efada985fb41661bc6e7fd6c
  e2534a3532d08fbba02dde659ee62bd0031fe2db785596ef509302446b030852
  51590b7a515140d2d784c85608668fdfef8c82fd1f5be52421554a0dc3d033ed
  b01a172a76a4602c92d3242cb897dde3024c740debb215b4c6b0aae93c2291a9
  8e533b6fa0bf7b4625bb30667c01fb607ef9f8b8a80fef5b300628703187b2a3
  62d9779dbee9b0534042742d3ab54cadc1d238980fce97dbb4dd9dc1db6fb393
  ea68d7b6fedf0b71878938d51d71f8729e0acb8c2c6df8b3d79e8a4b90949ee0
  cef66d6b2a3a993e591214d1ea223fb545ca6c471c48306e4c36069404c5723f
  3ed113b7883b4c590638379db0c21cda16742ed0255048bf433391d374bc21d1
  741dd5bda817d95e4626537320e5d55179983028b2f82c99d500c5ee8624e3c4
  177c837ae0ac495a61805df2d85ee2fc792e284b65ead58a98e15d9d46072c01
  54e77a001c3862b97a76647f4336df3cf126acbe7a069c5e5709277324d2920b
  f0454dc6971abae7adfb378999888265ae03af92de3a0ef163668c63e59b9d5f
  76a94d138a6b41858b821c629836315fcd28392eff6ca038a5eb4787e1277c6e
`;
/* x of 1·G to 16·G; d and n-d share it. */

const GUESSABLE_ED25519 = `
  3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29
  8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c
  76a1592044a6e4f511265bca73a604d90b0529d1df602be30a19a9257660d1f5
  03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8
  79b5562e8fe654f94078b112e8a98ba7901f853ae695bed7e0e3910bad049664
`;

const GUESSABLE = new Set(`${GUESSABLE_P256}${GUESSABLE_ED25519}`.trim().split(/\s+/));

/** Whether the Ed25519 point with this y, sign bit aside, is one of the eight (1). */
export function hasSmallOrder(y) {
  return SMALL_ORDER_Y.includes(y % ED25519_P);
}

/** Whether the key with this first coordinate, in hex, belongs to a private number that people try first (2). */
export function isGuessable(x) {
  return GUESSABLE.has(x);
}
