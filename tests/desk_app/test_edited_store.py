"""Somebody alone with the tablet edits what the browser keeps, and no line of the page: what that gets them.

Who can do this could put another page there as well. So the question is what stays refused all the same, and what
whoever works there next can see (docs/desk-page.md).
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from citycard.partners.desk_bundle import Content
from citycard.partners.fingerprint import Fingerprint
from tests.desk import bundles
from tests.desk.bundles import Town
from tests.desk_app.conftest import ENDED, enrolment_code, open_page, show, stand_still
from tests.support.browser import NewPage
from tests.support.cities import NOW, PORTRAIT
from tests.support.reading import CheckingClient
from tests.support.town_hall import MONDAY, TownHall

pytestmark = pytest.mark.browser

OpenDesk = Callable[..., Page]

TRAINING = "citycard-desk-training"


def edit(page: Page, store: str = "citycard-desk", **values: Any) -> None:
    """Write these into what the page keeps; None takes one away."""
    written = {
        name: [base64.b64encode(value).decode()] if isinstance(value, bytes) else value
        for name, value in values.items()
    }
    page.evaluate(
        """async ([name, values]) => {
          const store = await (await import("/static/js/desk/store.js")).openStore(name);
          for (const [key, value] of Object.entries(values)) {
            const bytes = Array.isArray(value) && Uint8Array.from(atob(value[0]), (one) => one.charCodeAt());
            await (value === null ? store.remove(key) : store.set(key, bytes || value));
          }
          store.close();
        }""",
        [store, written],
    )


def said_at(town: Town, now: datetime) -> Content:
    """What a city's bundle says that is made now: its list is of now."""
    return bundles.content(town, lists={town.city.status_uri: town.status_list(issued_at=now)})


def test_another_fingerprint_makes_it_another_citys_and_is_seen(
    new_page: NewPage, site: str, signed_in: Callable[[str], CheckingClient], hall: TownHall
) -> None:
    """The thief's city calls itself ours. This can be done; it cannot be done unseen."""
    page = new_page("en", service_workers="block")
    page.clock.install(time=MONDAY)
    open_page(page, site, enrolment_code(signed_in("Bruno"), "Quay").partition("/desk-app/")[2])
    page.select_option("#language", "en")
    expect(page.locator("#notice")).to_have_text("This device is enrolled as: \u2068Quay\u2069.")
    digits = page.locator("#fingerprint")
    page.click("[data-open=settings]")
    expect(digits.locator("li")).to_have_count(8)
    ours = digits.inner_text()
    stand_still(page)  # or the page would ask the office by itself, some seconds after it was opened

    thief = Town.named("Port-Sable", url=hall.office.settings.issuer, seed="a thief")
    edit(page, bundle=bundles.bundle(said_at(thief, MONDAY), town=thief, at=MONDAY))
    open_page(page, site)
    show(page, thief.city.card(), "STALE_STATUS")

    edit(page, fingerprint=thief.fingerprint)
    open_page(page, site)
    show(page, thief.city.card(), "OK")
    page.click("[data-open=settings]")
    expect(digits).not_to_have_text(ours)
    assert digits.inner_text().split() == list(Fingerprint(thief.fingerprint).digits)
    expect(page.locator("#state")).to_have_class("state fine")

    page.click("[data-do=fetch]")
    expect(page.locator("#state")).to_have_class("state amber")
    expect(page.locator("#state")).to_contain_text("does not believe the lists that the office sent")
    expect(page.locator("#state")).to_contain_text("of another city")
    page.select_option("#language", "es")
    expect(page.locator("#sync-told")).not_to_contain_text("of another city")


def test_a_bundle_from_before_a_card_ended_is_refused_or_says_its_age(desk: OpenDesk, town: Town, site: str) -> None:
    page = desk()
    before = NOW - timedelta(days=2)
    card = town.city.card(status_index=ENDED, portrait=PORTRAIT)
    show(page, card, "REVOKED")
    older = bundles.bundle(said_at(replace(town, statuses={}), before), town=town, at=before)

    edit(page, bundle=older)
    open_page(page, site)
    expect(page.locator("#state")).to_have_class("state red")
    show(page, card, "STALE_STATUS")

    edit(page, seen=None, memory=None)
    open_page(page, site)
    expect(page.locator("#state")).to_have_class("state amber")
    show(page, card, "OK_STALE")


def test_a_practice_office_is_none_for_work_and_a_real_city_none_for_training(
    new_page: NewPage, town: Town, site: str
) -> None:
    page = new_page("en", service_workers="block")
    page.clock.install(time=NOW)
    page.route("**/sentences.json", _of_a_real_city)
    open_page(page, site)
    edit(page, fingerprint=town.fingerprint, bundle=bundles.bundle(bundles.content(town), town=town))
    open_page(page, site)
    show(page, town.city.card(status_index=1), "STALE_STATUS")

    real = Town.named("Ville-Vraie", url="https://ville-vraie.fr")
    bundle = bundles.bundle(said_at(real, NOW), town=real)
    edit(page, TRAINING, fingerprint=real.fingerprint, bundle=bundle)
    edit(page, training=True)
    open_page(page, site)
    expect(page.locator("#training-line")).to_be_visible()
    show(page, real.city.card(status_index=1), "STALE_STATUS")

    # In their own places both would have been believed.
    edit(page, fingerprint=real.fingerprint, bundle=bundle, training=None)
    open_page(page, site)
    show(page, real.city.card(status_index=1), "OK")


def _of_a_real_city(route: Route) -> None:
    told = route.fetch().json()
    route.fulfill(json={**told, "language": "en", "practice": False})
