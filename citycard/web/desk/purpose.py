"""What a desk is set to: a service of the register, or none, and then it only says whether a card is good.

1. The service stands in the address of the page, so that a bookmark of the library's screen is the library's desk and
   nothing about a screen has to be kept.
2. What is over is not offered. A service that was taken out of the register leads back to the page without one.
"""

from flask_babel import gettext as _

from citycard.operations.check import AskedFor
from citycard.services.service import Need, Service
from citycard.web import workplace
from citycard.web.services.views import register
from citycard.web.services.words import Told, listed, name_of, tell


def asked_for(service_id: str) -> AskedFor | None:
    """Return the service of this id, with the register around it; None where there is none now (2)."""
    offered = _offered()
    service = next((each for each in offered if each.id == service_id), None)
    return None if service is None else AskedFor(service, offered)


def choices() -> list[tuple[str, str]]:
    """Return each service that a desk can be set to, as its id and its name in the reader's language."""
    return sorted(((each.id, name_of(each)) for each in _offered()), key=lambda choice: choice[1].casefold())


def told(service: Service) -> Told:
    """Return the service in words."""
    return tell(service, workplace.today(), own=workplace.settings().default_language)


def needs_of(service: Service) -> str:
    """Return what a desk for this service is shown of a card, in words for whoever works there."""
    words = {
        Need.NAME: _("the name"),
        Need.PORTRAIT: _("the portrait"),
        Need.RESIDENT: _("whether the card is of this city"),
        Need.AGE_BAND: _("whether the age fits, and never the date of birth"),
    }
    return listed(service, words, nothing=_("that the card is good, and nothing else"))


def _offered() -> tuple[Service, ...]:
    return register().now(workplace.today())
