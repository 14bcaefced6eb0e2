"""Looking for traces of a person in files, in every dress in which a text could have been left there.

    assert traces_of(["Marchevert"], in_folders=[office.folder, office.secrets]) == []

A text is looked for as UTF-8 and UTF-16 (both orders), in hex, in base64 at each of its three alignments, in other
Unicode forms and cases, and all that once more inside whatever inflates. Files with the same content, of which a
database server has hundreds, are read through once.

A short number, as a date of birth is, counts where it begins or ends a run of hex digits: in the midst of one it stands
by chance. Keys, hashes and handles are thousands of such digits, drawn anew in every run.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

INFLATE_CAP = 4 << 20
"""Bytes that one stream may inflate to; nothing of ours is larger."""

_AT_ONCE = 1 << 16
"""Bytes that are inflated in one step: what only looks like a stream ends in the first."""

_NOTHING = bytes(64)
"""What a long stretch of zeros is read as. No text in any dress holds so many."""

_EMPTY = re.compile(rb"\0{65,}")

_SHORT_NUMBER = re.compile(rb"[0-9A-Fa-f]{1,8}")


def traces_of(texts: Iterable[str | bytes], *, in_folders: Iterable[Path]) -> list[str]:
    """Return where one of the texts was found, as "file: dress"."""
    dresses = {dress: name for text in texts for dress, name in disguises(text)}
    found, known = [], dict[bytes, list[str]]()
    for folder in in_folders:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            content = path.read_bytes()
            digest = hashlib.blake2b(content).digest()
            if digest not in known:
                known[digest] = search(content, dresses)
            found += [f"{path.name}: {where}" for where in known[digest]]
    return found


def search(content: bytes, dresses: dict[bytes, str]) -> list[str]:
    """Return the names of the dresses found in the content, or in what inflates in it."""
    plain, inflated = _EMPTY.sub(_NOTHING, content), _NOTHING.join(streams(content))
    found = [name for dress, name in dresses.items() if stands_in(plain, dress)]
    return found + [f"{name}, compressed" for dress, name in dresses.items() if stands_in(inflated, dress)]


def stands_in(content: bytes, dress: bytes) -> bool:
    """Return whether the dress is in the content, and not by chance."""
    if dress not in content or _SHORT_NUMBER.fullmatch(dress) is None:
        return dress in content
    return re.search(rb"(?<![0-9A-Fa-f])%b|%b(?![0-9A-Fa-f])" % (dress, dress), content) is not None


def disguises(text: str | bytes) -> list[tuple[bytes, str]]:
    """Return every form in which the text may lie about."""
    plain: list[tuple[bytes, str]] = []
    if isinstance(text, str):
        spelt = {unicodedata.normalize(form, word) for form in ("NFC", "NFD") for word in (text, text.upper())}
        for word in sorted(spelt):
            plain += [(word.encode(code), code) for code in ("utf-8", "utf-16-le", "utf-16-be")]
    else:
        plain.append((text, "bytes"))
    dressed = list(plain)
    for data, name in plain:
        dressed += [(written, f"{name} in hex") for written in in_hex(data)]
        dressed += [(written, f"{name} in base64") for written in in_base64(data)]
    return dressed


def in_hex(data: bytes) -> list[bytes]:
    """Return `data` in hex, in small letters and in capitals."""
    return [data.hex().encode(), data.hex().upper().encode()]


def in_base64(data: bytes) -> list[bytes]:
    """Return what is certain of `data` in base64, at each of its three alignments and in both alphabets."""
    found = []
    for pad in range(3):
        # A letter is six bits. The first and the last may depend on what stands beside; those between do not.
        # All of them are looked for: a few letters stand in any key by chance, and of a short word few are left.
        coded = base64.b64encode(bytes(pad) + data)[-(-8 * pad // 6) : 8 * (pad + len(data)) // 6]
        found += [coded, coded.translate(_URL_SAFE)]
    return found


_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def streams(content: bytes) -> list[bytes]:
    """Return what every zlib or gzip stream in the content inflates to, as far as it goes."""
    found, view = [], memoryview(content)
    for mark, bits in ((b"\x78\x01", 15), (b"\x78\x9c", 15), (b"\x78\xda", 15), (b"\x1f\x8b\x08", 31)):
        start = content.find(mark)
        while start >= 0:
            found.append(_inflated(view[start:], bits))
            start = content.find(mark, start + 1)
    return [each for each in found if each]


def _inflated(stream: memoryview, bits: int) -> bytes:
    inflater, out = zlib.decompressobj(bits), bytearray()
    with suppress(zlib.error):
        for start in range(0, len(stream), _AT_ONCE):
            out += inflater.decompress(stream[start : start + _AT_ONCE], INFLATE_CAP - len(out))
            if inflater.eof or len(out) >= INFLATE_CAP:
                break
    return bytes(out)
