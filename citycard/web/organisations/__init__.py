"""The register of attesting organisations: clerks look into it, the administrator adds and closes."""

from flask_babel import lazy_gettext as _l

from citycard.web.organisations import sentences
from citycard.web.organisations.views import bp
from citycard.web.pages import Entry

NAVIGATION = (
    Entry("organisations.overview", _l("Organisations"), _l("Whose letters count, for what, and how old they may be.")),
)

__all__ = ["NAVIGATION", "bp", "sentences"]
