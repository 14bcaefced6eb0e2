"""The words of the counter: ours are whole in four languages; a city's own are read, or every mistake is named."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from citycard.guidance.reading import MAX_BYTES, MAX_SENTENCE, MAX_SENTENCES, GuidanceRefused, read_guidance
from citycard.guidance.shipped import of_office, own_file, shipped, shipped_file
from citycard.guidance.words import STEPS
from citycard.settings import LANGUAGES

TODAY = date(2026, 11, 23)

every_language = pytest.mark.parametrize("language", LANGUAGES)


def ours(language: str = "en") -> str:
    """Our file of a language."""
    return shipped_file(language).decode()


def mistakes(text: str | bytes) -> tuple[str, ...]:
    """What is to be mended in a file."""
    with pytest.raises(GuidanceRefused) as refused:
        read_guidance(text if isinstance(text, bytes) else text.encode(), language="en", today=TODAY)
    return refused.value.mistakes


@every_language
def test_every_step_has_words_in_every_language(language: str) -> None:
    english = shipped("en", today=TODAY).steps
    steps = shipped(language, today=TODAY).steps

    assert tuple(steps) == STEPS
    for step in STEPS:
        for kind in ("say", "mind", "never"):
            here, there = getattr(steps[step], kind), getattr(english[step], kind)
            assert len(here) == len(there), f"{language} [{step}] {kind}"
        assert steps[step].never, "there is always something that is none of our business"


@every_language
def test_what_is_shipped_does_not_pretend_to_be_reviewed(language: str) -> None:
    held = shipped(language, today=TODAY)

    assert held.reviewed_on is None
    assert not held.own


@every_language
def test_nobody_is_told_to_ask_for_what_is_none_of_our_business(language: str) -> None:
    wrong = {
        "fr": "nationalité|titre de séjour|visa|origine",
        "en": "nationality|residence permit|visa|origin",
        "es": "nacionalidad|permiso de residencia|visado|origen",
        "ar": "الجنسية|تصريح الإقامة|التأشيرة|الأصل",
    }[language]
    for step, words in shipped(language, today=TODAY).steps.items():
        for sentence in words.say:
            # That the card is no residence permit is the one thing to be said about them.
            assert step == "finish" or not re.search(rf"\b(?:{wrong})\b", sentence), sentence


@every_language
def test_sentences_are_short_enough_to_be_said(language: str) -> None:
    for words in shipped(language, today=TODAY).steps.values():
        for sentence in words.say + words.mind + words.never:
            assert len(sentence) <= 160, sentence


def test_a_citys_own_words_win_language_by_language(tmp_path: Path) -> None:
    mine = ours("fr").replace("Bonjour.", "Bonjour et bienvenue à Port-Sable.", 1)
    mine = mine.replace("format = 1", 'format = 1\nreviewed_on = 2026-10-02\nreviewed_with = "Maison du quai"')
    path = own_file(tmp_path, "fr")
    path.parent.mkdir()
    path.write_text(mine, "utf-8")

    held = of_office(tmp_path, today=TODAY)

    assert "bienvenue à Port-Sable" in held["fr"].steps["identity"].say[0]
    assert (held["fr"].own, held["fr"].reviewed_on, held["fr"].reviewed_with) == (
        True,
        date(2026, 10, 2),
        "Maison du quai",
    )
    assert held["en"] == shipped("en", today=TODAY)


def test_words_in_a_language_that_the_counter_does_not_speak_are_named(tmp_path: Path) -> None:
    path = own_file(tmp_path, "de")
    path.parent.mkdir()
    path.write_text(ours(), "utf-8")

    with pytest.raises(GuidanceRefused, match=r"de\.toml"):
        of_office(tmp_path, today=TODAY)


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("format = 1\n[identity", "this is not TOML"),
        (b"\xff\xfe", "not UTF-8"),
        (b"#" * (MAX_BYTES + 1), "larger than"),
        (ours().replace("format = 1", "format = true"), "format: 1 is expected"),
        (ours().replace("[refuse]", "[refuze]"), "refuze: there is no such step"),
        (ours().replace("[refuse]", "[refuze]"), "[refuse] is missing"),
        (ours().replace("never = [", "nevr = [", 1), "[identity] nevr: only say, mind and never are known"),
        (ours().replace('"Hello.', '"Hello.\u202e'), "[identity] say, sentence 1: This holds an invisible"),
        (ours().replace('"Hello.', '"' + "Hello. " * MAX_SENTENCE), "longer than"),
        (ours().replace("say = []", f"say = {['.'] * (MAX_SENTENCES + 1)}"), "a list of at most"),
        (ours().replace("say = []", 'say = [" "]'), "[approve] say, sentence 1: a sentence in quotation marks"),
        (ours().replace("say = []", "say = [1]"), "[approve] say, sentence 1: a sentence in quotation marks"),
        (ours().replace("format = 1", "format = 1\nreviewed_on = 2026-11-24"), "reviewed_on: a day that has been"),
        (ours().replace("format = 1", 'format = 1\nreviewed_on = "2026-10-02"'), "reviewed_on: a day that has been"),
        (ours().replace("format = 1", "format = 1\nreviewed_on = 2026-10-02T10:00:00Z"), "reviewed_on: a day that"),
        (ours().replace("format = 1", 'format = 1\nreviewed_with = ""'), "reviewed_with: a sentence"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str | bytes, mistake: str) -> None:
    assert any(mistake in said for said in mistakes(text))


def test_all_mistakes_are_named_at_once() -> None:
    said = mistakes(ours().replace("[refuse]", "[refuze]").replace("format = 1", "format = 2"))

    assert len(said) == 3
