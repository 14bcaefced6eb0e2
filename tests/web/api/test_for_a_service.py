"""A token for a service: whether the card opens it, what it needs, and no more."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from citycard.core.verdicts import Verdict
from citycard.operations import agreements, staff
from citycard.operations.agreements import Terms
from citycard.operations.refusals import OperationRefused
from citycard.services.register import FILE, Register
from citycard.settings import Office
from citycard.store.partners import Partner
from citycard.web.api.openapi import document
from citycard.web.workplace import counters
from tests.support.cities import PORTRAIT, City
from tests.support.opens import SERVICES
from tests.support.town_hall import TownHall
from tests.web.api.schema import fits
from tests.web.conftest import new_browser
from tests.web.real_office import HOLDER, city_named, recognise

VERIFY = "/api/v1/verify"


@pytest.fixture(autouse=True)
def register(office: Office) -> Register:
    """What the card opens in Port-Sable."""
    (office.folder / FILE).write_text(SERVICES, encoding="utf-8")
    return Register(office.folder, language="fr")


@pytest.fixture
def rivemont(hall: TownHall, register: Register) -> City:
    """Rivemont, with which the pool is agreed on."""
    city = city_named("Rivemont")
    with hall.session() as session:
        partner = recognise(session, city)
        pool = [service for service in register.services() if service.id == "pool"]
        by = hall.staff(session, "Dario")
        agreements.agree(session, hall.desk(), partner, services=pool, terms=Terms(date(2026, 11, 23)), by=by)
    return city


def ask(app: Flask, hall: TownHall, service: str, code: str) -> dict[str, Any]:
    """What a desk for `service` is told of a code."""
    with hall.session() as session:
        _, secret = staff.add_desk(
            session, name=service, fields=(), service=service, by="Chloe", day=hall.now.date(), chance=hall.chance
        )
    answer = new_browser(app).post(VERIFY, json={"code": code}, headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.get_json()
    described = document()
    assert list(fits(said, described["components"]["schemas"]["Verdict"], described)) == []
    return said


@pytest.mark.parametrize(
    ("service", "fields"),
    [("pool", {"age_band": {"from": 30, "to": 40}}), ("museum", {})],
)
def test_a_desk_is_told_what_its_service_needs(
    app: Flask, hall: TownHall, rivemont: City, service: str, fields: dict[str, Any]
) -> None:
    said = ask(app, hall, service, rivemont.card(portrait=PORTRAIT))

    assert said["verdict"] == Verdict.OK
    assert said["fields"] == fields
    assert said["not_checked"] == []
    assert HOLDER not in str(said)
    assert rivemont.url not in str(said)


def test_a_residents_card_is_told_by_what_the_registry_needs(app: Flask, hall: TownHall) -> None:
    said = ask(app, hall, "registry", hall.card().full_code)

    assert (said["fields"]["full_name"], said["fields"]["resident"]) == (HOLDER, True)
    assert set(said["fields"]) == {"full_name", "portrait", "resident"}


def test_a_card_without_an_age_is_asked_about_it(app: Flask, hall: TownHall, rivemont: City) -> None:
    assert ask(app, hall, "pool", rivemont.card(light=True))["fields"] == {"age_band": None}


def test_a_service_that_is_closed_to_the_city_says_what_is_open(app: Flask, hall: TownHall, rivemont: City) -> None:
    said = ask(app, hall, "library", rivemont.card(portrait=PORTRAIT))

    assert (said["verdict"], said["reason"]) == (Verdict.NOT_ACCEPTED, "no-agreement")
    assert said["opens"] == ["pool", "museum", "market", "youth-club"]
    assert set(said) == {"verdict", "sentence", "next_step", "reason", "opens"}


def test_an_age_that_does_not_fit_is_a_reason_alone(app: Flask, hall: TownHall, rivemont: City) -> None:
    said = ask(app, hall, "youth-club", rivemont.card())

    assert set(said) == {"verdict", "sentence", "next_step", "reason"}
    assert said["reason"] == "too-old"


def test_the_check_is_counted_under_the_service(app: Flask, hall: TownHall, rivemont: City) -> None:
    ask(app, hall, "library", rivemont.card())
    with app.app_context():
        assert [(service, verdict) for service, _, verdict in counters()._tally] == [("library", "NOT_ACCEPTED")]


def test_a_desk_whose_service_went_gets_no_verdict(app: Flask, hall: TownHall, office: Office, rivemont: City) -> None:
    with hall.session() as session:
        _, secret = staff.add_desk(
            session, name="x", fields=(), service="library", by="Chloe", day=hall.now.date(), chance=hall.chance
        )
        assert session.query(Partner).count() == 1
    (office.folder / FILE).unlink()

    answer = new_browser(app).post(
        VERIFY, json={"code": rivemont.card()}, headers={"Authorization": f"Bearer {secret}"}
    )

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "desk-service")


def test_a_token_is_for_fields_or_for_a_service(hall: TownHall) -> None:
    with hall.session() as session, pytest.raises(OperationRefused, match="no field besides"):
        staff.add_desk(
            session, name="x", fields=("number",), service="pool", by="Chloe", day=hall.now.date(), chance=hall.chance
        )
