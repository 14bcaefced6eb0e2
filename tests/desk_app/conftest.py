"""The desk page for devices, in Port-Sable on the Monday of the stories, and a city for stories about cards alone."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.desk import bundles
from tests.desk.bundles import Town
from tests.support.browser import NewPage
from tests.support.cities import NOW
from tests.support.loopback import serving
from tests.support.reading import CheckingClient
from tests.web.conftest import app, client, clock, compiled_templates, password_hash, signed_in
from tests.web.real_office import hall, office

__all__ = ["app", "client", "clock", "compiled_templates", "hall", "office", "password_hash", "signed_in"]

ENDED, SUSPENDED = 5, 6
"""Places in the list of the city."""


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The office, answering on this machine."""
    with serving(app) as origin:
        yield origin


@pytest.fixture(scope="session")
def town() -> Town:
    """A city whose cards end in every way; Rivemont is its partner."""
    return replace(bundles.port_sable(), statuses={ENDED: 1, SUSPENDED: 2})


@pytest.fixture
def desk(site: str, new_page: NewPage, town: Town) -> Callable[..., Page]:
    """`desk("ar", service="piscine")`: the page on a device that has its bundle from a stick, at `NOW`."""

    def open_desk(language: str = "en", *, service: str = "", bundle: bytes | None = None, **options: Any) -> Page:
        # What the service worker does is asked in test_in_chromium.py; here it would only fetch everything once more.
        page = new_page(language, service_workers="block", **options)
        page.clock.install(time=NOW)
        open_page(page, site)
        page.select_option("#language", language)
        page.fill("#enrol-text", code_of(town))
        page.click("#enrol [type=submit]")
        expect(page.locator("#enrol-told")).not_to_be_empty()
        from_stick(page, "#enrol-file", bundle or bundles.bundle(bundles.content(town), town=town))
        expect(page.locator("#part-check")).to_be_visible()
        if service:
            set_to(page, service)
        return page

    return open_desk


def open_page(page: Page, site: str, fragment: str = "") -> None:
    """Open the page and wait until it is ready."""
    page.goto(f"{site}/desk-app/{fragment}")
    page.wait_for_selector("html[data-ready]")


def code_of(town: Town) -> str:
    """What a clerk's code says, without a token: the bundle comes from a stick."""
    return f"{town.city.url}/desk-app/#enrol=" + base64.urlsafe_b64encode(town.fingerprint).decode().rstrip("=")


def from_stick(page: Page, field: str, content: bytes) -> None:
    """Choose a file."""
    page.set_input_files(field, {"name": "desk.citycard", "mimeType": "application/octet-stream", "buffer": content})


def set_to(page: Page, service: str) -> None:
    """Set the desk to a service."""
    page.click("[data-open=settings]")
    page.select_option("#service", service)
    page.click("[data-open=check]")


def show(page: Page, code: str, verdict: str) -> None:
    """Put a code into the field of the page, and see the verdict, and not that of the card before."""
    page.evaluate("document.getElementById('otherwise').open = true; document.querySelector('[data-clear]')?.click()")
    page.locator("#code").fill(code, force=True)
    page.locator("#code").press("Enter")
    expect(page.locator(f"#answer [data-verdict={verdict}]")).to_be_visible()


def type_as_a_scanner(page: Page, code: str) -> None:
    """Press the keys where the focus is, as fast as a scanner, however slow this machine is."""
    page.evaluate(
        """(code) => {
          const press = (key) => {
            const place = document.activeElement ?? document.body;
            for (const kind of ["keydown", "keyup"]) {
              place.dispatchEvent(new KeyboardEvent(kind, { key, bubbles: true, cancelable: true }));
            }
          };
          for (const each of code) press(each);
          press("Enter");
        }""",
        code,
    )


def stand_still(page: Page) -> None:
    """From now on no time passes on the page but what the test lets pass, however long this machine takes."""
    shown = datetime.fromtimestamp(page.evaluate("Date.now()") / 1000, UTC)
    page.clock.pause_at(shown + timedelta(minutes=1))  # never back: it went on until it heard this


def clear(page: Page) -> None:
    """Press "Clear now"."""
    page.click("[data-clear]")
    expect(page.locator("#answer")).to_be_hidden()


def enrolment_code(browser: CheckingClient, name: str, service: str = "") -> str:
    """Add a device on the staff's page; what its code says."""
    answer = browser.send("/devices/add", {"name": name, "service": service})
    assert answer.status_code == 303
    found = re.search(r"\S+/desk-app/#enrol=[\w.-]+", browser.page(answer.headers["Location"]).text)
    assert found
    return found[0]


def kept(page: Page) -> set[str]:
    """The names of what the page keeps on the device."""
    names: list[str] = page.evaluate(
        """async () => {
          const store = await (await import("/static/js/desk/store.js")).openStore();
          const names = await store.names();
          store.close();
          return names;
        }"""
    )
    return set(names)
