"""Every sentence exists in every language, with the same things to fill in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from citycard import paths

TRANSLATIONS = paths.PACKAGE / "translations"
LANGUAGES = ("fr", "es", "ar")
_HOLES = re.compile(r"%\([a-z_]+\)[sd]|\{[a-z_]*\}")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def catalogue(language: str) -> Catalog:
    """The catalogue of a language, as translators edit it."""
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated_with_the_same_things_to_fill_in(language: str) -> None:
    """A sentence left in English tells a reader that the page is not meant for her."""
    for message in catalogue(language):
        if not message.id:
            continue
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        translations = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(translations), f"{language}: {sources[0]!r} has no translation"
        assert not message.fuzzy, f"{language}: {sources[0]!r} is only guessed"
        wanted = sorted(_HOLES.findall(sources[-1]))
        for translation in translations:
            found = sorted(_HOLES.findall(translation))
            # A form for exactly one or two may say the number in words.
            assert found == wanted or (len(translations) > 1 and set(found) <= set(wanted)), (language, sources[0])
            assert not _BIDI.search(translation), f"{language}: {sources[0]!r} holds an invisible control"


def test_the_catalogues_hold_every_sentence_of_the_code_and_the_pages() -> None:
    """Run `make messages` after adding a sentence, then translate what is empty."""
    known = {language: catalogue(language) for language in LANGUAGES}
    for source in sentences():
        for language, held in known.items():
            assert held.get(source) is not None, f"{language} does not know {source!r}: make messages"


def sentences() -> set[str]:
    """Every sentence marked for translation; of a plural, the singular."""
    keywords = {
        **dict.fromkeys(("_", "gettext", "N_", "_l", "lazy_gettext")),
        **dict.fromkeys(("ngettext", "lazy_ngettext"), (1, 2)),
    }
    found: set[str] = set()
    for folder, pattern, method in (
        (paths.PACKAGE, "**.py", "python"),
        (paths.templates_folder(), "**.html", "jinja2"),
    ):
        for _, _, message, _, _ in extract_from_dir(
            str(Path(folder)), method_map=[(pattern, method)], keywords=keywords
        ):
            found.add(message[0] if isinstance(message, tuple) else message)
    return found
