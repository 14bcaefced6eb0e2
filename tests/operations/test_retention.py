"""Every clock that runs out, and what happens in the night."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citycard.core.verdicts import Verdict
from citycard.keystore.vault import Forgotten
from citycard.operations import audit, cards, enrol
from citycard.operations.clocks import deadline
from citycard.operations.refusals import NotFound
from citycard.operations.retention import CLERK, GRACE
from citycard.settings import Office
from citycard.store.audit import AuditEntry
from citycard.store.cards import Card, CardState
from citycard.store.enrolments import EnrolmentState
from citycard.store.staff import ClerkDay, StaffSession
from tests.operations.conftest import OpenHall
from tests.support.town_hall import TownHall

DRAFT, HELD = EnrolmentState.DRAFT, EnrolmentState.ON_HOLD
AWAITING, APPROVED = EnrolmentState.AWAITING_APPROVAL, EnrolmentState.APPROVED
ISSUED, PRINTED = EnrolmentState.ISSUED, EnrolmentState.PRINTED

DEADLINES = [
    # state, entered at (city's time), forgotten at (city's time)
    (DRAFT, "2026-11-23 10:00", "2026-11-23 10:30"),
    (DRAFT, "2026-11-23 23:50", "2026-11-24 00:20"),
    (HELD, "2026-11-23 10:00", "2026-11-24 00:00"),
    (HELD, "2026-11-23 23:59", "2026-11-24 00:00"),
    (AWAITING, "2026-11-23 10:00", "2026-11-26 00:00"),  # Monday: Tuesday and Wednesday remain
    (AWAITING, "2026-11-25 10:00", "2026-11-28 00:00"),  # Wednesday: Thursday and Friday
    (AWAITING, "2026-11-26 10:00", "2026-12-01 00:00"),  # Thursday: Friday and Monday
    (AWAITING, "2026-11-27 10:00", "2026-12-02 00:00"),  # Friday: Monday and Tuesday
    (APPROVED, "2026-11-28 10:00", "2026-12-02 00:00"),  # a fair on Saturday: Monday and Tuesday
    (APPROVED, "2026-11-23 10:00", "2026-11-26 00:00"),
    (ISSUED, "2026-11-23 10:00", "2026-12-24 00:00"),  # thirty whole days
    (PRINTED, "2026-11-23 10:00", "2026-12-24 00:00"),
    (HELD, "2026-03-29 01:30", "2026-03-30 00:00"),  # a day of 23 hours
    (PRINTED, "2026-10-24 10:00", "2026-11-24 00:00"),  # winter time begins meanwhile
]


@pytest.mark.parametrize(("state", "entered", "ends"), DEADLINES)
def test_each_state_has_its_clock(small_hall: TownHall, state: EnrolmentState, entered: str, ends: str) -> None:
    settings = small_hall.office.settings
    entered_at, ends_at = (datetime.fromisoformat(text).replace(tzinfo=settings.zone) for text in (entered, ends))

    now = entered_at.astimezone(UTC)
    assert deadline(state, now=now, settings=settings, opened_on=settings.today(now)) == ends_at


@pytest.mark.parametrize("state", list(EnrolmentState))
def test_no_state_keeps_a_file_for_ever(small_hall: TownHall, state: EnrolmentState) -> None:
    """However often a file is sent back and forth."""
    settings = small_hall.office.settings
    opened_on = date(2026, 9, 1)
    end = datetime(2026, 10, 9, tzinfo=settings.zone)  # thirty days of pick-up, seven more, to the end of the day

    assert deadline(state, now=end - timedelta(minutes=1), settings=settings, opened_on=opened_on) <= end


def test_every_state_has_a_clock_that_ends() -> None:
    assert {state for state, _, _ in DEADLINES} == set(EnrolmentState)


def test_a_draft_lives_half_an_hour_after_its_last_change(hall: TownHall) -> None:
    ticket = hall.enrol()
    hall.clock.pass_by(minutes=29)
    hall.type(ticket, full_name="Léonie M.")
    hall.clock.pass_by(minutes=29)
    assert hall.sweep().forgotten == 0
    hall.clock.pass_by(minutes=1)

    assert hall.sweep().forgotten == 1

    with pytest.raises(NotFound):
        hall.row(ticket)


def test_reading_does_not_renew_the_clock(small_hall: TownHall) -> None:
    ticket = small_hall.enrol()
    before = small_hall.row(ticket).deadline
    small_hall.clock.pass_by(minutes=10)
    small_hall.file(ticket)

    assert small_hall.row(ticket).deadline == before


def test_a_draft_on_hold_lives_until_midnight(hall: TownHall) -> None:
    ticket = hall.enrol()
    with hall.session() as session:
        enrol.hold(session, hall.desk(), enrol.find(session, ticket))
    hall.clock.now = datetime(2026, 11, 23, 22, 59, 59, tzinfo=UTC)  # one second before midnight in the city
    assert hall.sweep().forgotten == 0
    hall.clock.pass_by(seconds=1)

    assert hall.sweep().forgotten == 1


def test_a_card_that_nobody_fetches_becomes_void(hall: TownHall) -> None:
    ticket = hall.approved()
    card = hall.issue(ticket)
    hall.print(ticket)
    hall.clock.pass_by(days=31)
    swept = hall.sweep()
    hall.publish_lists()

    assert swept.forgotten == 1
    assert hall.cards() == {card.number: CardState.VOID}
    assert hall.check(card.full_code).verdict is Verdict.REVOKED


def test_a_card_in_somebodys_hand_goes_on(hall: TownHall) -> None:
    card = hall.card()
    hall.clock.pass_by(days=200)
    hall.sweep()
    hall.publish_lists()

    assert hall.check(card.full_code).verdict is Verdict.OK


def test_the_log_does_not_say_which_enrolment_ran_out(hall: TownHall) -> None:
    ticket = hall.enrol()
    handle = hall.file(ticket).handle
    hall.clock.pass_by(minutes=30)
    hall.sweep()

    with Session(hall.engine) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.act == audit.Act.ENROLMENT_FORGOTTEN)).one()
    assert entry.actor == CLERK
    assert entry.handle != handle


def day_keys(hall: TownHall) -> list[str]:
    return sorted(path.name for path in (hall.office.secrets / "day-keys").iterdir())


def test_in_the_night_what_is_open_gets_todays_key_and_yesterdays_is_destroyed(hall: TownHall) -> None:
    ticket = hall.approved()
    assert day_keys(hall) == ["2026-11-23.day"]
    hall.clock.now = datetime(2026, 11, 23, 23, 1, tzinfo=UTC)  # a minute past midnight in the city

    assert hall.sweep().rewrapped == 1

    # The grace: a request that began yesterday still finds its key.
    assert day_keys(hall) == ["2026-11-23.day", "2026-11-24.day"]
    hall.clock.pass_by(minutes=15)
    assert hall.sweep().keys_destroyed == 1
    assert day_keys(hall) == ["2026-11-24.day"]
    assert hall.file(ticket).full_name == "Léonie Marchevert"
    assert hall.issue(ticket).number in hall.cards()


def test_a_request_that_began_before_midnight_still_opens_its_file(hall: TownHall) -> None:
    """It read the row, then the night's work was done, then it looks at the file."""
    ticket = hall.enrol(full_name="Started before midnight")
    hall.submit(ticket)
    row = hall.row(ticket)
    hall.clock.now = datetime(2026, 11, 23, 23, 0, 1, tzinfo=UTC)
    hall.sweep()
    hall.clock.pass_by(seconds=(GRACE - timedelta(minutes=1)).total_seconds())
    hall.sweep()

    assert enrol.read(row, hall.desk()).full_name == "Started before midnight"


def test_a_draft_opened_late_by_a_slow_request_keeps_its_key_until_it_is_wrapped_anew(hall: TownHall) -> None:
    """A row under yesterday's key that appears after the night's rewrapping: its key waits for the next turn."""
    late = hall.now.replace(hour=22, minute=59)
    hall.clock.now = datetime(2026, 11, 23, 23, 20, tzinfo=UTC)
    with hall.session() as session:
        row = enrol.open_enrolment(session, hall.desk(now=late), by=hall.staff(session, "Amel"), request_token="1" * 32)
        row.deadline = hall.now + timedelta(minutes=30)
        ticket = row.ticket

    swept = hall.sweep()

    assert (swept.rewrapped, swept.keys_destroyed) == (1, 1)
    assert hall.file(ticket).full_name == ""


def test_a_machine_that_was_off_for_a_week_catches_up(hall: TownHall) -> None:
    ticket = hall.approved()
    hall.issue(ticket)
    hall.print(ticket)
    hall.clock.pass_by(days=7)
    swept = hall.sweep()

    assert (swept.rewrapped, swept.keys_destroyed) == (1, 1)
    assert hall.file(ticket).full_name == "Léonie Marchevert"


def test_yesterdays_backup_opens_nothing_after_the_night(small_hall: TownHall, tmp_path: Path) -> None:
    """Whoever holds the server and all its backups: the key is gone, and nothing brings it back."""
    hall = small_hall
    held = [hall.enrol(full_name="Léonie Marchevert"), hall.approved(full_name="Ousmane Rivière")]
    hall.issue(held[1])
    with hall.session() as session:
        enrol.hold(session, hall.desk(), enrol.find(session, held[0]))
    backup = tmp_path / "backup"
    shutil.copytree(hall.office.folder, backup)
    hall.clock.pass_by(days=1)
    hall.sweep()

    restored = TownHall(make_restored(hall, backup), now=hall.now)
    for ticket in held:
        row = restored.row(ticket)
        with pytest.raises(Forgotten):
            enrol.read(row, restored.desk())
    restored.close()


def test_a_restored_register_does_not_stop_the_clocks(small_hall: TownHall, tmp_path: Path) -> None:
    """Rows that no key opens are forgotten, their cards void, and everybody else's night goes on."""
    hall = small_hall
    ticket = hall.approved()
    card = hall.issue(ticket)
    backup = tmp_path / "backup"
    shutil.copytree(hall.office.folder, backup)
    hall.clock.pass_by(days=1)
    hall.sweep()
    restored = TownHall(make_restored(hall, backup), now=hall.now)
    fresh = restored.approved()

    swept = restored.sweep()

    assert swept.forgotten == 1
    assert restored.cards() == {card.number: CardState.VOID}
    assert restored.file(fresh).full_name == "Léonie Marchevert"
    with pytest.raises(NotFound):
        restored.row(ticket)
    restored.close()


def make_restored(hall: TownHall, backup: Path) -> Office:
    """The office with its folder from the backup, and the secrets folder as it is now."""
    return replace(hall.office, folder=backup, settings=replace(hall.office.settings, secrets=str(hall.office.secrets)))


def test_an_ended_card_whose_file_waits_does_not_stop_the_clocks(hall: TownHall) -> None:
    ticket = hall.approved()
    card = hall.issue(ticket)
    with hall.session() as session:
        row = session.get_one(Card, card.number)
        bruno = hall.staff(session, "Bruno")
        cards.end(session, row, by=bruno, now=hall.now, settings=hall.office.settings, chance=hall.chance)
    hall.clock.pass_by(days=31)

    assert hall.sweep().forgotten == 1
    assert hall.cards() == {card.number: CardState.ENDED}


def test_sign_ins_and_counts_of_past_days_are_swept(hall: TownHall) -> None:
    hall.issue(hall.approved())
    with hall.session() as session:
        for token, hours in (("a" * 64, 13), ("b" * 64, 1)):
            then = hall.now - timedelta(hours=hours)
            session.add(
                StaffSession(
                    token_hash=token,
                    staff_id=hall.staff(session, "Amel").id,
                    opened_at=then,
                    seen_at=then,
                    confirmed_at=then,
                )
            )
    hall.sweep()
    with Session(hall.engine) as session:
        assert [row.token_hash for row in session.scalars(select(StaffSession))] == ["b" * 64]
        assert session.scalar(select(func.count()).select_from(ClerkDay)) == 1
    hall.clock.pass_by(days=1)
    hall.sweep()

    with Session(hall.engine) as session:
        assert session.scalar(select(func.count()).select_from(ClerkDay)) == 0


def test_a_quiet_minute_writes_nothing(hall: TownHall) -> None:
    hall.approved()
    hall.sweep()
    with Session(hall.engine) as session:
        before = audit.head(session)

    swept = hall.sweep()

    with Session(hall.engine) as session:
        assert audit.head(session) == before
    assert (swept.forgotten, swept.rewrapped, swept.keys_destroyed) == (0, 0, 0)


def test_two_workers_that_sweep_at_once_forget_once(open_hall: OpenHall, database_url: str) -> None:
    hall = open_hall(database_url=database_url)
    for _ in range(4):
        hall.issue(hall.approved())
    hall.clock.pass_by(days=40)

    with ThreadPoolExecutor(2) as pool:
        swept = list(pool.map(lambda _: hall.sweep(), range(2)))

    assert sum(each.forgotten for each in swept) == 4
    with Session(hall.engine) as session:
        forgotten = select(func.count()).where(AuditEntry.act == audit.Act.ENROLMENT_FORGOTTEN)
        assert session.scalar(forgotten) == 4
        audit.verify_chain(session)
