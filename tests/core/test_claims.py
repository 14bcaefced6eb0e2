"""What a card says: the closed schema, in writing and in reading."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycard.core.claims import (
    MAX_ADDRESS,
    MAX_NAME,
    MAX_PORTRAIT,
    MAX_TIME,
    MAX_VALIDITY,
    ClaimsRefused,
    is_date_of_birth,
    is_url,
    read_claims,
    write_claims,
)
from citycard.core.cose import SignedClaims
from tests.support.cities import LEONIE, PORTRAIT, City
from tests.support.forging import claims_of

EVERYTHING = LEONIE._replace(
    portrait=PORTRAIT,
    language="fra",
    own_script_name="ليوني مارشفير",
    own_script_language="ara",
    address="12 quai des Tamaris\nPort-Sable",
)
"""Every field that a full code may have."""


def read(claims: Any) -> Any:
    """Read a claims map as if somebody had signed it."""
    return read_claims(SignedClaims(claims))


def test_everything_that_may_be_written_reads_back(port_sable: City) -> None:
    assert all(value is not None for value in EVERYTHING)
    card = port_sable.claims(identity=EVERYTHING)
    claims = write_claims(card)
    assert read(claims) == card
    assert set(claims[169]) == {1, 2, 3, 4, 5, 7, 8, 10, 16, 17, 19, 20, 21, 23}
    assert claims[169][17] == 4
    assert claims[169][2] == "1"


def test_a_light_code_says_the_number_and_nothing_else(port_sable: City) -> None:
    claims = write_claims(port_sable.claims(light=True, identity=EVERYTHING))
    assert claims[169] == {1: LEONIE.number, 2: "1"}
    assert not read(claims).identity.full
    assert read(write_claims(port_sable.claims())).identity.full


@pytest.mark.parametrize("label", [1, 4, 6, 169, 65535])
def test_every_claim_is_needed(port_sable: City, label: int) -> None:
    claims = claims_of(port_sable)
    del claims[label]
    with pytest.raises(ClaimsRefused) as refused:
        read(claims)
    assert refused.value.code == "claims-set"


@pytest.mark.parametrize("label", [2, 3, 5, 7, 8, 0, -1, 65534, 65533, "iss"])
def test_no_further_claim_is_taken(port_sable: City, label: Any) -> None:
    """A subject or a token id would be one more handle to follow a person by."""
    with pytest.raises(ClaimsRefused):
        read(claims_of(port_sable) | {label: 0})


@pytest.mark.parametrize("key", [6, 9, 11, 12, 13, 14, 15, 18, 22, *range(24, 27), *range(50, 66), 0, -1, 100, "name"])
def test_no_further_field_is_taken(port_sable: City, key: Any) -> None:
    """Gender, nationality, marital status, legal status, biometrics, e-mail and telephone have no place."""
    claims = claims_of(port_sable)
    with pytest.raises(ClaimsRefused) as refused:
        read({**claims, 169: {**claims[169], key: "1"}})
    assert refused.value.code == "identity-set"


def test_a_full_code_has_a_name_and_every_code_a_number(port_sable: City) -> None:
    identity = claims_of(port_sable)[169]
    for missing in (1, 4):
        with pytest.raises(ClaimsRefused):
            read(claims_of(port_sable) | {169: {key: value for key, value in identity.items() if key != missing}})


@pytest.mark.parametrize(("one", "other"), [(16, 17), (17, 16), (19, 20), (20, 19)], ids=lambda key: str(key))
def test_portrait_and_format_and_script_and_language_come_together(port_sable: City, one: int, other: int) -> None:
    claims = claims_of(port_sable, identity=EVERYTHING)
    identity = {key: value for key, value in claims[169].items() if key != other}
    assert one in identity
    with pytest.raises(ClaimsRefused):
        read({**claims, 169: identity})


WRONG: dict[int, list[Any]] = {
    1: ["", "0" * 16 + "1", "0" * 15 + "1", "oooooooooooooooo", LEONIE.number.lower(), 5, b"0" * 16],
    2: ["2", "", 1, None],
    3: ["fr", "FRA", "fra\n", "frança", "", 1],
    4: ["", " ", "a" * (MAX_NAME + 1), "Le\u0301onie", "Anna\u202eBell", "Anna\nBell", 5, b"Anna", ["Anna"]],
    5: ["", "a" * (MAX_NAME + 1)],
    7: ["", "\x00"],
    8: ["19910431", "19910001", "1849", "18491231", "991", "199104", "1991-04-23", "١٩٩١", "1991\n", 19910423, ""],
    10: ["", "a" * (MAX_ADDRESS + 1), "a\n\nb", "a\n", "1\n2\n3\n4\n5\n6", "a\r\nb", 5],
    16: [b"", b"RIFF", b"RIFF\0\0\0\0WEBP", b"\xff\xd8\xff" + bytes(20), PORTRAIT + bytes(MAX_PORTRAIT), "portrait"],
    17: [1, 2, 3, 5, "4", 4.0, True],
    19: ["", "a" * (MAX_NAME + 1)],
    20: ["ar", "ARA", ""],
    21: ["", "PS 04", "x" * 17, "é", "a\n", 75056],
    23: ["fr", "FRA", "F", "", "F1", 250],
}


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in WRONG.items() for value in values], ids=str)
def test_it_refuses_a_field_of_another_form(port_sable: City, key: int, value: Any) -> None:
    claims = claims_of(port_sable, identity=EVERYTHING)
    with pytest.raises(ClaimsRefused):
        read({**claims, 169: {**claims[169], key: value}})


@pytest.mark.parametrize(
    ("label", "value", "code"),
    [
        (1, "http://port-sable.example", "claims-url"),
        (1, "https://port-sable.example/" + "x" * 200, "claims-url"),
        (1, "https://port sable.example", "claims-url"),
        (1, "https://port-sable.example\n", "claims-url"),
        (1, 5, "claims-url"),
        (4, None, "claims-time"),
        (4, "2031", "claims-time"),
        (4, True, "claims-time"),
        (4, 1e9, "claims-time"),
        (4, float("nan"), "claims-time"),
        (4, -1, "claims-time"),
        (4, MAX_TIME + 1, "claims-time"),
        (4, 2**63, "claims-time"),
        (6, b"", "claims-time"),
        (6, -1, "claims-time"),
        (169, [], "identity-form"),
        (169, b"\xa1\x01\x61x", "identity-form"),
        (65535, {}, "claims-status"),
        (65535, {"status_list": {}}, "claims-status"),
        (65535, {"status_list": {"idx": 1}}, "claims-status"),
        (65535, {"status_list": {"idx": -1, "uri": "https://x"}}, "claims-status"),
        (65535, {"status_list": {"idx": 2**32, "uri": "https://x"}}, "claims-status"),
        (65535, {"status_list": {"idx": True, "uri": "https://x"}}, "claims-status"),
        (65535, {"status_list": {"idx": "1", "uri": "https://x"}}, "claims-status"),
        (65535, {"status_list": {"idx": 1, "uri": "http://x"}}, "claims-url"),
        (65535, {"status_list": {"idx": 1, "uri": "https://x", "more": 1}}, "claims-status"),
        (65535, {"status_list": {"idx": 1, "uri": "https://x"}, "more": 1}, "claims-status"),
        (65535, {"token_status": 1}, "claims-status"),
    ],
    ids=str,
)
def test_it_refuses_a_claim_of_another_form(port_sable: City, label: int, value: Any, code: str) -> None:
    with pytest.raises(ClaimsRefused) as refused:
        read({**claims_of(port_sable), label: value})
    assert refused.value.code == code


def test_a_card_is_issued_before_it_ends_and_for_fifteen_years_at_most(port_sable: City) -> None:
    claims = claims_of(port_sable)
    for issued, ends in ((100, 101), (0, MAX_VALIDITY), (MAX_TIME - 1, MAX_TIME)):
        assert read({**claims, 6: issued, 4: ends})
    for issued, ends in ((100, 100), (101, 100), (0, MAX_VALIDITY + 1)):
        with pytest.raises(ClaimsRefused):
            read({**claims, 6: issued, 4: ends})


def test_dates_of_birth() -> None:
    for good in ("19910423", "1991", "18500101", "1850", "20240229", "9999"):
        assert is_date_of_birth(good)
    for wrong in ("20230229", "1849", "0000", "99999", "19910423 ", "२०२४", "", None, 1991):
        assert not is_date_of_birth(wrong)


def test_addresses_of_lists_and_cities() -> None:
    assert is_url("https://a")
    for wrong in (
        "https://",
        "http://a",
        "https://a b",
        "https://é.fr",
        "https://a\n",
        "HTTPS://a",
        b"https://a",
        None,
    ):
        assert not is_url(wrong)


def test_nothing_is_written_that_would_not_be_read(port_sable: City) -> None:
    for change in (
        {"full_name": "Anna\u202eBell"},
        {"full_name": None},
        {"number": "1"},
        {"language": "fr"},
        {"own_script_name": "ليوني"},
        {"portrait": b"JFIF"},
        {"issuer": "http://port-sable.example"},
        {"status_index": -1},
    ):
        with pytest.raises(ClaimsRefused):
            write_claims(port_sable.claims(**change))


_anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64 - 1) | st.text(max_size=8) | st.binary(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([1, 2, 4, 6, 16, 17, 169, 65535, "status_list", "idx", "uri"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from([1, 2, 4, 6, 169, 65535]), _anything),
    st.dictionaries(st.sampled_from([1, 2, 3, 4, 8, 10, 16, 17, 21, 23]), _anything),
)
def test_any_claims_are_refused_by_name_or_read(claims: dict[int, Any], identity: dict[int, Any]) -> None:
    good = claims_of(City.named("Port-Sable"))
    for spoilt in (claims, good | claims, good | {169: good[169] | identity}):
        try:
            card = read(spoilt)
        except ClaimsRefused:
            continue
        assert write_claims(card) == spoilt
