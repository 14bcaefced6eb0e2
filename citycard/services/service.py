"""What one service of the city says: what it gives, to whom, where, and what it has to be told of a card."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from citycard.services.categories import Category, Kind

Texts = Mapping[str, str]
"""A text by language."""


class Need(StrEnum):
    """What a service is told about a card, beyond that it is good. All there is: a desk is never told more."""

    RESIDENT = "resident"
    """Whether it is a card of this city: yes or no."""
    AGE_BAND = "age-band"
    """What follows from the age for this service, and never the date."""
    NAME = "name"
    PORTRAIT = "portrait"


class Level(StrEnum):
    """What the service takes the card for, from the most to the least."""

    IDENTITY = "identity"
    """As proof of who somebody is."""
    RESIDENCE = "residence"
    """As proof of living here."""
    DISCOUNT = "discount"
    """As the way to what is free or cheaper with it."""


class Visitors(StrEnum):
    """Whether cards of cities that are recognised here open it."""

    YES = "yes"
    NO = "no"
    BY_AGREEMENT = "by-agreement"


@dataclass(frozen=True)
class Ages:
    """From an age to an age, both within; None where there is no end."""

    lowest: int | None = None
    highest: int | None = None

    def __contains__(self, age: object) -> bool:
        return isinstance(age, int) and (self.lowest or 0) <= age and (self.highest is None or age <= self.highest)


@dataclass(frozen=True)
class Band:
    """What people of some ages get. Of a service's bands the better one for the holder stands first."""

    ages: Ages
    gives: Texts


@dataclass(frozen=True)
class Occasion:
    """When an event is: a day, or several in a row."""

    first_day: date
    last_day: date
    begins: str = ""
    """Such as "18:30"."""


@dataclass(frozen=True)
class Service:
    """What the card opens, and to whom."""

    id: str
    category: Category
    names: Texts
    benefit: Texts
    place: str
    needs: frozenset[Need]
    level: Level
    visitors: Visitors
    ages: Ages | None = None
    """None: people of every age."""
    bands: tuple[Band, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    occasions: tuple[Occasion, ...] = ()
    """Of an event, in their order; of anything else none."""

    @property
    def is_event(self) -> bool:
        """Whether it has days of its own."""
        return self.category.kind is Kind.DATES

    def coming(self, today: date) -> tuple[Occasion, ...]:
        """Return the occasions that are not over."""
        return tuple(one for one in self.occasions if one.last_day >= today)

    def is_over(self, today: date) -> bool:
        """Whether nobody gets anything of it any more."""
        if self.is_event:
            return not self.coming(today)
        return self.last_day is not None and self.last_day < today


def in_language(texts: Texts, language: str, own: str) -> tuple[str, str]:
    """Return a text in `language`, else in the city's `own`, else as it comes; and the language that it is in."""
    code = next((code for code in (language, own) if code in texts), next(iter(texts), language))
    return texts.get(code, ""), code
