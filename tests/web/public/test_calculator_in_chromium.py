"""What do I need to bring? On the reader's own device, and for everybody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.support.browser import NewPage, assert_accessible, assert_only_own_origin, assert_quiet, requests_of
from tests.support.loopback import serving

pytestmark = pytest.mark.browser


@pytest.fixture
def town_hall(app: Flask) -> Iterator[str]:
    """The address of the town hall's pages."""
    with serving(app) as origin:
        yield origin


def begin(page: Page, town_hall: str) -> None:
    """Open the page and press "Begin"."""
    page.goto(f"{town_hall}/what-to-bring")
    page.wait_for_selector("[data-ready]")
    page.click("[data-begin]")


def go_on(page: Page, *ticks: str) -> None:
    """Tick papers and press "Next"."""
    for name in ticks:
        page.check(f"#paper-{name}")
    page.click("[data-step]:not([hidden]) [data-go='1']")


def sheet(page: Page) -> str:
    """What the sheet says."""
    return page.locator(".slip").inner_text()


def test_it_asks_nobody_for_anything_once_it_is_open(page: Page, town_hall: str) -> None:
    page.add_init_script("window.print = () => (window.printed = true)")
    page.goto(f"{town_hall}/what-to-bring")
    page.wait_for_selector("[data-ready]")
    page.wait_for_load_state("networkidle")
    before = list(requests_of(page))

    page.click("[data-begin]")
    go_on(page)
    page.check("#paper-health-card")
    page.check("#expired-health-card")
    go_on(page, "association-letter")
    go_on(page, "protected-letter")
    page.click("[data-slip-language=ar]")
    page.click("[data-print]")
    page.wait_for_timeout(300)  # long enough for anything that waits its turn

    assert page.evaluate("window.printed")
    assert requests_of(page) == before
    assert (
        page.evaluate("performance.getEntriesByType('resource').filter(e => e.initiatorType === 'beacon').length") == 0
    )
    assert page.context.cookies() == []
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    assert page.url == f"{town_hall}/what-to-bring"
    assert_quiet(page)
    assert_only_own_origin(page)


def test_a_passport_and_a_bill_are_enough(page: Page, town_hall: str) -> None:
    begin(page, town_hall)
    go_on(page)
    go_on(page, "official-photo")
    go_on(page, "energy-bill")

    expect(page.locator("[data-outcome=complete]")).to_be_visible()
    assert "Energy or water bill (not older than 1 year)" in sheet(page)
    assert "Bring also" not in sheet(page)


def test_what_is_missing_is_said_as_the_plain_pages_say_it(page: Page, new_page: NewPage, town_hall: str) -> None:
    begin(page, town_hall)
    go_on(page)
    go_on(page, "health-card", "association-letter")
    go_on(page, "lodging-letter")

    without = new_page("en", java_script_enabled=False)
    without.goto(f"{town_hall}/what-to-bring")
    without.click("text=To the plain pages")
    for ticks in ((), ("health-card", "association-letter"), ("lodging-letter",)):
        for name in ticks:
            without.check(f"#paper-{name}")
        without.click("text=Next")

    assert sheet(page).split() == sheet(without).split()
    assert "Bring also" in sheet(page)


def test_a_child_sees_what_is_for_children_and_nobody_else_does(page: Page, town_hall: str) -> None:
    begin(page, town_hall)
    page.check("#age-17")
    go_on(page)
    page.check("#paper-family-link")
    page.click("[data-step=identity] [data-go='-1']")
    page.check("#age-grown")
    go_on(page)

    assert not page.is_visible("#paper-family-link")
    assert not page.is_checked("#paper-family-link")


def test_the_browser_s_own_back_goes_back_one_question(page: Page, town_hall: str) -> None:
    begin(page, town_hall)
    go_on(page)
    page.check("#paper-official-photo")
    go_on(page)

    page.go_back()

    expect(page.locator("[data-step=identity] h2")).to_be_focused()
    assert page.is_checked("#paper-official-photo")
    page.go_back()
    page.go_back()
    expect(page.locator("[data-begin]")).to_be_visible()


def test_another_language_keeps_the_answers_and_leaves_no_trace(page: Page, town_hall: str) -> None:
    begin(page, town_hall)
    go_on(page)
    page.check("#paper-association-letter")
    page.select_option("#count-association-letter", "2")

    page.click(".languages a[lang=ar]")
    page.wait_for_selector("[data-ready]")

    assert page.get_attribute("html", "dir") == "rtl"
    assert page.is_visible("[data-step=identity]")
    assert page.is_checked("#paper-association-letter")
    assert page.input_value("#count-association-letter") == "2"
    assert page.evaluate("sessionStorage.length") == 0
    assert "paper" not in page.url


def test_all_can_be_cleared_for_the_next_person(page: Page, town_hall: str) -> None:
    begin(page, town_hall)
    go_on(page)
    go_on(page, "official-photo")
    go_on(page, "energy-bill")

    page.click("[data-again]")

    assert page.is_visible("[data-step=age]")
    assert page.locator("input[type=checkbox]:checked").count() == 0


def test_it_can_be_answered_with_the_keyboard_alone(page: Page, town_hall: str) -> None:
    page.goto(f"{town_hall}/what-to-bring")
    page.wait_for_selector("[data-ready]")
    page.focus("[data-begin]")
    page.keyboard.press("Enter")
    for keys in (("Tab", "Tab"), ("Tab", "Space"), ("Tab", "Space")):
        for key in keys:
            page.keyboard.press(key)
        for _ in range(40):
            if page.evaluate("document.activeElement.matches('[data-go=\"1\"]')"):
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")

    expect(page.locator("[data-outcome=complete]")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "step-result"


def test_only_the_sheet_is_printed(page: Page, town_hall: str) -> None:
    begin(page, town_hall)
    go_on(page)
    go_on(page)
    go_on(page)

    page.emulate_media(media="print")

    assert page.is_visible(".slip")
    for other in (".public-head", ".public-foot", ".slip-language", "[data-print]", "h1", "[data-outcome=missing]"):
        assert not page.is_visible(other), other


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_question_can_be_read_by_everybody(new_page: NewPage, town_hall: str, language: str) -> None:
    page = new_page(language, viewport={"width": 320, "height": 640})
    page.goto(f"{town_hall}/what-to-bring")
    page.wait_for_selector("[data-ready]")
    assert page.get_attribute("html", "lang") == language
    look(page)
    page.click("[data-begin]")
    for ticks in ((), ("health-card", "association-letter"), ("lodging-letter",)):
        for name in ticks:
            page.check(f"#paper-{name}")
        look(page)
        go_on(page)
    look(page)
    page.click(f"[data-slip-language={'fr' if language == 'ar' else 'ar'}]")
    look(page)
    assert_quiet(page)


@pytest.mark.parametrize("language", ["es", "ar"])
def test_the_plain_pages_can_be_read_by_everybody(new_page: NewPage, town_hall: str, language: str) -> None:
    page = new_page(language, viewport={"width": 320, "height": 640})
    page.goto(f"{town_hall}/what-to-bring/plain")
    for ticks in ((), ("health-card",), ("domiciliation",)):
        for name in ticks:
            page.check(f"#paper-{name}")
        look(page)
        with page.expect_navigation():
            page.click("main .button.strong")
    look(page)


def look(page: Page) -> None:
    """Examine what is shown."""
    assert_accessible(page)
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0
