"""The slip in a real browser: in four languages, with keys alone, and without any script."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select

from citycard.store.counters import Counter as Counted
from citycard.store.enrolments import Enrolment
from citycard.web.database import db
from tests.support.browser import NewPage, assert_accessible, assert_only_own_origin, complaints_of
from tests.web.enrolment.test_in_chromium import counter, open_one, sit_down

__all__ = ["counter"]

pytestmark = pytest.mark.browser


VIEWER = ("chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai", "chrome://resources")
"""Chromium's own viewer of PDF files, which is part of the browser."""

NO_ICON = "Failed to load resource: the server responded with a status of 404 (NOT FOUND)"
"""Of a PDF, which names no icon, Chromium asks for /favicon.ico."""


def to_the_slip(page: Page, counter: str) -> str:
    """Sign in, open an enrolment, tick a passport, press "to the slip"; the ticket."""
    sit_down(page, counter)
    ticket = open_one(page)
    page.goto(f"{counter}/enrolments/{ticket}/evidence")
    page.check("#paper-official-photo")
    with page.expect_navigation():
        page.click("button[value=refuse]")
    return ticket


def left(app: Flask) -> tuple[int, dict[str, int]]:
    """How many enrolments are open, and what was counted."""
    with app.app_context():
        rows = db.session.scalars(select(Counted).where(Counted.service == "refused"))
        return len(db.session.scalars(select(Enrolment)).all()), {row.event: row.count for row in rows}


def test_the_slip_opens_beside_the_page_and_the_page_goes_on(page: Page, counter: str, app: Flask) -> None:
    to_the_slip(page, counter)
    assert page.is_checked("[name=missing][value=residence]")
    assert not page.is_checked("[name=missing][value=identity]")
    page.check("#for_second_clerk")

    with page.context.expect_page() as opened:
        page.click("button[value=give]")
    page.wait_for_url("**/slip-given")

    assert opened.value is not page
    assert "nowhere else" in page.inner_text("main")
    assert left(app) == (0, {"residence": 1})
    assert set(complaints_of(page)) <= {NO_ICON}
    assert_only_own_origin(page, *VIEWER)


def test_a_double_click_makes_one_slip(page: Page, counter: str, app: Flask) -> None:
    to_the_slip(page, counter)

    page.dblclick("button[value=give]")
    page.wait_for_url("**/slip-given")

    assert left(app) == (0, {"residence": 1})
    assert len(page.context.pages) == 2


def test_somebody_who_comes_back_today_stays_in_the_day_view(page: Page, counter: str, app: Flask) -> None:
    ticket = to_the_slip(page, counter)

    page.click("button[value=bring]")
    page.wait_for_url("**/enrolments/")

    assert page.locator(f"text={ticket}").count() > 0
    assert left(app) == (1, {})


def test_a_slip_is_given_with_keys_alone(page: Page, counter: str, app: Flask) -> None:
    """From the page as it opens: Enter gives the slip, in the holder's language, with what the tally found missing."""
    to_the_slip(page, counter)
    page.focus("[name=missing] >> nth=0")

    with page.context.expect_page():
        page.locator("button[value=give]").press("Enter")
    page.wait_for_url("**/slip-given")

    assert left(app) == (0, {"residence": 1})


def test_without_a_script_it_works_as_well(new_page: NewPage, counter: str, app: Flask) -> None:
    page = new_page("fr", java_script_enabled=False)
    sit_down(page, counter)
    ticket = open_one(page)
    page.goto(f"{counter}/enrolments/{ticket}/evidence")
    page.check("#paper-official-photo")
    with page.expect_navigation():
        page.click("button[value=count]")
    with page.expect_navigation():
        page.click("button[value=refuse]")
    assert page.is_checked("[name=missing][value=residence]")
    assert page.locator("input[name=paper][value=official-photo]").count() == 1

    with page.context.expect_page():
        page.click("button[value=give]")
    for _ in range(600):  # a minute, for a slip that takes a moment
        if left(app)[0] == 0:
            break
        page.wait_for_timeout(100)
    page.click(".after a")  # without a script the clerk goes on by herself
    page.wait_for_url("**/slip-given")

    assert left(app) == (0, {"residence": 1})


@pytest.mark.parametrize(("locale", "width"), [("fr", 1920), ("ar", 320)])
def test_the_pages_can_be_used_by_everybody(new_page: NewPage, counter: str, locale: str, width: int) -> None:
    """640 px are a screen of 1280 at 200 %."""
    page = new_page(locale, viewport={"width": width, "height": 800})

    def look() -> None:
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url} scrolls sideways"

    to_the_slip(page, counter)
    look()
    page.uncheck("[name=missing][value=residence]")
    with page.expect_navigation():
        page.click("button[value=give]")  # nothing is ticked: the page with the mistake
    look()
    page.check("[name=missing][value=residence]")
    page.click("button[value=give]")
    page.wait_for_url("**/slip-given")
    look()
    page.goto(f"{counter}/enrolments/earlier-slip")
    look()
    page.fill("#slip_code", "7KQ2-M9X4")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    look()
    page.goto(f"{counter}/sheets/")
    look()
    assert_only_own_origin(page, *VIEWER)
