"""The card number: meaningless, and sure to notice a slip."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycard.core.number import ALPHABET, LENGTH, NumberRefused, is_number, new_number, printed_number, read_number

_chance = st.binary(min_size=10, max_size=10).map(lambda data: lambda _size: data)


@given(_chance)
def test_a_new_number_is_good_printed_and_read_back(chance: object) -> None:
    number = new_number(chance)  # type: ignore[arg-type]
    assert is_number(number)
    assert read_number(printed_number(number)) == number


def test_the_random_bits_are_all_of_it() -> None:
    """Two numbers differ as soon as one of the 75 bits does; the five bits above are not used."""
    plain = new_number(lambda size: bytes(size))
    for bit in range(80):
        other = new_number(lambda size, bit=bit: (1 << bit).to_bytes(size, "big"))  # type: ignore[misc]
        assert (other == plain) == (bit >= 75)


@given(_chance, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(chance: object, place: int, character: str) -> None:
    number = new_number(chance)  # type: ignore[arg-type]
    slip = number[:place] + character + number[place + 1 :]
    assert is_number(slip) == (slip == number)


@given(_chance)
def test_two_characters_exchanged_are_always_noticed(chance: object) -> None:
    number = new_number(chance)  # type: ignore[arg-type]
    for one, other in combinations(range(LENGTH), 2):
        if number[one] != number[other]:
            letters = list(number)
            letters[one], letters[other] = letters[other], letters[one]
            assert not is_number("".join(letters))


GOOD = new_number(lambda size: bytes(range(1, size + 1)))


def test_look_alikes_lower_case_and_spaces_are_read() -> None:
    zero = new_number(lambda size: bytes(size))
    assert zero == "0" * 16
    assert read_number("oooo-OOOO oOoO 0000") == zero
    assert read_number(f"  {printed_number(GOOD).lower()} ") == GOOD
    one = next(n for n in (new_number(lambda s, i=i: bytes([i] * s)) for i in range(256)) if "1" in n)  # type: ignore[misc]
    assert read_number(one.replace("1", "l")) == read_number(one.replace("1", "I")) == one


@pytest.mark.parametrize(
    "text",
    [
        "",
        GOOD[:-1],
        GOOD + "0",
        "0" * 15 + "1",
        "U" * 16,
        "٠" * 16,
        "０" * 16,
        GOOD + "\n",
        GOOD + " " * 60 + "x",
        "x" * 10**6,
    ],
    ids=lambda text: f"{text[:20]!r}",
)
def test_it_refuses_what_is_no_number(text: str) -> None:
    with pytest.raises(NumberRefused):
        read_number(text)


@given(st.text(max_size=40))
def test_any_text_is_refused_or_is_a_number(text: str) -> None:
    try:
        assert is_number(read_number(text))
    except NumberRefused:
        assert not is_number(text)
