"""A tablet that trains with the town that does not exist, and shows what the page it keeps is made of."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import expect

from citycard.demo.training_town import cards
from citycard.settings import Office
from citycard.web.desk_app.fingerprint import code_of, fingerprint, read_served
from tests.desk import bundles
from tests.desk.bundles import Town
from tests.desk_app.conftest import code_of as enrolment_text
from tests.desk_app.conftest import from_stick, open_page, show
from tests.desk_app.test_in_chromium import until
from tests.support.browser import NewPage
from tests.support.town_hall import MONDAY

pytestmark = pytest.mark.browser


def test_training_comes_from_the_office_and_the_files_are_those_of_the_release(
    site: str, app: Flask, office: Office, new_page: NewPage, town: Town
) -> None:
    page = new_page("en")
    page.clock.install(time=MONDAY)
    open_page(page, site)
    page.select_option("#language", "en")
    page.fill("#enrol-text", enrolment_text(town))
    page.click("#enrol [type=submit]")
    expect(page.locator("#enrol-told")).to_contain_text("fingerprint")
    from_stick(page, "#enrol-file", bundles.bundle(bundles.content(town), town=town, at=MONDAY))
    expect(page.locator("#part-check")).to_be_visible()
    until(page, "navigator.serviceWorker.controller")

    # What the device counts is what the release has.
    page.click("[data-open=settings]")
    client = FlaskClient(app)  # one that is not told off: the page has several parts, of which one is shown
    served = read_served(lambda path: client.get(path).data)
    expect(page.locator("#files-page")).to_have_text(fingerprint(served))
    expect(page.locator("#files-code")).to_have_text(fingerprint(code_of(served)))
    for paper in ("/desk-guide.pdf", "/desk-training-cards.pdf"):
        expect(page.locator(f"[data-paper='{paper}']")).to_have_attribute("href", f"{paper}?language=en")

    # The town is fetched once, and known without a network from then on.
    page.click("[data-do=training-begin]")
    page.click("[data-do=training-take]")
    expect(page.locator("#part-check")).to_be_visible()
    page.context.set_offline(True)
    sheet = cards(today=MONDAY.astimezone(office.settings.zone).date(), zone=office.settings.zone)
    for card in sheet:
        show(page, card.code, card.verdict)
        expect(page.locator(".practice")).to_be_visible()
    show(page, town.city.card(status_index=1), "UNKNOWN_ISSUER")

    # Outside the training nobody knows it.
    page.click("[data-open=settings]")
    page.locator("#part-settings [data-do=training-end]").click()
    expect(page.locator("#training-line")).to_be_hidden()
    show(page, sheet[0].code, "UNKNOWN_ISSUER")
