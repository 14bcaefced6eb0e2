"""Reading `services.toml`, which a city writes by hand, with a sentence for each mistake, all of them at once.

1. The file is TOML in UTF-8, and no larger than `MAX_BYTES`.
2. Every member is known, of its kind and within its limits. docs/services.md explains each; a test compares the two.
3. Every text is there in the city's own language, in characters that could stand on a card (`core.text`). There is no
   markup: what is written is shown.
4. Nothing contradicts itself: no age rule without the need of an age band and no such need without a rule, no proof of
   living here for visitors, no group of ages that an earlier one takes whole, no event without a day.

A sentence says where (service, member) and what is expected there.
"""

import re
import tomllib
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from citycard.core.errors import FileRefused
from citycard.core.handwritten import near, shown
from citycard.core.text import TextRefused, tidy
from citycard.services.categories import CATEGORIES, EVENT, Category
from citycard.services.service import Ages, Band, Level, Need, Occasion, Service, Texts, Visitors

FORMAT = 1
"""The version of this format."""

MAX_BYTES = 256 * 1024
"""Bytes. Eight services in four languages have 7 kB."""

MAX_SERVICES = 200
MAX_BANDS = 8
MAX_OCCASIONS = 60
"""A meeting each week of a year, and some more."""

MAX_AGE = 120
"""Years."""

MAX_NAME = 80
"""Characters: two lines of a leaflet."""

MAX_BENEFIT = 240
"""Characters: three lines of a leaflet; it says what one gets, not how the house works."""

MAX_GIVES = 80
MAX_PLACE = 160

MEMBERS = {
    "file": ("format", "service"),
    "service": (
        *("id", "category", "names", "benefit", "place", "needs", "level", "visitors"),
        *("age", "bands", "from", "until", "dates"),
    ),
    "age": ("from", "to"),
    "band": ("from", "to", "gives"),
    "date": ("day", "until", "begins"),
}
"""All that a file may say."""

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)

Choice = TypeVar("Choice", bound=StrEnum)


class ServicesRefused(FileRefused):
    """The file cannot be used."""

    code = "services"

    def __init__(self, mistakes: Iterable[str]) -> None:
        super().__init__("The register of services", mistakes)


def from_file(path: Path, *, language: str = "") -> tuple[Service, ...]:
    """Return the services in a file."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError:
        raise ServicesRefused([f"the file {path.name} cannot be opened."]) from None
    return read_services(content, language=language)


def read_services(content: bytes, *, language: str = "") -> tuple[Service, ...]:
    """Return the services in `content`, or raise `ServicesRefused` with all that is to mend.

    `language` is the city's own; without it a text in any language will do.
    """
    # (1)
    if len(content) > MAX_BYTES:
        raise ServicesRefused([f"the file is larger than {MAX_BYTES // 1024} kB."])
    try:
        value = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise ServicesRefused([f"this is not TOML: {why}."]) from None
    said: list[str] = []
    # (2)
    top = _Place(said, "", value, "file", language)
    if value.get("format") != FORMAT or type(value.get("format")) is not int:
        top.say("format", f"{FORMAT} is expected: the version of this format.")
    services = tuple(_service(one) for one in _each_service(top))
    # (4)
    ids = [service.id for service in services if service.id]
    said += [
        f'service "{name}": there is another one of this id.' for name in sorted({n for n in ids if ids.count(n) > 1})
    ]
    if said:
        raise ServicesRefused(said)
    return services


def _each_service(top: "_Place") -> Iterable["_Place"]:
    for number, value in enumerate(top.all("service", at_most=MAX_SERVICES), start=1):
        called = value.get("id") if isinstance(value, dict) else None
        where = f"service {shown(called) if isinstance(called, str) else number}"
        yield _Place(top.said, where, value, "service", top.language)


def _service(one: "_Place") -> Service:
    before = len(one.said)
    made = Service(
        id=one.name("id"),
        category=one.category(),
        names=one.texts("names", at_most=MAX_NAME),
        benefit=one.texts("benefit", at_most=MAX_BENEFIT),
        place=one.text("place", at_most=MAX_PLACE),
        needs=frozenset(one.several_of("needs", Need)),
        level=one.one_of("level", Level),
        visitors=one.one_of("visitors", Visitors),
        ages=_ages(one.inside("age", "age")) if "age" in one.value else None,
        bands=tuple(_band(band) for band in one.inside_all("bands", "band", at_most=MAX_BANDS)),
        first_day=one.day("from", optional=True),
        last_day=one.day("until", optional=True),
        occasions=tuple(
            sorted(
                (_occasion(each) for each in one.inside_all("dates", "date", at_most=MAX_OCCASIONS)),
                key=lambda occasion: (occasion.first_day, occasion.begins),
            )
        ),
    )
    if len(one.said) == before:
        _contradictions(one, made)
    return made


def _ages(place: "_Place") -> Ages:
    made = Ages(place.age("from"), place.age("to"))
    if not {"from", "to"} & place.value.keys():
        place.say("", "an age from which or up to which is expected, such as { from = 6 }.")
    elif made.lowest is not None and made.highest is not None and made.lowest > made.highest:
        place.say("", f"from {made.lowest} to {made.highest} is nobody.")
    return made


def _band(place: "_Place") -> Band:
    return Band(_ages(place), place.texts("gives", at_most=MAX_GIVES))


def _occasion(place: "_Place") -> Occasion:
    first = place.day("day")
    last = place.day("until", optional=True) or first
    if first is not None and last is not None and last < first:
        place.say("until", "this is before the day on which it begins.")
    return Occasion(first or date.min, last or date.min, place.time("begins"))


def _contradictions(one: "_Place", made: Service) -> None:
    # (4)
    by_age = made.ages is not None or bool(made.bands)
    if by_age and Need.AGE_BAND not in made.needs:
        one.say("needs", '"age-band" is missing: age and bands cannot be answered without it.')
    if not by_age and Need.AGE_BAND in made.needs:
        one.say("needs", '"age-band" is told for nothing: there is neither age nor bands.')
    if made.level is Level.IDENTITY and Need.NAME not in made.needs:
        one.say("level", 'a card that proves who somebody is needs "name".')
    if made.level is Level.RESIDENCE and Need.RESIDENT not in made.needs:
        one.say("level", 'a card that proves that somebody lives here needs "resident".')
    if made.level is Level.RESIDENCE and made.visitors is not Visitors.NO:
        one.say("visitors", 'no other city\'s card proves that somebody lives here; "no" is expected.')
    for place, band in enumerate(made.bands):
        if any(_covers(earlier.ages, band.ages) for earlier in made.bands[:place]):
            one.say(f"bands, {place + 1}", "nobody is ever in this one: an earlier one has all of these ages.")
    if made.is_event and not made.occasions:
        one.say("dates", "an event has a day at least, such as [{ day = 2026-12-05 }].")
    if made.is_event and (made.first_day or made.last_day):
        one.say("", "an event has dates instead of from and until.")
    if not made.is_event and made.occasions:
        one.say("dates", f'only services of the category "{EVENT}" have dates.')
    if made.first_day and made.last_day and made.last_day < made.first_day:
        one.say("until", "this is before the day from which it is there.")


def _covers(outer: Ages, inner: Ages) -> bool:
    from_before = (outer.lowest or 0) <= (inner.lowest or 0)
    return from_before and (outer.highest is None or (inner.highest is not None and inner.highest <= outer.highest))


class _Place:
    """One table of the file, and where it stands. Whatever is wrong, a value of the right kind is returned."""

    def __init__(self, said: list[str], where: str, value: Any, kind: str, language: str) -> None:
        self.said, self.where, self.language = said, where, language
        self.value: dict[str, Any] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            self.say("", "a table is expected.")
        for name in self.value:
            if name not in MEMBERS[kind]:
                hint = near(name, MEMBERS[kind]) or f" There may be: {', '.join(MEMBERS[kind])}."
                self.say("", f"there is no member {shown(name)}.{hint}")

    def say(self, member: str, sentence: str) -> None:
        """Note a mistake."""
        place = ", ".join(part for part in (self.where, member) if part)
        self.said.append(f"{place}: {sentence}" if place else sentence[0].upper() + sentence[1:])

    def inside(self, member: str, kind: str) -> "_Place":
        """Return the table that a member holds."""
        return _Place(self.said, self._at(member), self.value.get(member), kind, self.language)

    def inside_all(self, member: str, kind: str, *, at_most: int) -> Iterable["_Place"]:
        """Return the tables in a list."""
        for number, value in enumerate(self.all(member, at_most=at_most), start=1):
            yield _Place(self.said, self._at(f"{member}, {number}"), value, kind, self.language)

    def all(self, member: str, *, at_most: int) -> list[Any]:
        """Return a list; an empty one where there is none."""
        value = self.value.get(member, [])
        if not isinstance(value, list):
            self._expected(member, "a list")
            return []
        if len(value) > at_most:
            self.say(member, f"at most {at_most} are possible, and there are {len(value)}.")
            return []
        return value

    def name(self, member: str) -> str:
        """Return a name for programmes."""
        value = self.value.get(member)
        if isinstance(value, str) and len(value) <= 40 and _ID.fullmatch(value):
            return value
        self._expected(member, 'a short name of a-z, 0-9 and hyphens, such as "north-pool"')
        return ""

    def category(self) -> Category:
        """Return the category."""
        value = self.value.get("category")
        if isinstance(value, str) and value in CATEGORIES:
            return CATEGORIES[value]
        hint = near(value, CATEGORIES) if isinstance(value, str) else ""
        self._expected("category", f"one of {', '.join(CATEGORIES)}", hint)
        return CATEGORIES[EVENT]

    def one_of(self, member: str, options: type[Choice]) -> Choice:
        """Return one of the options."""
        value = self.value.get(member)
        for option in options:
            if value == option.value:
                return option
        self._expected(member, "one of " + ", ".join(f'"{option}"' for option in options), _near(value, options))
        return next(iter(options))

    def several_of(self, member: str, options: type[Choice]) -> Iterable[Choice]:
        """Return some of the options. The list must be there: nothing is told to a service by oversight."""
        known = {option.value: option for option in options}
        if member not in self.value:
            self._expected(member, "a list of " + ", ".join(f'"{option}"' for option in options) + ", or []")
        for value in self.all(member, at_most=len(known)):
            if isinstance(value, str) and value in known:
                yield known[value]
            else:
                hint = _near(value, options) or f" There are: {', '.join(known)}."
                self.say(member, f"there is no {shown(value)}.{hint}")

    def age(self, member: str) -> int | None:
        """Return an age, or nothing."""
        value = self.value.get(member)
        if value is None and member not in self.value:
            return None
        if type(value) is int and 0 <= value <= MAX_AGE:
            return value
        self._expected(member, f"an age in whole years, 0 to {MAX_AGE}")
        return None

    def day(self, member: str, *, optional: bool = False) -> date | None:
        """Return a day."""
        value = self.value.get(member)
        if type(value) is date:
            return value
        if value is not None or not optional:
            self._expected(member, "a day such as 2026-12-31, without quotation marks")
        return None

    def time(self, member: str) -> str:
        """Return a time of day as it is written, or nothing."""
        value = self.value.get(member, "")
        if isinstance(value, str) and (_TIME.fullmatch(value) or member not in self.value):
            return value
        self._expected(member, 'a time of day such as "18:30"')
        return ""

    def text(self, member: str, *, at_most: int) -> str:
        """Return a text that is the same in every language, or nothing."""
        return self._tidy(member, self.value[member], at_most) if member in self.value else ""

    def texts(self, member: str, *, at_most: int) -> Texts:
        """Return a text by language (3)."""
        value = self.value.get(member)
        if not isinstance(value, dict) or not value:
            self._expected(member, 'a text for each language, such as { fr = "Piscine", en = "Pool" }')
            return {}
        made: dict[str, str] = {}
        for language, text in value.items():
            if not _LANGUAGE.fullmatch(language):
                self.say(member, f"{shown(language)} is no language; two or three small letters are expected.")
            else:
                made[language] = self._tidy(f"{member}, {language}", text, at_most)
        if self.language and self.language not in value:
            self.say(member, f"the text in the city's own language ({self.language}) is missing.")
        return made

    def _tidy(self, member: str, text: Any, at_most: int) -> str:
        try:
            neat = tidy(text, at_most=at_most) if isinstance(text, str) else ""
        except TextRefused as error:
            self.say(member, str(error))
            return ""
        if not neat:
            self.say(member, "a text in quotation marks is expected.")
        return neat

    def _at(self, member: str) -> str:
        return ", ".join(part for part in (self.where, member) if part)

    def _expected(self, member: str, what: str, hint: str = "") -> None:
        there = f"{shown(self.value[member])} stands there" if member in self.value else "it is missing"
        self.say(member, f"{what} is expected, and {there}.{hint}")


def _near(value: object, options: Iterable[StrEnum]) -> str:
    return near(value, [option.value for option in options]) if isinstance(value, str) else ""
