"""Consultations in which each card has one voice: a supervisor opens and closes them, devices serve them."""

from flask_babel import lazy_gettext as _l

from citycard.web.pages import Entry
from citycard.web.voice import sentences
from citycard.web.voice.views import bp

NAVIGATION = (
    Entry("voice.overview", _l("Consultations"), _l("Each card takes part once, and nobody can tell later who did.")),
)

__all__ = ["NAVIGATION", "bp", "sentences"]
