"""Which cards a second person decides on, and that nothing left behind tells why.

Port-Sable has a second person for exceptions: people without papers, for whom a referee vouches, and one card in four.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from citycard.core.verdicts import Verdict
from citycard.operations import enrol
from citycard.operations.enrol import ONE_IN
from citycard.operations.refusals import OperationRefused
from citycard.store.audit import AuditEntry
from citycard.store.cards import Card
from tests.operations.conftest import OpenHall
from tests.support.town_hall import TownHall


def draws(first: int) -> Any:
    """Return a chance whose next single byte is `first` and whose longer answers stay random enough."""
    return lambda count: bytes((first,)) if count == 1 else bytes(range(count))


def submitted(hall: TownHall, *, lot: int, **typed: Any) -> str:
    """Enrol somebody and submit with the lot `lot`."""
    ticket = hall.enrol(**typed)
    with hall.case(ticket, "Amel") as (session, enrolment, amel):
        enrol.submit(session, hall.desk(chance=draws(lot)), enrolment, by=amel)
        session.commit()
    return ticket


def test_an_ordinary_card_needs_no_second_person_if_its_lot_says_so(open_hall: OpenHall) -> None:
    hall = open_hall(approval="exceptions")
    ticket = submitted(hall, lot=1)

    hall.approve(ticket, by="Amel")

    assert hall.check(hall.issue(ticket).full_code).verdict is Verdict.OK


def test_one_ordinary_card_in_four_is_looked_at_by_a_colleague(open_hall: OpenHall) -> None:
    hall = open_hall(approval="exceptions")
    drawn = [lot for lot in range(256) if lot % ONE_IN == 0]
    assert len(drawn) == 256 // 4
    ticket = submitted(hall, lot=drawn[7])

    with pytest.raises(OperationRefused) as refusal:
        hall.approve(ticket, by="Amel")

    assert refusal.value.code == "approve-own"
    hall.approve(ticket, by="Bruno")
    hall.issue(ticket)


def test_sending_the_same_file_again_draws_no_other_lot(open_hall: OpenHall) -> None:
    hall = open_hall(approval="exceptions")
    ticket = submitted(hall, lot=0)
    hall.send_back(ticket)
    with hall.case(ticket, "Amel") as (session, enrolment, amel):
        enrol.submit(session, hall.desk(chance=draws(1)), enrolment, by=amel)
        session.commit()

    assert hall.file(ticket).second_look == "yes"


@pytest.mark.parametrize("policy", ["exceptions", "always"])
def test_somebody_without_papers_is_seen_by_two_of_the_staff(open_hall: OpenHall, policy: str) -> None:
    hall = open_hall(approval=policy)
    ticket = submitted(hall, lot=1, vouched=True)

    with pytest.raises(OperationRefused) as refusal:
        hall.approve(ticket, by="Amel")
    assert refusal.value.code == "approve-own"

    hall.approve(ticket, by="Bruno")
    assert hall.check(hall.issue(ticket).full_code).verdict is Verdict.OK


def test_a_town_without_second_persons_does_not_vouch(open_hall: OpenHall) -> None:
    hall = open_hall(approval="never")
    ticket = hall.enrol(vouched=True)

    with pytest.raises(OperationRefused) as refusal:
        hall.submit(ticket)

    assert refusal.value.code == "vouching-needs-two"


@pytest.mark.parametrize("policy", ["exceptions", "always"])
def test_register_and_log_cannot_tell_an_exceptional_card_from_an_ordinary_one(
    open_hall: OpenHall, policy: str
) -> None:
    """Two cards with a colleague's decision, one drawn by lot and one vouched for: all that is left looks the same."""
    hall = open_hall(approval=policy)
    left: list[Any] = []
    for lot, vouched in ((0, False), (1, True)):
        before = len(log_of(hall))
        ticket = submitted(hall, lot=lot, vouched=vouched)
        hall.approve(ticket, by="Bruno")
        card = hall.issue(ticket)
        hall.print(ticket)
        hall.hand_over(ticket)
        with hall.session() as session:
            row = session.get_one(Card, card.number)
            held = {column.key: getattr(row, column.key) for column in Card.__table__.columns}
        for random in ("number", "list_index", "recovery_selector", "recovery_tag"):
            del held[random]
        left.append((held, log_of(hall)[before:]))
        hall.clock.pass_by(seconds=1)

    assert left[0] == left[1]


def log_of(hall: TownHall) -> list[tuple[str, str]]:
    """Return who did what, in order."""
    with hall.session() as session:
        return [(each.actor, each.act) for each in session.scalars(select(AuditEntry).order_by(AuditEntry.seq))]
