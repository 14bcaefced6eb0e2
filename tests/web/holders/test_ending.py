"""End my card for ever: both codes, a word of warning, one button."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from citycard.core.verdicts import Verdict
from citycard.operations import audit
from citycard.store.audit import AuditEntry
from citycard.store.cards import CardState
from tests.support.reading import CheckingClient, Page, read
from tests.support.town_hall import TownHall
from tests.web.conftest import new_browser
from tests.web.desk.test_desk import picture_of
from tests.web.enrolment.conftest import on_both
from tests.web.holders.conftest import Held, well_formed
from tests.web.holders.test_lost import A_MINUTE
from tests.web.real_office import city_named


def give(browser: CheckingClient, code: str, recovery: str, **more: object) -> TestResponse:
    """Give both codes on the first page."""
    return browser.send("/card/end", {"code": code, "recovery": recovery, **more})


def press(browser: CheckingClient, page: Page, **more: str) -> TestResponse:
    """Press the button of the second page, or one of its language buttons."""
    form = page.one("form", id="end-for-ever")
    fields = {each.attributes["name"]: each.attributes["value"] for each in page.all("input") if form in each.parents}
    return browser.post(form.attributes["action"], data={**fields, **more})


def test_both_codes_a_word_of_warning_and_one_button(client: CheckingClient, hall: TownHall, held: Held) -> None:
    asked = give(client, held.card.full_code, held.code)
    page = read(asked)
    assert (asked.status_code, page.h1) == (200, "End this card for ever?")
    for words in ("What happens", "From when", "Can it be undone? No.", "What stays with us Its number"):
        assert words in page.text
    assert len([each for each in page.all("button") if "grave" in each.attributes.get("class", "")]) == 1
    assert held.state == CardState.ACTIVE

    done = press(client, page)

    assert (done.status_code, read(done).h1) == (200, "Your card has ended")
    assert held.state == CardState.ENDED
    assert hall.check(held.card.full_code).verdict is Verdict.REVOKED, "published in the same request"
    with hall.session() as session:
        last = session.query(AuditEntry).order_by(AuditEntry.seq.desc()).first()
        assert last is not None
        assert (last.actor, last.act) == ("holder", audit.Act.CARD_ENDED)


def test_a_scanner_may_add_its_enter_and_the_light_code_is_enough(client: CheckingClient, held: Held) -> None:
    assert press(client, read(give(client, held.card.light_code + "\r\n", held.code))).status_code == 200
    assert held.state == CardState.ENDED


def test_a_picture_of_the_home_sheet_is_as_good(client: CheckingClient, held: Held) -> None:
    picture = (io.BytesIO(picture_of(held.card.full_code)), "sheet.png")

    assert press(client, read(give(client, "", held.code, picture=picture))).status_code == 200
    assert held.state == CardState.ENDED


def test_a_mistake_in_one_code_does_not_lose_the_picture_of_the_other(client: CheckingClient, held: Held) -> None:
    for wrong, sentence in (("", "Type the recovery code."), ("ABCD", "There is a slip in this code.")):
        picture = (io.BytesIO(picture_of(held.card.full_code)), "sheet.png")
        answer = give(client, "", wrong, picture=picture)

        page = read(answer)
        assert answer.status_code == 422
        assert sentence in page.one("div", id="mistakes").text
        assert page.one("input", name="code").attributes["value"] == held.card.full_code


def test_a_picture_without_a_code_is_said_at_the_picture(client: CheckingClient, held: Held) -> None:
    answer = give(
        client, "", held.code, picture=(io.BytesIO(picture_of("HTTPS://MUSEUM.EXAMPLE/TICKET")), "poster.png")
    )

    page = read(answer)
    assert "This is not the code of a card." in page.one("p", id="picture-mistake").text
    assert page.one("input", name="code").attributes["value"] == ""
    assert page.one("input", name="recovery").attributes["value"] == held.code


@on_both
def test_every_mismatch_has_the_same_page(app: Flask, held: Held, hand_over: Callable[..., Held]) -> None:
    other, gone = hand_over(), hand_over()
    gone.becomes(CardState.ENDED)
    pages = set()
    for code, recovery in (
        (held.card.full_code, other.code),
        (held.card.full_code, held.guess),
        (held.card.light_code, well_formed("ZZZZZZ")),
        (held.card.full_code, gone.code),
        (gone.card.full_code, gone.code),
    ):
        answer = give(new_browser(app), code, recovery)
        assert answer.status_code == 422
        pages.add(re.sub(r'value="[^"]*"', "", answer.text))

    assert len(pages) == 1
    assert "With these two codes no card can be ended." in pages.pop()
    assert (held.state, other.state) == (CardState.ACTIVE, CardState.ACTIVE)


def test_the_button_alone_ends_nothing(client: CheckingClient, held: Held, hand_over: Callable[..., Held]) -> None:
    """Whoever leaves out the first page is asked for the same two codes."""
    other = hand_over()
    for fields in (
        {"code": held.card.full_code, "recovery": other.code},
        {"code": held.card.full_code},
        {"recovery": held.code},
        {"code": held.card.number, "recovery": held.code},
        {},
    ):
        answer = client.send("/card/end/for-ever", fields, form="/card/end")
        assert (answer.status_code, read(answer).h1) == (422, "End my card for ever")
    assert (held.state, other.state) == (CardState.ACTIVE, CardState.ACTIVE)


def test_pressed_twice_it_has_ended(client: CheckingClient, held: Held) -> None:
    page = read(give(client, held.card.full_code, held.code))

    assert [read(press(client, page)).h1 for _ in range(2)] == ["Your card has ended"] * 2


def test_a_stopped_card_can_be_ended_and_an_old_one_too(
    app: Flask, client: CheckingClient, held: Held, hand_over: Callable[..., Held]
) -> None:
    held.becomes(CardState.SUSPENDED)
    old = hand_over()
    press(client, read(give(client, held.card.full_code, held.code)))
    app.config["CLOCK"].pass_by(days=6 * 365)
    press(client, read(give(client, old.card.full_code, old.code)))

    assert (held.state, old.state) == (CardState.ENDED, CardState.ENDED)


def test_a_card_of_another_city_is_sent_to_its_own(client: CheckingClient, held: Held) -> None:
    said = read(give(client, city_named("Rivemont").card(), held.code)).one("div", id="mistakes").text

    assert "This is not a card of this city. Ask the town hall of the city that stands on the card." in said


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_another_language_on_the_second_page_ends_nothing(client: CheckingClient, held: Held, language: str) -> None:
    page = read(press(client, read(give(client, held.card.full_code, held.code)), lang=language))

    assert page.one("html").attributes["lang"] == language
    assert page.one("form", id="end-for-ever")
    assert held.state == CardState.ACTIVE

    assert press(client, page).status_code == 200
    assert held.state == CardState.ENDED


def test_the_last_page_is_said_again_in_another_language(client: CheckingClient, held: Held) -> None:
    last = read(press(client, read(give(client, held.card.full_code, held.code))))
    said = last.one("input", name="said").attributes["value"]
    again = client.post("/card/end/for-ever", data={"csrf_token": last.token(), "said": said, "lang": "es"})

    assert (again.status_code, read(again).one("html").attributes["lang"]) == (200, "es")
    assert not read(again).all("input", name="code")


def test_its_address_alone_leads_to_the_first_page(client: CheckingClient) -> None:
    assert client.get("/card/end/for-ever").location == "/card/end"


def test_guesses_here_and_at_the_page_for_lost_cards_are_counted_together(client: CheckingClient, held: Held) -> None:
    here = {"environ_overrides": {"REMOTE_ADDR": "198.51.100.202"}}
    both = {"code": held.card.full_code, "recovery": held.guess}
    for turn in range(A_MINUTE):
        address, fields = (
            ("/card/lost", {"recovery": held.guess})
            if turn % 3 == 0
            else ("/card/end", both)
            if turn % 3 == 1
            else ("/card/end/for-ever", both)
        )
        assert client.send(address, fields, form="/card/end", **here).status_code == 422

    for address in ("/card/lost", "/card/end", "/card/end/for-ever"):
        assert client.send(address, both, form="/card/end", **here).status_code == 429, address
