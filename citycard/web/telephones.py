"""Telephone numbers in what a city wrote of itself, as links that a telephone dials.

1. A number is nine to fifteen digits in one run, with spaces, dots, hyphens and brackets between them; eight are enough
   after a plus. Shorter ones stay as they are: a date, or a house number beside a postcode, is no telephone number.
2. All else is text, and escaped. The link holds digits and the plus, and nothing that was typed.
"""

import re

from markupsafe import Markup, escape

_NEXT = r"[ .\u00a0\u202f()-]{0,2}[0-9]"
_RUN = re.compile(rf"(?<![\w+])(?:\+\(?[0-9](?:{_NEXT}){{7,14}}|\(?[0-9](?:{_NEXT}){{8,14}})(?!\w)", re.ASCII)


def telephones(text: str) -> Markup:
    """Return `text` with its telephone numbers as links."""
    out, done = Markup(), 0
    for found in _RUN.finditer(text):
        digits = "".join(each for each in found[0] if each in "+0123456789")
        link = Markup('<a href="tel:{}" dir="ltr">{}</a>').format(digits, found[0])
        out += escape(text[done : found.start()]) + link
        done = found.end()
    return out + escape(text[done:])
