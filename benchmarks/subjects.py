"""What is measured in our own process: the raw signature, ours, PyJWT.

A subject is a function without arguments that does the whole work once. Each is tried before it is measured, so that
nothing is fast because it fails.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from citycard.core import cose
from citycard.core.issue import encode
from citycard.core.keys import P256_ORDER, Algorithm, es256_to_der
from citycard.core.status import DEFAULT_SIZE
from citycard.core.verify import verify
from tests.support.cities import NOW, PORTRAIT, City, trust_in
from tests.support.forging import token_of

Subject = Callable[[], object]

SHA256 = ec.ECDSA(hashes.SHA256())

PORT_SABLE = City.named("Port-Sable", seed="benchmarks")
RIVEMONT = City.named("Rivemont", seed="benchmarks", algorithm=Algorithm.EDDSA)


def _p256() -> ec.EllipticCurvePrivateKey:
    private = PORT_SABLE.card_key.private
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    return private


def raw() -> dict[str, Subject]:
    """Return signing and verifying with `cryptography` and nothing around it: the limit."""
    envelope = cose.parse(token_of(PORT_SABLE.card()))
    message = cose.to_be_signed(envelope.protected, envelope.payload)
    der = es256_to_der(envelope.signature)
    p256, ed = _p256(), RIVEMONT.card_key.private
    assert isinstance(ed, ed25519.Ed25519PrivateKey)
    p256_public, ed_public, ed_signature = p256.public_key(), ed.public_key(), ed.sign(message)
    return {
        "raw-verify-es256": lambda: p256_public.verify(der, message, SHA256),
        "raw-verify-ed25519": lambda: ed_public.verify(ed_signature, message),
        "raw-sign-es256": lambda: p256.sign(message, SHA256),
        "raw-sign-ed25519": lambda: ed.sign(message),
    }


def ours() -> dict[str, Subject]:
    """Return checking with every step of the table, and writing without the self-check."""
    trust = trust_in(PORT_SABLE, RIVEMONT)
    lists = {
        **PORT_SABLE.lists({7: 1, 8: 2}, size=DEFAULT_SIZE),
        **RIVEMONT.lists(size=DEFAULT_SIZE),
    }
    now = NOW + timedelta(minutes=5)

    def check(text: str) -> Subject:
        return lambda: verify(text, trust=trust, lists=lists, now=now)

    def sign_es256(message: bytes) -> bytes:
        # As a key in a file does it, but with a random nonce, so that raw and ours sign alike.
        r, s = decode_dss_signature(p256.sign(message, SHA256))
        return r.to_bytes(32, "big") + min(s, P256_ORDER - s).to_bytes(32, "big")

    p256 = _p256()
    plain, pictured, by_rivemont = PORT_SABLE.claims(), PORT_SABLE.claims(portrait=PORTRAIT), RIVEMONT.claims()
    return {
        "verify-es256": check(PORT_SABLE.card()),
        "verify-es256-portrait": check(PORT_SABLE.card(portrait=PORTRAIT)),
        "verify-ed25519": check(RIVEMONT.card()),
        "issue-es256": lambda: encode(plain, key=PORT_SABLE.card_pin, sign=sign_es256),
        "issue-es256-portrait": lambda: encode(pictured, key=PORT_SABLE.card_pin, sign=sign_es256),
        "issue-ed25519": lambda: encode(by_rivemont, key=RIVEMONT.card_pin, sign=RIVEMONT.card_key.sign),
    }


def pyjwt() -> dict[str, Subject]:
    """Return a JSON token of about the same content with PyJWT, which asks the clock for the expiry."""
    private = PORT_SABLE.card_key.private
    public = private.public_key()
    card = PORT_SABLE.claims()
    claims: dict[str, Any] = {
        "iss": card.issuer,
        "iat": card.issued_at,
        "exp": card.expires_at,
        "identity": {name: value for name, value in card.identity._asdict().items() if value is not None},
        "status": {"status_list": {"idx": card.status_index, "uri": card.status_uri}},
    }
    token = jwt.encode(claims, private, "ES256")
    options: Any = {"verify_exp": False, "verify_iat": False}
    return {
        "pyjwt-verify-es256": lambda: jwt.decode(token, public, ["ES256"], options=options),
        "pyjwt-issue-es256": lambda: jwt.encode(claims, private, "ES256"),
    }


def subjects() -> dict[str, Subject]:
    """Return everything that is measured in this process, each tried once."""
    found = {**raw(), **ours(), **pyjwt()}
    for work in found.values():
        work()
    return found
