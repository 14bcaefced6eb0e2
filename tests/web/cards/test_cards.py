"""A card is lost, found again, given back: found by the card, changed after a word of warning, published at once."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from flask import Flask

from citycard.core.number import printed_number
from citycard.core.verdicts import Verdict
from citycard.operations import audit
from citycard.store.audit import AuditEntry
from citycard.store.cards import CardState
from tests.support.reading import CheckingClient, Page, read
from tests.support.town_hall import Issued, TownHall
from tests.web.conftest import PASSWORD, Clock
from tests.web.real_office import HOLDER, city_named, recognise

SignedIn = Callable[[str], CheckingClient]


@pytest.fixture
def card(hall: TownHall) -> Issued:
    """Léonie's card, handed over."""
    return hall.card()


def find(browser: CheckingClient, typed: str) -> Page:
    """Scan or type a card."""
    return read(browser.send("/cards/", {"card": typed}))


def act(browser: CheckingClient, act: str, card: Issued) -> Page:
    """Press the button on the page that says what will happen, and return where that leads."""
    answer = browser.send(f"/cards/{act}", {"card": card.number}, form="/cards/")
    assert (answer.status_code, answer.location) == (303, "/cards/")
    return browser.page("/cards/")


def test_a_card_is_found_by_either_code_or_by_its_number(signed_in: SignedIn, card: Issued) -> None:
    amel = signed_in("Amel")
    group = printed_number(card.number)[-4:]
    for typed in (
        card.full_code,
        card.light_code,
        card.number,
        printed_number(card.number).lower(),
        card.full_code + "\n",
    ):
        page = find(amel, typed)

        assert page.h1 == f"Card ending in {group}"
        assert "valid" in page.text
        assert HOLDER not in page.text
        assert card.number not in page.text
        assert printed_number(card.number) not in page.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Scan the card or type its number"),
        ("0000-0000-0000-0001", "This is not a card number"),
        ("0000000000000000", "This is not a card of this city"),
        ("Léonie Marchevert", "This is not a card number"),
        ("A" * 400, "This is not the code of a card"),
    ],
)
def test_what_is_no_card_of_ours_has_its_sentence(
    signed_in: SignedIn, hall: TownHall, typed: str, sentence: str
) -> None:
    answer = signed_in("Amel").send("/cards/", {"card": typed})

    assert answer.status_code == 422
    assert sentence in read(answer).one("div", id="mistakes").text


def test_a_card_of_a_partner_is_not_ours(signed_in: SignedIn, hall: TownHall) -> None:
    rivemont = city_named("Rivemont")
    with hall.session() as session:
        recognise(session, rivemont)

    assert "not a card of this city" in find(signed_in("Amel"), rivemont.card()).text


def test_nothing_is_changed_before_it_was_said_what_will_happen(
    signed_in: SignedIn, hall: TownHall, card: Issued
) -> None:
    amel = signed_in("Amel")
    page = read(amel.send("/cards/end/ask", {"card": card.number}, form="/cards/"))

    assert page.h1 == "End this card for ever?"
    for word in ("What happens", "From when", "Can it be undone? No."):
        assert word in page.text
    assert hall.cards()[card.number] is CardState.ACTIVE


def test_an_ended_card_is_refused_at_the_next_scan(signed_in: SignedIn, hall: TownHall, card: Issued) -> None:
    amel, library = signed_in("Amel"), signed_in("Library")
    before = library.send("/desk/", {"code": card.full_code})
    done = act(amel, "end", card)
    after = library.send("/desk/", {"code": card.full_code})

    assert read(before).one("section", data_verdict=Verdict.OK)
    assert "The card has ended." in done.text
    assert "It is published." in done.text
    assert read(after).one("section", data_verdict=Verdict.REVOKED)
    assert HOLDER not in after.text


def test_a_suspended_card_is_good_again_when_it_is_resumed(signed_in: SignedIn, hall: TownHall, card: Issued) -> None:
    bruno, library = signed_in("Bruno"), signed_in("Library")
    for step, verdict in (("suspend", Verdict.SUSPENDED), ("resume", Verdict.OK), ("end", Verdict.REVOKED)):
        act(bruno, step, card)

        assert read(library.send("/desk/", {"code": card.light_code})).one("section", data_verdict=verdict)


def test_an_ended_card_stays_ended(signed_in: SignedIn, hall: TownHall, card: Issued) -> None:
    amel = signed_in("Amel")
    act(amel, "end", card)

    assert "Nothing can be changed any more" in find(amel, card.number).text
    answer = amel.send("/cards/resume", {"card": card.number}, form="/cards/")
    assert answer.status_code == 409
    assert hall.cards()[card.number] is CardState.ENDED


def test_when_the_key_is_not_at_hand_the_card_ends_all_the_same(
    signed_in: SignedIn, hall: TownHall, card: Issued
) -> None:
    amel = signed_in("Amel")
    for key in (hall.office.secrets / "keys").glob("status-*.pem"):
        key.rename(key.with_suffix(".away"))

    done = act(amel, "end", card)

    assert "within a minute" in done.text
    assert hall.cards()[card.number] is CardState.ENDED
    for key in (hall.office.secrets / "keys").glob("status-*.away"):
        key.rename(key.with_suffix(".pem"))
    assert hall.publish_lists() == 1
    assert hall.check(card.full_code).verdict is Verdict.REVOKED


def test_the_password_is_asked_again_and_nothing_is_done_meanwhile(
    signed_in: SignedIn, hall: TownHall, card: Issued, clock: Clock
) -> None:
    amel = signed_in("Amel")
    for _ in range(2):
        clock.pass_by(minutes=9)
        amel.get("/cards/")

    answer = amel.send("/cards/end", {"card": card.number}, form="/cards/")
    assert (answer.status_code, answer.location) == (303, "/staff/confirm")
    assert hall.cards()[card.number] is CardState.ACTIVE

    back = amel.send("/staff/confirm", {"password": PASSWORD})
    assert back.location == "/cards/end/back"
    assert amel.get(back.location).location == "/cards/"


def test_neither_number_nor_code_is_in_an_address_a_cookie_or_a_log(
    signed_in: SignedIn, hall: TownHall, card: Issued, caplog: pytest.LogCaptureFixture
) -> None:
    amel = signed_in("Amel")
    secrets = (card.number, printed_number(card.number), card.full_code, card.light_code)
    with caplog.at_level(logging.DEBUG):
        for address, fields in (
            ("/cards/", {"card": card.full_code}),
            ("/cards/suspend/ask", {"card": card.number}),
            ("/cards/suspend", {"card": card.number}),
        ):
            answer = amel.send(address, fields, form="/cards/")

            assert not any(secret in value for _, value in answer.headers for secret in secrets)
            assert not any(secret in answer.request.path for secret in secrets)
    assert not any(secret in caplog.text for secret in secrets)


def test_the_log_of_the_office_says_that_a_card_ended_and_not_which(
    app: Flask, signed_in: SignedIn, hall: TownHall, card: Issued
) -> None:
    act(signed_in("Amel"), "end", card)
    with hall.session() as session:
        last = session.query(AuditEntry).order_by(AuditEntry.seq.desc()).first()
        assert last is not None
        assert (last.actor, last.act) == ("Amel", audit.Act.CARD_ENDED)
        assert card.number not in last.handle


@pytest.mark.parametrize(
    ("name", "status"), [("Amel", 200), ("Bruno", 200), ("Library", 403), ("Chloe", 403), ("Dario", 403), ("Esra", 403)]
)
def test_who_may_look_at_cards(signed_in: SignedIn, name: str, status: int) -> None:
    assert signed_in(name).get("/cards/").status_code == status
