"""Keyboards: which key writes what, and what arrives when a scanner believes in another keyboard than the computer.

The tables are those of Windows, because that is what stands on counters. A key that is written `dead(…)` writes nothing
by itself and changes the next letter.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

ROWS = (
    ("Backquote", *(f"Digit{digit}" for digit in "1234567890"), "Minus", "Equal"),
    (*(f"Key{letter}" for letter in "QWERTYUIOP"), "BracketLeft", "BracketRight"),
    (*(f"Key{letter}" for letter in "ASDFGHJKL"), "Semicolon", "Quote", "Backslash"),
    ("IntlBackslash", *(f"Key{letter}" for letter in "ZXCVBNM"), "Comma", "Period", "Slash"),
)
"""The places of keys, by their names in browsers: what is printed on an American one, whatever is printed on this."""

DEAD = {"^": "\u0302", "¨": "\u0308", "´": "\u0301", "`": "\u0300"}


def dead(character: str) -> str:
    """A key that waits for the next one."""
    return "dead " + character


@dataclass(frozen=True)
class Keyboard:
    """What each key writes, plain and with Shift."""

    name: str
    keys: dict[tuple[str, bool], str]

    def place(self, character: str) -> tuple[str, bool]:
        """The key, and whether with Shift, that writes a character."""
        return next(place for place, written in self.keys.items() if written == character)


def keyboard(name: str, plain: tuple[str, ...], shifted: tuple[str, ...], **other: str) -> Keyboard:
    """A keyboard from its rows; keys that write more than one letter, or are dead, are between spaces."""
    keys = {("Space", shift): " " for shift in (False, True)}
    for shift, rows in ((False, plain), (True, shifted)):
        for places, row in zip(ROWS, rows, strict=True):
            written = row.split(" ")
            assert len(written) == len(places), (name, row)
            keys |= {(place, shift): other.get(one, one) for place, one in zip(places, written, strict=True)}
    return Keyboard(name, keys)


def spaced(row: str) -> str:
    return " ".join(row)


AMERICAN = keyboard(
    "American",
    (spaced("`1234567890-="), spaced("qwertyuiop[]"), spaced("asdfghjkl;'\\"), spaced("\\zxcvbnm,./")),
    (spaced("~!@#$%^&*()_+"), spaced("QWERTYUIOP{}"), spaced('ASDFGHJKL:"|'), spaced("|ZXCVBNM<>?")),
)

AZERTY = keyboard(
    "French",
    (spaced("²&é\"'(-è_çà)="), spaced("azertyuiop") + " circumflex $", spaced("qsdfghjklmù*"), spaced("<wxcvbn,;:!")),
    (spaced("²1234567890°+"), spaced("AZERTYUIOP") + " diaeresis £", spaced("QSDFGHJKLM%µ"), spaced(">WXCVBN?./§")),
    circumflex=dead("^"),
    diaeresis=dead("¨"),
)

QWERTZ = keyboard(
    "German",
    (
        "circumflex " + spaced("1234567890ß") + " acute",
        spaced("qwertzuiopü+"),
        spaced("asdfghjklöä#"),
        spaced("<yxcvbnm,.-"),
    ),
    (spaced('°!"§$%&/()=?') + " grave", spaced("QWERTZUIOPÜ*"), spaced("ASDFGHJKLÖÄ'"), spaced(">YXCVBNM;:_")),
    circumflex=dead("^"),
    acute=dead("´"),
    grave=dead("`"),
)

ARABIC = keyboard(
    "Arabic (101)",
    ("ذ 1 2 3 4 5 6 7 8 9 0 - =", "ض ص ث ق ف غ ع ه خ ح ج د", "ش س ي ب ل ا ت ن م ك ط \\", "| ئ ء ؤ ر لا ى ة و ز ظ"),
    (
        "\u0651 ! @ # $ % ^ & * ) ( _ +",
        "\u064e \u064b \u064f \u064c لإ إ ‘ ÷ × ؛ < >",
        '\u0650 \u064d ] [ لأ أ ـ ، / : " |',
        "| ~ \u0652 } { لآ آ ’ , . ؟",
    ),
)

KEYBOARDS = (AMERICAN, AZERTY, QWERTZ, ARABIC)

CAN_SAY_CODES = (AMERICAN, AZERTY, QWERTZ)
"""Those a scanner can be set to: an Arabic one has no Latin letters to send."""

Press = dict[str, Any]


def presses(text: str, *, scanner: Keyboard, computer: Keyboard) -> Iterator[Press]:
    """What a browser is told when `scanner` types `text` on `computer`."""
    waiting = ""
    for character in text:
        place = code, shift = scanner.place(character)
        key = computer.keys[place]
        if key.startswith("dead "):
            key, waiting = "Dead", DEAD[key.removeprefix("dead ")]
        elif waiting:
            both = unicodedata.normalize("NFC", key + waiting)
            key, waiting = both if len(both) == 1 else key, ""
        yield {"key": key, "code": code, "shift": shift, "altGraph": False}
