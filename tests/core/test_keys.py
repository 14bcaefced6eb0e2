"""Keys: their names, their one spelling, and those that nobody may pin."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from datetime import date
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

from citycard.core.errors import KeyRefused
from citycard.core.keys import (
    P256_ORDER,
    Algorithm,
    KeyState,
    KeyUse,
    PinnedKey,
    PublicKey,
    SignatureMismatch,
    es256_to_der,
)
from tests.support.cities import City, SigningKey
from tests.support.edwards import L, challenge, secrets_of
from tests.support.shared import published

P256_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
ED25519_P = 2**255 - 19


def test_a_p256_key_has_the_thumbprint_of_rfc_9679() -> None:
    example = published("key-thumbprints/vectors.json")["rfc9679_cose_key_thumbprint"]
    members = cbor2.loads(bytes.fromhex(example["cose_key_hex_required_members"]))
    key = PublicKey("P-256", members[-2], members[-3])
    assert key.thumbprint.hex() == example["sha256_hex"]
    assert key.kid == key.thumbprint[:8]


def test_an_ed25519_key_is_read_from_the_jwk_of_rfc_8037() -> None:
    example = published("key-thumbprints/vectors.json")["rfc8037_jwk_thumbprint_ed25519"]
    key = PublicKey.from_jwk(example["jwk"])
    assert key.to_jwk() == example["jwk"]
    canonical = json.dumps(key.to_jwk(), sort_keys=True, separators=(",", ":")).encode()
    assert urlsafe_b64encode(hashlib.sha256(canonical).digest()).rstrip(b"=").decode() == example["sha256_b64url"]
    # The name in codes is made of the COSE form, whatever form the key came in.
    cose_key = bytes.fromhex("a3010120062158 20") + key.x
    assert key.thumbprint == hashlib.sha256(cose_key).digest()


@pytest.mark.parametrize("algorithm", [Algorithm.ES256, Algorithm.EDDSA])
def test_a_key_is_the_same_in_every_form(algorithm: Algorithm) -> None:
    key = SigningKey("forms", algorithm).public
    assert PublicKey.from_jwk(key.to_jwk()) == key
    assert PublicKey.from_cryptography(key.to_cryptography()) == key
    assert key.algorithm is algorithm


@pytest.mark.parametrize("private", [*range(1, 17), *(P256_ORDER - d for d in range(1, 17))])
def test_it_refuses_the_private_numbers_that_people_try_first(private: int) -> None:
    public = ec.derive_private_key(private, ec.SECP256R1()).public_key()
    with pytest.raises(KeyRefused) as refused:
        PublicKey.from_cryptography(public)
    assert refused.value.code == "key-weak"


@pytest.mark.parametrize(("x", "y"), [(0, 0), (1, 1), (5, P256_P), (2**256 - 1, 2**256 - 1)])
def test_it_refuses_p256_points_that_are_none(x: int, y: int) -> None:
    with pytest.raises(KeyRefused):
        PublicKey("P-256", x.to_bytes(32, "big"), y.to_bytes(32, "big"))


def test_it_refuses_a_second_spelling_of_a_p256_point() -> None:
    """(0, √b) is on the curve, and p is 0 again: two names for one key, if both could be pinned."""
    root = 0x66485C780E2F83D72433BD5D84A06BB6541C2AF31DAE871728BF856A174F93F4
    good = PublicKey("P-256", bytes(32), root.to_bytes(32, "big"))
    assert good.kid
    with pytest.raises(KeyRefused) as refused:
        PublicKey("P-256", P256_P.to_bytes(32, "big"), root.to_bytes(32, "big"))
    assert refused.value.code == "key-weak"


SMALL_ORDER = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]
"""Every encoding of the eight points of small order, as libsodium also lists them."""


@pytest.mark.parametrize("encoded", SMALL_ORDER)
def test_it_refuses_ed25519_points_of_small_order(encoded: str) -> None:
    with pytest.raises(KeyRefused) as refused:
        PublicKey("Ed25519", bytes.fromhex(encoded))
    assert refused.value.code == "key-weak"


def test_it_refuses_ed25519_keys_that_are_no_points_or_not_reduced() -> None:
    for y in (2, 7, ED25519_P, ED25519_P + 1, 2**255 - 1):
        with pytest.raises(KeyRefused):
            PublicKey("Ed25519", y.to_bytes(32, "little"))


def test_real_ed25519_keys_are_points() -> None:
    for number in range(50):
        assert SigningKey(str(number), Algorithm.EDDSA).public.kid


@pytest.mark.parametrize(
    "key",
    [
        ec.derive_private_key(7, ec.SECP384R1()).public_key(),
        ec.derive_private_key(7, ec.SECP256K1()).public_key(),
        ed448.Ed448PrivateKey.from_private_bytes(bytes(57)).public_key(),
        rsa.RSAPublicNumbers(65537, 2**2047 + 1).public_key(),
        SigningKey("private").private,
        ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)),
        b"key",
        None,
    ],
    ids=lambda key: type(key).__name__,
)
def test_it_refuses_other_kinds_of_keys(key: object) -> None:
    with pytest.raises(KeyRefused) as refused:
        PublicKey.from_cryptography(key)
    assert refused.value.code == "key-kind"


JWK = SigningKey("jwk").public.to_jwk()


@pytest.mark.parametrize("member", ["d", "k", "p", "q", "dp", "dq", "qi"])
def test_it_refuses_a_private_jwk_and_says_so(member: str) -> None:
    with pytest.raises(KeyRefused) as refused:
        PublicKey.from_jwk({**JWK, member: "AAAA"})
    assert refused.value.code == "key-private"


@pytest.mark.parametrize(
    "change",
    [
        {"kty": "RSA"},
        {"kty": "OKP"},
        {"kty": None},
        {"crv": "P-384"},
        {"crv": "Ed25519"},
        {"x": None},
        {"x": 5},
        {"x": ""},
        {"x": JWK["x"] + "="},
        {"x": JWK["x"][:-1]},
        {"x": JWK["x"][:-1] + "\n"},
        {"x": "!" * 43},
        {"x": "é" * 43},
        {"x": "_" * 43},
        {"y": None},
    ],
    ids=str,
)
def test_it_refuses_a_jwk_that_is_not_in_the_one_spelling(change: dict[str, Any]) -> None:
    with pytest.raises(KeyRefused):
        PublicKey.from_jwk({**JWK, **change})


def test_a_good_signature_is_good(port_sable: City, rivemont: City) -> None:
    for city in (port_sable, rivemont):
        key = city.card_key
        key.public.check(b"message", key.sign(b"message"), key.public.algorithm)
        with pytest.raises(SignatureMismatch):
            key.public.check(b"massage", key.sign(b"message"), key.public.algorithm)


def test_ed25519_also_answers_to_its_newer_number(rivemont: City) -> None:
    rivemont.card_key.public.check(b"message", rivemont.card_key.sign(b"message"), Algorithm.ED25519)


def test_a_key_does_not_check_by_the_other_algorithm(port_sable: City, rivemont: City) -> None:
    for city, algorithm in ((port_sable, -8), (port_sable, -19), (rivemont, -7)):
        with pytest.raises(SignatureMismatch) as refused:
            city.card_key.public.check(b"m", city.card_key.sign(b"m"), algorithm)
        assert refused.value.code == "algorithm-mismatch"


def es256(r: int, s: int) -> bytes:
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


N = P256_ORDER


@pytest.mark.parametrize(
    "signature",
    [
        es256(0, 1),
        es256(1, 0),
        es256(0, 0),
        es256(N, 1),
        es256(1, N),
        es256(N + 1, 1),
        es256(2**256 - 1, 1),
        es256(1, N // 2 + 1),
        es256(1, N - 1),
        b"",
        bytes(63),
        bytes(65),
        bytes.fromhex("3006020101020101"),
    ],
    ids=lambda signature: f"{len(signature)} bytes",
)
def test_it_refuses_es256_numbers_out_of_range(signature: bytes) -> None:
    with pytest.raises(SignatureMismatch):
        es256_to_der(signature)


def test_it_refuses_the_other_form_of_a_good_signature(port_sable: City) -> None:
    """(r, n - s) is as good to the curve; a card has one form."""
    key = port_sable.card_key
    good = key.sign(b"message")
    high = good[:32] + (N - int.from_bytes(good[32:], "big")).to_bytes(32, "big")
    with pytest.raises(SignatureMismatch) as refused:
        key.public.check(b"message", high, -7)
    assert refused.value.code == "signature-range"


@pytest.mark.parametrize("r", ["01" + "00" * 31, "ee" + "ff" * 30 + "7f", "01" + "00" * 30 + "80"])
def test_an_ed25519_signature_with_r_of_small_order_is_refused_although_its_equation_holds(r: str) -> None:
    """The library takes the first of them for good, and some browsers do; WebCrypto's text says that none may."""
    key = SigningKey("small R", Algorithm.EDDSA)
    assert isinstance(key.private, ed25519.Ed25519PrivateKey)
    number, _ = secrets_of(key.private.private_bytes_raw())
    first = bytes.fromhex(r)
    signature = first + (challenge(first, key.public.x, b"m") * number % L).to_bytes(32, "little")
    if first == bytes([1, *bytes(31)]):
        key.private.public_key().verify(signature, b"m")
    with pytest.raises(SignatureMismatch):
        key.public.check(b"m", signature, -8)


def test_zeros_never_are_an_ed25519_signature(rivemont: City) -> None:
    for signature in (bytes(64), bytes(63), bytes(65), b"", b"\xff" * 64):
        with pytest.raises(SignatureMismatch):
            rivemont.card_key.public.check(b"m", signature, -8)


def test_a_pinned_key_is_the_same_after_being_written_down(port_sable: City, rivemont: City) -> None:
    for pin in (port_sable.card_pin, rivemont.status_pin):
        assert PinnedKey.from_json(json.loads(json.dumps(pin.to_json()))) == pin


@pytest.mark.parametrize(
    "change",
    [
        {"kid": "0000000000000000"},
        {"kid": None},
        {"alg": "EdDSA"},
        {"alg": "ES384"},
        {"use": "sig"},
        {"use": None},
        {"state": "good"},
        {"first_day": "20260101"},
        {"first_day": "2026-W01-1"},
        {"first_day": "2026-13-01"},
        {"first_day": "2026-01-01T00:00:00"},
        {"first_day": "٢٠٢٦-٠١-٠١"},
        {"first_day": 20260101},
        {"last_day": None},
        {"last_day": "2025-12-31"},
        {"x5u": "https://elsewhere.example/key"},
        {"d": "AAAA"},
    ],
    ids=str,
)
def test_it_refuses_a_pinned_key_with_a_member_that_is_wrong_or_unknown(port_sable: City, change: Any) -> None:
    with pytest.raises(KeyRefused):
        PinnedKey.from_json({**port_sable.card_pin.to_json(), **change})


def test_a_window_may_be_one_day_but_not_end_before_it_begins(port_sable: City) -> None:
    day = date(2026, 1, 1)
    public = port_sable.card_key.public
    assert PinnedKey(public, KeyUse.CARD, KeyState.ACTIVE, day, day)
    with pytest.raises(KeyRefused):
        PinnedKey(public, KeyUse.CARD, KeyState.ACTIVE, day, date(2025, 12, 31))
