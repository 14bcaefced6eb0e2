"""What the sheet, its warning and the check page say, in six languages: those that people meet on their way.

1. One file for each language in `texts`; English is the pattern. Every file has every sentence of the pattern, filled
   in with the same values: a sheet with a hole in it is worse than none. A file that has not cannot be used.
2. A value that is filled in is kept from turning the words around it (`isolate`).

These are not the languages of the pages (`settings.LANGUAGES`), nor those of the slips, which a city adds to: on the
way nobody can ask what a word means, so that each of the six was chosen and stands here whole.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from citycard.printing.words import isolate

LANGUAGES = ("fr", "en", "es", "ar", "de", "it")
"""In the order in which they stand on the sheet."""

SOURCE = "en"

_HOLE = re.compile(r"\{(\w+)\}")


class BrokenTexts(RuntimeError):
    """A language lacks a sentence, or a sentence a value (1)."""


@dataclass(frozen=True)
class Texts:
    """One language."""

    language: str
    name: str
    """What it calls itself."""
    rtl: bool
    sentences: Mapping[str, str]
    """By name, such as "sheet.what"."""

    def say(self, name: str, **values: str) -> str:
        """Return a sentence with its values (2)."""
        return _HOLE.sub(lambda hole: isolate(values[hole[1]]), self.sentences[name])

    @property
    def direction(self) -> str:
        """Which way it runs, as HTML writes it."""
        return "rtl" if self.rtl else "ltr"


@cache
def texts(language: str) -> Texts:
    """Return what is said in one of `LANGUAGES`."""
    said = _read(language)
    pattern = said if language == SOURCE else texts(SOURCE)
    # (1)
    for name, sentence in pattern.sentences.items():
        if holes(said.sentences.get(name, "")) != holes(sentence) or not said.sentences.get(name):
            raise BrokenTexts(f"{language}.toml: {name} is missing, or is filled in with other values.")
    if more := set(said.sentences) - set(pattern.sentences):
        raise BrokenTexts(f"{language}.toml: nothing says {min(more)}.")
    return said


def in_all() -> tuple[Texts, ...]:
    """Return all six."""
    return tuple(texts(language) for language in LANGUAGES)


def holes(sentence: str) -> frozenset[str]:
    """Return the names of the values that a sentence is filled in with."""
    return frozenset(_HOLE.findall(sentence))


def name_in(names: Mapping[str, str], language: str, default: str) -> str:
    """Return what a city calls itself in a language; few have thought of German and Italian."""
    return names.get(language) or names.get(default) or next(iter(names.values()))


def _read(language: str) -> Texts:
    content = (files("citycard.transit") / "texts" / f"{language}.toml").read_bytes()
    value = tomllib.loads(content.decode("utf-8"))
    return Texts(
        language=value["language"],
        name=value["name"],
        rtl=value["direction"] == "rtl",
        sentences={
            f"{table}.{member}": sentence
            for table, members in value.items()
            if isinstance(members, dict)
            for member, sentence in members.items()
        },
    )
