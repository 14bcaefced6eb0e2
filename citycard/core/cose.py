"""COSE_Sign1 (RFC 9052 §4.2): the envelope of cards and status lists.

Our own reader, because the general ones accept what a card must not have: a second algorithm in the unprotected map,
unknown critical headers, a detached payload, tag 61 around it, keys named by URL.

Reading stops before the signature: `parse` gives an `Envelope`, whose content nobody may believe, and
`Envelope.open` is the only maker of `SignedClaims`, which somebody signed. The two types keep the code after the
signature check from ever seeing the text before it.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, NewType

import cbor2

from citycard.core import cbor
from citycard.core.errors import CitycardError
from citycard.core.keys import KID_BYTES, SIGNATURE_BYTES, Algorithm, PublicKey

ALG, KID, TYP = 1, 4, 16
"""Header labels: algorithm and key id (RFC 9052 §3.1), type (RFC 9596)."""

_TAG_18 = 0xD2
"""The one byte that tags a COSE_Sign1 (RFC 9052 §2)."""

SignedClaims = NewType("SignedClaims", dict[Any, Any])
"""A claims map whose signature has been checked. Only `Envelope.open` makes one."""

SignBytes = Callable[[bytes], bytes]
"""Signs a message: bytes in, a signature of 64 bytes out (r‖s with low s for ES256)."""


class EnvelopeError(CitycardError):
    """The bytes are no COSE_Sign1 of the accepted form."""

    code = "cose"


class Envelope(NamedTuple):
    """A COSE_Sign1 as read, unbelieved: header and claims are what somebody wrote, signed or not."""

    protected: bytes
    header: dict[Any, Any]
    unprotected: dict[Any, Any]
    payload: bytes
    claims: dict[Any, Any]
    signature: bytes

    def header_is(self, *labels: int) -> bool:
        """Whether the protected header has exactly `labels`, allowed values in them, and the rest is as it must be."""
        return (
            self.header.keys() == set(labels)
            and type(self.header[ALG]) is int
            and self.header[ALG] in _ALGORITHMS
            and type(self.header[KID]) is bytes
            and len(self.header[KID]) == KID_BYTES
            and not self.unprotected
            and len(self.signature) == SIGNATURE_BYTES
        )

    @property
    def kid(self) -> bytes:
        """The name of the key, a hint. Only after `header_is`."""
        kid: bytes = self.header[KID]
        return kid

    def open(self, key: PublicKey) -> SignedClaims:
        """Return the claims, now believed to be signed by `key`; raise `SignatureMismatch` if they are not."""
        key.check(to_be_signed(self.protected, self.payload), self.signature, self.header[ALG])
        return SignedClaims(self.claims)


_ALGORITHMS = frozenset(int(algorithm) for algorithm in Algorithm)


def parse(data: bytes) -> Envelope:
    """Read a tagged COSE_Sign1 with a map of claims inside, each level in its one CBOR form, and nothing around it."""
    return _card_layout(data) or _any_layout(data)


_CARD_HEADERS = {bytes((0xA2, ALG, 0x1F - algorithm, KID, 0x40 + KID_BYTES)): algorithm for algorithm in Algorithm}
"""The bytes that come before the key id in a card's header, for each algorithm: a map of two, both in order."""

_HEADER_OF = {Algorithm(algorithm): start for start, algorithm in _CARD_HEADERS.items()}


def _card_layout(data: bytes) -> Envelope | None:
    """Read the layout that every good card has, or return None; whatever is not quite it, `_any_layout` judges.

    Header, empty map and signature of a card have one length each, so they are found by counting. This answers as
    `_any_layout` does, which a test compares; it is here because it saves a tenth of a whole check.
    """
    algorithm = _CARD_HEADERS.get(data[3:8])
    if algorithm is None or data[:3] != b"\xd2\x84\x4d" or data[16:17] != b"\xa0" or len(data) < 128:
        return None
    # The payload's length, only in the shortest of its spellings.
    if data[17] == 0x58 and data[18] >= 24:
        start, length = 19, data[18]
    elif data[17] == 0x59 and data[18] > 0:
        start, length = 20, data[18] << 8 | data[19]
    else:
        return None
    end = start + length
    if data[end : end + 2] != b"\x58\x40" or len(data) != end + 2 + SIGNATURE_BYTES:
        return None
    payload = data[start:end]
    claims = cbor.decode(payload)
    if type(claims) is not dict:
        return None
    return Envelope(data[3:16], {ALG: int(algorithm), KID: data[8:16]}, {}, payload, claims, data[end + 2 :])


def _any_layout(data: bytes) -> Envelope:
    if not data or data[0] != _TAG_18:
        raise EnvelopeError("The content is not a tagged COSE_Sign1.", code="cose-tag")
    # Tag 18 is one byte, so what follows is the item itself; any further tag (61, 18 again) fails in `cbor.decode`.
    parts = cbor.decode(data[1:])
    if type(parts) is not list or [type(part) for part in parts] != [bytes, dict, bytes, bytes]:
        raise EnvelopeError("A COSE_Sign1 has a header, a map, a payload and a signature.", code="cose-form")
    protected, unprotected, payload, signature = parts
    header, claims = cbor.decode(protected), cbor.decode(payload)
    if type(header) is not dict or type(claims) is not dict:
        raise EnvelopeError("Header and claims are maps.", code="cose-form")
    return Envelope(protected, header, unprotected, payload, claims, signature)


def to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """Return the Sig_structure that a COSE_Sign1 signature covers (RFC 9052 §4.4), without external data."""
    return b"\x84\x6aSignature1" + _bytes(protected) + b"\x40" + _bytes(payload)


def seal(header: dict[int, Any], claims: dict[Any, Any], sign: SignBytes) -> bytes:
    """Return the tagged COSE_Sign1 of `claims` under `header`, signed once by `sign`."""
    return _sealed(cbor.encode(header), cbor.encode(claims), sign)


def seal_card(key: PublicKey, claims: dict[Any, Any], sign: SignBytes) -> bytes:
    """Return the token of a card, whose `claims` have passed the schema and stand in order."""
    return _sealed(_HEADER_OF[key.algorithm] + key.kid, cbor.encode_ordered(claims), sign)


def _sealed(protected: bytes, payload: bytes, sign: SignBytes) -> bytes:
    signature = sign(to_be_signed(protected, payload))
    if len(signature) != SIGNATURE_BYTES:
        raise EnvelopeError("The signer gave no 64-byte signature.", code="cose-signature")
    return bytes((_TAG_18, 0x84)) + _bytes(protected) + b"\xa0" + _bytes(payload) + _bytes(signature)


def _bytes(content: bytes) -> bytes:
    """Return `content` as a CBOR byte string (RFC 8949 §3.1)."""
    length = len(content)
    if length < 24:
        return bytes((0x40 + length,)) + content
    if length < 1 << 8:
        return bytes((0x58, length)) + content
    return b"\x59" + length.to_bytes(2, "big") + content if length < 1 << 16 else cbor2.dumps(content)
