"""Marks of compromise: which keys of a city may be believed no more, said by a key that can say nothing else.

    {"version": 1, "compromised": ["<SHA-256 thumbprint of the key, 64 hexadecimal digits>", …]}

The document is the one target of the role `compromised`, which the city's targets delegate to a key that is online
(`tuf_files`). So a server can kill a stolen key within a minute, while the keys that name new ones lie in a safe.

1. It is read strictly: at most 32 KiB, exactly these members, sorted, each thumbprint once, at most `MAX_MARKS`.
2. A mark makes a key of *this* city's statement compromised, whatever the statement calls it. It changes no other
   member, makes no key, and a mark that fits no key of the statement says nothing: not about another city's either.
3. A mark that was seen stays, also when the document no longer has it (`together`). Somebody who takes the online key
   kills keys, and brings none back.
4. What is remembered of one city has an end, `MAX_REMEMBERED`. When it would be passed, marks that fit no key of the
   city are left out; when that is not enough, nothing more is taken from that city until somebody has looked.
"""

import json
import re
from collections.abc import Set
from dataclasses import replace

from citycard.core.errors import TrustRefused
from citycard.core.keys import KeyState
from citycard.core.strict_json import JsonRefused, read_json
from citycard.partners.statement import Statement

VERSION = 1

MAX_MARKS = 256
"""Marks in one document: four times the keys that a statement can hold."""

MAX_DOCUMENT = 32 << 10
"""32 KiB; a document with `MAX_MARKS` marks is 17 kB."""

MAX_REMEMBERED = 1024
"""Marks of one city that are remembered, 32 bytes each."""

_THUMBPRINT = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MEMBERS = {"version", "compromised"}

Marks = frozenset[bytes]
"""Thumbprints of keys."""

NONE: Marks = frozenset()


class MarksRefused(TrustRefused):
    """Marks that cannot be read, or are too many; `code` names the rule."""

    code = "marks-form"


def write_marks(marks: Set[bytes]) -> bytes:
    """Return the document of `marks`."""
    content = {"version": VERSION, "compromised": sorted(mark.hex() for mark in marks)}
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode("ascii")


def read_marks(data: bytes) -> Marks:
    """Return the marks in `data`; raise `MarksRefused` by rule 1."""
    try:
        document = read_json(data, at_most=MAX_DOCUMENT)
    except JsonRefused as refused:
        raise MarksRefused(str(refused)) from None
    if type(document) is not dict or set(document) != _MEMBERS or type(document["version"]) is not int:
        raise MarksRefused("A member of the marks is missing or unknown.")
    if document["version"] != VERSION:
        raise MarksRefused("These marks are of another version: update this software.")
    found = document["compromised"]
    if type(found) is not list or len(found) > MAX_MARKS:
        raise MarksRefused(f"The marks are a list of at most {MAX_MARKS}.")
    if any(type(each) is not str or not _THUMBPRINT.fullmatch(each) for each in found):
        raise MarksRefused("A mark is the thumbprint of a key.")
    if found != sorted(set(found)):
        raise MarksRefused("The marks are sorted, each once.")
    return frozenset(map(bytes.fromhex, found))


def marked(statement: Statement, marks: Set[bytes]) -> Statement:
    """Return the statement with those of its keys compromised that are marked (2)."""
    if not marks:
        return statement
    keys = tuple(
        replace(key, state=KeyState.COMPROMISED) if key.public.thumbprint in marks else key for key in statement.keys
    )
    return replace(statement, keys=keys)


def together(held: Set[bytes], found: Set[bytes], *statements: Statement) -> Marks:
    """Return the marks held and those found (3); raise `MarksRefused` where there are too many (4)."""
    if len(held | found) <= MAX_REMEMBERED:
        return frozenset(held | found)
    known = {key.public.thumbprint for statement in statements for key in statement.keys}
    kept = frozenset(held | (found & known))
    if len(kept) > MAX_REMEMBERED:
        raise MarksRefused("There are more marks than a city can have keys.", code="marks-many")
    return kept


def pack(marks: Set[bytes]) -> bytes | None:
    """Return the marks as the register keeps them: 32 bytes each, sorted; None for none."""
    return b"".join(sorted(marks)) or None


def unpack(kept: bytes | None) -> Marks:
    """Return the marks that the register keeps."""
    return frozenset(kept[at : at + 32] for at in range(0, len(kept), 32)) if kept else NONE
