"""Weak keys: keys for which anybody can sign, or kinds of which nobody here can tell how strong they are.

The attacker is the city itself, or holds every key but the root's: what stands in a statement or a root is truly
signed, and refused for what it is.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from securesystemslib.signer import SSlibKey

from citycard.core.keys import PublicKey
from tests.attacks.trust.conftest import SAID, Scene, sign_chain
from tests.attacks.trust.test_key_compromise import next_root
from tests.support import edwards
from tests.support.cities import SigningKey


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def p256(number: int) -> dict[str, str]:
    point = ec.derive_private_key(number, ec.SECP256R1()).public_key().public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": text(point.x.to_bytes(32)), "y": text(point.y.to_bytes(32))}


def ed25519(data: bytes) -> dict[str, str]:
    return {"kty": "OKP", "crv": "Ed25519", "x": text(data)}


def small_order() -> list[bytes]:
    """The eight points that vanish when added to themselves eight times, and their other spellings."""
    points, found = edwards.IDENTITY, []
    for _ in range(8):
        found.append(edwards.encoded(points))
        points = edwards.add(points, edwards.ORDER_EIGHT)
    found += [(edwards.P + y).to_bytes(32, "little") for y in (0, 1)]  # y not below p
    found += [bytes([*each[:31], each[31] ^ 0x80]) for each in found if each[:31] in (bytes(31), b"\x01" + bytes(30))]
    return list(dict.fromkeys(found))


PRINTED = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
"""Its private half stands in RFC 8032 §7.1."""

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
WEAK: dict[str, tuple[dict[str, str], str]] = {
    "the generator of P-256, whose private key is 1": (p256(1), "weak-key"),
    "its mirror image, whose private key is n-1": (p256(ORDER - 1), "weak-key"),
    "a point that is not on the curve": ({**p256(5), "y": text(bytes(31) + b"\x07")}, "weak-key"),
    "no point at all": ({**p256(5), "x": text(bytes(32)), "y": text(bytes(32))}, "weak-key"),
    "RSA": ({"kty": "RSA", "n": text(b"\xc1" + bytes(255)), "e": "AQAB"}, "key-kind"),
    "RSA with an exponent of 1": ({"kty": "RSA", "n": text(b"\xc1" + bytes(255)), "e": "AQ"}, "key-kind"),
    "a shared secret": ({"kty": "oct", "k": text(b"secret of both cities, 32 bytes!")}, "private-key"),
    "P-384": ({"kty": "EC", "crv": "P-384", "x": text(bytes(48)), "y": text(bytes(48))}, "key-kind"),
    "P-192": ({"kty": "EC", "crv": "P-192", "x": text(bytes(24)), "y": text(bytes(24))}, "key-kind"),
    "secp256k1": ({"kty": "EC", "crv": "secp256k1", "x": text(bytes(32)), "y": text(bytes(32))}, "key-kind"),
    "a key without a kind": ({"x": text(bytes(32))}, "key-kind"),
    "a key printed in RFC 8032": (
        ed25519(bytes.fromhex(PRINTED)),
        "test-key",
    ),
    **{f"Ed25519 of small order, {data.hex()}": (ed25519(data), "weak-key") for data in small_order()},
}


def test_weak_keys_in_a_statement(scene: Scene) -> None:
    """A statement with one of these beside the good ones is refused whole, each for its own reason."""
    for number, (jwk, code) in enumerate(WEAK.values(), start=2):
        document: Any = json.loads(scene.town.statement.to_json())
        good = document["keys"][0]
        rest = {name: good[name] for name in ("use", "first_day", "last_day", "state")}
        named = {"kid": "00" * 8, "alg": "ES256" if jwk.get("kty") == "EC" else "EdDSA"}
        if code == "test-key":
            named["kid"] = kid_of(jwk)
        document["keys"].append({**jwk, **rest, **named})
        statement = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        sign_chain(scene.town, number, scene.town.signers, statement=statement)

        assert scene.fetch() == code, jwk
        scene.nothing_believed(code)
    sign_chain(scene.town, 999, scene.town.signers, statement=scene.town.statement.to_json())
    scene.all_is_well()


def kid_of(jwk: dict[str, str]) -> str:
    return PublicKey.from_jwk(jwk).kid.hex()


def test_a_good_key_beside_the_good_ones_is_believed(scene: Scene) -> None:
    """Or the test above could not fail."""
    document: Any = json.loads(scene.town.statement.to_json())
    jwk = SigningKey("one more").public.to_jwk()
    document["keys"].append({**document["keys"][0], **jwk, "kid": kid_of(jwk)})
    statement = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    sign_chain(scene.town, 2, scene.town.signers, statement=statement)

    scene.all_is_well()


@pytest.mark.parametrize(
    "change",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "EdDSA"},
        {"kid": "00" * 8},
        {"x5u": "https://169.254.169.254/"},
        {"use": "root"},
        {"state": "trusted"},
        {"last_day": "9999-99-99"},
    ],
    ids=lambda change: next(iter(change.items()))[0] + " " + next(iter(change.items()))[1][:6],
)
def test_weak_keys_a_good_key_with_a_lie_about_it(scene: Scene, change: dict[str, str]) -> None:
    """A key that says of itself what is not so: another algorithm, another name, where to fetch another key."""
    document: Any = json.loads(scene.town.statement.to_json())
    document["keys"][0].update(change)
    sign_chain(scene.town, 2, scene.town.signers, statement=json.dumps(document).encode())

    scene.nothing_believed("key-form")


def pem(key: Any) -> dict[str, str]:
    data = key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return {"public": data.decode()}


def rsa_key() -> Any:
    return rsa.generate_private_key(65537, 1024).public_key()


def p384_key() -> Any:
    return ec.generate_private_key(ec.SECP384R1()).public_key()


P256_SCHEME = ("a", "ecdsa", "ecdsa-sha2-nistp256")
ROOT_KEYS: dict[str, tuple[Callable[[], SSlibKey], str]] = {
    "RSA": (lambda: SSlibKey("a", "rsa", "rsassa-pss-sha256", pem(rsa_key())), "key-kind"),
    "P-384": (lambda: SSlibKey("a", "ecdsa", "ecdsa-sha2-nistp384", pem(p384_key())), "key-kind"),
    "P-384 that says P-256": (lambda: SSlibKey(*P256_SCHEME, pem(p384_key())), "key-kind"),
    "RSA that says P-256": (lambda: SSlibKey(*P256_SCHEME, pem(rsa_key())), "key-kind"),
    "the generator of P-256": (
        lambda: SSlibKey(*P256_SCHEME, pem(ec.derive_private_key(1, ec.SECP256R1()).public_key())),
        "weak-key",
    ),
    "Ed25519 of small order": (
        lambda: SSlibKey("a", "ed25519", "ed25519", {"public": edwards.encoded(edwards.ORDER_EIGHT).hex()}),
        "weak-key",
    ),
    "a key printed in RFC 8032": (lambda: SSlibKey("a", "ed25519", "ed25519", {"public": PRINTED}), "test-key"),
}


@pytest.mark.parametrize("role", ["root", "timestamp"])
def test_weak_keys_in_a_root(scene: Scene, role: str) -> None:
    """Holds two root keys: a root that is truly signed, and names a key for which anybody could sign."""
    signers: Any = scene.town.signers.root[:2]
    for kind, (make, code) in ROOT_KEYS.items():
        key = make()
        next_root(scene, lambda signed, key=key: signed.add_key(key, role), *signers)
        assert code in SAID
        assert scene.fetch() == code, kind
        scene.nothing_believed(code)
        scene.town.path("2.root.json").unlink()
    scene.all_is_well()
