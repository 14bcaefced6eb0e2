"""What a tablet asks the office for a consultation, and what it is told."""

from __future__ import annotations

import base64

import pytest
from flask import Flask
from sqlalchemy import select

from citycard.store.audit import AuditEntry
from citycard.store.devices import DeskDevice
from citycard.web.database import db
from tests.support.reading import CheckingClient
from tests.web.conftest import Clock
from tests.web.voice.conftest import Tablet, opened, rows

Tablets = tuple[Tablet, Tablet]
HERS = {"mark": "a" * 64, "receipt": "1" * 32}


def begun(bruno: CheckingClient, tablets: Tablets) -> str:
    """A consultation on both tablets, which are set to it; its id."""
    where = opened(bruno)
    for tablet in tablets:
        assert tablet.posts(f"{where}/serve").status_code == 200
    return where


def test_a_tablet_is_told_what_there_is_and_no_key(bruno: CheckingClient, tablets: Tablets) -> None:
    where = opened(bruno)

    answer = tablets[0].gets()

    assert answer.json == {
        "consultations": [
            {
                "id": where,
                "name": "Budget of the quays",
                "several": True,
                "other_cities": False,
                "record_until": 1_794_787_200,
                "opens": 1_795_420_800,
                "closes": 1_795_460_400,
            }
        ]
    }
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_two_tablets_count_with_one_key_and_a_card_counts_once(bruno: CheckingClient, tablets: Tablets) -> None:
    where = opened(bruno)

    keys = [tablet.posts(f"{where}/serve").get_json()["key"] for tablet in tablets]
    said = [tablet.posts(f"{where}/mark", HERS | {"receipt": tablet.token[:32]}) for tablet in tablets]

    assert keys[0] == keys[1]
    assert len(base64.urlsafe_b64decode(keys[0])) == 32
    assert [answer.json for answer in said] == [{"answer": "new"}, {"answer": "taken"}]
    assert "1" in bruno.page(f"/voice/{where}").text


def test_a_mark_is_taken_back_by_the_screen_that_made_it(bruno: CheckingClient, tablets: Tablets, app: Flask) -> None:
    where = begun(bruno, tablets)
    tablets[0].posts(f"{where}/mark", HERS)

    said = [
        tablets[0].posts(f"{where}/take-back", HERS | {"receipt": receipt}).json for receipt in ("2" * 32, "1" * 32)
    ]

    assert said == [{"answer": "not-there"}, {"answer": "taken-back"}]
    assert rows(app)[0].taken_back == 1
    assert tablets[1].posts(f"{where}/mark", HERS).json == {"answer": "new"}


def test_one_tablet_begins_makes_its_own_key_and_says_its_number_once(
    bruno: CheckingClient, tablets: Tablets, app: Flask
) -> None:
    where = opened(bruno, devices="one")
    first, other = tablets

    assert first.posts(f"{where}/serve").json == {"key": None}
    refused = other.posts(f"{where}/serve")
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (409, "voice-begun")
    assert other.gets().json == {"consultations": []}
    assert first.posts(f"{where}/mark", HERS).get_json()["error"]["code"] == "voice-one-device"
    assert other.posts(f"{where}/finish", {"count": 9, "taken_back": 0}).status_code == 404
    assert first.posts(f"{where}/finish", {"count": 214, "taken_back": 1}).json == {}

    [row] = rows(app)
    assert (row.closed, row.took_part, row.taken_back) == (True, 214, 1)


def test_after_the_closing_time_a_tablet_is_told_so_and_nothing_is_marked(
    bruno: CheckingClient, tablets: Tablets, clock: Clock
) -> None:
    where = opened(bruno)
    clock.pass_by(hours=11)

    answer = tablets[0].posts(f"{where}/mark", HERS)

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "voice-closed")
    assert tablets[0].gets().json == {"consultations": []}


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer " + "x" * 40, "Basic " + "a" * 40, "Bearer " + "a" * 201])
def test_without_a_good_token_nothing_is_told(bruno: CheckingClient, tablets: Tablets, app: Flask, header: str) -> None:
    where = opened(bruno)
    strange = app.test_client(use_cookies=False)
    headers = {"Authorization": header} if header else {}

    answers = [
        strange.get("/desk-app/voice", headers=headers),
        *(
            strange.post(f"/desk-app/voice/{where}/{what}", headers=headers, json=HERS)
            for what in ("serve", "mark", "take-back", "finish")
        ),
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert {answer.get_json()["error"]["code"] for answer in answers} == {"device-withdrawn"}
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"


def test_a_tablet_that_was_withdrawn_and_goes_on_asking_keeps_no_other_from_marking(
    bruno: CheckingClient, tablets: Tablets, app: Flask
) -> None:
    """A whole hall sits behind one address."""
    where, strange = begun(bruno, tablets), Tablet(app, "x" * 40)

    for _ in range(30):
        strange.gets()

    assert strange.gets().status_code == 429
    assert tablets[0].posts(f"{where}/mark", HERS).get_json() == {"answer": "new"}
    assert tablets[0].posts(f"{where}/take-back", HERS).get_json() == {"answer": "taken-back"}


def test_a_withdrawn_tablet_is_told_so(tablets: Tablets, app: Flask) -> None:
    with app.app_context():
        row = db.session.scalars(select(DeskDevice).where(DeskDevice.name == "Quay, table 1")).one()
        row.active = False
        db.session.commit()

    assert tablets[0].gets().status_code == 401
    assert tablets[1].gets().status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"mark": "a" * 64},
        HERS | {"number": "0123456789ABCDEF"},
        HERS | {"mark": 7},
        HERS | {"mark": "0123456789ABCDEF"},
        HERS | {"receipt": "x" * 2000},
        [],
        "a",
    ],
)
def test_a_request_that_holds_anything_but_a_mark_is_refused(
    bruno: CheckingClient, tablets: Tablets, body: object
) -> None:
    where = begun(bruno, tablets)

    answer = tablets[0].posts(f"{where}/mark", body)

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "voice-form")
    assert "Cards that took part 0" in bruno.page(f"/voice/{where}").text


def test_no_form_of_another_page_can_mark(bruno: CheckingClient, tablets: Tablets) -> None:
    where = begun(bruno, tablets)

    answer = tablets[0].posts(f"{where}/mark", json=None, data='{"mark":"a"}', content_type="text/plain")

    assert answer.status_code == 422


def test_there_is_no_such_consultation(tablets: Tablets) -> None:
    for what in ("serve", "mark"):
        answer = tablets[0].posts(f"nothing/{what}", {} if what == "serve" else HERS)
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "no-consultation")


def test_a_mark_leaves_no_line_in_any_log(
    bruno: CheckingClient, tablets: Tablets, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    where = begun(bruno, tablets)
    with app.app_context():
        before = len(db.session.scalars(select(AuditEntry)).all())
    caplog.clear()

    with caplog.at_level("DEBUG"):
        tablets[0].posts(f"{where}/mark", HERS)

    assert [record.getMessage() for record in caplog.records if "voice" in record.getMessage()] == []
    assert HERS["mark"] not in caplog.text
    with app.app_context():
        assert len(db.session.scalars(select(AuditEntry)).all()) == before


def test_a_tablet_of_another_counter_learns_nothing_of_a_consultation(bruno: CheckingClient, tablets: Tablets) -> None:
    chosen, other = tablets
    where = opened(bruno, chosen=["1"])
    chosen.posts(f"{where}/serve")
    chosen.posts(f"{where}/mark", HERS)

    assert other.gets().json == {"consultations": []}
    answers = [
        other.posts(f"{where}/{what}", body) for what, body in (("serve", {}), ("mark", HERS), ("take-back", HERS))
    ]
    assert [(answer.status_code, answer.get_json()["error"]["code"]) for answer in answers] == [
        (404, "no-consultation")
    ] * 3


def test_a_tablet_that_was_left_out_is_told_another_thing_than_one_that_comes_after_the_close(
    bruno: CheckingClient, tablets: Tablets
) -> None:
    where = begun(bruno, tablets)
    bruno.send(f"/voice/{where}/devices", {"chosen": ["1"]})

    def told(tablet: Tablet) -> set[str]:
        answers = [tablet.posts(f"{where}/{what}", body) for what, body in (("serve", {}), ("mark", HERS))]
        return {answer.get_json()["error"]["code"] for answer in answers}

    assert told(tablets[1]) == {"no-consultation"}
    bruno.send(f"/voice/{where}/close")
    assert told(tablets[0]) == {"voice-closed"}


def test_a_tablet_marks_only_what_it_was_set_to(bruno: CheckingClient, tablets: Tablets) -> None:
    where = opened(bruno)

    answers = [tablets[0].posts(f"{where}/{what}", HERS) for what in ("mark", "take-back")]

    assert [(answer.status_code, answer.get_json()["error"]["code"]) for answer in answers] == [
        (409, "voice-not-begun")
    ] * 2


@pytest.mark.parametrize(("what", "most"), [("mark", 20), ("take-back", 6)])
def test_a_tablet_asks_no_faster_than_people_walk_in_and_slows_no_other(
    bruno: CheckingClient, tablets: Tablets, what: str, most: int
) -> None:
    where = begun(bruno, tablets)

    def asks(tablet: Tablet, number: int) -> int:
        return tablet.posts(f"{where}/{what}", HERS | {"mark": f"{number:064x}"}).status_code

    assert [asks(tablets[0], number) for number in range(most + 3)] == [200] * most + [429] * 3
    assert asks(tablets[1], 999) == 200


@pytest.mark.parametrize(
    "raw", ["", "x", '{"count":1.0,"taken_back":0}', '{"count":1,"count":2,"taken_back":0}', '{"count":1e3}', "\xff"]
)
@pytest.mark.parametrize("what", ["serve", "mark", "take-back", "finish"])
def test_what_is_no_strict_json_is_refused_and_breaks_nothing(
    bruno: CheckingClient, tablets: Tablets, what: str, raw: str
) -> None:
    where = begun(bruno, tablets)

    data = raw.encode("latin-1")
    answer = tablets[0].posts(f"{where}/{what}", json=None, data=data, content_type="application/json")

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "voice-form")
