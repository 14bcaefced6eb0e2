"""The picture under which the desk page is installed: the mark on the city's colour, as SVG and as PNG.

1. One drawing, `static/img/mark.svg`: the card is drawn in what can be written on the city's colour, its signs in the
   colour itself.
2. The mark keeps to the middle two thirds, so that a system may cut the corners as it likes ("maskable").
3. The PNG is typeset from the same SVG, because some systems take nothing else.
"""

import re
from functools import cache

import typst

from citycard.paths import static_folder
from citycard.web.colours import palette

SIZES = (192, 512)
"""Pixels a side that systems ask for."""

_INNER = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@cache
def svg(colour: str) -> bytes:
    """Return the icon in the city's colour."""
    shades = palette(colour)
    drawing = (static_folder() / "img" / "mark.svg").read_text("utf-8")
    found = _INNER.search(drawing)
    if found is None:
        raise RuntimeError("static/img/mark.svg is not one drawing")
    # (1)
    mark = found[1].replace("#16191d", "@card").replace("#fff", shades["city"]).replace("@card", shades["on-city"])
    # (2)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">'
        f'<rect width="48" height="48" fill="{shades["city"]}"/>'
        f'<g transform="translate(8 8)">{mark}</g></svg>'
    ).encode()


@cache
def png(colour: str, size: int) -> bytes:
    """Return the icon as a picture of `size` pixels a side."""
    # (3) A page of 48 points, drawn at as many dots as are wanted.
    page = b"#set page(width: 48pt, height: 48pt, margin: 0pt)\n#image(bytes(sys.inputs.icon), width: 48pt)"
    drawn = typst.compile(page, format="png", ppi=size / 48 * 72, sys_inputs={"icon": svg(colour).decode()})
    if not isinstance(drawn, bytes):
        raise RuntimeError("the typesetter drew no picture")
    return drawn
