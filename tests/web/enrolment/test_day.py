"""The day view: tickets and clocks, what a clerk has issued, and lists that look again without moving anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from citycard.operations import enrol
from citycard.settings import Office
from citycard.store.staff import ClerkDay, Staff
from citycard.web.database import db
from citycard.web.sessions import LOOKING
from tests.support.browser import NewPage, assert_accessible, assert_quiet
from tests.support.reading import CheckingClient
from tests.support.town_hall import TownHall, chance_from
from tests.web.conftest import Clock
from tests.web.enrolment.conftest import Counter
from tests.web.enrolment.test_in_chromium import counter, sit_down

__all__ = ["counter"]

SignedIn = Callable[[str], CheckingClient]
DAY = "/enrolments/"
HALF_A_MINUTE = 30_500


@pytest.fixture
def hall(app: Flask, office: Office) -> Iterator[TownHall]:
    """The same town hall, worked in by others; opened after the application, whose staff it shares."""
    opened = TownHall(office)
    yield opened
    opened.close()


def on_hold(hall: TownHall, ticket: str) -> str:
    """Put an open draft on hold; its ticket."""
    with hall.case(ticket, "Amel") as (session, enrolment, _):
        enrol.hold(session, hall.desk(), enrolment)
    return ticket


def issued_on(app: Flask, day: date, count: int) -> None:
    """Say that Amel issued so many cards on a day."""
    with app.app_context():
        amel = db.session.query(Staff).filter_by(name="Amel").one()
        db.session.add(ClerkDay(staff_id=amel.id, day=day, count=count))
        db.session.commit()


def test_a_clerk_sees_how_many_cards_she_issued_today_of_how_many(amel: Counter, hall: TownHall) -> None:
    assert "Cards you issued today: 0 of 60" in amel.browser.page(DAY).text

    hall.issue(hall.approved())
    hall.issue(hall.approved())

    assert "Cards you issued today: 2 of 60" in amel.browser.page(DAY).text


def test_yesterdays_cards_are_not_todays(app: Flask, amel: Counter) -> None:
    issued_on(app, date(2026, 11, 22), 40)
    assert "Cards you issued today: 0 of 60" in amel.browser.page(DAY).text


@pytest.mark.parametrize("settings", [{"cards_per_clerk_per_day": 12}], indirect=True)
def test_the_number_stands_out_when_it_is_reached(app: Flask, amel: Counter) -> None:
    issued_on(app, date(2026, 11, 23), 12)

    page = amel.browser.page(DAY)

    assert page.one("span", class_="issued full").text == "Cards you issued today: 12 of 12"


def test_nobody_sees_how_many_a_colleague_issued(app: Flask, bruno: CheckingClient) -> None:
    issued_on(app, date(2026, 11, 23), 12)
    assert "Cards you issued" not in bruno.page(DAY).text


def test_everybody_is_there_by_ticket_and_nobody_by_name(amel: Counter, hall: TownHall) -> None:
    draft, held = hall.enrol(), on_hold(hall, hall.enrol())
    waiting = hall.enrol()
    hall.submit(waiting)
    approved, out = hall.approved(), hall.approved()
    hall.issue(out)
    hall.print(out)

    page = amel.browser.page(DAY)

    assert {link.text for link in page.all("a", class_="line-ticket")} == {draft, held, waiting, approved, out}
    assert "Marchevert" not in page.text
    assert [heading.text for heading in page.all("h2")] == [
        "Waiting for approval 1",
        "Approved, to issue 1",
        "To print and hand over 1",
        "In progress 1",
        "On hold until the end of the day 1",
    ]


@pytest.mark.parametrize("settings", [{"closing_time": "17:30"}], indirect=True)
def test_on_hold_says_when_the_counter_closes(amel: Counter, hall: TownHall, clock: Clock, signed_in: SignedIn) -> None:
    on_hold(hall, hall.open())

    page = amel.browser.page(DAY)
    assert any("On hold until we close at 5:30" in heading.text for heading in page.all("h2"))
    assert "7 hours left" in page.text or "8 hours left" in page.text

    clock.pass_by(hours=8)
    assert "Nothing is open" in signed_in("Amel").page(DAY).text, "gone, even in the minute before it is swept"


def test_without_a_script_one_looks_again_oneself(amel: Counter) -> None:
    page = amel.browser.page(DAY)

    assert any(link.text == "Look again" for link in page.all("a", href=DAY))
    assert not page.all("meta", http_equiv="refresh"), "a page that reloads takes away what is being typed"
    assert "As it was at" in page.text


def test_a_page_that_looks_by_itself_keeps_no_screen_open(amel: Counter, clock: Clock) -> None:
    for _ in range(9):
        clock.pass_by(minutes=1)
        assert amel.browser.get(DAY, headers={LOOKING: "yes"}).status_code == 200
    clock.pass_by(minutes=1)

    assert amel.browser.get(DAY, headers={LOOKING: "yes"}).location == "/staff/locked"


def test_somebody_who_looks_keeps_it_open(amel: Counter, clock: Clock) -> None:
    for _ in range(12):
        clock.pass_by(minutes=1)
        assert amel.browser.get(DAY).status_code == 200


# --- in a browser -------------------------------------------------------------------------------------------------


def sit_down_with_a_clock(page: Page, address: str, name: str = "Amel") -> None:
    """Sit down at a page whose half minutes the test lets pass."""
    page.clock.install()
    sit_down(page, address, name)


@pytest.mark.browser
def test_an_approval_is_seen_without_a_word_and_the_keyboard_stays_where_it_is(
    page: Page, counter: str, hall: TownHall
) -> None:
    first, second = hall.enrol(), hall.enrol()
    hall.submit(first)
    hall.submit(second)
    sit_down_with_a_clock(page, counter)
    page.focus(f".line-ticket:text('{second}')")

    hall.approve(first)
    page.clock.run_for(HALF_A_MINUTE)

    expect(page.locator("#group-issue")).to_be_visible()
    assert page.evaluate("document.activeElement.textContent") == second
    assert_accessible(page)
    assert_quiet(page)


@pytest.mark.browser
def test_what_is_being_typed_stays(page: Page, counter: str, hall: TownHall) -> None:
    sit_down_with_a_clock(page, counter)
    page.fill("#ticket_to_find", "7K")

    ticket = hall.open()
    page.clock.run_for(HALF_A_MINUTE)

    expect(page.locator(f".line-ticket:text('{ticket}')")).to_be_visible()
    assert page.input_value("#ticket_to_find") == "7K"
    assert page.evaluate("document.activeElement.id") == "ticket_to_find"


@pytest.mark.browser
def test_whose_line_is_gone_finds_the_beginning_of_the_lists(page: Page, counter: str, hall: TownHall) -> None:
    ticket = hall.open()
    sit_down_with_a_clock(page, counter)
    page.focus(f".line-ticket:text('{ticket}')")

    hall.abandon(ticket)
    page.clock.run_for(HALF_A_MINUTE)

    expect(page.locator(".line-ticket")).to_have_count(0)
    assert page.evaluate("document.activeElement.hasAttribute('data-day')")


@pytest.mark.browser
def test_a_screen_that_locked_in_another_window_closes_here_too(
    page: Page, counter: str, hall: TownHall, app: Flask
) -> None:
    # Chance puts four such characters into the page's token, and four digits into what a style sheet is called.
    hall.chance = chance_from(1)
    ticket = hall.open()
    assert not ticket.isdecimal()
    sit_down_with_a_clock(page, counter)
    other = page.context.new_page()
    other.goto(f"{counter}/staff/")
    with other.expect_navigation():
        other.click("[data-lock]")

    page.clock.run_for(HALF_A_MINUTE)

    page.wait_for_url("**/staff/locked")
    token = page.locator("[name=csrf_token]").first.get_attribute("value")
    assert ticket not in page.content().replace(str(token), "")


@pytest.mark.browser
@pytest.mark.parametrize(("locale", "width"), [("ar", 320)])
def test_the_day_and_the_way_from_an_old_card_can_be_used_by_everybody(
    new_page: NewPage, counter: str, hall: TownHall, locale: str, width: int
) -> None:
    old = hall.card()
    on_hold(hall, hall.open())
    hall.submit(hall.enrol())
    page = new_page(locale, viewport={"width": width, "height": 900})
    sit_down(page, counter)
    assert_accessible(page)
    page.goto(f"{counter}/enrolments/from-a-card")
    assert_accessible(page)
    page.fill("#card", "7KQ2")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert_accessible(page)
    page.fill("#card", old.full_code)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/compare")
    assert page.locator(".portrait-now img").evaluate("picture => picture.naturalWidth") == 72
    assert_accessible(page)
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0
