"""Cards that were issued: found by the card itself, suspended, resumed, ended."""

from flask_babel import lazy_gettext as _l

from citycard.web.cards.views import bp
from citycard.web.pages import Entry

NAVIGATION = (
    Entry("cards.find", _l("Cards"), _l("A card is lost, found again or given back: suspend it, resume it, end it.")),
)

__all__ = ["NAVIGATION", "bp"]
