"""The audit log, to be read by the auditor."""

from flask_babel import lazy_gettext as _l

from citycard.web.audit.views import bp
from citycard.web.pages import Entry

NAVIGATION = (
    Entry("audit.log", _l("Audit log"), _l("What the office did, day by day, and whether the log is whole.")),
)

__all__ = ["NAVIGATION", "bp"]
