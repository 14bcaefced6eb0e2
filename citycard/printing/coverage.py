"""No boxes on a card: every character is looked up before anything is typeset.

The typesetter draws a character that no typeface has as an empty box and says nothing. So each text is checked against
`static/fonts/print/coverage.json`, the table that was made together with the fonts. Characters that are never drawn
(joiners, variation selectors) need no shape.
"""

import json
import unicodedata
from functools import cache
from pathlib import Path
from typing import TypedDict, cast

from citycard.paths import static_folder
from citycard.printing.errors import CannotPrint

_NEVER_DRAWN = frozenset([0x00AD, 0x034F, 0x200C, 0x200D, *range(0xFE00, 0xFE10)])
_NEVER_WANTED = frozenset([0x061C, 0x200B, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF])
"""Fonts list some of these, as nothing; on paper they would turn or hide what stands beside them."""

_ISOLATES = frozenset("\u2066\u2067\u2068\u2069")
"""Around a value in a sentence (`words.isolate`); put there by us, after the value was looked at."""


class _Table(TypedDict):
    families: list[str]
    characters: list[tuple[int, int]]


def fonts_folder() -> Path:
    """Where the typefaces for print are."""
    return static_folder() / "fonts" / "print"


@cache
def families() -> tuple[str, ...]:
    """The typeface families in the order in which they are tried."""
    return tuple(_table()["families"])


@cache
def drawable() -> frozenset[int]:
    """Every character that can be printed."""
    return frozenset(c for first, last in _table()["characters"] for c in range(first, last + 1)) - _NEVER_WANTED


@cache
def _table() -> _Table:
    return cast(_Table, json.loads((fonts_folder() / "coverage.json").read_bytes()))


def check_drawable(text: str, *, field: str) -> str:
    """Return `text`, or raise `CannotPrint` naming `field` and nothing of what stands in it."""
    if text.isascii() and text.isprintable():
        return text
    known = drawable()
    if all(ord(c) in known or ord(c) in _NEVER_DRAWN for c in text):
        return text
    raise CannotPrint(
        f"The field {field!r} holds a character that no typeface of this office can draw.", code="no-glyph", field=field
    )


def drawable_part(text: str) -> str:
    """Return `text` in NFC without what cannot be drawn; for papers that must come out whatever stands on them."""
    known = drawable()
    composed = unicodedata.normalize("NFC", text)
    return "".join(c for c in composed if ord(c) in known or ord(c) in _NEVER_DRAWN or c in _ISOLATES)
