"""A partner city in memory, for every test that needs a card: it has real keys and really signs.

    port_sable = City.named("Port-Sable", seed="library tests")
    text = port_sable.card(full_name="Léonie Marchevert", portrait=PORTRAIT)
    card = verify(text, trust=trust_in(port_sable), lists=port_sable.lists(), now=NOW)

1. Keys come from the seed, and ES256 signs deterministically, so that the same story gives the same bytes.
2. Nothing here reads a clock: a story happens at `NOW` unless the test says otherwise.
3. `card(...)` writes what the core would write. What the core refuses to write is made in `tests.support.forging`.

The addresses end in .example and .test, which nobody can own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from citycard.core.claims import CardClaims, Identity
from citycard.core.issue import card_claims, encode
from citycard.core.keys import P256_ORDER, Algorithm, KeyState, KeyUse, PinnedKey, PublicKey
from citycard.core.status import StatusList, pack, read_status_list, write_status_list
from citycard.core.trust import Issuer, TrustStore

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
"""A Tuesday noon on which every story happens unless it says otherwise."""

ISSUED_ON = date(2026, 1, 15)
EXPIRES_ON = date(2031, 1, 14)

PARIS = ZoneInfo("Europe/Paris")
"""Where both cities are: their days end an hour or two before UTC's."""

FIRST_DAY = date(2026, 1, 1)
LAST_DAY = date(2027, 12, 31)
"""Days in which a city's keys may sign."""

PORTRAIT = (Path(__file__).parent / "portrait.webp").read_bytes()
"""A drawn face of 72x96, WebP at quality 15: as large as a photograph's on a card."""

LEONIE = Identity(
    number="4VAAV5S75SNZZ6JP",
    full_name="Léonie Marchevert",
    given_name="Léonie",
    family_name="Marchevert",
    date_of_birth="19910423",
    location="PS-04",
    country="FR",
)
"""An invented resident of Port-Sable."""

INDEX = 423
"""Her card's place in the list."""


class SigningKey:
    """A key pair made from a seed; for tests alone, since whoever reads the seed can sign."""

    def __init__(self, seed: str, algorithm: Algorithm = Algorithm.ES256) -> None:
        # (1)
        secret = hashlib.sha512(f"citycard test key: {seed}".encode()).digest()
        self.private: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
        if algorithm is Algorithm.ES256:
            self.private = ec.derive_private_key(int.from_bytes(secret) % (P256_ORDER - 1) + 1, ec.SECP256R1())
        else:
            self.private = ed25519.Ed25519PrivateKey.from_private_bytes(secret[:32])
        self.public = PublicKey.from_cryptography(self.private.public_key())

    def sign(self, message: bytes) -> bytes:
        """Return 64 bytes: r‖s with low s for ES256, or the Ed25519 signature."""
        if isinstance(self.private, ed25519.Ed25519PrivateKey):
            return self.private.sign(message)
        r, s = decode_dss_signature(self.private.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
        return r.to_bytes(32) + min(s, P256_ORDER - s).to_bytes(32)

    def pinned(self, use: KeyUse, **changes: Any) -> PinnedKey:
        """Return the public part as a city publishes it: active from `FIRST_DAY` to `LAST_DAY`."""
        return replace(PinnedKey(self.public, use, KeyState.ACTIVE, FIRST_DAY, LAST_DAY), **changes)


@dataclass(frozen=True)
class City:
    """A city that issues cards and publishes a list of those that ended."""

    name: str
    url: str
    card_key: SigningKey
    status_key: SigningKey
    card_pin: PinnedKey
    status_pin: PinnedKey
    zone: ZoneInfo = PARIS

    @classmethod
    def named(cls, name: str, *, seed: str = "", algorithm: Algorithm = Algorithm.ES256, url: str = "") -> City:
        """Return a city of this name; another seed gives the same city other keys."""
        card = SigningKey(f"{name} {seed} card", algorithm)
        status = SigningKey(f"{name} {seed} status", algorithm)
        return cls(
            name=name,
            url=url or f"https://{name.lower().replace(' ', '-')}.example",
            card_key=card,
            status_key=status,
            card_pin=card.pinned(KeyUse.CARD),
            status_pin=status.pinned(KeyUse.STATUS),
        )

    def with_card_key(self, **changes: Any) -> City:
        """Return the same city saying something else of its card key: `state`, `first_day`, `last_day`, `use`."""
        return replace(self, card_pin=replace(self.card_pin, **changes))

    def with_status_key(self, **changes: Any) -> City:
        """Return the same city saying something else of its status key."""
        return replace(self, status_pin=replace(self.status_pin, **changes))

    @property
    def status_uri(self) -> str:
        """Where its first list stands."""
        return f"{self.url}/status/1"

    @cached_property
    def issuer(self) -> Issuer:
        """The city as its partners pin it."""
        return Issuer(
            self.url, {"en": self.name, "fr": self.name}, (self.card_pin, self.status_pin), (self.status_uri,)
        )

    def claims(self, *, light: bool = False, **changes: Any) -> CardClaims:
        """Return what a card says: Léonie's, but for `changes` to her identity or to the card.

        The card's own are `identity`, `issuer`, `issued_on`, `expires_on`, `status_index` and `status_uri`.
        """
        identity = changes.pop("identity", LEONIE)
        own = set(Identity._fields) & set(changes)
        identity = identity._replace(**{name: changes.pop(name) for name in own})
        values: dict[str, Any] = {
            "issuer": self.url,
            "issued_on": ISSUED_ON,
            "expires_on": EXPIRES_ON,
            "status_index": INDEX,
            "status_uri": self.status_uri,
            "zone": self.zone,
        } | changes
        return card_claims(identity=identity.light() if light else identity, **values)

    def card(self, *, light: bool = False, signed_by: SigningKey | None = None, **changes: Any) -> str:
        """Return the text of a card's full (or light) code; `changes` as for `claims`."""
        key = signed_by or self.card_key
        return encode(self.claims(light=light, **changes), key=replace(self.card_pin, public=key.public), sign=key.sign)

    def status_list(
        self,
        statuses: Mapping[int, int] | None = None,
        *,
        signed_by: SigningKey | None = None,
        uri: str = "",
        bits: int = 2,
        size: int = 1024,
        issued_at: datetime = NOW - timedelta(hours=1),
        lifetime: timedelta = timedelta(days=21),
        ttl: int = 900,
        write: Callable[..., bytes] = write_status_list,
    ) -> bytes:
        """Return the signed list in which all are valid but `statuses` (index to 1 revoked, 2 suspended).

        `write=write_status_list_jwt` gives it in JWT form.
        """
        key = signed_by or self.status_key
        return write(
            pack(statuses or {}, bits=bits, size=size),
            uri=uri or self.status_uri,
            bits=bits,
            key=replace(self.status_pin, public=key.public),
            issued_at=int(issued_at.timestamp()),
            expires_at=int((issued_at + lifetime).timestamp()),
            ttl=ttl,
            sign=key.sign,
        )

    def lists(
        self, statuses: Mapping[int, int] | None = None, *, now: datetime = NOW, **options: Any
    ) -> dict[str, StatusList]:
        """Return its list as a partner holds it after fetching and checking it at `now`; options of `status_list`."""
        token = self.status_list(statuses, **options)
        return {self.status_uri: read_status_list(token, issuer=self.issuer, uri=self.status_uri, now=now)}


def trust_in(*cities: City) -> TrustStore:
    """Return a trust store in which these cities, and no others, are recognised."""
    return TrustStore(city.issuer for city in cities)
