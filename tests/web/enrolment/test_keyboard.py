"""The counter with the keyboard alone: how many keys a card takes, and that nobody types where they cannot see."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import NewPage, settled
from tests.web.enrolment.conftest import picture
from tests.web.enrolment.test_in_chromium import counter, open_one, portrait, sit_down

__all__ = ["counter", "portrait"]

pytestmark = pytest.mark.browser

AT_MOST = 25
"""Interactions for the simplest adult, from "new enrolment" to submitted. A clerk sees 25 people a day."""

HIDDEN = """() => {
    const it = document.activeElement;
    if (it === document.body) return "";
    const box = it.getBoundingClientRect();
    const name = it.id || it.textContent.trim().slice(0, 30) || it.outerHTML.slice(0, 60);
    // Of a field of several lines the browser shows the line with the cursor; of all others, the whole.
    const needed = it.matches("textarea") ? 44 : box.height;
    if (box.top < -1 || box.top + needed > innerHeight + 1) return `${name} is out of sight`;
    for (const share of [0.05, 0.5, 0.95]) {
        const there = document.elementFromPoint(box.left + box.width / 2, box.top + needed * share);
        const other = there && !it.contains(there) && !there.contains(it);
        if (other) return `${name} is covered by ${there.outerHTML.slice(0, 60)}`;
    }
    return "";
}"""


class Hands:
    """Two hands on a keyboard, counted: a key is one, a field typed in one go is one, choosing a file is one."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def press(self, key: str) -> None:
        """Press a key."""
        self.count += 1
        self.page.keyboard.press(key)

    def press_and_go(self, key: str = "Enter") -> None:
        """Press a key that opens another page."""
        with self.page.expect_navigation():
            self.press(key)
        settled(self.page)

    def type(self, text: str) -> None:
        """Type into the field that has the focus."""
        self.count += 1
        self.page.keyboard.type(text)

    def tab_to(self, selector: str) -> None:
        """Press Tab until the focus is there."""
        for _ in range(20):
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            self.press("Tab")
        raise AssertionError(f"twenty times Tab did not reach {selector}")

    def choose(self, path: Path) -> None:
        """Choose a file in the field that has the focus: the key that opens the list of files is this one."""
        self.count += 1
        self.page.set_input_files(":focus", path)


def test_a_plain_card_takes_few_keys(page: Page, counter: str, portrait: Path) -> None:
    sit_down(page, counter)
    hands = Hands(page)

    hands.press_and_go()  # "New enrolment" has the focus
    hands.type("Noémie Kassar-Lund")
    for field, text in (("#day", "12"), ("#month", "3"), ("#year", "1987")):
        hands.tab_to(field)
        hands.type(text)
    hands.tab_to("#picture")
    hands.choose(portrait)
    page.wait_for_selector("[data-crop]:not([hidden])")
    hands.tab_to(".onward button")
    hands.press_and_go()
    for number in ("1", "10"):  # a passport or the like, and a bill
        hands.type(number)
        hands.press("Enter")
    hands.press_and_go()
    hands.press("Space")  # with portrait, the first of the two
    hands.press_and_go()
    hands.press_and_go()  # all is right

    assert page.url.endswith("/enrolments/")
    assert page.locator("#group-waiting").count() == 1
    assert hands.count <= AT_MOST, f"{hands.count} interactions"


def test_the_first_stop_of_a_page_leads_past_its_head(page: Page, counter: str) -> None:
    sit_down(page, counter)
    page.goto(f"{counter}/staff/")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#main")).to_be_focused()


def test_enter_pressed_once_too_often_approves_nothing(
    page: Page, counter: str, portrait: Path, new_page: NewPage
) -> None:
    sit_down(page, counter)
    ticket = open_one(page)
    enrol(page, counter, ticket, portrait)
    bruno = new_page("en")
    sit_down(bruno, counter, "Bruno")
    bruno.goto(f"{counter}/enrolments/{ticket}/approve")

    assert bruno.evaluate("document.activeElement === document.body")


def test_whatever_has_the_focus_can_be_seen(new_page: NewPage, counter: str, portrait: Path) -> None:
    page = new_page("fr", viewport={"width": 800, "height": 600}, reduced_motion="reduce")
    sit_down(page, counter)
    ticket = open_one(page)
    page.set_input_files("#picture", portrait)
    page.wait_for_selector("[data-crop]:not([hidden])")
    page.click(".rare summary")
    hidden = walk(page)
    for screen in ("evidence", "card", "check"):
        page.goto(f"{counter}/enrolments/{ticket}/{screen}")
        hidden += walk(page)

    assert not hidden


def test_a_picture_that_is_too_large_is_refused_before_anything_is_sent(
    page: Page, counter: str, tmp_path: Path
) -> None:
    sit_down(page, counter)
    open_one(page)
    page.keyboard.type("Noémie Kassar-Lund")
    large, tiny = tmp_path / "large.jpg", tmp_path / "tiny.jpg"
    large.write_bytes(picture() + b"\0" * 10 * 1024 * 1024)
    tiny.write_bytes(picture(100, 120))

    for path, sentence in ((large, "larger than 10 megabytes"), (tiny, "too small to recognise a face")):
        page.set_input_files("#picture", path)
        page.wait_for_selector(f"text={sentence}")
        assert page.evaluate("document.querySelector('#picture').files.length") == 0

    assert page.input_value("#full_name") == "Noémie Kassar-Lund"


def enrol(page: Page, counter: str, ticket: str, portrait: Path) -> None:
    """Take a person down and submit her."""
    page.fill("#full_name", "Salma Ben Youssef")
    page.check("[value=unknown]")
    page.set_input_files("#picture", portrait)
    page.wait_for_selector("[data-crop]:not([hidden])")
    for boxes in ((), ("#paper-official-photo", "#paper-energy-bill"), ("[name=portrait_in_code][value=no]",), ()):
        for box in boxes:
            page.check(box)
        with page.expect_navigation():
            page.click(".onward button")


def walk(page: Page) -> list[str]:
    """Tab through the whole page; what had the focus and could not be seen."""
    found: list[str] = []
    page.evaluate("document.activeElement.blur(); document.querySelector('.skip').focus()")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body || document.activeElement.matches('.skip')"):
            break
        found += [what for what in (page.evaluate(HIDDEN),) if what]
    return found
