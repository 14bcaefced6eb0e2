"""Keyboards on the screen: for each language of `scripts`, the letters of names as data (`layouts/*.json`).

One file for each script, so that whoever misses a letter adds it without touching code:

`direction`   which way the script runs.
`order`       `keyboard`: the keys stand as on the telephones and keyboards of that language, from left to right
              whatever the script does; `alphabet`: they stand in the order of the alphabet and run as the script runs.
`cases`       whether there are capitals; only small letters are listed.
`carrier`     a letter that marks are read out on: a vowel sign alone has no sound.
`stands_on`   what marks are drawn on, where it is not the dotted circle.
`called`      what stands on keys of which nothing can be seen. A language may have its own.
`forms`       by letter, all its forms with itself in front; they are offered in a row when the letter is pressed, and
              replace it. The syllables of Ethiopic are typed so. A language may have its own.
`languages`   code (ISO 639-3), what the language calls itself, rows of keys with spaces between them. A key may write
              several characters.

Tests hold every key against the fonts of the card and the rules of `core.text`, and write a name in every language.
"""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from citycard.web.enrolment.scripts import html_language

_IN_ORDER = (
    "arabic",
    "cyrillic",
    "ethiopic",
    "bengali",
    "devanagari",
    "tamil",
    "georgian",
    "armenian",
    "greek",
    "hebrew",
    "syriac",
    "gurmukhi",
    "gujarati",
    "sinhala",
    "telugu",
    "kannada",
    "malayalam",
    "odia",
    "khmer",
    "lao",
    "thai",
    "myanmar",
    "thaana",
    "nko",
    "adlam",
    "tifinagh",
)
"""The order in which languages are offered: those of one script beside each other, which is how a list is searched by
somebody who reads none of the others."""

_CIRCLE = "\u25cc"


@dataclass(frozen=True)
class Key:
    """A key: what it writes, what stands on it, what it is called when that is not read out well."""

    text: str
    label: str
    called: str
    forms: str
    """The forms of this letter with spaces between them, or nothing."""


@dataclass(frozen=True)
class Keyboard:
    """A keyboard for one language."""

    code: str
    name: str
    """What the language calls itself."""
    tag: str
    """The language for `lang`."""
    direction: str
    """Which way a name runs."""
    runs: str
    """Which way the rows run."""
    cases: bool
    rows: tuple[tuple[Key, ...], ...]
    has_forms: bool


@cache
def keyboards() -> Mapping[str, Keyboard]:
    """Every keyboard by the code of its language, in the order in which they are offered."""
    folder = files("citycard.web.enrolment") / "layouts"
    layouts = (json.loads((folder / f"{script}.json").read_text("utf-8")) for script in _IN_ORDER)
    return {language["code"]: _keyboard(layout, language) for layout in layouts for language in layout["languages"]}


def _keyboard(layout: dict[str, Any], language: dict[str, Any]) -> Keyboard:
    forms: dict[str, str] = language.get("forms", layout.get("forms", {}))
    order = language.get("order", layout["order"])
    called: dict[str, str] = language.get("called", layout.get("called", {}))
    rows = tuple(tuple(_key(text, layout, forms, called) for text in row.split(" ")) for row in language["rows"])
    return Keyboard(
        code=language["code"],
        name=language["name"],
        tag=html_language(language["code"]),
        direction=layout["direction"],
        runs=layout["direction"] if order == "alphabet" else "ltr",
        cases=layout.get("cases", False),
        rows=rows,
        has_forms=any(key.forms for row in rows for key in row),
    )


def _key(text: str, layout: dict[str, Any], forms: Mapping[str, str], called: Mapping[str, str]) -> Key:
    if text in called:
        return Key(text, called[text], "", "")
    mark = unicodedata.category(text[0]).startswith("M")
    return Key(
        text,
        label=f"{layout.get('stands_on', _CIRCLE)}{text}" if mark else text,
        called=f"{layout['carrier']}{text}" if mark else "",
        forms=forms.get(text, ""),
    )
