"""The turned screen in a real browser: keys for fingers, for the keyboard, for four languages; and what to say."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.support.browser import NewPage, assert_accessible, assert_only_own_origin, assert_quiet, settled
from tests.web.enrolment.test_in_chromium import counter, open_one, sit_down

__all__ = ["counter"]

pytestmark = pytest.mark.browser

FIELD = "#own_script_name"


def turn(page: Page, counter: str, *, language: str, script: str = "") -> None:
    """Open an enrolment, type half of a name, and turn the screen."""
    sit_down(page, counter)
    open_one(page)
    page.fill("#full_name", "Hiwot Tesfaye")
    page.select_option("#language", language)
    page.click(".rare summary")
    with page.expect_navigation():
        page.click("[name=do][value=turn]")
    if script:
        with page.expect_navigation():
            page.click(f".tile[value={script}]")
    page.wait_for_selector("[data-keyboard]:not([hidden])")
    settled(page)


def press(page: Page, *keys: str) -> None:
    """Press keys of the page, by what they write: a form, a letter, or one of the two words."""
    for key in keys:
        page.click(
            f"[data-{key}]" if key in ("space", "erase", "shift") else f"[data-form='{key}'], [data-key='{key}']"
        )


def turn_back(page: Page) -> None:
    """Press "done"."""
    with page.expect_navigation():
        page.click(".sheet > .buttons .strong")


def test_an_arabic_name_is_typed_on_the_page_and_arrives_at_the_clerks(page: Page, counter: str) -> None:
    turn(page, counter, language="ar")
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]

    press(page, "ا", "أ", "م", "ي", "ن", "و", "erase", "ة", "space", "ر", "َ", "ح", "ا", "ل")

    written = "أمينة رَحال"
    assert page.input_value(FIELD) == written
    assert page.inner_text("[data-as-on-card]") == written
    assert page.evaluate(f"getComputedStyle(document.querySelector('{FIELD}')).direction") == "rtl"
    turn_back(page)
    assert page.input_value("#own_script_name") == written
    assert page.input_value("#own_script_language") == "ara"
    assert page.input_value("#full_name") == "Hiwot Tesfaye"
    assert page.inner_text(".card-face.front .card-own") == written
    assert_quiet(page)
    assert_only_own_origin(page)


def test_an_amharic_name_is_typed_in_syllables(page: Page, counter: str) -> None:
    turn(page, counter, language="fr", script="amh")

    # Each letter stands there in its first form; its other forms come up beside one another.
    press(page, "ሐ", "ሕ", "የ", "ይ", "ወ", "ተ", "ት")

    assert page.input_value(FIELD) == "ሕይወት"
    shown = page.evaluate("[...document.querySelectorAll('[data-form]')].map(key => key.textContent).join('')")
    assert shown.startswith("ተቱቲታቴትቶ")
    turn_back(page)
    assert page.input_value("#own_script_name") == "ሕይወት"
    assert page.inner_text(".card-face.front .card-own") == "ሕይወት"
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate("[...document.fonts].filter(face => face.status === 'loaded').map(face => face.family)")
    assert any("Ethiopic" in family for family in loaded), "the clerk sees the card's own letters, too"
    assert_quiet(page)


def test_capitals_come_where_names_have_them_and_accents_join_their_letter(page: Page, counter: str) -> None:
    turn(page, counter, language="en", script="ell")

    press(page, "ε", "υ", "\u0301", "α", "-", "shift", "α")

    assert page.input_value(FIELD) == "Εύα-α"
    assert page.get_attribute("[data-shift]", "aria-pressed") == "false"


def test_the_keys_can_be_walked_and_the_computers_keyboard_writes_from_anywhere(page: Page, counter: str) -> None:
    turn(page, counter, language="ar")
    assert page.evaluate("document.activeElement.id") == "own_script_name"
    page.keyboard.type("س")  # as the computer's own keyboard would

    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.dataset.key")
    stops = page.evaluate("document.querySelectorAll('.key[tabindex=\"0\"]').length")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    assert (first, stops) == ("ض", 1), "the keys are one stop"
    assert page.input_value(FIELD) == "سس", "right of ض is ص, below it س"
    page.keyboard.press("Backspace")
    page.keyboard.press("l")  # a key that the tests can press for real; which letter it is does not matter here
    page.keyboard.press("m")
    assert page.evaluate("document.activeElement.id") == "own_script_name"
    assert page.input_value(FIELD) == "سlm"
    with page.expect_navigation():
        page.keyboard.press("Enter")  # in the field: done
    assert page.input_value("#own_script_name") == "سlm"


def test_without_a_script_it_is_an_ordinary_field(new_page: NewPage, counter: str) -> None:
    page = new_page("fr", java_script_enabled=False)
    sit_down(page, counter)
    open_one(page)
    page.fill("#full_name", "Hiwot Tesfaye")
    page.click(".rare summary")
    with page.expect_navigation():
        page.click("[name=do][value=turn]")
    with page.expect_navigation():
        page.click(".tile[value=tir]")

    assert not page.is_visible("[data-keyboard]")
    page.fill(FIELD, "ሰላም")
    turn_back(page)

    assert page.input_value("#own_script_name") == "ሰላም"
    assert page.input_value("#full_name") == "Hiwot Tesfaye"


@pytest.mark.parametrize(("language", "script", "width"), [("ar", "", 320), ("es", "rus", 1920)])
def test_the_turned_screen_can_be_used_by_everybody(
    new_page: NewPage, counter: str, language: str, script: str, width: int
) -> None:
    page = new_page(language, viewport={"width": width, "height": 800}, has_touch=True)
    turn(page, counter, language=language, script=script)
    page.click("[data-key]")
    assert_accessible(page)
    small = """[...document.querySelectorAll("button")].filter(one => one.offsetParent && !one.matches(".out-of-sight"))
        .map(one => [one.textContent, one.getBoundingClientRect()])
        .filter(([, box]) => box.width < 44 || box.height < 44).map(([text]) => text)"""
    assert page.evaluate(small) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    with page.expect_navigation():
        page.click("[name=script]")
    assert_accessible(page)
    assert page.evaluate(small) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("language", "width"), [("fr", 1280), ("ar", 320)])
def test_what_to_say_is_one_key_away(new_page: NewPage, counter: str, language: str, width: int) -> None:
    page = new_page(language, viewport={"width": width, "height": 800}, reduced_motion="reduce")
    sit_down(page, counter)
    open_one(page)
    page.keyboard.type("Salma")

    page.keyboard.press("F1")

    assert page.get_attribute(".guidance", "open") is not None
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.keyboard.press("F1")
    assert page.get_attribute(".guidance", "open") is None
    page.keyboard.type(" Ben")
    assert page.input_value("#full_name") == "Salma Ben", "the focus is back where somebody was typing"


def test_the_screen_is_turned_in_the_language_that_was_just_chosen(page: Page, counter: str) -> None:
    sit_down(page, counter)
    open_one(page)
    page.fill("#full_name", "Salma Ben Youssef")
    page.select_option("#language", "ar")
    page.keyboard.press("F1")

    page.click("[data-turn-screen=portrait]")

    turned = page.locator("dialog [data-words]:visible")
    assert turned.count() == 1
    assert turned.get_attribute("dir") == "rtl"
    assert "يمكنك إبقاء غطاء رأسك" in turned.inner_text()
    box = page.locator("dialog").bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"]) == (0, 0, 1280), "nothing of the clerk's work is left in sight"
    assert_accessible(page)
    page.click("dialog [data-show=es]")
    assert "Puede dejarse puesto" in page.locator("dialog [data-words]:visible").inner_text()
    page.keyboard.press("Escape")
    assert page.input_value("#full_name") == "Salma Ben Youssef"
    assert_quiet(page)
