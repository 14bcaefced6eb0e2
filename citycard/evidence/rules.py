"""A rule set: the papers that a city accepts, what each is worth, and what is needed in all.

1. A document is worth points for identity and points for residence. It may show a photo, a date of birth.
2. It may be too old (`max_age_days`, of a bill), or expired (`expiry_grace_days`, of an identity card): then it counts
   for nothing, or within its grace for what it is worth when expired.
3. It may count only beside another one (`needs_one_of`), only up to an age of the person, or several times.
4. What is needed is points for each, points in all, a photo, a date of birth. Exceptions lower that for young people
   who bring what the exception asks for. They never raise it, so that no paper ever makes anything worse.
5. The order of documents in the file is how common they are: suggestions follow it.

Documents are deliberately coarse: "identity paper of any State", never which. What a clerk cannot tick, nobody can ask
her for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

Words = Mapping[str, str]
"""A text by language. The first language of the file stands in for those that are missing."""

WORN_CARD = "city-card-worn"
"""The document that a worn card of this city is: whose light code was read and whose printed face was compared
(`operations.renew`). A rule set that has none does not count it."""

CITY_CARD = "city-card"
"""The document that a card of a city that we recognise is: verified, and its face compared (`operations.move_here`). A
rule set that has none does not count it."""

OF_A_KIND = "kind:"
"""`needs_one_of: ["kind:bill"]` means any document of that kind."""


class Rendering(StrEnum):
    """How the address may stand on the card, the most protective first."""

    PROTECTED = "protected"
    NONE = "none"
    CARE_OF = "care_of"
    FULL = "full"


class BirthDate(StrEnum):
    """When a date of birth must be seen on a document."""

    ALWAYS = "always"
    IF_SHOWN = "if_shown"
    """If it is to stand on the card."""
    NEVER = "never"


@dataclass(frozen=True)
class Kind:
    """A heading under which documents stand, and a name for all of them in `needs_one_of`."""

    id: str
    names: Words


@dataclass(frozen=True)
class Document:
    """A kind of paper, as coarse as the rules allow."""

    id: str
    kind: str
    names: Words
    examples: Words = field(default_factory=dict)
    """By which names people know it; typing one of them finds it."""
    notes: Words = field(default_factory=dict)
    """One sentence for whoever brings it or looks at it."""
    identity: int = 0
    residence: int = 0
    photo: bool = False
    birth_date: bool = False
    max_age_days: int | None = None
    """How long after its date it counts; None for always."""
    expiry_grace_days: int | None = None
    """How long after it has expired it counts; None for what does not expire, 0 for what must be valid."""
    identity_when_expired: int = 0
    residence_when_expired: int = 0
    address: Rendering = Rendering.FULL
    """How it lets the address stand on the card; of those with points for residence."""
    needs_one_of: tuple[str, ...] = ()
    at_most: int = 1
    """How many of them count, each from somebody else."""
    up_to_age: int | None = None
    """It counts only for people up to this age."""

    @property
    def is_companion(self) -> bool:
        """Whether it is worth nothing by itself."""
        return not (self.identity or self.residence)

    def is_one_of(self, targets: tuple[str, ...]) -> bool:
        """Whether one of `targets`, ids or kinds, means this document."""
        return self.id in targets or OF_A_KIND + self.kind in targets


@dataclass(frozen=True)
class Needed:
    """What is needed."""

    identity: int
    residence: int
    total: int
    photo: bool
    birth_date: BirthDate


@dataclass(frozen=True)
class AgeException:
    """Less is needed of people up to an age who bring all of certain documents."""

    id: str
    names: Words
    up_to_age: int
    needs_all_of: tuple[str, ...]
    needed: Needed


@dataclass(frozen=True)
class RuleSet:
    """All of it."""

    id: str
    version: int
    valid_from: date
    names: Words
    needed: Needed
    kinds: tuple[Kind, ...]
    documents: tuple[Document, ...]
    exceptions: tuple[AgeException, ...] = ()
    exceptional_path: bool = False
    """Whether a person without any document may be vouched for."""

    @property
    def reference(self) -> str:
        """What an enrolment's file says about the rules that were applied."""
        return f"{self.id}.{self.version}"

    @cached_property
    def by_id(self) -> Mapping[str, Document]:
        """The documents by id."""
        return {document.id: document for document in self.documents}

    @cached_property
    def ages(self) -> tuple[int, ...]:
        """The ages up to which something differs, the youngest first."""
        bounds = {document.up_to_age for document in self.documents} | {one.up_to_age for one in self.exceptions}
        return tuple(sorted(bound for bound in bounds if bound is not None))

    def once_known(self) -> "RuleSet":
        """Return what is needed of somebody whose identity stands already: to be seen living here, and nothing else."""
        rest = max(self.needed.residence, self.needed.total - self.needed.identity)
        needed = Needed(0, self.needed.residence, rest, photo=False, birth_date=BirthDate.NEVER)
        return replace(self, needed=needed)

    def band_of(self, age: int | None) -> int | None:
        """Return the age that stands for all people to whom the same applies; None for those above every bound."""
        return None if age is None else next((bound for bound in self.ages if age <= bound), None)

    def to_json(self) -> dict[str, Any]:
        """Return what counting needs, every default written out, without a word of text: for the browser."""
        return {
            "reference": self.reference,
            "needed": _needed_json(self.needed),
            "documents": [
                {
                    "id": one.id,
                    "kind": one.kind,
                    "identity": one.identity,
                    "residence": one.residence,
                    "photo": one.photo,
                    "birth_date": one.birth_date,
                    "max_age_days": one.max_age_days,
                    "expiry_grace_days": one.expiry_grace_days,
                    "identity_when_expired": one.identity_when_expired,
                    "residence_when_expired": one.residence_when_expired,
                    "address": one.address.value,
                    "needs_one_of": list(one.needs_one_of),
                    "at_most": one.at_most,
                    "up_to_age": one.up_to_age,
                }
                for one in self.documents
            ],
            "exceptions": [
                {
                    "id": one.id,
                    "up_to_age": one.up_to_age,
                    "needs_all_of": list(one.needs_all_of),
                    "needed": _needed_json(one.needed),
                }
                for one in self.exceptions
            ],
        }


def in_language(words: Words, language: str) -> tuple[str, str]:
    """Return the text in `language` and the language it is in: the first of the file, where ours is missing."""
    if language in words or not words:
        return words.get(language, ""), language
    first = next(iter(words))
    return words[first], first


def _needed_json(needed: Needed) -> dict[str, Any]:
    return {
        "identity": needed.identity,
        "residence": needed.residence,
        "total": needed.total,
        "photo": needed.photo,
        "birth_date": needed.birth_date.value,
    }
