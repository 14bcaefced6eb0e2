"""The holders' pages together: what leads where, what they ask of nobody, and what they leave behind."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from citycard.core.number import printed_number
from citycard.operations import recovery
from citycard.settings import Office
from citycard.web.database import db
from tests.support.reading import CheckingClient, read
from tests.support.traces import traces_of
from tests.web.desk.test_desk import picture_of
from tests.web.holders.conftest import COUNTER, HOURS, Held, well_formed

PAGES = ("/card/", "/card/lost", "/card/end", "/card/kept", "/card/found")


def test_one_page_leads_to_the_four_and_every_public_page_to_the_two_that_are_urgent(client: CheckingClient) -> None:
    leads = {link.attributes["href"] for link in client.page("/card/").all("a")}
    assert set(PAGES[1:]) <= leads

    for address in ("/", "/about", "/what-to-bring", *PAGES):
        foot = client.page(address).one("footer")
        there = {link.attributes["href"] for link in client.page(address).all("a") if link.inside("footer")}
        assert {"/card/lost", "/card/found"} <= there, address
        assert foot.text.startswith("My card is lost I found a card")
    assert client.page("/").all("a", href="/card/")
    assert client.page("/about").all("a", href="/card/kept")


def test_whoever_found_a_card_is_told_where_to_bring_it_and_asked_nothing(client: CheckingClient) -> None:
    page = client.page("/card/found")

    assert not page.all("form")
    assert all(word in page.text for word in (*COUNTER, HOURS))
    assert "It lies here for 60 days." in page.text
    assert "nobody is called" in page.text


def test_an_office_that_says_only_whom_to_ask_says_that(app: Flask, client: CheckingClient, office: Office) -> None:
    object.__setattr__(office.settings, "counter_address", ())

    assert office.settings.contact in client.page("/card/found").text


def test_to_read_a_page_no_register_is_asked(app: Flask, client: CheckingClient) -> None:
    """It works while the register is away, and no page says by its slowness how much is in it."""
    asked: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *what: asked.append(what[2]))
    for address in PAGES:
        assert client.get(address).status_code == 200

    assert asked == []


def test_only_a_form_sets_a_cookie_and_it_says_only_that_the_form_is_ours(app: Flask) -> None:
    for address in PAGES:
        browser = app.test_client()
        cookies = browser.get(address).headers.getlist("Set-Cookie")

        of_a_form = [] if address in ("/card/", "/card/found") else [app.config["SESSION_COOKIE_NAME"]]
        assert [each.split("=")[0] for each in cookies] == of_a_form, address
        with browser.session_transaction() as held:
            assert set(held) <= {"csrf_token"}


def test_a_form_of_somebody_elses_page_stops_nothing(app: Flask, client: CheckingClient, held: Held) -> None:
    assert client.post("/card/lost", data={"recovery": held.code}).status_code == 400
    answer = client.send("/card/lost", {"recovery": held.code}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert held.state == "active"


def test_neither_codes_nor_numbers_are_left_in_an_address_a_title_a_log_or_a_file(
    client: CheckingClient,
    office: Office,
    held: Held,
    hand_over: Callable[..., Held],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    other, nobody = hand_over(), well_formed("ZZZZZZ", "4T7MZ0QX9K2R")
    plain = held.code.replace("-", "")
    typed = [
        *(held.code, plain, plain[recovery.SELECTOR :], nobody, nobody.replace("-", "")),
        *(held.card.full_code, held.card.light_code),
    ]
    numbers = [held.card.number, printed_number(held.card.number)]
    logging.getLogger("citycard").propagate = True
    sends: list[tuple[str, dict[str, Any]]] = [
        ("/card/kept", {"code": held.card.full_code}),
        ("/card/kept", {"code": "", "picture": (io.BytesIO(picture_of(held.card.full_code)), held.card.number)}),
        ("/card/kept", {"code": held.card.number}),
        ("/card/lost", {"recovery": nobody}),
        ("/card/lost", {"recovery": held.code[:-1]}),
        ("/card/lost", {"recovery": held.code}),
        ("/card/end", {"code": held.card.light_code, "recovery": other.code}),
        ("/card/end", {"code": held.card.full_code, "recovery": held.code}),
        ("/card/end/for-ever", {"code": held.card.full_code, "recovery": held.code}),
    ]
    with caplog.at_level(logging.DEBUG):
        for address, fields in sends:
            answer = client.send(address, fields, form="/card/end")

            assert answer.headers["Cache-Control"] == "no-store"
            said = [*(value for _, value in answer.headers), answer.request.url, read(answer).one("title").text]
            assert not any(secret in text for secret in (*typed, *numbers) for text in said), address
    assert held.state == "ended"

    assert not any(secret in caplog.text for secret in (*typed, *numbers))
    assert traces_of(typed, in_folders=[tmp_path]) == []
    # The number stands in the register, which is what a register is; in no other file.
    assert {each.partition(":")[0].partition("-")[0] for each in traces_of(numbers, in_folders=[tmp_path])} == {
        "register.sqlite3"
    }
