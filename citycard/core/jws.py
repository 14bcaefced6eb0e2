"""JWS in its compact form (RFC 7515 §7.1): the envelope of status lists for readers that know JWT and no COSE.

    base64url(header) . base64url(claims) . base64url(signature)

Our own reader, for the reasons of `cose`: general ones take the algorithm from the token, follow keys that it names
(`jwk`, `jku`, `x5c`), know "none" and shared secrets, and skip what they do not know.

1. Three parts in base64url without padding, each in its one spelling.
2. Header and claims are JSON objects that can be read in one way only (`strict_json`). Unlike CBOR, JSON has no one
   form: order and spaces are the writer's.
3. The header is exactly `alg`, `kid` and `typ`: the type asked for, an algorithm of ours, a key's name.
4. The signature is 64 bytes, checked over the bytes as received, with the algorithm that the key has.
   An ES256 signature with a high s is accepted, which on a card it is not. RFC 7518 does not ask for a low s and most
   JWT libraries write either, so that refusing it would refuse half of another city's lists at random; and nothing
   depends on a list having one form, since it is known by its address and its date. We write a low s.
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from citycard.core.cose import SignBytes, SignedClaims
from citycard.core.errors import CitycardError
from citycard.core.keys import KID_BYTES, P256_ORDER, SIGNATURE_BYTES, Algorithm, PublicKey
from citycard.core.strict_json import JsonRefused, read_json

MAX_HEADER = 512
"""Bytes of a header: three short members are a hundred."""

_NAMES = {Algorithm.ES256: "ES256", Algorithm.EDDSA: "EdDSA", Algorithm.ED25519: "Ed25519"}
_ALGORITHMS = {name: algorithm for algorithm, name in _NAMES.items()}
"""RFC 7518 §3.4, RFC 8037 §3.1, RFC 9864 §2.2."""

_KID = re.compile(rf"[0-9a-f]{{{2 * KID_BYTES}}}")
"""As in the city's statement and its JWK set."""


class JwsError(CitycardError):
    """The bytes are no JWS of the accepted form."""

    code = "jws"


class Jws(NamedTuple):
    """A JWS as read, unbelieved: header and claims are what somebody wrote, signed or not."""

    header: dict[str, Any]
    claims: dict[str, Any]
    signed: bytes
    """What the signature covers."""
    signature: bytes

    def header_is(self, typ: str) -> bool:
        """Whether the header is what (3) asks for."""
        return (
            set(self.header) == {"alg", "kid", "typ"}
            and self.header["typ"] == typ
            and type(self.header["alg"]) is str
            and self.header["alg"] in _ALGORITHMS
            and type(self.header["kid"]) is str
            and _KID.fullmatch(self.header["kid"]) is not None
            and len(self.signature) == SIGNATURE_BYTES
        )

    @property
    def kid(self) -> bytes:
        """The name of the key, a hint. Only after `header_is`."""
        return bytes.fromhex(self.header["kid"])

    def open(self, key: PublicKey) -> SignedClaims:
        """Return the claims, now believed to be signed by `key`; raise `SignatureMismatch` if they are not."""
        algorithm = _ALGORITHMS[self.header["alg"]]
        signature = _low_s(self.signature) if algorithm is Algorithm.ES256 else self.signature
        key.check(self.signed, signature, int(algorithm))
        return SignedClaims(self.claims)


def parse(token: bytes, *, at_most: int) -> Jws:
    """Read a compact JWS whose claims are JSON of at most `at_most` bytes; raise `JwsError` by rules 1 and 2."""
    # (1)
    parts = token.split(b".")
    if len(parts) != 3:
        raise JwsError("A compact JWS has three parts.", code="jws-parts")
    header, claims, signature = map(from_base64url, parts)
    # (2)
    return Jws(_object(header, MAX_HEADER), _object(claims, at_most), b".".join(parts[:2]), signature)


def seal(claims: Mapping[str, Any], *, typ: str, kid: bytes, algorithm: Algorithm, sign: SignBytes) -> bytes:
    """Return the compact JWS of `claims`, signed once by `sign`; members sorted, no spaces."""
    header = {"alg": _NAMES[algorithm], "kid": kid.hex(), "typ": typ}
    signed = b".".join(to_base64url(_written(part)) for part in (header, claims))
    signature = sign(signed)
    if len(signature) != SIGNATURE_BYTES:
        raise JwsError("The signer gave no 64-byte signature.", code="jws-signature")
    return signed + b"." + to_base64url(signature)


def to_base64url(data: bytes) -> bytes:
    """Return `data` in base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def from_base64url(text: bytes) -> bytes:
    """Return what `text` spells in base64url; raise `JwsError` for padding, other characters, or bits left over."""
    try:
        data = base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        data = b""
    # Encoded again, because Python also takes "+" and "/", padding that stood there already, and stray last bits.
    if to_base64url(data) != text:
        raise JwsError("This is not base64url in its one spelling.", code="jws-base64url")
    return data


def _object(data: bytes, at_most: int) -> dict[str, Any]:
    try:
        value = read_json(data, at_most=at_most)
    except JsonRefused as refused:
        raise JwsError(str(refused), code="jws-json") from None
    if type(value) is not dict:
        raise JwsError("Header and claims are JSON objects.", code="jws-json")
    return value


def _written(members: Mapping[str, Any]) -> bytes:
    return json.dumps(members, sort_keys=True, separators=(",", ":")).encode("ascii")


def _low_s(signature: bytes) -> bytes:
    # (4) Both (r, s) and (r, n-s) verify; zero and numbers from n up stay as they are, and are refused by the key.
    s = int.from_bytes(signature[32:], "big")
    return signature[:32] + min(s, P256_ORDER - s).to_bytes(32, "big") if 0 < s < P256_ORDER else signature
