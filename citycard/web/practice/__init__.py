"""The page of stories: in an office to practise in, and in no other (`Settings.training`)."""

from flask_babel import lazy_gettext as _l

from citycard.web.pages import Entry
from citycard.web.practice.views import bp

NAVIGATION = (Entry("practice.stories", _l("Practice"), _l("Ten people come to the counter. Play their stories.")),)

__all__ = ["NAVIGATION", "bp"]
