"""Counting a hand-over: what kind of card it was, and how long it took. Counted once, where a card reaches its holder.

1. Every card is of one kind. `FIRST` takes no other card's place. `RENEWED` takes that of a card which was over, or in
   its last days, on the day when the enrolment was opened; `REPLACED` that of a younger one. What is printed a second
   time is one hand-over, and a card that nobody fetches is none.
2. The days from opening to hand-over fall into one of five classes; the days themselves are not kept.

The two counters of a week say nothing of each other: no row holds both a kind and a class.
"""

from datetime import timedelta

from sqlalchemy.orm import Session

from citycard.operations import counting
from citycard.operations.enrol import Desk
from citycard.operations.enrolment_file import EnrolmentFile
from citycard.store.cards import Card
from citycard.store.enrolments import Enrolment

FIRST, RENEWED, REPLACED = KINDS = ("card-first", "card-renewed", "card-replaced")

LAST_DAYS = timedelta(days=92)
"""A quarter: whoever comes so long before the last day comes for that day, and not because the card is lost."""

WAITING = "waiting"
"""The service under which the classes are counted."""

CLASSES = {"same-day": 0, "1-2-days": 2, "3-7-days": 7, "8-14-days": 14, "15-days-or-more": None}
"""Each class by its longest wait in days; the last one ends with the longest time of pick-up."""


def count(session: Session, desk: Desk, enrolment: Enrolment, file: EnrolmentFile) -> None:
    """Count the card that is being handed over, in this transaction."""
    day = desk.office.settings.today(desk.now)
    counting.add(session, service="office", event=kind_of(session, enrolment, file), day=day)
    counting.add(session, service=WAITING, event=class_of((day - enrolment.opened_on).days), day=day)


def kind_of(session: Session, enrolment: Enrolment, file: EnrolmentFile) -> str:
    """Return the kind of card (1)."""
    if not file.replaces:
        return FIRST
    old = session.get(Card, file.replaces)
    return RENEWED if old is not None and old.expires_on - LAST_DAYS <= enrolment.opened_on else REPLACED


def class_of(days: int) -> str:
    """Return the class of a wait (2)."""
    return next(name for name, longest in CLASSES.items() if longest is None or days <= longest)
