"""Points of Ed25519's curve, slowly: for signatures that no library makes (a point of small order in them, or added).

Coordinates are (x, y) modulo p; the formulas are those of RFC 8032 §5.1. Nothing here is safe for a real key.
"""

from __future__ import annotations

import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)
"""A square root of -1."""

Point = tuple[int, int]
IDENTITY: Point = (0, 1)


def add(one: Point, other: Point) -> Point:
    """Return the sum of two points."""
    (x1, y1), (x2, y2) = one, other
    product = D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, P)
    y = (y1 * y2 + x1 * x2) * pow(1 - product, -1, P)
    return x % P, y % P


def decoded(data: bytes) -> Point:
    """Return the point that 32 bytes spell; they must spell one."""
    number = int.from_bytes(data, "little")
    y = (number & (2**255 - 1)) % P
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT % P
    if x * x % P != square:
        raise ValueError("these bytes spell no point")
    return (P - x if x & 1 != number >> 255 else x), y


def encoded(point: Point) -> bytes:
    """Return the one right spelling of a point."""
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


ORDER_EIGHT = decoded(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"))
"""A point that is the identity when added to itself eight times."""


def challenge(r: bytes, public: bytes, message: bytes) -> int:
    """Return the number that ties R, key and message together (RFC 8032 §5.1.7)."""
    return int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % L


def secrets_of(seed: bytes) -> tuple[int, bytes]:
    """Return the secret number of a private key, and what its nonces are made of."""
    digest = hashlib.sha512(seed).digest()
    number = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | (1 << 254)
    return number, digest[32:]
