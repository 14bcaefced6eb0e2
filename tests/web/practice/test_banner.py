"""Nobody may take a practice office for a real one: the banner is on every page, on errors and on paper as well."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page as Tab

from citycard.operations import enrol
from citycard.settings import LANGUAGES
from tests.support.reading import CheckingClient, Page, read
from tests.support.town_hall import TownHall
from tests.web.conftest import CAST, new_browser
from tests.web.enrolment.test_in_chromium import counter, sit_down
from tests.web.test_access import addresses

__all__ = ["counter"]

SignedIn = Callable[[str], CheckingClient]


def banner_of(page: Page) -> str:
    """What the banner says; nothing where there is none."""
    bands = page.all("aside", class_="training-line")
    return next((band.text for band in bands if "hidden" not in band.attributes), "")


@pytest.fixture
def tickets(hall: TownHall) -> list[str]:
    """An open enrolment in each state."""
    draft, held, waiting = hall.enrol(), hall.enrol(), hall.enrol()
    with hall.case(held, "Amel") as (session, enrolment, _):
        enrol.hold(session, hall.desk(), enrolment)
    hall.submit(waiting)
    approved, issued, printed = hall.approved(), hall.approved(), hall.approved()
    hall.issue(issued)
    hall.issue(printed)
    hall.print(printed)
    return [draft, held, waiting, approved, issued, printed]


def pages_for(app: Flask, tickets: list[str]) -> list[str]:
    """Every address that is asked for with GET: of each enrolment, of each story, and all the others."""
    found: list[str] = []
    for rule, method, address in addresses(app):
        if method != "GET" or rule.endpoint == "static":
            continue
        if "ticket" in rule.arguments:
            found += [address.replace("AAAA", ticket) for ticket in tickets]
        elif rule.arguments == {"key"}:
            found += [address.replace("AAAA", "born-here")]
        else:
            found.append(address)
    return found


@pytest.mark.parametrize("name", [*CAST, "nobody"])
def test_it_is_on_every_page_that_anybody_opens(app: Flask, signed_in: SignedIn, tickets: list[str], name: str) -> None:
    browser = new_browser(app) if name == "nobody" else signed_in(name)
    seen = 0
    for address in [*pages_for(app, tickets), "/no-such-page"]:
        answer = browser.get(address)
        # The check page is a file to take away, and says by itself that a practice card is none.
        attached = "attachment" in answer.headers.get("Content-Disposition", "")
        if answer.mimetype != "text/html" or attached or 300 <= answer.status_code < 400:
            continue
        assert banner_of(read(answer)), f"{address} ({answer.status_code}) could be a real office's"
        seen += 1

    assert seen > 5


def test_it_is_on_what_a_form_answers(signed_in: SignedIn, app: Flask) -> None:
    amel = signed_in("Amel")
    for answer in (
        amel.send("/practice/born-here", {"code": "HELLO"}),
        amel.send("/practice/born-here", {"code": ""}),
        amel.send("/enrolments/find", {"ticket_to_find": "ZZZZ"}, form="/enrolments/"),
        amel.send("/enrolments/ZZZZ/resume", form="/enrolments/"),
        amel.post("/enrolments/", data={"csrf_token": "another office's"}),
        new_browser(app).send("/staff/sign-in", {"name": "Amel", "password": "wrong, and long enough"}),
    ):
        assert "TRAINING" in banner_of(read(answer)), answer.request.path


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_readers_language(client: CheckingClient, language: str) -> None:
    client.get(f"/?lang={language}")
    page = client.page("/")

    assert banner_of(page)
    assert page.one("aside", class_="training-line").attributes["aria-label"]


def test_it_takes_the_place_of_the_demonstrations_line(client: CheckingClient) -> None:
    assert not client.page("/").all("aside", class_="demo-line")


@pytest.mark.browser
@pytest.mark.parametrize("medium", ["screen", "print"])
def test_it_is_seen_on_the_screen_and_on_paper(page: Tab, counter: str, medium: str) -> None:
    sit_down(page, counter)
    page.emulate_media(media=medium)  # type: ignore[arg-type]
    for path in ("/enrolments/", "/practice/born-here", "/what-to-bring"):
        page.goto(counter + path)

        band = page.locator(".training-line b")
        assert band.is_visible()
        box = band.bounding_box()
        assert box is not None
        assert box["height"] >= 24, "letters that are seen from the door"
