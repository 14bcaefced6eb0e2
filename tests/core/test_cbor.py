"""CBOR in one form only: what RFC 8949 §4.2.1 calls deterministic, with the few types of a card."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycard.core import cbor
from citycard.core.cbor import MAX_DEPTH, CborError

_ints = st.integers(-(2**64), 2**64 - 1)
_keys = _ints | st.text(max_size=8)
_items = st.recursive(
    _ints | st.text(max_size=20) | st.binary(max_size=20) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=4),
    max_leaves=12,
)


@given(_items)
def test_what_is_written_reads_back_and_is_the_only_spelling(item: Any) -> None:
    try:
        data = cbor.encode(item)
        again = cbor.decode(data)
    except CborError:
        return  # deeper than a card nests
    assert again == item
    assert cbor.encode(again) == data


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_or_are_what_writing_gives(data: bytes) -> None:
    try:
        item = cbor.decode(data)
    except CborError:
        return
    assert cbor.encode(item) == data


@pytest.mark.parametrize(
    ("why", "data"),
    [
        ("nothing at all", ""),
        ("cut short", "82 01"),
        ("something after the item", "01 00"),
        ("1 in two bytes", "18 01"),
        ("24 in three bytes", "19 0018"),
        ("-1 in two bytes", "38 00"),
        ("a length in two bytes", "58 01 00"),
        ("a text's length in two bytes", "78 01 61"),
        ("a list's length in two bytes", "98 01 01"),
        ("a map's length in two bytes", "b8 01 01 01"),
        ("an endless list", "9f 01 ff"),
        ("an endless map", "bf 01 01 ff"),
        ("an endless text", "7f 61 61 ff"),
        ("endless bytes", "5f 41 61 ff"),
        ("keys out of order", "a2 02 00 01 00"),
        ("-1 before 24, the order of RFC 7049", "a2 20 00 18 18 00"),
        ("a key twice", "a2 01 00 01 00"),
        ("1 and 1.0 as keys", "a2 01 00 f9 3c00 00"),
        ("1 and true as keys", "a2 01 00 f5 00"),
        ("bytes as a key", "a1 41 61 00"),
        ("a list as a key", "a1 80 00"),
        ("a map as a key", "a1 a0 00"),
        ("null as a key", "a1 f6 00"),
        ("text that is not UTF-8", "61 ff"),
        ("text of half a surrogate pair", "63 eda080"),
        ("overlong UTF-8", "62 c0af"),
        ("a float", "f9 3c00"),
        ("not a number", "f9 7e00"),
        ("infinity", "f9 7c00"),
        ("undefined", "f7"),
        ("a simple value", "f0"),
        ("a simple value in two bytes", "f8 ff"),
        ("false in two bytes", "f8 14"),
        ("a break alone", "ff"),
        ("a reserved length", "1c"),
        ("bytes of 2^63 declared", "5b 8000000000000000"),
        ("text of 2^63 declared", "7b 8000000000000000"),
        ("a list of 2^63 declared", "9b 8000000000000000"),
        ("a map of 2^63 declared", "bb 8000000000000000"),
    ],
)
def test_it_refuses_every_other_form(why: str, data: str) -> None:
    with pytest.raises(CborError):
        cbor.decode(bytes.fromhex(data))


@pytest.mark.parametrize("inner", ["00", "60", "40", "80", "a0", "c24101", "820102", "6a323032362d30312d3031"])
def test_it_refuses_every_tag(inner: str) -> None:
    """Tags become live objects in many libraries: a date, a big number, a pattern. A card has none inside."""
    for tag in [*range(300), 1004, 43000, 55799, 2**16, 2**32, 2**63]:
        tagged = cbor2.dumps(tag)
        with pytest.raises(CborError):
            cbor.decode(bytes((tagged[0] | 0xC0,)) + tagged[1:] + bytes.fromhex(inner))


_ITEMS: Any = st.recursive(
    st.integers(-(2**64), 2**64 - 1) | st.text() | st.binary() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=30) | st.dictionaries(st.integers(-999, 2**40) | st.text(), inner),
    max_leaves=40,
)


@given(_ITEMS, st.data())
def test_counting_bytes_finds_what_writing_again_would_find(item: Any, data: st.DataObject) -> None:
    """The reader counts how long an item is at its shortest; an item written with other lengths or order is refused."""
    written = cbor.encode(item)
    assert cbor.decode(written) == item
    spoilt = bytearray(written)
    at = data.draw(st.integers(0, len(written) - 1))
    spoilt[at : at + data.draw(st.integers(0, 1))] = data.draw(st.binary(max_size=3))
    try:
        read = cbor.decode(bytes(spoilt))
    except CborError:
        return
    assert cbor.encode(read) == bytes(spoilt), "one item has one writing"


@pytest.mark.parametrize("head", [0x00, 0x20, 0x40, 0x60, 0x80, 0xA0])
def test_every_length_has_one_head(head: int) -> None:
    """Numbers and lengths around each border, in each of the four longer heads: only the shortest is read."""
    for number in (0, 1, 23, 24, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**64 - 1):
        if head > 0x20 and number > 300:
            continue  # content of that length is what the other cases are about
        content = b""
        if head in (0x40, 0x60, 0x80):
            content = (b"\0" if head == 0x80 else b"x") * number
        elif head == 0xA0:
            content = b"".join(cbor2.dumps(key) + b"\0" for key in range(number))
        accepted = []
        for extra, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
            if number < 1 << (8 * size):
                with suppress(CborError):
                    cbor.decode(bytes((head + extra,)) + number.to_bytes(size, "big") + content)
                    accepted.append(size)
        if number < 24:
            assert not accepted
            cbor.decode(bytes((head + number,)) + content)
        else:
            assert accepted == [next(size for size in (1, 2, 4, 8) if number < 1 << (8 * size))]


def test_keys_are_in_bytewise_order() -> None:
    """-1 is 20, 24 is 18 18: bytewise 24 comes first, while the older order puts the shorter key first."""
    assert cbor.encode({-1: 0, 24: 0, "a": 0, 1: 0}).hex() == "a4 01 00 1818 00 20 00 6161 00".replace(" ", "")


@pytest.mark.parametrize(
    "item", [1.0, b"".join, object(), {1.5: 0}, {b"a": 0}, {None: 0}, {True: 0}, 2**64, -(2**64) - 1]
)
def test_it_writes_nothing_that_it_would_not_read(item: Any) -> None:
    with pytest.raises(CborError):
        cbor.encode([item])


def test_it_writes_no_text_that_utf_8_cannot_hold() -> None:
    with pytest.raises(CborError):
        cbor.encode("\ud800")


def test_nesting_is_bounded() -> None:
    assert cbor.decode(b"\x81" * (MAX_DEPTH - 1) + b"\x80")
    for too_deep in (b"\x81" * MAX_DEPTH + b"\x80", b"\x81" * MAX_DEPTH + b"\xa0", b"\xa1\x01" * MAX_DEPTH + b"\xa0"):
        with pytest.raises(CborError):
            cbor.decode(too_deep)
    with pytest.raises(CborError):
        cbor.decode(b"\x81" * 100_000 + b"\x80")
    deep: Any = []
    for _ in range(5_000):
        deep = [deep]
    with pytest.raises(CborError):
        cbor.encode(deep)


ZEROS = b"\x99\xff\x00" + b"\x00" * 0xFF00
"""64 KiB without any malice: they take five milliseconds."""


def seconds(data: bytes) -> float:
    """Return what the processor spends on `data`, at the best of five times."""

    def once() -> float:
        started = time.process_time()
        with suppress(CborError):
            cbor.decode(data)
        return time.process_time() - started

    return min(once() for _ in range(5))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x99\x7f\x00" + b"\xa1\x00\x00" * 0x7F00, id="32,512 maps"),
        pytest.param(b"\x99\x7f\x00" + b"\x81" * 0x7F00, id="deeper and deeper"),
        pytest.param(
            b"\xb9\x19\x00" + b"".join(b"\x1b" + ((n + 1) << 44).to_bytes(8, "big") + b"\x00" for n in range(0x1900)),
            id="6,400 keys with equal low bits",
        ),
    ],
)
def test_the_most_hostile_64_kib_cost_little(data: bytes) -> None:
    """A reader's processor must not be the thing that a code attacks: 50 ms when idle, given room here.

    The measure is what zeros take, at the same moment: a slow machine, or one with other work, is as slow with both.
    """
    assert seconds(data) < 40 * seconds(ZEROS)
