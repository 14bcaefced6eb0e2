"""Names in every script, and nothing that pretends to be another name."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycard.core.text import _FORBIDDEN, _MARK, _PLAIN, TextRefused, check_text, tidy

GOOD_NAMES = [
    "Léonie Marchevert",
    "Ñusta d’Ànvers-Øystein",
    "Nguyễn Thị Ánh Tuyết",
    "Ọlámidé Ṣẹ̀yẹ",
    "ليلى الرملي",
    "פלונית אלמונית",
    "王小明",
    "Ωραία Παπαδοπούλου",
    "می‌خواهم",
    "ක්‍ෂණ",
    "Ƙwaƙwalwa",
    "𠮷野家",
    "Иван Ёлкин",
    "X Æ 12",
    "<b>Robert'); --</b>",
]


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_names_of_every_script_stand_on_a_card(name: str) -> None:
    check_text(unicodedata.normalize("NFC", name), at_most=100)
    assert tidy(unicodedata.normalize("NFD", name), at_most=100) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "character",
    [
        *("\x00", "\t", "\n", "\r", "\x1b", "\x7f", "\x85", "\x9f"),
        *("\u061c", "\u200e", "\u200f", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e"),
        *("\u2066", "\u2067", "\u2068", "\u2069", "\u206a", "\u2028", "\u2029"),
        *("\u00ad", "\u034f", "\u115f", "\u1160", "\u17b4", "\u200b", "\u2060", "\u2063", "\u2800", "\u3164", "\uffa0"),
        *("\ufe00", "\ufe0f", "\ufeff", "\ufff9", "\ufffc", "\ufffd", "\uffff", "\ufdd0", "\U0001fffe"),
        *("\ue000", "\uf8ff", "\U000e0001", "\U000e0041", "\U000e0100", "\U000f0000", "\U0010ffff"),
        *("\ud800", "\udfff"),
    ],
    ids=lambda character: f"U+{ord(character):04X}",
)
def test_it_refuses_characters_that_hide_or_reorder(character: str) -> None:
    for text in (character, f"Anna{character}Bell", f"{character}Anna", f"Anna{character}"):
        with pytest.raises(TextRefused):
            check_text(text, at_most=100)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text-form"),
        (" ", "text-form"),
        (" Anna", "text-form"),
        ("Anna ", "text-form"),
        ("Anna\u00a0", "text-form"),
        ("\u3000Anna", "text-form"),
        ("Anna  Bell", "text-form"),
        ("Le\u0301onie", "text-form"),
        ("\u212bngstrom", "text-form"),
        ("\uf901", "text-form"),
        ("a" * 101, "text-long"),
        ("a" + "\u0316" * 5, "text-marks"),
        ("\u1e69" + "\u0316" * 3, "text-marks"),
    ],
)
def test_it_refuses_what_is_not_in_the_one_form(text: str, code: str) -> None:
    with pytest.raises(TextRefused) as refused:
        check_text(text, at_most=100)
    assert refused.value.code == code


def test_a_flood_of_marks_is_refused_before_it_is_composed() -> None:
    with pytest.raises(TextRefused) as refused:
        tidy("a" + "\u0300" * 1_000_000, at_most=100)
    assert refused.value.code == "text-long"


def test_tidying_changes_only_what_cannot_be_seen() -> None:
    assert tidy("  Anna \t Bell\n", at_most=100) == "Anna Bell"
    assert tidy("Le\u0301onie", at_most=100) == "Léonie"
    assert tidy("   ", at_most=100) == ""
    with pytest.raises(TextRefused):
        tidy("Anna\u202eBell", at_most=100)


@given(st.text(max_size=120))
def test_any_text_is_refused_or_tidied_into_one_that_is_accepted(text: str) -> None:
    try:
        neat = tidy(text, at_most=100)
    except TextRefused:
        return
    if neat:
        check_text(neat, at_most=100)
    assert tidy(neat, at_most=100) == neat


@given(st.text(st.characters(max_codepoint=0x260), max_size=12) | st.text(alphabet="aé \u00ad\u0301", max_size=8))
def test_plain_texts_keep_every_rule(text: str) -> None:
    """The short way for European names accepts nothing that the long way refuses."""
    if _PLAIN.fullmatch(text):
        assert text == unicodedata.normalize("NFC", text) == " ".join(text.split())
        assert text
        assert not _FORBIDDEN.search(text)
        assert not _MARK.search(text)


def test_every_plain_character_is_its_own_composed_form() -> None:
    for number in range(0x250):
        if _PLAIN.fullmatch(chr(number)):
            assert unicodedata.is_normalized("NFC", chr(number))
            assert unicodedata.combining(chr(number)) == 0


@given(st.text(max_size=110))
def test_what_is_accepted_is_composed_and_short(text: str) -> None:
    try:
        check_text(text, at_most=100)
    except TextRefused:
        return
    assert text == unicodedata.normalize("NFC", text) == text.strip()
    assert 0 < len(text) <= 100
    assert not any(unicodedata.category(character) in ("Cc", "Cs", "Co") for character in text)
