"""Keys as the statement writes them, and signatures as cards carry them."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from .codes import write_item

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
FIELD = 2**255 - 19
SMALL_Y = {
    0,
    1,
    FIELD - 1,
    int.from_bytes(bytes.fromhex("05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826"), "little"),
    int.from_bytes(bytes.fromhex("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7"), "little"),
}
MEMBERS = {"kty", "crv", "x", "y", "kid", "alg", "use", "first_day", "last_day", "state"}


class BadKey(Exception):
    """A key that must not be pinned."""


class BadSignature(Exception):
    """A signature that is not good."""


class Key:
    """A city's public key, and what the city says of it."""

    def __init__(self, jwk: Mapping[str, Any]) -> None:
        """Read a member of `keys`; raise `BadKey`."""
        if set(jwk) & {"d", "k", "p", "q", "dp", "dq", "qi"}:
            raise BadKey("private-key")
        kind = jwk.get("kty"), jwk.get("crv")
        expected = MEMBERS if kind == ("EC", "P-256") else MEMBERS - {"y"}
        if kind not in (("EC", "P-256"), ("OKP", "Ed25519")):
            raise BadKey("key-kind")
        if set(jwk) != expected or not all(isinstance(value, str) for value in jwk.values()):
            raise BadKey("key-form")
        x = _bytes(jwk["x"])
        self.public: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
        try:
            if kind == ("EC", "P-256"):
                y = _bytes(jwk["y"])
                self._cose: dict[int, Any] = {1: 2, -1: 1, -2: x, -3: y}
                self.public = ec.EllipticCurvePublicNumbers(
                    int.from_bytes(x, "big"), int.from_bytes(y, "big"), ec.SECP256R1()
                ).public_key()
            else:
                self._cose = {1: 1, -1: 6, -2: x}
                self.public = ed25519.Ed25519PublicKey.from_public_bytes(x)
        except ValueError:
            raise BadKey("weak-key") from None
        self.kid = thumbprint(self._cose)[:8]
        self.use, self.state = jwk["use"], jwk["state"]
        self.first, self.last = date.fromisoformat(jwk["first_day"]), date.fromisoformat(jwk["last_day"])
        alg = "ES256" if kind[0] == "EC" else "EdDSA"
        if jwk["kid"] != self.kid.hex() or jwk["alg"] != alg or self.use not in ("card", "status", "bundle"):
            raise BadKey("key-form")
        if self.state not in ("standby", "active", "retired", "compromised"):
            raise BadKey("key-form")
        if self.is_weak:
            raise BadKey("weak-key")
        if self.first > self.last:
            raise BadKey("key-window")

    @property
    def thumbprint(self) -> bytes:
        """Names the key wherever it stands."""
        return thumbprint(self._cose)

    @property
    def is_weak(self) -> bool:
        """Whether anybody could sign for it; of guessable ones, those of P-256 that docs/card-format.md counts up."""
        if isinstance(self.public, ed25519.Ed25519PublicKey):
            y = int.from_bytes(self._cose[-2], "little") % 2**255
            return y >= FIELD or y in SMALL_Y
        return int.from_bytes(self._cose[-2], "big") in _GUESSABLE

    def check(self, message: bytes, signature: bytes, algorithm: int) -> None:
        """Return if `signature` is good; raise `BadSignature`."""
        try:
            if isinstance(self.public, ec.EllipticCurvePublicKey):
                r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
                if algorithm != -7 or not (0 < r < ORDER and 0 < s <= ORDER // 2):
                    raise BadSignature
                self.public.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
                return
            if algorithm not in (-8, -19) or int.from_bytes(signature[:32], "little") % 2**255 % FIELD in SMALL_Y:
                raise BadSignature
            self.public.verify(signature, message)
        except InvalidSignature:
            raise BadSignature from None


class Pair:
    """A P-256 pair of our own, in memory."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())

    def sign(self, message: bytes) -> bytes:
        """64 bytes, with the smaller s."""
        r, s = decode_dss_signature(self._private.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
        return r.to_bytes(32, "big") + min(s, ORDER - s).to_bytes(32, "big")

    @property
    def thumbprint(self) -> bytes:
        """Names it in marks of compromise."""
        x, y = self._coordinates
        return thumbprint({1: 2, -1: 1, -2: x, -3: y})

    @property
    def kid(self) -> bytes:
        """Its name in headers."""
        return self.thumbprint[:8]

    def jwk(self, *, use: str, first: date, last: date, state: str = "active") -> dict[str, str]:
        """What the statement says of it."""
        x, y = self._coordinates
        return {
            **{"kty": "EC", "crv": "P-256", "x": base64url(x), "y": base64url(y)},
            **{"kid": self.kid.hex(), "alg": "ES256", "use": use, "state": state},
            **{"first_day": first.isoformat(), "last_day": last.isoformat()},
        }

    @property
    def _coordinates(self) -> tuple[bytes, bytes]:
        numbers = self._private.public_key().public_numbers()
        return numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")


Sign = Callable[[bytes], bytes]


def thumbprint(cose_key: Mapping[int, Any]) -> bytes:
    """RFC 9679, SHA-256."""
    return hashlib.sha256(write_item(dict(cose_key))).digest()


def base64url(data: bytes) -> str:
    """Without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(data) != 32 or base64url(data) != text:
        raise BadKey("key-form")
    return data


_GUESSABLE = {ec.derive_private_key(number, ec.SECP256R1()).public_key().public_numbers().x for number in range(1, 17)}
