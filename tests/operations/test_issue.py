"""The one place where the card key is used: crashes, liars, crowds, and the daily cap."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from citycard.core.cose import SignBytes
from citycard.core.errors import CannotWrite, CitycardError
from citycard.core.keys import KeyState
from citycard.core.status import DEFAULT_SIZE
from citycard.core.verdicts import Verdict
from citycard.keystore.ring import Entry, KeyRing, Purpose
from citycard.keystore.signers import KeyUnavailable
from citycard.operations import audit, cards, enrol, issue
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.store.cards import Card, CardState, StatusListRow
from citycard.store.enrolments import EnrolmentState
from citycard.store.staff import ClerkDay
from tests.operations.conftest import OpenHall
from tests.support.town_hall import Issued, TownHall, chance_from


class HandedRing(KeyRing):
    """The office's ring, with a hand on its signer: `wrap` gets the real one and returns what signs instead."""

    def __init__(self, ring: KeyRing, wrap: Callable[[SignBytes], SignBytes]) -> None:
        super().__init__(ring.office, ring.entries)
        self._wrap = wrap

    def sign_with(self, entry: Entry) -> SignBytes:
        return self._wrap(super().sign_with(entry))


class PowerCut(BaseException):
    """Nothing catches it on the way, as nothing catches a power cut."""


def cut_at(count: int) -> Callable[[SignBytes], SignBytes]:
    """The power goes when the key is used for the `count`-th time."""

    def wrap(sign: SignBytes) -> SignBytes:
        used = 0

        def cut(message: bytes) -> bytes:
            nonlocal used
            used += 1
            if used == count:
                raise PowerCut
            return sign(message)

        return cut

    return wrap


LIARS: dict[str, Callable[[bytes], bytes]] = {
    "zeros": lambda _: bytes(64),
    "a flipped bit": lambda signature: signature[:-1] + bytes([signature[-1] ^ 1]),
    "too short": lambda signature: signature[:-1],
    "DER": lambda signature: b"\x30" + signature[:-1],
    "nothing": lambda _: b"",
}


@pytest.mark.parametrize("lie", LIARS)
def test_a_signer_that_lies_is_found_before_the_card_is_printed(small_hall: TownHall, lie: str) -> None:
    ticket = small_hall.approved()
    ring = HandedRing(small_hall.ring, lambda sign: lambda message: LIARS[lie](sign(message)))

    with pytest.raises(CitycardError) as refusal:
        small_hall.issue(ticket, ring=ring)

    assert refusal.value.code.startswith(("self-check-", "cose-signature"))
    assert list(small_hall.cards().values()) == [CardState.RESERVED]
    assert small_hall.file(ticket).full_code == ""
    assert small_hall.state(ticket) is EnrolmentState.APPROVED


def test_a_signer_that_signs_with_another_key_is_found(small_hall: TownHall, rivemont: TownHall) -> None:
    ticket = small_hall.approved()
    theirs = rivemont.ring.sign_with(rivemont.ring[Purpose.CARD][0])

    with pytest.raises(CannotWrite):
        small_hall.issue(ticket, ring=HandedRing(small_hall.ring, lambda _: theirs))

    assert CardState.ACTIVE not in small_hall.cards().values()


@pytest.mark.parametrize("count", [1, 2])
def test_a_crash_after_reserving_burns_the_number_and_its_place(hall: TownHall, count: int) -> None:
    ticket = hall.approved()
    with pytest.raises(PowerCut):
        hall.issue(ticket, ring=HandedRing(hall.ring, cut_at(count)))
    (burnt,) = hall.cards()
    place = places(hall)[burnt]

    card = hall.issue(ticket)

    assert hall.cards() == {burnt: CardState.VOID, card.number: CardState.ACTIVE}
    assert places(hall)[card.number] != place
    hall.publish_lists()
    assert hall.check(card.full_code).verdict is Verdict.OK


def test_a_code_that_a_crash_let_escape_is_worth_nothing_after_the_next_attempt(hall: TownHall) -> None:
    """The full code was signed, and perhaps read from memory, when the power went before the light one."""
    escaped: list[bytes] = []

    def keep(sign: SignBytes) -> SignBytes:
        def kept(message: bytes) -> bytes:
            if escaped:
                raise PowerCut
            escaped.append(sign(message))
            return escaped[0]

        return kept

    texts: list[str] = []
    ticket = hall.approved()
    plain = issue.codes.encode

    def spy(*args: Any, **options: Any) -> str:
        texts.append(plain(*args, **options))
        return texts[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(issue.codes, "encode", spy)
        with pytest.raises(PowerCut):
            hall.issue(ticket, ring=HandedRing(hall.ring, keep))
    hall.issue(ticket)
    hall.publish_lists()

    assert hall.check(texts[0]).verdict is Verdict.REVOKED


def test_an_abandoned_reservation_is_void(hall: TownHall) -> None:
    ticket = hall.approved()
    with pytest.raises(PowerCut):
        hall.issue(ticket, ring=HandedRing(hall.ring, cut_at(1)))

    hall.abandon(ticket)

    assert list(hall.cards().values()) == [CardState.VOID]


def test_a_missing_key_takes_no_number(small_hall: TownHall) -> None:
    ticket = small_hall.approved()
    kid = small_hall.ring[Purpose.CARD][0].public.kid.hex()
    ring = small_hall.ring.with_state(kid, KeyState.COMPROMISED)

    with pytest.raises(KeyUnavailable) as refusal:
        small_hall.issue(ticket, ring=ring)

    assert refusal.value.code == "key-none"
    assert small_hall.cards() == {}


@pytest.mark.parametrize("state", [KeyState.STANDBY, KeyState.RETIRED, KeyState.COMPROMISED])
def test_only_active_keys_sign(small_hall: TownHall, state: KeyState) -> None:
    first, second = small_hall.ring[Purpose.CARD]
    ring = small_hall.ring.with_standby_active(second.public.kid.hex())
    ring = ring.with_state(first.public.kid.hex(), state)
    ring.save()

    small_hall.issue(small_hall.approved())

    assert kids(small_hall) == {second.public.kid.hex()}


def test_active_keys_take_turns_by_chance(open_hall: OpenHall) -> None:
    """A key per clerk or per day would say on the card where and when somebody was enrolled."""
    hall = open_hall(seed=7)
    second = hall.ring[Purpose.CARD][1].public.kid.hex()
    hall.ring.with_standby_active(second).save()
    for _ in range(12):
        hall.issue(hall.approved())

    assert kids(hall) == {entry.public.kid.hex() for entry in hall.ring[Purpose.CARD]}


def test_a_key_signs_on_its_last_day_and_not_after(small_hall: TownHall) -> None:
    entries = [
        replace(entry, last_day=small_hall.now.date()) if entry.purpose is Purpose.CARD else entry
        for entry in small_hall.ring.entries
    ]
    KeyRing(small_hall.office, entries).save()
    small_hall.issue(small_hall.approved())
    small_hall.clock.pass_by(days=1)
    ticket = small_hall.approved()

    with pytest.raises(KeyUnavailable):
        small_hall.issue(ticket)


# --- crowds ---------------------------------------------------------------------------------------------


def together(count: int, do: Callable[[int], Any]) -> list[Any]:
    """Do it `count` times at the same instant; return each result or what was raised."""
    start = threading.Barrier(count)

    def one(number: int) -> Any:
        start.wait()
        try:
            return do(number)
        except (CitycardError, StaleDataError, OperationalError) as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_the_daily_cap_holds_against_twenty_windows(open_hall: OpenHall, database_url: str) -> None:
    hall = open_hall(database_url=database_url, cards_per_clerk_per_day=5)
    tickets = [hall.approved() for _ in range(20)]

    results = together(20, lambda number: hall.issue(tickets[number]))

    assert sum(isinstance(result, Issued) for result in results) == 5
    assert {result.code for result in results if not isinstance(result, Issued)} == {"daily-cap"}
    assert Counter(hall.cards().values()) == {CardState.ACTIVE: 5}
    with Session(hall.engine) as session:
        assert [row.count for row in session.scalars(select(ClerkDay))] == [5]


def test_the_cap_is_each_clerks_own_and_each_days(open_hall: OpenHall) -> None:
    hall = open_hall(cards_per_clerk_per_day=1)
    hall.issue(hall.approved(), by="Amel")
    with pytest.raises(OperationRefused):
        hall.issue(hall.approved(), by="Amel")

    hall.issue(hall.approved(), by="Anouk")
    hall.clock.pass_by(days=1)
    hall.issue(hall.approved(), by="Amel")


def test_two_processes_that_issue_the_same_enrolment_make_one_card(hall: TownHall) -> None:
    """Whoever comes second sees that the card is there, or that the enrolment has moved on."""
    ticket = hall.approved()
    other = TownHall(hall.office, database_url=hall.url)

    results = together(6, lambda number: (hall if number % 2 else other).issue(ticket))

    other.close()
    states = Counter(hall.cards().values())
    assert states[CardState.ACTIVE] == 1
    assert set(states) <= {CardState.ACTIVE, CardState.VOID}
    assert {result.number for result in results if isinstance(result, Issued)} == {
        number for number, state in hall.cards().items() if state is CardState.ACTIVE
    }
    assert {result.code for result in results if isinstance(result, CitycardError)} <= {"moved-on"}


def test_an_issuer_who_was_overtaken_does_not_wake_a_void_card(hall: TownHall) -> None:
    """Between reserving and signing somebody else issues the same enrolment, from beginning to end."""
    ticket = hall.approved()
    other = TownHall(hall.office, database_url=hall.url)
    overtaking: list[Issued] = []

    with Session(hall.engine) as session:
        row, amel = enrol.find(session, ticket), hall.staff(session, "Amel")
        commit = session.commit

        def commit_and_be_overtaken() -> None:
            commit()
            overtaking.append(other.issue(ticket))

        session.commit = commit_and_be_overtaken  # type: ignore[method-assign]
        with pytest.raises(OperationRefused) as refusal:
            issue.issue(session, hall.desk(), row, ring=hall.ring, by=amel)

    other.close()
    assert refusal.value.code == "moved-on"
    assert Counter(hall.cards().values()) == {CardState.ACTIVE: 1, CardState.VOID: 1}
    assert hall.cards()[overtaking[0].number] is CardState.ACTIVE
    assert hall.file(ticket).full_code == overtaking[0].full_code


def test_an_enrolment_that_is_forgotten_while_it_is_issued_leaves_no_card(hall: TownHall) -> None:
    ticket = hall.approved()
    other = TownHall(hall.office, database_url=hall.url)

    with Session(hall.engine) as session:
        row, amel = enrol.find(session, ticket), hall.staff(session, "Amel")
        commit = session.commit

        def commit_and_be_forgotten() -> None:
            commit()
            other.abandon(ticket)

        session.commit = commit_and_be_forgotten  # type: ignore[method-assign]
        with pytest.raises(NotFound):
            issue.issue(session, hall.desk(), row, ring=hall.ring, by=amel)

    other.close()
    assert list(hall.cards().values()) == [CardState.VOID]


def test_an_edit_while_it_is_issued_voids_the_approval(hall: TownHall) -> None:
    ticket = hall.approved()
    other = TownHall(hall.office, database_url=hall.url)

    with Session(hall.engine) as session:
        row, amel = enrol.find(session, ticket), hall.staff(session, "Amel")
        commit = session.commit

        def commit_and_be_edited() -> None:
            commit()
            other.type(ticket, full_name="Somebody Else")

        session.commit = commit_and_be_edited  # type: ignore[method-assign]
        with pytest.raises(OperationRefused) as refusal:
            issue.issue(session, hall.desk(), row, ring=hall.ring, by=amel)

    other.close()
    assert refusal.value.code == "moved-on"
    assert list(hall.cards().values()) == [CardState.RESERVED]


def test_no_place_is_given_twice_under_twenty_writers(hall: TownHall) -> None:
    """In a list of sixteen places, twenty writers meet all the time."""
    with hall.session() as session:
        for row in session.scalars(select(StatusListRow)):
            row.size = 16
    tickets = [hall.approved() for _ in range(20)]

    results = together(20, lambda number: hall.issue(tickets[number]))

    assert all(isinstance(result, Issued) for result in results), results
    taken = list(places(hall).values())
    assert len(set(taken)) == len(taken) == 20
    assert {index < 16 for _, index in taken} == {True}


@pytest.mark.postgres
def test_who_waits_for_a_place_holds_nothing_that_others_wait_for(open_hall: OpenHall, postgres_url: str) -> None:
    """A clerk tries again after a crash, and draws the place that a colleague is taking at this moment.

    If the number of the crash were voided before, the log would be held while waiting; and when the colleague then
    wanted to write in the log, PostgreSQL would end one of the two with an error.
    """
    hall = open_hall(database_url=postgres_url)
    ticket = hall.approved()
    with pytest.raises(PowerCut):
        hall.issue(ticket, ring=HandedRing(hall.ring, cut_at(1)))
    with hall.session() as session:
        # One place is left, in list 1; the burnt number has the one of list 2.
        [burnt] = session.scalars(select(Card))
        burnt.list_no, burnt.list_index = 2, 0
        for row in session.scalars(select(StatusListRow)):
            if row.no > 2:
                session.delete(row)
            row.size = 1

    with ThreadPoolExecutor(1) as pool, Session(hall.engine) as colleague, Session(hall.engine) as third:
        colleague.add(reserved(hall, 1, 0))
        colleague.flush()
        trying = pool.submit(hall.issue, ticket)
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        while not third.scalar(waiting):
            assert not trying.done(), trying.result()
        third.execute(text("SET LOCAL lock_timeout = '60s'"))
        audit.hold(third)
        third.rollback()
        colleague.rollback()
        issued = trying.result()

    assert places(hall)[issued.number] == (1, 0)
    assert Counter(hall.cards().values()) == {CardState.ACTIVE: 1, CardState.VOID: 1}


@pytest.mark.postgres
def test_a_place_is_taken_in_a_list_while_a_card_of_it_ends(open_hall: OpenHall, postgres_url: str) -> None:
    hall = open_hall(database_url=postgres_url)
    card = hall.card()

    with Session(hall.engine) as ending, Session(hall.engine) as reserving:
        row = ending.get_one(Card, card.number)
        settings = hall.office.settings
        cards.move(ending, row, CardState.ENDED, by="Bruno", now=hall.now, settings=settings, chance=hall.chance)
        ending.flush()
        reserving.execute(text("SET LOCAL lock_timeout = '60s'"))
        reserving.add(reserved(hall, row.list_no, (row.list_index + 1) % DEFAULT_SIZE))
        reserving.flush()


def reserved(hall: TownHall, list_no: int, index: int) -> Card:
    """A row that somebody else makes when they reserve a place."""
    day = hall.now.date()
    return Card(
        number="A" * 16,
        list_no=list_no,
        list_index=index,
        kid="0" * 16,
        issued_on=day,
        expires_on=day,
        state=CardState.RESERVED,
    )


def test_the_places_say_nothing_about_the_order(open_hall: OpenHall) -> None:
    hall = open_hall(seed=3)
    numbers = [hall.issue(hall.approved()).number for _ in range(8)]
    taken = [places(hall)[number][1] for number in numbers]

    assert taken != sorted(taken)
    assert max(taken) - min(taken) > 1000
    assert numbers != sorted(numbers)


def test_the_same_chance_gives_the_same_numbers(open_hall: OpenHall, tmp_path: Path) -> None:
    """Chance comes in by the door: nothing else decides a number."""
    hall = open_hall()
    ticket = hall.approved()

    hall.chance = chance_from(5)
    card = hall.issue(ticket)

    again = chance_from(5)
    again(1)  # the choice of the key
    assert issue.new_number(again) == card.number


def places(hall: TownHall) -> dict[str, tuple[int, int]]:
    """List and index of every card."""
    with Session(hall.engine) as session:
        return {row.number: (row.list_no, row.list_index) for row in session.scalars(select(Card))}


def kids(hall: TownHall) -> set[str]:
    """The keys that cards were signed with."""
    with Session(hall.engine) as session:
        return {row.kid for row in session.scalars(select(Card))}
