"""Which languages there are, and what stands in for what is missing."""

from __future__ import annotations

import logging

import pytest

from citycard.settings import Office
from citycard.slips.catalogue import Catalogue
from citycard.slips.saying import Speaker
from tests.slips.conftest import MONDAY, Drop, made_up

PART = 'format = 1\nlanguage = "{language}"\nname = "{name}"\ndirection = "ltr"\n{more}\n[bring]\n{sentences}\n'


def part(language: str, sentences: str, *, more: str = "", name: str = "Avolin") -> str:
    """A file with a few sentences."""
    return PART.format(language=language, name=name, more=more, sentences=sentences)


def codes(catalogue: Catalogue) -> list[str]:
    """The languages, in their order."""
    return [language.code for language in catalogue.languages()]


def test_the_citys_own_language_comes_first(office: Office) -> None:
    assert codes(Catalogue(office)) == ["fr", "en", "es", "ar", "fr-x-facile"]


def test_a_file_dropped_into_the_folder_counts_at_once(catalogue: Catalogue, drop: Drop) -> None:
    before = codes(catalogue)
    path = drop("avolin.toml", made_up())

    assert codes(catalogue) == [*before, "qav"]
    assert Speaker(catalogue, "qav").say("bring.title").text == "aaaa aa aaaaa aaa aaaa aaaa aaaa"

    path.unlink()
    assert codes(catalogue) == before


def test_a_changed_file_is_read_anew(catalogue: Catalogue, drop: Drop) -> None:
    drop("avolin.toml", part("qav", 'title = "Aba"'))
    assert Speaker(catalogue, "qav").say("bring.title").text == "Aba"
    drop("avolin.toml", part("qav", 'title = "Ababa"'))

    assert Speaker(catalogue, "qav").say("bring.title").text == "Ababa"


def test_a_file_with_a_mistake_is_left_out_and_said(
    catalogue: Catalogue, drop: Drop, caplog: pytest.LogCaptureFixture
) -> None:
    drop("avolin.toml", made_up())
    drop("broken.toml", part("qbr", 'list = "no number"'))

    with caplog.at_level(logging.WARNING):
        assert "qbr" not in codes(catalogue)
    assert "qav" in codes(catalogue)
    assert "slips/broken.toml is left out: bring.list: {number} is missing" in caplog.text
    assert [source.file for source in catalogue.sources() if source.texts is None] == ["broken.toml"]


def test_a_city_words_one_sentence_anew_and_keeps_the_rest(catalogue: Catalogue, drop: Drop) -> None:
    drop("fr.toml", part("fr", 'title = "Venez avec ceci"', name="Français"))
    speaker = Speaker(catalogue, "fr")

    assert speaker.say("bring.title").text == "Venez avec ceci"
    assert speaker.say("bring.missing").text == "Apportez aussi"
    assert codes(catalogue)[0] == "fr"


@pytest.mark.parametrize(
    ("language", "more", "stands_in", "says"),
    [
        ("qav", "", "fr", "Apportez aussi"),  # the city's own
        ("qav", 'fallback = "es"', "es", "Traiga también"),
        ("qav", 'fallback = "zzz"', "fr", "Apportez aussi"),  # a language that nobody brought
        ("es-x-suave", "", "es", "Traiga también"),  # without what comes after the hyphen
        ("ar-x-test", 'fallback = "en"', "en", "Bring also"),  # what the file names comes before that
    ],
)
def test_another_language_stands_in_and_says_so(
    catalogue: Catalogue, drop: Drop, language: str, more: str, stands_in: str, says: str
) -> None:
    drop("part.toml", part(language, 'title = "Aba"', more=more))
    speaker = Speaker(catalogue, language)

    assert speaker.say("bring.title").language == language
    said = speaker.say("bring.missing")
    assert (said.text, said.language, said.rtl) == (says, stands_in, False)


def test_two_that_name_each_other_end_somewhere(catalogue: Catalogue, drop: Drop) -> None:
    drop("one.toml", part("qaa", 'title = "Aba"', more='fallback = "qab"'))
    drop("two.toml", part("qab", 'title = "Bab"', more='fallback = "qaa"'))

    assert [texts.language for texts in catalogue.chain("qaa")] == ["qaa", "qab", "fr", "en"]


def test_a_language_that_is_not_there_is_said_in_the_nearest(catalogue: Catalogue) -> None:
    assert catalogue.best("ar-ma") == "ar"
    assert catalogue.best("qav") == "fr"


def test_hidden_files_and_other_files_are_no_slips(catalogue: Catalogue, drop: Drop) -> None:
    drop(".qav.toml", made_up())
    drop("qav.toml.swp", made_up())

    assert "qav" not in codes(catalogue)


def test_days_and_times_are_said_as_people_say_them(catalogue: Catalogue, drop: Drop) -> None:
    drop("ti.toml", part("ti", 'title = "ርእሲ"'))
    drop("avolin.toml", part("qav", 'title = "Aba"'))

    assert Speaker(catalogue, "ar").day(MONDAY) == "23 نوفمبر 2026"
    assert "2026" in Speaker(catalogue, "ti").day(MONDAY)
    assert Speaker(catalogue, "ti").day(MONDAY) != Speaker(catalogue, "fr").day(MONDAY)
    assert Speaker(catalogue, "qav").day(MONDAY) == "23 novembre 2026", "nobody told the computer: the city's own"
    assert [Speaker(catalogue, "en").span(days) for days in (15, 28, 30, 61, 365)] == [
        "15 days",
        "4 weeks",
        "1 month",
        "2 months",
        "1 year",
    ]


def test_a_paper_is_called_by_the_name_that_the_association_gave_it(catalogue: Catalogue, drop: Drop) -> None:
    drop("avolin.toml", part("qav", 'title = "Aba"') + '[papers]\nenergy-bill = "Luma"\n')
    names = {"fr": "Facture d’énergie", "es": "Factura de luz"}

    assert Speaker(catalogue, "qav").paper("energy-bill", names).text == "Luma"
    assert Speaker(catalogue, "qav").paper("rent-receipt", names).language == "fr"
    assert Speaker(catalogue, "fr-x-facile").paper("energy-bill", names).text == "Facture d’énergie"
    assert Speaker(catalogue, "es").paper("energy-bill", names).text == "Factura de luz"
