"""What is on hold lives until the counter closes, where the city says when that is."""

from __future__ import annotations

from datetime import UTC, datetime

from citycard.operations import enrol
from citycard.operations.clocks import closing_today
from tests.operations.conftest import OpenHall
from tests.support.town_hall import TownHall

MIDNIGHT = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
"""The end of the stories' Monday in Paris."""


def on_hold(hall: TownHall) -> datetime:
    """Put somebody on hold now; until when."""
    ticket = hall.open()
    with hall.case(ticket, "Amel") as (session, enrolment, _):
        enrol.hold(session, hall.desk(), enrolment)
    return hall.row(ticket).deadline


def test_it_ends_when_the_counter_closes(open_hall: OpenHall) -> None:
    hall = open_hall(closing_time="17:30")

    assert on_hold(hall) == datetime(2026, 11, 23, 16, 30, tzinfo=UTC)


def test_it_is_forgotten_then(open_hall: OpenHall) -> None:
    hall = open_hall(closing_time="17:30")
    until = on_hold(hall)

    hall.clock.now = until
    assert hall.sweep().forgotten == 1


def test_whoever_stays_later_holds_until_midnight(open_hall: OpenHall) -> None:
    """Else it would be forgotten in the moment it is put aside."""
    hall = open_hall(closing_time="17:30")
    hall.clock.now = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)

    assert on_hold(hall) == MIDNIGHT


def test_without_a_closing_time_it_is_midnight(open_hall: OpenHall) -> None:
    assert on_hold(open_hall()) == MIDNIGHT


def test_summer_time_is_the_citys(open_hall: OpenHall) -> None:
    hall = open_hall(closing_time="12:00")
    summer, winter = (datetime(2026, month, 20, 8, 0, tzinfo=UTC) for month in (7, 12))

    assert closing_today(summer, hall.office.settings) == datetime(2026, 7, 20, 10, 0, tzinfo=UTC)
    assert closing_today(winter, hall.office.settings) == datetime(2026, 12, 20, 11, 0, tzinfo=UTC)
