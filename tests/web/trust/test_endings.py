"""Keys and signatures come to their end: who can mend it is told on the first page, and the log once a day."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from citycard.keystore.ring import Purpose
from citycard.operations import publish
from citycard.settings import Office
from citycard.web.scheduler import TASKS, Scheduler
from citycard.web.staff.endings import NAMES
from tests.support.office import FOUNDED_AT
from tests.support.reading import CheckingClient
from tests.support.town_hall import TownHall
from tests.web.conftest import Clock

SignedIn = Callable[[str], CheckingClient]

NOTICE = "Keys and signatures that come to their end"


def days_before_the_year_is_over(hall: TownHall, clock: Clock, days: int) -> None:
    """Nobody changed a key; the service signed what it signs by itself."""
    clock.now = FOUNDED_AT + timedelta(days=365 - days)
    publish.refresh(hall.ring, now=clock.now)


@pytest.mark.parametrize("name", ["Chloe", "Dario"])
def test_who_can_mend_it_is_told(signed_in: SignedIn, hall: TownHall, clock: Clock, name: str) -> None:
    days_before_the_year_is_over(hall, clock, 90)

    page = signed_in(name).page("/staff/")

    assert NOTICE in page.text
    assert "Key that signs the lists of ended cards: until November 23, 2027" in page.text
    assert "citycard keys rotate" in page.text
    assert "citycard doctor" in page.text
    assert "Root key" not in page.text
    assert not page.all(role="alert")


def test_a_week_before_it_presses(signed_in: SignedIn, hall: TownHall, clock: Clock) -> None:
    days_before_the_year_is_over(hall, clock, 7)

    (notice,) = signed_in("Chloe").page("/staff/").all(role="alert")

    assert NOTICE in notice.text


def test_what_is_over_and_what_is_missing_is_said(
    signed_in: SignedIn, hall: TownHall, office: Office, clock: Clock
) -> None:
    days_before_the_year_is_over(hall, clock, -1)
    office.keys_file.write_text(office.keys_file.read_text().replace('"standby"', '"retired"'))

    page = signed_in("Chloe").page("/staff/")

    assert "Key that signs cards: over since November 23, 2027" in page.text
    assert "Standby key for cards: there is none" in page.text


@pytest.mark.parametrize("name", ["Amel", "Bruno", "Library", "Esra"])
def test_others_can_do_nothing_about_it_and_are_not_told(
    signed_in: SignedIn, hall: TownHall, clock: Clock, name: str
) -> None:
    days_before_the_year_is_over(hall, clock, 7)

    assert NOTICE not in signed_in(name).page("/staff/").text


def test_nobody_is_told_while_there_is_time(signed_in: SignedIn, hall: TownHall, clock: Clock) -> None:
    days_before_the_year_is_over(hall, clock, 91)

    assert NOTICE not in signed_in("Chloe").page("/staff/").text


def test_a_page_without_keys_is_still_a_page(signed_in: SignedIn, hall: TownHall, office: Office) -> None:
    office.keys_file.unlink()

    assert NOTICE not in signed_in("Chloe").page("/staff/").text


def test_everything_that_ends_has_a_name() -> None:
    documents = {f"{role}-document" for role in ("root", "targets", "marks", "snapshot", "timestamp")}

    assert set(NAMES) == {*Purpose, "card-standby", *documents}


def test_the_log_says_so_once_a_day_whoever_of_the_workers_lives(
    app: Flask, hall: TownHall, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    def told(level: int) -> list[str]:
        said = [each.getMessage() for each in caplog.records if each.levelno == level]
        return [line for line in said if line.startswith("the status key ends on 2027-11-23, in ")]

    (endings,) = (task for task in TASKS if task.name == "endings")
    with app.app_context(), caplog.at_level(logging.INFO, logger="citycard"):
        days_before_the_year_is_over(hall, clock, 32)
        for _quarter in range(3 * 24 * 4):  # three days; a worker lives a quarter of an hour
            Scheduler(app)._try(endings, at=clock.now)
            clock.pass_by(minutes=15)

    assert [line.partition(", ")[2] for line in told(logging.INFO)] == [
        "in 32 days: citycard doctor",
        "in 31 days: citycard doctor",
    ]
    assert len(told(logging.WARNING)) == 1
    assert "in 30 days" in told(logging.WARNING)[0]
