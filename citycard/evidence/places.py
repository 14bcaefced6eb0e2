"""One place in a rule set's file, and the sentences for what may be wrong there.

A sentence says where it is (document, member), what is expected, and what stands there instead. Whatever is wrong, a
value of the right kind is returned, so that the whole file is read and all its mistakes are said at once.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from citycard.core.handwritten import near, shown
from citycard.core.text import TextRefused, tidy
from citycard.evidence.rules import Words

MAX_DOCUMENTS = 120
"""More than two screens of ticks is no help to a clerk."""

MEMBERS: Mapping[str, tuple[str, ...]] = {
    "set": (
        *("format", "id", "version", "valid_from", "names", "minimum", "must_have", "exceptional_path"),
        *("kinds", "documents", "exceptions"),
    ),
    "minimum": ("identity", "residence", "total"),
    "must_have": ("photo", "birth_date"),
    "kind": ("id", "names"),
    "document": (
        *("id", "kind", "names", "examples", "notes", "identity", "residence", "photo", "birth_date"),
        *("max_age_days", "expiry_grace_days", "identity_when_expired", "residence_when_expired"),
        *("address", "needs_one_of", "at_most", "up_to_age"),
    ),
    "exception": ("id", "names", "up_to_age", "needs_all_of", "minimum", "waives"),
}
"""All that a file may say."""

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Place:
    """One object of the file, and where it stands."""

    def __init__(self, said: list[str], where: str, value: Any, kind: str) -> None:
        self.said, self.where = said, where
        self.value: dict[str, Any] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            self.say("", "an object in { } is expected.")
        for name in self.value:
            if name not in MEMBERS[kind]:
                hint = near(name, MEMBERS[kind]) or f" It may have: {', '.join(MEMBERS[kind])}."
                self.say("", f"there is no member {shown(name)}.{hint}")

    def say(self, member: str, sentence: str) -> None:
        """Note a mistake."""
        place = ", ".join(part for part in (self.where, member) if part)
        self.said.append(f"{place}: {sentence}" if place else sentence[0].upper() + sentence[1:])

    def inside(self, member: str, kind: str) -> "Place":
        """Return the object that a member holds; an empty one where there is none."""
        where = ", ".join(part for part in (self.where, member) if part)
        return Place(self.said, where, self.value.get(member, {}), kind)

    def all(self, member: str, *, at_most: int) -> list[Any]:
        """Return a list."""
        value = self.value.get(member, [])
        if not isinstance(value, list):
            self.say(member, "a list in [ ] is expected.")
            return []
        if len(value) > at_most:
            self.say(member, f"at most {at_most} are possible, and there are {len(value)}.")
            return []
        return value

    def name(self, member: str = "id") -> str:
        """Return a name for programmes."""
        value = self.value.get(member)
        if isinstance(value, str) and len(value) <= 40 and _ID.fullmatch(value):
            return value
        self._expected(member, 'a short name of a-z, 0-9 and hyphens, such as "energy-bill"')
        return ""

    def whole(self, member: str, least: int, most: int, default: int | None = None, *, optional: bool = False) -> Any:
        """Return a whole number; without one the default, or None where it may be left out."""
        value = self.value.get(member, default)
        if value is None and optional and member not in self.value:
            return None
        if type(value) is int and least <= value <= most:
            return value
        self._expected(member, f"a whole number from {least} to {most}")
        return least

    def day(self, member: str) -> date:
        """Return a day."""
        value = self.value.get(member)
        if isinstance(value, str) and _DAY.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        self._expected(member, 'a day written as "2026-01-31"')
        return date.min

    def flag(self, member: str) -> bool:
        """Return true or false; false where nothing is said."""
        value = self.value.get(member, False)
        if isinstance(value, bool):
            return value
        self._expected(member, "true or false")
        return False

    def one_of(self, member: str, options: Iterable[str], default: str) -> str:
        """Return one of the options."""
        value, allowed = self.value.get(member, default), list(options)
        if isinstance(value, str) and value in allowed:
            return value
        self._expected(member, "one of " + ", ".join(f'"{option}"' for option in allowed))
        return default

    def names(self, member: str, pattern: re.Pattern[str] | None = None) -> tuple[str, ...]:
        """Return a list of names."""
        found = self.all(member, at_most=MAX_DOCUMENTS)
        if all(isinstance(one, str) and (pattern is None or pattern.fullmatch(one)) for one in found):
            return tuple(dict.fromkeys(found))
        self._expected(member, "a list of names in quotes")
        return ()

    def words(self, member: str, *, at_most: int, optional: bool = False) -> Words:
        """Return a text by language."""
        value = self.value.get(member, {})
        if not isinstance(value, dict) or (not value and not optional):
            self._expected(member, 'a text for each language, such as {"fr": "Facture", "en": "Bill"}')
            return {}
        made: dict[str, str] = {}
        for language, text in value.items():
            if not _LANGUAGE.fullmatch(language):
                self.say(member, f"{shown(language)} is no language; two or three small letters are expected.")
            elif not isinstance(text, str) or not text.strip():
                self.say(f"{member}, {language}", "a text is expected.")
            else:
                try:
                    made[language] = tidy(text, at_most=at_most)
                except TextRefused as error:
                    self.say(f"{member}, {language}", str(error))
        return made

    def _expected(self, member: str, what: str) -> None:
        there = f"{shown(self.value[member])} stands there" if member in self.value else "it is missing"
        self.say(member, f"{what} is expected, and {there}.")
