"""What must be true of a register after any number of kills.

1. No number was signed for in two attempts, and none at two places; no place was signed for under two numbers. This is
   asked of what the key was used for, not only of the register, whose constraints could not show it.
2. No place is in the register twice.
3. Nothing that was signed for is lost: its number stands in the register at its place, so that it can never be given
   again, also when nobody knows whether the signature left the machine.
4. Every enrolment has one active card, which was signed for and is good at a desk; every other number is void, and
   revoked in the published list.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.core.status import read_status_list
from citycard.core.verdicts import Verdict
from citycard.operations import publish
from citycard.store.cards import Card, CardState, StatusListRow
from citycard.store.enrolments import Enrolment
from tests.crash.attempts import Signed
from tests.support.town_hall import TownHall

Row = tuple[str, tuple[str, int], CardState]
"""A card of the register: number, place, state."""


def rows_of(hall: TownHall) -> list[Row]:
    """Return every card of the register."""
    joined = select(Card.number, StatusListRow.uri, Card.list_index, Card.state).join(
        StatusListRow, StatusListRow.no == Card.list_no
    )
    with Session(hall.engine) as session:
        return [(number, (uri, index), CardState(state)) for number, uri, index, state in session.execute(joined)]


def problems(signed: Sequence[Signed], rows: Sequence[Row], enrolments: int) -> list[str]:
    """Return what is wrong, a sentence each (1 to 4)."""
    found = []
    # (1)
    attempts, places = _by(signed, "number", "attempt"), _by(signed, "number", "place")
    numbers = _by(signed, "place", "number")
    found += [f"number {number} was given in {len(those)} attempts" for number, those in _twice(attempts)]
    found += [f"number {number} was given {len(those)} places" for number, those in _twice(places)]
    found += [f"place {place} was given to {len(those)} numbers" for place, those in _twice(numbers)]
    # (2)
    taken = Counter(place for _, place, _ in rows)
    found += [f"place {place} is in the register {count} times" for place, count in taken.items() if count > 1]
    # (3)
    held = {number: place for number, place, _ in rows}
    for number, (place, *_) in places.items():
        if number not in held:
            found.append(f"number {number} was signed for and is lost")
        elif held[number] != place:
            found.append(f"number {number} was signed for at another place")
    # (4)
    states = Counter(state for _, _, state in rows)
    if set(states) - {CardState.ACTIVE, CardState.VOID}:
        found.append(f"cards are neither active nor void: {dict(states)}")
    if states[CardState.ACTIVE] != enrolments:
        found.append(f"{enrolments} enrolments have {states[CardState.ACTIVE]} cards")
    found += [
        f"number {number} is active and was never signed for"
        for number, _, state in rows
        if state is CardState.ACTIVE and number not in attempts
    ]
    return found


def problems_at_the_desk(hall: TownHall, rows: Sequence[Row], tickets: Iterable[str]) -> list[str]:
    """Return what a desk would find wrong with the codes of the enrolments, and a partner with the lists (4)."""
    hall.publish_lists()
    issuer, found = hall.ring.issuer(publish.announced(hall.office)), []
    with Session(hall.engine) as session:
        lists = {
            row.uri: read_status_list(row.token or b"", issuer=issuer, uri=row.uri, now=hall.now)
            for row in session.scalars(select(StatusListRow))
        }
    for number, (uri, index), state in rows:
        if lists[uri][index] != (1 if state is CardState.VOID else 0):
            found.append(f"number {number} is {state} and stands as {lists[uri][index]} in its list")
    states = {number: state for number, _, state in rows}
    with Session(hall.engine) as session:
        numbers = {each.ticket: each.card_number for each in session.scalars(select(Enrolment))}
    for ticket in tickets:
        file = hall.file(ticket)
        verdicts = {hall.check(code).verdict for code in (file.full_code, file.light_code)}
        if states.get(numbers[ticket] or "") is not CardState.ACTIVE or verdicts != {Verdict.OK}:
            found.append(f"the card of an enrolment is {', '.join(sorted(verdicts))}")
    return found


def _by(signed: Sequence[Signed], key: str, value: str) -> dict[object, list[object]]:
    grouped: defaultdict[object, list[object]] = defaultdict(list)
    for each in signed:
        if getattr(each, value) not in grouped[getattr(each, key)]:
            grouped[getattr(each, key)].append(getattr(each, value))
    return grouped


def _twice(grouped: dict[object, list[object]]) -> list[tuple[object, list[object]]]:
    return [(key, values) for key, values in grouped.items() if len(values) > 1]
