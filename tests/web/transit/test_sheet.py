"""The transit sheet at the counter: only on request, only after the warning, and nothing of it is kept."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from citycard.operations import counting
from citycard.settings import Office
from citycard.store.tables import Base
from citycard.transit.sentences import LANGUAGES, texts
from citycard.web.database import db
from tests.support.paper import rasterised, read_codes, words_on
from tests.support.reading import CheckingClient, Page, read
from tests.support.town_hall import Issued, TownHall
from tests.web.conftest import Clock
from tests.web.enrolment.conftest import NOEMIE, Counter, approves

SignedIn = Callable[[str], CheckingClient]
AGREED = {"language": "es", "which": "light", "read_aloud": "y", "do": "print"}


@pytest.fixture
def card(hall: TownHall) -> Issued:
    """Léonie's card, handed over last year."""
    return hall.card()


@pytest.fixture
def finished(amel: Counter, bruno: CheckingClient) -> Counter:
    """Amel's enrolment of Noémie, whose card is issued."""
    amel.enrols()
    amel.submits()
    approves(bruno, amel)
    amel.presses("issue")
    return amel


def printed(answer: TestResponse) -> tuple[list[str], str]:
    """The codes on the sheet that came, and its words."""
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), answer.get_data(as_text=True)[:2000]
    assert answer.headers["Cache-Control"] == "no-store"
    pdf = answer.get_data()
    return read_codes(rasterised(pdf, dots_per_inch=150)[0]), " ".join(" ".join(words_on(pdf)).split())


def warned(page: Page, language: str) -> str:
    """What is to be read aloud, once it is clear that it stands there in this language."""
    section = page.one("section", lang=language, aria_labelledby="warning")
    for name in ("warning.title", "warning.risky", "warning.checks", "warning.help", "warning.kept"):
        assert texts(language).sentences[name] in section.text
    return section.text


def sheets_counted(app: Flask) -> int:
    with app.app_context():
        return sum(row.count for row in counting.totals(db.session) if row.event == "transit-sheet")  # type: ignore[arg-type]


def all_rows(app: Flask) -> dict[str, list[str]]:
    """The whole register but the counters and who sits where."""
    with app.app_context():
        return {
            table.name: sorted(repr(tuple(row)) for row in db.session.execute(select(table)))
            for table in Base.metadata.sorted_tables
            if table.name not in ("staff_sessions", "counters")
        }


# --- at the end of an enrolment -------------------------------------------------------------------


def test_the_finish_page_leads_to_the_warning_in_the_holders_language(finished: Counter) -> None:
    address = finished.at("transit")
    assert list(finished.browser.page(finished.at("finish")).all("a", href=address))

    page = finished.browser.page(address)

    said = warned(page, NOEMIE["language"])
    assert texts("es").sentences["warning.full"] in said
    assert "Port-Sable" in said
    assert page.one("input", id="which-0").attributes.get("checked") is not None
    assert page.one("input", id="read_aloud").attributes.get("checked") is None
    assert NOEMIE["full_name"] not in page.text


def test_the_warning_can_be_read_in_six_languages_and_the_choice_is_in_no_address(finished: Counter) -> None:
    for language in LANGUAGES:
        answer = finished.browser.send(
            finished.at("transit"), {"language": language, "which": "full", "read_aloud": "y", "do": "show"}
        )

        page = read(answer)
        warned(page, language)
        assert answer.status_code == 200
        assert page.one("input", id="which-1").attributes.get("checked") is not None, "what was chosen is still chosen"
    assert sheets_counted(finished.app) == 0


def test_the_light_code_is_on_the_sheet_unless_the_holder_asks_for_the_full_one(finished: Counter) -> None:
    file, before = finished.file(), all_rows(finished.app)

    light, words = printed(finished.browser.send(finished.at("transit"), AGREED))
    full, _ = printed(finished.browser.send(finished.at("transit"), {**AGREED, "which": "full"}))

    assert (light, full) == ([file.light_code], [file.full_code])
    for of_holder in ("Noémie", "Kassar", "1987", "Tilleuls"):
        assert of_holder not in words
    assert "Demonstration, not a valid card" in words
    assert all_rows(finished.app) == before, "a sheet leaves nothing but one in a counter"
    assert sheets_counted(finished.app) == 2


def test_without_the_tick_there_is_a_sentence_and_a_language_button_prints_nothing(finished: Counter) -> None:
    # An empty box is not sent by browsers at all.
    unticked = {name: value for name, value in AGREED.items() if name != "read_aloud"}
    for sent in ({**AGREED, "read_aloud": ""}, unticked):
        answer = finished.browser.send(finished.at("transit"), sent)

        assert answer.status_code == 422
        assert "Read the warning aloud first" in read(answer).one("div", id="mistakes").text
    assert finished.browser.send(finished.at("transit"), {**AGREED, "lang": "fr"}).mimetype == "text/html"
    assert sheets_counted(finished.app) == 0


def test_before_the_codes_are_signed_there_is_nothing_to_print(amel: Counter) -> None:
    amel.enrols()
    for answer in (
        amel.browser.get(amel.at("transit")),
        amel.browser.send(amel.at("transit"), AGREED, form=amel.at("check")),
    ):
        assert (answer.status_code, answer.location) == (303, amel.at("check"))


# --- later, from the card -------------------------------------------------------------------------


@pytest.mark.parametrize("side", ["light", "full"])
def test_a_holder_who_comes_later_gets_the_code_that_was_scanned(
    signed_in: SignedIn, app: Flask, hall: TownHall, card: Issued, side: str
) -> None:
    amel, code = signed_in("Amel"), card.full_code if side == "full" else card.light_code
    before = all_rows(app)
    first = amel.send("/transit/", {"code": code + "\n"})
    page = read(first)
    said = warned(page, "en")
    assert texts("en").sentences[f"warning.{side}"] in said
    held = page.one("input", id="code").attributes["value"]

    codes, words = printed(amel.send("/transit/", {"code": held, "language": "ar", "read_aloud": "y", "do": "print"}))

    assert codes == [code]
    assert ("Whoever photographs it can read it" in words) is (side == "full")
    assert ("the sheet will carry it" in page.text) is (side == "full")
    assert "Marchevert" not in words + page.text
    assert all_rows(app) == before
    assert sheets_counted(app) == 1


def test_the_code_is_in_no_address_and_in_no_log(
    signed_in: SignedIn, hall: TownHall, card: Issued, caplog: pytest.LogCaptureFixture
) -> None:
    amel = signed_in("Amel")
    page = read(amel.send("/transit/", {"code": card.light_code}))
    printed(amel.send("/transit/", {"code": card.light_code, "language": "de", "read_aloud": "y", "do": "print"}))

    for element in page.elements:
        for name in ("href", "action", "src", "formaction"):
            assert card.light_code[:20] not in element.attributes.get(name, "")
    assert card.light_code[:20] not in caplog.text
    assert card.number not in caplog.text


def test_a_language_button_keeps_the_scanned_card(signed_in: SignedIn, hall: TownHall, card: Issued) -> None:
    sent = {"code": card.light_code, "language": "it", "read_aloud": "y", "lang": "fr"}
    page = read(signed_in("Amel").send("/transit/", sent))

    assert page.one("html").attributes["lang"] == "fr"
    warned(page, "it")
    assert page.one("input", id="code").attributes["value"] == card.light_code
    assert page.one("input", id="read_aloud").attributes.get("checked") is not None


def test_what_gives_no_sheet_has_its_sentence(signed_in: SignedIn, hall: TownHall, card: Issued, clock: Clock) -> None:
    amel = signed_in("Amel")

    def says(typed: str, sentence: str) -> None:
        answer = amel.send("/transit/", {"code": typed})
        assert answer.status_code == 422
        assert sentence in read(answer).one("div", id="mistakes").text

    says("", "Scan one of the two codes")
    says("A" * 400, "not the code of a card")
    says(card.number, "A number is not enough here")
    amel.send("/cards/suspend", {"card": card.number}, form="/cards/")
    says(card.light_code, "not valid now")
    amel.send("/cards/resume", {"card": card.full_code, "face": "yes"}, form="/cards/")
    clock.pass_by(days=20 * 366)
    amel = signed_in("Amel")
    says(card.light_code, "not valid now")


def test_a_card_that_ended_meanwhile_is_not_printed(
    signed_in: SignedIn, app: Flask, hall: TownHall, card: Issued
) -> None:
    amel = signed_in("Amel")
    amel.send("/transit/", {"code": card.light_code})
    amel.send("/cards/end", {"card": card.number}, form="/cards/")

    answer = amel.send("/transit/", {"code": card.light_code, "language": "fr", "read_aloud": "y", "do": "print"})

    assert answer.status_code == 409
    assert "not valid now" in answer.get_data(as_text=True)
    assert sheets_counted(app) == 0


def test_an_office_that_has_published_nothing_gives_no_sheet(
    signed_in: SignedIn, app: Flask, office: Office, hall: TownHall, card: Issued
) -> None:
    amel = signed_in("Amel")
    office.published.rename(office.published.with_name("away"))

    answer = amel.send("/transit/", {"code": card.light_code, "language": "fr", "read_aloud": "y", "do": "print"})

    assert answer.status_code == 409
    assert "published nothing yet" in answer.get_data(as_text=True)
    assert sheets_counted(app) == 0


def test_nobody_else_prints_one(signed_in: SignedIn) -> None:
    for name in ("Library", "Chloe", "Dario", "Esra"):
        assert signed_in(name).get("/transit/").status_code == 403


def test_the_page_of_a_card_leads_here_and_names_nobody(signed_in: SignedIn, hall: TownHall, card: Issued) -> None:
    page = read(signed_in("Amel").send("/cards/", {"card": card.number}))

    [link] = page.all("a", href="/transit/")
    assert re.search("asks for", link.text)
