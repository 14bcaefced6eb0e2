"""The city's colour, made fit to carry white letters.

A city chooses its colour for its beauty. Letters on it and in it need a contrast of 4.5 to 1 against white (WCAG 2.2),
so it is darkened, keeping its hue, until it has that.
"""

import re
from collections.abc import Iterable

from citycard.printing.errors import CannotPrint

CONTRAST = 4.5
"""WCAG 2.2, 1.4.3, for text of any size."""

_HEX = re.compile(r"#[0-9A-Fa-f]{6}")


def ink(colour: str) -> str:
    """Return `colour`, or the nearest darker shade of it that reads well on white and under white."""
    if not _HEX.fullmatch(colour):
        raise CannotPrint("The city's colour is not written as #rrggbb.", code="colour", field="colour")
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    shade, percent = (red, green, blue), 100
    while 1.05 / (luminance(part / 255 for part in shade) + 0.05) < CONTRAST:  # black ends it at the latest
        percent -= 2
        shade = (red * percent // 100, green * percent // 100, blue * percent // 100)
    return "#{:02x}{:02x}{:02x}".format(*shade)


def luminance(parts: Iterable[float]) -> float:
    """The relative luminance of a colour whose red, green and blue go from 0 to 1 (WCAG 2)."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
