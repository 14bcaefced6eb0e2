"""Partner cities: who is recognised, the ceremony, suspending and ending; what their cards open here."""

from flask_babel import lazy_gettext as _l

from citycard.web.pages import Entry
from citycard.web.partners import views_agreements
from citycard.web.partners.views import bp

NAVIGATION = (
    Entry(
        "partners.overview",
        _l("Partner cities"),
        _l("Whose cards are good here, and how fresh what we know of them is."),
    ),
)

__all__ = ["NAVIGATION", "bp", "views_agreements"]
