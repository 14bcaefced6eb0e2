"""The desk: is this card good, and is this the person?"""

from flask_babel import lazy_gettext as _l

from citycard.web.desk.views import bp
from citycard.web.pages import Entry

NAVIGATION = (Entry("desk.start", _l("Check a card"), _l("Scan a card: is it good, and is this the person?")),)

__all__ = ["NAVIGATION", "bp"]
