"""What the cards of a partner city open here, as its page shows it.

1. What is by agreement, with its terms, whether in force or not; also a service that is in the register no more, which
   opens nothing and can be ended.
2. What every visitor gets, agreed or not.
3. What that city says it opens to visitors, by the categories that all cities share: for the talk between the two.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import format_timedelta
from flask_babel import lazy_gettext as _l

from citycard.operations import agreements
from citycard.operations.agreements import Terms
from citycard.services.categories import CATEGORIES
from citycard.services.service import Service, Visitors, in_language
from citycard.store.partners import Agreement, Partner
from citycard.web import database, languages, workplace
from citycard.web.partners.shown import Shown
from citycard.web.services.views import register
from citycard.web.services.words import name_of

STATES = {
    "counts": _l("in force"),
    "suspended": _l("closed for now"),
    "waits": _l("not yet"),
    "over": _l("has run out"),
    "gone": _l("opens nothing: no service by agreement"),
}
LOOKS = {"counts": "recognised", "waits": "proposed", "suspended": "suspended"}
"""Classes of the style sheet."""

NEVER_DAYS = 10_000
"""Lists are agreed on in hours, so a page says "36 hours" and never "2 days"."""


@dataclass(frozen=True)
class Line:
    """A service that is agreed on."""

    id: str
    name: str
    terms: Terms
    state: str
    """A key of `STATES`."""


@dataclass(frozen=True)
class Opened:
    """All that cards of a city open here."""

    lines: tuple[Line, ...]
    everybody: tuple[str, ...]
    """Names of services that take the cards of every recognised city."""
    theirs: tuple[str, ...]
    """Names of the categories that the city itself announces."""


def opened(city: Shown) -> Opened:
    """Return what cards of this city open here."""
    return Opened(
        lines=lines(city.partner),
        everybody=tuple(name_of(one) for one in register().now(workplace.today()) if one.visitors is Visitors.YES),
        theirs=tuple(
            in_language(CATEGORIES[code].names, languages.spoken(), "en")[0]
            for code in (city.statement.services if city.statement else ())
            if code in CATEGORIES
        ),
    )


def lines(partner: Partner) -> tuple[Line, ...]:
    """Return what is agreed with a city, in force or not (1)."""
    known = {service.id: service for service in register().services()}
    rows = agreements.of(database.session(), partner)
    return tuple(_line(row, known.get(row.service)) for row in rows)


def agreed_services(partner: Partner) -> list[tuple[Service, Terms]]:
    """Return what is agreed on with a city and not over, with its terms."""
    known = {service.id: service for service in to_agree_on()}
    lines = [(row.service, agreements.terms_of(row)) for row in agreements.of(database.session(), partner)]
    return [(known[id_], terms) for id_, terms in lines if id_ in known and not terms.is_over(workplace.today())]


def to_agree_on() -> list[Service]:
    """Return the services that take visitors by agreement, as they stand in the register."""
    return [service for service in register().services() if agreements.can_be_agreed(service, workplace.today())]


def paper_languages() -> list[str]:
    """Return the languages of the paper: the city's, and the reader's."""
    both = (workplace.settings().default_language, languages.spoken())
    return [code for code in dict.fromkeys(both) if code in languages.LANGUAGES]


def hours(count: int) -> str:
    """A number of hours, in words."""
    return str(format_timedelta(timedelta(hours=count), granularity="hour", threshold=NEVER_DAYS))


def words() -> dict[str, Any]:
    """What the templates say about agreements."""
    return {"agreement_states": STATES, "agreement_looks": LOOKS, "hours": hours, "today": workplace.today()}


def _line(row: Agreement, service: Service | None) -> Line:
    terms = agreements.terms_of(row)
    state = _state(terms, service, suspended=row.suspended)
    return Line(row.service, name_of(service) if service else row.service, terms, state)


def _state(terms: Terms, service: Service | None, *, suspended: bool) -> str:
    if service is None or not agreements.can_be_agreed(service, workplace.today()):
        return "gone"
    if terms.is_over(workplace.today()):
        return "over"
    if suspended:
        return "suspended"
    return "counts" if terms.counts_on(workplace.today()) else "waits"
