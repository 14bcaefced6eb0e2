"""A leaflet of what the card opens: one sheet of A4, printed on both sides and folded in the middle to A5.

1. In front the city and what this is; within, the offers, as large as they fit; behind, the dates, or what is left of
   the offers, and the way to a card. Where reading runs from right to left the leaflet opens to the other side.
2. Longer ones go on on further sheets, to lie in it, rather than in letters that nobody can read: 9 points at least.
3. As on every paper of ours a phrase says in which language it is, and what no typeface has is left out (`paper`).
"""

from dataclasses import dataclass, replace
from typing import Any

from citycard.printing.colours import ink
from citycard.printing.coverage import drawable_part
from citycard.printing.paper import Phrase, arms_picture, phrase, short
from citycard.printing.typesetting import typeset
from citycard.printing.words import isolate


@dataclass(frozen=True)
class Offer:
    """Something the card opens."""

    picture: str
    """SVG in `currentColor`."""
    name: Phrase
    benefit: Phrase
    when: tuple[Phrase, ...] = ()
    by_age: tuple[tuple[Phrase, Phrase], ...] = ()
    place: str = ""
    whom: tuple[Phrase, ...] = ()


@dataclass(frozen=True)
class Offers:
    """Offers that go together."""

    heading: Phrase
    offers: tuple[Offer, ...]
    dated: bool = False
    """Whether these are events: they go to the back, if there is room."""


@dataclass(frozen=True, kw_only=True)
class Leaflet:
    """All of it."""

    language: str
    rtl: bool
    city: str
    colour: str
    arms: bytes | None
    title: Phrase
    lead: Phrase
    as_of: Phrase
    address: str
    offers: tuple[Offers, ...]
    nothing: Phrase
    """Said where there are no offers."""
    card_title: Phrase
    card: tuple[Phrase, ...]
    lines: tuple[str, ...]
    hours: Phrase | None
    not_a_document: Phrase
    demonstration: Phrase | None


def render_leaflet(leaflet: Leaflet) -> bytes:
    """Return the PDF, tagged for screen readers."""
    pictures: dict[str, str] = {}
    return typeset("leaflet.typ", _contents(leaflet, pictures), pictures, tagged=True)


def _contents(leaflet: Leaflet, pictures: dict[str, str]) -> dict[str, Any]:
    colour = ink(leaflet.colour)

    def picture(svg: str) -> str:
        drawn = svg.replace("currentColor", colour)
        name = next((name for name, known in pictures.items() if known == drawn), f"picture-{len(pictures)}.svg")
        pictures[name] = drawn
        return name

    def offer(one: Offer) -> dict[str, Any]:
        return {
            "picture": picture(one.picture),
            "name": phrase(one.name),
            "benefit": phrase(one.benefit),
            "when": [phrase(each) for each in one.when],
            "by_age": [{"ages": phrase(ages), "gives": _within(gives)} for ages, gives in one.by_age],
            "place": drawable_part(one.place),
            "whom": [_within(each) for each in one.whom],
        }

    return {
        "language": short(leaflet.language),
        "rtl": leaflet.rtl,
        "ink": colour,
        "city": drawable_part(leaflet.city),
        "arms": arms_picture(leaflet.arms, pictures),
        "title": phrase(leaflet.title),
        "lead": phrase(leaflet.lead),
        "as_of": phrase(leaflet.as_of),
        "address": leaflet.address,
        "offers": [
            {"heading": phrase(it.heading), "offers": [offer(one) for one in it.offers], "dated": it.dated}
            for it in leaflet.offers
        ],
        "nothing": phrase(leaflet.nothing),
        "card_title": phrase(leaflet.card_title),
        "card": [phrase(each) for each in leaflet.card],
        "lines": [drawable_part(line) for line in leaflet.lines],
        "hours": phrase(leaflet.hours) if leaflet.hours else None,
        "not_a_document": phrase(leaflet.not_a_document),
        "demonstration": phrase(leaflet.demonstration) if leaflet.demonstration else None,
    }


def _within(said: Phrase) -> dict[str, Any]:
    """A phrase that stands among others in one line, and must not turn them."""
    return phrase(replace(said, text=isolate(said.text)))
