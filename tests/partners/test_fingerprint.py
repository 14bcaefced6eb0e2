"""What two officials read to each other, and the words they read."""

from __future__ import annotations

import hashlib
import math

import pytest

from citycard.partners.fingerprint import GROUP, GROUPS, WORD_COUNT, Fingerprint
from citycard.partners.words import BITS, CONSONANTS, COUNT, VOWELS, WORDS, make_words

ROOT = b'{"signed": "by Dario"}'


def test_the_words_are_made_by_their_rules() -> None:
    assert make_words() == WORDS
    assert len(set(WORDS)) == COUNT == 2**BITS


def test_the_words_never_change() -> None:
    """Every fingerprint ever read out depends on them. If this fails, put the list back."""
    listed = "\n".join(WORDS) + "\n"

    assert hashlib.sha256(listed.encode()).hexdigest() == (
        "923b037aa11ce5c220674449aac1a51b767166f759681ced973fae290cb775c2"
    )


def test_a_misheard_letter_gives_no_word() -> None:
    known = set(WORDS)
    for word in WORDS:
        for place, letter in enumerate(word):
            for other in set(VOWELS if place % 2 else CONSONANTS) - {letter}:
                assert word[:place] + other + word[place + 1 :] not in known


def test_two_swapped_consonants_give_no_word() -> None:
    known = set(WORDS)
    for word in WORDS:
        a, b, c = word[0], word[2], word[4]
        for first, second, third in ((b, a, c), (a, c, b), (c, b, a)):
            swapped = first + word[1] + second + word[3] + third + word[5]
            assert swapped == word or swapped not in known


def test_digits_and_words_are_each_long_enough() -> None:
    assert GROUPS * GROUP * math.log2(10) > 128
    assert WORD_COUNT * BITS > 128


def test_a_fingerprint_reads_like_this() -> None:
    """Written down once: other cities' software must read the same."""
    number = int(hashlib.sha256(ROOT).hexdigest(), 16)
    fingerprint = Fingerprint.of(ROOT)

    assert "".join(fingerprint.digits) == str(number)[-40:].zfill(40)
    assert [len(group) for group in fingerprint.digits] == [5] * 8
    assert [WORDS.index(word) for word in fingerprint.words] == [number >> (256 - 11 * n) & 2047 for n in range(1, 13)]
    assert fingerprint.hex == hashlib.sha256(ROOT).hexdigest()


def test_leading_zeros_are_read_too() -> None:
    assert Fingerprint(bytes(31) + b"\x07").digits == ("00000",) * 7 + ("00007",)


def test_what_was_typed_agrees_in_any_spacing_and_script() -> None:
    fingerprint = Fingerprint.of(ROOT)
    digits = " ".join(fingerprint.digits)

    assert fingerprint.agrees_with(digits)
    assert fingerprint.agrees_with(digits.replace(" ", "-"))
    assert fingerprint.agrees_with(digits.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")))
    assert fingerprint.agrees_with("  ".join(fingerprint.words).upper())


@pytest.mark.parametrize("typed", ["", "1", "x" * 500, "²" * 40])
def test_what_was_typed_must_be_all_of_it(typed: str) -> None:
    fingerprint = Fingerprint.of(ROOT)

    assert not fingerprint.agrees_with(typed)
    assert not fingerprint.agrees_with(" ".join(fingerprint.digits[:-1]))
    assert not fingerprint.agrees_with(" ".join(fingerprint.words[:-1]))
    assert not fingerprint.agrees_with(" ".join(Fingerprint.of(ROOT + b" ").digits))
