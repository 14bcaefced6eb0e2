"""POST a code, get a verdict: the same one as at the desk, and no more than the caller may know."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from citycard.core.verdicts import Verdict
from citycard.operations import staff
from citycard.operations.staff import DESK_FIELDS
from citycard.web.api.fields import age_over_18
from citycard.web.api.openapi import document
from citycard.web.limits import limiter
from tests.support.reading import CheckingClient, read
from tests.support.town_hall import TownHall
from tests.web.api.schema import fits
from tests.web.conftest import new_browser
from tests.web.real_office import HOLDER, Shown, light_code

SignedIn = Callable[[str], CheckingClient]
VERIFY = "/api/v1/verify"


@pytest.fixture(autouse=True)
def fresh_counts(app: Flask) -> None:
    """Callers of one test do not count for the next."""
    limiter.reset()


@pytest.fixture
def stranger(app: Flask) -> CheckingClient:
    """A caller without a token."""
    return new_browser(app)


Token = Callable[..., dict[str, str]]


@pytest.fixture
def token(hall: TownHall) -> Token:
    """`token("full_name")`: the header of a desk that may know these fields."""

    def make(*fields: str, name: str = "library") -> dict[str, str]:
        with hall.session() as session:
            _, secret = staff.add_desk(
                session, name=name, fields=fields, by="Chloe", day=hall.now.date(), chance=hall.chance
            )
        return {"Authorization": f"Bearer {secret}"}

    return make


def test_the_verdict_is_the_one_of_the_desk(
    signed_in: SignedIn, stranger: CheckingClient, shown: list[Shown], token: Token
) -> None:
    library, desk = signed_in("Library"), token("full_name")
    for each in shown:
        anonymous = stranger.post(VERIFY, json={"code": each.text}).get_json()
        known = stranger.post(VERIFY, json={"code": each.text}, headers=desk).get_json()
        page = read(library.send("/desk/", {"code": each.text}))

        assert anonymous["verdict"] == known["verdict"] == each.verdict.value
        assert page.one("section", data_verdict=each.verdict.value)


def test_anybody_gets_the_verdict_and_its_sentence_alone(stranger: CheckingClient, shown: list[Shown]) -> None:
    for each in shown:
        answer = stranger.post(VERIFY, json={"code": each.text})

        assert answer.status_code == 200
        assert set(answer.get_json()) == {"verdict", "sentence"}
        assert HOLDER not in answer.text


@pytest.mark.parametrize("language", ["fr", "en", "es", "ar"])
def test_the_sentence_comes_in_the_language_asked_for(
    stranger: CheckingClient, shown: list[Shown], language: str
) -> None:
    answer = stranger.post(VERIFY, json={"code": shown[0].text}, headers={"Accept-Language": language})

    assert answer.headers["Content-Language"] == language
    assert answer.get_json()["sentence"]


def test_a_desk_gets_the_fields_of_its_service_and_no_others(
    stranger: CheckingClient, shown: list[Shown], token: Token
) -> None:
    answer = stranger.post(VERIFY, json={"code": shown[0].text}, headers=token("full_name", "age_over_18")).get_json()

    assert answer["fields"] == {"full_name": HOLDER, "age_over_18": True}
    assert (answer["kind"], answer["not_checked"], answer["status_age_seconds"]) == ("full", ["face"], 300)
    assert answer["issuer"] == "https://rivemont.example"


def test_a_desk_can_be_given_every_field(stranger: CheckingClient, shown: list[Shown], token: Token) -> None:
    fields = stranger.post(VERIFY, json={"code": shown[0].text}, headers=token(*DESK_FIELDS)).get_json()["fields"]

    assert set(fields) == set(DESK_FIELDS)
    assert base64.b64decode(fields["portrait"]).startswith(b"\x89PNG")
    assert (fields["date_of_birth"], fields["resident"]) == ("1991-04-23", False)


def test_a_card_of_the_city_is_a_residents(stranger: CheckingClient, hall: TownHall, token: Token) -> None:
    code = hall.card().full_code

    assert stranger.post(VERIFY, json={"code": code}, headers=token("resident")).get_json()["fields"] == {
        "resident": True
    }


def test_the_light_code_gives_no_name(stranger: CheckingClient, hall: TownHall, token: Token) -> None:
    answer = stranger.post(
        VERIFY, json={"code": light_code(hall)}, headers=token("full_name", "age_over_18", "portrait")
    ).get_json()

    assert answer["kind"] == "light"
    assert answer["not_checked"] == ["name", "portrait"]
    assert answer["fields"] == {"full_name": None, "age_over_18": None, "portrait": None}


def test_a_desk_learns_the_reason_of_a_refusal_and_nothing_of_the_holder(
    stranger: CheckingClient, shown: list[Shown], token: Token
) -> None:
    desk = token(*DESK_FIELDS)
    for each in shown:
        if each.verdict.good:
            continue
        answer = stranger.post(VERIFY, json={"code": each.text}, headers=desk)

        assert set(answer.get_json()) == {"verdict", "sentence", "next_step", "reason"}
        assert HOLDER not in answer.text


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer ", "Basic YTpi", "Bearer " + "x" * 5000])
def test_a_token_that_is_not_good_is_refused(stranger: CheckingClient, shown: list[Shown], header: str) -> None:
    answer = stranger.post(VERIFY, json={"code": shown[0].text}, headers={"Authorization": header})

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, "desk-token")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_withdrawn_token_is_worth_nothing_at_once(stranger: CheckingClient, hall: TownHall, token: Token) -> None:
    desk = token("number")
    with hall.session() as session:
        row = staff.find_desk(session, desk["Authorization"].removeprefix("Bearer "))
        assert row is not None
        staff.withdraw_desk(session, row, by="Chloe", day=hall.now.date(), chance=hall.chance)

    assert stranger.post(VERIFY, json={"code": "X"}, headers=desk).status_code == 401


BAD_BODIES = [
    (b"", "body-json"),
    (b"no json", "body-json"),
    (b'{"code": "A", "code": "B"}', "body-json"),
    (b'{"code": "A", "number": 1.5}', "body-json"),
    (b'{"code": NaN}', "body-json"),
    (b"[" * 4000, "body-json"),
    (b'{"code": "\xff"}', "body-json"),
    (b'["A"]', "body-members"),
    (b'"A"', "body-members"),
    (b"{}", "body-members"),
    (b'{"code": 1}', "body-members"),
    (b'{"code": null}', "body-members"),
    (b'{"code": ["A"]}', "body-members"),
    (b'{"code": "A", "name": "B"}', "body-members"),
]


@pytest.mark.parametrize(("body", "code"), BAD_BODIES)
def test_anything_but_the_one_object_is_refused(stranger: CheckingClient, body: bytes, code: str) -> None:
    answer = stranger.post(VERIFY, data=body, content_type="application/json")

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, code)


def test_what_does_not_say_that_it_is_json_is_refused(stranger: CheckingClient) -> None:
    assert stranger.post(VERIFY, data={"code": "A"}).status_code == 415
    assert stranger.post(VERIFY, data=b'{"code": "A"}', content_type="text/plain").status_code == 415


def test_a_body_that_is_too_large_is_not_read(stranger: CheckingClient) -> None:
    answer = stranger.post(VERIFY, json={"code": "A" * 9000})

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (413, "body-large")


def test_whoever_asks_too_often_waits_and_a_desk_does_not(
    stranger: CheckingClient, shown: list[Shown], token: Token
) -> None:
    statuses = [stranger.post(VERIFY, json={"code": "X"}).status_code for _ in range(31)]
    desk = token("number")

    assert statuses == [200] * 30 + [429]
    assert stranger.post(VERIFY, json={"code": "X"}, headers=desk).status_code == 200


def test_guessing_tokens_counts_like_asking_without_one(stranger: CheckingClient, hall: TownHall) -> None:
    statuses = [
        stranger.post(VERIFY, json={"code": "X"}, headers={"Authorization": f"Bearer guess{turn}"}).status_code
        for turn in range(31)
    ]

    assert statuses == [401] * 30 + [429]


def test_no_cookie_no_other_site_and_nothing_to_keep(stranger: CheckingClient, shown: list[Shown]) -> None:
    for answer in (
        stranger.post(VERIFY, json={"code": shown[0].text}),
        stranger.post(VERIFY, data=b"{", content_type="application/json"),
        stranger.open(VERIFY, method="OPTIONS", headers={"Origin": "https://elsewhere.example"}),
    ):
        assert "Set-Cookie" not in answer.headers
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"


def test_every_answer_is_as_the_description_says(
    stranger: CheckingClient, shown: list[Shown], hall: TownHall, token: Token
) -> None:
    described = document()["paths"][VERIFY]["post"]["responses"]

    def check(answer: Any) -> None:
        schema = described[str(answer.status_code)]["content"]["application/json"]["schema"]
        assert list(fits(json.loads(answer.text), schema, document())) == []

    desk = token(*DESK_FIELDS)
    for each in shown:
        check(stranger.post(VERIFY, json={"code": each.text}))
        check(stranger.post(VERIFY, json={"code": each.text}, headers=desk))
    check(stranger.post(VERIFY, json={"code": hall.card(portrait_in_code="no").full_code}, headers=desk))
    check(stranger.post(VERIFY, json={}))
    check(stranger.post(VERIFY, json={}, headers={"Authorization": "Bearer x"}))
    check(stranger.post(VERIFY, data=b""))
    check(stranger.post(VERIFY, json={"code": "A" * 9000}))


def test_the_description_is_public_and_names_every_verdict(stranger: CheckingClient) -> None:
    answer = stranger.get("/api/v1/openapi.json")

    assert answer.get_json() == document()
    verdicts = answer.get_json()["components"]["schemas"]["Verdict"]["properties"]["verdict"]["enum"]
    assert verdicts == [verdict.value for verdict in Verdict]


@pytest.mark.parametrize(
    ("born", "today", "answer"),
    [
        ("20081123", date(2026, 11, 23), True),
        ("20081124", date(2026, 11, 23), False),
        ("20080229", date(2026, 2, 28), False),
        ("20080229", date(2026, 3, 1), True),
        ("2008", date(2026, 1, 1), True),
        ("2009", date(2026, 12, 31), False),
        (None, date(2026, 11, 23), None),
    ],
)
def test_eighteen_is_decided_in_the_holders_favour(born: str | None, today: date, answer: bool | None) -> None:
    assert age_over_18(born, today=today) is answer
