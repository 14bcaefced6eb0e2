"""Every page of the demonstration's office and of the practice counter, as each person who may open it meets it.

A page that nobody visits here is found by its address (`test_no_page_is_left_out`). What is drawn only after something
was sent, a mistake, an answer, belongs to the tests of that page and to the journeys.

1. In French, English, Spanish and Arabic, axe finds nothing (WCAG 2.2 AA and what its makers advise beyond it). At
   colours it looks in French and in Arabic: they are the same in every language, and half of its time.
2. At 320 pixels nothing has to be moved sideways to be read.
3. No page complains in the console or asks another server for anything.
4. Nothing is left in English on a page in another language: see `test_translations`, which reads the catalogues.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy import update
from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect

from citycard.demo import practice, training
from citycard.operations import devices, organisations, renew, voice
from citycard.settings import LANGUAGES, load_office
from citycard.store.enrolments import Enrolment, EnrolmentState
from citycard.store.organisations import Attests
from citycard.web.app import create_app
from tests.journeys.counter import FRESH
from tests.journeys.people import Screen
from tests.support.browser import NewPage, assert_accessible, assert_only_own_origin, assert_quiet
from tests.support.servers import running_office
from tests.support.town_hall import TownHall

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DEMO_PASSWORD = "only for the demo"

PUBLIC = (
    "/",
    "/about",
    "/what-to-bring",
    "/what-to-bring/plain",
    "/sheets/",
    "/card/",
    "/card/lost",
    "/card/end",
    "/card/kept",
    "/card/found",
    "/card/cities",
    "/services",
    "/figures",
    "/requests",
    "/trust",
    "/staff/sign-in",
    "/styleguide",
    "/no-such-page",
)
BY_PERSON = {
    "amel": (
        "/staff/",
        "/enrolments/",
        "/enrolments/from-a-card",
        "/enrolments/without-a-card",
        "/enrolments/earlier-slip",
        "/enrolments/{renewed}/compare",
        "/enrolments/{draft}/identity",
        "/enrolments/{young}/companion",
        "/enrolments/{empty}/own-script",
        "/enrolments/{arabic}/own-script",
        "/enrolments/{draft}/evidence",
        "/enrolments/{empty}/evidence",
        "/enrolments/{renewed}/evidence",
        "/enrolments/{empty}/vouch",
        "/enrolments/{empty}/refuse",
        "/enrolments/{gone}/slip-given",
        "/enrolments/{draft}/card",
        "/enrolments/{young}/card",
        "/enrolments/{empty}/check",
        "/enrolments/{awaiting_approval}/check",
        "/enrolments/{awaiting_approval}/read",
        "/enrolments/{draft}/say/identity",
        "/enrolments/{arabic}/say/evidence",
        "/enrolments/{approved}/finish",
        "/enrolments/{printed}/finish",
        "/enrolments/{printed}/read-out",
        "/enrolments/{printed}/transit",
        "/enrolments/{printed}/print-failed",
        "/enrolments/{draft}/abandon",
        "/enrolments/handed-over",
        "/guidance/",
        "/organisations/",
        "/cards/",
        "/cards/handed-in",
        "/transit/",
        "/statistics/",
        "/authority/",
        "/authority/receipt",
        "/authority/table",
        "/desk/",
        "/desk/for/mediatheque-du-phare",
        "/staff/confirm",
    ),
    "bruno": (
        "/enrolments/{awaiting_approval}/approve",
        "/enrolments/{vouched}/approve",
        "/devices/",
        "/devices/add",
        "/devices/1/code",
        "/devices/1/change",
        "/devices/1/withdraw",
        "/voice/",
        "/voice/new",
        "/voice/{consultation}",
        "/voice/{consultation}/devices",
        "/voice/{consultation}/close",
    ),
    "chloe": ("/organisations/", "/organisations/add", "/organisations/1/close"),
    "dario": (
        "/partners/",
        "/partners/1",
        "/partners/add",
        "/partners/ours",
        "/partners/1/suspend",
        "/partners/1/agreements",
    ),
    "esra": ("/audit/",),
}
PRACTICE = ("/practice/", *(f"/practice/{story.key}" for story in practice.stories()))

TURNED = re.compile(r"/(read|read-out|own-script|say/\w+)$")
"""Pages for the holder to read, in the holder's language."""

LEFT_OUT = {
    "api.openapi": "JSON",
    "cards.back": "leads on",
    "cards.ready": "leads on",
    "attendants.guide": "a PDF",
    "attendants.training": "JSON",
    "attendants.training_cards": "a PDF",
    "desk_app.bundle": "a signed file",
    "desk_app.device": "JSON",
    "desk_app.icon_png": "a picture",
    "desk_app.icon_svg": "a picture",
    "desk_app.manifest": "JSON",
    "desk_app.page": "in every language by itself, and in many states: tests/desk_app",
    "desk_app.reading": "a script",
    "desk_app.sentences_json": "JSON",
    "desk_app.voice_list": "JSON",
    "desk_app.worker": "a script",
    "devices.bundle": "a file to take away",
    "holders.for_ever": "leads on",
    "statistics.as_file": "a file",
    "transit.check_page": "a file to take away",
    "enrolment.go_on": "leads on",
    "enrolment.portrait": "a picture",
    "services.leaflet": "a PDF",
    "partners.end_all": "leads on while nothing is agreed: tests/web/agreements",
    "partners.end_one": "leads on while nothing is agreed: tests/web/agreements",
    "partners.resume_one": "leads on while nothing is agreed: tests/web/agreements",
    "partners.suspend_one": "leads on while nothing is agreed: tests/web/agreements",
    "partners.paper": "a PDF",
    "partners.compare": "of a city that was only proposed: tests/web/partners",
    "practice.face": "a picture",
    "public.city_colour": "a style sheet",
    "public.health": "a word for machines",
    "public.rules_json": "JSON",
    "slips.sheet": "a PDF",
    "staff.locked": "of a screen that is locked: tests/web/test_locked.py",
    "static": "files",
    "trust.aggregation": "JSON",
    "trust.jwks": "JSON",
    "trust.metadata": "JSON",
    "trust.status_list": "a signed list",
    "trust.status_list_jwt": "a signed list",
    "trust.relayed": "files of other cities",
    "trust.target": "JSON",
    "trust.timestamp": "JSON",
}
"""Endpoints that are not visited here, each with its reason."""


@dataclass
class Open:
    """An office that is open for all four languages: pages are only looked at, so nobody meets what another left."""

    url: str
    tickets: Mapping[str, str] = field(default_factory=dict)
    sessions: dict[str, tuple[datetime, Any]] = field(default_factory=dict)

    def page_of(self, new_page: NewPage, person: str, language: str) -> Page:
        """Somebody's browser, which prefers a language; they sign in once, and the session is opened again."""
        opened_at, held = self.sessions.get(person, (datetime.min.replace(tzinfo=UTC), None))
        if datetime.now(UTC) - opened_at < FRESH:
            return new_page(language, storage_state=held)
        page = new_page(language)
        sign_in(page, self.url, person)
        self.sessions[person] = (datetime.now(UTC), page.context.storage_state())
        return page


@pytest.fixture(scope="module")
def demo(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """Port-Sable of the demonstration, with some more people in it."""
    folder = tmp_path_factory.mktemp("every-page") / "demo-offices"
    shutil.copytree(demo_folder, folder)
    tickets = open_tickets(folder / "port-sable" / "register.sqlite3") | more_people(folder / "port-sable")
    with running_office(folder / "port-sable") as office:
        yield Open(office.url, tickets)


@pytest.fixture(scope="module")
def counter(practice_office: Path) -> Iterator[Open]:
    """The practice counter."""
    with running_office(practice_office) as office:
        yield Open(office.url)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_can_be_read_by_everybody(language: str, demo: Open, new_page: NewPage) -> None:
    page = new_page(language)
    for path in PUBLIC:
        look(page, demo.url + path, language)
    for person, paths in BY_PERSON.items():
        page = demo.page_of(new_page, person, language)
        for path in paths:
            look(page, demo.url + path.format(**demo.tickets), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_practice_counter_can_be_read_by_everybody(
    language: str, counter: Open, new_page: NewPage
) -> None:
    look(new_page(language), counter.url + "/staff/sign-in", language)
    page = counter.page_of(new_page, "amel", language)
    # Of the stories, which share a page, each is looked at in one of the languages.
    for path in ("/enrolments/", PRACTICE[0], *PRACTICE[1 + LANGUAGES.index(language) :: len(LANGUAGES)]):
        look(page, counter.url + path, language)


def test_no_page_is_left_out(demo_folder: Path, practice_office: Path) -> None:
    """Every address that answers to GET is visited above, or is named with the reason why not."""
    visited, there = set(LEFT_OUT), set()
    of_offices = {demo_folder / "port-sable": sum(BY_PERSON.values(), PUBLIC), practice_office: PRACTICE}
    for folder, paths in of_offices.items():
        rules = create_app(load_office(folder)).url_map
        there |= {rule.endpoint for rule in rules.iter_rules() if "GET" in (rule.methods or ())}
        addresses = rules.bind("127.0.0.1")
        for path in paths:
            try:
                visited.add(addresses.match(re.sub(r"{\w+}", "7KQ2", path), method="GET")[0])
            except (NotFound, RequestRedirect):
                assert path == "/no-such-page"

    assert there - visited == set(), "these are visited by nobody"
    assert visited - there == set(), "these are there no more"


@pytest.fixture(scope="module")
def practice_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The practice counter, as `citycard demo --training` makes it; nobody works in it here."""
    return training.prepare(tmp_path_factory.mktemp("practice") / "office", say=lambda _: None).office.folder


def look(page: Page, address: str, language: str) -> None:
    """Open a page wide and narrow, and examine it."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(address)
    if not address.endswith("/no-such-page"):
        assert page.url == address, f"{address} leads to {page.url}"
        assert_quiet(page)
    shown = page.locator("html").get_attribute("lang")
    if not TURNED.search(address):
        assert shown == language
    assert page.locator("html").get_attribute("dir") == ("rtl" if shown == "ar" else "ltr")
    # (1)
    assert_accessible(page, styles=shown in ("fr", "ar"))
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


def more_people(folder: Path) -> dict[str, str]:
    """Bring people whose pages the demonstration's residents do not meet; return their tickets by what they are."""
    office, now = load_office(folder), datetime.now(UTC)
    hall, today = TownHall(office, now=now), office.settings.today(now)
    old = hall.card(full_name="Salma Ben Youssef")
    child = today - timedelta(days=9 * 365)
    tickets = {
        "empty": hall.open(),
        "arabic": hall.enrol(language="ar"),
        "young": hall.enrol(date_of_birth=child.strftime("%Y%m%d")),
        "vouched": hall.enrol(vouched=True),
        "gone": hall.open(),
    }
    hall.submit(tickets["vouched"])
    hall.abandon(tickets["gone"])
    with hall.session() as session:
        by = hall.staff(session, "Amel")
        found = renew.read_old(session, hall.desk(), old.full_code, ring=hall.ring)
        row = renew.open_renewal(session, hall.desk(), found, by=by, request_token=hall.chance(16).hex())
        tickets["renewed"] = row.ticket
        consultation = voice.open_consultation(
            session,
            hall.desk(),
            name="Budget des quais",
            record_day=today - timedelta(days=2),
            opens_at=now,
            closes_at=now + timedelta(days=9),
            several=True,
            other_cities=False,
            by=hall.staff(session, "Bruno"),
        )
        tickets["consultation"] = consultation.id
        organisations.add(
            session,
            name="Maison des Quais",
            attests=[Attests.CARE_OF, Attests.MINORS],
            letter_days=organisations.USUAL_DAYS,
            first_day=today,
            last_day=None,
            by="Chloe",
            day=today,
            chance=hall.chance,
        )
        devices.propose(session, hall.desk(), name="Médiathèque, guichet 2", service=None, by="Bruno")
        # Drafts are forgotten after half an hour in which nobody works at them. Here they are only looked at, and the
        # demonstration may have been made for another test some time ago.
        drafts = update(Enrolment).where(Enrolment.state == EnrolmentState.DRAFT)
        session.execute(drafts.values(deadline=now + timedelta(hours=3)))
    hall.close()
    return tickets


def open_tickets(register: Path) -> dict[str, str]:
    """The ticket of one open enrolment in each state; what is in it the register does not say."""
    with sqlite3.connect(f"file:{register}?mode=ro", uri=True) as connection:
        found = dict(connection.execute("SELECT state, ticket FROM enrolments"))
    assert {"draft", "awaiting_approval", "approved", "printed"} <= found.keys()
    assert all(re.fullmatch("[0-9A-Z]{4}", ticket) for ticket in found.values())
    return found
