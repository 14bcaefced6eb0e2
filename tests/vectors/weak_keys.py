"""`keys.json`: keys that nobody may pin, and some that one may, for whoever imports the keys of a city.

Not among the cards: a reader that pins such a key has lost already, whatever it then says of a code.
Each entry is a JWK, a sentence, and `expected`: the code of our refusal, or "good".
"""

from __future__ import annotations

import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from citycard.core.keys import P256_ORDER, Algorithm, PublicKey
from tests.support.cities import SigningKey
from tests.support.edwards import P as ED25519_P
from tests.vectors.vector import FOLDER, base64url

FILE = FOLDER / "keys.json"

P256_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
X_ZERO_Y = 0x66485C780E2F83D72433BD5D84A06BB6541C2AF31DAE871728BF856A174F93F4
"""The square root of b: (0, this) is on the curve."""

SMALL_ORDER = [
    ("0000000000000000000000000000000000000000000000000000000000000000", "4"),
    ("0000000000000000000000000000000000000000000000000000000000000080", "4"),
    ("0100000000000000000000000000000000000000000000000000000000000000", "1"),
    ("0100000000000000000000000000000000000000000000000000000000000080", "1, with the sign of minus zero"),
    ("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "2"),
    ("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "2, with the sign of minus zero"),
    ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "8"),
    ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85", "8, negated"),
    ("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", "8, the other pair"),
    ("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", "8, the other pair, negated"),
    ("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "4, written as p"),
    ("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "1, written as p + 1"),
]


def p256(x: int, y: int) -> dict[str, Any]:
    """Return the JWK of two coordinates, on the curve or not."""
    return {"kty": "EC", "crv": "P-256", "x": base64url(x.to_bytes(32, "big")), "y": base64url(y.to_bytes(32, "big"))}


def okp(data: bytes) -> dict[str, Any]:
    """Return the JWK of 32 bytes, a point or not."""
    return {"kty": "OKP", "crv": "Ed25519", "x": base64url(data)}


def p256_of(number: int) -> dict[str, Any]:
    """Return the JWK that belongs to a private number."""
    numbers = ec.derive_private_key(number, ec.SECP256R1()).public_key().public_numbers()
    return p256(numbers.x, numbers.y)


def ed25519_of(seed: bytes) -> dict[str, Any]:
    """Return the JWK that belongs to a seed."""
    return okp(ed25519.Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


def entries() -> list[dict[str, Any]]:
    """Return every key with its sentence and what is expected."""
    mine = SigningKey("vectors of keys").public.to_jwk()
    other = SigningKey("vectors of keys", Algorithm.EDDSA).public.to_jwk()
    x, y = (int.from_bytes(part, "big") for part in (PublicKey.from_jwk(mine).x, PublicKey.from_jwk(mine).y))
    weak = [
        *((f"The P-256 key of the private number {d}.", p256_of(d)) for d in range(1, 17)),
        *((f"The P-256 key of the private number n - {d}.", p256_of(P256_ORDER - d)) for d in (1, 2, 16)),
        *((f"An Ed25519 point of order {order}.", okp(bytes.fromhex(data))) for data, order in SMALL_ORDER),
        ("The Ed25519 key of 32 zeros.", ed25519_of(bytes(32))),
        ("The Ed25519 key of 32 ones.", ed25519_of(b"\1" * 32)),
        ("The Ed25519 key of 32 times 255.", ed25519_of(b"\xff" * 32)),
        ("The Ed25519 key of a seed that counts from 0.", ed25519_of(bytes(range(32)))),
        ("The Ed25519 key of a seed that counts from 1.", ed25519_of(bytes(range(1, 33)))),
        ("P-256 coordinates of zero.", p256(0, 0)),
        ("A P-256 key with y moved off the curve.", p256(x, y ^ 1)),
        ("A P-256 key with x and y exchanged.", p256(y, x)),
        ("x = p, a second spelling of 0.", p256(P256_P, X_ZERO_Y)),
        ("y beyond p.", p256(0, 2**256 - 1)),
        ("32 bytes that spell no Ed25519 point.", okp((2).to_bytes(32, "little"))),
        ("An Ed25519 y of p + 3: not reduced.", okp((ED25519_P + 3).to_bytes(32, "little"))),
        ("An Ed25519 key of 32 times 255.", okp(b"\xff" * 32)),
    ]
    unlike = [
        ("The JWK holds the private part.", {**mine, "d": "AAAA"}, "key-private"),
        ("A P-256 key without y.", {name: value for name, value in mine.items() if name != "y"}, "key-form"),
        ("A coordinate of 31 bytes.", {**mine, "x": base64url(bytes(31))}, "key-form"),
        ("A coordinate with padding.", {**mine, "x": mine["x"] + "="}, "key-form"),
        ("A coordinate whose last character has spare bits set.",
         {**mine, "x": base64url(b"\1" * 32)[:-1] + "F"}, "key-form"),
        ("Another curve.", {**mine, "crv": "P-384"}, "key-kind"),
        ("secp256k1.", {**mine, "crv": "secp256k1"}, "key-kind"),
        ("A key for agreement, X25519.", {**other, "crv": "X25519"}, "key-kind"),
        ("RSA.", {"kty": "RSA", "n": "AQAB", "e": "AQAB"}, "key-kind"),
        ("A secret for HMAC.", {"kty": "oct", "k": "AAAA"}, "key-private"),
        ("A good P-256 key.", mine, "good"),
        ("A good Ed25519 key.", other, "good"),
        ("(0, √b): odd, but a point like others.", p256(0, X_ZERO_Y), "good"),
        ("The P-256 key of the private number 17: as guessable as any, but a list must end.", p256_of(17), "good"),
    ]  # fmt: skip
    all_of_them = [*((sentence, jwk, "key-weak") for sentence, jwk in weak), *unlike]
    return [{"description": sentence, "jwk": jwk, "expected": code} for sentence, jwk, code in all_of_them]


def written() -> str:
    """Return the text of the file."""
    return json.dumps(entries(), indent=1, ensure_ascii=False) + "\n"
