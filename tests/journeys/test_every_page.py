"""Every page of the demonstration's office, as each person who may open it meets it.

1. In French, English, Spanish and Arabic, axe finds nothing (WCAG 2.2 AA and what its makers advise beyond it).
2. At 320 pixels nothing has to be moved sideways to be read.
3. No page complains in the console or asks another server for anything.
4. Nothing is left in English on a page in another language: see `test_translations`, which reads the catalogues.
"""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys.people import Screen
from tests.support.browser import NewPage, assert_accessible, assert_only_own_origin, assert_quiet
from tests.support.servers import StartOffice

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DEMO_PASSWORD = "only for the demo"

PUBLIC = ("/", "/about", "/trust", "/staff/sign-in", "/no-such-page")
BY_PERSON = {
    "amel": (
        "/staff/",
        "/enrolments/",
        "/enrolments/{draft}/identity",
        "/enrolments/{draft}/evidence",
        "/enrolments/{draft}/card",
        "/enrolments/{awaiting_approval}/check",
        "/enrolments/{awaiting_approval}/read",
        "/enrolments/{approved}/finish",
        "/enrolments/{printed}/finish",
        "/enrolments/{draft}/abandon",
        "/enrolments/handed-over",
        "/cards/",
        "/desk/",
        "/staff/confirm",
    ),
    "bruno": ("/enrolments/{awaiting_approval}/approve",),
    "dario": ("/partners/", "/partners/1", "/partners/add", "/partners/ours", "/partners/1/suspend"),
    "esra": ("/audit/",),
}


@pytest.mark.parametrize("language", ["fr", "en", "es", "ar"])
def test_every_page_can_be_read_by_everybody(
    language: str, demo_copy: Path, start_office: StartOffice, new_page: NewPage
) -> None:
    office = start_office(demo_copy / "port-sable")
    tickets = open_tickets(demo_copy / "port-sable" / "register.sqlite3")

    page = new_page(language)
    for path in PUBLIC:
        look(page, office.url + path, language)
    for person, paths in BY_PERSON.items():
        page = new_page(language)
        sign_in(page, office.url, person)
        for path in paths:
            look(page, office.url + path.format(**tickets), language)


def look(page: Page, address: str, language: str) -> None:
    """Open a page wide and narrow, and examine it."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address)
    if not address.endswith("/no-such-page"):
        assert page.url == address, f"{address} leads to {page.url}"
        assert_quiet(page)
    shown = page.locator("html").get_attribute("lang")
    if not address.endswith("/read"):  # turned to the holder, in the holder's language
        assert shown == language
    assert page.locator("html").get_attribute("dir") == ("rtl" if shown == "ar" else "ltr")
    # (1)
    assert_accessible(page)
    # (2)
    page.set_viewport_size({"width": 320, "height": 640})
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0, f"{address} is {too_wide} pixels wider than a telephone"
    # (3)
    assert_only_own_origin(page)


def sign_in(page: Page, url: str, name: str) -> Screen:
    """Sign `name` in with the demonstration's password."""
    page.goto(url + "/staff/sign-in")
    page.fill("[name=name]", name)
    page.fill("[name=password]", DEMO_PASSWORD)
    with page.expect_navigation():
        page.press("[name=password]", "Enter")
    return Screen(page, url)


def open_tickets(register: Path) -> dict[str, str]:
    """The ticket of one open enrolment in each state; what is in it the register does not say."""
    with sqlite3.connect(f"file:{register}?mode=ro", uri=True) as connection:
        found = dict(connection.execute("SELECT state, ticket FROM enrolments"))
    assert {"draft", "awaiting_approval", "approved", "printed"} <= found.keys()
    assert all(re.fullmatch("[0-9A-Z]{4}", ticket) for ticket in found.values())
    return found
