"""What the office does by its clock inside the service: one worker of several, and nothing ends its thread."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from citycard.operations import leases, status_lists
from citycard.store.cards import StatusListRow
from citycard.store.counters import Counter
from citycard.store.enrolments import Enrolment
from citycard.web import workplace
from citycard.web.scheduler import Scheduler
from tests.support.town_hall import TownHall
from tests.web.conftest import Clock


@pytest.fixture
def workers(app: Flask) -> Iterator[tuple[Scheduler, Scheduler]]:
    """The schedulers of two workers of one office, whose threads are not started: a test gives them their turns."""
    with app.app_context():
        yield Scheduler(app), Scheduler(app)


def test_a_draft_whose_clock_ran_out_is_forgotten(
    workers: tuple[Scheduler, Scheduler], hall: TownHall, clock: Clock
) -> None:
    hall.enrol(full_name="Léonie Marchevert")
    clock.now = hall.now + timedelta(minutes=31)

    workers[0].turn()

    with hall.session() as session:
        assert session.scalars(select(Enrolment)).all() == []


def test_a_list_that_is_out_of_date_is_signed(
    workers: tuple[Scheduler, Scheduler], hall: TownHall, clock: Clock
) -> None:
    with hall.session() as session:
        session.get_one(StatusListRow, 1).dirty = True

    workers[0].turn()

    with hall.session() as session:
        row = session.get_one(StatusListRow, 1)
        assert (row.dirty, row.signed_at) == (False, clock.now)


def test_one_worker_of_two_does_what_is_done_once(
    workers: tuple[Scheduler, Scheduler], hall: TownHall, clock: Clock
) -> None:
    one, two = workers
    one.turn()
    clock.pass_by(seconds=20)
    with hall.session() as session:
        session.get_one(StatusListRow, 1).dirty = True

    two.turn()
    with hall.session() as session:
        assert session.get_one(StatusListRow, 1).dirty, "the lease is the first one's"

    one.turn()
    with hall.session() as session:
        assert not session.get_one(StatusListRow, 1).dirty


def test_another_worker_goes_on_when_the_first_has_died(
    workers: tuple[Scheduler, Scheduler], hall: TownHall, clock: Clock
) -> None:
    one, two = workers
    one.turn()
    clock.pass_by(seconds=61)
    with hall.session() as session:
        session.get_one(StatusListRow, 1).dirty = True

    two.turn()

    with hall.session() as session:
        assert not session.get_one(StatusListRow, 1).dirty


def test_each_worker_writes_its_own_counts(app: Flask, hall: TownHall, clock: Clock) -> None:
    with app.app_context():
        workplace.counters().count(service="library", verdict="OK", now=clock.now)
    worker = Scheduler(app)
    worker.start()

    worker.stop()

    with hall.session() as session:
        assert [(row.service, row.event, row.count) for row in session.scalars(select(Counter))] == [
            ("library", "OK", 1)
        ]


@pytest.mark.parametrize("where", ["the task", "its lease"])
def test_what_fails_stops_nothing_else_and_is_logged_without_its_text(
    workers: tuple[Scheduler, Scheduler],
    hall: TownHall,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    where: str,
) -> None:
    hall.enrol(full_name="Léonie Marchevert")
    clock.now = hall.now + timedelta(minutes=31)
    broken = OperationalError("SELECT 'Marchevert'", {}, Exception("Marchevert"))
    take = leases.take

    def away(session: Session, name: str, **asked: object) -> bool:
        if name == "status-lists":
            raise broken
        return take(session, name, **asked)  # type: ignore[arg-type]

    def fails(*_: object, **__: object) -> int:
        raise broken

    if where == "its lease":
        monkeypatch.setattr(leases, "take", away)
    else:
        monkeypatch.setattr(status_lists, "sign_due", fails)

    workers[0].turn()

    with hall.session() as session:
        assert session.scalars(select(Enrolment)).all() == []
    assert "status-lists" in caplog.text
    assert "Marchevert" not in caplog.text


def test_a_clock_that_was_once_ahead_stops_nothing(
    workers: tuple[Scheduler, Scheduler], hall: TownHall, clock: Clock
) -> None:
    hall.enrol(full_name="Léonie Marchevert")
    now = hall.now
    clock.now = now - timedelta(minutes=1)
    workers[0].turn()
    clock.now = now + timedelta(days=365)
    workers[1].turn()
    clock.now = now + timedelta(minutes=31)
    hall.enrol(full_name="Awa Diombélé")
    clock.now = now + timedelta(minutes=70)

    workers[0].turn()
    workers[1].turn()

    with hall.session() as session:
        assert session.scalars(select(Enrolment)).all() == []
