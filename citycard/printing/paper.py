"""A paper to take home: a title, and parts that each have a pictogram, a heading, and what is said under it.

1. What stands on it is said elsewhere (`citycard.slips`); here it is drawn, on A4 or A5, in ordinary or in large type.
2. Each phrase says in which language it is and which way it runs: where a translation is missing, a sentence in another
   language stands among the others, and is read aloud in its own.
3. A paper always comes: what no typeface of ours has is left out of it, instead of refusing the whole, as a card does.
   The sentences of the catalogue are checked when they are written; a name in an address may still hold anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from citycard.printing.colours import ink
from citycard.printing.coverage import drawable_part
from citycard.printing.errors import CannotPrint
from citycard.printing.typesetting import emblem, typeset

Sheet = Literal["a4", "a5"]

SIZES: Mapping[tuple[Sheet, bool], float] = {
    ("a4", False): 12.5,
    ("a4", True): 18,
    ("a5", False): 10.5,
    ("a5", True): 14,
}
"""Points, by sheet and whether the type is large. Large print begins at 16 to 18 points; a half sheet holds 14."""

COMPACT = 16
"""Points of a paper that is to be large and to keep to its pages."""


@dataclass(frozen=True)
class Phrase:
    """Something said, with the language that it is said in."""

    text: str
    language: str
    rtl: bool


@dataclass(frozen=True)
class Sentence:
    """A paragraph."""

    phrase: Phrase
    strong: bool = False


@dataclass(frozen=True)
class Entry:
    """A line of a list, and what is remarked about it."""

    phrase: Phrase
    notes: tuple[Phrase, ...] = ()


@dataclass(frozen=True)
class Listing:
    """A list."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Lines:
    """Lines to be copied or dialled, such as an address: as they are, whichever way they run."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Code:
    """A code to be typed in; always from left to right."""

    text: str


@dataclass(frozen=True)
class Facts:
    """Short words, and what they stand for."""

    rows: tuple[tuple[Phrase, str], ...]


Item = Sentence | Listing | Lines | Code | Facts


@dataclass(frozen=True)
class Part:
    """A part of the paper."""

    items: tuple[Item, ...]
    heading: Phrase | None = None
    pictogram: str = ""
    """SVG."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Paper:
    """All of it. No `repr`: what somebody lacked is in no log."""

    language: str
    rtl: bool
    city: str
    colour: str
    title: Phrase
    lead: tuple[Sentence, ...]
    parts: tuple[Part, ...]
    date: Phrase | None = None
    arms: bytes | None = None
    demonstration: Phrase | None = None
    """On the papers of an office that only practises."""
    sheet: Sheet = "a4"
    large: bool = False
    compact: bool = False
    """In large type and yet on few pages: A4 in `COMPACT` points, with narrow margins, and no part is divided."""


def render_paper(paper: Paper) -> bytes:
    """Return the PDF, tagged for screen readers."""
    pictures: dict[str, str] = {}
    return typeset("paper.typ", paper_contents(paper, pictures), pictures, tagged=True)


def paper_contents(paper: Paper, pictures: dict[str, str]) -> dict[str, Any]:
    """Return what `paper.typ` draws; its pictures go into `pictures`."""
    colour = ink(paper.colour)

    def picture(svg: str) -> str | None:
        if not svg:
            return None
        name = f"pictogram-{len(pictures)}.svg"
        pictures[name] = svg.replace("currentColor", colour)
        return name

    return {
        "language": short(paper.language),
        "rtl": paper.rtl,
        "ink": colour,
        "sheet": paper.sheet,
        "size": COMPACT if paper.compact else SIZES[paper.sheet, paper.large],
        "compact": paper.compact,
        "city": drawable_part(paper.city),
        "arms": arms_picture(paper.arms, pictures),
        "date": phrase(paper.date) if paper.date else None,
        "title": phrase(paper.title),
        "lead": [_item(item) for item in paper.lead],
        "parts": [
            {
                "heading": phrase(part.heading) if part.heading else None,
                "picture": picture(part.pictogram),
                "items": [_item(item) for item in part.items],
            }
            for part in paper.parts
        ],
        "demonstration": phrase(paper.demonstration) if paper.demonstration else None,
    }


def _item(item: Item) -> dict[str, Any]:
    match item:
        case Sentence():
            return {"kind": "sentence", "strong": item.strong, **phrase(item.phrase)}
        case Listing():
            entries = [
                {**phrase(entry.phrase), "notes": [phrase(note) for note in entry.notes]} for entry in item.entries
            ]
            return {"kind": "list", "entries": entries}
        case Lines():
            return {"kind": "lines", "lines": [drawable_part(line) for line in item.lines]}
        case Code():
            return {"kind": "code", "text": item.text}
        case Facts():
            rows = [{"label": phrase(label), "value": drawable_part(value)} for label, value in item.rows]
            return {"kind": "facts", "rows": rows}


def phrase(said: Phrase) -> dict[str, Any]:
    """Return a phrase as the templates take it (2) (3)."""
    return {"text": drawable_part(said.text), "language": short(said.language), "rtl": said.rtl}


def short(language: str) -> str:
    """The typesetter knows languages without what comes after the hyphen."""
    return language.partition("-")[0].lower()


def arms_picture(content: bytes | None, pictures: dict[str, str]) -> str | None:
    """Put the city's arms into `pictures` and return their name there; nothing where they cannot be drawn (3)."""
    if not content:
        return None
    try:
        pictures["arms.svg"] = emblem(content)
    except CannotPrint:
        return None  # (3)
    return "arms.svg"
