"""Devices at desks: which tablets check cards without a network, adding one, and withdrawing one that was lost."""

from flask_babel import lazy_gettext as _l

from citycard.web.devices.views import bp
from citycard.web.pages import Entry

NAVIGATION = (
    Entry(
        "devices.overview",
        _l("Devices"),
        _l("Tablets at desks: which there are, adding one, reporting one lost."),
        act="devices.add",
        to_read=_l("Tablets at desks: which there are, how fresh their lists are, and guides to print."),
    ),
)

__all__ = ["NAVIGATION", "bp"]
