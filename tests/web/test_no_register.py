"""The database is down: what is said, what still works, and that nothing typed is thrown away for it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from citycard.settings import Office
from citycard.web.database import db
from tests.support.browser import assert_accessible
from tests.support.reading import CheckingClient, read
from tests.web.conftest import new_browser
from tests.web.enrolment.test_in_chromium import counter, open_one, sit_down

__all__ = ["counter"]

SignedIn = Callable[[str], CheckingClient]


@contextmanager
def register_away(app: Flask, office: Office) -> Iterator[None]:
    """Take the register from its place, as a disk or a server that has gone; afterwards it is back as it was."""
    register = office.folder / "register.sqlite3"
    aside = register.with_name("register.aside")
    app.testing, was = False, app.testing
    with app.app_context():
        db.engine.dispose()
    register.rename(aside)
    register.mkdir()
    yield
    register.rmdir()
    aside.rename(register)
    app.testing = was


def test_staff_are_told_what_still_works(app: Flask, office: Office, signed_in: SignedIn) -> None:
    amel = signed_in("Amel")

    with register_away(app, office):
        answer = amel.get("/enrolments/")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    page = read(answer)
    assert page.h1 == "The register does not answer at the moment"
    for sentence in ("Every card stays good", "Hand over cards that are printed", "What has to wait"):
        assert sentence in page.text
    assert amel.get("/enrolments/").status_code == 200, "and afterwards everything goes on"


def test_the_banner_of_a_practice_office_stands_there_too(app: Flask, office: Office, signed_in: SignedIn) -> None:
    amel = signed_in("Amel")

    with register_away(app, office):
        assert "Practice office" in amel.get("/enrolments/").text


def test_whoever_only_reads_public_pages_notices_nothing(app: Flask, office: Office) -> None:
    with register_away(app, office):
        stranger = new_browser(app)
        for address in ("/", "/about", "/what-to-bring", "/health"):
            assert stranger.get(address).status_code == 200, address


def test_a_machine_is_told_in_json(app: Flask, office: Office) -> None:
    with register_away(app, office):
        answer = app.test_client().post("/api/v1/verify", json={"code": "HELLO"})

    assert answer.status_code == 503
    assert answer.get_json()["error"]["code"] == "no-register"
    assert answer.headers["Retry-After"] == "30"


def test_the_log_says_where_and_nothing_of_whom(
    app: Flask, office: Office, signed_in: SignedIn, caplog: pytest.LogCaptureFixture
) -> None:
    amel = signed_in("Amel")
    logging.getLogger("citycard").propagate = True

    with caplog.at_level(logging.INFO), register_away(app, office):
        amel.get("/enrolments/7K3M/identity?name=Kassar")

    assert "OperationalError" in caplog.text
    assert "7K3M" not in caplog.text
    assert "Kassar" not in caplog.text


@pytest.mark.browser
def test_what_is_typed_meanwhile_stays_on_the_page(app: Flask, office: Office, page: Page, counter: str) -> None:
    sit_down(page, counter)
    open_one(page)
    page.fill("#full_name", "Noémie Kassar-Lund")
    page.check("[value=unknown]")
    address = page.url

    with register_away(app, office):
        page.click(".onward button")

        expect(page.locator("[data-no-connection]")).to_be_visible()
        assert page.url == address
        assert page.input_value("#full_name") == "Noémie Kassar-Lund"
        assert_accessible(page)

    expect(page.locator("[data-connection-back]")).to_be_visible()
    with page.expect_navigation():
        page.click(".onward button")
    assert page.locator("aside.side").get_by_text("Noémie Kassar-Lund").first.is_visible()
