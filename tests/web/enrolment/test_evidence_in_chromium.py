"""The evidence screen with its script: the tally is live, papers are found by typing, nothing is sent before "Save"."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.browser import NewPage, assert_accessible, assert_only_own_origin, assert_quiet, requests_of
from tests.web.enrolment.test_in_chromium import counter, open_one, portrait, sit_down

__all__ = ["counter", "portrait"]

pytestmark = pytest.mark.browser

Desk = Callable[..., Page]

LATER = "() => new Promise((done) => setTimeout(done, 300))"
"""By the page's own clock: what it does 150 milliseconds after the last tick is done then, on any machine."""


@pytest.fixture
def desk(new_page: NewPage, counter: str) -> Desk:
    """`desk()`: Amel's evidence screen, with nothing on it yet."""

    def open_desk(locale: str = "en", *, ready: bool = True, **options: object) -> Page:
        page = new_page(locale, **options)
        sit_down(page, counter)
        ticket = open_one(page)
        page.goto(f"{counter}/enrolments/{ticket}/evidence")
        if ready:
            page.wait_for_selector("[data-ready]")
        return page

    return open_desk


def line(page: Page, axis: str) -> str:
    """What a line of the tally says."""
    return page.locator(f"[data-axis={axis}] [data-value]").inner_text()


def find(page: Page, *words: str) -> None:
    """Type into the search line, and Enter."""
    for word in words:
        page.keyboard.type(word)
        page.keyboard.press("Enter")


def test_the_tally_follows_every_tick(desk: Desk) -> None:
    page = desk()
    assert (line(page, "identity"), line(page, "residence"), line(page, "photo")) == ("0 of 3", "0 of 1", "not seen")

    page.check("#paper-health-card")
    assert (line(page, "identity"), line(page, "photo")) == ("2 of 3", "seen")
    expect(page.locator("[data-missing=residence]")).to_be_visible()
    page.check("#expired-health-card")
    assert line(page, "identity") == "1 of 3"
    page.check("#paper-association-letter")
    page.select_option("#count-association-letter", "2")
    assert line(page, "identity") == "3 of 3"
    page.check("#paper-domiciliation")
    expect(page.locator("[data-verdict=complete] .complete")).to_be_visible()
    page.check("#old-domiciliation")

    expect(page.locator("[data-verdict=missing]")).to_be_visible()
    assert "too old: a newer one counts" in page.locator("[data-not-counted]").inner_text()
    assert_quiet(page)
    assert_only_own_origin(page)


def test_nothing_is_sent_before_save(desk: Desk) -> None:
    page = desk()
    page.add_init_script("window.print = () => 0")
    page.wait_for_load_state("networkidle")
    before = list(requests_of(page))

    find(page, "3", "9", "domicil")
    page.wait_for_selector("[data-would-do]:not([hidden]), [data-verdict=complete]")
    page.evaluate(LATER)

    assert requests_of(page) == before
    assert "paper" not in page.url


def test_what_would_do_is_said_and_does(desk: Desk) -> None:
    page = desk()
    find(page, "1")
    page.wait_for_selector("[data-would-do]:not([hidden])")
    assert "Energy or water bill" in page.locator("[data-ways]").inner_text()

    find(page, "10")

    expect(page.locator("[data-would-do]")).to_be_hidden()
    expect(page.locator("[data-verdict=complete]")).to_be_visible()


def test_a_paper_is_found_by_number_by_name_and_by_what_people_call_it(desk: Desk) -> None:
    page = desk("fr")

    for words, name in (("14", "tax-notice"), ("quittance", "rent-receipt"), ("RECEPISSE", "official-photo")):
        find(page, words)
        assert page.is_checked(f"#paper-{name}"), words
    find(page, "quittance")
    assert not page.is_checked("#paper-rent-receipt"), "the same once more takes the tick away"
    page.keyboard.type("zzz")
    expect(page.locator("[data-not-found]")).to_be_visible()
    page.keyboard.press("Enter")
    assert "/evidence" in page.url
    page.keyboard.press("Escape")
    expect(page.locator("[data-not-found]")).to_be_hidden()


def test_the_arrow_leads_from_the_search_line_to_what_was_found(desk: Desk) -> None:
    page = desk()
    page.keyboard.type("lodging")
    page.keyboard.press("ArrowDown")

    assert page.evaluate("document.activeElement.id") == "paper-lodging-letter"


def test_typing_begins_before_the_rules_are_there(desk: Desk) -> None:
    """A slow line takes no key away."""
    page = desk(ready=False)

    find(page, "1", "10")

    assert page.is_checked("#paper-official-photo")
    assert page.is_checked("#paper-energy-bill")
    expect(page.locator("[data-verdict=complete]")).to_be_visible()


def test_without_the_rules_the_screen_works_as_without_a_script(new_page: NewPage, counter: str) -> None:
    page = new_page("en")
    sit_down(page, counter)
    ticket = open_one(page)

    def cut(route: Route) -> None:
        route.abort()

    page.route(re.compile("rules.json"), cut)
    page.goto(f"{counter}/enrolments/{ticket}/evidence")
    find(page, "1")
    with page.expect_navigation():
        page.click("button[value=count]")

    assert line(page, "identity") == "3 of 3"
    assert page.is_checked("#paper-official-photo")


def test_without_a_script_count_does_the_same(desk: Desk) -> None:
    live, plain = desk(), desk(ready=False, java_script_enabled=False)
    for page in (live, plain):
        for name in ("health-card", "association-letter", "lodging-letter"):
            page.check(f"#paper-{name}")
    with plain.expect_navigation():
        plain.click("button[value=count]")
    live.wait_for_selector("[data-would-do]:not([hidden])")
    live.evaluate(LATER)

    for part in (".tally-lines", "[data-ways]", "[data-not-counted]"):
        assert live.locator(part).inner_text().split() == plain.locator(part).inner_text().split(), part
    slips = []
    for page in (live, plain):
        page.emulate_media(media="print")
        slips.append(page.locator(".slip").inner_text().split())
        page.emulate_media(media="screen")
    assert slips[0] == slips[1]
    plain.check("#paper-host-papers")
    with plain.expect_navigation():
        plain.click(".onward button >> nth=0")
    assert plain.url.endswith("/card")


def test_the_address_is_asked_about_only_where_there_is_a_choice(desk: Desk) -> None:
    page = desk()
    page.check("#paper-energy-bill")
    expect(page.locator("[data-address]")).to_be_hidden()
    page.check("#paper-protected-letter")

    expect(page.locator("[data-address]")).to_be_visible()
    assert page.is_checked("[name=address_as][value=protected]")
    assert page.locator("[data-rendering]:visible").count() == 2
    page.check("[name=address_as][value=full]")
    page.uncheck("#paper-protected-letter")
    expect(page.locator("[data-address]")).to_be_hidden()
    page.check("#paper-protected-letter")
    assert page.is_checked("[name=address_as][value=protected]"), "another paper begins the choice anew"


def test_papers_for_young_people_come_and_go_with_the_age(desk: Desk) -> None:
    page = desk()
    expect(page.locator("#paper-family-link")).to_be_hidden()
    page.check("#age-17")
    page.check("#paper-family-link")
    page.check("#paper-guardian-identity")
    assert line(page, "identity") == "1 of 1"
    page.check("#age-grown")

    expect(page.locator("#paper-family-link")).to_be_hidden()
    assert line(page, "identity") == "0 of 3"


def test_only_the_slip_is_printed_and_in_the_holder_s_language(desk: Desk) -> None:
    """The clerk reads English; nobody has said yet that the holder reads anything but the city's French."""
    page = desk()
    page.evaluate("window.print = () => (window.printed = true)")
    find(page, "3")
    page.wait_for_selector(".slip", state="attached")
    expect(page.locator(".slip")).to_be_hidden()

    page.click("[data-print]")
    page.emulate_media(media="print")

    assert page.evaluate("window.printed")
    assert not page.is_visible("form#evidence")
    assert not page.is_visible(".tally")
    said = page.locator(".slip").inner_text()
    assert "Facture d’énergie ou d’eau" in said
    assert "Carte d’assurance maladie" not in said, "what was on the desk is nobody else's to read"


def test_a_passport_and_a_bill_take_five_keys(desk: Desk) -> None:
    page = desk()
    for word in ("1", "10"):
        page.keyboard.type(word)
        page.keyboard.press("Enter")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert page.url.endswith("/card")


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_screen_can_be_used_by_everybody(desk: Desk, language: str) -> None:
    page = desk(language, viewport={"width": 1280, "height": 900})
    assert_accessible(page)
    for name in ("health-card", "association-letter", "lodging-letter"):
        page.check(f"#paper-{name}")
    page.wait_for_selector("[data-would-do]:not([hidden])")
    page.click("[data-examples]")
    assert_accessible(page)
    with page.expect_navigation():
        page.click(".onward button >> nth=0")
    expect(page.locator("#mistakes")).to_be_focused()
    page.set_viewport_size({"width": 320, "height": 640})
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_picture_of_the_desk_is_kept_by_no_browser(desk: Desk) -> None:
    """Going back finds the boxes empty: the next person's papers are others."""
    page = desk()
    address = page.url
    find(page, "3")
    page.goto(address.replace("/evidence", "/identity"))

    page.go_back()
    page.wait_for_selector("[data-ready]")

    assert page.locator("input[type=checkbox]:checked").count() == 0
