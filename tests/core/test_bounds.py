"""What the most hostile code may cost: bytes and steps are counted, so that a slow machine changes nothing.

Memory is what Python's allocators gave out at the worst moment. Steps are calls, of Python functions and of C's, which
is where a loop over hostile content would show. Both are far above what a card takes and far below what would hurt.
"""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import cbor2
import pytest

from citycard.core import base45, cose
from citycard.core.cbor import CborError
from citycard.core.compression import deflate
from citycard.core.errors import CardRefused
from citycard.core.inspect import inspect
from citycard.core.verify import MAX_TEXT, MAX_TOKEN, verify
from tests.support.cities import NOW, PORTRAIT, City, trust_in
from tests.support.forging import claims_of, code, signed_code, written

MOST_BYTES = 8 << 20
"""A token of 64 KiB made of one-byte items becomes 64 K list entries of 8 bytes, twice; the rest is slack."""

MOST_STEPS = 500_000
"""A good card takes two hundred; 64 K empty lists, of which each is looked at, take 196,000."""


def head(major: int, number: int) -> bytes:
    """The head of an item, with eight bytes of length."""
    return bytes((major << 5 | 27,)) + number.to_bytes(8, "big")


def hostile_tokens() -> Iterator[tuple[str, bytes]]:
    """Tokens as large as a reader inflates, and some that announce more."""
    room = MAX_TOKEN - 16
    yield "zeros", bytes(MAX_TOKEN)
    yield "nested lists", b"\xd2" + b"\x81" * room + b"\0"
    yield "nested maps", b"\xd2" + b"\xa1\0" * (room // 2)
    yield "nested tags", b"\xd2" + b"\xd2" * room
    yield "nested endless lists", b"\xd2" + b"\x9f" * room
    yield "numbers", b"\xd2\x99\xff\x00" + b"\0" * 0xFF00
    yield "empty lists", b"\xd2\x99\xff\x00" + b"\x80" * 0xFF00
    yield "empty maps", b"\xd2\x99\xff\x00" + b"\xa0" * 0xFF00
    yield "empty texts", b"\xd2\x99\xff\x00" + b"\x60" * 0xFF00
    yield "one text", b"\xd2" + cbor2.dumps("a" * room)
    yield "keys that collide", b"\xd2" + cbor2.dumps({place << 44: 0 for place in range(6_000)})
    yield "keys of text", b"\xd2" + cbor2.dumps({f"{place:05}": 0 for place in range(8_000)})
    yield "keys backwards", b"\xd2" + cbor2.dumps(dict.fromkeys(range(16_000, 256, -1), 0))
    yield "a list of 2^63", b"\xd2" + head(4, 1 << 63)
    yield "a map of 2^63", b"\xd2" + head(5, 1 << 63)
    yield "a text of 2^63", b"\xd2" + head(3, 1 << 63)
    yield "bytes of 2^32", b"\xd2" + head(2, 1 << 32)
    yield "a list of 2^31 with some in it", b"\xd2" + head(4, 1 << 31) + bytes(room)
    for tag in (1, 2, 4, 5, 25, 28, 29, 30, 35, 256, 258):
        yield f"tag {tag} on a list", b"\xd2" + cbor2.dumps(cbor2.CBORTag(tag, [0] * 1_000))
    yield "a bignum of 60 kB", b"\xd2\xc2" + cbor2.dumps(b"\xff" * 60_000)
    yield "shared references", b"\xd2\x82\xd8\x1c" + b"\x80" + b"\xd8\x1d\0" * 20_000


def hostile_codes(city: City) -> Iterator[tuple[str, str]]:
    """Codes at the limit of the text, each of them unpacked as far as its layer allows."""
    for name, token in hostile_tokens():
        yield name, code(token)
    yield "a bomb", base45.encode(deflate(bytes(1 << 20)))
    yield "the largest bomb", base45.encode(deflate(bytes(64 << 20)))[:MAX_TEXT]
    yield "a bomb in a bomb", base45.encode(deflate(deflate(bytes(8 << 20))))
    yield "noise", base45.encode(bytes(range(256)) * 4)
    yield "the longest text", "Z" * MAX_TEXT
    yield "ten megabytes", "A" * 10_000_000
    claims = claims_of(city)
    marks = "a" + "\u0301\u0316" * 20_000
    for name, value in (
        ("a flood of marks", marks),
        ("a flood of Hangul", "\u1112\u1161\u11ab" * 6_000),
        ("the longest decomposition", "\ufdfa" * 15_000),
        ("a flood of spaces", " " * 60_000 + "x"),
        ("a flood of lines", "\n" * 60_000),
    ):
        for key in (4, 10):
            yield f"{name} in {key}", signed_code(city, {**claims, 169: claims[169] | {key: value}})
    yield "a large header", signed_code(city, claims, header=written({1: -7, 4: bytes(60_000)}))
    yield "a large unprotected map", signed_code(city, claims, unprotected=dict.fromkeys(range(10_000), 0))


@pytest.fixture(autouse=True)
def nobody_tidies_up() -> Iterator[None]:
    """What other tests left is not cleared away meanwhile, or the calls of that would be counted as well."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def cost(work: Callable[[], Any]) -> tuple[int, int]:
    """Return the peak of bytes and the number of calls that `work` takes."""
    tracemalloc.start()
    try:
        work()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    steps = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal steps
        steps += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return peak, steps


def refused(read: Callable[[], Any], *family: type[Exception]) -> Callable[[], None]:
    """Return `read` as work that ends in its own family of errors, or well."""

    def work() -> None:
        with suppress(*family):
            read()

    return work


def test_a_good_card_costs_little(port_sable: City) -> None:
    """The measure itself: if this grew, the bounds below would prove less."""
    text, trust, lists = port_sable.card(portrait=PORTRAIT), trust_in(port_sable), port_sable.lists()
    peak, steps = cost(lambda: verify(text, trust=trust, lists=lists, now=NOW))
    assert peak < 64 * 1024
    assert 50 < steps < 1_000


def test_no_code_costs_more_than_its_bounds(port_sable: City) -> None:
    trust, lists = trust_in(port_sable), port_sable.lists()
    for name, text in hostile_codes(port_sable):
        with pytest.raises(CardRefused):
            verify(text, trust=trust, lists=lists, now=NOW)
        peak, steps = cost(refused(lambda text=text: verify(text, trust=trust, lists=lists, now=NOW), CardRefused))
        assert peak < MOST_BYTES, name
        assert steps < MOST_STEPS, name


def test_no_token_costs_more_than_its_bounds() -> None:
    """A code's 1,732 characters hold hardly any of these; whoever calls `parse` with a list of 1 MiB meets them all."""
    for name, token in hostile_tokens():
        peak, steps = cost(refused(lambda token=token: cose.parse(token), CborError, cose.EnvelopeError))
        assert peak < MOST_BYTES, name
        assert steps < MOST_STEPS, name


def test_explaining_costs_no_more(port_sable: City) -> None:
    for name, text in hostile_codes(port_sable):
        peak, steps = cost(lambda text=text: inspect(text, show=True))
        assert peak < MOST_BYTES, name
        assert steps < MOST_STEPS, name
