"""Cards that were issued: found by the card itself, suspended, resumed, ended; found ones kept for their holders.

`found` reads what was scanned · `acts` says what can be done · `views` does it · `views_handed_in` is the drawer of
found cards · `publishing` signs the list in the same request · `sentences` says why something was refused.
"""

from flask_babel import lazy_gettext as _l

from citycard.web.cards import sentences, views_handed_in
from citycard.web.cards.views import bp
from citycard.web.pages import Entry

NAVIGATION = (
    Entry("cards.find", _l("Cards"), _l("A card is lost, found again or given back: suspend it, resume it, end it.")),
)

__all__ = ["NAVIGATION", "bp", "sentences", "views_handed_in"]
