"""Nobody has a paper: a referee answers for the person, and two of the staff have heard it."""

from __future__ import annotations

import pytest

from tests.support.reading import CheckingClient
from tests.web.enrolment.conftest import Counter, approves, picture, sentences

TICKS = {"present": "y", "known": "y", "lives_here": "y"}


def vouched_for(amel: Counter) -> Counter:
    """Take down somebody without papers, up to the check."""
    amel.opens()
    amel.types(portrait=picture())
    assert amel.types("vouch", **TICKS).location == amel.at("card")
    assert amel.types("card", portrait_in_code="yes").location == amel.at("check")
    return amel


def test_somebody_without_papers_gets_a_card_like_any_other(amel: Counter, bruno: CheckingClient) -> None:
    vouched_for(amel)
    assert amel.submits().location == "/enrolments/"
    page = bruno.page(amel.at("approve"))
    assert "Speak with both before you decide" in page.text

    refused = approves(bruno, amel)
    assert refused.status_code == 422
    assert "Speak with both first" in sentences(refused)
    assert amel.row_state() == "awaiting_approval"

    seen = page.one("input", name="seen").attributes["value"]
    fields = {"csrf_token": bruno.page(amel.at("approve")).token(), "seen": seen, "spoken": "yes"}
    assert bruno.post(amel.at("approve"), data=fields).status_code == 303
    assert amel.row_state() == "approved"
    assert amel.presses("issue").status_code == 303


@pytest.mark.parametrize("left_out", sorted(TICKS))
def test_a_referee_who_is_not_here_or_does_not_know_the_person_is_none(amel: Counter, left_out: str) -> None:
    amel.opens()
    ticks = {name: value for name, value in TICKS.items() if name != left_out}

    answer = amel.types("vouch", **ticks)

    assert answer.status_code == 422
    assert not amel.file().vouched


def test_papers_that_turn_up_after_all_take_the_referees_place(amel: Counter) -> None:
    vouched_for(amel)
    amel.enrols()
    assert not amel.file().vouched


@pytest.mark.parametrize("settings", [{"approval": "never"}], indirect=True)
def test_where_one_person_approves_alone_nobody_vouches(amel: Counter) -> None:
    amel.opens()
    assert amel.browser.get(amel.at("vouch")).status_code == 404


@pytest.mark.parametrize("settings", [{"approval": "exceptions"}], indirect=True)
@pytest.mark.usefixtures("both_roles")
def test_where_only_exceptions_are_looked_at_a_clerk_still_waits_for_a_colleague_here(amel: Counter) -> None:
    vouched_for(amel)
    assert amel.submits().location == "/enrolments/"
    assert amel.row_state() == "awaiting_approval"
    assert "a colleague approves" in sentences(amel.browser.get(amel.at("approve")))


@pytest.mark.parametrize("settings", [{"approval": "exceptions"}], indirect=True)
@pytest.mark.usefixtures("both_roles")
def test_an_ordinary_card_goes_straight_on_or_waits_by_its_lot(amel: Counter) -> None:
    """Chance is real here: whichever lot is drawn, the page does what the file says."""
    amel.enrols()

    place = amel.submits().location

    waits = amel.file().second_look == "yes"
    assert amel.file().second_look in ("yes", "no")
    assert place == ("/enrolments/" if waits else amel.at("finish"))
    assert amel.row_state() == ("awaiting_approval" if waits else "approved")
