"""Counting without remembering: how often per service and week, held in memory and written in bulk.

A single scan leaves no row and no time: counts are added up in the worker and flushed by the scheduler (each minute,
and when the worker ends). A killed worker loses a minute of counts, which costs nothing that anybody needs; a register
that is busy or away loses none, they are written the next time.

One statement adds to a counter, whoever else counts at the same moment, and many are added in one round: SQLite has one
writer, and whoever issues a card must not wait for the statistics.
"""

import threading
from collections import Counter as Tally
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from citycard.store.counters import Counter

Key = tuple[str, date, str]
"""Service, Monday of the week, event."""


def week_of(day: date) -> date:
    """Return the Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


def add(session: Session, *, service: str, event: str, day: date, count: int = 1) -> None:
    """Add `count` to the counter of the week, in this transaction."""
    add_all(session, {(service, week_of(day), event): count})


def add_all(session: Session, counts: Mapping[Key, int]) -> None:
    """Add each of `counts` to its counter, in this transaction."""
    if not counts:
        return
    # Both databases know this statement, each by its own name; no other is supported.
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    new = insert(Counter)
    added = Counter.count + new.excluded.count
    statement = new.on_conflict_do_update(index_elements=["service", "week", "event"], set_={"count": added})
    # In one order, or two workers that each hold a counter and want the other's would wait for ever.
    rows = [
        {"service": service, "week": week, "event": event, "count": count}
        for (service, week, event), count in sorted(counts.items())
    ]
    session.connection().execute(statement, rows)


class ScanCounters:
    """Counts of checks, in memory until `flush`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tally: Tally[Key] = Tally()

    def count(self, *, service: str, verdict: str, now: datetime) -> None:
        """Count one check."""
        with self._lock:
            self._tally[service, week_of(now.date()), verdict] += 1

    def flush(self, session: Session) -> int:
        """Write what was counted, commit, and return how many checks it was.

        What could not be written is counted on, and the error goes to the caller.
        """
        with self._lock:
            counts, self._tally = self._tally, Tally()
        try:
            add_all(session, counts)
            session.commit()
        except BaseException:
            with self._lock:
                self._tally.update(counts)
            raise
        return counts.total()


def totals(session: Session) -> list[Counter]:
    """Return every counter, newest week first."""
    query = select(Counter).order_by(Counter.week.desc(), Counter.service, Counter.event)
    return list(session.scalars(query.execution_options(populate_existing=True)))
