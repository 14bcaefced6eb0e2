"""Writing a card: days, codes, and the check of one's own work."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycard.core import base45
from citycard.core.claims import MAX_NAME, MAX_PORTRAIT, Identity
from citycard.core.errors import CannotWrite, CitycardError
from citycard.core.issue import check_writable, encode, self_check
from citycard.core.keys import KeyState, KeyUse
from citycard.core.trust import TrustStore
from citycard.core.verify import MAX_TEXT, check_signed
from tests.support.cities import LEONIE, PORTRAIT, City, SigningKey, trust_in


def test_a_card_says_the_start_of_its_day_and_the_end_of_its_last(port_sable: City) -> None:
    """23:00 UTC is midnight in Paris in winter, 22:00 in summer; the day of issue is UTC's, without an hour."""
    winter = port_sable.claims(issued_on=date(2026, 3, 10), expires_on=date(2031, 1, 14))
    assert datetime.fromtimestamp(winter.issued_at, UTC) == datetime(2026, 3, 10, tzinfo=UTC)
    assert datetime.fromtimestamp(winter.expires_at, UTC) == datetime(2031, 1, 14, 23, tzinfo=UTC)
    summer = port_sable.claims(expires_on=date(2030, 7, 14))
    assert datetime.fromtimestamp(summer.expires_at, UTC) == datetime(2030, 7, 14, 22, tzinfo=UTC)
    far_east = port_sable.claims(expires_on=date(2030, 7, 14), zone=ZoneInfo("Pacific/Kiritimati"))
    assert datetime.fromtimestamp(far_east.expires_at, UTC) == datetime(2030, 7, 14, 10, tzinfo=UTC)


def test_both_codes_of_a_card_read_back(port_sable: City, rivemont: City) -> None:
    for city in (port_sable, rivemont):
        for light in (False, True):
            card = city.claims(light=light, portrait=PORTRAIT)
            text = encode(card, key=city.card_pin, sign=city.card_key.sign)
            self_check(text, card=card, trust=trust_in(city))
            assert check_signed(text, trust=trust_in(city)) == card
            assert len(text) <= MAX_TEXT
            assert set(text) <= set(base45.ALPHABET)


def test_codes_are_as_small_as_the_card_profile_measured(port_sable: City) -> None:
    assert len(port_sable.card(light=True)) <= 311  # QR version 10 at M
    assert len(port_sable.card()) <= 419  # version 12 at M
    assert len(port_sable.card(portrait=PORTRAIT)) <= 1326  # version 24 at M


def test_the_light_code_holds_nothing_of_the_full_one_but_number_entry_and_days(port_sable: City) -> None:
    full, light = (check_signed(port_sable.card(light=each), trust=trust_in(port_sable)) for each in (False, True))
    assert light.identity == Identity(LEONIE.number)
    assert full._replace(identity=light.identity) == light


def test_the_signer_is_called_once(port_sable: City) -> None:
    calls: list[bytes] = []

    def sign(message: bytes) -> bytes:
        calls.append(message)
        return port_sable.card_key.sign(message)

    encode(port_sable.claims(), key=port_sable.card_pin, sign=sign)
    assert len(calls) == 1


def test_no_key_is_used_for_a_card_that_breaks_the_profile(port_sable: City) -> None:
    def sign(_message: bytes) -> bytes:
        raise AssertionError("the key was used")

    card = port_sable.claims(full_name="Anna\u202eBell")
    with pytest.raises(CitycardError):
        encode(card, key=port_sable.card_pin, sign=sign)
    with pytest.raises(CannotWrite) as refused:
        check_writable(card)
    assert refused.value.code == "identity-full-name"
    assert "Anna" not in str(refused.value)


def test_a_card_too_large_for_its_code_is_refused_early(port_sable: City) -> None:
    noise = random.Random(7).randbytes(MAX_PORTRAIT - 12)
    portrait = b"RIFF\0\0\0\0WEBP" + noise
    check_writable(port_sable.claims(portrait=portrait[:850]))
    letters = "".join(chr(random.Random(7).randrange(0x4E00, 0x9FFF)) for _ in range(MAX_NAME))
    crowded = port_sable.claims(
        portrait=portrait,
        full_name=letters[::-1],
        own_script_name=letters,
        own_script_language="zho",
        address=letters * 2,
    )
    with pytest.raises(CannotWrite) as refused:
        check_writable(crowded)
    assert refused.value.code == "code-large"


_city = City.named("Port-Sable")


@given(
    st.binary(max_size=MAX_PORTRAIT - 12),
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=MAX_NAME),
)
def test_what_may_be_written_fits_its_code(noise: bytes, name: str) -> None:
    """Also where nothing compresses: the sizes are reckoned before there is a signature."""
    card = _city.claims(portrait=b"RIFF\0\0\0\0WEBP" + noise + b"\0", full_name=name, address=name)
    try:
        check_writable(card)
    except CannotWrite:
        return
    assert len(encode(card, key=_city.card_pin, sign=_city.card_key.sign)) <= MAX_TEXT


def failing_self_check(text: str, city: City, trust: TrustStore) -> str:
    """Return the code with which the self-check of Léonie's card fails."""
    with pytest.raises(CannotWrite) as refused:
        self_check(text, card=city.claims(), trust=trust)
    return refused.value.code


def test_the_self_check_notices_everything_that_can_go_wrong(port_sable: City, rivemont: City) -> None:
    trust = trust_in(port_sable)
    assert failing_self_check(port_sable.card(status_index=7), port_sable, trust) == "self-check-content"
    assert failing_self_check(port_sable.card(light=True), port_sable, trust) == "self-check-content"
    other = SigningKey("another")
    wrong_signer = encode(port_sable.claims(), key=port_sable.card_pin, sign=other.sign)
    assert failing_self_check(wrong_signer, port_sable, trust) == "self-check-signature-mismatch"
    assert failing_self_check(port_sable.card(signed_by=other), port_sable, trust) == "self-check-key-unknown"
    assert failing_self_check(port_sable.card(), port_sable, trust_in(rivemont)) == "self-check-issuer-unknown"
    tired = port_sable.with_card_key(last_day=date(2026, 1, 14))
    assert failing_self_check(port_sable.card(), port_sable, trust_in(tired)) == "self-check-key-window"
    stolen = port_sable.with_card_key(state=KeyState.COMPROMISED)
    assert failing_self_check(port_sable.card(), port_sable, trust_in(stolen)) == "self-check-key-compromised"
    status_only = replace(port_sable.issuer, keys=(port_sable.card_key.pinned(KeyUse.STATUS),))
    assert failing_self_check(port_sable.card(), port_sable, TrustStore([status_only])) == "self-check-key-unknown"


def test_signing_the_same_card_twice_gives_the_same_code(port_sable: City, rivemont: City) -> None:
    """Deterministic signatures: no bad random number can give a key away. (This holds for keys in files.)"""
    for city in (port_sable, rivemont):
        assert city.card() == city.card()
        assert city.card() == City.named(city.name, algorithm=city.card_pin.public.algorithm).card()
