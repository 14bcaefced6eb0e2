"""People as they are, in a real browser: what is asked appears with the answer that it belongs to, for everybody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from citycard.store.organisations import Attests
from tests.support.browser import NewPage, assert_accessible, assert_only_own_origin, assert_quiet
from tests.web.enrolment.test_in_chromium import counter, open_one, portrait, sit_down

__all__ = ["counter", "portrait"]

pytestmark = pytest.mark.browser

Attesting = Callable[..., int]


def go_on(page: Page) -> None:
    """Press the button of the screen."""
    with page.expect_navigation():
        page.click(".onward button.strong")


def looked_at(page: Page, *papers: str) -> None:
    """Tick papers and go on."""
    for paper in papers:
        page.check(f"#paper-{paper}")
    go_on(page)


def test_how_a_long_name_stands_on_the_card_is_asked_while_it_is_typed(page: Page, counter: str) -> None:
    sit_down(page, counter)
    open_one(page)
    asked = page.locator("#name_on_card")
    name = page.locator(".card-face.front .card-name")

    page.fill("#full_name", "Ana María Fernández")
    expect(asked).to_be_hidden()
    page.fill("#full_name", "Ana " * 30 + "Fernández")
    expect(asked).to_be_visible()
    expect(name).to_have_text("–")
    asked.fill("Ana Fernández")
    expect(name).to_have_text("Ana Fernández")

    page.fill("#full_name", "Ana")
    expect(asked).to_be_hidden()
    expect(name).to_have_text("Ana")
    assert_quiet(page)


def test_the_address_is_asked_with_the_way_that_it_belongs_to_and_stands_on_the_card_at_once(
    page: Page, counter: str, portrait: Path
) -> None:
    sit_down(page, counter)
    ticket = open_one(page)
    page.fill("#full_name", "Salma Ben Youssef")
    page.check("[value=unknown]")
    page.set_input_files("#picture", portrait)
    page.wait_for_selector("[data-crop]:not([hidden])")
    go_on(page)
    looked_at(page, "official-photo", "energy-bill")
    line = page.locator('.card-face.back [data-line="address"]')

    expect(page.locator("#address")).to_be_hidden()
    page.check("[name=address_kind][value=full]")
    page.fill("#address", "14 rue des Tilleuls")
    expect(line).to_contain_text("14 rue des Tilleuls")
    page.check("[name=address_kind][value=protected]")
    expect(page.locator("#address")).to_be_hidden()
    expect(line).to_be_hidden()

    page.click(".rare summary")
    page.fill("#emergency_phone", "00 00 00 00 01")
    expect(page.locator('.card-face.back [data-line="emergency"]')).to_contain_text("00 00 00 00 01")
    assert_quiet(page)
    assert ticket in page.url


@pytest.mark.parametrize(("locale", "width"), [("fr", 1280), ("ar", 320)])
def test_every_question_about_people_can_be_answered_by_everybody(
    new_page: NewPage, counter: str, portrait: Path, attesting: Attesting, locale: str, width: int
) -> None:
    attesting("Association du Port")
    attesting("Foyer des Dunes", Attests.MINORS)
    page = new_page(locale, viewport={"width": width, "height": 800})
    sit_down(page, counter)
    open_one(page)
    page.fill("#full_name", "Ana " * 30)
    for field, text in (("#day", "12"), ("#month", "3"), ("#year", "2014")):
        page.fill(field, text)
    page.check("[value=full]")
    page.set_input_files("#picture", portrait)
    page.wait_for_selector("[data-crop]:not([hidden])")
    page.click(".rare summary")
    page.select_option("#interpreter", "ps")
    go_on(page)
    examine(page, width)  # the name is too long
    page.fill("#name_on_card", "Ana")
    go_on(page)
    assert page.url.endswith("/companion")
    examine(page, width)
    go_on(page)
    examine(page, width)  # nobody was chosen
    page.check("[value=institution]")
    page.select_option("#institution", index=1)
    examine(page, width)
    go_on(page)
    looked_at(page, "official-photo", "domiciliation")
    page.check("[name=portrait_in_code][value=no]")
    page.check("[name=address_kind][value=care_of]")
    page.select_option("#organisation", index=1)
    go_on(page)
    examine(page, width)  # the letter has no date
    for field, text in (("#letter_day", "23"), ("#letter_month", "11"), ("#letter_year", "2026")):
        page.fill(field, text)
    go_on(page)
    assert page.url.endswith("/check")
    examine(page, width)
    page.goto(f"{counter}/enrolments/")
    examine(page, width)
    assert_only_own_origin(page)


@pytest.mark.parametrize(("locale", "width"), [("ar", 640)])
def test_the_register_of_organisations_can_be_used_by_everybody(
    new_page: NewPage, counter: str, attesting: Attesting, locale: str, width: int
) -> None:
    attesting("Association du Port", Attests.CARE_OF, Attests.LIVES_HERE)
    attesting("Foyer des Dunes", Attests.MINORS, active=False)
    page = new_page(locale, viewport={"width": width, "height": 800})
    sit_down(page, counter, "Chloe")

    for address in ("", "add", "1/close", "2/reopen"):
        page.goto(f"{counter}/organisations/{address}")
        examine(page, width)
    page.goto(f"{counter}/organisations/add")
    with page.expect_navigation():
        page.click("main form.sheet button.strong")
    examine(page, width)


def examine(page: Page, width: int) -> None:
    """Let axe look, and see that nothing has to be moved sideways."""
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url} scrolls sideways"
