"""The transit sheet: one page of A4 that says, in six languages, what a card of this city is and how it is checked.

1. It says what the card says and what it does not: that it replaces no document and gives no right.
2. It carries one code. The light one holds a number and nobody's name; the full one is for a holder who asks for it.
3. The fingerprint stands in digits and words, for comparing it with that of a check page from whatever hand.
4. Nothing on it tells which language the holder speaks, where they come from or where they go, nor when it was printed:
   the six languages are always the same, in the same order, and two sheets of one card are the same bytes.

It is drawn in memory for one answer.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from citycard.core.number import printed_number
from citycard.partners.fingerprint import Fingerprint
from citycard.printing.codes import FINE
from citycard.printing.colours import ink
from citycard.printing.coverage import drawable_part
from citycard.printing.errors import CannotPrint
from citycard.printing.typesetting import emblem, typeset
from citycard.printing.words import day_in_words, isolate
from citycard.transit.sentences import Texts, in_all, name_in

LABELS = ("fingerprint", "page")
"""What stands above the digits and the address, in all six languages."""

PAGE = "check-page.html"
"""Where the check page stands, below the city's address."""


@dataclass(frozen=True, kw_only=True, repr=False)
class TransitSheet:
    """What one sheet says. No `repr`: a code is in no log."""

    issuer: str
    city_names: Mapping[str, str]
    city_language: str
    colour: str
    number: str
    last_day: date
    code: str
    full: bool
    """Whether that is the full code."""
    fingerprint: Fingerprint
    arms: bytes | None = None
    demo: bool = False


def render_transit_sheet(sheet: TransitSheet) -> bytes:
    """Return the PDF, tagged for screen readers."""
    matrix = FINE.write(sheet.code)
    pictures = {"code.svg": FINE.draw(matrix)}
    if sheet.arms:
        with suppress(CannotPrint):  # a sheet without arms is better than none
            pictures["arms.svg"] = emblem(sheet.arms)
    data = {
        "ink": ink(sheet.colour),
        "city": drawable_part(name_in(sheet.city_names, sheet.city_language, sheet.city_language)),
        "arms": "arms.svg" if "arms.svg" in pictures else None,
        "code": {"path": "code.svg", "modules": matrix.size},
        "number": printed_number(sheet.number),
        "digits": list(sheet.fingerprint.digits),
        "words": list(sheet.fingerprint.words),
        "page": f"{sheet.issuer}/{PAGE}",
        "called": {name: " · ".join(isolate(said.say(f"sheet.{name}")) for said in in_all()) for name in LABELS},
        "blocks": [_block(sheet, said) for said in in_all()],
    }
    return typeset("transit.typ", data, pictures, tagged=True)


def _block(sheet: TransitSheet, said: Texts) -> dict[str, Any]:
    city = name_in(sheet.city_names, said.language, sheet.city_language)
    return {
        "language": said.language,
        "rtl": said.rtl,
        "title": said.say("sheet.title"),
        "what": drawable_part(said.say("sheet.what", city=city)),
        "not": said.say("sheet.not"),
        "rest": [
            said.say("sheet.check"),
            said.say("sheet.full" if sheet.full else "sheet.light"),
            said.say("sheet.until", day=day_in_words(sheet.last_day, said.language)),
        ],
        "demonstration": said.say("sheet.demonstration") if sheet.demo else "",
    }
