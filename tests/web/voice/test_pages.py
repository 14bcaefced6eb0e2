"""A consultation on the pages of the office: opened in plain words, looked at, closed once it is said what goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from citycard.settings import Office
from tests.support.reading import CheckingClient, read
from tests.web.conftest import Clock
from tests.web.voice.conftest import BUDGET, SignedIn, Tablet, opened, opens, rows

Tablets = tuple[Tablet, Tablet]


def test_a_consultation_is_opened_in_the_time_of_the_city(bruno: CheckingClient, app: Flask) -> None:
    where = opened(bruno, opens_time="9h30", closes_time="٢٠")

    [row] = rows(app)
    assert (row.id, row.name, row.record_day) == (where, "Budget of the quays", date(2026, 11, 15))
    assert (row.several, row.other_cities, row.closed) == (True, False, False)
    assert row.opens_at == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
    assert row.closes_at == datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
    assert "Budget of the quays" in bruno.page("/voice/").text
    page = bruno.page(f"/voice/{where}").text
    for sentence in ("open now", "Those issued after", "On several devices", "is not “one person”"):
        assert sentence in page


@pytest.mark.parametrize(
    ("in_the_code", "said"),
    [
        ("choice", "wanted no portrait in the code go to the table"),
        ("never", "Every card would go to the table"),
        ("always", None),
    ],
)
def test_who_opens_one_knows_which_cards_no_device_counts(
    bruno: CheckingClient, app: Flask, in_the_code: str, said: str | None
) -> None:
    office: Office = app.config["OFFICE"]
    app.config["OFFICE"] = replace(office, settings=replace(office.settings, portrait_in_code=in_the_code))
    page = bruno.page("/voice/new").text

    assert said is None or said in page
    assert ("portrait in the code" in page or "has a portrait" in page) is (said is not None)


def test_in_the_evening_the_page_proposes_tomorrow_and_what_it_proposes_can_be_opened(
    signed_in: SignedIn, clock: Clock
) -> None:
    clock.pass_by(hours=13, minutes=30)  # it is 23:30 in Port-Sable
    bruno = signed_in("Bruno")

    page = bruno.page("/voice/new")
    proposed = {
        name: page.one("input", name=name).attributes["value"]
        for name in BUDGET
        if name.startswith(("record_", "opens_", "closes_"))
    }
    assert (proposed["record_day"], proposed["opens_day"], proposed["closes_day"]) == ("22", "24", "24")
    assert opens(bruno, **proposed).status_code == 303


def test_the_page_proposes_cards_until_yesterday_and_today(bruno: CheckingClient) -> None:
    page = bruno.page("/voice/new")

    assert [page.one("input", name=f"record_{part}").attributes["value"] for part in ("day", "month", "year")] == [
        "22",
        "11",
        "2026",
    ]


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name": " "}, "name", "Type the name"),
        ({"name": "x" * 81}, "name", "80 letters"),
        ({"record_day": "23"}, "record_day", "over before the consultation opens"),
        ({"record_day": "31"}, "record_day", "not in the calendar"),
        ({"closes_time": "8:59"}, "closes_day", "before it opens"),
        ({"closes_time": "25:00"}, "closes_time", "hours and minutes"),
        ({"opens_time": ""}, "opens_time", "hours and minutes"),
        ({"opens_day": "21", "closes_day": "22"}, "closes_day", "has passed"),
        ({"closes_month": "3", "closes_year": "2027"}, "closes_day", "60 days"),
        ({"closes_year": "9999"}, "closes_day", "Look at both"),
    ],
)
def test_what_makes_no_sense_comes_back_with_all_that_was_typed(
    bruno: CheckingClient, app: Flask, changes: dict[str, object], field: str, sentence: str
) -> None:
    answer = opens(bruno, **changes)

    page = read(answer)
    assert answer.status_code == 422
    assert sentence in page.one("div", id="mistakes").text
    assert page.all("a", href=f"#{field}")
    if "name" not in changes:
        assert page.one("input", name="name").attributes["value"] == BUDGET["name"]
    assert rows(app) == []


def test_where_cards_are_shown_has_to_be_chosen(bruno: CheckingClient, app: Flask) -> None:
    answer = opens(bruno, devices="")

    assert answer.status_code == 422
    assert rows(app) == []


def test_closing_says_first_what_is_destroyed(bruno: CheckingClient, app: Flask, tablets: Tablets) -> None:
    where = opened(bruno)
    tablets[0].posts(f"{where}/serve")
    for letter in "12":
        tablets[0].posts(f"{where}/mark", {"mark": letter * 64, "receipt": letter * 32})

    page = bruno.page(f"/voice/{where}/close").text
    assert "The key of this consultation and every mark" in page
    assert "afterwards nothing can be counted again" in page
    assert not rows(app)[0].closed
    assert bruno.send(f"/voice/{where}/close").location == f"/voice/{where}"

    [row] = rows(app)
    assert (row.closed, row.sealed, row.took_part) == (True, None, 2)
    page = bruno.page(f"/voice/{where}").text
    assert "Nobody can tell any more which cards took part." in page
    assert "closed for good" in page
    assert "Close it now" not in page
    assert bruno.send(f"/voice/{where}/close", form="/voice/new").location == f"/voice/{where}"


def test_closing_asks_for_the_password_where_it_was_not_typed_lately(
    bruno: CheckingClient, app: Flask, clock: Clock
) -> None:
    where = opened(bruno)
    for _ in range(2):
        clock.pass_by(minutes=9)
        bruno.page("/voice/")

    assert bruno.get(f"/voice/{where}/close").location == "/staff/confirm"
    assert bruno.send(f"/voice/{where}/close", form="/voice/new").location == "/staff/confirm"
    assert not rows(app)[0].closed


def test_an_auditor_reads_and_opens_nothing(bruno: CheckingClient, signed_in: SignedIn, app: Flask) -> None:
    where, esra = opened(bruno), signed_in("Esra")

    assert "Open a consultation" not in esra.page("/voice/").text
    assert "Close it now" not in esra.page(f"/voice/{where}").text
    assert esra.get("/voice/new").status_code == 403
    assert esra.get(f"/voice/{where}/close").status_code == 403
    assert signed_in("Amel").get("/voice/").status_code == 403


def test_an_address_that_is_none_is_said_so(bruno: CheckingClient) -> None:
    assert bruno.get("/voice/nothing").status_code == 404


def test_of_one_device_the_page_says_which_and_that_it_alone_knows(bruno: CheckingClient, tablets: Tablets) -> None:
    where = opened(bruno, devices="one")
    assert "the first that begins it" in bruno.page(f"/voice/{where}").text
    assert "no device has begun" in bruno.page(f"/voice/{where}/close").text
    tablets[1].posts(f"{where}/serve")

    page = bruno.page(f"/voice/{where}").text
    assert "Quay, table 2" in page
    assert "Known on the device alone." in page
    page = bruno.page(f"/voice/{where}/close").text
    assert "On one device: Quay, table 2 The key and every mark there" in page
    assert "Close and destroy" not in page
    tablets[1].posts(f"{where}/finish", {"count": 1214, "taken_back": 2})

    page = bruno.page(f"/voice/{where}").text
    assert "1,214" in page
    assert "after all: 2" in page


def test_the_devices_are_ticked_by_name_and_can_be_changed_until_it_closes(
    bruno: CheckingClient, tablets: Tablets, app: Flask
) -> None:
    where = opened(bruno, chosen=[])
    assert "None yet. Until one is chosen" in bruno.page(f"/voice/{where}").text

    assert bruno.send(f"/voice/{where}/devices", {"chosen": ["2"]}).location == f"/voice/{where}"
    tablets[1].posts(f"{where}/serve")

    assert "Devices that may serve it Quay, table 2 (has begun)" in bruno.page(f"/voice/{where}").text
    boxes = bruno.page(f"/voice/{where}/devices").all("input", name="chosen")
    assert [(box.attributes["value"], "checked" in box.attributes) for box in boxes] == [("1", False), ("2", True)]
    assert bruno.send(f"/voice/{where}/devices", {"chosen": []}).status_code == 303
    assert tablets[1].gets().json == {"consultations": []}


def test_a_device_that_is_none_cannot_be_chosen(bruno: CheckingClient, tablets: Tablets, app: Flask) -> None:
    assert opens(bruno, chosen=["7"]).status_code == 422
    where = opened(bruno, devices="one")
    tablets[0].posts(f"{where}/serve")

    answer = bruno.send(f"/voice/{where}/devices", {"chosen": ["2"]})

    assert answer.status_code == 422
    assert "begun on a device already" in read(answer).one("div", id="mistakes").text


def test_choosing_devices_is_for_supervisors_who_typed_their_password_lately(
    bruno: CheckingClient, signed_in: SignedIn, clock: Clock
) -> None:
    where, esra = opened(bruno), signed_in("Esra")

    assert esra.get(f"/voice/{where}/devices").status_code == 403
    for _ in range(2):
        clock.pass_by(minutes=9)
        bruno.page("/voice/")
    assert bruno.get(f"/voice/{where}/devices").location == "/staff/confirm"
