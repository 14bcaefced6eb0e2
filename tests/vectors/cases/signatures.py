"""Signatures at the edges of their numbers (step 7), in the manner of Project Wycheproof: each fools some library.

1. ES256: numbers at 0, 1, n-1, n, n+1 and beyond; halves exchanged, reversed, equal; other hashes, other structures.
2. Ed25519: S not reduced; R of small order, spelt otherwise, or moved by a point of order eight. A reader computes
   encode(S·B - h·A) and compares it with R byte by byte ("cofactorless"), and refuses an R of small order.
3. Good signatures whose numbers begin with a zero byte or a set bit: where a reader that turns them into DER errs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import cbor2
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature

from citycard.core import cose
from citycard.core.keys import P256_ORDER
from tests.support.cities import City
from tests.support.edwards import IDENTITY, ORDER_EIGHT, L, add, challenge, decoded, encoded, secrets_of
from tests.support.forging import TAG_18, claims_of, code, header_of, sign1, token_of, written
from tests.vectors.cases import BOTH, HERE, PORT_SABLE, RIVEMONT
from tests.vectors.cases.keys import es256
from tests.vectors.vector import Vector, accepted, refused

N, HALF = P256_ORDER, P256_ORDER // 2
P = 2**256 - 2**224 + 2**192 + 2**96 - 1

Case = tuple[str, str, str]


def vectors() -> list[Vector]:
    """Return cards of both algorithms with signatures at the edges."""
    return [
        *(refused(*case, "BAD_SIGNATURE", 7, "signature-range", cities=HERE) for case in out_of_range()),
        *(refused(*case, "BAD_SIGNATURE", 7, "signature-mismatch", cities=HERE) for case in es256_mismatches()),
        *(refused(*case, "BAD_SIGNATURE", 7, "signature-mismatch", cities=BOTH) for case in ed25519_mismatches()),
        *odd_but_good(),
    ]


def parts_of(city: City) -> tuple[bytes, bytes, bytes]:
    """Return protected header, payload and signature of the city's plain card."""
    protected, _, payload, signature = cbor2.loads(token_of(city.card())).value
    return protected, payload, signature


def with_signature(city: City, signature: bytes) -> str:
    """Return the city's plain card with another signature."""
    protected, payload, _ = parts_of(city)
    return code(TAG_18 + written([protected, {}, payload, signature]))


def halves(signature: bytes) -> tuple[int, int]:
    """Return r and s."""
    return int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")


# --- (1) ------------------------------------------------------------------------------------------


def out_of_range() -> Iterator[Case]:
    """Yield numbers that no ES256 signature of a card has."""
    r, s = halves(parts_of(PORT_SABLE)[2])
    numbers = [
        ("r-zero-s-one", "r = 0 and s = 1.", 0, 1),
        ("r-one-s-zero", "r = 1 and s = 0.", 1, 0),
        ("r-order-plus-one", "r = n + 1, which is 1 to whoever reduces it.", N + 1, s),
        ("r-order-s-order", "r = n and s = n: zero and zero to whoever reduces them.", N, N),
        ("s-order-plus-one", "s = n + 1.", r, N + 1),
        ("s-order-less-one", "s = n - 1: in range, but not low.", r, N - 1),
        ("s-just-high", "s = (n + 1) / 2, the smallest that is not low.", r, HALF + 1),
        ("r-field-prime", "r = p, the prime of the coordinates.", P, s),
        ("r-largest", "r = 2^256 - 1.", 2**256 - 1, s),
        ("s-largest", "s = 2^256 - 1.", r, 2**256 - 1),
        ("both-order-less-one", "r = s = n - 1.", N - 1, N - 1),
        ("r-zero-s-good", "r = 0 with the s of the card: zero divided by anything.", 0, s),
    ]
    for name, description, one, other in numbers:
        yield f"es256-{name}", description, with_signature(PORT_SABLE, es256(one, other))
    yield (
        "es256-minus-s-and-minus-r",
        "n - r and n - s.",
        with_signature(PORT_SABLE, es256(N - r, N - s)),
    )


def es256_mismatches() -> Iterator[Case]:
    """Yield numbers in range, and real signatures of something else."""
    protected, payload, good = parts_of(PORT_SABLE)
    r, s = halves(good)
    message = cose.to_be_signed(protected, payload)
    in_range = [
        ("r-one-s-one", "r = s = 1.", 1, 1),
        ("r-one", "r = 1 with the card's s.", 1, s),
        ("r-two", "r = 2, which is no point's x.", 2, s),
        ("s-one", "s = 1 with the card's r.", r, 1),
        ("r-order-less-one", "r = n - 1.", N - 1, s),
        ("s-largest-low", "s = (n - 1) / 2, the largest that is low.", r, HALF),
        ("r-equals-s", "r and s are both the card's s.", s, s),
        ("r-negated", "n - r with the card's s.", N - r, s),
        ("r-generator", "r is the x of the base point, as after a nonce of 1.", int(GENERATOR_X, 16) % N, s),
        ("exchanged", "s before r, made low.", s, min(r, N - r)),
    ]
    for name, description, one, other in in_range:
        yield f"es256-{name}", description, with_signature(PORT_SABLE, es256(one, other))
    # Reading the whole card's numbers the wrong way round may leave the range; s is brought back into it.
    turned = good[:32][::-1] + (int.from_bytes(good[32:], "little") % HALF).to_bytes(32, "big")
    yield (
        "es256-little-endian",
        "r written backwards, as some machines store numbers.",
        with_signature(PORT_SABLE, turned),
    )
    for name, description, signature in other_meanings(message, payload):
        yield f"es256-{name}", description, with_signature(PORT_SABLE, signature)


GENERATOR_X = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"


def other_meanings(message: bytes, payload: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Yield the signatures that the card's own key gives when it is asked for something else."""
    protected, context = parts_of(PORT_SABLE)[0], "Signature1"
    sign = PORT_SABLE.card_key.sign
    yield "payload-alone", "The key signed the claims alone, without COSE's structure.", sign(payload)
    yield (
        "other-context",
        "The key signed for a COSE_Sign, whose context is another.",
        sign(cbor2.dumps(["Signature", protected, b"", b"", payload])),
    )
    yield (
        "external-data",
        "The key signed with external data that the code does not hold.",
        sign(cbor2.dumps([context, protected, b"Port-Sable", payload])),
    )
    yield "header-not-covered", "The key signed an empty header.", sign(cbor2.dumps([context, b"", b"", payload]))
    yield "hashed-twice", "The key signed the hash of the hash.", sign(hashlib.sha256(message).digest())
    yield "sha-512", "The key signed under SHA-512.", signed_under(hashes.SHA512(), message)
    yield "sha-384", "The key signed under SHA-384.", signed_under(hashes.SHA384(), message)
    yield "sha-1", "The key signed under SHA-1.", signed_under(hashes.SHA1(), message)
    yield "hash-of-zeros", "The key signed a hash of zeros.", signed_hash(bytes(32))


def signed_under(algorithm: hashes.HashAlgorithm, message: bytes) -> bytes:
    """Return the card key's signature under another hash."""
    return low(PORT_SABLE, lambda key: key.sign(message, ec.ECDSA(algorithm, deterministic_signing=True)))


def signed_hash(digest: bytes) -> bytes:
    """Return the card key's signature of a hash."""
    how = ec.ECDSA(Prehashed(hashes.SHA256()), deterministic_signing=True)
    return low(PORT_SABLE, lambda key: key.sign(digest, how))


def low(city: City, sign: Callable[[ec.EllipticCurvePrivateKey], bytes]) -> bytes:
    """Return what `sign` gives in DER as 64 bytes with low s."""
    private = city.card_key.private
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    r, s = decode_dss_signature(sign(private))
    return es256(r, min(s, N - s))


# --- (2) ------------------------------------------------------------------------------------------


def ed25519_mismatches() -> Iterator[Case]:
    """Yield Ed25519 signatures that a lenient or "cofactored" verification takes for good, and plainly wrong ones."""
    protected, payload, good = parts_of(RIVEMONT)
    message, public = cose.to_be_signed(protected, payload), RIVEMONT.card_pin.public.x
    private = RIVEMONT.card_key.private
    assert isinstance(private, ed25519.Ed25519PrivateKey)
    raw = serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
    secret, prefix = secrets_of(private.private_bytes(*raw))
    scalar = int.from_bytes(good[32:], "little")

    def signature(r: bytes, s: int) -> bytes:
        return r + s.to_bytes(32, "little")

    def answered(r: bytes, nonce: int) -> bytes:
        return signature(r, (nonce + challenge(r, public, message) * secret) % L)

    nonce = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % L
    moved = encoded(add(decoded(good[:32]), ORDER_EIGHT))
    cases = [
        ("r-identity", "R is the identity: the equation holds, and the private key is told.",
         answered(encoded(IDENTITY), 0)),
        ("r-identity-respelt", "The same R written as p + 1.",
         answered((2**255 - 19 + 1).to_bytes(32, "little"), 0)),
        ("r-identity-signed", "The same R with the sign of minus zero.",
         answered((1 | 1 << 255).to_bytes(32, "little"), 0)),
        ("r-order-eight", "R has order eight: good only to whoever multiplies all by eight.",
         answered(encoded(ORDER_EIGHT), 0)),
        ("r-moved", "A good R moved by a point of order eight: good only to whoever multiplies all by eight.",
         answered(moved, nonce)),
        ("s-zero", "S = 0.", signature(good[:32], 0)),
        ("s-one", "S = 1.", signature(good[:32], 1)),
        ("s-order", "S = L.", signature(good[:32], L)),
        ("s-order-less-one", "S = L - 1.", signature(good[:32], L - 1)),
        ("s-plus-two-l", "S + 2 L.", signature(good[:32], scalar + 2 * L)),
        ("s-plus-eight-l", "S + 8 L, in 256 bits.", signature(good[:32], scalar + 8 * L)),
        ("s-high-bit", "S with its highest bit set.", signature(good[:32], scalar | 1 << 255)),
        ("s-negated", "L - S.", signature(good[:32], L - scalar)),
        ("r-negated", "The R of the other sign.", signature(good[:31] + bytes((good[31] ^ 128,)), scalar)),
        ("r-no-point", "R is no point of the curve.", signature((2).to_bytes(32, "little"), scalar)),
        ("r-prime", "R is p, a second spelling of zero.", signature((2**255 - 19).to_bytes(32, "little"), scalar)),
        ("r-is-the-key", "R is the public key.", signature(public, scalar)),
        ("exchanged", "S before R.", good[32:] + good[:32]),
        ("payload-alone", "The key signed the claims alone.", private.sign(payload)),
        ("hashed-first", "The key signed the hash, as Ed25519ph would.",
         private.sign(hashlib.sha512(message).digest())),
        ("ones", "64 bytes of 255 under an Ed25519 key.", b"\xff" * 64),
    ]  # fmt: skip
    for name, description, data in cases:
        yield f"ed25519-{name}", description + "", with_signature(RIVEMONT, data)


# --- (3) ------------------------------------------------------------------------------------------


def odd_but_good() -> Iterator[Vector]:
    """Yield good cards, found by trying one place in the list after another, whose signatures look odd."""
    looks: list[tuple[City, str, str, Callable[[bytes], bool]]] = [
        (PORT_SABLE, "es256-r-begins-with-zero", "A good signature whose r begins with a zero byte.",
         lambda data: data[0] == 0),
        (PORT_SABLE, "es256-s-begins-with-zero", "A good signature whose s begins with a zero byte.",
         lambda data: data[32] == 0 and data[33] < 128),
        (PORT_SABLE, "es256-s-zero-then-high", "A good signature whose s is a zero byte and then a set bit.",
         lambda data: data[32] == 0 and data[33] >= 128),
        (PORT_SABLE, "es256-r-high-bit", "A good signature whose r begins with a set bit.",
         lambda data: data[0] >= 128),
        (RIVEMONT, "ed25519-r-ends-with-zero", "A good Ed25519 signature whose R ends with a zero byte.",
         lambda data: data[31] in (0, 128)),
        (RIVEMONT, "ed25519-s-begins-with-zero", "A good Ed25519 signature whose S begins with a zero byte.",
         lambda data: data[32] == 0),
    ]  # fmt: skip
    for city, name, description, looked_for in looks:
        for index in range(1024):
            claims = claims_of(city, status_index=index)
            token = sign1(header_of(city), claims, city.card_key.sign)
            if looked_for(cose.parse(token).signature):
                plain = city.claims(status_index=index)
                yield accepted(name, description, code(token), plain, cities=BOTH, kind="edge")
                break
        else:
            raise ValueError(f"no signature found: {name}")
