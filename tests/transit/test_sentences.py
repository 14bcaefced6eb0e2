"""Six languages, whole, each with letters that can be printed."""

from __future__ import annotations

import re
import unicodedata

import pytest

from citycard.core.verdicts import Verdict
from citycard.printing.coverage import drawable
from citycard.transit import sentences
from citycard.transit.sentences import LANGUAGES, SOURCE, BrokenTexts, Texts, in_all, texts


def test_there_are_six_and_each_says_everything() -> None:
    said = in_all()

    assert [each.language for each in said] == ["fr", "en", "es", "ar", "de", "it"]
    assert {frozenset(each.sentences) for each in said} == {frozenset(texts(SOURCE).sentences)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_can_be_printed_and_nothing_stayed_english(language: str) -> None:
    said = texts(language)
    for name, sentence in said.sentences.items():
        assert {c for c in sentence if ord(c) not in drawable()} == set(), name
        assert sentence == unicodedata.normalize("NFC", sentence) == sentence.strip(), name
        if language != SOURCE and " " in sentence:
            assert sentence != texts(SOURCE).sentences[name], f"{name} is English"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verdict_of_a_reader_has_its_word_and_its_sentence(language: str) -> None:
    said = texts(language).sentences
    given = {verdict.value for verdict in Verdict} - {"NOT_ACCEPTED"}  # of a desk's agreement; a page has none

    assert {name.removeprefix("verdict.") for name in said if name.startswith("verdict.")} == given
    assert {name.removeprefix("word.") for name in said if name.startswith("word.")} == given
    assert {name for name in said if name.startswith("unchecked.")} == {
        "unchecked.face",
        "unchecked.name",
        "unchecked.portrait",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_gives_no_right_and_names_no_one(language: str) -> None:
    """The words that must stand there, in each language: no right, and that showing it can be a risk."""
    no_right = {
        "fr": "aucun droit",
        "en": "no right",
        "es": "no da derecho",
        "ar": "ولا تعطي حقًّا",
        "de": "kein Recht",
        "it": "non dà alcun diritto",
    }
    risk = {"fr": "risqué", "en": "risky", "es": "arriesgado", "ar": "خطرًا", "de": "gefährlich", "it": "rischioso"}

    assert no_right[language] in texts(language).sentences["sheet.not"]
    assert risk[language] in texts(language).sentences["warning.risky"]


def test_a_value_does_not_turn_the_words_around_it() -> None:
    said = texts("ar").say("sheet.what", city="Port-Sable")

    assert "\u2068Port-Sable\u2069" in said
    assert not re.search(r"[{}]", said)


def test_a_language_with_a_hole_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = texts("it")
    for broken in (
        {name: text for name, text in whole.sentences.items() if name != "warning.risky"},
        {**whole.sentences, "sheet.until": "Valida per sempre."},
        {**whole.sentences, "sheet.more": "Di più."},
    ):
        read = {SOURCE: texts(SOURCE), "it": Texts("it", "Italiano", False, broken)}
        monkeypatch.setattr(sentences, "_read", read.__getitem__)
        texts.cache_clear()
        with pytest.raises(BrokenTexts, match=r"it\.toml"):
            texts("it")
    monkeypatch.undo()
    texts.cache_clear()
