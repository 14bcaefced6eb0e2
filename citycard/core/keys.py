"""Public keys of cities: what they are, what they are for, and which are refused before anybody trusts them.

1. A key is P-256 for ES256 or Ed25519 for EdDSA; nothing else is a card key (RFC 9053 §2.1, §2.2; RFC 9864).
2. A key is named by the first 8 bytes of its COSE key thumbprint (RFC 9679, SHA-256). The name is a hint for looking
   it up among pinned keys, never a reason to trust it.
3. A key that anybody can sign for is refused on sight: points off the curve, coordinates that are not reduced, and
   what `weak_keys` lists (small-order Ed25519 points, private numbers that people try first).
4. A JWK that holds a private part is refused: somebody pasted the wrong file, and it must not be stored.
5. A good ES256 signature is 64 bytes r‖s with 0 < r < n and 0 < s ≤ n/2. Low s is demanded because (r, n-s) verifies
   too, and one card should have one form.
6. In a good Ed25519 signature R is not of small order. RFC 8032 lets such an R pass, WebCrypto's text does not, and
   browsers differ; no signer that follows RFC 8032 makes one, and two readers must not disagree about a card.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import Any

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from citycard.core.errors import KeyRefused
from citycard.core.weak_keys import ED25519_P, has_small_order, is_guessable

KID_BYTES = 8
"""64 bits: enough that two cities never share one by accident, short enough for a code (card profile)."""

SIGNATURE_BYTES = 64
"""Both algorithms sign in 64 bytes (RFC 9053 §2.1 for P-256, RFC 8032 §5.1.6)."""

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""n of P-256 (SEC 2 §2.4.2)."""

_P256_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
"""p of P-256; a coordinate at or above it is a second spelling of a smaller one."""

_ED25519_D = -121665 * pow(121666, -1, ED25519_P) % ED25519_P
"""d of the curve (RFC 8032 §5.1)."""


class Algorithm(IntEnum):
    """COSE algorithm numbers that a card may carry."""

    ES256 = -7
    EDDSA = -8
    ED25519 = -19


class KeyUse(StrEnum):
    """What a key may sign. One key, one use."""

    CARD = "card"
    STATUS = "status"
    BUNDLE = "bundle"


class KeyState(StrEnum):
    """Where a key is in its life (trust.md)."""

    STANDBY = "standby"
    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"


class SignatureMismatch(KeyRefused):
    """A signature does not fit the message under this key."""

    code = "signature-mismatch"


@dataclass(frozen=True)
class PublicKey:
    """A public key: `curve` is "P-256" (with `x` and `y`) or "Ed25519" (`x` alone, `y` empty), 32 bytes each.

    Making one runs rules 1 and 3; a `PublicKey` that exists is one that may be pinned.
    """

    curve: str
    x: bytes
    y: bytes = b""

    def __post_init__(self) -> None:
        # (1) and (3)
        if self.curve == "P-256":
            if len(self.x) != 32 or len(self.y) != 32:
                raise KeyRefused("A P-256 key has two coordinates of 32 bytes.", code="key-form")
            if int.from_bytes(self.x, "big") >= _P256_P or int.from_bytes(self.y, "big") >= _P256_P:
                raise KeyRefused("This P-256 key is not written in reduced form.", code="key-weak")
        elif self.curve == "Ed25519":
            if len(self.x) != 32 or self.y:
                raise KeyRefused("An Ed25519 key is 32 bytes.", code="key-form")
            y = int.from_bytes(self.x, "little") & (2**255 - 1)
            if y >= ED25519_P:
                raise KeyRefused("This Ed25519 key is not written in reduced form.", code="key-weak")
            if has_small_order(self.x):
                raise KeyRefused("This Ed25519 key has small order: anybody can sign for it.", code="key-weak")
            # `cryptography` takes any 32 bytes. y belongs to a point when x² = (y² - 1) / (d y² + 1) has a root, which
            # Euler's criterion tells of the product of the two.
            square = (y * y - 1) * (_ED25519_D * y * y + 1)
            if pow(square, (ED25519_P - 1) // 2, ED25519_P) != 1:
                raise KeyRefused("This key is no point of its curve.", code="key-weak")
        else:
            raise KeyRefused("Only P-256 and Ed25519 keys sign cards.", code="key-kind")
        if is_guessable(self.curve, self.x):
            raise KeyRefused("The private half of this key is a number that anybody tries first.", code="key-weak")
        _ = self._handle

    @cached_property
    def _handle(self) -> ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey:
        """The same key as `cryptography` knows it, imported once: importing on every check would double its cost."""
        try:
            if self.curve == "P-256":
                numbers = ec.EllipticCurvePublicNumbers(
                    int.from_bytes(self.x, "big"), int.from_bytes(self.y, "big"), ec.SECP256R1()
                )
                return numbers.public_key()
            return ed25519.Ed25519PublicKey.from_public_bytes(self.x)
        except ValueError:
            raise KeyRefused("This key is no point of its curve.", code="key-weak") from None

    @classmethod
    def from_cryptography(cls, key: object) -> "PublicKey":
        """Return the `PublicKey` for a public key object of `cryptography`."""
        if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
            numbers = key.public_numbers()
            return cls("P-256", numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big"))
        if isinstance(key, ed25519.Ed25519PublicKey):
            raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
            return cls("Ed25519", raw)
        raise KeyRefused("Only P-256 and Ed25519 keys sign cards.", code="key-kind")

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any]) -> "PublicKey":
        """Return the key in `jwk` (RFC 7517, RFC 7518 §6.2, RFC 8037 §2); further members are the caller's to read."""
        # (4)
        if any(member in jwk for member in ("d", "k", "p", "q", "dp", "dq", "qi")):
            raise KeyRefused("This is a private key. Keep it secret and give its public part.", code="key-private")
        match jwk.get("kty"), jwk.get("crv"):
            case "EC", "P-256":
                return cls("P-256", _coordinate(jwk.get("x")), _coordinate(jwk.get("y")))
            case "OKP", "Ed25519":
                return cls("Ed25519", _coordinate(jwk.get("x")))
        raise KeyRefused("Only P-256 and Ed25519 keys sign cards.", code="key-kind")

    def to_jwk(self) -> dict[str, str]:
        """Return the public JWK of this key: `kty`, `crv`, `x` and for P-256 `y`."""
        if self.curve == "P-256":
            return {"kty": "EC", "crv": "P-256", "x": _base64url(self.x), "y": _base64url(self.y)}
        return {"kty": "OKP", "crv": "Ed25519", "x": _base64url(self.x)}

    def to_cryptography(self) -> ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey:
        """Return this key as `cryptography` knows it."""
        return self._handle

    @cached_property
    def thumbprint(self) -> bytes:
        """The COSE key thumbprint: SHA-256 of the required members in deterministic CBOR, 32 bytes (RFC 9679 §3)."""
        if self.curve == "P-256":
            members: dict[int, int | bytes] = {1: 2, -1: 1, -2: self.x, -3: self.y}
        else:
            members = {1: 1, -1: 6, -2: self.x}
        return hashlib.sha256(cbor2.dumps(members)).digest()

    @property
    def kid(self) -> bytes:
        """The name of the key in codes: the first 8 bytes of its thumbprint (2)."""
        return self.thumbprint[:KID_BYTES]

    @property
    def algorithm(self) -> Algorithm:
        """The algorithm that this key signs cards with."""
        return Algorithm.ES256 if self.curve == "P-256" else Algorithm.EDDSA

    def check(self, message: bytes, signature: bytes, algorithm: int) -> None:
        """Return if the 64-byte `signature` is good for `message`; raise `SignatureMismatch` if not."""
        handle = self._handle
        try:
            if isinstance(handle, ec.EllipticCurvePublicKey):
                if algorithm != Algorithm.ES256:
                    raise SignatureMismatch("The algorithm is not this key's.", code="algorithm-mismatch")
                handle.verify(es256_to_der(signature), message, _SHA256_ECDSA)
            else:
                if algorithm not in (Algorithm.EDDSA, Algorithm.ED25519):
                    raise SignatureMismatch("The algorithm is not this key's.", code="algorithm-mismatch")
                # (6) The length is the library's to check: one that is not 64 fails there.
                if has_small_order(signature[:32]):
                    raise SignatureMismatch("The signature's point has small order.")
                handle.verify(signature, message)
        except InvalidSignature:
            raise SignatureMismatch("The signature is not good.") from None


_SHA256_ECDSA = ec.ECDSA(hashes.SHA256())


def es256_to_der(signature: bytes) -> bytes:
    """Return the DER form of the 64-byte ES256 `signature`, having checked rule 5; raise `SignatureMismatch` if not."""
    # (5)
    if len(signature) != SIGNATURE_BYTES:
        raise SignatureMismatch("A signature has 64 bytes.", code="signature-length")
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not (0 < r < P256_ORDER and 0 < s <= P256_ORDER // 2):
        raise SignatureMismatch("The signature's numbers are out of range.", code="signature-range")
    return encode_dss_signature(r, s)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _coordinate(value: object) -> bytes:
    """Return the 32 bytes of a JWK coordinate; the one spelling only, or two files could hold the same key."""
    if isinstance(value, str) and len(value) == 43:
        try:
            data = base64.b64decode(value + "=", altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            data = b""
        if len(data) == 32 and _base64url(data) == value:
            return data
    raise KeyRefused("A coordinate of this key is not 32 bytes in base64url.", code="key-form")


@dataclass(frozen=True)
class PinnedKey:
    """A public key with what its city says about it: use, state, and the whole UTC days in which it may sign."""

    public: PublicKey
    use: KeyUse
    state: KeyState
    first_day: date
    last_day: date

    def __post_init__(self) -> None:
        if self.first_day > self.last_day:
            raise KeyRefused("The key's last day is before its first.", code="key-window")

    @property
    def kid(self) -> bytes:
        """The key's name in codes."""
        return self.public.kid

    def to_json(self) -> dict[str, str]:
        """Return the JWK with `kid`, `alg`, `use`, `first_day`, `last_day` and `state`."""
        return {
            **self.public.to_jwk(),
            "kid": self.kid.hex(),
            "alg": "ES256" if self.public.curve == "P-256" else "EdDSA",
            "use": self.use.value,
            "first_day": self.first_day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "state": self.state.value,
        }

    @classmethod
    def from_json(cls, jwk: Mapping[str, Any]) -> "PinnedKey":
        """Return the key that `to_json` wrote; raise `KeyRefused` for any member that is missing, wrong or unknown."""
        public = PublicKey.from_jwk(jwk)
        try:
            key = cls(
                public,
                KeyUse(str(jwk.get("use"))),
                KeyState(str(jwk.get("state"))),
                _day(jwk.get("first_day")),
                _day(jwk.get("last_day")),
            )
        except ValueError:
            raise KeyRefused("The key's use, state or days cannot be read.", code="key-form") from None
        if key.to_json() != dict(jwk):
            raise KeyRefused("The key's name or algorithm is not its own, or a member is unknown.", code="key-form")
        return key


def _day(value: object) -> date:
    # fromisoformat also reads "20260101" and "2026-W01-1"; one spelling is enough.
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return date.fromisoformat(value)
    raise ValueError("not a day")
