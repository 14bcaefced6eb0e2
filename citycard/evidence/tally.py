"""Counting what lies on a desk.

1. A paper counts for nothing where its document is for younger people, where it is too old, or where it has expired for
   good; within its grace it counts for what it is worth then.
2. Of several papers of one document the best count, as many as the document allows.
3. A document that needs another one counts only beside it. It is enough that the other is there and would be good.
4. An exception applies when all that it asks for counts. Of several that apply, the least of each demand holds.
5. What is missing is said in this order: identity, residence, points in all, photo, date of birth.

Adding a paper never lowers anything, and the order of papers changes nothing: both are tests.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from citycard.core.errors import CitycardError
from citycard.evidence.rules import BirthDate, Document, Needed, Rendering, RuleSet


class UnknownDocument(CitycardError):
    """A paper was ticked that the rule set does not know."""

    code = "evidence-document"


@dataclass(frozen=True, repr=False)
class Ticked:
    """A paper on the desk: its document, and what is wrong with it. Two of one document are two papers."""

    document: str
    expired: bool = False
    """Expired, and still within its grace."""
    old: bool = False
    """Older than the rules allow."""

    def __repr__(self) -> str:
        return "<Ticked>"  # what lies on the desk is in no traceback and no log


class Missing(StrEnum):
    """What can be missing."""

    IDENTITY = "identity"
    RESIDENCE = "residence"
    TOTAL = "total"
    PHOTO = "photo"
    BIRTH_DATE = "birth_date"


class Reason(StrEnum):
    """Why a paper does not count."""

    AGE = "age"
    OLD = "old"
    EXPIRED = "expired"
    ALONE = "alone"
    ENOUGH = "enough"


@dataclass(frozen=True, repr=False)
class Tally:
    """What the papers on a desk come to."""

    identity: int
    residence: int
    photo: bool
    """A photo was seen."""
    birth_date: bool
    """A date of birth was seen."""
    addresses: tuple[Rendering, ...]
    """How the address may stand on the card, the most protective first."""
    needed: Needed
    """What is needed of this person, exceptions included."""
    missing: tuple[Missing, ...]
    exceptions: tuple[str, ...]
    not_counted: tuple[tuple[str, Reason], ...]

    @property
    def total(self) -> int:
        """Points in all."""
        return self.identity + self.residence

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing

    def to_json(self) -> dict[str, Any]:
        """Return it as the browser writes it, for the test that compares the two."""
        return {
            "identity": self.identity,
            "residence": self.residence,
            "total": self.total,
            "photo": self.photo,
            "birth_date": self.birth_date,
            "addresses": [one.value for one in self.addresses],
            "needed": {
                "identity": self.needed.identity,
                "residence": self.needed.residence,
                "total": self.needed.total,
                "photo": self.needed.photo,
                "birth_date": self.needed.birth_date.value,
            },
            "missing": [one.value for one in self.missing],
            "exceptions": list(self.exceptions),
            "not_counted": [[document, reason.value] for document, reason in self.not_counted],
            "complete": self.complete,
        }

    def __repr__(self) -> str:
        return "<Tally>"


def tally(rules: RuleSet, ticked: Iterable[Ticked], *, age: int | None = None, birth_date_shown: bool = False) -> Tally:
    """Count the papers of a person of `age` (None for a grown person) whose card shows a date of birth, or does not."""
    papers: dict[str, list[tuple[int, int]]] = {}
    refused: list[tuple[str, Reason]] = []
    for one in ticked:
        if one.document not in rules.by_id:
            raise UnknownDocument("There is no such document in this rule set.")
        # (1)
        points = worth(rules.by_id[one.document], one, age)
        if isinstance(points, Reason):
            refused.append((one.document, points))
        else:
            papers.setdefault(one.document, []).append(points)
    # (2) From here on everything follows the order of the rule set, so that the order of papers changes nothing.
    there = [document for document in rules.documents if document.id in papers]
    identity = residence = 0
    counted: list[Document] = []
    addresses: set[Rendering] = set()
    for document in there:
        best = sorted(papers[document.id], reverse=True)
        # (3)
        if document.needs_one_of and not _has_companion(document, there):
            refused += [(document.id, Reason.ALONE)] * len(best)
            continue
        refused += [(document.id, Reason.ENOUGH)] * len(best[document.at_most :])
        counted.append(document)
        identity += sum(one for one, _ in best[: document.at_most])
        residence += sum(one for _, one in best[: document.at_most])
        if best[0][1]:
            addresses.add(document.address)
    photo = any(document.photo for document in counted)
    birth_date = any(document.birth_date for document in counted)
    # (4)
    applying = [
        one
        for one in rules.exceptions
        if age is not None
        and age <= one.up_to_age
        and all(any(document.is_one_of((target,)) for document in counted) for target in one.needs_all_of)
    ]
    needed = _least([rules.needed, *(one.needed for one in applying)])
    wants_birth_date = needed.birth_date is BirthDate.ALWAYS or (
        needed.birth_date is BirthDate.IF_SHOWN and birth_date_shown
    )
    # (5)
    short_of = {
        Missing.IDENTITY: identity < needed.identity,
        Missing.RESIDENCE: residence < needed.residence,
        Missing.TOTAL: identity + residence < needed.total,
        Missing.PHOTO: needed.photo and not photo,
        Missing.BIRTH_DATE: wants_birth_date and not birth_date,
    }
    if short_of[Missing.IDENTITY] or short_of[Missing.RESIDENCE]:
        short_of[Missing.TOTAL] = False  # one sentence for one gap
    order = {document.id: place for place, document in enumerate(rules.documents)}
    return Tally(
        identity=identity,
        residence=residence,
        photo=photo,
        birth_date=birth_date,
        addresses=tuple(one for one in Rendering if one in addresses),
        needed=needed,
        missing=tuple(what for what, missing in short_of.items() if missing),
        exceptions=tuple(one.id for one in applying),
        not_counted=tuple(sorted(refused, key=lambda one: (order[one[0]], _REASONS.index(one[1])))),
    )


def missing_kinds(counted: Tally) -> frozenset[str]:
    """Return what a refusal may be counted under: identity, residence, photo, and nothing finer."""
    coarse = {
        Missing.IDENTITY: "identity",
        Missing.TOTAL: "identity",
        Missing.BIRTH_DATE: "identity",
        Missing.RESIDENCE: "residence",
        Missing.PHOTO: "photo",
    }
    return frozenset(coarse[what] for what in counted.missing)


def worth(document: Document, paper: Ticked, age: int | None) -> tuple[int, int] | Reason:
    """Return what a paper is worth by itself, for identity and for residence, or why it is worth nothing (1)."""
    if document.up_to_age is not None and (age is None or age > document.up_to_age):
        return Reason.AGE
    if paper.old and document.max_age_days is not None:
        return Reason.OLD
    if paper.expired and document.expiry_grace_days is not None:
        if not document.expiry_grace_days:
            return Reason.EXPIRED
        return document.identity_when_expired, document.residence_when_expired
    return document.identity, document.residence


def _has_companion(document: Document, there: Sequence[Document]) -> bool:
    return any(other is not document and other.is_one_of(document.needs_one_of) for other in there)


def _least(demands: Sequence[Needed]) -> Needed:
    return Needed(
        identity=min(one.identity for one in demands),
        residence=min(one.residence for one in demands),
        total=min(one.total for one in demands),
        photo=all(one.photo for one in demands),
        birth_date=max((one.birth_date for one in demands), key=_MILDNESS.index),
    )


_MILDNESS = (BirthDate.ALWAYS, BirthDate.IF_SHOWN, BirthDate.NEVER)
_REASONS = tuple(Reason)
