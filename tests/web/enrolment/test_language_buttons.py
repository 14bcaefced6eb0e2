"""A language button changes the language, whatever view its form was sent to, and whoever added the `lang`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from citycard.operations import devices
from citycard.store.enrolments import EnrolmentState
from citycard.store.staff import Role, Staff
from citycard.store.tables import Base
from citycard.web import workplace
from citycard.web.database import db
from tests.support.reading import CheckingClient
from tests.web.conftest import PASSWORD, Clock
from tests.web.enrolment.conftest import NOEMIE, PAPERS, Counter, approves
from tests.web.real_office import city_named, recognise

SignedIn = Callable[[str], CheckingClient]

ACTS = ("suspend", "resume", "end", "hand-in", "give-back", "withdraw")

State = EnrolmentState

WAYS: dict[State, tuple[str, ...]] = {
    State.DRAFT: (),
    State.ON_HOLD: ("hold",),
    State.AWAITING_APPROVAL: ("submit",),
    State.APPROVED: ("submit", "approve"),
    State.ISSUED: ("submit", "approve", "issue"),
    State.PRINTED: ("submit", "approve", "issue", "print"),
}


def posts(app: Flask, ticket: str, partner_id: int) -> Iterator[tuple[str, str]]:
    """Every address that takes a POST from a page, with its endpoint."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or getattr(app.view_functions[rule.endpoint], "machine", False):
            continue
        for act in ACTS if "act" in rule.arguments else ("",):
            known = {
                "ticket": ticket,
                "partner_id": partner_id,
                "act": act,
                "organisation_id": 1,
                "device_id": 1,
                "doing": "close",
                "consultation": "7kq2",
                "service": "library",
            }
            assert rule.arguments <= set(known), f"{rule.rule}: say here what stands in its address"
            values = {name: known[name] for name in rule.arguments}
            try:
                address = adapter.build(rule.endpoint, values, method="POST")
            except ValueError:
                continue  # an address that is not there for this act
            yield rule.endpoint, address


def everything(app: Flask) -> dict[str, list[tuple[object, ...]]]:
    """All that the register holds, but for who sits where."""
    with app.app_context():
        tables = [table for table in Base.metadata.sorted_tables if table.name != "staff_sessions"]
        return {
            table.name: sorted((tuple(row) for row in db.session.execute(select(table))), key=repr) for table in tables
        }


def bring_to(state: State, amel: Counter, bruno: CheckingClient) -> None:
    """An enrolment of Amel's that stands there."""
    amel.enrols()
    for step in WAYS[state]:
        match step:
            case "hold":
                amel.types(do="hold")
            case "submit":
                amel.submits()
            case "approve":
                approves(bruno, amel)
            case _:
                amel.presses(step)
    assert amel.row_state() == state


@pytest.fixture
def everywhere(app: Flask, signed_in: SignedIn) -> CheckingClient:
    """Bruno, who may do everything today."""
    with app.app_context():
        db.session.execute(
            update(Staff).where(Staff.name == "Bruno").values(roles=",".join(role.value for role in Role))
        )
        db.session.commit()
    return signed_in("Bruno")


@pytest.mark.parametrize("confirmed", [True, False], ids=["password just typed", "password typed long ago"])
@pytest.mark.parametrize("state", WAYS)
def test_no_form_with_a_language_in_it_does_anything(
    app: Flask,
    amel: Counter,
    everywhere: CheckingClient,
    clock: Clock,
    attesting: Callable[..., int],
    state: State,
    *,
    confirmed: bool,
) -> None:
    assert attesting("Association du Port") == 1
    bring_to(state, amel, everywhere)
    with app.app_context():
        partner_id = recognise(db.session(), city_named("Rivemont")).id
        assert devices.propose(db.session(), workplace.desk(), name="Library", service=None, by="Bruno").id == 1
        db.session.commit()
        number = amel.row().card_number or ""
    page = everywhere.page(amel.at("approve" if state is State.AWAITING_APPROVAL else "check"))
    seen = [item.attributes["value"] for item in page.all("input", name="seen")]
    if not confirmed:
        for _ in range(2):
            clock.pass_by(minutes=8)
            assert everywhere.get("/staff/").status_code == 200
    fields = {
        **NOEMIE,
        "csrf_token": page.token(),
        "seen": seen[0] if seen else "",
        "card": number,
        "code": "HELLO",
        "source": "https://elsewhere.example",
        "heard": "",
        "name": "Bruno",
        "password": PASSWORD,
        "ticket_to_find": amel.ticket,
        "request_token": "ab" * 16,
        **PAPERS,
        "portrait_in_code": "no",
    }
    before = everything(app)
    walked = set()

    for endpoint, address in posts(app, amel.ticket, partner_id):
        answer = everywhere.post(address, data={**fields, "lang": "fr"})

        view: Any = app.view_functions[endpoint]
        assert everything(app) == before, f"{address} did something"
        if getattr(view, "confirmed", False) and view.confirmed_when is None and not confirmed:
            assert answer.location == "/staff/confirm", address
        elif not view.redraws:
            assert answer.status_code == 303, address
        walked.add(endpoint)

    assert {"enrolment.issue", "enrolment.abandon_now", "partners.sync_now", "cards.do", "staff.sign_out"} <= walked
    home = everywhere.page("/staff/")  # neither signed out nor locked
    assert home.one("html").attributes["lang"] == "fr"


def test_only_views_that_say_so_are_given_a_form_with_a_language(app: Flask) -> None:
    """The list is closed: a view that is added to it must act on nothing when `only_the_language()`."""
    redraw = {name for name, view in app.view_functions.items() if getattr(view, "redraws", False)}

    assert redraw == {
        "staff.sign_in",
        "staff.locked",
        "staff.confirm",
        "enrolment.identity",
        "enrolment.evidence",
        "public.plain",
        "enrolment.card",
        "enrolment.companion",
        "enrolment.compare",
        "enrolment.earlier",
        "enrolment.from_card",
        "enrolment.refuse",
        "enrolment.vouch",
        "enrolment.submit",
        "organisations.add",
        "organisations.decide",
        "devices.add",
        "devices.change",
        "devices.withdraw",
        "voice.new",
        "voice.choose",
        "voice.close",
        "enrolment.decide",
        "cards.show",
        "cards.ask",
        "cards.do",
        "holders.lost",
        "holders.end",
        "holders.for_ever",
        "holders.kept",
        "transit.of_card",
        "transit.print_of_enrolment",
        "authority.count",
        "desk.check",
        "desk.check_for",
        "partners.agree",
        "partners.end_all",
        "partners.end_one",
        "partners.resume_one",
        "partners.suspend_one",
        "partners.add",
        "partners.compare",
        "partners.decide",
    }
