"""Slowing down whoever guesses recovery codes, and nobody else.

1. Counted is a well-formed code that fits no card, by the address it came from. A mistyped one is caught by its own
   check characters and costs nothing; a right one neither.
2. Nothing is counted by card: a stranger who tries codes at somebody's selector all day from a thousand addresses slows
   down these addresses, and the holder's own code works at once.
3. Secrecy does not rest on it (`operations.recovery`): it keeps a machine from making work, and the page honest.
"""

from typing import Any

from flask import Response, g
from flask_babel import lazy_gettext as _l

from citycard.web import errors
from citycard.web.limits import limiter

WRONG_CODES = "10/minute;60/hour"
"""A slip of the pen passes the check characters once in a thousand times, so that people have a wrong code only when it
is of an older card or they mix up two sheets. Ten in a minute leave room for a family at a kitchen table, sixty in an
hour for a day shelter whose visitors share one address."""

TOO_MANY = errors.Sentence(
    _l("Too many wrong codes came from your connection"),
    _l("No card was changed by them. Wait a little, use another connection, or come or call: we can do it, too."),
    429,
)


def count() -> None:
    """Count the present request as a wrong guess."""
    g.wrong_code = True


def _was_wrong(_response: Response) -> bool:
    return bool(g.get("wrong_code"))


def _wait(_limit: Any) -> Response:
    return errors.answer("wrong-codes", TOO_MANY, page="holders/wait.html")


limited = limiter.shared_limit(
    WRONG_CODES, scope="recovery codes", methods=["POST"], deduct_when=_was_wrong, on_breach=_wait
)
"""For every view that takes a recovery code: they share one count, or each would be another chance."""
