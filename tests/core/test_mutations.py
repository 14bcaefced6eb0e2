"""Cards spoilt at every level, five thousand times: none is accepted, and nothing but a refusal is raised.

1. Text: characters changed, dropped, doubled, exchanged.
2. zlib: bits of the stream; another stream of spoilt content.
3. Token: bits, bytes and slices of the COSE_Sign1.
4. Items: protected header, unprotected map, payload and signature changed as values and written again in good form, so
   that the spoilt card is well-formed and only its content or its signature is wrong.

The chance has a fixed seed: a failure comes again. The same bytes spelt otherwise (another zlib stream of the same
token) are the same card and accepted; that is checked for what it is.
"""

from __future__ import annotations

import os
import random
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import cbor2
import pytest

from citycard.core import base45, cbor, cose
from citycard.core.errors import CardRefused
from citycard.core.verify import MAX_TEXT, verify
from tests.support.cities import NOW, PORTRAIT, City, trust_in
from tests.support.forging import TAG_18, Raw, code, token_of, written

TIMES = int(os.environ.get("CITYCARD_MUTATIONS", "5000"))
"""A second's worth at each run of the tests; a million before a release takes a few minutes."""

Chance = random.Random


def spoil_text(text: str, chance: Chance) -> str:
    """(1)"""
    place = chance.randrange(len(text))
    character = chance.choice(base45.ALPHABET + "a\n\u00e9")
    match chance.randrange(5):
        case 0:
            return text[:place] + character + text[place + 1 :]
        case 1:
            return text[:place] + text[place + chance.randrange(1, 7) :]
        case 2:
            return text[:place] + character + text[place:]
        case 3:
            other = chance.randrange(len(text))
            one, two = sorted((place, other))
            return text[:one] + text[two : two + 1] + text[one + 1 : two] + text[one : one + 1] + text[two + 1 :]
    return text[place:] + text[:place]


def spoil_bytes(data: bytes, chance: Chance) -> bytes:
    """Change bits, bytes or slices of `data`."""
    place, length = chance.randrange(len(data)), chance.choice((1, 1, 2, 8, 32))
    match chance.randrange(6):
        case 0 | 1:
            return data[:place] + bytes((data[place] ^ (1 << chance.randrange(8)),)) + data[place + 1 :]
        case 2:
            return data[:place] + chance.randbytes(length) + data[place + length :]
        case 3:
            return data[:place] + data[place + length :]
        case 4:
            return data[:place] + data[place : place + length] + data[place:]
    return data[:place] + chance.randbytes(length) + data[place:]


def spoil_stream(text: str, chance: Chance) -> str:
    """(2)"""
    return base45.encode(spoil_bytes(base45.decode(text), chance))


def spoil_token(text: str, chance: Chance) -> str:
    """(3)"""
    return code(spoil_bytes(token_of(text), chance))


def odd(chance: Chance) -> Any:
    """Return a value that fits hardly anywhere."""
    return chance.choice(
        [0, 1, -1, 2**31, 2**63, 2**64 - 1, -(2**64), "", "1", "2", b"", b"\0", [], {}, None, True, False, 1.5]
        + [
            float("nan"),
            float("inf"),
            cbor2.CBORTag(1, 0),
            cbor2.undefined,
            Raw(b"\x18\x01"),
            Raw(b"\xff"),
            [[]],
            {1: {}},
        ]
    )


def spoil_item(item: Any, chance: Chance) -> Any:
    """Return `item` with one value in it changed, dropped, added or exchanged."""
    if isinstance(item, dict) and item and chance.random() < 0.9:
        copy = dict(item)
        key = chance.choice(list(copy))
        match chance.randrange(6):
            case 0:
                del copy[key]
            case 1:
                copy[chance.choice([0, 1, 2, 3, 4, 7, 16, 33, 35, -1, 9, 13, 169, "x", b"x", 1.0])] = odd(chance)
            case 2:
                copy[key] = copy[chance.choice(list(copy))]
            case _:
                copy[key] = spoil_item(copy[key], chance)
        return copy
    if isinstance(item, bytes) and item and chance.random() < 0.7:
        return spoil_bytes(item, chance)
    if isinstance(item, str) and item and chance.random() < 0.7:
        return item[:-1] + chance.choice("0aZ\u202e") if chance.random() < 0.5 else item + "x"
    if type(item) is int and chance.random() < 0.7:
        return item + chance.choice([-86400, -1, 1, 86400, 2**32])
    return odd(chance)


def spoil_parts(text: str, chance: Chance) -> str:
    """(4)"""
    protected, unprotected, payload, signature = cbor2.loads(token_of(text)).value
    which = chance.randrange(5)
    if which == 0:
        protected = written(spoil_item(cbor2.loads(protected), chance))
    elif which == 1:
        unprotected = spoil_item({1: -7, 4: b"kid"}, chance)
    elif which == 2:
        payload = written(spoil_item(cbor2.loads(payload), chance))
    elif which == 3:
        signature = spoil_bytes(signature, chance)
    parts = [protected, dict(unprotected) if isinstance(unprotected, dict) else unprotected, payload, signature]
    if which == 4:
        parts = chance.choice(
            [parts[:-1], [*parts, b""], parts[::-1], [parts[0], parts[1], parts[3], parts[2]], [parts]]
        )
    return code(TAG_18 + written(parts))


LEVELS: list[Callable[[str, Chance], str]] = [spoil_text, spoil_stream, spoil_token, spoil_parts]


def spoilt_cards(city: City, seed: str, times: int) -> Iterator[tuple[str, str, str]]:
    """Yield (level, spoilt text, good text) `times` over."""
    chance = random.Random(seed)
    cards = [city.card(), city.card(light=True), city.card(portrait=PORTRAIT)]
    for _ in range(times):
        good, spoil = chance.choice(cards), chance.choice(LEVELS)
        text = spoil(good, chance)
        while text == good:  # two equal characters exchanged
            text = spoil(good, chance)
        yield spoil.__name__, text, good


@pytest.mark.parametrize("which", ["port_sable", "rivemont"])
def test_no_spoilt_card_is_accepted(which: str, request: pytest.FixtureRequest) -> None:
    city: City = request.getfixturevalue(which)
    trust, lists = trust_in(city), city.lists()
    found: Counter[str] = Counter()
    for level, text, good in spoilt_cards(city, f"spoilt cards of {which}", TIMES // 2):
        try:
            verify(text, trust=trust, lists=lists, now=NOW)
        except CardRefused as refused:
            found[refused.verdict.value] += 1
        else:
            # A changed bit in zlib's padding leaves what it says untouched: the same signed bytes, the same card.
            assert token_of(text) == token_of(good), f"{level} made a card that is accepted"
            found["the same card"] += 1
    # The spoiling reaches behind the codec: otherwise it would prove little.
    assert found["MALFORMED"] > 100
    assert found["BAD_SIGNATURE"] > 100
    assert found["UNKNOWN_ISSUER"] > 10
    assert found["the same card"] < TIMES // 50


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
