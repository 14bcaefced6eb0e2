"""When an authority asks for data: counted, so that the city can say how often; nothing else is kept.

1. A request is of one of two kinds, and nothing finer: no name of who asked, no reference, no reason, no text. What was
   asked for in writing lies with the legal officer, on paper.
2. It is counted by the week, and the log has one entry: somebody of the staff counted a question, on a day.
3. `by_year` is what everybody may read. Requests are counted to the last one, not suppressed like cards: they say
   something of authorities, not of holders. But only whole quarters count (`statistics`), so that nobody reads on the
   page in which week somebody asked.
"""

from collections import Counter as Tally
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citycard.operations import audit, counting
from citycard.operations.enrol import Desk
from citycard.operations.refusals import OperationRefused
from citycard.operations.statistics import Quarter, whole_quarters
from citycard.store.cards import Card
from citycard.store.counters import Counter
from citycard.store.staff import Staff

SERVICE = "authority"
"""Under which the counters stand; the event is the kind."""

ANSWERED, REFUSED = KINDS = ("answered", "refused")
"""Answered with what everybody may know; refused, or sent to the legal officer."""

COARSE = 100
"""Cards are told in hundreds: enough to say how many, too little to see who came yesterday."""


@dataclass(frozen=True)
class Year:
    """How many requests there were in a calendar year, by kind."""

    year: int
    counts: dict[str, int]
    until: Quarter
    """The last quarter that is counted in: the fourth, or the newest whole one of the running year."""


def count(session: Session, desk: Desk, kind: str, *, by: Staff) -> None:
    """Count a request, in this transaction (1) (2)."""
    if kind not in KINDS:
        raise OperationRefused("Say how it was answered.", code="authority-kind")
    day = desk.office.settings.today(desk.now)
    counting.add(session, service=SERVICE, event=kind, day=day)
    audit.record(session, audit.Act.AUTHORITY_ASKED, by=by.name, day=day, chance=desk.chance)


def by_year(session: Session, *, today: date) -> list[Year]:
    """Return what is published, newest year first (3)."""
    opened = session.scalar(select(func.min(Counter.week)))
    quarters, _ = whole_quarters(opened, today)
    if opened is None or not quarters:
        return []
    # From the very first week on: leaving out requests of a quarter that was not whole would say that there were none.
    years = range(Quarter.of(opened).year, quarters[-1].year + 1)
    counts: dict[int, Tally[str]] = {year: Tally() for year in years}
    rows = select(Counter.week, Counter.event, Counter.count).where(Counter.service == SERVICE)
    for week, event, number in session.execute(rows):
        if Quarter.of(week) <= quarters[-1]:
            counts[Quarter.of(week).year][event] += number
    return [
        Year(year, {kind: counts[year][kind] for kind in KINDS}, min(Quarter(year, 4), quarters[-1]))
        for year in sorted(counts, reverse=True)
    ]


def cards_in_hundreds(session: Session) -> int:
    """Return how many cards the register holds, rounded down to the hundred."""
    return (session.scalar(select(func.count()).select_from(Card)) or 0) // COARSE * COARSE
