"""Bytes written out for people: each CBOR head on a line of its own, with its offset, its level and what it means.

    0014  01 78 1a                                           1 issuer: text of 26 bytes
    0017    68 74 74 70 73 3a 2f 2f 70 6f 72 74 2d 73 61 62  "https://port-sab"

1. A key stands on one line with its value, or with the head of its value where the row would be too long.
2. A string is cut into rows of 16 bytes, a text never inside a character.
3. Bytes that hold CBOR are opened where `Words.inside` says so, and left out where `Words.elsewhere` does.

For items in the one form of a card alone: nothing here looks for mistakes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

ROW = 16
_INSIDE_WIDTH = 62
"""Columns for level and bytes: 16 bytes at the fifth level."""

Path = tuple[int | str, ...]
"""Where an item stands: the keys and places that lead to it."""


@dataclass(frozen=True)
class Words:
    """What the items of a token are called, by their place."""

    labels: Mapping[Path, str]
    meanings: Mapping[tuple[Path, int], str] = field(default_factory=dict)
    """What a number stands for."""
    inside: frozenset[Path] = frozenset()
    """Byte strings that hold CBOR."""
    elsewhere: Mapping[Path, str] = field(default_factory=dict)
    """Byte strings that are shown elsewhere, and where."""
    halves: Mapping[Path, tuple[str, str]] = field(default_factory=dict)
    """Signatures: the names of their two halves of 32 bytes."""


@dataclass(frozen=True)
class _Head:
    kind: int
    value: int
    size: int


def annotated(data: bytes, words: Words) -> str:
    """Return the rows for the one item in `data`."""
    return "\n".join(row.rstrip() for row in _rows(data, words))


def hex_rows(data: bytes) -> str:
    """Return `data` in rows of 32 bytes, without a word."""
    return "\n".join(data[start : start + 32].hex(" ") for start in range(0, len(data), 32))


def _rows(data: bytes, words: Words) -> Iterator[str]:
    for offset, length, level, text in _item(data, 0, 0, (), b"", words):
        shown = "  " * level + data[offset : offset + length].hex(" ")
        yield f"{offset:04x}  {shown:<{_INSIDE_WIDTH}}{text}"


_Row = tuple[int, int, int, str]


def _item(data: bytes, at: int, level: int, path: Path, key: bytes, words: Words) -> Iterator[_Row]:
    """Give the rows of the item at `at`, whose key (already read) stands right before it (1)."""
    head = _head(data, at)
    begin, end = at - len(key), at + head.size
    label = words.labels.get(path, "")
    name = f"{_shown(key)} {label}".strip() if key else label
    before = f"{name}: " if name else ""
    size = end - begin
    match head.kind:
        case 0 | 1:
            number = head.value if head.kind == 0 else -1 - head.value
            meaning = words.meanings.get((path, number), "")
            yield begin, size, level, f"{before}{number}{', ' if meaning else ''}{meaning}"
        case 2 | 3:
            # (2) and (3)
            content = data[end : end + head.value]
            if path in words.elsewhere:
                yield begin, size, level, f"{before}{head.value} bytes, {words.elsewhere[path]}"
            elif path in words.inside:
                yield begin, size, level, f"{before}{head.value} bytes, which hold"
                yield from _item(data, end, level + 1, (*path, "in"), b"", words)
            elif head.kind == 3 and size + head.value <= ROW:
                yield begin, size + head.value, level, f'{before}"{content.decode()}"'
            elif size + head.value <= ROW:
                yield begin, size + head.value, level, f"{before}{head.value} bytes"
            else:
                yield begin, size, level, f"{before}{'text of ' if head.kind == 3 else ''}{head.value} bytes"
                yield from _content(content, end, level + 1, head.kind == 3, words.halves.get(path, ()))
        case 4:
            yield begin, size, level, f"{before}list of {head.value}"
            here = end
            for place in range(head.value):
                yield from _item(data, here, level + 1, (*path, place), b"", words)
                here = _end(data, here)
        case 5:
            yield begin, size, level, f"{before}map of {head.value}" if head.value else f"{before}empty map"
            here = end
            for _ in range(head.value):
                value = _end(data, here)
                step = _key(data, here)
                yield from _item(data, value, level + 1, (*path, step), data[here:value], words)
                here = _end(data, value)
        case 6:
            yield begin, size, level, f"tag {head.value}{': ' if label else ''}{label}"
            yield from _item(data, end, level, (*path, "tagged"), b"", words)
        case _:
            raise ValueError("a card has no such item")


def _content(content: bytes, at: int, level: int, is_text: bool, halves: tuple[str, ...]) -> Iterator[_Row]:
    start = 0
    while start < len(content):
        stop = min(start + ROW, len(content))
        while is_text and stop < len(content) and content[stop] & 0xC0 == 0x80:
            stop -= 1
        words = f'"{content[start:stop].decode()}"' if is_text else ""
        if halves and start % 32 == 0:
            words = halves[start // 32]
        yield at + start, stop - start, level, words
        start = stop


def _head(data: bytes, at: int) -> _Head:
    kind, short = data[at] >> 5, data[at] & 31
    if short < 24:
        return _Head(kind, short, 1)
    size = 1 << short - 24
    return _Head(kind, int.from_bytes(data[at + 1 : at + 1 + size], "big"), 1 + size)


def _end(data: bytes, at: int) -> int:
    """Return where the item at `at` ends."""
    head = _head(data, at)
    end = at + head.size
    match head.kind:
        case 2 | 3:
            return end + head.value
        case 4 | 5:
            for _ in range(head.value * (head.kind - 3)):
                end = _end(data, end)
            return end
        case 6:
            return _end(data, end)
    return end


def _key(data: bytes, at: int) -> int | str:
    head = _head(data, at)
    if head.kind == 3:
        return data[at + head.size : at + head.size + head.value].decode()
    return head.value if head.kind == 0 else -1 - head.value


def _shown(key: bytes) -> str:
    found = _key(key, 0)
    return f'"{found}"' if isinstance(found, str) else str(found)
