"""zlib with a cap: whole streams, nothing more, nothing after."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycard.core.compression import CompressionError, deflate, inflate

CAP = 64 * 1024


@given(st.binary(max_size=2000))
def test_what_is_deflated_inflates(data: bytes) -> None:
    assert inflate(deflate(data), cap=CAP) == data


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_are_one_whole_stream(data: bytes) -> None:
    try:
        content = inflate(data, cap=CAP)
    except CompressionError:
        return
    assert zlib.decompress(data) == content


GOOD = deflate(b"a card" * 10)


@pytest.mark.parametrize(
    ("why", "data", "code"),
    [
        ("nothing", b"", "zlib-truncated"),
        ("cut in the checksum", GOOD[:-1], "zlib-truncated"),
        ("cut before the checksum", GOOD[:-4], "zlib-truncated"),
        ("cut in the middle", GOOD[: len(GOOD) // 2], "zlib-truncated"),
        ("header alone", GOOD[:2], "zlib-truncated"),
        ("one byte after", GOOD + b"\x00", "zlib-trailing"),
        ("a second stream after", GOOD + GOOD, "zlib-trailing"),
        ("a wrong checksum", GOOD[:-1] + bytes((GOOD[-1] ^ 1,)), "zlib-stream"),
        ("gzip", gzip.compress(b"a card", mtime=0), "zlib-stream"),
        ("deflate without a header", GOOD[2:-4], "zlib-stream"),
        ("not compressed", b"a card", "zlib-stream"),
    ],
)
def test_it_refuses_what_is_not_one_whole_stream(why: str, data: bytes, code: str) -> None:
    with pytest.raises(CompressionError) as refused:
        inflate(data, cap=CAP)
    assert refused.value.code == code


def test_it_refuses_a_stream_that_needs_a_dictionary() -> None:
    compressor = zlib.compressobj(9, zdict=b"a card of a city")
    with pytest.raises(CompressionError):
        inflate(compressor.compress(b"a card of a city") + compressor.flush(), cap=CAP)


def test_a_bomb_stops_at_the_cap() -> None:
    assert len(inflate(deflate(bytes(CAP)), cap=CAP)) == CAP
    for size in (CAP + 1, 100 * CAP):
        with pytest.raises(CompressionError) as refused:
            inflate(deflate(bytes(size)), cap=CAP)
        assert refused.value.code == "zlib-cap"
