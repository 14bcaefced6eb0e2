"""How many cards a clerk ends in a day alone, and the second person from there on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.operations import audit, cards, renew, sign_in
from citycard.operations.refusals import OperationRefused
from citycard.operations.sign_in import SignInRefused, hash_password
from citycard.store.audit import AuditEntry
from citycard.store.cards import Card, CardState
from citycard.store.staff import ClerkDay, Staff, StaffSession
from tests.operations.conftest import OpenHall
from tests.support.town_hall import TownHall, complete_file

PASSWORD = "seven boats at noon"


def put(hall: TownHall, count: int) -> list[str]:
    """Cards in somebody's hands; their numbers."""
    numbers = [f"TEST{at:012d}" for at in range(count)]
    with hall.session() as session:
        session.add_all(
            Card(
                number=number,
                list_no=1,
                list_index=at,
                kid="0" * 16,
                issued_on=hall.now.date(),
                expires_on=hall.now.date(),
                state=CardState.ACTIVE,
            )
            for at, number in enumerate(numbers)
        )
    return numbers


def ends(hall: TownHall, number: str, *, by: str = "Amel", second: str | None = None) -> str:
    """End a card; "done", or by which rule not."""
    try:
        with hall.session() as session:
            cards.end(
                session,
                session.get_one(Card, number),
                by=hall.staff(session, by),
                second=None if second is None else hall.staff(session, second),
                now=hall.now,
                settings=hall.office.settings,
                chance=hall.chance,
            )
    except OperationRefused as refusal:
        return refusal.code
    return "done"


def ended(hall: TownHall) -> int:
    return list(hall.cards().values()).count(CardState.ENDED)


def test_the_eleventh_of_a_day_takes_a_colleague_and_so_does_the_twelfth(hall: TownHall) -> None:
    numbers = put(hall, 13)
    assert [ends(hall, number) for number in numbers[:10]] == ["done"] * 10

    assert ends(hall, numbers[10]) == "second-needed"
    assert ends(hall, numbers[10], second="Bruno") == "done"
    assert ends(hall, numbers[11]) == "second-needed"
    assert ends(hall, numbers[11], by="Anouk") == "done", "a colleague has a day of her own"

    hall.clock.pass_by(hours=14)  # midnight in the city
    assert ends(hall, numbers[12]) == "done"


def test_the_log_names_both_and_ties_them_together(open_hall: OpenHall) -> None:
    hall = open_hall(endings_per_clerk_per_day=0)
    (number,) = put(hall, 1)

    ends(hall, number, second="Anouk")

    with Session(hall.engine) as session:
        first, second = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(2)).all()[::-1]
        audit.verify_chain(session)
    assert (first.actor, first.act) == ("Amel", audit.Act.CARD_ENDED)
    assert (second.actor, second.act) == ("Anouk", audit.Act.CARD_END_CONFIRMED)
    assert first.handle == second.handle


def test_nobody_stands_by_who_need_not(small_hall: TownHall) -> None:
    (number,) = put(small_hall, 1)

    ends(small_hall, number, second="Bruno")

    with Session(small_hall.engine) as session:
        assert session.scalars(select(AuditEntry.act)).all() == [audit.Act.CARD_ENDED]


@pytest.mark.parametrize(
    ("second", "code"), [(None, "second-needed"), ("Amel", "second-self"), ("Chloe", "second-role")]
)
def test_the_second_person_is_a_colleague_at_the_counter(open_hall: OpenHall, second: str | None, code: str) -> None:
    hall = open_hall(endings_per_clerk_per_day=0)
    (number,) = put(hall, 1)

    assert ends(hall, number, second=second) == code
    assert ended(hall) == 0


def test_an_account_that_was_closed_stands_by_nobody(open_hall: OpenHall) -> None:
    hall = open_hall(endings_per_clerk_per_day=0)
    (number,) = put(hall, 1)
    with hall.session() as session:
        hall.staff(session, "Bruno").active = False

    assert ends(hall, number, second="Bruno") == "second-role"


def test_fifty_windows_do_not_pass_together(open_hall: OpenHall, database_url: str) -> None:
    hall = open_hall(database_url=database_url, endings_per_clerk_per_day=3)
    numbers = put(hall, 12)

    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(lambda number: ends(hall, number), numbers))

    assert (said.count("done"), said.count("second-needed")) == (3, 9)
    assert ended(hall) == 3


def test_ending_twice_counts_once(small_hall: TownHall) -> None:
    (number,) = put(small_hall, 1)
    ends(small_hall, number)
    ends(small_hall, number)

    with Session(small_hall.engine) as session:
        assert session.scalars(select(ClerkDay.endings)).all() == [1]


@pytest.mark.parametrize("name", ["Chloe", "Dario", "Esra"])
def test_ending_is_for_the_counter(small_hall: TownHall, name: str) -> None:
    (number,) = put(small_hall, 1)

    assert ends(small_hall, number, by=name) == "card-role"


def test_the_end_of_the_card_that_is_replaced_does_not_count(open_hall: OpenHall) -> None:
    """It has the cap of issuing; a fair at which fifty cards are renewed needs no colleague for each."""
    hall = open_hall(endings_per_clerk_per_day=0)
    old = hall.card()
    with hall.session() as session:
        amel = hall.staff(session, "Amel")
        read = renew.read_old(session, hall.desk(), old.full_code, ring=hall.ring)
        ticket = renew.open_renewal(session, hall.desk(), read, by=amel, request_token="a" * 32).ticket
    hall.type(ticket, **complete_file())
    hall.submit(ticket)
    hall.approve(ticket)
    hall.issue(ticket)

    assert hall.cards()[old.number] is CardState.ENDED
    with Session(hall.engine) as session:
        assert session.scalars(select(ClerkDay.endings)).all() == [0]


# --- the colleague's password -----------------------------------------------------------------------------------


@pytest.fixture
def brunos(hall: TownHall) -> TownHall:
    """A town hall in which Bruno has a password."""
    with hall.session() as session:
        hall.staff(session, "Bruno").password_hash = hash_password(PASSWORD)
    return hall


def stands_by(hall: TownHall, password: str, name: str = "Bruno") -> str:
    with hall.session() as session:
        return sign_in.confirm_as_second(session, name=name, password=password, now=hall.now).name


def bruno(hall: TownHall) -> Staff:
    with Session(hall.engine) as session:
        return hall.staff(session, "Bruno")


def test_it_opens_no_session(brunos: TownHall) -> None:
    assert stands_by(brunos, PASSWORD) == "Bruno"

    with Session(brunos.engine) as session:
        assert session.scalars(select(StaffSession)).all() == []


def test_wrong_passwords_wait_as_they_do_when_signing_in(brunos: TownHall) -> None:
    for _ in range(sign_in.FREE_FAILURES + 1):
        with pytest.raises(SignInRefused):
            stands_by(brunos, "eight boats at noon")
    assert bruno(brunos).blocked_until is not None

    with pytest.raises(SignInRefused):
        stands_by(brunos, PASSWORD)
    brunos.clock.pass_by(minutes=15)

    assert stands_by(brunos, PASSWORD) == "Bruno"
    assert bruno(brunos).failures == 0


def test_the_attempt_stands_even_if_all_else_is_undone(brunos: TownHall) -> None:
    with Session(brunos.engine) as session:
        with pytest.raises(SignInRefused):
            sign_in.confirm_as_second(session, name="Bruno", password="wrong", now=brunos.now)
        session.rollback()

    assert bruno(brunos).failures == 1


def test_a_name_that_nobody_has_is_refused_in_the_same_words(brunos: TownHall) -> None:
    said = set()
    for name in ("Bruno", "Nobody"):
        with pytest.raises(SignInRefused) as refusal:
            stands_by(brunos, "wrong", name)
        said.add(str(refusal.value))
    assert len(said) == 1
