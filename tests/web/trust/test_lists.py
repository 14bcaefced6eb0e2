"""Lists of ended cards as they are served: two forms at one address, an ETag for each, the same for everybody."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import pytest

from citycard.core import jws
from citycard.core.status import StatusList, read_status_list
from citycard.core.status_jwt import read_status_list_jwt
from citycard.core.verdicts import Verdict
from citycard.operations import publish, status_lists
from citycard.operations.status_lists import Form
from citycard.partners.statement import read_statement
from tests.support.reading import CheckingClient
from tests.support.town_hall import TownHall
from tests.web.conftest import Clock

SignedIn = Callable[[str], CheckingClient]

CWT, JWT = "application/statuslist+cwt", "application/statuslist+jwt"

ADDRESSES = {"cwt": ("/status/1", CWT), "jwt": ("/status/1", JWT), "jwt by its name": ("/status/1.jwt", "*/*")}
"""Each form: where it is, and what the reader accepts."""

EACH_FORM = pytest.mark.parametrize("form", ADDRESSES)


def read(hall: TownHall, content: bytes, form: str) -> StatusList:
    reader = read_status_list if form == "cwt" else read_status_list_jwt
    issuer = hall.ring.issuer(publish.announced(hall.office))
    return reader(content, issuer=issuer, uri=issuer.status_lists[0], now=hall.now)


def test_both_forms_are_the_same_list(client: CheckingClient, hall: TownHall) -> None:
    lists = [
        read(hall, client.get(address, headers={"Accept": accept}).data, form)
        for form, (address, accept) in ADDRESSES.items()
    ]

    assert lists[0] == lists[1] == lists[2]


@EACH_FORM
def test_each_form_is_public_and_kept_for_a_minute(client: CheckingClient, hall: TownHall, form: str) -> None:
    answer = client.get(ADDRESSES[form][0], headers={"Accept": ADDRESSES[form][1]})

    assert (answer.status_code, answer.content_type) == (200, CWT if form == "cwt" else JWT)
    assert answer.headers["ETag"] == f'"{hashlib.sha256(answer.data).hexdigest()}"'
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in answer.headers


@EACH_FORM
def test_each_form_is_the_same_for_somebody_signed_in(
    client: CheckingClient, signed_in: SignedIn, hall: TownHall, form: str
) -> None:
    address, accept = ADDRESSES[form]
    theirs, ours = (each.get(address, headers={"Accept": accept}) for each in (client, signed_in("Amel")))

    assert theirs.data == ours.data
    assert "Set-Cookie" not in ours.headers
    assert "Cookie" not in ours.headers.get("Vary", "")


@EACH_FORM
def test_who_has_a_form_is_told_so(client: CheckingClient, hall: TownHall, form: str) -> None:
    address, accept = ADDRESSES[form]
    first = client.get(address, headers={"Accept": accept})
    etag = first.headers["ETag"]

    for shown in (etag, f"W/{etag}", f'"another", {etag}', "*"):
        again = client.get(address, headers={"Accept": accept, "If-None-Match": shown})
        assert (again.status_code, again.data) == (304, b"")
        for name in ("ETag", "Cache-Control", "Vary", "Access-Control-Allow-Origin"):
            assert again.headers.get(name) == first.headers.get(name), name
        assert "Set-Cookie" not in again.headers
    assert client.get(address, headers={"Accept": accept, "If-None-Match": '"another"'}).data == first.data


def test_the_etag_of_one_form_is_not_that_of_the_other(client: CheckingClient, hall: TownHall) -> None:
    """A cache that mixed them up would say "the same" to somebody who has the other form."""
    etag = client.get("/status/1", headers={"Accept": CWT}).headers["ETag"]

    answer = client.get("/status/1", headers={"Accept": JWT, "If-None-Match": etag})

    assert (answer.status_code, answer.content_type) == (200, JWT)
    assert answer.headers["ETag"] != etag


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, CWT),
        ("", CWT),
        ("*/*", CWT),
        ("application/*", CWT),
        (CWT, CWT),
        (JWT, JWT),
        (JWT.upper(), JWT),
        (f"{JWT}, {CWT}", CWT),
        (f"{JWT}, */*", JWT),
        (f"{JWT}, application/json;q=0.9, */*;q=0.1", JWT),
        (f"{JWT};q=0.5, {CWT}", CWT),
        (f"{CWT};q=0.5, {JWT}", JWT),
        (f"{JWT};q=0", CWT),
        ("text/html,application/xhtml+xml,*/*;q=0.8", CWT),
        ("text/html", CWT),
        ("nonsense", CWT),
    ],
)
def test_a_reader_gets_the_form_it_asks_for_and_else_the_smaller(
    client: CheckingClient, hall: TownHall, accept: str | None, form: str
) -> None:
    answer = client.get("/status/1", headers={} if accept is None else {"Accept": accept})

    assert (answer.status_code, answer.content_type) == (200, form)
    assert answer.headers["Vary"] == "Accept"


def test_a_card_that_ended_is_in_both_forms_at_once(
    client: CheckingClient, signed_in: SignedIn, hall: TownHall, clock: Clock
) -> None:
    card = hall.card()
    before = {form: client.get(address, headers={"Accept": accept}) for form, (address, accept) in ADDRESSES.items()}
    clock.pass_by(seconds=30)
    signed_in("Amel").send("/cards/end", {"card": card.number}, form="/cards/")

    ended = set()
    for form, (address, accept) in ADDRESSES.items():
        etag = before[form].headers["ETag"]
        after = client.get(address, headers={"Accept": accept, "If-None-Match": etag})
        assert after.status_code == 200
        assert after.headers["ETag"] != etag
        held = read(hall, after.data, form)
        ended.add(tuple(index for index in range(held.size) if held[index] == 1))
    assert len(ended) == 1
    assert len(ended.pop()) == 1
    assert hall.check(card.full_code).verdict is Verdict.REVOKED


def test_every_list_is_named_in_one_document(client: CheckingClient, hall: TownHall) -> None:
    answer = client.get("/status/lists.json")

    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in answer.headers
    statement = read_statement(publish.make_statement(hall.ring, now=hall.now), allow_demo=True)
    assert json.loads(answer.data) == {"status_lists": list(statement.status_lists)}
    etag = answer.headers["ETag"]
    assert client.get("/status/lists.json", headers={"If-None-Match": etag}).status_code == 304
    # Each address in it leads to a list, in both forms.
    for uri in statement.status_lists:
        for accept in (CWT, JWT):
            path = uri.removeprefix(hall.office.settings.issuer)
            assert client.get(path, headers={"Accept": accept}).content_type == accept


def test_the_jwt_form_points_to_that_document(client: CheckingClient, hall: TownHall) -> None:
    token = client.get("/status/2.jwt").data
    claims = json.loads(jws.from_base64url(token.split(b".")[1]))

    assert claims["sub"] == status_lists.uri(hall.office.settings, 2)
    pointed = claims["status_list"]["aggregation_uri"].removeprefix(hall.office.settings.issuer)
    assert client.get(pointed).status_code == 200


@pytest.mark.parametrize("address", ["/status/1", "/status/1.jwt"])
def test_past_lists_are_not_given_out(client: CheckingClient, hall: TownHall, address: str) -> None:
    """They would tell on which day somebody's card ended; and today's under a past date would mislead."""
    answer = client.get(address, query_string={"time": "1686925000"})

    assert answer.status_code == 501
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("address", ["/status/99", "/status/99.jwt", "/status/0.jwt", "/status/x.jwt", "/status/1.cwt"])
def test_a_list_that_is_not_there_is_not_there_in_any_form(
    client: CheckingClient, hall: TownHall, address: str
) -> None:
    for accept in (CWT, JWT):
        assert client.get(address, headers={"Accept": accept}).status_code == 404


def test_the_forms_are_called_by_their_media_types() -> None:
    assert list(Form) == [CWT, JWT]
