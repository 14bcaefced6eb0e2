"""The audit log: a chain that shows every change, and that names nobody."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from citycard.operations import audit
from citycard.operations.audit import Act, ChainBroken, Head
from citycard.store.audit import AuditEntry
from tests.support.town_hall import CAST, TownHall, chance_from

DAY = date(2026, 11, 23)


def write(hall: TownHall, count: int = 6) -> Head:
    """Write entries and return the head."""
    with hall.session() as session:
        for _ in range(count):
            audit.record(session, Act.CARD_ENDED, by="Bruno", day=DAY, chance=hall.chance)
        return audit.head(session)


def set_values(**values: object) -> Callable[[Session], object]:
    return lambda session: session.execute(update(AuditEntry).where(AuditEntry.seq == 3).values(values))


def remove(seq: int) -> Callable[[Session], object]:
    return lambda session: session.execute(delete(AuditEntry).where(AuditEntry.seq == seq))


def swap(session: Session) -> None:
    for old, new in ((2, 102), (3, 2), (102, 3)):
        session.execute(update(AuditEntry).where(AuditEntry.seq == old).values(seq=new))


def insert(session: Session) -> None:
    for seq in range(6, 2, -1):
        session.execute(update(AuditEntry).where(AuditEntry.seq == seq).values(seq=seq + 1))
    session.add(AuditEntry(seq=3, day=DAY, actor="X", act="card-ended", handle="0", previous="0" * 64, hash="0" * 64))


TAMPERING: dict[str, tuple[Callable[[Session], object], int]] = {
    "another day": (set_values(day=DAY + timedelta(days=1)), 3),
    "another actor": (set_values(actor="Amel"), 3),
    "another act": (set_values(act="card-suspended"), 3),
    "another handle": (set_values(handle="00" * 8), 3),
    "another hash": (set_values(hash="00" * 32), 3),
    "another predecessor": (set_values(previous="00" * 32), 3),
    "the first removed": (remove(1), 1),
    "one removed": (remove(3), 3),
    "two exchanged": (swap, 2),
    "one inserted": (insert, 3),
}


@pytest.mark.parametrize("how", TAMPERING)
def test_every_change_breaks_the_chain_where_it_was_made(small_hall: TownHall, how: str) -> None:
    write(small_hall)
    change, seq = TAMPERING[how]
    with small_hall.session() as session:
        change(session)

    with Session(small_hall.engine) as session, pytest.raises(ChainBroken) as broken:
        audit.verify_chain(session)

    assert (broken.value.code, str(broken.value)) == ("audit-broken", f"The audit log is broken at entry {seq}.")


def test_a_whole_chain_is_whole(hall: TownHall) -> None:
    head = write(hall)

    with Session(hall.engine) as session:
        assert audit.verify_chain(session) == head == Head(6, head.hash)


def test_an_empty_log_is_whole(small_hall: TownHall) -> None:
    with Session(small_hall.engine) as session:
        assert audit.verify_chain(session) == audit.head(session) == Head(0, audit.GENESIS)


def test_a_cut_off_end_is_seen_by_who_witnessed_it(hall: TownHall) -> None:
    witness = write(hall)
    with hall.session() as session:
        remove(6)(session)

    with Session(hall.engine) as session:
        audit.verify_chain(session)  # nothing tells, from inside
        with pytest.raises(ChainBroken) as broken:
            audit.verify_chain(session, witness=witness)

    assert broken.value.code == "audit-shortened"


def test_a_rewritten_history_is_seen_by_who_witnessed_it(hall: TownHall) -> None:
    witness = write(hall, 4)
    with hall.session() as session:
        session.execute(delete(AuditEntry))
    write(hall, 8)

    with Session(hall.engine) as session:
        audit.verify_chain(session)
        with pytest.raises(ChainBroken) as broken:
            audit.verify_chain(session, witness=witness)

    assert broken.value.code == "audit-rewritten"


def test_a_log_that_grew_still_holds_what_was_witnessed(hall: TownHall) -> None:
    witness = write(hall, 3)
    write(hall, 3)

    with Session(hall.engine) as session:
        assert audit.verify_chain(session, witness=witness).seq == 6
        assert audit.verify_chain(session, witness=Head(0, audit.GENESIS)).seq == 6
        with pytest.raises(ChainBroken):
            audit.verify_chain(session, witness=Head(7, "0" * 64))


def test_twenty_writers_make_one_chain(hall: TownHall) -> None:
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: write(hall, 2), range(20)))

    with Session(hall.engine) as session:
        assert audit.verify_chain(session).seq == 40


def test_an_entry_needs_a_handle(small_hall: TownHall) -> None:
    with small_hall.session() as session, pytest.raises(ValueError):
        audit.record(session, Act.CARD_ENDED, by="Bruno", day=DAY)


def test_the_log_of_a_life_names_neither_person_nor_card(hall: TownHall) -> None:
    # A ticket of four digits could stand in the handle by chance; this one has letters that no handle has.
    hall.chance = chance_from(1)
    ticket = hall.approved()
    assert set(ticket) - set("0123456789abcdef")
    request, handle = hall.row(ticket), hall.file(ticket).handle
    card = hall.issue(ticket)
    hall.print(ticket)
    hall.hand_over(ticket)

    with Session(hall.engine) as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all()
        said = " ".join(f"{entry.actor} {entry.act} {entry.handle}" for entry in entries)
    assert [entry.act for entry in entries] == [
        "enrolment-opened",
        "enrolment-submitted",
        "enrolment-approved",
        "card-issued",
        "card-printed",
        "card-handed-over",
    ]
    assert {entry.actor for entry in entries} <= set(CAST)
    assert {entry.act for entry in entries} <= set(Act)
    assert {entry.handle for entry in entries} == {handle}
    # The handle was in the sealed file, which is gone; nothing that is left leads from it to a card or a ticket.
    for secret in (card.number, ticket, request.id, request.request_token):
        assert secret not in said


def test_acts_on_the_same_card_cannot_be_put_together(small_hall: TownHall) -> None:
    from citycard.operations import cards
    from citycard.store.cards import Card, CardState

    card = small_hall.card()
    for state in (CardState.SUSPENDED, CardState.ACTIVE, CardState.ENDED):
        with small_hall.session() as session:
            cards.move(
                session,
                session.get_one(Card, card.number),
                state,
                by="Bruno",
                now=small_hall.now,
                settings=small_hall.office.settings,
                chance=small_hall.chance,
            )
    with Session(small_hall.engine) as session:
        handles = session.scalars(select(AuditEntry.handle).order_by(AuditEntry.seq.desc()).limit(3)).all()
        everything = session.scalars(select(AuditEntry.handle)).all()

    assert len(set(handles)) == 3
    assert all(everything.count(handle) == 1 for handle in handles)
