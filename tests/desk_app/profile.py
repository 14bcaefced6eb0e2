"""What a browser leaves on the disk: every file of its profile, and what stands compressed in them.

    for place, content in everything_in(folder): ...

1. Every file as it is.
2. LevelDB's tables (IndexedDB, local storage) once more, with their blocks unpacked: Chromium compresses them by
   Snappy, behind which no search finds a word. A file that is no such table is left to (1).

`forms_of` gives the ways in which a text or bytes can stand there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.support.traces import in_base64, in_hex

_MAGIC = bytes.fromhex("57fb808b247547db")
_FOOTER = 48
_SNAPPY = 1


def everything_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Return the content of every file, and of what is compressed in it."""
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.is_symlink():
            continue
        # (1)
        content = file.read_bytes()
        place = file.relative_to(folder).as_posix()
        yield place, content
        # (2)
        if content.endswith(_MAGIC):
            for number, block in enumerate(_blocks(content)):
                yield f"{place}, block {number}", block


def found_in(folder: Path, needles: Iterable[bytes]) -> set[tuple[str, bytes]]:
    """Return which of the needles stand where; figures, where no further figure stands beside them.

    A browser keeps hundreds of moments, to the microsecond: in their figures stands any date.
    """
    wanted = tuple(needles)
    return {(place, needle) for place, content in everything_in(folder) for needle in wanted if _is_in(needle, content)}


def _is_in(needle: bytes, content: bytes) -> bool:
    if needle not in content or not needle.isdigit():
        return needle in content
    return re.search(rb"(?<!\d)%b(?!\d)" % needle, content) is not None


def forms_of(secret: str | bytes) -> set[bytes]:
    """Return the ways in which a secret can be written: plain, UTF-16, hex, and base64 at each of its three places."""
    raw = {secret} if isinstance(secret, bytes) else {secret.encode(), secret.encode("utf-16-le")}
    if isinstance(secret, str) and all(ord(character) < 256 for character in secret):
        raw.add(secret.encode("latin-1"))
    written = set(raw)
    for each in raw:
        written |= {*in_hex(each), *in_base64(each)}
    return {each for each in written if len(each) >= 6}


def _blocks(table: bytes) -> Iterator[bytes]:
    footer = table[-_FOOTER:]
    _, at = _varint(footer, 0)
    _, at = _varint(footer, at)
    offset, at = _varint(footer, at)
    size, _ = _varint(footer, at)
    for handle in _values(_block(table, offset, size)):
        offset, at = _varint(handle, 0)
        size, _ = _varint(handle, at)
        yield _block(table, offset, size)


def _block(table: bytes, offset: int, size: int) -> bytes:
    content = table[offset : offset + size]
    return _unsnapped(content) if table[offset + size] == _SNAPPY else content


def _values(block: bytes) -> Iterator[bytes]:
    restarts = int.from_bytes(block[-4:], "little")
    end, at = len(block) - 4 * (restarts + 1), 0
    while at < end:
        _, at = _varint(block, at)
        key, at = _varint(block, at)
        size, at = _varint(block, at)
        yield block[at + key : at + key + size]
        at += key + size


def _unsnapped(data: bytes) -> bytes:
    size, at = _varint(data, 0)
    out = bytearray()
    while at < len(data):
        tag, at = data[at], at + 1
        if tag & 3 == 0:
            length = tag >> 2
            if length >= 60:
                more = length - 59
                length = int.from_bytes(data[at : at + more], "little")
                at += more
            out += data[at : at + length + 1]
            at += length + 1
            continue
        if tag & 3 == 1:
            length, offset, at = (tag >> 2 & 7) + 4, (tag >> 5) << 8 | data[at], at + 1
        else:
            wide = 2 if tag & 3 == 2 else 4
            length, offset, at = (tag >> 2) + 1, int.from_bytes(data[at : at + wide], "little"), at + wide
        for _ in range(length):
            out.append(out[-offset])
    assert len(out) == size
    return bytes(out)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte, at = data[at], at + 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at
