"""Three cities and what their cards open in Port-Sable: from the first telephone call to the end of an agreement.

Port-Sable and Rivemont recognise each other, each by two officials; Aubeterre is there as well and none of what happens
between the two may touch its people. Naïma lives in Rivemont and works in Port-Sable; Tomás lives in Aubeterre.

Three real servers, the officials and the attendants in Chromium; the cards are made by the offices' own operations, the
counter having a journey of its own (test_two_cities).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from citycard.core import base45, cose
from citycard.core.compression import inflate
from citycard.core.verify import MAX_TOKEN
from citycard.operations import sync
from citycard.operations.sign_in import hash_password
from citycard.partners.fingerprint import Fingerprint
from citycard.partners.repository import current_root
from citycard.services.register import FILE
from citycard.settings import load_office
from citycard.store.engine import open_engine
from citycard.store.staff import Staff
from tests.journeys import people
from tests.journeys.people import PASSWORD, Screen, sign_in
from tests.support.browser import NewPage, assert_only_own_origin, assert_quiet
from tests.support.processes import LONGEST_START, PAUSE
from tests.support.servers import RunningOffice, StartOffice, citycard
from tests.support.town_hall import TownHall, drawn_face

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STAFF = {"amel": "clerk", "bruno": "supervisor", "library": "desk", "chloe": "administrator", "dario": "key_custodian"}

SERVICES = """
format = 1

[[service]]
id = "library"
category = "library"
needs = ["name"]
level = "discount"
visitors = "by-agreement"
names = { fr = "Médiathèque du Phare", en = "Lighthouse Library" }
benefit = { fr = "Douze livres.", en = "Twelve books." }

[[service]]
id = "pool"
category = "swimming-pool"
needs = []
level = "discount"
visitors = "by-agreement"
names = { fr = "Piscine des Embruns", en = "Sea Spray Pool" }
benefit = { fr = "Un bonnet prêté.", en = "A cap lent." }

[[service]]
id = "museum"
category = "museum"
needs = []
level = "discount"
visitors = "yes"
names = { fr = "Musée des Tempêtes", en = "Museum of Storms" }
benefit = { fr = "Entrée libre.", en = "Free entry." }
"""


@dataclass(frozen=True)
class Held:
    """What a holder went home with: the large code of the card, and the recovery code of the slip."""

    full_code: str
    recovery_code: str


@dataclass
class City:
    """One of the three, at work."""

    office: RunningOffice
    new_page: NewPage
    screens: dict[str, Screen] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        """What its cards name."""
        return load_office(self.office.folder).settings.issuer

    def at(self, name: str, language: str = "en") -> Screen:
        """Somebody's screen, signed in at their first act."""
        if name not in self.screens:
            self.screens[name] = sign_in(self.new_page(language), self.office.url, name)
        return self.screens[name]

    def reads_out(self) -> Fingerprint:
        """What its officials read over the telephone."""
        return Fingerprint.of(current_root(load_office(self.office.folder).published))

    def syncs(self) -> None:
        """What the server does every quarter of an hour, done now; while it does so itself, one waits for it."""
        deadline = time.monotonic() + LONGEST_START
        with self.counter() as hall:
            while errors := {each.error for each in sync.run(hall.engine, hall.desk(), everyone=True) if each.error}:
                assert errors == {"busy"}
                assert time.monotonic() < deadline, "the server never ends asking"
                time.sleep(PAUSE)

    @contextmanager
    def counter(self) -> Iterator[TownHall]:
        """Its counter, with this minute on the clock."""
        hall = TownHall(load_office(self.office.folder), now=datetime.now(UTC))
        try:
            yield hall
        finally:
            hall.close()

    def makes_a_card(self, full_name: str) -> Held:
        """Enrol, approve, issue, hand over, and publish."""
        with self.counter() as hall:
            ticket = hall.approved(full_name=full_name)
            code = hall.issue(ticket).full_code
            recovery = hall.file(ticket).recovery_code
            hall.print(ticket)
            hall.hand_over(ticket)
            hall.publish_lists()
            return Held(code, recovery)

    def asks_for(self, service: str, code: str) -> tuple[str | None, str]:
        """Scan a card at the desk of a service; the verdict and all that the screen says."""
        library = self.at("library")
        page = library.open(f"/desk/for/{service}" if service else "/desk/")
        page.fill("[name=code]", code)
        page.press("[name=code]", "Enter")
        shown = page.locator("[data-verdict]").first
        shown.wait_for()
        return shown.get_attribute("data-verdict"), page.locator("main").inner_text()


@pytest.fixture
def cities(tmp_path: Path, start_office: StartOffice, new_page: NewPage) -> list[City]:
    """Port-Sable, Rivemont and Aubeterre."""
    return [_city(tmp_path, start_office, new_page, name) for name in ("Port-Sable", "Rivemont", "Aubeterre")]


def _city(tmp_path: Path, start_office: StartOffice, new_page: NewPage, name: str) -> City:
    folder = tmp_path / name.lower() / "office"
    here = ("--language", "fr", "--country", "FR", "--time-zone", "Europe/Paris")
    citycard("init", folder, "--issuer", f"https://{name.lower()}.demo.invalid", "--name", name, *here, "--demo")
    (folder / FILE).write_text(SERVICES, "utf-8")
    # Straight into the register: that `staff add` does this is tested where it belongs, and nine of them take a while.
    engine = open_engine(load_office(folder).database_url)
    password = hash_password(PASSWORD)
    with Session(engine) as session:
        session.add_all(Staff(name=person, password_hash=password, roles=role) for person, role in STAFF.items())
        session.commit()
    engine.dispose()
    return City(start_office(folder, log=tmp_path / name.lower() / "server.log"), new_page)


def test_what_a_card_opens_next_door_from_the_first_call_to_the_last_day(cities: list[City]) -> None:
    port_sable, rivemont, aubeterre = cities
    naima, tomas = rivemont.makes_a_card("Naïma Tellier"), aubeterre.makes_a_card("Tomás Olivares")
    assert port_sable.asks_for("library", naima.full_code)[0] == "UNKNOWN_ISSUER"

    # Both ends, two people at each; between Port-Sable and Aubeterre one end is enough for this story.
    recognises(port_sable, rivemont)
    recognises(rivemont, port_sable)
    recognises(port_sable, aubeterre)
    of_port_sable = port_sable.makes_a_card("Léonie Marchevert")
    rivemont.syncs()
    assert rivemont.asks_for("", of_port_sable.full_code)[0] == "OK"

    # Recognised is not agreed: the card is good and opens what is for every visitor.
    said, words = port_sable.asks_for("library", naima.full_code)
    assert (said, "Naïma" in words) == ("NOT_ACCEPTED", False)
    assert "Museum of Storms" in words

    # Monday: the library is agreed on with Rivemont, and nothing else.
    agree_on_the_library(port_sable, rivemont)
    said, words = port_sable.asks_for("library", naima.full_code)
    assert (said, "Naïma Tellier" in words) == ("OK", True)
    said, words = port_sable.asks_for("pool", naima.full_code)
    assert (said, "Naïma" in words) == ("NOT_ACCEPTED", False)
    assert "Lighthouse Library" in words
    assert port_sable.asks_for("library", tomas.full_code)[0] == "NOT_ACCEPTED"
    assert port_sable.asks_for("museum", tomas.full_code)[0] == "OK"

    # Suspended, and back.
    decide(port_sable, rivemont, "suspend")
    assert port_sable.asks_for("library", naima.full_code)[0] == "NOT_ACCEPTED"
    assert port_sable.asks_for("", naima.full_code)[0] == "NOT_ACCEPTED"
    assert port_sable.asks_for("museum", tomas.full_code)[0] == "OK"
    decide(port_sable, rivemont, "resume")
    assert port_sable.asks_for("library", naima.full_code)[0] == "OK"

    # Wednesday: Rivemont's key is stolen. Thursday: it opens nothing here, and Aubeterre's people notice nothing.
    citycard("--office", rivemont.office.folder, "keys", "compromise", key_of(naima.full_code), "--yes")
    assert rivemont.asks_for("", naima.full_code)[0] == "KEY_REVOKED"
    port_sable.syncs()
    said, words = port_sable.asks_for("library", naima.full_code)
    assert (said, "Naïma" in words) == ("KEY_REVOKED", False)
    assert port_sable.asks_for("museum", tomas.full_code)[0] == "OK"
    naima = rivemont.makes_a_card("Naïma Tellier")
    port_sable.syncs()
    assert port_sable.asks_for("library", naima.full_code)[0] == "OK"

    # She moves to Port-Sable: her card says who she is, only residence is looked at; she ends the old one herself.
    moved = moves_to(port_sable, naima)
    assert port_sable.asks_for("library", moved)[0] == "OK"
    ends_by_herself(rivemont, naima)
    assert rivemont.asks_for("", naima.full_code)[0] == "REVOKED"
    port_sable.syncs()
    assert port_sable.asks_for("library", naima.full_code)[0] == "REVOKED"
    assert port_sable.asks_for("library", moved)[0] == "OK"
    ousmane = rivemont.makes_a_card("Ousmane Rivière")
    assert port_sable.asks_for("library", ousmane.full_code)[0] == "OK"

    # The agreement ends: the city stays recognised, its cards open what is for every visitor.
    end_the_agreements(port_sable, rivemont)
    said, words = port_sable.asks_for("library", ousmane.full_code)
    assert (said, "Ousmane" in words) == ("NOT_ACCEPTED", False)
    assert port_sable.asks_for("museum", ousmane.full_code)[0] == "OK"
    assert rivemont.asks_for("", of_port_sable.full_code)[0] == "OK"

    for city in cities:
        for screen in city.screens.values():
            assert_only_own_origin(screen.page)
            assert_quiet(screen.page)


def recognises(here: City, there: City) -> None:
    """Two officials `here` hear the fingerprint over the telephone, one as digits, one as words."""
    dario, heard = here.at("dario"), there.reads_out()
    page = dario.open("/partners/add")
    page.fill("[name=source]", there.office.url)
    dario.go_on()
    for official, words in ((dario, heard.digits), (here.at("chloe", "fr"), heard.words)):
        page = official.open(f"{address_of(here, there)}/compare")
        page.fill("[name=heard]", " ".join(words))
        official.go_on()
        assert not page.url.endswith("/compare"), page.locator("main").inner_text()
    here.syncs()


def agree_on_the_library(here: City, there: City) -> None:
    """Choose, look at what would happen, and open."""
    dario = here.at("dario")
    page = dario.open(f"{address_of(here, there)}/agreements")
    page.check("input[name=services][value=library]")
    dario.go_on()
    assert "Lighthouse Library" in page.locator("main").inner_text()
    with page.expect_navigation():
        page.click("button[name=sure]")


def end_the_agreements(here: City, there: City) -> None:
    """All of them, in one act."""
    dario = here.at("dario")
    page = dario.open(f"{address_of(here, there)}/agreements/end")
    with page.expect_navigation():
        page.click("main form.sheet button.grave")


def decide(here: City, there: City, act: str) -> None:
    """Read what will happen, and do it."""
    dario = here.at("dario")
    dario.open(f"{address_of(here, there)}/{act}")
    dario.go_on()


def moves_to(city: City, held: Held) -> str:
    """Show the card of the other city at the counter, and go home with one of this city; return its large code."""
    amel = city.at("amel")
    page = amel.open("/enrolments/from-a-card")
    page.fill("[name=card]", held.full_code)
    with page.expect_navigation():
        page.press("[name=card]", "Enter")
    ticket = page.url.split("/enrolments/")[1].split("/")[0]
    page.check("[name=face][value=same]")
    amel.go_on()
    page.set_input_files(
        "[name=picture]", files=[{"name": "face.jpg", "mimeType": "image/jpeg", "buffer": drawn_face()}]
    )
    page.locator("[data-crop]:not([hidden])").wait_for()
    amel.go_on()
    page.locator("[data-tally][data-ready]").wait_for()
    page.check("#paper-energy-bill")
    amel.go_on()
    page.check("[name=portrait_in_code][value=yes]")
    amel.go_on()
    amel.go_on()
    assert page.url.endswith("/enrolments/"), page.locator("main").inner_text()
    people.approve(city.at("bruno"), ticket)
    people.issue(amel, ticket)
    with city.counter() as hall:
        code = hall.file(ticket).full_code
    people.print_card(amel, ticket)
    people.hand_over(amel, ticket)
    with city.counter() as hall:
        hall.publish_lists()
    return code


def ends_by_herself(city: City, held: Held) -> None:
    """On the city's public page, with the large code and the recovery code."""
    page = city.new_page("en")
    page.goto(f"{city.office.url}/card/end")
    page.fill("[name=code]", held.full_code)
    page.fill("[name=recovery]", held.recovery_code)
    for button in ("button.strong", "button.grave"):  # what it means is said, then it is done
        with page.expect_navigation():
            page.locator(f"main form {button}").first.click()
    with city.counter() as hall:
        hall.publish_lists()


def address_of(here: City, there: City) -> str:
    """The page about a city, found as an official finds it: in the list of cities."""
    page = here.at("dario").open("/partners/")
    row = page.locator("main tr", has_text=there.issuer)
    address = row.locator("a").first.get_attribute("href")
    assert address is not None
    return address


def key_of(code: str) -> str:
    """The name of the key that signed a card."""
    return cose.parse(inflate(base45.decode(code), cap=MAX_TOKEN)).kid.hex()
