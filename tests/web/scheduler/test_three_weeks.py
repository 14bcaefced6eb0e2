"""Three weeks in August: nobody signs in, nobody types a command, and nobody is worse off for it.

The clock is moved a day at a time; each day a fresh worker does what the service does by itself, and the city next door
asks for what is new. python-tuf reads the system's clock, so that the three weeks end today, and a partner can ask from
the second week on: what was signed for 21 days on the first is over by now.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from citycard.core.verdicts import Verdict
from citycard.operations.doctor import endings, register, safe
from citycard.operations.doctor.finding import Level
from citycard.operations.refusals import NotFound
from citycard.partners import repository
from citycard.settings import Office
from citycard.store.cards import StatusListRow
from citycard.store.enrolments import EnrolmentState
from citycard.web.scheduler import Scheduler
from tests.operations.test_partners import export, fetch, recognised, verdict
from tests.support.office import RIVEMONT, make_office
from tests.support.town_hall import TownHall
from tests.web.conftest import Clock

TODAY = (datetime.now(UTC) - timedelta(hours=12)).replace(hour=12, minute=0, second=0, microsecond=0)
"""The last noon; at midnight yesterday's key of the day lives a quarter of an hour longer."""
BEGIN = TODAY - timedelta(days=21)
"""When the last one went on holiday."""
SECOND_WEEK = 8
"""On this day a snapshot signed at the beginning has less than two weeks left, and is signed anew."""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Port-Sable, founded on the eve of the holidays."""
    return make_office(tmp_path, now=BEGIN)


@pytest.fixture
def hall(app: Flask, office: Office, clock: Clock) -> Iterator[TownHall]:
    """Its town hall; its clock and the service's are one."""
    opened = TownHall(office, now=BEGIN)
    opened.clock = clock  # type: ignore[assignment]
    clock.now = BEGIN
    yield opened
    opened.close()


@pytest.fixture
def rivemont(tmp_path: Path, clock: Clock) -> Iterator[TownHall]:
    """The city next door, where people work in August."""
    opened = TownHall(make_office(tmp_path, RIVEMONT, now=BEGIN), now=BEGIN)
    opened.clock = clock  # type: ignore[assignment]
    yield opened
    opened.close()


def work(app: Flask) -> None:
    """What the service does when its time has come, in a worker that has just begun."""
    with app.app_context():
        Scheduler(app).turn()


def test_three_unattended_weeks_harm_nobody(
    app: Flask, hall: TownHall, rivemont: TownHall, clock: Clock, tmp_path: Path
) -> None:
    card = hall.card(full_name="Ousmane Rivière")
    waiting = hall.approved(full_name="Léonie Marchevert")
    hall.issue(waiting)
    hall.print(waiting)
    abandoned = hall.enrol(full_name="Awa Diombélé")
    for day in range(1, 22):
        clock.now = BEGIN + timedelta(days=day)

        work(app)

        with hall.session() as session:
            assert {row.signed_at for row in session.scalars(select(StatusListRow))} == {clock.now}
        published = repository.read_repository(hall.office.published)
        assert published.timestamp_expires - clock.now >= timedelta(days=20)
        assert published.snapshot_expires - clock.now >= timedelta(days=13)
        today = hall.office.settings.today(clock.now).isoformat()
        assert [path.name for path in hall.office.day_keys.iterdir()] == [f"{today}.day"]
        assert endings.to_tell(hall.office, now=clock.now) == ()
        found = [*register.findings(hall.engine, now=clock.now), *safe.findings(hall.office, now=clock.now)]
        urgent = {each.code for each in found if each.level is Level.NOW}
        assert urgent == {"register-behind", "offline-keys-here"}, "the office was made without migrations and a safe"

        assert verdict(hall, card) is Verdict.OK
        if day >= SECOND_WEEK:
            export(hall, tmp_path)
            if day == SECOND_WEEK:
                recognised(rivemont, tmp_path / "stick", hall)
            assert fetch(rivemont) is None
            assert verdict(rivemont, card) is Verdict.OK

    assert hall.file(waiting).full_name == "Léonie Marchevert"
    assert hall.state(waiting) is EnrolmentState.PRINTED
    with pytest.raises(NotFound):
        hall.row(abandoned)


def test_a_server_that_is_off_is_missed_by_nobody_for_three_weeks(
    app: Flask, hall: TownHall, rivemont: TownHall, clock: Clock, tmp_path: Path
) -> None:
    clock.now = off_since = BEGIN + timedelta(days=SECOND_WEEK)
    work(app)
    card = hall.card()
    export(hall, tmp_path)
    recognised(rivemont, tmp_path / "stick", hall)

    clock.now = TODAY
    assert fetch(rivemont) is None, "after a fortnight what is published is still believed"
    assert verdict(rivemont, card) is Verdict.OK_STALE

    clock.now = off_since + timedelta(days=20, hours=23)
    assert verdict(rivemont, card) is Verdict.OK_STALE
    clock.now = off_since + timedelta(days=21, hours=1)
    assert verdict(rivemont, card) is Verdict.STALE_STATUS

    work(app)
    export(hall, tmp_path)
    assert fetch(rivemont) is None
    assert verdict(rivemont, card) is Verdict.OK
