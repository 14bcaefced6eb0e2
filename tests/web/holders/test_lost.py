"""My card is lost: one code, one button, and nobody can use it any more."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from citycard.core.verdicts import Verdict
from citycard.keystore.signers import KeyUnavailable
from citycard.operations import audit
from citycard.store.audit import AuditEntry
from citycard.store.cards import CardState
from citycard.store.counters import Counter
from citycard.web.holders.guesses import WRONG_CODES
from tests.support.reading import CheckingClient, read
from tests.support.town_hall import TownHall
from tests.web.conftest import new_browser
from tests.web.enrolment.conftest import on_both
from tests.web.holders.conftest import COUNTER, HOURS, Held, well_formed

A_MINUTE, AN_HOUR = (int(each.split("/")[0]) for each in WRONG_CODES.split(";"))


def report(browser: CheckingClient, code: str, *, address: str = "192.0.2.1", **more: str) -> TestResponse:
    """Type a recovery code and press the button, from somewhere."""
    return browser.send("/card/lost", {"recovery": code, **more}, environ_overrides={"REMOTE_ADDR": address})


def test_one_code_stops_the_card_and_the_list_says_so_in_the_same_moment(
    client: CheckingClient, hall: TownHall, held: Held
) -> None:
    answer = report(client, held.code.lower().replace("-", " "))

    page = read(answer)
    assert (answer.status_code, page.h1) == (200, "Your card is stopped")
    assert "If you find it again Come with it." in page.text
    assert "Come with your home sheet" in page.text
    assert all(word in page.text for word in (*COUNTER, HOURS))
    assert hall.check(held.card.full_code).verdict is Verdict.SUSPENDED


def test_the_field_forgives_and_is_not_remembered_by_the_browser(client: CheckingClient) -> None:
    field = client.page("/card/lost").one("input", name="recovery").attributes

    assert (field["autocomplete"], field["autocapitalize"], field["spellcheck"]) == ("off", "characters", "false")


def test_sent_again_it_says_so_and_nothing_is_counted_twice(client: CheckingClient, hall: TownHall, held: Held) -> None:
    report(client, held.code)
    again = read(report(client, held.code))

    assert (again.h1, "It was stopped before" in again.text) == ("Your card is stopped", True)
    with hall.session() as session:
        assert [each.count for each in session.query(Counter).filter_by(event="card-suspended")] == [1]
        entries = session.query(AuditEntry).filter_by(act=audit.Act.CARD_SUSPENDED).all()
        assert [(entry.actor, held.card.number in entry.handle) for entry in entries] == [("holder", False)]


def test_whoever_lost_a_card_that_was_handed_in_is_told_where_and_until_when(
    client: CheckingClient, held: Held
) -> None:
    held.brought_in()
    for _ in range(2):
        page = read(report(client, held.code))

        assert "Your card was handed in" in page.text
        assert "at the latest on January 21, 2027. After that day it is shredded." in page.text
        assert all(word in page.text for word in (*COUNTER, HOURS))
        assert "home sheet" not in page.text


def test_a_mistyped_code_is_called_so_and_stays_in_the_field(client: CheckingClient, held: Held) -> None:
    typed = held.code[:-1] + ("0" if held.code[-1] != "0" else "1")
    answer = report(client, typed)

    page = read(answer)
    assert answer.status_code == 422
    assert "There is a slip in this code." in page.one("div", id="mistakes").text
    assert page.one("input", name="recovery").attributes["value"] == typed
    assert held.state == CardState.ACTIVE


def test_an_empty_field_is_said_kindly(client: CheckingClient) -> None:
    assert "Type the recovery code." in read(report(client, "")).one("div", id="mistakes").text


@on_both
def test_wrong_codes_and_unknown_ones_get_the_same_page(app: Flask, held: Held, hand_over: Callable[..., Held]) -> None:
    gone = hand_over()
    assert report(new_browser(app), gone.code).status_code == 200
    gone.becomes(CardState.ENDED)
    pages = set()
    for code in (held.guess, well_formed("ZZZZZZ"), gone.code):
        answer = report(new_browser(app), code)
        assert answer.status_code == 422
        pages.add(re.sub(r'value="[^"]*"', "", answer.text))

    assert len(pages) == 1
    assert "With this code no card can be stopped." in pages.pop()


@on_both
def test_somebody_elses_guesses_never_keep_my_code_from_working(app: Flask, held: Held) -> None:
    """They know my selector and have as many addresses as they like; each is slowed down, mine is not."""
    stranger = new_browser(app)
    for house in range(3):
        address = f"198.51.100.{house}"
        said = [report(stranger, held.guess, address=address).status_code for _ in range(A_MINUTE + 2)]
        assert said == [422] * A_MINUTE + [429] * 2
    assert held.state == CardState.ACTIVE

    answer = report(new_browser(app), held.code, address="192.0.2.77")

    assert (answer.status_code, held.state) == (200, CardState.SUSPENDED)


def test_the_right_code_works_even_from_where_somebody_guesses(client: CheckingClient, held: Held) -> None:
    """A shelter has one address, and so has the flat shared with whoever took the card."""
    address = "198.51.100.199"
    for _ in range(A_MINUTE + 1):
        last = report(client, held.guess, address=address)
    assert last.status_code == 429

    answer = report(new_browser(client.application), held.code, address=address)

    assert (answer.status_code, held.state) == (200, CardState.SUSPENDED)


def test_it_is_said_when_the_list_could_not_be_signed(
    client: CheckingClient, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_key() -> None:
        raise KeyUnavailable("The status key is away.", code="key-absent")

    monkeypatch.setattr("citycard.web.cards.publishing.workplace.ring", no_key)

    page = read(report(client, held.code))

    assert held.state == CardState.SUSPENDED
    assert "Our list could not be signed at this moment" in page.text
    assert "Here at once" not in page.text


def test_a_guesser_is_told_to_wait_and_where_to_come(client: CheckingClient, held: Held) -> None:
    for _ in range(A_MINUTE):
        report(client, held.guess, address="198.51.100.200")
    page = read(report(client, held.guess, address="198.51.100.200"))

    assert page.h1 == "Too many wrong codes came from your connection"
    assert all(word in page.text for word in (*COUNTER, HOURS))


def test_only_wrong_codes_are_counted(client: CheckingClient, held: Held) -> None:
    """Mistyping costs nothing, an empty field and another language neither, and the right code least of all."""
    for _ in range(A_MINUTE):
        for typed, more in (("ABCD", {}), ("", {}), (held.guess, {"lang": "en"}), (held.code, {})):
            assert report(client, typed, address="198.51.100.201", **more).status_code in (200, 422)

    assert report(client, held.guess, address="198.51.100.201").status_code == 422


def test_another_language_keeps_what_was_typed_and_does_nothing(client: CheckingClient, held: Held) -> None:
    page = read(report(client, held.code, lang="ar"))

    assert page.one("html").attributes["dir"] == "rtl"
    assert page.one("input", name="recovery").attributes["value"] == held.code
    assert held.state == CardState.ACTIVE


def test_the_answer_is_said_again_in_another_language_without_the_code(client: CheckingClient, held: Held) -> None:
    held.brought_in()
    answer = report(client, held.code)
    page = read(answer)
    said = page.one("input", name="said").attributes["value"]
    assert held.code not in answer.text
    assert held.code.replace("-", "") not in answer.text

    french = client.post("/card/lost", data={"csrf_token": page.token(), "said": said, "lang": "fr"})

    assert (french.status_code, read(french).one("html").attributes["lang"]) == (200, "fr")
    assert COUNTER[0] in french.text
    assert "2027" in french.text


@pytest.mark.parametrize("said", ["", "x", "{}", "eyJhbHJlYWR5Ijp0cnVlfQ.forged"])
def test_an_answer_that_we_did_not_give_is_not_said_again(client: CheckingClient, said: str) -> None:
    page = read(client.send("/card/lost", {"said": said, "lang": "en"}))

    assert page.h1 == "My card is lost"


def test_without_the_signing_key_the_card_is_stopped_all_the_same(
    client: CheckingClient, hall: TownHall, held: Held
) -> None:
    for key in (hall.office.secrets / "keys").glob("status-*.pem"):
        key.rename(key.with_suffix(".away"))

    assert report(client, held.code).status_code == 200
    assert held.state == CardState.SUSPENDED


def test_found_again_it_can_be_stopped_again(client: CheckingClient, held: Held) -> None:
    report(client, held.code)
    held.becomes(CardState.ACTIVE)

    assert "It was stopped before" not in report(client, held.code).text
    assert held.state == CardState.SUSPENDED
