"""Which cards have ended: a Token Status List in CWT form (draft-ietf-oauth-status-list). `status_jwt` is the JWT form.

Writing, by the city: `bits` per card, least significant first; 0 valid, 1 revoked, 2 suspended. The list has a fixed
size, so that it tells nobody how many cards there are.

Reading, by anybody, in this order:

1. Not larger than `MAX_TOKEN` bytes; a COSE_Sign1 whose protected header is exactly algorithm, key and the type
   `application/statuslist+cwt`.
2. Signed by a key that this city uses for status lists, not compromised, in use on the day of signing.
3. Exactly the claims of a list. `sub` is the address it was asked from, so that a list cannot stand in for another.
4. The list inflates to at most `MAX_LIST` bytes; its entries are 1, 2, 4 or 8 bits wide.
5. It has not expired, so that an old list cannot be served for ever; nor is it dated more than `AHEAD` in the future,
   or a city whose clock was once wrong could publish nothing newer until that day.
6. `StatusList.succeeds`: never older than the list held before, never smaller, nothing revoked turning valid.

A list that is merely old is still a list; how old is too old is decided where a card is checked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any, Protocol

from citycard.core import cbor, cose
from citycard.core.claims import MAX_TIME
from citycard.core.compression import CompressionError, deflate, inflate
from citycard.core.cose import SignedClaims
from citycard.core.errors import KeyRefused, ListRefused
from citycard.core.keys import KeyState, KeyUse, PinnedKey, PublicKey
from citycard.core.trust import Issuer

TYPE = "application/statuslist+cwt"
SUB, EXP, IAT, TTL, STATUS_LIST = 2, 4, 6, 65534, 65533
"""Claim numbers: RFC 8392 §4 and draft-ietf-oauth-status-list §5.2."""

MAX_TOKEN = 1 << 20
"""Largest list as published, 1 MiB: ten million cards with 2 % revoked are 319 kB (measured)."""

MAX_LIST = 8 << 20
"""Largest list inflated, 8 MiB: 2^25 cards at 2 bits, more than any city has residents."""

AHEAD = timedelta(days=1)
"""How far a list's date may lie ahead of our clock: clocks of small offices are off by minutes, or by a time zone."""

DEFAULT_SIZE = 1 << 17
"""Cards per list: 3.3 kB with 2 % revoked, and one size for every city says nothing about any."""


class CardStatus(IntEnum):
    """What a list says of a card (draft §7)."""

    VALID = 0
    REVOKED = 1
    SUSPENDED = 2


@dataclass(frozen=True)
class StatusList:
    """A list whose signature has been checked; `statuses` is the inflated array."""

    issuer: str
    uri: str
    bits: int
    statuses: bytes
    issued_at: datetime
    expires_at: datetime
    ttl: timedelta

    @property
    def size(self) -> int:
        """How many cards the list has room for."""
        return len(self.statuses) * 8 // self.bits

    def __getitem__(self, index: int) -> int:
        """Return the status number at `index`; raise `IndexError` outside the list."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        per_byte = 8 // self.bits
        return self.statuses[index // per_byte] >> (index % per_byte * self.bits) & ((1 << self.bits) - 1)

    def age(self, now: datetime) -> timedelta:
        """Return how long ago the list was signed; a list from a clock ahead of ours counts as new."""
        return max(now - self.issued_at, timedelta(0))

    def succeeds(self, previous: "StatusList") -> None:
        """Return if this list may take the place of `previous` (rule 6); raise `ListRefused` if not."""
        if (self.issuer, self.uri, self.bits) != (previous.issuer, previous.uri, previous.bits):
            raise ListRefused("This is another list.", code="list-other")
        if self.issued_at < previous.issued_at:
            raise ListRefused("This list is older than the one held.", code="list-rollback")
        if self.size < previous.size:
            raise ListRefused("This list is smaller than the one held.", code="list-shrinks")
        # Ones at the place of REVOKED (low bit of an entry, high bits clear) must stay. Big integers compare a list
        # of 2^25 cards in milliseconds, where a loop would take half a minute.
        before, after = (_revoked(each) for each in (previous, self))
        if before & ~after:
            raise ListRefused("A card that was ended is valid again in this list.", code="list-unrevokes")


def _revoked(held: StatusList) -> int:
    """Return a number with the lowest bit of each entry set where the entry is exactly REVOKED."""
    whole = int.from_bytes(held.statuses, "little")
    low = int.from_bytes(bytes([sum(1 << place for place in range(0, 8, held.bits))]) * len(held.statuses), "little")
    only_low = whole & low
    for place in range(1, held.bits):
        only_low &= ~(whole >> place)
    return only_low


StatusLists = Mapping[str, StatusList]
"""The lists held, by their address."""


def pack(statuses: Mapping[int, int], *, bits: int, size: int) -> bytes:
    """Return the array of `size` entries, zero but where `statuses` (index to number) says otherwise."""
    if bits not in (1, 2, 4, 8):
        raise ListRefused("Entries are 1, 2, 4 or 8 bits wide.", code="list-bits")
    per_byte = 8 // bits
    array = bytearray(-(-size // per_byte))
    for index, status in statuses.items():
        if not 0 <= index < size or not 0 <= status < 1 << bits:
            raise ListRefused("A status does not fit the list.", code="list-index")
        array[index // per_byte] |= status << (index % per_byte * bits)
    return bytes(array)


def write_status_list(
    statuses: bytes,
    *,
    uri: str,
    bits: int,
    key: PinnedKey,
    issued_at: int,
    expires_at: int,
    ttl: int,
    sign: cose.SignBytes,
) -> bytes:
    """Return the signed list; times in seconds since 1970 UTC, `ttl` in seconds."""
    return cose.seal(
        {cose.ALG: int(key.public.algorithm), cose.KID: key.kid, cose.TYP: TYPE},
        {
            SUB: uri,
            IAT: issued_at,
            EXP: expires_at,
            TTL: ttl,
            STATUS_LIST: {"bits": bits, "lst": deflate(statuses)},
        },
        sign,
    )


def read_status_list(token: bytes, *, issuer: Issuer, uri: str, now: datetime | None) -> StatusList:
    """Return the list in `token` that `issuer` publishes at `uri`; raise `ListRefused` by rules 1 to 5.

    Without `now` rule 5 is left out: for reading again what a list said that is held and has expired since.
    """
    # (1)
    if len(token) > MAX_TOKEN:
        raise ListRefused("The list is larger than any city needs.", code="list-large")
    try:
        envelope = cose.parse(token)
    except (cose.EnvelopeError, cbor.CborError):
        raise ListRefused("This is not a signed list.", code="list-form") from None
    if envelope.header.get(cose.TYP) != TYPE or not envelope.header_is(cose.ALG, cose.KID, cose.TYP):
        raise ListRefused("This is not a signed status list.", code="list-form")
    return read_claims(envelope, issuer=issuer, uri=uri, now=now)


class Signed(Protocol):
    """What both forms of a list are once their header was looked at: signed claims, and a hint by whom."""

    @property
    def kid(self) -> bytes:
        """The name of the key."""

    def open(self, key: PublicKey) -> SignedClaims:
        """Return the claims if `key` signed them."""


def read_claims(signed: Signed, *, issuer: Issuer, uri: str, now: datetime | None) -> StatusList:
    """Return the list in `signed`, by rules 2 to 5, which are those of both forms."""
    # (2)
    key = issuer.key(signed.kid, KeyUse.STATUS)
    if key is None:
        raise ListRefused("The list is signed by a key that this city does not use for lists.", code="list-key")
    if key.state is KeyState.COMPROMISED:
        raise ListRefused("The list is signed by a compromised key.", code="list-key")
    try:
        claims = signed.open(key.public)
    except KeyRefused:
        raise ListRefused("The signature of the list is not good.", code="list-signature") from None
    # (3)
    if set(claims) != {SUB, EXP, IAT, TTL, STATUS_LIST} or claims[SUB] != uri or uri not in issuer.status_lists:
        raise ListRefused("This is another list than was asked for.", code="list-claims")
    issued_at, expires_at, ttl = (_seconds(claims[name]) for name in (IAT, EXP, TTL))
    if not key.first_day <= datetime.fromtimestamp(issued_at, UTC).date() <= key.last_day:
        raise ListRefused("The list was signed outside its key's days.", code="list-key")
    # (4)
    bits, array = _array(claims[STATUS_LIST])
    # (5)
    if now is not None and now.timestamp() >= expires_at:
        raise ListRefused("The list has expired.", code="list-expired")
    if now is not None and issued_at > (now + AHEAD).timestamp():
        raise ListRefused("The list is dated in the future.", code="list-future")
    return StatusList(
        issuer=issuer.url,
        uri=uri,
        bits=bits,
        statuses=array,
        issued_at=datetime.fromtimestamp(issued_at, UTC),
        expires_at=datetime.fromtimestamp(expires_at, UTC),
        ttl=timedelta(seconds=ttl),
    )


def _array(inner: Any) -> tuple[int, bytes]:
    if type(inner) is not dict or set(inner) != {"bits", "lst"} or type(inner["lst"]) is not bytes:
        raise ListRefused("The list has not the members of a list.", code="list-claims")
    bits = inner["bits"]
    if type(bits) is not int or bits not in (1, 2, 4, 8):
        raise ListRefused("Entries are 1, 2, 4 or 8 bits wide.", code="list-bits")
    try:
        return bits, inflate(inner["lst"], cap=MAX_LIST)
    except CompressionError:
        raise ListRefused("The list does not inflate to a list.", code="list-zlib") from None


def _seconds(value: Any) -> int:
    if type(value) is int and 0 <= value <= MAX_TIME:
        return value
    raise ListRefused("A time of the list is no time.", code="list-claims")
