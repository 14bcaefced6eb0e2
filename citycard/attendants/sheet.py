"""A sheet of cards to practise with: eight on the first page, the answers on the second.

1. What is drawn are codes of the training town, which no real desk accepts (`citycard.demo.training_town`). Each stands
   under a band that says what it is.
2. A code is as large as its place allows, in whole dots of a printer of 300 a inch, with its quiet zone.
"""

from dataclasses import dataclass
from typing import Any

from citycard.attendants.guide import GROUNDS, LETTERS, Kind, shapes_into
from citycard.attendants.reading import guide_texts
from citycard.printing.codes import FINE
from citycard.printing.colours import ink
from citycard.printing.coverage import drawable_part
from citycard.printing.paper import short
from citycard.printing.typesetting import photograph, typeset


@dataclass(frozen=True)
class Practice:
    """A card of the sheet, and the answer that it gets."""

    code: str
    name: str
    """Empty for a small code."""
    portrait: bytes | None
    """PNG or JPEG, to be compared with the screen."""
    kind: Kind
    word: str
    holder: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """All of it. Equal sheets are the same bytes."""

    language: str
    colour: str
    values: tuple[tuple[str, str], ...]
    band: str
    """What stands above each code: that it is training."""
    shapes: tuple[tuple[Kind, str], ...]
    cards: tuple[Practice, ...]


def render_sheet(sheet: Sheet) -> bytes:
    """Return the PDF, tagged for screen readers."""
    texts, values = guide_texts(sheet.language), dict(sheet.values)
    pictures: dict[str, str] = {}
    shapes_into(pictures, sheet.shapes)

    def card(number: int, one: Practice) -> dict[str, Any]:
        matrix = FINE.write(one.code)
        pictures[f"code-{number}.svg"] = FINE.draw(matrix)
        if one.portrait:
            pictures[f"face-{number}.svg"] = photograph(one.portrait)
        return {
            "number": number,
            "code": f"code-{number}.svg",
            "modules": matrix.size,
            "name": drawable_part(one.name),
            "face": f"face-{number}.svg" if one.portrait else "",
            "kind": one.kind,
            "word": one.word,
            "holder": one.holder,
        }

    data = {
        "language": short(texts.language),
        "rtl": texts.rtl,
        "ink": ink(sheet.colour),
        "grounds": dict(GROUNDS),
        "letters": dict(LETTERS),
        "band": sheet.band,
        "says": {name: texts.say(name, values) for name in texts.sentences if name.startswith("cards.")},
        "cards": [card(number, one) for number, one in enumerate(sheet.cards, start=1)],
    }
    return typeset("training_cards.typ", data, pictures, tagged=True)
