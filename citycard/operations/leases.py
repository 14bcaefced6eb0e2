"""Whose turn it is: one worker among several does a timed task, and another takes over when it dies.

A lease is a row with a holder and an end. It is taken when it is free, over, or already ours, in one statement that
only one of two can win. One that ends later than any lease could was taken by a clock that was wrong, and is free too.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from citycard.store.counters import Lease


def take(session: Session, name: str, *, holder: str, now: datetime, length: timedelta) -> bool:
    """Return whether `holder` has the lease `name` for `length` from `now`. The caller commits."""
    if session.get(Lease, name) is None:
        try:
            with session.begin_nested():
                session.add(Lease(name=name, holder=holder, until=now + length))
            return True
        except IntegrityError:
            pass  # another worker was first: ask below
    won = session.execute(
        update(Lease)
        .where(Lease.name == name, or_(Lease.until <= now, Lease.until > now + length, Lease.holder == holder))
        .values(holder=holder, until=now + length)
        .returning(Lease.name)
    ).first()
    return won is not None


def give_back(session: Session, name: str, *, holder: str) -> None:
    """End the lease `name` before its time, if `holder` still has it. The caller commits."""
    session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))
