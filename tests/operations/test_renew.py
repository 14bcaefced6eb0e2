"""The holder is the archive: a new card from what the old one says, with no file left of anybody.

Salma's card is renewed, exchanged and replaced; the office knows a number and days.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from citycard.core.verdicts import Verdict
from citycard.operations import cards, renew
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.store.cards import Card, CardState
from citycard.store.counters import Counter
from citycard.store.enrolments import Enrolment
from tests.operations.conftest import OpenHall
from tests.support.cities import City
from tests.support.town_hall import Issued, TownHall, complete_file, drawn_portrait


def handed_over(hall: TownHall, **typed: object) -> Issued:
    """Give somebody a card and forget the person; return the card, which the holder keeps."""
    ticket = hall.approved(**typed)
    card = hall.issue(ticket)
    hall.print(ticket)
    hall.hand_over(ticket)
    return card


def renewed(hall: TownHall, text: str, *, token: str = "a" * 32) -> str:
    """Open an enrolment from the code `text`; the ticket."""
    with hall.session() as session:
        amel = hall.staff(session, "Amel")
        old = renew.read_old(session, hall.desk(), text, ring=hall.ring)
        ticket = renew.open_renewal(session, hall.desk(), old, by=amel, request_token=token).ticket
        session.commit()
    return ticket


def compared(hall: TownHall, ticket: str) -> None:
    """Say that the face is the same."""
    with hall.case(ticket, "Amel") as (session, enrolment, _):
        renew.same_person(session, hall.desk(), enrolment, rules="fr-2026")
        session.commit()


def new_picture(hall: TownHall, ticket: str) -> None:
    """Take the new portrait and ask what no code holds."""
    made = drawn_portrait()
    hall.type(ticket, portrait=made.to_print, portrait_small=made.for_code, portrait_in_code="yes")


def approved(hall: TownHall, old: Issued) -> str:
    """Take a renewal of `old` as far as the approval; the ticket."""
    ticket = renewed(hall, old.full_code)
    compared(hall, ticket)
    new_picture(hall, ticket)
    hall.submit(ticket)
    hall.approve(ticket)
    return ticket


def test_a_card_is_renewed_with_all_files_gone(hall: TownHall) -> None:
    old = handed_over(hall)
    with hall.session() as session:
        assert session.scalar(select(func.count()).select_from(Enrolment)) == 0, "nothing is kept of anybody"
    before = hall.check(old.full_code).card
    assert before is not None

    ticket = approved(hall, old)
    new = hall.issue(ticket)
    hall.publish_lists()

    after = hall.check(new.full_code)
    assert after.verdict is Verdict.OK
    assert after.card is not None
    assert after.card.identity.full_name == before.identity.full_name
    assert after.card.identity.date_of_birth == before.identity.date_of_birth
    assert new.number != old.number
    assert hall.check(old.full_code).verdict is Verdict.REVOKED


def test_the_old_card_ends_with_the_issue_of_the_new_one_and_not_before(hall: TownHall) -> None:
    old = handed_over(hall)
    ticket = approved(hall, old)
    assert hall.cards()[old.number] is CardState.ACTIVE

    new = hall.issue(ticket)

    assert hall.cards()[old.number] is CardState.ENDED
    assert hall.cards()[new.number] is CardState.ACTIVE


def test_nothing_in_the_register_ties_the_new_card_to_the_old(hall: TownHall) -> None:
    old = handed_over(hall)
    ticket = renewed(hall, old.full_code)

    row = hall.row(ticket)

    held = {column.key: getattr(row, column.key) for column in Enrolment.__table__.columns}
    assert not any(
        old.number in str(value) or old.number.encode() in bytes(str(value), "utf-8") for value in held.values()
    )
    assert hall.file(ticket).replaces == old.number, "only the sealed file knows"


def test_a_card_over_for_three_months_is_renewed_and_residence_is_asked_again(open_hall: OpenHall) -> None:
    hall = open_hall(validity_years=1)
    old = handed_over(hall)
    hall.clock.pass_by(days=365 + 90)

    ticket = renewed(hall, old.full_code)
    compared(hall, ticket)

    file = hall.file(ticket)
    assert (file.identity_checked, file.residence_checked) == (True, False)


def test_a_card_over_for_more_than_a_year_is_no_beginning(open_hall: OpenHall) -> None:
    hall = open_hall(validity_years=1)
    old = handed_over(hall)
    hall.clock.pass_by(days=365 + 395)  # thirteen months

    with pytest.raises(OperationRefused) as refusal:
        renewed(hall, old.full_code)

    assert refusal.value.code == "renew-late"


def test_a_good_card_stands_for_where_its_holder_lives(hall: TownHall) -> None:
    ticket = renewed(hall, handed_over(hall).full_code)
    assert not hall.file(ticket).identity_checked, "before the face is compared it stands for nothing"

    compared(hall, ticket)

    file = hall.file(ticket)
    assert (file.identity_checked, file.residence_checked) == (True, True)


# --- a worn card ------------------------------------------------------------------------------------------------


def of_a_worn_card(hall: TownHall, old: Issued) -> str:
    """Only the light code can be read, and the printed face is the one before the counter; the ticket."""
    ticket = renewed(hall, old.light_code)
    with hall.case(ticket, "Amel") as (session, enrolment, _):
        renew.same_printed_face(session, hall.desk(), enrolment)
    return ticket


def test_the_light_code_fills_in_nothing_and_proves_nothing(hall: TownHall) -> None:
    old = handed_over(hall)

    ticket = of_a_worn_card(hall, old)

    file = hall.file(ticket)
    assert (file.full_name, file.date_of_birth, file.old_portrait) == ("", "", b"")
    assert (file.identity_checked, file.residence_checked) == (False, False)
    assert file.from_worn_card
    with pytest.raises(OperationRefused):
        compared(hall, ticket)
    assert not hall.file(ticket).identity_checked


def test_a_worn_card_ends_when_the_new_one_is_issued(hall: TownHall) -> None:
    old = handed_over(hall)
    ticket = of_a_worn_card(hall, old)
    hall.type(ticket, **complete_file())
    hall.submit(ticket)
    hall.approve(ticket)
    assert hall.cards()[old.number] is CardState.ACTIVE

    new = hall.issue(ticket)

    assert (hall.cards()[old.number], hall.cards()[new.number]) == (CardState.ENDED, CardState.ACTIVE)


@pytest.mark.parametrize("changed_her_mind", [False, True], ids=["at once", "after saying yes"])
def test_a_printed_face_that_is_not_certain_ends_no_card(hall: TownHall, *, changed_her_mind: bool) -> None:
    """Whoever photographed Salma's light code and printed a card around it does not take hers away."""
    old = handed_over(hall)
    ticket = of_a_worn_card(hall, old) if changed_her_mind else renewed(hall, old.light_code)
    if changed_her_mind:
        hall.type(ticket, identity_checked=True, birth_date_seen=True)
    with hall.case(ticket, "Amel") as (session, enrolment, _):
        renew.not_the_same(session, hall.desk(), enrolment)
    file = hall.file(ticket)
    assert (file.from_worn_card, file.replaces, file.identity_checked) == (False, "", False)

    hall.type(ticket, **complete_file())
    hall.submit(ticket)
    hall.approve(ticket)
    hall.issue(ticket)

    assert hall.cards()[old.number] is CardState.ACTIVE


def test_a_worn_card_that_nobody_compared_is_not_ended_either(hall: TownHall) -> None:
    """The clerk went on to the next page by its address."""
    old = handed_over(hall)
    ticket = renewed(hall, old.light_code)
    hall.type(ticket, **complete_file())
    hall.submit(ticket)
    hall.approve(ticket)
    hall.issue(ticket)

    assert hall.cards()[old.number] is CardState.ACTIVE


def test_of_a_worn_card_nothing_in_the_register_says_so(hall: TownHall) -> None:
    row = hall.row(of_a_worn_card(hall, old := handed_over(hall)))

    assert not any(
        old.number.encode() in (value if isinstance(value, bytes) else str(value).encode())
        for value in (getattr(row, column.key) for column in Enrolment.__table__.columns)
    )


@pytest.mark.parametrize("months", [11, 13])
def test_a_worn_card_too_may_be_over_for_a_year_and_no_longer(open_hall: OpenHall, months: int) -> None:
    hall = open_hall(validity_years=1)
    old = handed_over(hall)
    hall.clock.pass_by(days=365 + months * 30.5)

    if months < 12:
        assert hall.file(of_a_worn_card(hall, old)).from_worn_card
    else:
        with pytest.raises(OperationRefused) as refusal:
            renewed(hall, old.light_code)
        assert refusal.value.code == "renew-late"


# --- what is no beginning ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to", "shown", "code"),
    [
        (CardState.SUSPENDED, "light_code", "renew-suspended"),
        (CardState.ENDED, "light_code", "renew-ended"),
        (CardState.ENDED, "full_code", "renew-ended"),
    ],
)
def test_a_card_that_is_not_good_is_no_beginning(hall: TownHall, to: CardState, shown: str, code: str) -> None:
    old = handed_over(hall)
    moved(hall, old, to)

    with pytest.raises(OperationRefused) as refusal:
        renewed(hall, getattr(old, shown))

    assert refusal.value.code == code


def test_a_lost_card_that_was_stopped_is_replaced_from_its_sheet(hall: TownHall) -> None:
    """Whoever stops a lost card at night has nothing in the morning but the sheet: no card to resume first."""
    old = handed_over(hall)
    moved(hall, old, CardState.SUSPENDED)

    ticket = approved(hall, old)
    assert hall.cards()[old.number] is CardState.SUSPENDED
    hall.issue(ticket)

    assert hall.cards()[old.number] is CardState.ENDED


def moved(hall: TownHall, card: Issued, to: CardState) -> None:
    """Amel puts a card into another state."""
    with hall.session() as session:
        row, desk = session.get_one(Card, card.number), hall.desk()
        cards.move(session, row, to, by="Amel", now=desk.now, settings=desk.office.settings, chance=desk.chance)


def test_another_citys_card_is_no_beginning_here(hall: TownHall) -> None:
    with pytest.raises(NotFound) as refusal:
        renewed(hall, City.named("Rivemont").card())
    assert refusal.value.code == "renew-elsewhere"


def test_pressing_twice_opens_one(hall: TownHall) -> None:
    old = handed_over(hall)
    assert renewed(hall, old.full_code, token="b" * 32) == renewed(hall, old.full_code, token="b" * 32)


def test_an_old_card_that_ended_meanwhile_stops_nobody(hall: TownHall) -> None:
    from citycard.operations import cards

    old = handed_over(hall)
    ticket = approved(hall, old)
    with hall.session() as session:
        desk = hall.desk()
        row = session.get_one(Card, old.number)
        cards.move(
            session, row, CardState.ENDED, by="Bruno", now=desk.now, settings=desk.office.settings, chance=desk.chance
        )
        session.commit()

    assert hall.check(hall.issue(ticket).full_code).verdict is Verdict.OK


@pytest.mark.parametrize(
    ("late", "event"), [(timedelta(days=30), "card-replaced"), (timedelta(days=365), "card-renewed")]
)
def test_what_kind_it_was_is_counted_and_nothing_else(open_hall: OpenHall, late: timedelta, event: str) -> None:
    hall = open_hall(validity_years=1)
    old = handed_over(hall)
    hall.clock.pass_by(seconds=late.total_seconds())
    ticket = renewed(hall, old.full_code)
    compared(hall, ticket)
    new_picture(hall, ticket)
    hall.type(ticket, residence_checked=True)
    hall.submit(ticket)
    hall.approve(ticket)
    hall.issue(ticket)
    hall.print(ticket)
    hall.hand_over(ticket)

    with hall.session() as session:
        counted = {row.event: row.count for row in session.scalars(select(Counter)) if "card-re" in row.event}
    assert counted == {event: 1}
