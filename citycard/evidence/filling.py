"""What would complete a desk: the shortest lists of papers, each list said once.

1. Documents that do the same for the count stand in one class: whoever may bring a gas bill may bring a rent receipt.
   One that lies on the desk expired stands alone: a valid one of it adds less than another paper would. A companion
   that is worth nothing by itself comes along with its paper, and is said with it: "lodging letter, together with …".
2. Lists of classes are tried from the shortest to the longest (`LONGEST`), the commonest classes first. A list that
   contains one that was found already is left out: nothing superfluous is asked for.
3. Lists that differ in one place are said as one: "one of these, and one of those". Whatever is chosen completes it.

What is suggested is fresh and valid. `static/js/evidence/filling.js` does the same; a test compares the two.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any

from citycard.evidence.rules import Document, RuleSet
from citycard.evidence.tally import Reason, Ticked, tally, worth

LONGEST = 4
"""Papers. More than four at once is no advice, but a discouragement."""

MOST_TRIES = 6000
"""Lists tried for one answer: half a second in Python. Our largest set needs 1,200; a set with sixty classes gets the
short lists and not all of the long ones."""


@dataclass(frozen=True, repr=False)
class Slot:
    """So many of these documents, it does not matter which."""

    documents: tuple[str, ...]
    """The commonest first."""
    count: int = 1


@dataclass(frozen=True, repr=False)
class Way:
    """A list of papers that completes the desk."""

    slots: tuple[Slot, ...]

    @property
    def length(self) -> int:
        """How many papers these are."""
        return sum(slot.count for slot in self.slots)

    def to_json(self) -> list[Any]:
        """Return it as the browser writes it."""
        return [[slot.count, list(slot.documents)] for slot in self.slots]


_Classes = tuple[int, ...]
"""Places of classes: one slot of a way while it is being put together."""

_Bundle = tuple[Document, ...]
"""A document, and the companion that comes along with it, if it needs one."""


def ways(
    rules: RuleSet, ticked: Iterable[Ticked], *, age: int | None = None, birth_date_shown: bool = False
) -> tuple[Way, ...]:
    """Return the lists that complete the desk, the shortest first; none when it is complete, or nothing short helps."""
    desk = list(ticked)
    good = {paper.document for paper in desk if not isinstance(worth(rules.by_id[paper.document], paper, age), Reason)}
    there = [document for document in rules.documents if document.id in good]

    def complete(more: list[Ticked]) -> bool:
        return tally(rules, [*desk, *more], age=age, birth_date_shown=birth_date_shown).complete

    if complete([]):
        return ()
    # (1)
    room = _room(rules, desk, age)
    classes = _classes(rules, room, there, {paper.document for paper in desk if paper.expired})
    papers = [[bundle for bundle in members for _ in range(room[bundle[0].id])] for members in classes]
    # (2)
    found: list[Counter[int]] = []
    tries = 0
    for length in range(1, LONGEST + 1):
        for chosen in combinations_with_replacement(range(len(classes)), length):
            counts = Counter(chosen)
            if any(count > len(papers[place]) for place, count in counts.items()):
                continue
            if any(known <= counts for known in found):
                continue
            tries += 1
            if tries > MOST_TRIES:
                break
            bundles = [bundle for place, count in counts.items() for bundle in papers[place][:count]]
            if complete([Ticked(document.id) for bundle in bundles for document in bundle]):
                found.append(counts)
    # (3)
    joined = _joined([tuple((place,) for place in sorted(chosen.elements())) for chosen in found])
    order = {document.id: place for place, document in enumerate(rules.documents)}

    def names(slot: _Classes) -> tuple[str, ...]:
        members = [bundle[0].id for place in slot for bundle in classes[place]]
        return tuple(sorted(members, key=order.__getitem__))

    return tuple(Way(tuple(Slot(names(slot), count) for slot, count in Counter(way).items())) for way in joined)


def _room(rules: RuleSet, desk: Sequence[Ticked], age: int | None) -> dict[str, int]:
    """Return how many papers of each document could still count."""
    fits = [one for one in rules.documents if one.up_to_age is None or (age is not None and age <= one.up_to_age)]
    good = Counter(
        paper.document
        for paper in desk
        if not (paper.old and rules.by_id[paper.document].max_age_days is not None)
        and not (paper.expired and rules.by_id[paper.document].expiry_grace_days is not None)
    )
    return {document.id: max(0, document.at_most - good[document.id]) for document in fits}


def _classes(rules: RuleSet, room: dict[str, int], there: Sequence[Document], expired: set[str]) -> list[list[_Bundle]]:
    # Whose companion a document is, and which demand of an exception it meets, is part of what it does. What waits on
    # the desk for its companion asks for it; what is not there yet brings its own.
    demands = [(target,) for one in rules.exceptions for target in one.needs_all_of]
    asks = [*(one.needs_one_of for one in rules.documents if one.needs_one_of), *demands]
    asked_now = [*(one.needs_one_of for one in there), *demands]
    classes: dict[tuple[object, ...], list[_Bundle]] = {}
    for document in rules.documents:
        if not room.get(document.id):
            continue
        if document.is_companion and not any(document.is_one_of(targets) for targets in asked_now):
            continue
        bundle, needs = _bundle(document, rules, room, there)
        meant = tuple(place for place, targets in enumerate(asks) if any(one.is_one_of(targets) for one in bundle))
        does = (document.identity, document.residence, document.photo, document.birth_date)
        alone = document.id if document.id in expired else ""
        classes.setdefault((*does, needs, meant, alone), []).append(bundle)
    return list(classes.values())


def _bundle(
    document: Document, rules: RuleSet, room: dict[str, int], there: Sequence[Document]
) -> tuple[_Bundle, tuple[str, ...]]:
    """Return a document with what it brings along, and what it then still needs."""
    needs = document.needs_one_of
    if not needs or any(one is not document and one.is_one_of(needs) for one in there):
        return (document,), ()
    for other in rules.documents:
        if other is not document and other.is_companion and other.is_one_of(needs) and room.get(other.id):
            return (document, other), ()
    return (document,), needs


def _joined(lists: list[tuple[_Classes, ...]]) -> list[tuple[_Classes, ...]]:
    """Return the lists with those that differ in one slot made into one, until no two do."""
    joined, again = list(lists), True
    while again:
        again = False
        here = 0
        while here < len(joined):
            there = here + 1
            while there < len(joined):
                both = _both(joined[here], joined[there])
                if both is None:
                    there += 1
                    continue
                joined[here] = both
                del joined[there]
                there, again = here + 1, True
            here += 1
    return joined


def _both(one: tuple[_Classes, ...], other: tuple[_Classes, ...]) -> tuple[_Classes, ...] | None:
    only_there, common, only_here = list(other), [], []
    for slot in one:
        if slot in only_there:
            only_there.remove(slot)
            common.append(slot)
        else:
            only_here.append(slot)
    if len(only_here) != 1 or len(only_there) != 1:
        return None
    either = tuple(sorted({*only_here[0], *only_there[0]}))
    return tuple(sorted([*common, either]))
