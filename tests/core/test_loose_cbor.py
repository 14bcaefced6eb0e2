"""The patient CBOR reader: it notes exactly what the strict one refuses, and costs as little."""

from __future__ import annotations

import random

import cbor2
import pytest

from citycard.core import cbor, cose, loose_cbor
from citycard.core.loose_cbor import LooseCborError, Pairs
from tests.support.cities import PORTRAIT, City
from tests.support.forging import token_of
from tests.support.mutations import spell_otherwise, spoil_bytes


@pytest.mark.parametrize(
    ("spelt", "note"),
    [
        ("1801", "byte 0: a number or length takes more bytes than it needs"),
        ("5f4101ff", "byte 0: an indefinite length"),
        ("bf0102ff", "byte 0: an indefinite length"),
        ("a201020103", "byte 3: a key that stood in this map before"),
        ("a202010102", "byte 3: a key out of order"),
        ("a1410101", "byte 1: a key that is neither a number nor a text"),
        ("c101", "byte 0: tag 1"),
        ("fb3ff0000000000000", "byte 0: a float"),
        ("f7", "byte 0: undefined"),
        ("61ff", "byte 0: a text that is not UTF-8"),
        ("0100", "byte 1: 1 bytes follow the item"),
    ],
)
def test_it_says_where_the_form_is_not_a_cards(spelt: str, note: str) -> None:
    assert loose_cbor.read(bytes.fromhex(spelt)).notes == [note]


@pytest.mark.parametrize("spelt", ["", "1c", "ff", "5bffffffffffffffff00", "9bffffffffffffffff00", "a101", "5f6161ff"])
def test_it_says_where_reading_ends(spelt: str) -> None:
    with pytest.raises(LooseCborError, match="At byte"):
        loose_cbor.read(bytes.fromhex(spelt))


@pytest.mark.parametrize("start", [b"\x81", b"\xd8\x3d", b"\xa1\x01", b"\x9f", b"\xbf\x01"])
def test_it_stops_at_a_depth(start: bytes) -> None:
    with pytest.raises(LooseCborError, match="not read further"):
        loose_cbor.read(start * 30_000)


def test_it_stops_at_a_number_of_items() -> None:
    with pytest.raises(LooseCborError, match="not read further"):
        loose_cbor.read(b"\x99\xea\x60" + b"\0" * 60_000)


def test_it_keeps_some_notes_and_counts_the_others() -> None:
    found = loose_cbor.read(b"\x98\x64" + b"\x18\x01" * 100)
    assert len(found.notes) == loose_cbor.MAX_NOTES
    assert found.more == 100 - loose_cbor.MAX_NOTES


def test_it_has_no_notes_exactly_where_the_strict_reader_is_content(port_sable: City) -> None:
    chance = random.Random("two readers of CBOR")
    payload = cose.parse(token_of(port_sable.card(portrait=PORTRAIT))).payload
    claims = cbor2.loads(payload)
    agreed = {True: 0, False: 0}
    for _ in range(3_000):
        if chance.random() < 0.5:
            data = spell_otherwise(claims, [chance.randrange(40)], chance)
        else:
            data = spoil_bytes(payload, chance)
        try:
            cbor.decode(data)
            strict = True
        except cbor.CborError:
            strict = False
        try:
            loose = not loose_cbor.read(data).notes
        except LooseCborError:
            loose = False
        assert strict == loose, data.hex()
        agreed[strict] += 1
    assert min(agreed.values()) > 300


def test_a_map_is_asked_by_type_and_value() -> None:
    pairs = Pairs([(True, "a"), (1.0, "b"), (1, "c"), ("1", "d"), ([], "e")])
    assert (pairs.get(1), pairs.get("1"), pairs.get(2), pairs.has(1)) == ("c", "d", None, True)
