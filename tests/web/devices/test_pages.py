"""Devices at desks, for staff: adding one with the code on the screen, seeing when it fetched, withdrawing it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from citycard.operations.desk_bundle import device_fingerprint
from citycard.partners.desk_bundle import TYPE, read_bundle
from citycard.settings import Office
from citycard.store.devices import DeskDevice
from citycard.web.database import db
from tests.support.paper import read_codes
from tests.support.reading import CheckingClient, Page, read
from tests.web.conftest import Clock, new_browser, sign_in

SignedIn = Callable[[str], CheckingClient]

SERVICES = """
format = 1
[[service]]
id = "pool"
category = "swimming-pool"
names = { fr = "Piscine du Nord", en = "North pool" }
benefit = { fr = "Moitié prix." }
place = "1 rue du Nord"
needs = []
level = "discount"
visitors = "yes"
"""


@pytest.fixture
def bruno(signed_in: SignedIn, office: Office) -> CheckingClient:
    """Bruno, who supervises; there is a pool in the register."""
    (office.folder / "services.toml").write_text(SERVICES, encoding="utf-8")
    return signed_in("Bruno")


def add(browser: CheckingClient, name: str = "Library, counter 2", service: str = "") -> Page:
    """Add a device; return the page with its code."""
    answer = browser.send("/devices/add", {"name": name, "service": service})
    assert answer.status_code == 303, read(answer).text
    return browser.page(answer.location)


def text_of(page: Page) -> str:
    return page.one("p", class_="hash").text


def enrol(app: Flask, page: Page) -> dict[str, str]:
    """A tablet scans the code."""
    token = text_of(page).rpartition(".")[2]
    answer = new_browser(app).post("/desk-app/enrol", json={"token": token})
    found: dict[str, str] = answer.get_json()
    return found


def fetch(app: Flask, device: dict[str, str]) -> int:
    headers = {"Authorization": f"Bearer {device['device']}"}
    return new_browser(app).get("/desk-app/bundle", headers=headers).status_code


def device(app: Flask) -> DeskDevice:
    with app.app_context():
        row = db.session.scalars(select(DeskDevice)).one()
        db.session.expunge_all()
        return row


def test_a_tablet_is_enrolled_from_the_screen(bruno: CheckingClient, app: Flask, office: Office) -> None:
    page = add(bruno, service="pool")

    found = urlsplit(text_of(page))
    mark, _, token = found.fragment.removeprefix("enrol=").partition(".")
    assert found.path == "/desk-app/"
    assert base64.urlsafe_b64decode(mark + "=") == device_fingerprint(office).sha256
    assert all(word in page.text for word in device_fingerprint(office).words)
    assert "Good until 10:15" in page.text
    assert token
    said = enrol(app, page)
    assert (said["name"], said["service"]) == ("Library, counter 2", "pool")
    assert "This device is enrolled" in bruno.page("/devices/1/code").text


def test_the_picture_holds_the_text(bruno: CheckingClient) -> None:
    page = add(bruno)

    _, _, side, _ = map(int, page.one("svg", class_="enrolment-code").attributes["viewbox"].split())
    path = page.one("svg", class_="enrolment-code")
    drawn = next(each for each in page.all("path") if each.inside("svg") is path).attributes["d"]
    picture = Image.new("L", (side, side), 255)
    for start, row, length in re.findall(r"M(\d+) (\d+)h(\d+)", drawn):
        for column in range(int(start), int(start) + int(length)):
            picture.putpixel((column + 4, int(row) + 4), 0)

    assert read_codes(picture.resize((4 * side, 4 * side), Image.Resampling.NEAREST)) == [text_of(page)]


def test_the_code_can_be_loaded_again_and_ends(bruno: CheckingClient, app: Flask, clock: Clock) -> None:
    first = text_of(add(bruno))
    assert text_of(bruno.page("/devices/1/code")) == first

    clock.pass_by(minutes=16)
    bruno = signed_in_again(app)
    over = bruno.page("/devices/1/code")
    assert "the last one is over" in over.text
    assert over.all("p", class_="hash") == []

    bruno.send("/devices/1/code")
    assert text_of(bruno.page("/devices/1/code")) != first


def test_the_list_says_how_many_days_ago_and_no_hour(bruno: CheckingClient, app: Flask, clock: Clock) -> None:
    enrolled = enrol(app, add(bruno, service="pool"))
    assert "never" in bruno.page("/devices/").text
    fetch(app, enrolled)

    said = []
    for days in (0, 1, 2, 21):
        clock.now = clock.now.replace(day=23, month=11) + timedelta(days=days)
        bruno = signed_in_again(app)
        said.append(bruno.page("/devices/").one("td", data_head="Fetched the lists").text)

    assert said[:3] == ["today", "yesterday", "2 days ago"]
    assert said[3].startswith("21 days ago It cannot decide any more")
    assert "North pool" in bruno.page("/devices/").text


def signed_in_again(app: Flask) -> CheckingClient:
    browser = new_browser(app)
    assert sign_in(browser, "Bruno") == 303
    return browser


def test_withdrawing_says_first_what_happens(bruno: CheckingClient, app: Flask) -> None:
    enrolled = enrol(app, add(bruno))
    assert fetch(app, enrolled) == 200

    page = bruno.page("/devices/1/withdraw")
    assert "forgets everything" in page.text
    assert "No name, no card, no password" in page.text
    assert device(app).active
    bruno.send("/devices/1/withdraw")

    assert fetch(app, enrolled) == 401
    assert "Withdrawn devices" in bruno.page("/devices/").text
    assert "This device was withdrawn" in bruno.page("/devices/1/code").text


def test_a_device_gets_another_name_and_service(bruno: CheckingClient, app: Flask) -> None:
    add(bruno, service="pool")
    page = bruno.page("/devices/1/change")
    assert page.one("option", selected="").attributes["value"] == "pool"

    bruno.send("/devices/1/change", {"name": "Pool, entrance", "service": ""})

    row = device(app)
    assert (row.name, row.service) == ("Pool, entrance", None)


def test_a_service_that_left_the_register_stays_until_it_is_changed(
    bruno: CheckingClient, app: Flask, office: Office
) -> None:
    add(bruno, service="pool")
    (office.folder / "services.toml").write_text("format = 1\n", encoding="utf-8")

    bruno.send("/devices/1/change", {"name": "Pool, entrance", "service": "pool"})

    row = device(app)
    assert (row.name, row.service) == ("Pool, entrance", "pool")


@pytest.mark.parametrize("name", ["", "x" * 61])
def test_a_name_that_cannot_be_comes_back_with_what_was_chosen(bruno: CheckingClient, name: str) -> None:
    answer = bruno.send("/devices/add", {"name": name, "service": "pool"})

    page = read(answer)
    assert answer.status_code == 422
    assert "60 characters at most" in page.one("div", id="mistakes").text
    assert page.one("option", selected="").attributes["value"] == "pool"


def test_a_name_is_given_once(bruno: CheckingClient) -> None:
    add(bruno)

    answer = bruno.send("/devices/add", {"name": "Library, counter 2", "service": ""})

    assert "Another device has this name" in read(answer).text


def test_who_checks_cards_sees_the_devices_and_adds_none(signed_in: SignedIn, bruno: CheckingClient) -> None:
    add(bruno)
    for name in ("Library", "Amel", "Esra"):
        page = signed_in(name).page("/devices/")
        assert "Library, counter 2" in page.text
        assert page.all("a", href="/devices/add") == []
        assert page.all("a", href="/devices/1/code") == []
    assert signed_in("Library").get("/devices/1/code").status_code == 403
    assert signed_in("Dario").get("/devices/").status_code == 403


def test_the_first_page_promises_only_what_this_person_finds_there(signed_in: SignedIn, bruno: CheckingClient) -> None:
    assert "adding one, reporting one lost" in bruno.page("/staff/").text
    for name in ("Library", "Amel", "Esra"):
        text = signed_in(name).page("/staff/").text
        assert "how fresh their lists are" in text
        assert "adding one" not in text


def test_the_lists_can_be_taken_on_a_stick(bruno: CheckingClient, office: Office, clock: Clock) -> None:
    answer = bruno.get("/devices/bundle")

    assert answer.content_type == TYPE
    assert answer.headers["Content-Disposition"].startswith("attachment")
    held = read_bundle(answer.data, fingerprint=device_fingerprint(office).sha256, now=clock())
    assert [each["id"] for each in held.services] == ["pool"]
