"""Checking a card for a page or for the API: the one place in the web that asks the checker.

A check only reads. It is given a transaction that takes no write lock, so that a queue of scans never waits for a clerk
who saves, nor she for them; counting happens in memory (`citycard.operations.counting`).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from citycard.core.errors import CitycardError
from citycard.operations.check import AskedFor, Outcome, Trusted
from citycard.web import workplace
from citycard.web.database import db

PAGE = "desk page"
"""The name under which the checks of the staff's own page are counted."""

ANONYMOUS = "api"
"""The name under which the checks of callers without a token are counted."""


@contextmanager
def reading() -> Iterator[Session]:
    """A transaction that only reads, apart from the request's own."""
    with Session(db.engine.execution_options(read_only=True)) as session:
        yield session


def check(text: str, *, service: str, asked: AskedFor | None = None) -> Outcome:
    """Return what the code `text` is worth now, counted under `service`; `asked`: for this service of the register."""
    with reading() as session:
        return workplace.checker().check(session, text, service=service, now=workplace.now(), asked=asked)


def trusted() -> Trusted | None:
    """Return whom and what is trusted now; None when the office's own keys cannot be read."""
    try:
        with reading() as session:
            return workplace.checker().trusted(session, now=workplace.now())
    except CitycardError:
        return None
