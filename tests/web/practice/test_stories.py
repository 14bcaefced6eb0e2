"""The page of stories: ten people, told in four languages, played on the real pages, and a look at the card."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Page as Tab

from citycard.demo.papers import code_picture
from citycard.demo.practice import Ending, Story, stories, story
from citycard.evidence.shipped import shipped
from citycard.settings import LANGUAGES
from citycard.web.app import create_app
from tests.support.browser import NewPage, assert_accessible, assert_quiet
from tests.support.office import make_office
from tests.support.practice import taken_down
from tests.support.reading import CheckingClient, Page, read
from tests.support.town_hall import Issued, TownHall
from tests.web.enrolment.conftest import Counter
from tests.web.enrolment.test_in_chromium import counter, sit_down

__all__ = ["counter"]

SignedIn = Callable[[str], CheckingClient]
each_story = pytest.mark.parametrize("told", stories(), ids=lambda told: told.key)


def card_of(hall: TownHall, key: str, **mistakes: Any) -> Issued:
    """The card that comes of a story, with the clerk's mistakes."""
    told = story(key)
    assert told is not None
    return hall.card(**(taken_down(told, today=hall.office.settings.today(hall.now)) | mistakes))


def shown(amel: Counter, key: str, text: str) -> Page:
    """What the page says of a code."""
    answer = amel.browser.send(f"/practice/{key}", {"code": text})
    assert answer.status_code == 200
    return read(answer)


def verdicts(page: Page) -> list[str]:
    """The verdicts that a page shows, in their order."""
    return [box.attributes["data-verdict"] for box in page.elements if "data-verdict" in box.attributes]


def rows(page: Page) -> dict[str, str]:
    """The comparison: each label with what is said of it."""
    lines = [row for row in page.all("tr") if row.attributes.get("class") in ("same", "other")]
    return {head.text: row.attributes["class"] for row in lines for head in page.all("th") if row in head.parents}


# --- the pages ----------------------------------------------------------------------------------------------------


def test_all_ten_are_on_the_list_and_each_leads_on(amel: Counter) -> None:
    page = amel.browser.page("/practice/")

    links = [link.attributes["href"] for link in page.all("a") if link.inside("li") and link.inside("ol")]
    assert links == [f"/practice/{told.key}" for told in stories()]
    assert "localhost" in page.text, "somebody alone is told how to play two"


@each_story
def test_each_is_told_in_each_language_with_all_that_it_needs(amel: Counter, told: Story) -> None:
    for language in LANGUAGES:
        amel.browser.get(f"/practice/{told.key}?lang={language}")
        page = amel.browser.page(f"/practice/{told.key}")
        words = told.words[language]

        assert page.one("html").attributes["lang"] == language
        assert page.h1 == words.title
        for sentence in (words.who, words.card, *words.watch):
            assert sentence in page.text
        for visit in told.visits:
            for sentence in (visit.words[language].says, visit.words[language].desk, visit.words[language].ending):
                assert sentence in page.text
        assert told.person.name in page.text


@each_story
def test_the_right_ticks_can_be_looked_up(amel: Counter, told: Story) -> None:
    page = amel.browser.page(f"/practice/{told.key}")
    rules = shipped("fr-2026")

    listed = [
        item.text for item in page.all("li") if (parent := item.inside("ul")) and "ticks" in str(parent.attributes)
    ]

    expected = [rules.by_id[paper.document].names["en"] for visit in told.visits for paper in visit.papers]
    assert len(listed) == len(expected)
    for said, name in zip(listed, expected, strict=True):
        assert said.startswith(name)


def test_its_face_is_a_picture_that_the_counter_takes(amel: Counter) -> None:
    answer = amel.browser.get("/practice/arabic-name/face.png")

    assert answer.mimetype == "image/png"
    assert Image.open(io.BytesIO(answer.data)).size == (480, 640)
    amel.opens()
    assert amel.types(portrait=answer.data).location == amel.at("evidence")


def test_what_is_no_story_is_not_found(amel: Counter) -> None:
    for address in ("/practice/nobody", "/practice/nobody/face.png"):
        assert amel.browser.get(address).status_code == 404


def test_a_supervisor_reads_along_and_opens_nothing(bruno: CheckingClient) -> None:
    page = bruno.page("/practice/born-here")

    assert not [button for button in page.all("button") if button.text == "New enrolment"]


@pytest.mark.parametrize("name", ["Library", "Chloe", "Dario", "Esra"])
def test_others_have_no_stories(signed_in: SignedIn, name: str) -> None:
    assert signed_in(name).get("/practice/").status_code == 403


def test_an_office_that_is_none_to_practise_in_has_no_such_page(tmp_path: Any) -> None:
    app = create_app(make_office(tmp_path))

    assert not [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/practice")]
    page = app.test_client().get("/").get_data(as_text=True)
    assert "training-line" not in page
    assert "training.css" not in page


# --- played ---------------------------------------------------------------------------------------------------------


@each_story
def test_its_ticks_lead_where_it_says(amel: Counter, told: Story) -> None:
    """On the real page: on to the card, or to what is missing; and without papers to whoever answers for the person."""
    person = told.person
    for visit in told.visits:
        amel.ticket = ""
        amel.opens()
        born = person.date_of_birth(amel.desk().office.settings.today(amel.desk().now))
        age = shipped("fr-2026").band_of(person.age)
        ticks: dict[str, Any] = {
            "age": "" if age is None else str(age),
            "paper": [paper.document for paper in visit.papers],
            "expired": [paper.document for paper in visit.papers if paper.expired],
        }
        amel.answers |= {"full_name": person.name, "birth_known": "unknown", "day": "", "month": "", "year": ""}
        if born:
            amel.answers |= {"year": born[:4], "birth_known": "year" if len(born) == 4 else "full"}
            amel.answers |= {"month": born[4:6], "day": born[6:]} if len(born) == 8 else {}
        face = amel.browser.get(f"/practice/{told.key}/face.png").data
        answer = amel.types(portrait=face, companion=person.company)
        assert answer.status_code == 303, answer.get_data(as_text=True)

        answer = amel.types("evidence", **ticks)

        if visit.ends is Ending.CARD:
            assert answer.location == amel.at("card")
            assert amel.file().address_as == (visit.address or "")
        else:
            assert answer.status_code == 422
            if visit.ends is Ending.COLLEAGUE:
                assert amel.browser.get(amel.at("vouch")).status_code == 200


# --- the card -------------------------------------------------------------------------------------------------------


@each_story
def test_a_good_card_says_what_its_story_says_and_is_good_nowhere_else(
    amel: Counter, hall: TownHall, told: Story
) -> None:
    page = shown(amel, told.key, card_of(hall, told.key).full_code)

    assert verdicts(page) == ["OK", "UNKNOWN_ISSUER"]
    assert set(rows(page).values()) == {"same"}
    assert len(rows(page)) >= 4


@pytest.mark.parametrize(
    ("key", "mistake", "line"),
    [
        ("new-name", {"full_name": "Mario Echevarne"}, "Name"),
        ("year-only", {"birth_known": "full", "date_of_birth": "19590101"}, "Date of birth"),
        ("interpreter", {"birth_known": "year", "date_of_birth": "2002"}, "Date of birth"),
        ("single-name", {"portrait_in_code": "yes"}, "Portrait in the code"),
        ("arabic-name", {"own_script_in_code": False}, "Name in its own script, in the code"),
        ("interpreter", {"own_script_in_code": True}, "Name in its own script, in the code"),
        ("arabic-name", {"address_in_code": True}, "Address in the code"),
    ],
)
def test_what_differs_is_pointed_out(
    amel: Counter, hall: TownHall, key: str, mistake: dict[str, Any], line: str
) -> None:
    page = shown(amel, key, card_of(hall, key, **mistake).full_code)

    assert [label for label, said in rows(page).items() if said == "other"] == [line]


def test_the_small_code_says_that_it_is_the_small_one(amel: Counter, hall: TownHall) -> None:
    page = shown(amel, "born-here", card_of(hall, "born-here").light_code)

    assert verdicts(page) == ["OK", "UNKNOWN_ISSUER"]
    assert "This is the small code" in page.text
    assert not rows(page)


def test_what_is_no_card_is_said_once(amel: Counter) -> None:
    assert verdicts(shown(amel, "born-here", "HELLO")) == ["MALFORMED"]


def test_a_picture_of_the_code_will_do(amel: Counter, hall: TownHall) -> None:
    picture = code_picture(card_of(hall, "born-here").full_code)

    answer = amel.browser.send("/practice/born-here", {"code": "", "picture": (io.BytesIO(picture), "screen.png")})

    assert verdicts(read(answer)) == ["OK", "UNKNOWN_ISSUER"]


def test_a_picture_of_something_else_is_said_beside_it(amel: Counter) -> None:
    face = amel.browser.get("/practice/born-here/face.png").data

    answer = amel.browser.send("/practice/born-here", {"code": "", "picture": (io.BytesIO(face), "face.png")})

    assert answer.status_code == 422
    assert read(answer).one("input", id="picture").attributes["aria-invalid"] == "true"


def test_without_a_code_it_asks_for_one(amel: Counter) -> None:
    assert amel.browser.send("/practice/born-here", {"code": ""}).status_code == 422


def test_another_language_checks_nothing_and_keeps_the_code(amel: Counter, hall: TownHall) -> None:
    code = card_of(hall, "born-here").full_code

    page = read(amel.browser.send("/practice/born-here", {"code": code, "lang": "es"}))

    assert page.one("html").attributes["lang"] == "es"
    assert not verdicts(page)
    assert page.one("input", id="code").attributes["value"] == code


def test_nothing_of_a_checked_card_stays(app: Flask, amel: Counter, hall: TownHall) -> None:
    shown(amel, "born-here", card_of(hall, "born-here").full_code)

    page = amel.browser.page("/practice/born-here")
    assert not verdicts(page)
    assert not page.one("input", id="code").attributes.get("value")


@pytest.mark.browser
@pytest.mark.parametrize(("locale", "width"), [("fr", 1280), ("ar", 320)])
def test_the_stories_can_be_used_by_everybody(
    new_page: NewPage, counter: str, hall: TownHall, locale: str, width: int
) -> None:
    code = card_of(hall, "interpreter").full_code
    page = new_page(locale, viewport={"width": width, "height": 900})
    sit_down(page, counter)
    for path in ("/practice/", "/practice/second-clerk", "/practice/interpreter"):
        page.goto(counter + path)
        _look(page, width)
    for summary in page.locator(".told summary").all():
        summary.click()
    page.fill("#code", code)
    with page.expect_navigation():
        page.press("#code", "Enter")
    assert page.evaluate("document.activeElement.classList.contains('results')"), "what was found is read out first"
    _look(page, width)
    assert_quiet(page)


def _look(page: Tab, width: int) -> None:
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
