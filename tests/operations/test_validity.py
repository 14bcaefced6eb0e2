"""How long a card is good, by age: in the holder's favour wherever two answers are possible."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from citycard.core.ages import possible_ages
from citycard.operations.refusals import Incomplete
from citycard.operations.validity import is_young, years_valid
from citycard.settings import Settings, read_settings
from citycard.store.cards import Card
from tests.support.town_hall import TownHall

TODAY = date(2026, 11, 23)


@pytest.fixture
def settings() -> Settings:
    """A city that changed nothing: two years up to 13, three up to 17, then five."""
    return read_settings(
        {"issuer": "https://port-sable.fr", "country": "FR", "time_zone": "Europe/Paris", "names": {"fr": "Port-Sable"}}
    )


@pytest.mark.parametrize(
    ("born", "ages"),
    [
        ("20121123", (14,)),
        ("20121124", (13,)),
        ("20261123", (0,)),
        ("20240229", (2,)),
        ("2012", (13, 14)),
        ("2026", (0, 0)),
        ("", ()),
    ],
)
def test_a_year_alone_leaves_two_ages_open(born: str, ages: tuple[int, ...]) -> None:
    assert possible_ages(born, TODAY) == ages


def test_a_leap_day_has_its_birthday_on_the_first_of_march() -> None:
    assert possible_ages("20120229", date(2026, 2, 28)) == (13,)
    assert possible_ages("20120229", date(2026, 3, 1)) == (14,)


@pytest.mark.parametrize(
    ("born", "years"),
    [
        ("20200101", 2),
        ("20121124", 2),
        ("20121123", 3),
        ("20081124", 3),
        ("20081123", 5),
        ("19300101", 5),
        ("2013", 2),
        ("2012", 3),
        ("2009", 3),
        ("2008", 5),
        ("", 5),
    ],
)
def test_a_card_is_good_for_as_long_as_an_age_allows(settings: Settings, born: str, years: int) -> None:
    assert years_valid(born, settings, on=TODAY) == years


def test_a_city_writes_its_own_table(settings: Settings) -> None:
    chicago = replace(settings, validity_by_age={"13": 2, "64": 5}, validity_years=15)
    years = {born: years_valid(born, chicago, on=TODAY) for born in ("2020", "1990", "1962", "1961", "1940", "")}
    assert years == {"2020": 2, "1990": 5, "1962": 5, "1961": 15, "1940": 15, "": 15}
    plain = replace(settings, validity_by_age={})
    assert years_valid("2020", plain, on=TODAY) == 5


@pytest.mark.parametrize(
    ("born", "young"), [("20081124", True), ("20081123", False), ("2009", True), ("2008", False), ("", False)]
)
def test_only_who_is_surely_below_the_age_is_young(settings: Settings, born: str, *, young: bool) -> None:
    assert is_young(born, settings, on=TODAY) is young


def test_the_age_is_that_of_the_day_the_enrolment_was_opened(small_hall: TownHall) -> None:
    ticket = small_hall.approved(date_of_birth="20121125", companion="guardian")  # fourteen in two days
    small_hall.clock.pass_by(days=2)

    small_hall.issue(ticket)

    with small_hall.session() as session:
        assert [card.expires_on for card in session.scalars(select(Card))] == [date(2028, 11, 24)]


def test_an_approval_is_for_so_many_years(small_hall: TownHall) -> None:
    ticket = small_hall.approved(date_of_birth="20121123", companion="guardian")
    was = small_hall.row(ticket).approval_digest

    small_hall.type(ticket, date_of_birth="20121124")

    assert small_hall.state(ticket) == "draft"
    assert was is not None


def test_nothing_is_submitted_for_a_child_without_anybody(small_hall: TownHall) -> None:
    ticket = small_hall.enrol(date_of_birth="20141123")

    with pytest.raises(Incomplete) as refused:
        small_hall.submit(ticket)

    assert refused.value.missing == ("companion",)


def test_beside_an_institution_no_paper_shows_the_date(small_hall: TownHall) -> None:
    ticket = small_hall.enrol(date_of_birth="2010", birth_known="year", companion="institution", birth_date_seen=False)

    small_hall.submit(ticket)

    assert small_hall.state(ticket) == "awaiting_approval"


def test_beside_a_guardian_the_papers_show_it(small_hall: TownHall) -> None:
    ticket = small_hall.enrol(date_of_birth="20101123", companion="guardian", birth_date_seen=False)

    with pytest.raises(Incomplete) as refused:
        small_hall.submit(ticket)

    assert refused.value.missing == ("birth_date_seen",)
