"""Somebody found a card and brought it: on the counter's pages, until its holder comes or two months are over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from citycard.core.number import printed_number
from citycard.core.verdicts import Verdict
from citycard.operations import handed_in
from citycard.store.cards import CardState
from citycard.web.cards.acts import ACTS
from tests.support.reading import CheckingClient, Page, read
from tests.support.town_hall import TownHall
from tests.web.cards.test_cards import act, asks, find
from tests.web.conftest import Clock
from tests.web.real_office import HOLDER

SignedIn = Callable[[str], CheckingClient]
DRAWER = "/cards/handed-in"


def drawer(browser: CheckingClient) -> Page:
    return browser.page(DRAWER)


def test_a_found_card_waits_and_its_holder_gets_it_back(signed_in: SignedIn, hall: TownHall) -> None:
    amel, card = signed_in("Amel"), hall.card()
    act(amel, "suspend", card)
    said = read(asks(amel, "hand-in", card.number))
    assert "Who brought it and where it lay is not written down" in said.text

    assert "Put it in the drawer" in act(amel, "hand-in", card).text
    assert "1 card lies here." in amel.page("/cards/").text
    page = drawer(amel)
    assert "1 card lies here." in page.text
    assert printed_number(card.number) not in page.text
    assert "None today." in page.text

    # Her home sheet is scanned: it says that the card is here.
    page = find(amel, card.full_code)
    assert "Found, and lies here since November 23, 2026" in page.text
    buttons = [button.text for button in page.all("button")]
    assert "Give back…" in buttons
    assert "Resume…" not in buttons
    page = read(asks(amel, "give-back", card.full_code))
    assert page.one("img")
    assert HOLDER not in page.text

    act(amel, "give-back", card)
    assert hall.check(card.full_code).verdict is Verdict.OK
    assert "No card lies here." in drawer(amel).text


def test_it_is_not_given_to_somebody_else(signed_in: SignedIn, hall: TownHall) -> None:
    amel, card = signed_in("Amel"), hall.card()
    act(amel, "hand-in", card)

    amel.send("/cards/give-back", {"card": card.full_code, "face": "no"}, form="/cards/")

    assert "the card stays here" in amel.page("/cards/").text
    assert "1 card lies here." in drawer(amel).text


def test_when_its_time_is_over_it_is_taken_out_and_shredded(signed_in: SignedIn, hall: TownHall, clock: Clock) -> None:
    card, other = hall.card(), hall.card()
    amel = signed_in("Amel")
    act(amel, "hand-in", card)
    for both in (clock, hall.clock):
        both.now += timedelta(days=60)
    hall.sweep()
    amel = signed_in("Amel")
    act(amel, "hand-in", other)

    assert "1 is to be shredded." in amel.page("/cards/").text
    page = drawer(amel)
    assert "2 cards lie here." in page.text
    assert printed_number(card.number) in page.text
    assert printed_number(other.number) not in page.text
    assert "among the found cards" in find(amel, card.number).text

    answer = amel.send("/cards/shredded", {"card": card.number}, form=DRAWER)

    assert (answer.status_code, answer.location) == (303, DRAWER)
    page = drawer(amel)
    assert "1 card lies here." in page.text
    assert printed_number(card.number) not in page.text


def test_the_end_of_a_filed_card_says_that_it_is_to_be_shredded(signed_in: SignedIn, hall: TownHall) -> None:
    amel, card = signed_in("Amel"), hall.card()
    act(amel, "hand-in", card)

    assert "take it out and shred it" in act(amel, "end", card).text
    assert printed_number(card.number) in drawer(amel).text


def test_a_good_card_is_not_shredded_by_a_form_of_somebodys_own(signed_in: SignedIn, hall: TownHall) -> None:
    amel, card = signed_in("Amel"), hall.card()
    act(amel, "hand-in", card)

    answer = amel.send("/cards/shredded", {"card": card.number}, form="/cards/")

    assert answer.status_code == 409
    assert "may still be given back" in read(answer).text
    assert hall.cards()[card.number] is CardState.ACTIVE


@pytest.mark.parametrize(
    ("name", "status"), [("Bruno", 200), ("Library", 403), ("Chloe", 403), ("Dario", 403), ("Esra", 403)]
)
def test_who_may_look_into_the_drawer(signed_in: SignedIn, name: str, status: int) -> None:
    assert signed_in(name).get(DRAWER).status_code == status


def test_the_pages_say_the_very_days_that_a_card_waits() -> None:
    for sentence in (ACTS["hand-in"].whom, ACTS["hand-in"].undo):
        assert f"{handed_in.KEPT.days} days" in str(sentence)
