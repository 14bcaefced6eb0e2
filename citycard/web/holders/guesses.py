"""Slowing down whoever guesses recovery codes, and nobody else.

1. Every code is judged first, and the right one works whatever was tried before: a shelter, or a whole telephone
   network, has one address. Counted is a well-formed code that fits no card, by the address it came from; a mistyped
   one is caught by its own check characters. Who has guessed too often learns nothing more than to wait.
2. Nothing is counted by card: a stranger who tries codes at somebody's selector all day from a thousand addresses slows
   down these addresses, and the holder's own code works at once.
3. Secrecy does not rest on it (`operations.recovery`): it keeps a machine from making work, and the page honest.
"""

from flask import Response
from flask_babel import lazy_gettext as _l
from limits import parse_many

from citycard.web import errors
from citycard.web.limits import who_asks, within

WRONG_CODES = "10/minute;60/hour"
"""A slip of the pen passes the check characters once in a thousand times, so that people have a wrong code only when it
is of an older card or they mix up two sheets. Ten in a minute leave room for a family at a kitchen table, sixty in an
hour for a day shelter whose visitors share one address."""

TOO_MANY = errors.Sentence(
    _l("Too many wrong codes came from your connection"),
    _l("No card was changed by them. Wait a little, use another connection, or come or call: we can do it, too."),
    429,
)


def wait() -> Response | None:
    """Count the present request as a wrong guess; return the page that asks to wait, once there were too many (1)."""
    if within(_LIMITS, "recovery codes", who_asks()):
        return None
    return errors.answer("wrong-codes", TOO_MANY, page="holders/wait.html")


_LIMITS = parse_many(WRONG_CODES)
