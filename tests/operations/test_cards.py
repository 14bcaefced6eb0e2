"""What becomes of a card: every move there is, and every one there is not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.operations import cards
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.store.cards import Card, CardState, StatusListRow
from citycard.store.counters import Counter
from tests.operations.conftest import OpenHall
from tests.support.town_hall import TownHall

RESERVED, ACTIVE, SUSPENDED, ENDED, VOID = CardState

NUMBER = "4VAAV5S75SNZZ6JP"

ALLOWED = {
    (ACTIVE, SUSPENDED),
    (ACTIVE, ENDED),
    (ACTIVE, VOID),
    (SUSPENDED, ACTIVE),
    (SUSPENDED, ENDED),
    (SUSPENDED, VOID),
    (RESERVED, VOID),
}
"""Everything else is refused; above all, nothing comes back from ended or void."""


def put(hall: TownHall, state: CardState, number: str = NUMBER) -> None:
    """Put a card into the register, in this state, its list signed."""
    with hall.session() as session:
        session.add(
            Card(
                number=number,
                list_no=1,
                list_index=423,
                kid="0" * 16,
                issued_on=hall.now.date(),
                expires_on=hall.now.date(),
                state=state,
            )
        )
    hall.publish_lists()


def move(hall: TownHall, to: CardState, number: str = NUMBER) -> None:
    with hall.session() as session:
        cards.move(
            session,
            session.get_one(Card, number),
            to,
            by="Bruno",
            now=hall.now,
            settings=hall.office.settings,
            chance=hall.chance,
        )


def dirty(hall: TownHall) -> list[int]:
    with Session(hall.engine) as session:
        return list(session.scalars(select(StatusListRow.no).where(StatusListRow.dirty)))


@pytest.mark.parametrize("to", [ACTIVE, SUSPENDED, ENDED, VOID])
@pytest.mark.parametrize("state", list(CardState))
def test_each_move_is_allowed_or_refused(small_hall: TownHall, state: CardState, to: CardState) -> None:
    put(small_hall, state)

    if state == to:
        move(small_hall, to)
        assert (small_hall.cards()[NUMBER], dirty(small_hall)) == (state, [])
    elif (state, to) in ALLOWED:
        move(small_hall, to)
        assert (small_hall.cards()[NUMBER], dirty(small_hall)) == (to, [1])
    else:
        with pytest.raises(OperationRefused) as refusal:
            move(small_hall, to)
        assert refusal.value.code == "card-ended"
        assert (small_hall.cards()[NUMBER], dirty(small_hall)) == (state, [])


def test_a_reserved_number_is_no_card_of_ours(small_hall: TownHall) -> None:
    put(small_hall, RESERVED)

    with small_hall.session() as session:
        with pytest.raises(NotFound) as reserved:
            cards.find_card(session, NUMBER)
        with pytest.raises(NotFound) as unknown:
            cards.find_card(session, "0" * 16)

    assert (reserved.value.code, str(reserved.value)) == (unknown.value.code, str(unknown.value))


@pytest.mark.postgres
def test_an_end_wins_over_whatever_happens_at_the_same_moment(open_hall: OpenHall, postgres_url: str) -> None:
    """Two windows with the same card before them; the one that suspends must not wake what the other ended.

    On PostgreSQL, where both transactions are open at once; SQLite lets the second begin after the first.
    """
    hall = open_hall(database_url=postgres_url)
    put(hall, ACTIVE)
    with Session(hall.engine) as slow:
        seen = slow.get_one(Card, NUMBER)
        assert seen.state == ACTIVE
        move(hall, ENDED)
        with pytest.raises(OperationRefused):
            cards.move(
                slow, seen, SUSPENDED, by="Amel", now=hall.now, settings=hall.office.settings, chance=hall.chance
            )

    assert hall.cards()[NUMBER] == ENDED


def test_many_who_move_a_card_at_once_leave_it_ended_and_published(hall: TownHall) -> None:
    put(hall, ACTIVE)

    def do(number: int) -> str:
        try:
            move(hall, (SUSPENDED, ACTIVE, ENDED)[number % 3])
            hall.publish_lists()
        except OperationRefused as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(do, range(12))) <= {"done", "card-ended"}
    hall.publish_lists()

    assert hall.cards()[NUMBER] == ENDED
    assert dirty(hall) == []


def test_why_a_card_ended_is_counted_by_week_and_not_noted(small_hall: TownHall) -> None:
    put(small_hall, ACTIVE)
    move(small_hall, SUSPENDED)
    move(small_hall, ACTIVE)
    move(small_hall, ENDED)

    with Session(small_hall.engine) as session:
        counted = {(row.service, str(row.week), row.event): row.count for row in session.scalars(select(Counter))}
    assert counted == {
        ("office", "2026-11-23", "card-suspended"): 1,
        ("office", "2026-11-23", "card-resumed"): 1,
        ("office", "2026-11-23", "card-ended"): 1,
    }
