"""The pages about partner cities, cards and the log in a real Chromium: readable by everybody, asking nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.support.browser import NewPage, assert_accessible, assert_only_own_origin, assert_quiet, settled
from tests.support.loopback import serving
from tests.support.town_hall import TownHall
from tests.web.conftest import PASSWORD
from tests.web.partners.conftest import OtherCity

pytestmark = pytest.mark.browser


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """Port-Sable, answering on this machine."""
    with serving(app) as origin:
        yield origin


def sign_in(page: Page, site: str, name: str) -> None:
    """Come in."""
    page.goto(f"{site}/staff/sign-in")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{site}/staff/")


def good(page: Page, width: int) -> None:
    """What every page here must be."""
    assert_accessible(page)
    assert_quiet(page)
    assert_only_own_origin(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("locale", "width"), [("fr", 1280), ("ar", 320)])
def test_the_ceremony_can_be_held_by_everybody(
    site: str, new_page: NewPage, rivemont: OtherCity, hall: TownHall, locale: str, width: int
) -> None:
    pages = [new_page(locale, viewport={"width": width, "height": 900}) for _ in range(2)]
    for page, name in zip(pages, ("Dario", "Chloe"), strict=True):
        sign_in(page, site, name)
    dario, chloe = pages

    dario.goto(f"{site}/partners/")
    good(dario, width)
    dario.goto(f"{site}/partners/add")
    good(dario, width)
    dario.fill("#source", rivemont.url)
    dario.click("button[name=do]")
    dario.wait_for_selector(".keys")
    dario.click("summary")
    good(dario, width)
    dario.goto(f"{site}/partners/add")
    dario.fill("#source", rivemont.url)
    dario.keyboard.press("Enter")
    dario.wait_for_selector(".ceremony")
    good(dario, width)

    city = dario.url
    for page, heard in ((dario, rivemont.fingerprint.digits), (chloe, rivemont.fingerprint.words)):
        page.goto(f"{city}/compare")
        page.click("summary")
        good(page, width)
        page.fill("#heard", " ".join(heard))
        page.click("main .buttons button")
        page.wait_for_url(city)
        good(page, width)
    chloe.click("main form.act button")
    chloe.wait_for_selector(".flashes")
    good(chloe, width)
    for address in (f"{city}/suspend", f"{city}/end", f"{site}/partners/", f"{site}/partners/ours", f"{site}/trust"):
        chloe.goto(address)
        good(chloe, width)


@pytest.mark.parametrize(("locale", "width"), [("fr", 1280), ("ar", 320)])
def test_a_card_can_be_ended_by_everybody(
    site: str, new_page: NewPage, hall: TownHall, locale: str, width: int
) -> None:
    card = hall.card()
    page = new_page(locale, viewport={"width": width, "height": 900})
    sign_in(page, site, "Amel")
    page.goto(f"{site}/cards/")
    good(page, width)
    settled(page)
    page.keyboard.insert_text(card.light_code)
    page.keyboard.press("Enter")
    page.wait_for_selector(".acts")
    good(page, width)
    page.click(".acts .grave")
    page.wait_for_selector("#change-card")
    good(page, width)
    page.click("#change-card .grave")
    page.wait_for_selector(".flashes")
    good(page, width)


@pytest.mark.parametrize(("locale", "width"), [("ar", 320)])
def test_the_log_can_be_read_by_everybody(
    site: str, new_page: NewPage, hall: TownHall, locale: str, width: int
) -> None:
    hall.card()
    page = new_page(locale, viewport={"width": width, "height": 900})
    sign_in(page, site, "Esra")
    page.goto(f"{site}/audit/")
    good(page, width)
    page.click("main .act button")
    page.wait_for_selector(".notice.done")
    good(page, width)
