"""Our status lists in the hands of a library that has never heard of us: `openvc-core`, as published.

It verifies both forms and finds the same status as we do at every index; and we read the lists that it writes.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from sqlalchemy import insert
from sqlalchemy.orm import Session

from citycard.core.keys import Algorithm, PinnedKey
from citycard.core.status import DEFAULT_SIZE, StatusList, read_status_list
from citycard.core.status_jwt import read_status_list_jwt, write_status_list_jwt
from citycard.keystore.ring import Purpose, load_ring
from citycard.operations import publish, status_lists
from citycard.store.cards import Card, CardState, StatusListRow
from citycard.store.engine import open_engine
from tests.support.cities import NOW, City
from tests.support.interop import AskOthers
from tests.support.office import make_office

SCRIPT = Path(__file__).parent / "read_lists_with_openvc.py"

CITIES = {
    "ES256": City.named("Port-Sable"),
    "EdDSA": City.named("Rivemont", algorithm=Algorithm.EDDSA),
}


def asked(jwt: bytes, cwt: bytes, *, key: PinnedKey, uri: str, now: datetime) -> dict[str, Any]:
    """What the script wants to know of a list."""
    return {
        "jwt": jwt.decode(),
        "cwt": cwt.hex(),
        "jwk": key.public.to_jwk() | {"alg": "ES256" if key.public.curve == "P-256" else "EdDSA"},
        "kid": key.kid.hex(),
        "uri": uri,
        "now": int(now.timestamp()),
    }


def expect_the_same(said: dict[str, Any], held: StatusList) -> None:
    """Compare what the library found in a list with what we found in it, index for index."""
    assert said.get("error") is None
    assert said["bits"] == held.bits
    assert list(bytes.fromhex(said["statuses"])) == [held[index] for index in range(held.size)]
    for index, (status, revoked, suspended) in said["checked"].items():
        assert status == held[int(index)]
        assert (revoked, suspended) == (status == 1, status == 2)
    assert said["claims"] == {
        "sub": held.uri,
        "iat": int(held.issued_at.timestamp()),
        "exp": int(held.expires_at.timestamp()),
        "ttl": int(held.ttl.total_seconds()),
    }


@pytest.mark.parametrize("algorithm", CITIES)
def test_it_finds_the_same_status_at_every_index(algorithm: str, ask_others: AskOthers) -> None:
    city, chance = CITIES[algorithm], random.Random(169)
    questions, lists = [], []
    for bits in (1, 2, 4, 8):
        size = 4096
        statuses = {chance.randrange(size): chance.randrange(1 << bits) for _ in range(500)} | {0: 1, size - 1: 1}
        cwt = city.status_list(statuses, bits=bits, size=size)
        jwt = city.status_list(statuses, bits=bits, size=size, write=write_status_list_jwt)
        questions.append(asked(jwt, cwt, key=city.status_pin, uri=city.status_uri, now=NOW))
        lists.append(read_status_list(cwt, issuer=city.issuer, uri=city.status_uri, now=NOW))

    for said, held in zip(ask_others(SCRIPT, questions), lists, strict=True):
        expect_the_same(said["jwt"], held)
        expect_the_same(said["cwt"], held)


def test_it_reads_what_an_office_publishes(tmp_path: Path, ask_others: AskOthers) -> None:
    """A list of 131,072 places in which cards ended and were suspended, from the folder of `citycard publish`."""
    now = datetime.now(UTC).replace(microsecond=0)
    office, chance = make_office(tmp_path, now=now), random.Random(2026)
    ring, engine = load_ring(office), open_engine(office.database_url)
    with Session(engine) as session:
        places = chance.sample(range(DEFAULT_SIZE), 3000)
        session.execute(insert(Card), [card(no, place, now) for no, place in enumerate(places)])
        session.get_one(StatusListRow, 1).dirty = True
        session.flush()
        status_lists.sign_due(session, ring, now=now)
        session.commit()
        publish.export(session, office, tmp_path / "out")
    engine.dispose()
    cwt, jwt = ((tmp_path / "out" / "status" / name).read_bytes() for name in ("1", "1.jwt"))
    issuer = ring.issuer(publish.announced(office))
    held = read_status_list(cwt, issuer=issuer, uri=issuer.status_lists[0], now=now)
    key = ring[Purpose.STATUS][0].pinned

    [said] = ask_others(SCRIPT, [asked(jwt, cwt, key=key, uri=issuer.status_lists[0], now=now)])

    for form in ("jwt", "cwt"):
        expect_the_same(said[form], held)
    assert {held[place] for place in places} == {0, 1, 2}


def card(no: int, place: int, now: datetime) -> dict[str, Any]:
    """A card at this place: one of three has ended, one of three is suspended."""
    return {
        "number": f"{no:016X}",
        "list_no": 1,
        "list_index": place,
        "kid": "0" * 16,
        "issued_on": now.date(),
        "expires_on": now.date(),
        "state": (CardState.ENDED, CardState.SUSPENDED, CardState.ACTIVE)[no % 3],
    }


def test_it_refuses_what_we_refuse(ask_others: AskOthers) -> None:
    city, stranger = CITIES["ES256"], City.named("Ailleurs")
    jwt, cwt = city.status_list({1: 1}, write=write_status_list_jwt), city.status_list({1: 1})
    known: dict[str, Any] = {"key": city.status_pin, "uri": city.status_uri, "now": NOW}
    spoilt = jwt[:-4] + (b"AAAA" if not jwt.endswith(b"AAAA") else b"BBBB")
    questions = [
        asked(spoilt, cwt, **known),
        asked(jwt, cwt, **{**known, "key": stranger.status_pin}),
        asked(jwt, cwt, **{**known, "uri": f"{city.url}/status/2"}),
        asked(jwt, cwt, **{**known, "now": NOW + timedelta(days=22)}),
        asked(jwt, cwt, **known),
    ]

    refused = [said["jwt"].get("error") is not None for said in ask_others(SCRIPT, questions)]

    assert refused == [True, True, True, True, False]


WRITE = """
import json, sys
from openvc.keys import P256SigningKey
from openvc.status import build_status_list_token, new_status_list, set_status
asked = json.load(sys.stdin)
tokens = []
for bits in (1, 2, 4, 8):
    packed = new_status_list(1024, bits=bits)
    for index, status in asked["statuses"]:
        set_status(packed, index, status, bits=bits)
    key = P256SigningKey.from_pem(asked["pem"].encode(), kid=asked["kid"])
    tokens.append(build_status_list_token(
        signing_key=key, uri=asked["uri"], status_list=packed, bits=bits,
        issued_at=asked["now"], expires=asked["now"] + 900, ttl=60))
json.dump(tokens, sys.stdout)
"""


def test_we_read_the_lists_that_it_writes(ask_others: AskOthers) -> None:
    """A city whose software is not ours may write its lists so."""
    city = CITIES["ES256"]
    pem = city.status_key.private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    statuses = [(0, 1), (5, 1), (1023, 1)]
    question = {
        "pem": pem.decode(),
        "kid": city.status_pin.kid.hex(),
        "uri": city.status_uri,
        "now": int(NOW.timestamp()),
        "statuses": statuses,
    }
    for bits, token in zip((1, 2, 4, 8), ask_others(WRITE, question), strict=True):
        held = read_status_list_jwt(token.encode(), issuer=city.issuer, uri=city.status_uri, now=NOW)

        assert (held.bits, held.size) == (bits, 1024)
        assert [index for index in range(held.size) if held[index]] == [index for index, _ in statuses]
