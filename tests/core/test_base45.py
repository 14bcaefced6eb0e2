"""Base45 as RFC 9285 has it, and no other spelling of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycard.core import base45
from citycard.core.base45 import Base45Error
from tests.support.shared import published


def test_it_writes_and_reads_the_examples_of_the_rfc() -> None:
    vectors = published("base45-rfc9285/vectors.json")
    for example in vectors["encode"]:
        plain = example["plain_utf8"].encode()
        assert base45.encode(plain) == example["base45"]
        assert base45.decode(example["base45"]) == plain
    assert base45.decode(vectors["max_triplet"]["base45"]).hex() == vectors["max_triplet"]["hex"]


def test_it_refuses_what_the_rfc_says_must_be_rejected() -> None:
    for example in published("base45-rfc9285/vectors.json")["must_reject"]:
        with pytest.raises(Base45Error):
            base45.decode(example["base45"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("BB8\n", "base45-alphabet"),
        ("\nBB8", "base45-alphabet"),
        ("bb8", "base45-alphabet"),
        ("BB8\u00e9", "base45-alphabet"),
        ("BB8\uff22", "base45-alphabet"),
        ("\u0661\u0661\u0661", "base45-alphabet"),
        ("BB\x00", "base45-alphabet"),
        ("BB8\ud800", "base45-alphabet"),
        ("B", "base45-length"),
        ("BB8B", "base45-length"),
        ("GGW", "base45-overflow"),
        (":::", "base45-overflow"),
        ("V5", "base45-overflow"),
        ("BB8::", "base45-overflow"),
    ],
)
def test_it_refuses_a_text_that_no_bytes_give(text: str, code: str) -> None:
    with pytest.raises(Base45Error) as refused:
        base45.decode(text)
    assert refused.value.code == code


def test_the_largest_groups_are_read() -> None:
    assert base45.decode("FGW") == b"\xff\xff"
    assert base45.decode("U5") == b"\xff"
    assert base45.decode("") == b""


def test_a_space_is_one_of_its_characters_and_never_taken_off() -> None:
    assert base45.decode(" 00") == b"\x00\x24"
    with pytest.raises(Base45Error):
        base45.decode("00 ")


def test_every_group_is_written_as_the_rfc_reckons_it() -> None:
    """All 65,536 pairs of bytes and all 256 single ones, against the arithmetic of RFC 9285 §4."""
    whole = b"".join(number.to_bytes(2, "big") for number in range(1 << 16))
    digits = ((number % 45, number // 45 % 45, number // 2025) for number in range(1 << 16))
    assert base45.encode(whole) == "".join(base45.ALPHABET[digit] for group in digits for digit in group)
    assert base45.decode(base45.encode(whole)) == whole, "a text longer than any card's"
    for last in range(256):
        assert base45.encode(bytes((last,))) == base45.ALPHABET[last % 45] + base45.ALPHABET[last // 45]


@given(st.binary(max_size=200))
def test_what_is_written_reads_back(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


@given(st.text(max_size=30) | st.text(alphabet=base45.ALPHABET, max_size=30))
def test_any_text_is_refused_or_is_the_one_spelling_of_its_bytes(text: str) -> None:
    try:
        data = base45.decode(text)
    except Base45Error:
        return
    assert base45.encode(data) == text
