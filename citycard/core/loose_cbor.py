"""CBOR as anybody wrote it, read with patience and with notes: for explaining a code, never for believing one.

`cbor.decode` answers yes or no. Whoever looks for the mistake in a writer of their own needs the place and the reason:

1. Every well-formed item is read, tags, floats and indefinite lengths too, and nothing is turned into an object.
2. What a card's one form forbids is noted with its offset: a head longer than needed, an indefinite length, a key twice
   or out of order, a tag, a float, a simple value, a text that is no UTF-8, something after the end.
3. What is not well-formed raises `LooseCborError` with its offset.
4. No deeper than `MAX_DEPTH`, no more than `MAX_ITEMS` items, no more than `MAX_NOTES` notes: hostile input costs
   little, and a reader of the report has seen enough.
"""

import struct
from dataclasses import dataclass, field
from typing import Any

from citycard.core.errors import CitycardError

MAX_DEPTH = 32
"""Four times what a card may nest, so that a code of another make is shown rather than refused."""

MAX_ITEMS = 10_000
"""A card has about forty items. A token of 64 KiB can hold 64,000, all of them worthless to a reader of the report."""

MAX_NOTES = 20
"""Notes beyond these are counted, not kept."""


class LooseCborError(CitycardError):
    """The bytes are not well-formed CBOR; the sentence says where."""

    code = "cbor-form"


@dataclass(frozen=True, repr=False)
class Tagged:
    """An item under a tag."""

    tag: int
    item: Any


@dataclass(frozen=True)
class Simple:
    """A simple value that is none of true, false, null: undefined (23), or one without a meaning."""

    number: int


class Pairs(list[tuple[Any, Any]]):
    """A map as it stands: pairs in order, keys of any type, perhaps twice."""

    def get(self, key: int | str) -> Any:
        """Return the first value under `key`, or None."""
        for each, value in self:
            if type(each) is type(key) and each == key:
                return value
        return None

    def has(self, key: int | str) -> bool:
        """Whether there is a value under `key`."""
        return any(type(each) is type(key) and each == key for each, _ in self)


@dataclass(repr=False)
class Loosely:
    """What was read, and what a strict reader holds against it."""

    item: Any
    notes: list[str] = field(default_factory=list)
    more: int = 0
    """Notes that were not kept (4)."""


def read(data: bytes) -> Loosely:
    """Return the first item in `data` with notes (1, 2); raise `LooseCborError` (3)."""
    reader = _Reader(data)
    found = Loosely(reader.item(0))
    if reader.at < len(data):
        reader.note(reader.at, f"{len(data) - reader.at} bytes follow the item")
    found.notes, found.more = reader.notes, reader.more
    return found


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at, self.items = data, 0, 0
        self.notes: list[str] = []
        self.more = 0

    def note(self, at: int, what: str) -> None:
        # (4)
        if len(self.notes) < MAX_NOTES:
            self.notes.append(f"byte {at}: {what}")
        else:
            self.more += 1

    def fail(self, at: int, what: str) -> LooseCborError:
        return LooseCborError(f"At byte {at}: {what}.")

    def take(self, count: int) -> bytes:
        # A declared length of 2^63 costs nothing: it is compared, not reserved.
        if count > len(self.data) - self.at:
            raise self.fail(self.at, f"{count} bytes are announced and {len(self.data) - self.at} are left")
        self.at += count
        return self.data[self.at - count : self.at]

    def head(self) -> tuple[int, int, int | None]:
        """Return major type, the five bits of size, and the number (None for an indefinite length)."""
        start = self.at
        major, size = divmod(self.take(1)[0], 32)
        if size < 24:
            return major, size, size
        if size < 28:
            number = int.from_bytes(self.take(1 << (size - 24)), "big")
            least = (24, 1 << 8, 1 << 16, 1 << 32)[size - 24]
            if major < 7 and number < least:
                self.note(start, "a number or length takes more bytes than it needs")
            return major, size, number
        if size == 31 and major in (2, 3, 4, 5):
            self.note(start, "an indefinite length")
            return major, size, None
        raise self.fail(start, "an initial byte that CBOR does not define")

    def item(self, depth: int) -> Any:
        start = self.at
        self.items += 1
        if self.items > MAX_ITEMS or depth > MAX_DEPTH:
            raise self.fail(start, f"more than {MAX_ITEMS} items or {MAX_DEPTH} levels; not read further")
        major, size, number = self.head()
        if major == 7:
            return self.simple(start, size, number or 0)
        if number is None:
            return self.endless(major, depth)
        match major:
            case 0:
                return number
            case 1:
                return -1 - number
            case 2:
                return self.take(number)
            case 3:
                return self.text(start, self.take(number))
            case 4:
                return [self.item(depth + 1) for _ in range(number)]
            case 5:
                return self.pairs(number, depth)
        self.note(start, f"tag {number}")
        return Tagged(number, self.item(depth + 1))

    def text(self, start: int, content: bytes) -> str:
        try:
            return content.decode()
        except UnicodeDecodeError:
            self.note(start, "a text that is not UTF-8")
            return content.decode(errors="replace")

    def simple(self, start: int, size: int, number: int) -> Any:
        if size < 24 and number in (20, 21, 22):
            return {20: False, 21: True, 22: None}[number]
        if size in (25, 26, 27):
            self.note(start, "a float")
            return struct.unpack({25: ">e", 26: ">f", 27: ">d"}[size], self.data[start + 1 : self.at])[0]
        self.note(start, "undefined" if number == 23 else f"simple value {number}")
        return Simple(number)

    def ended(self) -> bool:
        if self.data[self.at : self.at + 1] == b"\xff":
            self.at += 1
            return True
        return False

    def endless(self, major: int, depth: int) -> Any:
        start, items = self.at, []
        if major == 5:
            pairs = Pairs()
            while not self.ended():
                pairs.append((self.item(depth + 1), self.item(depth + 1)))
            return pairs
        while not self.ended():
            items.append(self.item(depth + 1))
        if major == 4:
            return items
        kind = bytes if major == 2 else str
        if any(type(each) is not kind for each in items):
            raise self.fail(start, "a string in pieces of another type")
        return b"".join(items) if major == 2 else "".join(items)

    def pairs(self, count: int, depth: int) -> Pairs:
        pairs, seen, before = Pairs(), set(), b""
        for _ in range(count):
            start = self.at
            key = self.item(depth + 1)
            if type(key) not in (int, str):
                self.note(start, "a key that is neither a number nor a text")
            spelt = self.data[start : self.at]
            if spelt in seen:
                self.note(start, "a key that stood in this map before")
            elif spelt < before:
                self.note(start, "a key out of order")
            seen.add(spelt)
            before = max(before, spelt)
            pairs.append((key, self.item(depth + 1)))
        return pairs
