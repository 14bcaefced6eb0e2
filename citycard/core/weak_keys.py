"""Public keys that anybody can sign for, told by their coordinates alone.

1. Ed25519 points of small order: any message has a signature that verifies under them, and no private key is needed.
2. Guessable keys: the P-256 keys of the private numbers 1 to 16 and n-16 to n-1, and the Ed25519 keys of a seed that is
   one byte repeated (0, 1, 255) or counting up. These are what people write into a test, and tests are copied.

Sixteen, and not more: behind these stand as many guessable numbers as somebody cares to try, and a longer list would
only look like protection. The list catches an accident; chance makes a key strong, and a reader cannot see chance.
"""

ED25519_P = 2**255 - 19
"""p of the curve -x² + y² = 1 + d x² y² (RFC 8032 §5.1)."""

_SMALL_ORDER_Y = frozenset(
    {
        0,
        1,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
        ED25519_P - 1,
    }
)
"""y of the eight points whose order divides 8, computed as L times random points."""

_GUESSABLE_P256 = """
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
"""
"""x of 1·G to 16·G; d and n-d share it. The tests compute each."""

_GUESSABLE_ED25519 = """
    3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29
    8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c
    76a1592044a6e4f511265bca73a604d90b0529d1df602be30a19a9257660d1f5
    03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8
    79b5562e8fe654f94078b112e8a98ba7901f853ae695bed7e0e3910bad049664
"""
"""The public keys of the seeds 00…00, 01…01, ff…ff, 000102…1f and 010203…20."""

_GUESSABLE = {
    "P-256": frozenset(bytes.fromhex(each) for each in _GUESSABLE_P256.split()),
    "Ed25519": frozenset(bytes.fromhex(each) for each in _GUESSABLE_ED25519.split()),
}


def has_small_order(encoded: bytes) -> bool:
    """Whether the Ed25519 point `encoded` (32 bytes, in any of its spellings) is one of the eight (1)."""
    y = int.from_bytes(encoded, "little") & (2**255 - 1)
    return y % ED25519_P in _SMALL_ORDER_Y


def is_guessable(curve: str, x: bytes) -> bool:
    """Whether the key with the first coordinate `x` belongs to a private number that people try first (2)."""
    return x in _GUESSABLE[curve]
