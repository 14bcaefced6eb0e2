"""The texts of the guide: whole in every language, or not used at all."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from citycard.attendants.reading import BrokenGuide, guide_texts, read_guide
from citycard.settings import LANGUAGES


def content(language: str) -> bytes:
    return (files("citycard.attendants") / "texts" / f"{language}.toml").read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_every_sentence(language: str) -> None:
    texts = guide_texts(language)

    assert texts.sentences.keys() == guide_texts("en").sentences.keys()
    assert texts.rtl == (language == "ar")


@pytest.mark.parametrize(
    ("there", "instead", "said"),
    [
        (b'what = "Combien', b'wat = "Combien', "kept.what is missing"),
        (b"{seconds}", b"15", "clear.what is missing, or is filled in"),
        (b"{seconds}", b"{seconds} {hours}", "clear.what is missing, or is filled in"),
        (b"[kept]", b'[more]\nwhat = "Encore."\n\n[kept]', "nothing says more.what"),
        ("Ce qui est gardé".encode(), "Ce qui 🂠".encode(), "cannot print U+1F0A0"),
        ("Ce qui est gardé".encode(), b"Ce } qui", "stands alone"),
        ("Ce qui est gardé".encode(), b" ", "a sentence in quotes"),
        (b'language = "fr"', b'language = "es"', "of another file"),
        (b'direction = "ltr"', b'direction = "up"', "direction is"),
        (b"[kept]", b"[kept", "not a file in TOML"),
    ],
)
def test_a_file_that_is_not_whole_is_refused(there: bytes, instead: bytes, said: str) -> None:
    good = content("fr")
    assert there in good

    with pytest.raises(BrokenGuide, match=re.escape(said)):
        read_guide(good.replace(there, instead, 1), language="fr", pattern=guide_texts("en"))


def test_a_language_of_nobody_s_pages_has_no_guide() -> None:
    with pytest.raises(BrokenGuide, match="no guide"):
        guide_texts("../fr")
