"""What do I need to bring? Asked of the plain pages, and of what the scripts are given."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from citycard.evidence.reading import read_rule_set
from citycard.evidence.shipped import shipped
from citycard.settings import LANGUAGES
from citycard.store.tables import Base
from citycard.web import workplace
from citycard.web.database import db
from tests.evidence.desks import LEAST
from tests.support.reading import CheckingClient, Page, read
from tests.web.conftest import new_browser

PLAIN = "/what-to-bring/plain"
FRANCE = shipped("fr-2026")


class Visitor:
    """Somebody at home, in a browser without scripts."""

    def __init__(self, browser: CheckingClient) -> None:
        self.browser = browser
        self.page: Page = browser.page(PLAIN)

    @property
    def sent_along(self) -> list[tuple[str, str]]:
        """What the page carries from the questions before, and what is ticked on it."""
        fields = self.page.all("input")
        hidden = [one for one in fields if one.attributes.get("type") == "hidden"]
        chosen = [one for one in fields if "checked" in one.attributes]
        return [(one.attributes["name"], one.attributes.get("value", "")) for one in (*hidden, *chosen)]

    def goes_on(self, *ticks: str, do: str = "next", **others: str) -> Page:
        """Tick papers and press a button."""
        fields: dict[str, Any] = {}
        for name, value in [*self.sent_along, *(("paper", tick) for tick in ticks), *others.items()]:
            fields.setdefault(name, []).append(value)
        fields |= {name: [value] for name, value in others.items()}
        self.page = read(self.browser.post(PLAIN, data={**fields, "do": do}))
        return self.page


@pytest.fixture
def visitor(client: CheckingClient) -> Visitor:
    """Somebody who reads English."""
    return Visitor(client)


def test_the_first_page_leads_there(client: CheckingClient) -> None:
    links = [link.attributes["href"] for link in client.page("/").all("a")]

    assert "/what-to-bring" in links


def test_a_passport_and_a_bill_are_enough(visitor: Visitor) -> None:
    assert visitor.page.h1 == "Who is the card for?"
    visitor.goes_on()
    assert visitor.page.h1 == "What do you have that shows who you are?"
    visitor.goes_on("official-photo")
    assert visitor.page.h1 == "What do you have that shows that you live here?"
    visitor.goes_on("energy-bill")

    said = visitor.page.one("article", class_="slip").text
    assert "You have all that it takes." in visitor.page.text
    assert "Energy or water bill (not older than 1 year)" in said
    assert "Bring also" not in said


def test_somebody_who_lacks_something_is_told_what_would_do(visitor: Visitor) -> None:
    visitor.goes_on()
    visitor.goes_on("health-card", "association-letter")
    said = visitor.goes_on().one("article", class_="slip").text

    assert "You need a little more" in visitor.page.text
    assert "Health insurance card with a photo" in said
    assert "Bring also: one of these:" in said
    assert "Domiciliation certificate" in said
    assert "Come with somebody who knows you" in said


def test_a_child_is_asked_for_the_papers_of_a_parent(visitor: Visitor) -> None:
    assert not visitor.page.all("input", value="family-link")
    visitor.goes_on(age="17")
    assert visitor.page.all("input", value="family-link")
    visitor.goes_on("family-link", "guardian-identity")
    visitor.goes_on("energy-bill")

    assert "You have all that it takes." in visitor.page.text


def test_grown_people_are_not_shown_what_is_for_children(visitor: Visitor) -> None:
    visitor.goes_on()
    ticks = {one.attributes["value"] for one in visitor.page.all("input", name="paper")}

    assert "official-photo" in ticks
    assert not {"family-link", "institution-letter"} & ticks


def test_going_back_keeps_what_was_ticked(visitor: Visitor) -> None:
    visitor.goes_on()
    visitor.goes_on("health-card", expired="health-card")
    visitor.goes_on("energy-bill", do="back")

    assert visitor.page.h1 == "What do you have that shows who you are?"
    ticked = {one.attributes["id"] for one in visitor.page.all("input") if "checked" in one.attributes}
    assert ticked == {"paper-health-card", "expired-health-card"}
    visitor.goes_on()
    assert {one.attributes["id"] for one in visitor.page.all("input") if "checked" in one.attributes} == {
        "paper-energy-bill"
    }


def test_several_letters_are_carried_along_with_their_number(visitor: Visitor) -> None:
    visitor.goes_on()
    visitor.goes_on("association-letter", **{"count.association-letter": "2"})

    assert ("count.association-letter", "2") in visitor.sent_along


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_speaks_another_language_than_the_page(visitor: Visitor, language: str) -> None:
    for _ in range(3):
        visitor.goes_on()
    visitor.goes_on(do="show", slip_language=language)

    sheet = visitor.page.one("article", class_="slip")
    assert visitor.page.one("html").attributes["lang"] == "en"
    assert (sheet.attributes["lang"], sheet.attributes["dir"]) == (language, "rtl" if language == "ar" else "ltr")


def test_another_language_asks_the_same_question_again(visitor: Visitor) -> None:
    visitor.goes_on()
    visitor.goes_on("health-card", do="", lang="ar")

    assert visitor.page.one("html").attributes["dir"] == "rtl"
    assert "checked" in visitor.page.one("input", id="paper-health-card").attributes


def test_nothing_of_the_answers_is_anywhere_afterwards(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with app.app_context():
        before = contents()
    visitor = Visitor(new_browser(app))
    with caplog.at_level(logging.DEBUG):
        for ticks in ((), ("protected-letter", "health-card"), ("outreach-letter",)):
            visitor.goes_on(*ticks)

    assert "Health insurance card" in visitor.page.text
    assert not caplog.text
    with app.app_context():
        assert contents() == before
    cookies = [cookie.decoded_value for cookie in visitor.browser._cookies.values()]  # type: ignore[attr-defined]
    assert not any("letter" in value or "health" in value for value in cookies)
    assert visitor.browser.page("/what-to-bring/plain").h1 == "Who is the card for?"


def contents() -> list[tuple[object, ...]]:
    """All that the register holds."""
    return [tuple(row) for table in Base.metadata.sorted_tables for row in db.session.execute(select(table))]


def test_what_nobody_could_have_ticked_is_not_looked_at(visitor: Visitor) -> None:
    visitor.goes_on()
    page = visitor.goes_on("passport-of-nowhere", "official-photo", age="99", step="identity")

    assert page.h1 == "What do you have that shows that you live here?"
    page = visitor.goes_on(step="no-such-step")
    assert page.h1 == "Who is the card for?"


# --- the page that counts by itself ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_no_form_and_sets_no_cookie(app: Flask, language: str) -> None:
    browser = app.test_client()
    answer = browser.get("/what-to-bring", headers={"Accept-Language": language})
    page = read(answer)

    assert page.one("html").attributes["lang"] == language
    assert not page.all("form")
    assert "Set-Cookie" not in answer.headers
    assert all(button.attributes.get("type") == "button" for button in page.all("button"))


def test_the_scripts_get_the_rules_and_every_word_in_every_language(client: CheckingClient) -> None:
    (place,) = client.page("/what-to-bring").all("div", class_="calculator")
    answer = client.get(place.attributes["data-rules"])
    given = json.loads(answer.text)

    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert "Set-Cookie" not in answer.headers
    assert given["set"] == FRANCE.to_json()
    assert set(given["languages"]) == set(LANGUAGES)
    for words in given["languages"].values():
        assert set(words["papers"]) == set(FRANCE.by_id)
        assert set(words["say"]) == set(given["languages"]["en"]["say"])


def test_a_set_that_speaks_one_language_says_so_where_it_stands(app: Flask) -> None:
    """The page is Arabic, the city's rules are French: a voice must not read them as Arabic."""
    rules = read_rule_set(json.dumps({**LEAST, "names": {"fr": "Règles"}}).encode())
    app.extensions["citycard.workplace"]["rules"] = rules
    browser = app.test_client()

    page = read(browser.get("/what-to-bring", headers={"Accept-Language": "ar"}))

    (label,) = page.all("label", for_="paper-bill")
    assert (label.text, label.attributes["lang"]) == ("Facture", "fr")
    with app.app_context():
        assert workplace.rules() is rules
