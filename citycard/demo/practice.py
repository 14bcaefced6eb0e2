"""The stories of the practice counter: who comes, what they say, what they lay on the desk, what a good ending is.

1. One file for each story, in `stories/`; the number in front of its name is its place.
2. The facts come first, in no language: the person, the face, and for each visit the papers with what they come to
   (points for identity and residence, how the address may stand) and how it ends: `card`, `slip` (sent home with
   what to bring) or `colleague` (nothing on paper, two of the staff decide). A test holds them against the rules.
3. The words follow, in each of our languages. A story that lacks one is refused when it is read.
4. Everybody has an age and a birthday instead of a date of birth, so that nobody in these stories grows older.

All of these people are invented. Nothing of a story is ever written into an office: the clerk types it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from citycard.demo.portraits import Look
from citycard.evidence.rules import Rendering
from citycard.evidence.tally import Ticked
from citycard.settings import LANGUAGES

FORMAT = 1


class Ending(StrEnum):
    """How a visit ends well."""

    CARD = "card"
    SLIP = "slip"
    COLLEAGUE = "colleague"


@dataclass(frozen=True)
class VisitWords:
    """A visit, told in one language."""

    says: str
    desk: str
    ending: str


@dataclass(frozen=True)
class Visit:
    """One time at the counter."""

    papers: tuple[Ticked, ...]
    identity: int
    residence: int
    address: Rendering | None
    """How the papers let the address stand on the card; None without a paper."""
    ends: Ending
    words: Mapping[str, VisitWords]


@dataclass(frozen=True)
class Words:
    """A story, told in one language."""

    title: str
    who: str
    card: str
    """What stands on the card, and what of it is in the code."""
    watch: tuple[str, ...]
    """What to take care of, and what never to ask."""


@dataclass(frozen=True)
class Person:
    """What the person says and chooses."""

    name: str
    age: int
    birthday: tuple[int, int]
    born: str
    """What of it goes on the card: full, year or none."""
    language: str
    portrait_in_code: bool
    own_script: str = ""
    own_script_language: str = ""
    own_script_in_code: bool = False
    gender: str = ""
    address: str = ""
    company: str = ""
    """Who comes along: guardian, institution, or nobody who counts."""

    def date_of_birth(self, today: date) -> str:
        """Return what the card says of it on `today`: YYYYMMDD, YYYY or nothing (4)."""
        month, day = self.birthday
        year = today.year - self.age - ((today.month, today.day) < (month, day))
        return {"full": f"{year:04}{month:02}{day:02}", "year": f"{year:04}", "none": ""}[self.born]


@dataclass(frozen=True)
class Story:
    """Somebody invented, with a wish."""

    key: str
    number: int
    person: Person
    look: Look
    visits: tuple[Visit, ...]
    words: Mapping[str, Words]


class StoryRefused(ValueError):
    """A story file is not whole. The sentence names file and place: whoever edits one reads it."""


@cache
def stories() -> tuple[Story, ...]:
    """Return the stories in their order."""
    folder = files("citycard.demo") / "stories"
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml"))
    return tuple(read_story(name, (folder / name).read_text("utf-8")) for name in names)


def story(key: str) -> Story | None:
    """Return the story of this key."""
    return next((one for one in stories() if one.key == key), None)


def read_story(name: str, text: str) -> Story:
    """Return the story in the file `name`; raise `StoryRefused` where something is missing (1 to 3)."""
    number, _, key = name.removesuffix(".toml").partition("-")
    try:
        values = tomllib.loads(text)
        if values["format"] != FORMAT:
            raise ValueError("another format")
        visits = tuple(
            _visit(visit, {language: values[language]["visits"][place] for language in LANGUAGES})
            for place, visit in enumerate(values["visits"])
        )
        told = {language: values[language] for language in LANGUAGES}
        if any(len(words["visits"]) != len(visits) for words in told.values()):
            raise ValueError("a language tells of more visits than there are")
        return Story(
            key=key,
            number=int(number),
            person=_person(values["person"]),
            look=Look(**values["look"]),
            visits=visits,
            words={language: _words(words) for language, words in told.items()},
        )
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise StoryRefused(f"{name}: {type(error).__name__} {error}") from None


def _person(values: Mapping[str, Any]) -> Person:
    month, _, day = str(values["birthday"]).partition("-")
    person = Person(**{**values, "birthday": (int(month), int(day))})
    date(2001, *person.birthday)  # a birthday that every year has
    if person.born not in ("full", "year", "none") or person.language not in LANGUAGES:
        raise ValueError("born is full, year or none, and language one of ours")
    return person


def _visit(values: Mapping[str, Any], told: Mapping[str, Mapping[str, str]]) -> Visit:
    return Visit(
        papers=tuple(Ticked(**paper) for paper in values["papers"]),
        identity=values["identity"],
        residence=values["residence"],
        address=Rendering(values["address"]) if values["address"] else None,
        ends=Ending(values["ends"]),
        words={
            language: VisitWords(**{name: _said(words[name]) for name in ("says", "desk", "ending")})
            for language, words in told.items()
        },
    )


def _words(values: Mapping[str, Any]) -> Words:
    watch = tuple(map(_said, values["watch"]))
    if not watch:
        raise ValueError("nothing to watch")
    return Words(_said(values["title"]), _said(values["who"]), _said(values["card"]), watch)


def _said(sentence: Any) -> str:
    if not isinstance(sentence, str) or not sentence.strip():
        raise ValueError("a sentence is empty")
    return sentence
