"""People as they are: a name of one word or of thirty, a gender in one's own words, somebody to interpret, to call."""

from __future__ import annotations

from typing import Any

import pytest
from babel import Locale
from flask import Flask
from sqlalchemy import select

from citycard.printing.errors import CannotPrint
from citycard.store.audit import AuditEntry
from citycard.store.counters import Counter as Counted
from citycard.web.database import db
from citycard.web.enrolment import interpreters
from citycard.web.languages import LANGUAGES
from tests.support.paper import words_on
from tests.support.reading import CheckingClient, read
from tests.web.enrolment.conftest import Counter, approves, picture, sentences

LONG = "Ana María " + "de los Ángeles y " * 6 + "Fernández"
"""A name of 121 letters; a card takes 100."""


def plain(text: str) -> str:
    """`text` with single spaces of the usual kind."""
    return " ".join(text.split())


def printed(amel: Counter, bruno: CheckingClient) -> tuple[str, str]:
    """What stands on the card and on the slip, once it has gone all the way."""
    amel.submits()
    approves(bruno, amel)
    amel.presses("issue")
    card, slip = (plain(" ".join(words_on(amel.presses(which).data))) for which in ("print", "slip"))
    return card, slip


@pytest.mark.parametrize(
    "name", ["Tadele", "Li", "Joost van der Velde", "Hnatyshko Oleksa", "ሰላም", "O'Neill-de la Cruz"]
)
def test_a_name_is_taken_and_printed_in_its_holders_order(amel: Counter, bruno: CheckingClient, name: str) -> None:
    amel.answers["full_name"] = name
    amel.enrols()

    card, slip = printed(amel, bruno)

    assert name in card
    assert name in slip


def test_the_page_asks_for_one_name_in_the_holders_order(amel: Counter) -> None:
    page = amel.opens().browser.page(amel.at("identity"))

    assert "in the order the holder uses. One name alone is a whole name." in page.text
    names = {item.attributes["name"] for item in page.all("input") if "name" in item.attributes.get("name", "")}
    assert names == {"full_name", "name_on_card", "own_script_name"}


def test_of_a_name_longer_than_the_card_the_holder_says_how_it_stands_there(
    amel: Counter, bruno: CheckingClient
) -> None:
    amel.opens()
    asked = amel.types(portrait=picture(), full_name=LONG)
    assert asked.status_code == 422
    page = read(asked)
    assert page.one("input", name="full_name").attributes["value"] == LONG, "nothing is lost"
    assert page.all("a", href="#name_on_card")

    amel.answers |= {"full_name": LONG, "name_on_card": "Ana María Fernández"}
    amel.enrols()
    checked = amel.browser.page(amel.at("check")).text
    card, slip = printed(amel, bruno)

    assert LONG in checked
    assert "Ana María Fernández" in card
    assert "Ana María Fernández" in slip
    assert "Ángeles" not in card + slip


def test_a_short_name_has_no_second_form(amel: Counter) -> None:
    amel.opens().types(portrait=picture(), name_on_card="Somebody Else")

    assert amel.file().card_name == amel.answers["full_name"]


def test_without_a_script_the_second_form_is_asked_for_only_where_it_is_needed(amel: Counter) -> None:
    page = amel.opens().browser.page(amel.at("identity"))

    around = page.one("input", name="name_on_card").parents
    assert any("data-long-name" in one.attributes and "hidden" in one.attributes for one in around)


def entries(app: Flask) -> list[tuple[str, str]]:
    """Acts and actors of the log."""
    with app.app_context():
        return [(row.act, row.actor) for row in db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq))]


def counters(app: Flask) -> list[tuple[Any, ...]]:
    """All that is counted."""
    with app.app_context():
        return sorted((row.service, row.week, row.event, row.count) for row in db.session.scalars(select(Counted)))


def test_another_gender_leaves_no_trace(amel: Counter, app: Flask) -> None:
    amel.answers["gender_words"] = "femme"
    amel.enrols()
    before, counted = entries(app), counters(app)

    amel.types(gender_words="en mes propres mots")

    assert amel.file().gender_words == "en mes propres mots"
    assert "femme" not in repr(list(vars(amel.file()).values()))
    assert (entries(app), counters(app)) == (before, counted)
    assert "en mes propres mots" in amel.browser.page(amel.at("check")).text


def test_nobody_is_asked_for_a_proof_of_gender_and_a_card_without_is_whole(amel: Counter) -> None:
    assert "Nobody asks for a proof" in amel.opens().browser.page(amel.at("identity")).text

    amel.enrols()

    asked = [line.text for line in amel.browser.page(amel.at("check")).all("dt")]
    assert "Gender, in the holder's own words" not in asked


def test_an_interpreter_is_announced_on_every_screen_and_beside_the_ticket(
    amel: Counter, bruno: CheckingClient
) -> None:
    amel.answers["interpreter"] = "ps"
    amel.enrols()

    for step in ("identity", "evidence", "card", "check"):
        assert "Interpreter: Pashto" in amel.browser.page(amel.at(step)).text
    amel.submits()
    assert "Interpreter: Pashto" in bruno.page("/enrolments/").text


def test_needing_an_interpreter_is_on_no_card_and_in_no_approval(amel: Counter, bruno: CheckingClient) -> None:
    amel.answers["interpreter"] = "signed"
    amel.enrols()
    amel.submits()
    approves(bruno, amel)

    amel.types(interpreter="")

    assert amel.row_state() == "approved", "the card says nothing of it, so the approval stands"
    assert amel.file().interpreter == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_to_interpret_has_a_name_in_every_language_of_the_pages(language: str) -> None:
    tags = interpreters.LANGUAGES - {interpreters.SIGNED, interpreters.ANOTHER}

    assert tags <= set(Locale.parse(language).languages)


def test_somebody_to_call_is_printed_on_the_back_and_in_no_code(amel: Counter, bruno: CheckingClient) -> None:
    amel.enrols(emergency_name="Marguerite Lund", emergency_phone=" 00  00 00 00 01 ")
    assert "Marguerite" not in repr(amel.file().identity("", country="FR")._asdict())

    card, slip = printed(amel, bruno)

    assert "Marguerite Lund" in card
    assert "00 00 00 00 01" in card
    assert "Marguerite" not in slip


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"emergency_name": "Marguerite"}, "emergency_phone", "telephone number"),
        ({"emergency_phone": "0" * 31}, "emergency_phone", "too long for the card"),
        ({"emergency_phone": "00", "emergency_name": "x" * 61}, "emergency_name", "too long for the card"),
        ({"emergency_phone": "00", "emergency_name": "王小明"}, "emergency_name", "no letter"),
    ],
    ids=["no number", "long number", "long name", "no glyph"],
)
def test_somebody_to_call_who_cannot_stand_on_the_card_comes_back(
    amel: Counter, typed: dict[str, str], field: str, sentence: str
) -> None:
    amel.opens().types(portrait=picture())

    answer = amel.types("card", portrait_in_code="no", **typed)

    page = read(answer)
    assert answer.status_code == 422
    assert sentence in page.one("div", id="mistakes").text
    assert page.all("a", href=f"#{field}")
    rare = next(item for item in page.all("details") if "rare" in item.attributes.get("class", ""))
    assert "open" in rare.attributes, "what is to be mended is in sight"


def test_what_the_back_has_no_room_for_leads_to_the_card_screen(amel: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_much(*_arguments: object, **_named: object) -> None:
        raise CannotPrint("Too much.", code="does-not-fit", field="back")

    amel.enrols()
    monkeypatch.setattr("citycard.operations.print_card.render_card", too_much)

    answer = amel.submits()

    assert read(answer).all("a", href=f"{amel.at('card')}#address-ways")
    assert "does not fit on the card" in sentences(answer)
