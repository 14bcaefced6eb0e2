"""Young people: somebody comes along, the card is good for less long, and nobody's word about an age is doubted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from citycard.operations import enrol
from citycard.store.cards import Card
from citycard.store.organisations import Attests
from citycard.web.database import db
from tests.support.reading import CheckingClient, read
from tests.web.conftest import PASSWORD, Clock, sign_in
from tests.web.enrolment.conftest import PAPERS, Counter, approves, picture, sentences

Attesting = Callable[..., int]

IDA = {"full_name": "Ida Kassar-Lund", "day": "12", "month": "3", "year": "2014", "birth_known": "full"}
"""Twelve on the day of these stories, 23 November 2026."""


def comes(amel: Counter, **answers: str) -> str:
    """Take a young person down; where the page leads."""
    amel.answers |= {**IDA, **answers}
    return amel.opens().types(portrait=picture()).location


def test_the_page_asks_who_comes_along(amel: Counter) -> None:
    assert comes(amel) == amel.at("companion")

    page = amel.browser.page(amel.at("companion"))

    assert page.h1 == "Who comes with this young person?"
    assert "Below the age of 18" in page.text
    assert not [item for item in page.all("input") if item.attributes.get("type") == "text"], "nobody's name is asked"


@pytest.mark.parametrize(
    ("born", "asked"),
    [
        ({"day": "24", "month": "11", "year": "2008"}, True),
        ({"day": "23", "month": "11", "year": "2008"}, False),
        ({"birth_known": "year", "year": "2009"}, True),
        ({"birth_known": "year", "year": "2008"}, False),
        ({"birth_known": "unknown"}, False),
    ],
    ids=["eighteen tomorrow", "eighteen today", "surely not eighteen", "perhaps eighteen", "nobody knows"],
)
def test_only_somebody_who_is_surely_young_is_asked(amel: Counter, born: dict[str, str], *, asked: bool) -> None:
    assert comes(amel, **born) == amel.at("companion" if asked else "evidence")


@pytest.mark.parametrize("settings", [{"age_of_majority": 14}], indirect=True)
def test_a_city_says_up_to_which_age(amel: Counter) -> None:
    assert comes(amel) == amel.at("companion")
    assert "Below the age of 14" in amel.browser.page(amel.at("companion")).text
    assert amel.types(year="2011").location == amel.at("evidence")


def test_a_guardian_is_ticked_and_never_named(amel: Counter) -> None:
    comes(amel)
    refused = amel.types("companion", who="guardian")
    assert refused.status_code == 422
    assert read(refused).all("a", href="#belong_together")

    assert amel.types("companion", who="guardian", belong_together="y").location == amel.at("evidence")

    assert amel.file().companion == "guardian"


def test_an_institution_is_one_of_the_register_and_not_kept(amel: Counter, attesting: Attesting) -> None:
    attesting("Association du Port")
    dunes = attesting("Foyer des Dunes", Attests.MINORS)
    comes(amel)
    page = amel.browser.page(amel.at("companion"))
    select = page.one("select", name="institution")
    assert [option.text for option in page.all("option") if select in option.parents] == ["Choose", "Foyer des Dunes"]
    assert amel.types("companion", who="institution").status_code == 422
    assert amel.types("companion", who="institution", institution="1").status_code == 422

    amel.types("companion", who="institution", institution=str(dunes))

    file = amel.file()
    assert file.companion == "institution"
    assert "Dunes" not in repr(list(vars(file).values()))
    assert amel.types("companion", who="institution", institution="seen").status_code == 303, "seen once is enough"


def test_an_answer_on_a_screen_that_locks_is_kept_and_what_was_seen_is_not(amel: Counter) -> None:
    comes(amel)

    amel.types("companion", who="guardian", belong_together="y", lock="now")
    back = amel.browser.send("/staff/locked", {"password": PASSWORD})

    assert back.location == amel.at("companion")
    page = amel.browser.page(amel.at("companion"))
    assert "checked" in page.one("input", name="who", value="guardian").attributes
    assert "checked" not in page.one("input", name="belong_together").attributes
    assert not amel.file().companion


def test_nobody_is_an_answer_too_few(amel: Counter) -> None:
    comes(amel)

    answer = amel.types("companion")

    assert answer.status_code == 422
    assert "Choose who comes along." in sentences(answer)


def test_a_seen_institution_cannot_be_claimed_before_one_was_seen(amel: Counter) -> None:
    comes(amel)

    assert amel.types("companion", who="institution", institution="seen").status_code == 422


def test_the_check_asks_for_whoever_is_missing_and_leads_there(amel: Counter) -> None:
    comes(amel)

    page = amel.browser.page(amel.at("check"))

    assert "Who comes with this young person is missing." in page.one("div", id="mistakes").text
    assert page.all("a", href=f"{amel.at('companion')}#who")
    assert amel.browser.get(f"/enrolments/{amel.ticket}/").location == amel.at("companion")


def test_whoever_turns_out_to_be_grown_needs_nobody(amel: Counter) -> None:
    comes(amel)
    amel.types("companion", who="guardian", belong_together="y")

    amel.types(year="1987")

    assert amel.file().companion == ""
    assert amel.browser.get(amel.at("companion")).status_code == 303


def enrols(amel: Counter, **answers: str) -> None:
    """A young person with a guardian, up to the check."""
    comes(amel, **answers)
    amel.types("companion", who="guardian", belong_together="y")
    assert amel.types("evidence", **PAPERS).location == amel.at("card")
    assert amel.types("card", portrait_in_code="yes").location == amel.at("check")


@pytest.mark.parametrize(
    ("born", "last", "words"),
    [
        ({}, date(2028, 11, 22), "2 years"),
        ({"year": "2012"}, date(2029, 11, 22), "3 years"),
        ({"birth_known": "year", "year": "2012"}, date(2029, 11, 22), "3 years"),
        ({"birth_known": "year", "year": "2008"}, date(2031, 11, 22), ""),
    ],
    ids=["twelve", "fourteen", "thirteen or fourteen", "seventeen or eighteen"],
)
def test_a_young_persons_card_is_good_for_less_long(
    amel: Counter, bruno: CheckingClient, app: Flask, born: dict[str, str], last: date, words: str
) -> None:
    if words:
        enrols(amel, **born)
    else:
        amel.answers |= {**IDA, **born}
        amel.enrols()
    page = amel.browser.page(amel.at("check"))
    assert ("because of the age" in page.text) is bool(words)
    assert words in page.text
    amel.submits()
    approves(bruno, amel)

    amel.presses("issue")

    with app.app_context():
        assert [card.expires_on for card in db.session.query(Card)] == [last]


def test_a_birthday_while_it_waits_voids_no_approval(amel: Counter, bruno: CheckingClient, clock: Clock) -> None:
    enrols(amel, day="25", month="11", year="2012")  # fourteen in two days
    amel.submits()
    approves(bruno, amel)
    clock.pass_by(days=2)
    assert sign_in(amel.browser, "Amel") == 303

    amel.presses("issue")

    assert amel.row_state() == "issued"


def test_whom_to_call_is_asked_of_the_young_openly_and_of_others_behind_another_situation(amel: Counter) -> None:
    comes(amel)
    young = amel.browser.page(amel.at("card")).one("input", name="emergency_phone")
    amel.types(year="1987")
    grown = amel.browser.page(amel.at("card")).one("input", name="emergency_phone")

    assert young.inside("details") is None
    assert grown.inside("details") is not None


def test_the_word_of_somebody_without_family_counts_for_the_date_of_birth(amel: Counter, attesting: Attesting) -> None:
    """A contested age is never made into evidence: no paper has to show it, and nothing says that one does not."""
    dunes = attesting("Foyer des Dunes", Attests.MINORS)
    comes(amel, birth_known="year", year="2010")
    amel.types("companion", who="institution", institution=str(dunes))

    assert "birth_date_seen" not in missing(amel)
    assert amel.file().date_of_birth == "2010"


def test_beside_a_guardian_the_papers_show_the_date_as_for_everybody(amel: Counter) -> None:
    comes(amel)
    amel.types("companion", who="guardian", belong_together="y")

    assert "birth_date_seen" in missing(amel)


def missing(amel: Counter) -> tuple[str, ...]:
    """What would still be missing if the papers had shown all but a date of birth."""
    with amel.app.app_context():
        desk = amel.desk()
        file = amel.file().changed(identity_checked=True, residence_checked=True)
        return enrol.what_is_missing(amel.row(), file, desk.office)
