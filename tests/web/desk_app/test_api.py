"""What a tablet asks the office for: to be enrolled, the bundle, what it is called; and what it hands in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from citycard.core.keys import KeyState
from citycard.keystore.ring import Purpose, load_ring
from citycard.operations import devices
from citycard.operations.desk_bundle import Bundles, device_fingerprint
from citycard.partners.desk_bundle import TYPE, Held, read_bundle
from citycard.settings import Office
from citycard.store.counters import Counter
from citycard.store.devices import DeskDevice
from citycard.web import workplace
from citycard.web.database import db
from tests.support.reading import CheckingClient
from tests.web.conftest import Clock, new_browser


@pytest.fixture
def tablet(app: Flask) -> CheckingClient:
    """A tablet's browser, which nobody signed in to."""
    return new_browser(app)


def on_the_screen(app: Flask, name: str = "Library, counter 2", service: str | None = None) -> str:
    """Bruno adds a device; return the token in the code that he shows."""
    with app.app_context():
        row = devices.propose(db.session(), workplace.desk(), name=name, service=service, by="Bruno")
        db.session.commit()
        token = devices.invitation(row, workplace.desk())
        assert token is not None
        return token


def enrol(tablet: CheckingClient, token: str) -> TestResponse:
    return tablet.post("/desk-app/enrol", json={"token": token})


@pytest.fixture
def bearer(app: Flask, tablet: CheckingClient) -> dict[str, str]:
    """The header of a tablet that is enrolled."""
    answer = enrol(tablet, on_the_screen(app)).get_json()
    return {"Authorization": f"Bearer {answer['device']}"}


def held(answer: TestResponse, office: Office, clock: Clock) -> Held:
    return read_bundle(answer.data, fingerprint=device_fingerprint(office).sha256, now=clock())


def rows(app: Flask, kind: Any) -> list[Any]:
    with app.app_context():
        found = list(db.session.scalars(select(kind)))
        db.session.expunge_all()
        return found


def code_of(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["code"]


def test_a_tablet_is_enrolled_with_the_code_of_the_screen_once(app: Flask, tablet: CheckingClient) -> None:
    token = on_the_screen(app, service="pool")

    answer = enrol(tablet, token)

    said = answer.get_json()
    assert (answer.status_code, said["name"], said["service"]) == (200, "Library, counter 2", "pool")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert code_of(enrol(tablet, token)) == (401, "enrolment-token")
    [row] = rows(app, DeskDevice)
    assert said["device"] not in (row.token_hash, row.enrolment_hash)


def test_a_code_is_good_for_a_quarter_of_an_hour(app: Flask, tablet: CheckingClient, clock: Clock) -> None:
    token = on_the_screen(app)
    clock.pass_by(minutes=15, seconds=1)

    assert code_of(enrol(tablet, token)) == (401, "enrolment-token")


def test_the_bundle_is_the_citys_own(
    tablet: CheckingClient, bearer: dict[str, str], office: Office, clock: Clock
) -> None:
    answer = tablet.get("/desk-app/bundle", headers=bearer)

    assert (answer.status_code, answer.content_type) == (200, TYPE)
    assert answer.headers["Cache-Control"] == "no-store"
    said = held(answer, office, clock)
    assert (said.issuer, said.timezone, said.demo) == (office.settings.issuer, "Europe/Paris", True)
    assert len(said.lists) == 4


def test_a_bundle_that_the_tablet_has_is_not_sent_again(
    tablet: CheckingClient, bearer: dict[str, str], clock: Clock, office: Office
) -> None:
    first = tablet.get("/desk-app/bundle", headers=bearer)
    asking = {**bearer, "If-None-Match": first.headers["ETag"]}

    clock.pass_by(minutes=5)
    again = tablet.get("/desk-app/bundle", headers=asking)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])

    clock.pass_by(minutes=15)
    later = tablet.get("/desk-app/bundle", headers=asking)
    assert later.status_code == 200
    assert held(later, office, clock).issued_at > held(first, office, clock).issued_at


def test_the_day_of_a_fetch_is_kept_and_no_hour(
    app: Flask, tablet: CheckingClient, bearer: dict[str, str], clock: Clock
) -> None:
    assert [row.seen_on for row in rows(app, DeskDevice)] == [None]

    tablet.get("/desk-app/bundle", headers=bearer)
    assert [row.seen_on for row in rows(app, DeskDevice)] == [clock().date()]

    clock.pass_by(days=2)
    tablet.get("/desk-app/bundle", headers=bearer)
    assert [row.seen_on for row in rows(app, DeskDevice)] == [clock().date()]


@pytest.mark.parametrize(("method", "path"), [("get", "bundle"), ("get", "device"), ("post", "counts")])
def test_a_withdrawn_tablet_is_told_so(
    app: Flask, tablet: CheckingClient, bearer: dict[str, str], method: str, path: str
) -> None:
    with app.app_context():
        row = db.session.scalars(select(DeskDevice)).one()
        devices.withdraw(db.session(), workplace.desk(), row, by="Bruno")
        db.session.commit()

    for headers in (bearer, {"Authorization": "Bearer nobody"}, {}):
        answer = getattr(tablet, method)(f"/desk-app/{path}", headers=headers)
        assert code_of(answer) == (401, "device-withdrawn")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_an_office_without_a_key_says_so_and_counts_no_guess(
    tablet: CheckingClient, bearer: dict[str, str], office: Office
) -> None:
    ring = load_ring(office)
    ring.with_state(ring[Purpose.BUNDLE][0].kid, KeyState.COMPROMISED).save()

    tries = {code_of(tablet.get("/desk-app/bundle", headers=bearer)) for _ in range(22)}

    assert tries == {(503, "bundle-unmade")}


def test_a_staff_session_opens_nothing_of_a_tablets(signed_in: Callable[[str], CheckingClient]) -> None:
    assert code_of(signed_in("Bruno").get("/desk-app/bundle")) == (401, "device-withdrawn")


def test_whoever_guesses_is_stopped(tablet: CheckingClient) -> None:
    tries = [enrol(tablet, "guess").status_code for _ in range(21)]

    assert tries == [401] * 20 + [429]


def test_whoever_guesses_stops_no_honest_tablet_behind_the_same_address(
    app: Flask, tablet: CheckingClient, bearer: dict[str, str]
) -> None:
    for path in ("bundle", "device"):
        guesses = [
            tablet.get(f"/desk-app/{path}", headers={"Authorization": "Bearer guess"}).status_code for _ in range(45)
        ]
        assert guesses[-1] == 429
    for _ in range(21):
        enrol(tablet, "guess")

    assert tablet.get("/desk-app/bundle", headers=bearer).status_code == 200
    assert tablet.get("/desk-app/device", headers=bearer).status_code == 200
    assert hand_in(tablet, bearer, count()).status_code == 204
    assert enrol(tablet, on_the_screen(app, name="Pool, entrance")).status_code == 200


def test_a_withdrawn_tablet_is_told_so_also_while_strangers_guess_at_its_address(
    app: Flask, tablet: CheckingClient, bearer: dict[str, str]
) -> None:
    with app.app_context():
        row = db.session.scalars(select(DeskDevice)).one()
        devices.withdraw(db.session(), workplace.desk(), row, by="Bruno")
        db.session.commit()

    for _ in range(40):
        assert code_of(tablet.get("/desk-app/bundle", headers=bearer)) == (401, "device-withdrawn")
    guesses = [tablet.get("/desk-app/bundle", headers={"Authorization": "Bearer guess"}).status_code for _ in range(21)]

    assert guesses == [401] * 20 + [429], "its own token is no guess"
    assert code_of(tablet.get("/desk-app/bundle", headers=bearer)) == (401, "device-withdrawn")


def test_too_many_guesses_are_answered_in_the_form_of_the_others(tablet: CheckingClient) -> None:
    answers = [tablet.get("/desk-app/device", headers={"Authorization": "Bearer guess"}) for _ in range(21)]

    assert (answers[-1].status_code, answers[-1].is_json) == (429, True)
    assert set(answers[-1].get_json()) == {"error"}


def test_a_tablet_learns_of_its_new_name(app: Flask, tablet: CheckingClient, bearer: dict[str, str]) -> None:
    with app.app_context():
        row = db.session.scalars(select(DeskDevice)).one()
        devices.change(db.session(), workplace.desk(), row, name="Pool, entrance", service="pool", by="Bruno")
        db.session.commit()

    assert tablet.get("/desk-app/device", headers=bearer).get_json() == {"name": "Pool, entrance", "service": "pool"}


def hand_in(tablet: CheckingClient, bearer: dict[str, str], *counts: Any) -> TestResponse:
    return tablet.post("/desk-app/counts", json={"counts": list(counts)}, headers=bearer)


def count(**changes: Any) -> dict[str, Any]:
    return {"week": "2026-W48", "service": None, "verdict": "OK", "count": 12, **changes}


def counters(app: Flask) -> dict[tuple[str, str], int]:
    return {(row.service, row.event): row.count for row in rows(app, Counter)}


def test_counts_go_where_all_checks_are_counted(app: Flask, tablet: CheckingClient, bearer: dict[str, str]) -> None:
    answer = hand_in(tablet, bearer, count(), count(verdict="REVOKED", count=1), count(count=3))

    assert (answer.status_code, answer.data) == (204, b"")
    assert counters(app) == {("desk device", "OK"): 15, ("desk device", "REVOKED"): 1}
    assert rows(app, Counter)[0].week.isoformat() == "2026-11-23"


@pytest.mark.parametrize(
    "changes",
    [
        {"week": "2026-W39"},
        {"week": "2027-W10"},
        {"week": "2026-W99"},
        {"week": "yesterday"},
        {"verdict": "LEONIE"},
        {"count": 0},
        {"count": 10**9},
    ],
)
def test_a_count_out_of_bounds_is_left_out(
    app: Flask, tablet: CheckingClient, bearer: dict[str, str], changes: dict[str, Any]
) -> None:
    assert hand_in(tablet, bearer, count(**changes), count()).status_code == 204

    assert counters(app) == {("desk device", "OK"): 12}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"counts": 1}',
        b'{"counts": [{}]}',
        b'{"counts": [{"week": "2026-W48", "service": 1, "verdict": "OK", "count": 1}]}',
        b'{"counts": [{"week": "2026-W48", "service": null, "verdict": "OK", "count": true}]}',
        b'{"counts": [], "more": 1}',
        b'{"counts": [], "counts": []}',
        b" " * (257 * 1024),
    ],
)
def test_what_no_tablet_sends_is_refused(
    app: Flask, tablet: CheckingClient, bearer: dict[str, str], body: bytes
) -> None:
    answer = tablet.post("/desk-app/counts", data=body, content_type="application/json", headers=bearer)

    assert code_of(answer) == (400, "device-request")
    assert counters(app) == {}


def test_a_tablet_in_strangers_hands_spoils_no_statistics(
    app: Flask, tablet: CheckingClient, bearer: dict[str, str]
) -> None:
    for _ in range(3):
        assert hand_in(tablet, bearer, *[count(count=devices.MOST)] * 500).status_code == 204

    assert counters(app) == {("desk device", "OK"): devices.MOST}


def test_a_made_up_service_is_not_counted_by_its_name(
    app: Flask, tablet: CheckingClient, bearer: dict[str, str]
) -> None:
    hand_in(tablet, bearer, count(service="Naima was here"))

    assert counters(app) == {("desk device", "OK"): 12}


def test_two_workers_bundles_can_follow_each_other(app: Flask, office: Office, clock: Clock) -> None:
    """A device is answered by one worker, then by another that made its bundle earlier: not older than seen."""
    first, second = Bundles(), Bundles()
    with app.app_context():

        def made(worker: Bundles) -> bytes:
            return worker.current(db.session(), workplace.ring(), services=(), now=clock()).data

        early = made(first)
        clock.pass_by(minutes=4)
        late = made(second)
        mark = device_fingerprint(office).sha256
        seen = read_bundle(late, fingerprint=mark, now=clock())
        read_bundle(made(first), fingerprint=mark, now=clock(), seen=seen.issued_at, memory=seen.memory)
        assert made(first) is early
        assert seen.issued_at <= clock() < seen.issued_at + timedelta(minutes=15)
