"""Counting without remembering: how often per service and week, held in memory and written in bulk.

A single scan leaves no row and no time: counts are added up in the worker and flushed by the scheduler (each minute,
and when the worker ends). A killed worker loses a minute of counts, which costs nothing that anybody needs.
"""

import threading
from collections import Counter as Tally
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from citycard.store.counters import Counter


def week_of(day: date) -> date:
    """Return the Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


def add(session: Session, *, service: str, event: str, day: date, count: int = 1) -> None:
    """Add `count` to the counter of the week, in this transaction."""
    key = (service, week_of(day), event)
    if session.get(Counter, key) is None:
        try:
            with session.begin_nested():
                session.add(Counter(service=service, week=key[1], event=event, count=0))
        except IntegrityError:
            pass  # another worker counted the first of the week at the same moment
    row = session.get_one(Counter, key, with_for_update=True, populate_existing=True)
    row.count += count
    session.flush()


class ScanCounters:
    """Counts of checks, in memory until `flush`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tally: Tally[tuple[str, date, str]] = Tally()

    def count(self, *, service: str, verdict: str, now: datetime) -> None:
        """Count one check."""
        with self._lock:
            self._tally[service, week_of(now.date()), verdict] += 1

    def flush(self, session: Session) -> int:
        """Write what was counted and return how many checks it was; the caller commits."""
        with self._lock:
            counts, self._tally = self._tally, Tally()
        for (service, week, verdict), number in sorted(counts.items()):
            add(session, service=service, event=verdict, day=week, count=number)
        return counts.total()


def totals(session: Session) -> list[Counter]:
    """Return every counter, newest week first."""
    return list(session.scalars(select(Counter).order_by(Counter.week.desc(), Counter.service, Counter.event)))
