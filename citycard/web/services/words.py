"""A service in words, in the language that is being spoken now: for the page and for the leaflet alike.

1. What the city wrote comes in the reader's language; where it has not written it, in the city's own, marked as such.
2. What we say of it (for whom, what the desk needs) is the same for every city, and translated like the pages.
3. Services stand in the order of the common categories, events in the order of their days; days that are over are left
   out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.lists import format_list
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from citycard.printing.paper import Phrase
from citycard.printing.words import is_right_to_left
from citycard.services.categories import CATEGORIES, Kind, drawing
from citycard.services.service import Ages, Level, Need, Service, Texts, Visitors, in_language
from citycard.web import languages, workplace
from citycard.web.pages import day


@dataclass(frozen=True)
class Told:
    """A service, told in one language."""

    id: str
    picture: str
    """SVG."""
    category: Phrase
    name: Phrase
    benefit: Phrase
    by_age: tuple[tuple[str, Phrase], ...]
    """Whom, and what they get."""
    place: str
    whom: tuple[str, ...]
    when: tuple[str, ...]
    taken_for: str
    """A sentence; nothing where the card only gets somebody what is free or cheaper."""
    needs: str


@dataclass(frozen=True)
class Section:
    """Services that go together."""

    kind: Kind
    heading: str
    services: tuple[Told, ...]


def sections(services: Iterable[Service], today: date, *, own: str) -> tuple[Section, ...]:
    """Return services, none of which is over, kind by kind (3). `own` is the city's own language."""
    order = {code: place for place, code in enumerate(CATEGORIES)}

    def place(service: Service) -> tuple[int, date, str]:
        coming = service.coming(today)
        next_one = (coming[0].first_day, coming[0].begins) if coming else (date.min, "")
        return order[service.category.code], *next_one

    there = sorted(services, key=place)
    by_kind = {kind: [service for service in there if service.category.kind is kind] for kind in Kind}
    return tuple(
        Section(kind, _heading(kind), tuple(tell(service, today, own=own) for service in found))
        for kind, found in by_kind.items()
        if found
    )


def tell(service: Service, today: date, *, own: str) -> Told:
    """Return a service in the language that is being spoken now."""
    return Told(
        id=service.id,
        picture=drawing(service.category.code),
        category=_phrase(service.category.names, own),
        name=_phrase(service.names, own),
        benefit=_phrase(service.benefit, own),
        by_age=tuple((_ages(band.ages), _phrase(band.gives, own)) for band in service.bands),
        place=service.place,
        whom=tuple(_whom(service)),
        when=tuple(_when(service, today)),
        taken_for=_taken_for(service.level),
        needs=_needs(service),
    )


def _heading(kind: Kind) -> str:
    match kind:
        case Kind.CULTURE:
            return str(_("Books, culture and sport"))
        case Kind.CHILDREN:
            return str(_("Children and school"))
        case Kind.MOVING:
            return str(_("Getting about"))
        case Kind.TOWN:
            return str(_("Town hall and living together"))
        case Kind.DATES:
            return str(_("Dates"))


def _phrase(texts: Texts, own: str) -> Phrase:
    # (1)
    text, code = in_language(texts, languages.spoken(), own)
    return Phrase(text, code, is_right_to_left(code))


def _ages(ages: Ages) -> str:
    if ages.lowest is None:
        most = ages.highest or 0
        return str(ngettext("Up to %(num)s year old", "Up to %(num)s years old", most))
    if ages.highest is None:
        return str(ngettext("From %(num)s year old", "From %(num)s years old", ages.lowest))
    text = ngettext(
        "From %(low)s to %(num)s year old", "From %(low)s to %(num)s years old", ages.highest, low=ages.lowest
    )
    return str(text)


def _whom(service: Service) -> Iterable[str]:
    # (2)
    match service.visitors:
        case Visitors.NO:
            yield str(_("People who live here"))
        case Visitors.YES:
            yield str(_("People who live here, and visitors with a card of a city that we recognise"))
        case Visitors.BY_AGREEMENT:
            yield str(_("People who live here, and visitors from cities that have agreed on it with us"))
    if service.ages is not None:
        yield _ages(service.ages)


def _when(service: Service, today: date) -> Iterable[str]:
    begins = service.first_day if service.first_day and service.first_day > today else None
    if begins and service.last_day:
        yield _days(begins, service.last_day)
    elif begins:
        yield str(_("From %(day)s", day=day(begins)))
    elif service.last_day:
        yield str(_("Until %(day)s", day=day(service.last_day)))
    for occasion in service.coming(today):
        days = _days(occasion.first_day, occasion.last_day)
        yield str(_("%(day)s, at %(time)s", day=days, time=occasion.begins)) if occasion.begins else days


def _days(first: date, last: date) -> str:
    if first == last:
        return day(first, "full")
    return str(_("From %(first)s to %(last)s", first=day(first), last=day(last)))


def _taken_for(level: Level) -> str:
    match level:
        case Level.IDENTITY:
            return str(_("It shows who you are"))
        case Level.RESIDENCE:
            return str(_("It shows that you live in this city"))
        case Level.DISCOUNT:
            return ""


def _needs(service: Service) -> str:
    words = {
        Need.NAME: _("your name"),
        Need.PORTRAIT: _("your picture"),
        Need.RESIDENT: _("whether you live in this city"),
        Need.AGE_BAND: _("whether your age fits, not your date of birth"),
    }
    said = listed(service, words, nothing=_("Nothing but that the card is good"))
    return said[0].upper() + said[1:]


def name_of(service: Service) -> str:
    """Return what a service is called, in the language that is being spoken or in the city's own."""
    return in_language(service.names, languages.spoken(), workplace.settings().default_language)[0]


def listed(service: Service, words: Mapping[Need, Any], *, nothing: Any) -> str:
    """Return what a service needs of a card, as a list in words; `nothing` where it needs nothing."""
    needed = [str(word) for need, word in words.items() if need in service.needs]
    return str(format_list(needed, locale=get_locale())) if needed else str(nothing)
