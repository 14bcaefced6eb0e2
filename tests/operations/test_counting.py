"""Counting without remembering, and taking turns."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from citycard.operations import counting, leases
from citycard.operations.counting import ScanCounters, week_of
from citycard.store.counters import Counter, Lease
from tests.support.town_hall import MONDAY, TownHall

MINUTE = timedelta(minutes=1)


def counted(hall: TownHall) -> dict[tuple[str, str, str], int]:
    with Session(hall.engine) as session:
        return {(row.service, str(row.week), row.event): row.count for row in session.scalars(select(Counter))}


@pytest.mark.parametrize(
    ("day", "monday"),
    [
        (date(2026, 11, 23), date(2026, 11, 23)),
        (date(2026, 11, 29), date(2026, 11, 23)),
        (date(2026, 11, 30), date(2026, 11, 30)),
        (date(2027, 1, 1), date(2026, 12, 28)),
    ],
)
def test_a_week_is_named_by_its_monday(day: date, monday: date) -> None:
    assert week_of(day) == monday


def test_a_check_leaves_nothing_in_the_register(hall: TownHall) -> None:
    """No row for a scan, no hour, no card: only the count, and that later, in bulk."""
    card = hall.card()
    for _ in range(3):
        hall.check(card.full_code)
    hall.check("NOT A CARD", service="pool")
    before = counted(hall)

    with hall.session() as session:
        assert hall.counters.flush(session) == 4

    after = counted(hall)
    assert {key: after[key] for key in after.keys() - before.keys()} == {
        ("library", "2026-11-23", "OK"): 3,
        ("pool", "2026-11-23", "MALFORMED"): 1,
    }
    with hall.session() as session:
        assert hall.counters.flush(session) == 0


def test_counts_of_several_workers_add_up(hall: TownHall) -> None:
    """Also the first of a week, which all of them find missing at the same moment."""
    workers = [ScanCounters() for _ in range(8)]
    for worker in workers:
        for _ in range(25):
            worker.count(service="library", verdict="OK", now=hall.now)
            worker.count(service="pool", verdict="EXPIRED", now=hall.now)

    def flush(worker: ScanCounters) -> None:
        with hall.session() as session:
            worker.flush(session)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(flush, workers))

    assert counted(hall) == {("library", "2026-11-23", "OK"): 200, ("pool", "2026-11-23", "EXPIRED"): 200}


def test_threads_of_one_worker_lose_no_count(small_hall: TownHall) -> None:
    counters = ScanCounters()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: counters.count(service="library", verdict="OK", now=MONDAY), range(2000)))

    with small_hall.session() as session:
        assert counters.flush(session) == 2000


def test_a_counter_goes_far_beyond_what_an_integer_holds(hall: TownHall) -> None:
    """On PostgreSQL a full counter once stopped those of all services."""
    for _ in range(2):
        with hall.session() as session:
            counting.add(session, service="pool", event="OK", day=MONDAY.date(), count=2**40)
    hall.counters.count(service="pool", verdict="OK", now=MONDAY)
    with hall.session() as session:
        hall.counters.flush(session)

    assert counted(hall) == {("pool", "2026-11-23", "OK"): 2**41 + 1}


def test_what_could_not_be_written_is_written_the_next_time(hall: TownHall) -> None:
    hall.counters.count(service="pool", verdict="OK", now=MONDAY)

    def gone(*about: object) -> None:
        raise OperationalError("commit", {}, Exception("the register went away"))

    with hall.session() as session:
        event.listen(session, "before_commit", gone)
        with pytest.raises(OperationalError):
            hall.counters.flush(session)
        event.remove(session, "before_commit", gone)
        session.rollback()
    hall.counters.count(service="pool", verdict="OK", now=MONDAY)
    with hall.session() as session:
        assert hall.counters.flush(session) == 2

    assert counted(hall) == {("pool", "2026-11-23", "OK"): 2}


def test_the_newest_week_comes_first(small_hall: TownHall) -> None:
    with small_hall.session() as session:
        for day in (date(2026, 11, 2), date(2026, 11, 23), date(2026, 11, 9)):
            counting.add(session, service="office", event="card-issued", day=day)
        weeks = [row.week for row in counting.totals(session)]

    assert weeks == [date(2026, 11, 23), date(2026, 11, 9), date(2026, 11, 2)]


# --- leases ---------------------------------------------------------------------------------------------


def take(hall: TownHall, holder: str, now: datetime) -> bool:
    with hall.session() as session:
        return leases.take(session, "retention", holder=holder, now=now, length=MINUTE)


def test_one_of_two_workers_has_the_turn(hall: TownHall) -> None:
    assert take(hall, "one", MONDAY)
    assert not take(hall, "two", MONDAY + timedelta(seconds=59))
    assert take(hall, "one", MONDAY + timedelta(seconds=59))  # prolonged
    assert not take(hall, "two", MONDAY + timedelta(seconds=118))


def test_another_takes_over_when_one_dies(hall: TownHall) -> None:
    take(hall, "one", MONDAY)

    assert take(hall, "two", MONDAY + MINUTE)
    assert not take(hall, "one", MONDAY + MINUTE)
    with Session(hall.engine) as session:
        assert session.scalars(select(Lease.holder)).all() == ["two"]


def test_of_many_at_the_same_moment_one_wins(hall: TownHall) -> None:
    for now in (MONDAY, datetime(2026, 11, 24, tzinfo=UTC)):
        with ThreadPoolExecutor(8) as pool:
            won = list(pool.map(lambda name, now=now: take(hall, name, now), "abcdefgh"))

        assert won.count(True) == 1
