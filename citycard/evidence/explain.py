"""A whole rule set in words: what is enough, what young people need, and what in it does nobody any good.

1. What is enough for a grown person whose card shows a date of birth: one document, two, three, four.
2. For each exception, what it asks for, and what is enough beside that.
3. Remarks: what an author of rules would want to know before the first person stands at the counter. They are no
   mistakes; those are found when the file is read (`reading`).

The words are English, like those of every command.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from citycard.evidence.filling import LONGEST, Way, ways
from citycard.evidence.rules import AgeException, BirthDate, Document, Kind, Needed, Rendering, RuleSet, in_language
from citycard.evidence.tally import Ticked, tally

LANGUAGE = "en"

LANGUAGES = ("fr", "en", "es", "ar")
"""Those of our pages. A set may hold others."""


@dataclass(frozen=True)
class ForTheYoung:
    """An exception, with what it asks for on the desk: whether that is enough, or else the lists that complete it."""

    id: str
    enough: bool
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class Explained:
    """What is known of a rule set once it has been tried out."""

    rules: RuleSet
    ways: tuple[Way, ...]
    exceptions: tuple[ForTheYoung, ...]
    remarks: tuple[str, ...]

    def of_length(self, length: int) -> tuple[Way, ...]:
        """Return the lists of so many papers."""
        return tuple(way for way in self.ways if way.length == length)

    @property
    def alone(self) -> tuple[str, ...]:
        """The documents that are enough alone."""
        return tuple(name for way in self.of_length(1) for name in way.slots[0].documents)

    def to_json(self) -> dict[str, Any]:
        """Return it for programmes; each list of papers as [[count, [ids]], …]."""
        return {
            "id": self.rules.id,
            "version": self.rules.version,
            "valid_from": self.rules.valid_from.isoformat(),
            "documents": len(self.rules.documents),
            "alone": list(self.alone),
            "pairs": [way.to_json() for way in self.of_length(2)],
            "longer": [way.to_json() for way in self.ways if way.length > 2],
            "exceptions": {
                one.id: {"enough": one.enough, "beside": [way.to_json() for way in one.ways]} for one in self.exceptions
            },
            "remarks": list(self.remarks),
        }


def explain(rules: RuleSet, *, today: date) -> Explained:
    """Try a rule set out."""
    # (1)
    grown = ways(rules, (), birth_date_shown=True)
    # (2)
    young = tuple(_for_the_young(rules, exception) for exception in rules.exceptions)
    # (3)
    everybody = [
        ways(rules, (), age=age, birth_date_shown=shown) for age in (None, *rules.ages) for shown in (True, False)
    ]
    said = [*_about_people(rules, young), *_about_documents(rules, [*everybody, *(one.ways for one in young)])]
    if rules.valid_from > today:
        said.append(f"These rules are in force from {rules.valid_from.isoformat()}: name them in settings.toml then.")
    return Explained(rules, grown, young, tuple(said))


def lines(explained: Explained) -> Iterable[str]:
    """Say it, line by line."""
    rules = explained.rules
    yield f"{rules.id}, version {rules.version}, in force from {rules.valid_from.isoformat()}"
    yield f"    {in_language(rules.names, LANGUAGE)[0]}"
    yield f"    {len(rules.documents)} documents. Needed: {_demand(rules.needed)}."
    if rules.exceptional_path:
        yield "    A person without any document may be vouched for."
    for length, title in enumerate(("Enough alone", "Enough in pairs", "Enough in threes", "Enough in fours"), start=1):
        yield f"\n{title}"
        found = explained.of_length(length)
        yield from _ways(rules, found) if found else ["    nothing"]
    for one, exception in zip(explained.exceptions, rules.exceptions, strict=True):
        yield f"\nUp to {exception.up_to_age} years: {in_language(exception.names, LANGUAGE)[0]}"
        if exception.needs_all_of:
            yield f"    asks for: {'; '.join(_target(rules, name) for name in exception.needs_all_of)}"
        yield f"    needs: {_demand(exception.needed)}"
        if one.enough:
            yield "    that is enough"
        elif one.ways:
            yield "    and beside that:"
            yield from _ways(rules, one.ways)
        else:
            yield f"    and no list of up to {LONGEST} papers makes it enough"
    yield "\nRemarks"
    yield from [f"  ! {remark}" for remark in explained.remarks] or ["    none"]


def _for_the_young(rules: RuleSet, exception: AgeException) -> ForTheYoung:
    documents = rules.documents
    asked = [next(one.id for one in documents if one.is_one_of((target,))) for target in exception.needs_all_of]
    desk = [Ticked(name) for name in dict.fromkeys(asked)]
    age = exception.up_to_age
    enough = tally(rules, desk, age=age, birth_date_shown=True).complete
    return ForTheYoung(exception.id, enough, ways(rules, desk, age=age, birth_date_shown=True))


def _about_people(rules: RuleSet, young: Sequence[ForTheYoung]) -> Iterable[str]:
    shown = {document.address for document in rules.documents if document.residence}
    if Rendering.CARE_OF not in shown and Rendering.NONE not in shown:
        yield "Nobody without a home can show that they live here: no document has address care_of or none."
    if Rendering.PROTECTED not in shown:
        yield "Nobody whose address is secret can show that they live here: no document has address protected."
    if rules.needed.birth_date is BirthDate.ALWAYS:
        yield "Whoever has no paper with a date of birth cannot have a card, even one that shows none."
    if not rules.exceptions:
        yield "Children need the same as grown people: there is no exception."
    for one in young:
        if not one.enough and not one.ways:
            yield f'exception "{one.id}": it never makes a list of up to {LONGEST} papers enough.'
    if rules.needed.total < rules.needed.identity + rules.needed.residence:
        yield "minimum, total: it is less than identity and residence together, so it demands nothing."


def _about_documents(rules: RuleSet, found: Iterable[Iterable[Way]]) -> Iterable[str]:
    useful = {name for several in found for way in several for slot in way.slots for name in slot.documents}
    asked = [target for one in rules.documents for target in one.needs_one_of]
    asked += [target for one in rules.exceptions for target in one.needs_all_of]
    for document in rules.documents:
        if document.is_companion:
            if not document.is_one_of(tuple(asked)):
                yield f'document "{document.id}": it is worth nothing, and nothing asks for it.'
        elif document.id not in useful:
            yield f'document "{document.id}": it is in no list of up to {LONGEST} papers. It may be left out.'
    for language in LANGUAGES:
        named: list[Document | Kind | AgeException] = [*rules.documents, *rules.kinds, *rules.exceptions]
        lacking = [one.id for one in named if language not in one.names]
        if lacking:
            some = ", ".join(lacking[:3]) + (", …" if len(lacking) > 3 else "")
            yield f"names, {language}: missing for {some}. Those pages show the first language that is there."


def _ways(rules: RuleSet, several: Iterable[Way]) -> Iterable[str]:
    for way in several:
        for place, slot in enumerate(way.slots):
            start = "  - " if place == 0 else "    with "
            names = [_with_companion(rules, rules.by_id[name]) for name in slot.documents]
            how_many = f"{slot.count} of: " if slot.count > 1 else "one of: " if len(names) > 1 else ""
            yield f"{start}{how_many}{'; '.join(names)}"


def _demand(needed: Needed) -> str:
    in_all = f", {needed.total} in all" if needed.total > needed.identity + needed.residence else ""
    parts = [f"{needed.identity} for identity and {needed.residence} for residence{in_all}"]
    if needed.photo:
        parts.append("a photo")
    if needed.birth_date is BirthDate.ALWAYS:
        parts.append("a date of birth")
    elif needed.birth_date is BirthDate.IF_SHOWN:
        parts.append("a date of birth if it is to stand on the card")
    return ", ".join(parts)


def _target(rules: RuleSet, target: str) -> str:
    names = [_name(document) for document in rules.documents if document.is_one_of((target,))]
    return " or ".join(names)


def _with_companion(rules: RuleSet, document: Document) -> str:
    """Return the name of a document, and of the paper that comes along with it."""
    beside = [one for one in rules.documents if one.is_companion and one.is_one_of(document.needs_one_of)]
    return f"{_name(document)} (with {' or '.join(map(_name, beside))})" if beside else _name(document)


def _name(document: Document) -> str:
    return in_language(document.names, LANGUAGE)[0]
