"""Organisations whose letters count: on which days, for what, and up to which age of the letter."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from citycard.operations import organisations
from citycard.operations.organisations import LetterTooOld
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.store.organisations import Attests, Organisation
from tests.support.town_hall import TownHall

TODAY = date(2026, 11, 23)


@pytest.fixture
def port() -> Organisation:
    """The association of the port, whose letters of two weeks count."""
    return Organisation(
        name="Association du Port",
        attests="care_of,lives_here",
        letter_days=14,
        first_day=date(2026, 1, 1),
        last_day=date(2026, 12, 31),
        active=True,
    )


@pytest.mark.parametrize("age", [0, 1, 14])
def test_a_letter_counts_up_to_its_last_day(port: Organisation, age: int) -> None:
    organisations.check_letter(port, TODAY - timedelta(days=age), kind=Attests.CARE_OF, day=TODAY)


def test_an_older_letter_is_refused_with_both_figures(port: Organisation) -> None:
    with pytest.raises(LetterTooOld) as refused:
        organisations.check_letter(port, TODAY - timedelta(days=15), kind=Attests.CARE_OF, day=TODAY)

    assert (refused.value.age, refused.value.limit) == (15, 14)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"written_on": TODAY + timedelta(days=1)}, "letter-future"),
        ({"kind": Attests.MINORS}, "organisation-not-for-this"),
        ({"day": date(2027, 1, 1), "written_on": date(2027, 1, 1)}, "organisation-not-for-this"),
        ({"day": date(2025, 12, 31), "written_on": date(2025, 12, 31)}, "organisation-not-for-this"),
    ],
    ids=["tomorrow", "another purpose", "agreement over", "agreement to come"],
)
def test_a_letter_that_proves_nothing_is_refused(port: Organisation, changes: dict[str, object], code: str) -> None:
    asked = {"written_on": TODAY, "kind": Attests.CARE_OF, "day": TODAY} | changes

    with pytest.raises(OperationRefused) as refused:
        organisations.check_letter(port, asked.pop("written_on"), **asked)  # type: ignore[arg-type]

    assert refused.value.code == code


def test_a_closed_organisation_attests_nothing(port: Organisation) -> None:
    port.active = False

    with pytest.raises(OperationRefused):
        organisations.check_letter(port, TODAY, kind=Attests.CARE_OF, day=TODAY)


def test_the_register_says_who_attests_what_in_the_order_of_names(small_hall: TownHall) -> None:
    with small_hall.session() as session:
        for name, kinds in (("quais", {Attests.CARE_OF}), ("Dunes", {Attests.MINORS}), ("Port", set(Attests))):
            _add(small_hall, session, name=name, attests=kinds)

        found = organisations.that_attest(session, Attests.CARE_OF, day=TODAY)

        assert [row.name for row in found] == ["Port", "quais"]
        assert organisations.care_of(found[0]) == "c/o Port"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": ""}, "organisation-name"),
        ({"name": "x" * 81}, "text-long"),
        ({"name": "Port\u202eelbaS"}, "text-forbidden"),
        ({"attests": set()}, "organisation-attests"),
        ({"letter_days": 0}, "organisation-days"),
        ({"letter_days": 366}, "organisation-days"),
        ({"last_day": TODAY - timedelta(days=1)}, "organisation-order"),
    ],
)
def test_it_refuses_an_organisation_that_makes_no_sense(
    small_hall: TownHall, changes: dict[str, object], code: str
) -> None:
    with small_hall.session() as session:
        with pytest.raises(OperationRefused) as refused:
            _add(small_hall, session, **changes)

        assert refused.value.code == code
        assert organisations.everyone(session) == []


def test_nobody_is_found_who_is_not_there(small_hall: TownHall) -> None:
    with small_hall.session() as session, pytest.raises(NotFound):
        organisations.find(session, 7)


def _add(hall: TownHall, session: Session, **changes: object) -> Organisation:
    values: dict[str, object] = {
        "name": "Port",
        "attests": {Attests.CARE_OF},
        "letter_days": 14,
        "first_day": TODAY,
        "last_day": None,
        "by": "Chloe",
        "day": TODAY,
        "chance": hall.chance,
    }
    return organisations.add(session, **{**values, **changes})  # type: ignore[arg-type]
