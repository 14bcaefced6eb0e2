"""The city's own colour, made safe to read.

A city gives one colour. From it come: what can be written on it; a darker kin for links and buttons on white; a very
light kin for grounds. All pairs of text and ground reach the contrast of WCAG 2.2 AA (4.5), whatever colour was given:
it is computed, and the test asks for every hue. The style sheet with them is served at `/city.css`, because a strict
Content-Security-Policy has no room for a style inside a page.
"""

import colorsys
import re

from citycard.printing.colours import luminance

INK = "#16191d"
WHITE = "#ffffff"
FALLBACK = "#1f4e79"
"""A quiet blue, for a city that has not chosen yet."""

ENOUGH = 4.6
"""A little over the 4.5 that is asked for: colours are rounded to whole steps."""


def palette(colour: str) -> dict[str, str]:
    """The city's colour and its kin, by the name of the CSS variable."""
    city = colour.lower() if re.fullmatch(r"#[0-9a-fA-F]{6}", colour or "", re.ASCII) else FALLBACK
    on_city = WHITE if contrast(WHITE, city) >= ENOUGH else INK
    if contrast(on_city, city) < ENOUGH:  # a middle grey: neither black nor white reads well on it
        city = _darken(city, until=WHITE)
        on_city = WHITE
    strong = _darken(city, until=WHITE)
    return {
        "city": city,
        "on-city": on_city,
        "city-strong": strong,
        "city-stronger": _mix(strong, "#000000", 0.25),
        "city-wash": _mix(city, WHITE, 0.92),
        "city-line": _mix(city, WHITE, 0.65),
    }


def style_sheet(colour: str) -> str:
    """`/city.css`."""
    lines = "".join(f"  --{name}: {value};\n" for name, value in palette(colour).items())
    return f":root {{\n{lines}}}\n"


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2)."""
    light, dark = sorted((luminance(_parts(one)), luminance(_parts(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _darken(colour: str, *, until: str) -> str:
    hue, light, saturation = colorsys.rgb_to_hls(*_parts(colour))
    while contrast(colour, until) < ENOUGH and light > 0:
        light = max(0.0, light - 0.01)
        colour = _hex(colorsys.hls_to_rgb(hue, light, saturation))
    return colour


def _mix(colour: str, other: str, share: float) -> str:
    one, two = _parts(colour), _parts(other)
    red, green, blue = (a * (1 - share) + b * share for a, b in zip(one, two, strict=True))
    return _hex((red, green, blue))


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(parts: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)
