"""Cards spoilt at every level, five thousand times: none is accepted, and nothing but a refusal is raised.

How they are spoilt stands in `tests/support/mutations.py`; `make fuzz` does the same a million times.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from typing import Any

import cbor2
import pytest

from citycard.core import base45, cbor, cose
from citycard.core.errors import CardRefused
from citycard.core.verify import MAX_TEXT, verify
from tests.support.cities import NOW, PORTRAIT, City, trust_in
from tests.support.forging import TAG_18, code, token_of, written
from tests.support.mutations import SAME_CARD, spell_otherwise, spoil_bytes, tally

TIMES = 5_000
"""A second's worth at each run of the tests."""


@pytest.mark.parametrize("which", ["port_sable", "rivemont"])
def test_no_spoilt_card_is_accepted(which: str, request: pytest.FixtureRequest) -> None:
    city: City = request.getfixturevalue(which)
    found = tally(city, f"spoilt cards of {which}", TIMES // 2)
    # The spoiling reaches behind the codec: otherwise it would prove little.
    assert found["MALFORMED"] > 100
    assert found["BAD_SIGNATURE"] > 100
    assert found["UNKNOWN_ISSUER"] > 10
    assert found[SAME_CARD] < TIMES // 50


def test_spelling_otherwise_without_a_place_is_the_spelling_of_a_card(port_sable: City) -> None:
    """Otherwise every card spoilt in its spelling would be refused for a mistake in the spoiling."""
    claims = cbor2.loads(cose.parse(token_of(port_sable.card(portrait=PORTRAIT))).payload)
    assert spell_otherwise(claims, [1_000], random.Random(1)) == written(claims)
    spellings = {spell_otherwise(claims, [place], random.Random(place)) for place in range(30)}
    assert len(spellings) > 25


def test_the_short_way_through_the_envelope_answers_as_the_long_one(port_sable: City) -> None:
    def said(read: Callable[[bytes], Any], token: bytes) -> Any:
        try:
            return read(token)
        except (cose.EnvelopeError, cbor.CborError):
            return "refused"

    chance = random.Random("envelopes")
    taken = 0
    for text in (port_sable.card(), port_sable.card(portrait=PORTRAIT), port_sable.card(light=True)):
        token = token_of(text)
        head = token[:24]
        for _ in range(1_500):
            spoilt = spoil_bytes(head, chance) + token[24:] if chance.random() < 0.5 else spoil_bytes(token, chance)
            short = said(cose._card_layout, spoilt)
            assert short is None or short == said(cose._any_layout, spoilt)
            assert said(cose.parse, spoilt) == said(cose._any_layout, spoilt)
            taken += isinstance(short, cose.Envelope)
    assert taken > 100


def test_another_stream_of_the_same_token_is_the_same_card(port_sable: City) -> None:
    """Compression is not signed and needs not be: level 1 or 9, the card says the same."""
    token = token_of(port_sable.card())
    for level in (0, 1, 6):
        text = base45.encode(zlib.compress(token, level))
        card = verify(text, trust=trust_in(port_sable), lists=port_sable.lists(), now=NOW)
        assert card.identity.full_name == "Léonie Marchevert"


def test_any_text_is_answered_with_a_refusal(port_sable: City) -> None:
    chance = random.Random("any text")
    trust, lists = trust_in(port_sable), port_sable.lists()
    for _ in range(500):
        size = chance.choice((0, 1, 2, 3, 50, 400, MAX_TEXT, MAX_TEXT + 1))
        texts = (
            "".join(chance.choices(base45.ALPHABET, k=size)),
            base45.encode(chance.randbytes(size)),
            code(chance.randbytes(size)),
            code(TAG_18 + chance.randbytes(size)),
        )
        for text in texts:
            with pytest.raises(CardRefused):
                verify(text, trust=trust, lists=lists, now=NOW)
