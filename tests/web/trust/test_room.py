"""When more lists of ended cards are needed the administrator is told on the first page, and the log once a day."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from citycard.store.cards import Card, CardState, StatusListRow
from citycard.web.scheduler import Scheduler
from tests.support.reading import CheckingClient
from tests.support.town_hall import TownHall
from tests.web.conftest import Clock

SignedIn = Callable[[str], CheckingClient]

NOTICE = "More lists of ended cards are needed"


@pytest.fixture
def nearly_half_full(hall: TownHall) -> None:
    """Three lists of four are half full."""
    with hall.session() as session:
        for row in session.scalars(select(StatusListRow)):
            row.size = 2
        session.add_all(
            Card(
                number=f"{no:016}",
                list_no=no,
                list_index=1,
                kid="0" * 16,
                issued_on=hall.now.date(),
                expires_on=hall.now.date(),
                state=CardState.ENDED,
            )
            for no in (1, 2, 3)
        )


def test_the_administrator_is_told(signed_in: SignedIn, nearly_half_full: None) -> None:
    page = signed_in("Chloe").page("/staff/")

    assert NOTICE in page.text
    assert "citycard lists add" in page.text


def test_nobody_is_told_as_long_as_there_is_room(signed_in: SignedIn, hall: TownHall) -> None:
    assert NOTICE not in signed_in("Chloe").page("/staff/").text


@pytest.mark.parametrize("name", ["Amel", "Bruno", "Library", "Esra"])
def test_others_can_do_nothing_about_it_and_are_not_told(
    signed_in: SignedIn, nearly_half_full: None, name: str
) -> None:
    assert NOTICE not in signed_in(name).page("/staff/").text


def test_the_log_says_so_once_a_day(
    app: Flask, nearly_half_full: None, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    def told() -> int:
        return sum("citycard lists add" in record.getMessage() for record in caplog.records)

    with app.app_context(), caplog.at_level(logging.WARNING):
        worker = Scheduler(app)
        worker.turn()
        assert told() == 1
        clock.pass_by(hours=23)
        worker.turn()
        assert told() == 1
        clock.pass_by(hours=2)
        worker.turn()
        assert told() == 2


def test_the_log_says_nothing_as_long_as_there_is_room(
    app: Flask,
    hall: TownHall,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with app.app_context(), caplog.at_level(logging.WARNING):
        Scheduler(app).turn()

    assert "citycard lists add" not in caplog.text
