"""What was ticked, read from a request and never kept.

1. Only documents of the rule set are looked for, so that a request cannot name anything else, nor very many of them.
2. A mark (expired, old) on a paper that was not ticked means nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from citycard.evidence.filling import Way, ways
from citycard.evidence.rules import RuleSet
from citycard.evidence.tally import Tally, Ticked, tally


@dataclass(frozen=True, repr=False)
class Mark:
    """One ticked document."""

    count: int = 1
    expired: bool = False
    old: bool = False


@dataclass(frozen=True, repr=False)
class Ticks:
    """All that was ticked, and for whom."""

    marks: Mapping[str, Mark] = field(default_factory=dict)
    age: int | None = None
    """The age that stands for a band (`RuleSet.band_of`); None for a grown person."""

    def __bool__(self) -> bool:
        return bool(self.marks)

    def __repr__(self) -> str:
        return "<Ticks>"

    def papers(self) -> list[Ticked]:
        """The papers, one by one."""
        one_by_one = [(name, mark) for name, mark in self.marks.items() for _ in range(mark.count)]
        return [Ticked(name, expired=mark.expired, old=mark.old) for name, mark in one_by_one]

    def tally(self, rules: RuleSet, *, birth_date_shown: bool = False) -> Tally:
        """What they come to."""
        return tally(rules, self.papers(), age=self.age, birth_date_shown=birth_date_shown)

    def ways(self, rules: RuleSet, *, birth_date_shown: bool = False) -> tuple[Way, ...]:
        """What would complete them."""
        return ways(rules, self.papers(), age=self.age, birth_date_shown=birth_date_shown)


def read_ticks(form: MultiDict[str, str], rules: RuleSet, *, age: int | None = None) -> Ticks:
    """Return what `form` has ticked; `age` where the form does not say one."""
    ticked, expired, old = (set(form.getlist(name)) for name in ("paper", "expired", "old"))
    marks = {
        document.id: Mark(
            count=_count(form.get(f"count.{document.id}", ""), document.at_most),
            # (2)
            expired=document.id in expired,
            old=document.id in old,
        )
        # (1)
        for document in rules.documents
        if document.id in ticked
    }
    return Ticks(marks, _age(form["age"], rules) if "age" in form else rules.band_of(age))


def _count(text: str, at_most: int) -> int:
    return next((count for count in range(2, at_most + 1) if text == str(count)), 1)


def _age(text: str, rules: RuleSet) -> int | None:
    return next((bound for bound in rules.ages if text == str(bound)), None)
