"""The guide as two pages of A4, with pictures.

1. The first page goes with a card from hand to hand: show it, see the answer, compare the face, clear. The second is
   for everything else. Each is set in letters as large as they fit; an address of many lines makes them smaller, and
   below 7.5 points the guide is refused.
2. What the screen says is handed in and drawn as on the screen: the same words, shapes and grounds.
3. Whatever no typeface has is left out of the city's address, instead of refusing the whole (`printing.paper`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from citycard.attendants.pictures import drawing
from citycard.attendants.reading import guide_texts
from citycard.printing.colours import ink
from citycard.printing.coverage import drawable_part
from citycard.printing.paper import arms_picture, short
from citycard.printing.typesetting import typeset

Kind = Literal["go", "hand", "stop"]

GROUNDS: Mapping[str, str] = {"go": "#0a6b3b", "hand": "#ffb224", "stop": "#ad1f1a"}
"""What an answer stands on, by its kind, as in static/css (2)."""

LETTERS: Mapping[str, str] = {"go": "#ffffff", "hand": "#16191d", "stop": "#ffffff"}
"""What stands on it."""

PARTS = ("codes", "scanners", "offline", "lost", "training", "asked", "kept")
"""The second page, below the answers; each has a drawing."""

_DRAWN = {"scanners": "scanner"}


@dataclass(frozen=True)
class Answer:
    """An answer of the screen: its word, what the holder is told, what is done next."""

    kind: Kind
    word: str
    holder: str
    next: str


@dataclass(frozen=True, kw_only=True)
class Guide:
    """All of it. Equal guides are the same bytes."""

    language: str
    city: str
    colour: str
    arms: bytes | None
    values: tuple[tuple[str, str], ...]
    """What the sentences are filled in with (`reading`)."""
    shapes: tuple[tuple[Kind, str], ...]
    """SVG of the screen's shapes, white on `currentColor`."""
    first: tuple[Answer, Answer, Answer]
    """One of each kind, for the first page."""
    refused: tuple[Answer, ...]
    """All that are not green, for the second."""
    give_back: str
    """What is done in nearly all of those cases."""
    lines: tuple[str, ...]
    """Where people find help."""
    hours: str
    address: str
    """Where this guide is found."""
    demo: bool = False


def render_guide(guide: Guide) -> bytes:
    """Return the PDF, tagged for screen readers."""
    pictures: dict[str, str] = {}
    return typeset("attendants.typ", _contents(guide, pictures), pictures, tagged=True)


def shapes_into(pictures: dict[str, str], shapes: tuple[tuple[Kind, str], ...]) -> None:
    """Put the shapes into `pictures`: in the colour of the letters, their signs in that of the ground (2)."""
    for kind, svg in shapes:
        drawn = svg.replace('"#fff"', f'"{GROUNDS[kind]}"').replace("currentColor", LETTERS[kind])
        pictures[f"shape-{kind}.svg"] = drawn


def _contents(guide: Guide, pictures: dict[str, str]) -> dict[str, Any]:
    values, texts = dict(guide.values), guide_texts(guide.language)
    colour = ink(guide.colour)

    def say(name: str) -> str:
        return texts.say(name, values)

    def picture(name: str) -> str:
        pictures[f"{name}.svg"] = drawing(name).replace("currentColor", colour)
        return f"{name}.svg"

    shapes_into(pictures, guide.shapes)

    def answer(one: Answer) -> dict[str, Any]:
        return {
            "kind": one.kind,
            "word": one.word,
            "holder": one.holder,
            "next": "" if one.next == guide.give_back else one.next,
        }

    return {
        "language": short(texts.language),
        "rtl": texts.rtl,
        "ink": colour,
        "grounds": dict(GROUNDS),
        "letters": dict(LETTERS),
        "city": drawable_part(guide.city),
        "arms": arms_picture(guide.arms, pictures),
        "says": {name: say(name) for name in texts.sentences},
        "buttons": {name: values[name] for name in ("answer.question", "answer.yes", "answer.no")},
        "show": picture("show"),
        "face": picture("face"),
        "first": [answer(one) for one in guide.first],
        "refused": [answer(one) for one in guide.refused],
        "give_back": guide.give_back,
        "help": picture("help"),
        "lines": [drawable_part(line) for line in guide.lines],
        "hours": drawable_part(guide.hours),
        "parts": [{"name": name, "picture": picture(_DRAWN.get(name, name))} for name in PARTS],
        "address": guide.address,
        "demonstration": say("guide.demonstration") if guide.demo else "",
    }
