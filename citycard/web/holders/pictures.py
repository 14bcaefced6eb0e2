"""A card's code from a public form: typed, or read from a picture.

1. A stranger's picture must not keep a clerk's waiting: of the pictures that a worker opens at a time
   (`picture_limits.AT_ONCE`) the public has one, and whoever comes meanwhile is asked to try again.
2. Opening one takes a second of our time, so their number is limited by address.
3. Whoever asks has let go of the database (`desk.scanned`).
"""

import threading

from flask_babel import lazy_gettext as _l

from citycard.web import database
from citycard.web.desk.forms import ScanForm
from citycard.web.desk.scanned import text_of
from citycard.web.limits import limiter

READINGS = "30/minute"
"""Codes from one address. A class at school or a shelter sits behind one; a machine that sends pictures does, too."""

TURN = 2.0
"""Seconds to wait for the picture before: longer than one takes."""

limited = limiter.shared_limit(READINGS, scope="card codes", methods=["POST"])

_turn = threading.BoundedSemaphore(1)


def code_in(form: ScanForm) -> str | None:
    """Return the text of the card's code; None after saying at the picture why there is none.

    What was typed comes first. What a picture said is put into the field: whoever has to send the form once more need
    not choose it again.
    """
    if form.text:
        form.picture.data = None
        return form.text
    # (3)
    database.session().commit()
    # (1)
    if not _turn.acquire(timeout=TURN):
        form.refuse("picture", _l("Many pictures are being read at this moment. Send this one again."))
        return None
    try:
        text = text_of(form)
    finally:
        _turn.release()
    form.code.data = text or ""
    return text


def where_it_came_from(form: ScanForm) -> str:
    """Return the field to say something at about the card's code; what a picture said that is none is let go."""
    if not form.picture.data:
        return "code"
    form.code.data = ""
    return "picture"
