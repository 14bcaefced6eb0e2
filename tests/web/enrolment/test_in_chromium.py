"""The counter in a real browser: what its scripts add, and that it can be used by everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.support.browser import (
    NewPage,
    assert_accessible,
    assert_only_own_origin,
    assert_quiet,
    settled,
    unhurried,
)
from tests.support.loopback import serving
from tests.web.conftest import PASSWORD
from tests.web.enrolment.conftest import picture

pytestmark = pytest.mark.browser


@pytest.fixture
def counter(app: Flask) -> Iterator[str]:
    """The address of a counter that answers on the loopback."""
    with serving(app) as origin:
        yield origin


@pytest.fixture
def portrait(tmp_path: Path) -> Path:
    """A picture to choose, wider than a portrait."""
    path = tmp_path / "face.jpg"
    path.write_bytes(picture(800, 600))
    return path


def sit_down(page: Page, counter: str, name: str = "Amel") -> None:
    """Sign in and open the day view."""
    unhurried(page)
    page.goto(f"{counter}/staff/sign-in")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.goto(f"{counter}/enrolments/")
    settled(page)


def open_one(page: Page) -> str:
    """Press "new enrolment" with Enter, which has the focus; the ticket."""
    page.locator("button:focus").wait_for()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    settled(page)
    found = re.search(r"/enrolments/(\w+)/identity", page.url)
    assert found is not None
    return found[1]


def test_the_card_grows_while_it_is_typed(page: Page, counter: str, portrait: Path) -> None:
    sit_down(page, counter)
    open_one(page)
    card = page.locator(".card-face.front")

    page.keyboard.type("Noémie <b>Kassar</b>")
    page.keyboard.press("Tab")
    for part in ("12", "3", "1987"):
        page.keyboard.type(part)
        page.keyboard.press("Tab")

    assert "Noémie <b>Kassar</b>" in card.inner_text()
    assert "12 mars 1987" in card.inner_text(), "the card speaks the city's language, not the clerk's"
    assert page.is_checked("[value=full]"), "a whole date needs no further key"
    page.check("[value=year]")
    assert "1987 (année seule)" in card.inner_text()
    page.click(".rare summary")
    page.fill("#own_script_name", "نعيمة")
    assert "نعيمة" in card.inner_text()
    page.set_input_files("#picture", portrait)
    page.wait_for_selector(".card-portrait img[src^='data:']")
    assert_quiet(page)
    assert_only_own_origin(page)


def test_a_double_click_opens_one_enrolment(page: Page, counter: str) -> None:
    sit_down(page, counter)

    page.dblclick("text=New enrolment")
    page.wait_for_url("**/identity")
    page.goto(f"{counter}/enrolments/")

    assert page.locator(".lines li").count() == 1


@pytest.mark.parametrize(("locale", "width"), [("fr", 1280), ("ar", 320)])
def test_every_screen_can_be_used_by_everybody(
    new_page: NewPage, counter: str, portrait: Path, locale: str, width: int
) -> None:
    page = new_page(locale, viewport={"width": width, "height": 800})
    sit_down(page, counter)
    assert_accessible(page)
    ticket = open_one(page)
    page.fill("#full_name", "Salma Ben Youssef")
    page.set_input_files("#picture", portrait)
    page.wait_for_selector("[data-crop]:not([hidden])")
    assert_accessible(page)
    with page.expect_navigation():
        page.click(".onward button")  # the date is missing: the page with the mistakes
    for screen in ("", "evidence", "card", "check", "read", "abandon"):
        if screen:
            page.goto(f"{counter}/enrolments/{ticket}/{screen}")
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{screen} scrolls sideways"
    assert_only_own_origin(page)


def test_after_printing_the_page_goes_on_by_itself(page: Page, counter: str, portrait: Path, new_page: NewPage) -> None:
    sit_down(page, counter)
    ticket = open_one(page)
    page.fill("#full_name", "Salma Ben Youssef")
    page.check("[value=unknown]")
    page.set_input_files("#picture", portrait)
    page.wait_for_selector("[data-crop]:not([hidden])")
    steps = ((), ("#paper-official-photo", "#paper-energy-bill"), ("[name=portrait_in_code][value=no]",), ())
    for boxes in steps:
        for box in boxes:
            page.check(box)
        with page.expect_navigation():
            page.click(".onward button")
    bruno = new_page("en")
    sit_down(bruno, counter, "Bruno")
    bruno.goto(f"{counter}/enrolments/{ticket}/approve")
    with bruno.expect_navigation():
        bruno.click(".onward button:has-text('Approve')")
    page.goto(f"{counter}/enrolments/{ticket}/finish")
    settled(page)
    with page.expect_navigation():
        page.keyboard.press("Enter")  # issue
    settled(page)

    page.keyboard.press("Enter")  # print, in a tab of its own

    page.wait_for_selector("text=Handed over: forget everything")
    assert page.evaluate("document.activeElement.tagName") != "BUTTON", "a third Enter must forget nobody"
