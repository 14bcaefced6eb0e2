"""What the guide says, by language, from the files in `texts`.

1. One file for each language of the pages; English is the pattern. Each has every sentence of the pattern, with the
   same values in { }: a guide with a hole in it is worse than none, and a file that has one cannot be used.
2. A value is a sentence of the screen by its name ("answer.hold"), or a number ("seconds").
3. Every letter can be printed with our typefaces.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from citycard.printing.coverage import drawable
from citycard.settings import LANGUAGES

FORMAT = 1
SOURCE = "en"
HEADER = {"format", "language", "direction"}

_HOLE = re.compile(r"\{([^{}]*)\}")


class BrokenGuide(RuntimeError):
    """A language lacks a sentence, or a sentence a value (1)."""


@dataclass(frozen=True)
class GuideTexts:
    """One language."""

    language: str
    rtl: bool
    sentences: Mapping[str, str]
    """By name, such as "show.heading"."""

    def say(self, name: str, values: Mapping[str, str]) -> str:
        """Return a sentence with its values (2)."""
        return _HOLE.sub(lambda hole: values[hole[1]], self.sentences[name])


@cache
def guide_texts(language: str) -> GuideTexts:
    """Return what the guide says in a language of the pages; raise `BrokenGuide` where something is missing."""
    if language not in LANGUAGES:
        raise BrokenGuide("There is no guide in this language.")
    content = (files("citycard.attendants") / "texts" / f"{language}.toml").read_bytes()
    pattern = None if language == SOURCE else guide_texts(SOURCE)
    return read_guide(content, language=language, pattern=pattern)


def read_guide(content: bytes, *, language: str, pattern: GuideTexts | None) -> GuideTexts:
    """Return the guide in a file; `pattern` is the English one, for all the others."""
    try:
        value = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BrokenGuide(f"{language}: not a file in TOML: {error}.") from None
    if value.get("format") != FORMAT or value.get("language") != language:
        raise BrokenGuide(f"{language}: its first lines are of another file.")
    if value.get("direction") not in ("ltr", "rtl"):
        raise BrokenGuide(f'{language}: direction is "ltr" or "rtl".')
    sentences: dict[str, str] = {}
    for table, members in value.items():
        if table in HEADER:
            continue
        if not isinstance(members, dict):
            raise BrokenGuide(f"{language}: {table} is in no table.")
        for member, sentence in members.items():
            sentences[f"{table}.{member}"] = _sound(f"{language}: {table}.{member}", sentence)
    # (1)
    for name, sentence in (pattern.sentences if pattern else {}).items():
        if holes(sentences.get(name, "")) != holes(sentence) or name not in sentences:
            raise BrokenGuide(f"{language}: {name} is missing, or is filled in with other values.")
    if pattern and (more := sentences.keys() - pattern.sentences.keys()):
        raise BrokenGuide(f"{language}: nothing says {min(more)}.")
    return GuideTexts(language=language, rtl=value["direction"] == "rtl", sentences=sentences)


def holes(sentence: str) -> frozenset[str]:
    """Return the names of the values that a sentence is filled in with."""
    return frozenset(_HOLE.findall(sentence))


def _sound(where: str, sentence: object) -> str:
    if not isinstance(sentence, str) or not sentence.strip():
        raise BrokenGuide(f"{where}: a sentence in quotes is expected.")
    # (3)
    if missing := next((letter for letter in sentence if ord(letter) not in drawable()), ""):
        raise BrokenGuide(f"{where}: our typefaces cannot print U+{ord(missing):04X}.")
    if re.search(r"[{}]", _HOLE.sub("", sentence)):
        raise BrokenGuide(f"{where}: a {{ or }} stands alone.")
    return sentence.strip()
