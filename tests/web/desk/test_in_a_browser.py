"""The desk in a real Chromium: a scanner types, the answer comes, the person goes away, and so does everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.support.browser import NewPage, assert_accessible, assert_only_own_origin, assert_quiet
from tests.support.loopback import serving
from tests.support.town_hall import TownHall
from tests.web.conftest import PASSWORD
from tests.web.real_office import HOLDER, Shown

pytestmark = pytest.mark.browser

SignIn = Callable[[str], Page]


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The office, answering on this machine."""
    with serving(app) as origin:
        yield origin


@pytest.fixture
def at_the_desk(site: str, new_page: NewPage) -> Callable[..., Page]:
    """`at_the_desk("ar")`: the desk page, opened by the library."""

    def open_desk(locale: str = "en", **options: object) -> Page:
        page = new_page(locale, **options)
        page.goto(f"{site}/desk/")
        page.fill("#name", "Library")
        page.fill("#password", PASSWORD)
        page.click("main button[type=submit]")
        expect(page.locator("#code")).to_be_focused()
        return page

    return open_desk


def scan(page: Page, text: str) -> None:
    """What a handheld scanner does: it types wherever the focus is, and presses Enter."""
    page.keyboard.insert_text(text)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-result]")


def stop_the_clock(page: Page) -> None:
    """Time passes only as the test says: of fourteen seconds none is lost while the machine is busy."""
    page.clock.install(time=datetime(2026, 11, 23, 8, tzinfo=UTC))
    page.clock.pause_at(datetime(2026, 11, 23, 9, tzinfo=UTC))


def test_a_scanner_needs_no_mouse_and_leaves_no_page_behind(
    at_the_desk: Callable[..., Page], shown: list[Shown]
) -> None:
    page = at_the_desk()
    pages_before = page.evaluate("history.length")
    for each in shown:
        scan(page, each.text)
        expect(page.locator(f"[data-verdict={each.verdict.value}]")).to_be_visible()
        assert page.evaluate("document.activeElement.id") == "code"
        page.click("[data-clear]")
        page.wait_for_selector(".desk-empty")

    assert page.evaluate("history.length") == pages_before
    assert page.url.endswith("/desk/")
    assert_quiet(page)
    assert_only_own_origin(page)


def test_the_person_goes_after_fifteen_seconds(at_the_desk: Callable[..., Page], shown: list[Shown]) -> None:
    page = at_the_desk()
    stop_the_clock(page)
    scan(page, shown[0].text)
    expect(page.get_by_text(HOLDER)).to_be_visible()

    page.clock.fast_forward(14_000)
    expect(page.get_by_text(HOLDER)).to_be_visible()
    page.clock.fast_forward(2_000)

    expect(page.get_by_text(HOLDER)).to_have_count(0)
    expect(page.locator("#code")).to_be_focused()


def test_held_the_person_stays_two_minutes_and_no_longer(at_the_desk: Callable[..., Page], shown: list[Shown]) -> None:
    page = at_the_desk()
    stop_the_clock(page)
    scan(page, shown[0].text)
    page.click("[data-hold]")

    page.clock.fast_forward(110_000)
    expect(page.get_by_text(HOLDER)).to_be_visible()
    page.clock.fast_forward(15_000)

    expect(page.get_by_text(HOLDER)).to_have_count(0)


def test_the_next_scan_takes_the_place_of_the_last(at_the_desk: Callable[..., Page], shown: list[Shown]) -> None:
    page = at_the_desk()
    scan(page, shown[0].text)
    page.keyboard.insert_text(shown[2].text)
    page.keyboard.press("Enter")

    expect(page.locator("[data-verdict=MALFORMED]")).to_be_visible()
    expect(page.get_by_text(HOLDER)).to_have_count(0)


def test_going_away_and_back_leads_to_no_person(
    at_the_desk: Callable[..., Page], shown: list[Shown], site: str
) -> None:
    page = at_the_desk()
    scan(page, shown[0].text)
    page.goto(f"{site}/about")
    page.go_back()

    expect(page.locator("form[data-scan]")).to_be_visible()
    expect(page.get_by_text(HOLDER)).to_have_count(0)


def test_without_a_script_the_answer_is_the_same(at_the_desk: Callable[..., Page], shown: list[Shown]) -> None:
    page = at_the_desk(java_script_enabled=False)
    page.fill("#code", shown[0].text)
    page.press("#code", "Enter")

    expect(page.locator("[data-verdict=OK]")).to_be_visible()
    expect(page.get_by_text(HOLDER)).to_be_visible()


@pytest.mark.parametrize(("locale", "width"), [("fr", 1280), ("ar", 320)])
def test_every_result_can_be_read_by_everybody(
    at_the_desk: Callable[..., Page], shown: list[Shown], hall: TownHall, locale: str, width: int
) -> None:
    page = at_the_desk(locale, viewport={"width": width, "height": 900})
    assert_accessible(page)
    for each in (shown[0], shown[1], shown[10], shown[13]):
        scan(page, each.text)

        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.click("[data-clear]")
        page.wait_for_selector(".desk-empty")


def test_the_word_is_large_enough_for_two_metres(at_the_desk: Callable[..., Page], shown: list[Shown]) -> None:
    # Capital letters of 10 mm are read at two metres; at 96 dots an inch they are those of a 53 px letter.
    page = at_the_desk(viewport={"width": 1280, "height": 900})
    scan(page, shown[0].text)

    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.outcome h1')).fontSize)") >= 53
