"""What do you keep about me? Everything, for whoever shows the card, and nothing of what stands on it."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import select
from werkzeug.test import TestResponse

from citycard.core.number import printed_number
from citycard.operations import enrol, key_changes, print_card
from citycard.store.cards import Card, CardState
from citycard.store.tables import Base
from citycard.web import workplace
from citycard.web.holders import pictures
from tests.support.browser import NewPage, assert_accessible, assert_only_own_origin, assert_quiet
from tests.support.loopback import serving
from tests.support.reading import CheckingClient, Page, read
from tests.support.town_hall import TownHall
from tests.web.desk.test_desk import picture_of
from tests.web.holders.conftest import COUNTER, Held
from tests.web.real_office import HOLDER, city_named


def ask(browser: CheckingClient, code: str = "", **more: object) -> TestResponse:
    """Show a card."""
    return browser.send("/card/kept", {"code": code, **more})


def facts(page: Page) -> dict[str, str]:
    """What stands on the page, by its label."""
    return dict(zip((each.text for each in page.all("dt")), (each.text for each in page.all("dd")), strict=True))


def everything(hall: TownHall) -> dict[str, list[str]]:
    """All that the register holds."""
    with hall.session() as session:
        return {
            table.name: sorted(repr(tuple(row)) for row in session.execute(select(table)))
            for table in Base.metadata.sorted_tables
        }


@pytest.mark.parametrize("kind", ["full_code", "light_code"])
def test_the_card_shows_all_that_is_kept_of_it(client: CheckingClient, hall: TownHall, held: Held, kind: str) -> None:
    page = read(ask(client, getattr(held.card, kind)))

    with hall.session() as session:
        card = session.get_one(Card, held.card.number)
        assert facts(page) == {
            "Number": printed_number(card.number),
            "State": "valid",
            "Issued": "November 23, 2026",
            "Valid until": "November 22, 2031",
            "Place in the published list": f"List {card.list_no}, place {card.list_index}",
            "Key that signed it, and many others": card.kid,
            "Recovery code": "Nothing of the code itself: two marks, to find your card and to know the code by",
            "Handed in at the town hall": "no" if kind == "full_code" else "Said only to whoever shows the large code",
        }
    assert "This is all." in page.text
    assert "Not your name" in page.text
    assert "To be forgotten" in page.text


def test_nothing_that_the_code_says_of_the_person_is_shown(client: CheckingClient, held: Held) -> None:
    answer = ask(client, held.card.full_code)

    assert not any(part in answer.text for part in (HOLDER, "Marchevert", "1991", held.card.full_code))
    assert not read(answer).all("img")


def test_that_somebody_asked_is_neither_kept_nor_counted(app: Flask, client: CheckingClient, held: Held) -> None:
    before = everything(held.hall)
    ask(client, held.card.full_code)

    assert everything(held.hall) == before
    with app.app_context(), held.hall.session() as session:
        assert workplace.counters().flush(session) == 0


def test_a_found_card_and_a_stopped_one_say_what_to_do(client: CheckingClient, held: Held) -> None:
    held.becomes(CardState.SUSPENDED)
    page = read(ask(client, held.card.full_code))
    assert facts(page)["State"] == "suspended"
    assert "Come with it." in page.text

    held.brought_in()
    page = read(ask(client, held.card.full_code))
    assert facts(page)["Handed in at the town hall"] == "Yes, on November 23, 2026"
    assert "at the latest on January 21, 2027" in page.text
    assert COUNTER[0] in page.text


def test_a_card_past_its_last_day_is_called_so(app: Flask, client: CheckingClient, held: Held) -> None:
    app.config["CLOCK"].pass_by(days=6 * 365)

    assert facts(read(ask(client, held.card.full_code)))["State"] == "past its last day"


def test_of_an_ended_card_nothing_is_left_to_be_forgotten(client: CheckingClient, held: Held) -> None:
    held.becomes(CardState.ENDED)
    page = read(ask(client, held.card.full_code))

    assert (facts(page)["State"], facts(page)["Recovery code"]) == ("ended", "nothing")
    assert "To be forgotten" not in page.text
    assert "There is nothing else about you to erase." in page.text


@pytest.mark.parametrize("typed", ["HELLO", "0000-0000-0000-0000", "A" * 400])
def test_what_is_no_code_is_called_so(client: CheckingClient, hall: TownHall, typed: str) -> None:
    answer = ask(client, typed)

    assert answer.status_code == 422
    assert "This is not the code of a card." in read(answer).one("div", id="mistakes").text


def test_the_number_alone_shows_nothing(client: CheckingClient, held: Held) -> None:
    """A number can be overheard."""
    answer = ask(client, held.card.number)

    assert answer.status_code == 422
    assert not read(answer).all("dl")


def test_a_card_of_another_city_is_told_whom_to_ask_and_nothing_else(client: CheckingClient, hall: TownHall) -> None:
    answer = ask(client, city_named("Rivemont").card())

    said = read(answer).one("div", id="mistakes").text
    assert "Ask the town hall of the city that stands on the card." in said
    assert not any(word in answer.text for word in (HOLDER, "Rivemont"))


def test_a_card_of_a_stolen_key_is_exchanged(client: CheckingClient, hall: TownHall, held: Held) -> None:
    with hall.session() as session:
        kid = session.get_one(Card, held.card.number).kid
    key_changes.compromise(hall.ring, kid, now=hall.now)

    assert "you get a new one" in read(ask(client, held.card.full_code)).one("div", id="mistakes").text


def test_neither_card_nor_picture_is_said_kindly(client: CheckingClient) -> None:
    assert "choose a picture" in read(ask(client)).one("div", id="mistakes").text


def test_a_picture_of_too_many_pixels_is_said_with_what_to_do(client: CheckingClient) -> None:
    """A telephone of today takes 48 megapixels when it is told to."""
    out = io.BytesIO()
    Image.new("1", (8000, 6000), 1).save(out, "PNG")
    assert "at most 12 megapixels" in client.page("/card/kept").text

    answer = ask(client, picture=(io.BytesIO(out.getvalue()), "card.png"))

    assert answer.status_code == 422
    said = read(answer).one("p", id="picture-mistake").text
    assert said.endswith("Take it again with a lower resolution, or cut it so that little more than the code is left.")


def test_a_telephone_takes_the_picture_at_once(client: CheckingClient) -> None:
    field = client.page("/card/kept").one("input", name="picture").attributes

    assert (field["capture"], field["accept"]) == ("environment", "image/jpeg,image/png,image/webp")


def test_the_public_opens_one_picture_at_a_time(
    client: CheckingClient, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other places are the clerks'."""
    monkeypatch.setattr(pictures, "TURN", 0.01)
    picture = picture_of(held.card.full_code)
    with pictures._turn:
        answer = ask(client, picture=(io.BytesIO(picture), "card.png"))
        assert "Send this one again." in read(answer).one("div", id="mistakes").text

    assert facts(read(ask(client, picture=(io.BytesIO(picture), "card.png"))))["State"] == "valid"


def test_the_answer_is_said_again_in_another_language(client: CheckingClient, held: Held) -> None:
    page = read(ask(client, held.card.full_code))
    said = page.one("input", name="said").attributes["value"]
    arabic = client.post("/card/kept", data={"csrf_token": page.token(), "said": said, "lang": "ar"})

    assert read(arabic).one("html").attributes["dir"] == "rtl"
    assert printed_number(held.card.number) in arabic.text


@pytest.mark.browser
def test_a_picture_of_a_really_printed_card_is_read_on_a_telephone(
    app: Flask, hall: TownHall, new_page: NewPage
) -> None:
    ticket = hall.approved()
    issued = hall.issue(ticket)
    with hall.case(ticket, "Amel") as (session, row, staff):
        pdf = print_card.print_card(session, hall.desk(), row, by=staff, translate=lambda text, _language: text)
        assert enrol.read(row, hall.desk()).full_code == issued.full_code
    photograph = io.BytesIO()
    pypdfium2.PdfDocument(pdf)[1].render(scale=300 / 72).to_pil().convert("RGB").save(photograph, "JPEG", quality=80)

    with serving(app) as origin:
        page = new_page("fr", viewport={"width": 390, "height": 800})
        page.goto(f"{origin}/card/kept")
        page.set_input_files(
            "#picture", {"name": "carte.jpg", "mimeType": "image/jpeg", "buffer": photograph.getvalue()}
        )
        page.click("main button[type=submit]")
        expect(page.locator("main")).to_contain_text(printed_number(issued.number))
        assert_accessible(page)
        page.click("header button[value=ar]")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        expect(page.locator("main")).to_contain_text(printed_number(issued.number))
        assert_only_own_origin(page)
        assert_quiet(page)
