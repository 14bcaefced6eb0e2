"""Status lists, and what must not take the place of one. The draft's own vectors are in `test_status_draft`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycard.core import base45
from citycard.core.compression import deflate, inflate
from citycard.core.errors import ListRefused
from citycard.core.keys import KeyState, KeyUse
from citycard.core.status import (
    DEFAULT_SIZE,
    MAX_LIST,
    MAX_TOKEN,
    TYPE,
    CardStatus,
    StatusList,
    pack,
    read_status_list,
)
from tests.support.cities import FIRST_DAY, LAST_DAY, NOW, City
from tests.support.forging import sign1


def held(array: bytes, bits: int) -> StatusList:
    """Return a list with this array, as if it had been read."""
    return StatusList("https://a.example", "https://a.example/s", bits, array, NOW, NOW + timedelta(1), timedelta(1))


@given(st.sampled_from([1, 2, 4, 8]), st.integers(1, 300), st.data())
def test_what_is_packed_is_read(bits: int, size: int, data: st.DataObject) -> None:
    statuses = data.draw(st.dictionaries(st.integers(0, size - 1), st.integers(0, (1 << bits) - 1), max_size=20))
    whole = held(pack(statuses, bits=bits, size=size), bits)
    assert all(whole[index] == statuses.get(index, 0) for index in range(size))
    for outside in (-1, whole.size, whole.size + 1):
        with pytest.raises(IndexError):
            whole[outside]


@pytest.mark.parametrize(
    ("statuses", "bits"), [({0: 4}, 2), ({0: -1}, 2), ({-1: 1}, 2), ({8: 1}, 2), ({}, 3), ({}, 16)]
)
def test_it_packs_nothing_that_does_not_fit(statuses: dict[int, int], bits: int) -> None:
    with pytest.raises(ListRefused):
        pack(statuses, bits=bits, size=8)


def read(city: City, token: bytes, now: datetime = NOW) -> StatusList:
    """Read `token` as the first list of `city`."""
    return read_status_list(token, issuer=city.issuer, uri=city.status_uri, now=now)


def test_a_published_list_is_read(port_sable: City, rivemont: City) -> None:
    for city in (port_sable, rivemont):
        whole = read(city, city.status_list({5: 1, 7: 2}, size=DEFAULT_SIZE))
        assert (whole[5], whole[6], whole[7]) == (CardStatus.REVOKED, CardStatus.VALID, CardStatus.SUSPENDED)
        assert (whole.issuer, whole.uri, whole.bits, whole.size) == (city.url, city.status_uri, 2, DEFAULT_SIZE)
        assert whole.ttl == timedelta(minutes=15)
        assert whole.age(NOW) == timedelta(hours=1)


def test_the_list_of_a_city_with_few_cards_is_as_large_as_that_of_a_city_with_none(port_sable: City) -> None:
    none, few = (read(port_sable, port_sable.status_list(each, size=DEFAULT_SIZE)) for each in ({}, {9: 0, 11: 0}))
    assert none.statuses == few.statuses


def test_a_list_signed_ahead_of_our_clock_counts_as_new(port_sable: City) -> None:
    whole = read(port_sable, port_sable.status_list(issued_at=NOW + timedelta(minutes=5)))
    assert whole.age(NOW) == timedelta(0)


def refusal(city: City, token: bytes, now: datetime = NOW) -> str:
    """Return the code of the refusal of `token`."""
    with pytest.raises(ListRefused) as refused:
        read(city, token, now)
    return refused.value.code


def test_it_refuses_a_list_signed_by_another_key(port_sable: City, rivemont: City, nowhere: City) -> None:
    assert refusal(port_sable, port_sable.status_list(signed_by=port_sable.card_key)) == "list-key"
    assert refusal(port_sable, port_sable.status_list(signed_by=nowhere.status_key)) == "list-key"
    assert refusal(port_sable, rivemont.status_list()) == "list-key"


def test_it_refuses_a_list_of_a_compromised_key_or_outside_the_keys_days(port_sable: City) -> None:
    compromised = port_sable.with_status_key(state=KeyState.COMPROMISED)
    assert refusal(compromised, port_sable.status_list()) == "list-key"
    before = datetime.combine(FIRST_DAY, datetime.min.time(), UTC) - timedelta(seconds=1)
    after = datetime.combine(LAST_DAY, datetime.min.time(), UTC) + timedelta(days=1)
    for moment in (before, after):
        assert refusal(port_sable, port_sable.status_list(issued_at=moment), moment) == "list-key"
    assert read(port_sable, port_sable.status_list(issued_at=before + timedelta(seconds=1)), before)


def test_it_refuses_a_spoilt_signature(port_sable: City) -> None:
    token = port_sable.status_list()
    assert refusal(port_sable, token[:-1] + bytes((token[-1] ^ 1,))) == "list-signature"


def test_it_refuses_the_list_of_another_address(port_sable: City) -> None:
    other = f"{port_sable.url}/status/2"
    assert refusal(port_sable, port_sable.status_list(uri=other)) == "list-claims"
    with pytest.raises(ListRefused):
        # An address that the city did not publish, asked for by whoever wrote it into a card.
        read_status_list(port_sable.status_list(uri=other), issuer=port_sable.issuer, uri=other, now=NOW)


def test_it_refuses_an_expired_list_from_its_last_second_on(port_sable: City) -> None:
    token = port_sable.status_list(issued_at=NOW, lifetime=timedelta(days=21))
    end = NOW + timedelta(days=21)
    assert read(port_sable, token, end - timedelta(seconds=1))
    assert refusal(port_sable, token, end) == "list-expired"


def test_it_refuses_what_is_no_list(port_sable: City) -> None:
    card = inflate(base45.decode(port_sable.card()), cap=MAX_LIST)
    for token in (card, b"", b"\xd2", b"{}", bytes(100)):
        assert refusal(port_sable, token) == "list-form"
    assert refusal(port_sable, bytes(MAX_TOKEN + 1)) == "list-large"


def forged(city: City, claims: dict[Any, Any] | None = None, **header: Any) -> bytes:
    """Return a list that the city's status key really signed, with other claims or another header."""
    good = {2: city.status_uri, 4: int(NOW.timestamp()) + 999, 6: int(NOW.timestamp()), 65534: 900}
    good[65533] = {"bits": 2, "lst": deflate(bytes(64))}  # type: ignore[assignment]
    changed = {key: value for key, value in (good | (claims or {})).items() if value is not ...}
    names = {"alg": 1, "kid": 4, "typ": 16, "crit": 2, "x5u": 35}
    head = {1: int(city.status_key.public.algorithm), 4: city.status_key.public.kid, 16: TYPE}
    head |= {names[name]: value for name, value in header.items()}
    head = {key: value for key, value in head.items() if value is not ...}
    return sign1(head, changed, city.status_key.sign)


def test_the_forger_can_also_make_a_good_one(port_sable: City) -> None:
    assert read(port_sable, forged(port_sable)).size == 256


@pytest.mark.parametrize(
    "header",
    [
        {"typ": ...},
        {"typ": "statuslist+cwt"},
        {"typ": "application/statuslist+jwt"},
        {"typ": 16},
        {"typ": []},
        {"alg": -8},
        {"alg": ...},
        {"alg": []},
        {"kid": ...},
        {"kid": b""},
        {"kid": "12"},
        {"crit": [16]},
        {"x5u": "https://elsewhere.example"},
    ],
    ids=str,
)
def test_it_refuses_another_header(port_sable: City, header: dict[str, Any]) -> None:
    assert refusal(port_sable, forged(port_sable, **header)) in ("list-form", "list-signature")


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({1: "https://port-sable.example"}, "list-claims"),
        ({2: ...}, "list-claims"),
        ({2: "https://port-sable.example/status/2"}, "list-claims"),
        ({2: []}, "list-claims"),
        ({4: ...}, "list-claims"),
        ({4: "2031"}, "list-claims"),
        ({4: True}, "list-claims"),
        ({4: 2**63}, "list-claims"),
        ({6: ...}, "list-claims"),
        ({6: -1}, "list-claims"),
        ({65534: ...}, "list-claims"),
        ({65534: -1}, "list-claims"),
        ({65534: 2**64 - 1}, "list-claims"),
        ({65533: ...}, "list-claims"),
        ({65533: []}, "list-claims"),
        ({65533: {"bits": 2}}, "list-claims"),
        ({65533: {"bits": 2, "lst": "x"}}, "list-claims"),
        ({65533: {"bits": 2, "lst": deflate(b"x"), "aggregation_uri": "https://x"}}, "list-claims"),
        ({65533: {"bits": 3, "lst": deflate(b"x")}}, "list-bits"),
        ({65533: {"bits": True, "lst": deflate(b"x")}}, "list-bits"),
        ({65533: {"bits": "2", "lst": deflate(b"x")}}, "list-bits"),
        ({65533: {"bits": [], "lst": deflate(b"x")}}, "list-bits"),
        ({65533: {"bits": 2, "lst": b""}}, "list-zlib"),
        ({65533: {"bits": 2, "lst": deflate(b"x")[:-1]}}, "list-zlib"),
        ({65533: {"bits": 2, "lst": deflate(b"x") + b"y"}}, "list-zlib"),
        ({65533: {"bits": 2, "lst": deflate(bytes(MAX_LIST + 1))}}, "list-zlib"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_it_refuses_other_claims(port_sable: City, claims: dict[int, Any], code: str) -> None:
    assert refusal(port_sable, forged(port_sable, claims)) == code


def test_a_newer_list_takes_the_place_of_an_older_one(port_sable: City) -> None:
    old = read(port_sable, port_sable.status_list({1: 1, 2: 2}))
    new = read(port_sable, port_sable.status_list({1: 1, 3: 1}, issued_at=NOW))
    new.succeeds(old)
    old.succeeds(old)


def test_it_refuses_to_go_back(port_sable: City, rivemont: City) -> None:
    """Yesterday's backup restored, a list held back, a list of another city: each has its name."""
    old = read(port_sable, port_sable.status_list({1: 1}))

    def succeeding(**changes: Any) -> str:
        new = replace(read(port_sable, port_sable.status_list({1: 1}, issued_at=NOW)), **changes)
        with pytest.raises(ListRefused) as refused:
            new.succeeds(old)
        return refused.value.code

    assert succeeding(issued_at=old.issued_at - timedelta(seconds=1)) == "list-rollback"
    assert succeeding(statuses=old.statuses[:-1]) == "list-shrinks"
    assert succeeding(statuses=bytes(len(old.statuses))) == "list-unrevokes"
    assert succeeding(statuses=pack({1: 2}, bits=2, size=1024)) == "list-unrevokes"
    assert succeeding(bits=1) == "list-other"
    assert succeeding(uri=rivemont.status_uri) == "list-other"
    assert succeeding(issuer=rivemont.url) == "list-other"


@given(st.sampled_from([1, 2, 4, 8]), st.data())
def test_only_turning_revoked_into_something_else_is_refused(bits: int, data: st.DataObject) -> None:
    some = st.lists(st.integers(0, (1 << bits) - 1), min_size=16, max_size=16)
    before, after = data.draw(some), data.draw(some)
    lists = [held(pack(dict(enumerate(each)), bits=bits, size=16), bits) for each in (before, after)]
    try:
        lists[1].succeeds(lists[0])
        allowed = True
    except ListRefused:
        allowed = False
    assert allowed == all(then == 1 for now, then in zip(before, after, strict=True) if now == 1)


def test_a_key_for_cards_never_signs_a_list(port_sable: City) -> None:
    assert port_sable.issuer.key(port_sable.card_pin.kid, KeyUse.STATUS) is None


def test_it_refuses_a_list_from_a_clock_that_runs_days_ahead_and_forgives_one_that_runs_hours_ahead() -> None:
    port_sable = City.named("Port-Sable")
    uri = port_sable.issuer.status_lists[0]
    tomorrow = port_sable.status_list({}, issued_at=NOW + timedelta(hours=20))
    in_two_days = port_sable.status_list({}, issued_at=NOW + timedelta(days=2))
    read_status_list(tomorrow, issuer=port_sable.issuer, uri=uri, now=NOW)

    with pytest.raises(ListRefused) as refused:
        read_status_list(in_two_days, issuer=port_sable.issuer, uri=uri, now=NOW)

    assert refused.value.code == "list-future"
