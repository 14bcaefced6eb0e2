"""How many, and never who: the figures of the office, the same for staff and for everybody."""

from flask_babel import lazy_gettext as _l

from citycard.web.pages import Entry
from citycard.web.statistics.views import bp

NAVIGATION = (
    Entry("statistics.for_staff", _l("Figures"), _l("How many cards, quarter by quarter, as everybody sees it.")),
)

__all__ = ["NAVIGATION", "bp"]
