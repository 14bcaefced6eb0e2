"""Which cards have ended: reading and writing a status list."""

import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from .codes import NotOfThisForm, inflate, read_token, write_token
from .keys import BadSignature, Sign

if TYPE_CHECKING:
    from .cards import City

TYPE = "application/statuslist+cwt"
MAX_TOKEN, MAX_LIST = 1_048_576, 8_388_608
KEEP = 900


class StatusList(NamedTuple):
    """A list that was found good."""

    entries: bytes
    bits: int
    signed: int
    expires: int

    def __len__(self) -> int:
        return len(self.entries) * (8 // self.bits)

    def __getitem__(self, index: int) -> int:  # type: ignore[override]
        per_byte = 8 // self.bits
        return self.entries[index // per_byte] >> (index % per_byte) * self.bits & (1 << self.bits) - 1


def read_list(data: bytes, city: "City", uri: str, now: datetime) -> StatusList | None:
    """The list in `data`, or nothing where it must be refused."""
    try:
        return _read(data, city, uri, int(now.timestamp()))
    except (NotOfThisForm, BadSignature):
        return None


def _read(data: bytes, city: "City", uri: str, now: int) -> StatusList:
    if len(data) > MAX_TOKEN:
        raise NotOfThisForm
    token = read_token(data)
    header, claims = token.header, token.claims
    if set(header) != {1, 4, 16} or header[16] != TYPE or token.unprotected or len(token.signature) != 64:
        raise NotOfThisForm
    if type(header[1]) is not int or type(header[4]) is not bytes:
        raise NotOfThisForm
    key = city.key(header[4], "status")
    if key is None or key.state == "compromised":
        raise NotOfThisForm
    key.check(token.signed, token.signature, header[1])
    if set(claims) != {2, 4, 6, 65533, 65534} or claims[2] != uri or uri not in city.status_lists:
        raise NotOfThisForm
    if any(type(claims[each]) is not int or not 0 <= claims[each] <= 253_402_300_799 for each in (4, 6, 65534)):
        raise NotOfThisForm
    body = claims[65533]
    if type(body) is not dict or set(body) != {"lst", "bits"} or type(body["lst"]) is not bytes:
        raise NotOfThisForm
    if not key.first <= datetime.fromtimestamp(claims[6], UTC).date() <= key.last:
        raise NotOfThisForm
    if type(body["bits"]) is not int or body["bits"] not in (1, 2, 4, 8):
        raise NotOfThisForm
    entries = inflate(body["lst"], at_most=MAX_LIST)
    if now >= claims[4] or claims[6] > now + 86_400:
        raise NotOfThisForm
    return StatusList(entries, body["bits"], claims[6], claims[4])


def follows(new: StatusList, old: StatusList) -> bool:
    """Whether `new` may take the place of `old`."""
    if new.bits != old.bits or new.signed < old.signed or len(new) < len(old):
        return False
    return all(new[index] == 1 for index in range(len(old)) if old[index] == 1)


def write_list(
    entries: Mapping[int, int] | Iterable[tuple[int, int]],
    *,
    size: int,
    uri: str,
    kid: bytes,
    sign: Sign,
    now: datetime,
    lasts: int,
) -> bytes:
    """A signed list of two bits an entry, in which all are valid but `entries`."""
    table = bytearray(size // 4)
    for index, entry in dict(entries).items():
        table[index // 4] |= entry << index % 4 * 2
    signed = int(now.timestamp())
    claims = {
        **{2: uri, 4: signed + lasts, 6: signed, 65534: KEEP},
        65533: {"bits": 2, "lst": zlib.compress(bytes(table), 9)},
    }
    return write_token({1: -7, 4: kid, 16: TYPE}, claims, sign)
