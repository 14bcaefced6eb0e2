"""From a card to its transit sheet.

1. Only a card that is good gets one: active, and its last day not over.
2. There must be a fingerprint to print: an office that has published nothing gives no sheet.
3. The sheet is drawn first, and counted afterwards: one more sheet in this week, and nothing else of it anywhere.
"""

from flask import Response, current_app
from flask_babel import lazy_gettext as _l

from citycard.operations import counting
from citycard.operations.refusals import OperationRefused
from citycard.printing.arms import arms_in
from citycard.settings import Office
from citycard.store.cards import Card, CardState
from citycard.transit.sheet import TransitSheet, render_transit_sheet
from citycard.web import database, errors, papers, workplace
from citycard.web.cards.found import find
from citycard.web.public.fingerprint import own_fingerprint

COUNTER = "transit-sheet"
"""Its event; the service is the office itself."""

errors.say(
    "transit-number",
    _l("A number is not enough here: the sheet carries the card's code. Scan one of the two codes of the card."),
    status=422,
)
errors.say(
    "transit-card",
    _l("This card is not valid now, so there is no sheet for it."),
    _l("A stopped card is resumed first; one that is over is renewed."),
)
errors.say(
    "transit-unpublished",
    _l("This office has published nothing yet, so there is no fingerprint to print."),
    _l("The key custodian publishes the city's statement first."),
)


def scanned(typed: str) -> tuple[Card, str, bool]:
    """Return our card whose code was scanned, that code, and whether it is the full one."""
    found = find(typed)
    if found.said is None:
        raise OperationRefused("A sheet needs the code of the card.", code="transit-number")
    return demand_good(found.card), found.held, found.said.identity.full


def demand_good(card: Card) -> Card:
    """Return the card if there may be a sheet for it (1)."""
    if card.state != CardState.ACTIVE or card.expires_on < workplace.today():
        raise OperationRefused("This card is not valid now.", code="transit-card")
    return card


def sheet(card: Card, code: str, *, full: bool) -> Response:
    """Return the sheet as a PDF, drawn in memory for this one answer."""
    office: Office = current_app.config["OFFICE"]
    settings = office.settings
    # (2)
    fingerprint = own_fingerprint()
    if fingerprint is None:
        raise OperationRefused("This office has published nothing yet.", code="transit-unpublished")
    pdf = render_transit_sheet(
        TransitSheet(
            issuer=settings.issuer,
            city_names=settings.names,
            city_language=settings.default_language,
            colour=settings.colour,
            number=card.number,
            last_day=card.expires_on,
            code=code,
            full=full,
            fingerprint=fingerprint,
            arms=arms_in(office.folder),
            demo=settings.demo,
        )
    )
    # (3)
    counting.add(database.session(), service="office", event=COUNTER, day=settings.today(workplace.now()))
    return papers.pdf(pdf, "sheet.pdf")
