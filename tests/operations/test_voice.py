"""One card, one voice: marked once, by whoever asks first, and afterwards nobody can tell who it was."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select, text

from citycard.keystore.vault import Forgotten
from citycard.operations import audit, voice, voice_key, voice_marks
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.operations.voice import Stage
from citycard.operations.voice_marks import Said
from citycard.store.audit import AuditEntry
from citycard.store.devices import DeskDevice
from citycard.store.voice import Consultation, Mark
from tests.support.town_hall import MONDAY, TownHall

TABLET, OTHER_TABLET = 1, 2
HERS, HIS = "a" * 64, "b" * 64
BUDGET = {
    "name": "Budget of the quays",
    "record_day": date(2026, 11, 15),
    "opens_at": MONDAY,
    "closes_at": MONDAY + timedelta(hours=9),
    "several": True,
    "other_cities": False,
}


@pytest.fixture(autouse=True)
def devices(request: pytest.FixtureRequest) -> None:
    """Ten tablets of the city."""
    name = next((name for name in ("hall", "small_hall") if name in request.fixturenames), None)
    if name is None:
        return
    hall: TownHall = request.getfixturevalue(name)
    with hall.session() as session:
        session.add_all(DeskDevice(name=f"Counter {number}", active=True) for number in range(1, 11))


def opens(hall: TownHall, *, by: str = "Bruno", **changes: Any) -> str:
    """Bruno opens a consultation; its id."""
    with hall.session() as session:
        values = {**BUDGET, "chosen": range(1, 11), **changes}
        row = voice.open_consultation(session, hall.desk(), **values, by=hall.staff(session, by))
        if row.several:
            for link in voice.devices_of(session, row):
                link.begun = True
        return row.id


def shows(hall: TownHall, where: str, mark: str, *, receipt: str = "", device: int = TABLET) -> Said:
    """A desk sends the mark of a card."""
    receipt = receipt or hall.chance(16).hex()
    with hall.session() as session:
        return voice_marks.mark(session, hall.desk(), where, device_id=device, mark=mark, receipt=receipt)


def closes(hall: TownHall, where: str, *, by: str = "Bruno") -> None:
    with hall.session() as session:
        voice.close(session, hall.desk(), voice.find(session, where), by=hall.staff(session, by))


def row_of(hall: TownHall, where: str) -> Consultation:
    with hall.session() as session:
        row = voice.find(session, where)
        session.expunge(row)
        return row


def marks(hall: TownHall) -> int:
    with hall.session() as session:
        return session.scalar(select(func.count()).select_from(Mark)) or 0


def acts(hall: TownHall) -> list[tuple[str, str]]:
    with hall.session() as session:
        return [(row.actor, row.act) for row in session.scalars(select(AuditEntry).order_by(AuditEntry.seq))]


def serves(hall: TownHall, where: str, *, device: int = TABLET) -> bytes | None:
    with hall.session() as session:
        return voice_marks.serve(session, hall.desk(), where, device_id=device)


# --- taking part ------------------------------------------------------------------------------------------


def test_a_card_takes_part_once(hall: TownHall) -> None:
    where = opens(hall)

    assert shows(hall, where, HERS) is Said.NEW
    assert shows(hall, where, HERS) is Said.TAKEN
    assert shows(hall, where, HIS) is Said.NEW
    with hall.session() as session:
        assert voice.took_part(session, voice.find(session, where)) == 2


def test_of_twenty_desks_in_the_same_moment_one_is_told_that_it_is_the_first(hall: TownHall) -> None:
    where, together = opens(hall), Barrier(20)

    def desk(_: int) -> Said:
        together.wait()
        return shows(hall, where, HERS)

    with ThreadPoolExecutor(20) as desks:
        answers = list(desks.map(desk, range(20)))

    assert sorted(answers) == [Said.NEW] + [Said.TAKEN] * 19
    assert marks(hall) == 1


def test_who_asks_again_because_the_answer_was_lost_is_told_the_same(hall: TownHall) -> None:
    where = opens(hall)
    mine, theirs = "1" * 32, "2" * 32

    assert [shows(hall, where, HERS, receipt=receipt) for receipt in (mine, mine, theirs)] == ["new", "new", "taken"]


def test_the_same_card_may_take_part_in_another_consultation(hall: TownHall) -> None:
    first, second = opens(hall), opens(hall, name="The new library")

    assert shows(hall, first, HERS) is Said.NEW
    assert shows(hall, second, HERS) is Said.NEW


@pytest.mark.parametrize(
    ("mark", "receipt"), [("A" * 64, "1" * 32), ("a" * 63, "1" * 32), ("a" * 64, ""), ("a" * 64, "1" * 32 + "\n")]
)
def test_nothing_but_a_mark_is_taken_down(small_hall: TownHall, mark: str, receipt: str) -> None:
    where = opens(small_hall)

    with pytest.raises(OperationRefused) as refused, small_hall.session() as session:
        voice_marks.mark(session, small_hall.desk(), where, device_id=TABLET, mark=mark, receipt=receipt)
    assert refused.value.code == "voice-form"


def test_cards_take_part_between_opening_and_closing_time_only(hall: TownHall) -> None:
    where = opens(hall, opens_at=MONDAY + timedelta(hours=1))

    for hours, code in ((0, "voice-coming"), (9, "voice-closed")):
        hall.clock.now = MONDAY + timedelta(hours=hours)
        with pytest.raises(OperationRefused) as refused:
            shows(hall, where, HERS)
        assert refused.value.code == code
    hall.clock.now = MONDAY + timedelta(hours=1)
    assert shows(hall, where, HERS) is Said.NEW


# --- taking back ------------------------------------------------------------------------------------------


def test_the_screen_that_made_a_mark_can_take_it_back_and_nobody_else(hall: TownHall) -> None:
    where, receipt = opens(hall), "3" * 32
    shows(hall, where, HERS, receipt=receipt)

    def back(receipt: str) -> bool:
        with hall.session() as session:
            return voice_marks.take_back(session, hall.desk(), where, device_id=TABLET, mark=HERS, receipt=receipt)

    assert [back("4" * 32), back(receipt), back(receipt)] == [False, True, False]
    assert (row_of(hall, where).taken_back, marks(hall)) == (1, 0)
    assert shows(hall, where, HERS) is Said.NEW


# --- the key ----------------------------------------------------------------------------------------------


def test_devices_of_one_consultation_get_one_key_and_others_another(hall: TownHall) -> None:
    first, second = opens(hall), opens(hall)

    keys = [serves(hall, first), serves(hall, first, device=OTHER_TABLET), serves(hall, second)]

    assert keys[0] == keys[1] != keys[2]
    assert keys[0] is not None
    assert len(keys[0]) == 32


def test_a_mark_tells_consultation_city_and_number_apart() -> None:
    card = {"consultation_id": "aaaa", "issuer": "https://port-sable.example", "number": "0123456789ABCDEF"}
    key = bytes(range(32))

    others = [
        voice_marks.mark_of(key, **{**card, name: value})
        for name, value in (("consultation_id", "aaab"), ("issuer", "https://rivemont.example"), ("number", "0" * 16))
    ]

    assert len({voice_marks.mark_of(key, **card), voice_marks.mark_of(bytes(32), **card), *others}) == 5


def test_the_key_is_wrapped_anew_each_night_and_yesterdays_key_opens_nothing(hall: TownHall) -> None:
    where = opens(hall, closes_at=MONDAY + timedelta(days=3))
    key, before = serves(hall, where), row_of(hall, where)

    hall.clock.pass_by(days=1)
    hall.sweep()

    assert serves(hall, where) == key
    with pytest.raises(Forgotten):
        voice_key.open_key(before, hall.desk())


def test_a_consultation_whose_key_is_gone_is_closed_and_every_clock_goes_on(hall: TownHall) -> None:
    """A register from a backup: its marks can be compared with nothing."""
    where = opens(hall, closes_at=MONDAY + timedelta(days=3))
    shows(hall, where, HERS)
    for key in (hall.office.secrets / "day-keys").glob("*.day"):
        key.unlink()

    hall.clock.pass_by(days=1)
    hall.sweep()

    row = row_of(hall, where)
    assert (row.closed, row.took_part, marks(hall)) == (True, 1, 0)


# --- the close --------------------------------------------------------------------------------------------


def test_after_the_close_a_number_remains_and_neither_key_nor_marks(hall: TownHall) -> None:
    where = opens(hall)
    shows(hall, where, HERS)
    shows(hall, where, HIS)

    closes(hall, where)
    closes(hall, where)

    row = row_of(hall, where)
    assert (row.sealed, row.wrapped_key, row.wrapped_by, row.took_part) == (None, None, None, 2)
    assert marks(hall) == 0
    assert voice.stage(row, hall.now) is Stage.CLOSED
    with pytest.raises(OperationRefused) as refused:
        serves(hall, where)
    assert refused.value.code == "voice-closed"
    assert acts(hall) == [("Bruno", audit.Act.CONSULTATION_OPENED), ("Bruno", audit.Act.CONSULTATION_CLOSED)]


def test_the_clock_closes_what_nobody_closed(hall: TownHall) -> None:
    where = opens(hall)
    shows(hall, where, HERS)

    hall.sweep()
    assert not row_of(hall, where).closed
    hall.clock.pass_by(hours=9)
    hall.sweep()

    row = row_of(hall, where)
    assert (row.closed, row.sealed, row.took_part, marks(hall)) == (True, None, 1, 0)
    assert acts(hall)[-1] == ("retention", audit.Act.CONSULTATION_CLOSED)


def test_a_desk_that_marks_while_a_colleague_closes_leaves_no_mark_behind(hall: TownHall) -> None:
    where, together = opens(hall), Barrier(8)

    def desk(number: int) -> Said | None:
        together.wait()
        if not number:
            closes(hall, where)
            return None
        try:
            return shows(hall, where, f"{number:064x}")
        except OperationRefused:
            return None

    with ThreadPoolExecutor(8) as desks:
        answers = list(desks.map(desk, range(8)))

    assert marks(hall) == 0
    assert row_of(hall, where).took_part == answers.count(Said.NEW)


def test_nothing_of_a_mark_is_left_in_the_file_of_the_register(small_hall: TownHall) -> None:
    hall = small_hall
    where = opens(hall)
    shows(hall, where, HERS, receipt="5" * 32)
    assert HERS.encode() in left_in(hall)

    closes(hall, where)

    assert HERS.encode() not in left_in(hall)
    assert b"5" * 32 not in left_in(hall)


def left_in(hall: TownHall) -> bytes:
    """Every byte of the register and of its log."""
    return b"".join(file.read_bytes() for file in sorted(hall.office.folder.glob("register.sqlite3*")))


def test_marks_lie_in_their_own_order_and_of_one_transaction(hall: TownHall) -> None:
    where = opens(hall)
    for first in "fb3e0":
        shows(hall, where, first * 64)

    hall.sweep()

    with hall.session() as session:
        if hall.engine.dialect.name == "sqlite":
            found = session.execute(text("SELECT mark FROM marks NOT INDEXED")).scalars().all()
        else:
            found = session.execute(text("SELECT mark FROM marks ORDER BY ctid")).scalars().all()
            assert session.execute(text("SELECT count(DISTINCT xmin::text) FROM marks")).scalar() == 1
    assert found == [first * 64 for first in "03bef"]
    assert shows(hall, where, "b" * 64) is Said.TAKEN


# --- one device -------------------------------------------------------------------------------------------


def test_on_one_device_neither_key_nor_marks_are_here(hall: TownHall) -> None:
    where = opens(hall, several=False)

    assert serves(hall, where) is None
    assert row_of(hall, where).sealed is None
    with pytest.raises(OperationRefused) as refused:
        shows(hall, where, HERS)
    assert refused.value.code == "voice-one-device"


@pytest.mark.parametrize("device", [TABLET, OTHER_TABLET])
def test_what_one_device_began_is_begun_nowhere_again(hall: TownHall, device: int) -> None:
    """Also not on itself: a device that lost its list would begin with an empty one."""
    where = opens(hall, several=False)
    serves(hall, where)

    with pytest.raises(OperationRefused) as refused:
        serves(hall, where, device=device)
    assert refused.value.code == "voice-begun"


def test_of_ten_devices_one_begins(hall: TownHall) -> None:
    where, together = opens(hall, several=False), Barrier(10)

    def begins(device: int) -> bool:
        together.wait()
        try:
            serves(hall, where, device=device)
        except OperationRefused:
            return False
        return True

    with ThreadPoolExecutor(10) as devices:
        assert sum(devices.map(begins, range(1, 11))) == 1


def test_the_one_device_says_its_count_and_that_closes(hall: TownHall) -> None:
    where = opens(hall, several=False)
    serves(hall, where)

    def says(device: int, count: int) -> None:
        with hall.session() as session:
            voice_marks.say_count(
                session, hall.desk(), where, device_id=device, took_part=count, taken_back=1, by="Library, counter 2"
            )

    with pytest.raises(NotFound):
        says(OTHER_TABLET, 999)
    says(TABLET, 214)
    says(TABLET, 3)

    row = row_of(hall, where)
    assert (row.closed, row.took_part, row.taken_back) == (True, 214, 1)
    assert acts(hall)[-1] == ("Library, counter 2", audit.Act.CONSULTATION_CLOSED)


def test_a_device_may_say_its_count_after_the_clock_has_closed(hall: TownHall) -> None:
    where = opens(hall, several=False)
    serves(hall, where)
    hall.clock.pass_by(hours=10)
    hall.sweep()
    assert row_of(hall, where).took_part is None

    with hall.session() as session:
        voice_marks.say_count(session, hall.desk(), where, device_id=TABLET, took_part=9, taken_back=0, by="Library")

    assert row_of(hall, where).took_part == 9


def test_a_device_is_told_of_what_it_may_serve(hall: TownHall) -> None:
    several, free, begun = opens(hall), opens(hall, several=False), opens(hall, several=False)
    closed, later = opens(hall), opens(hall, opens_at=MONDAY + timedelta(hours=2))
    serves(hall, begun)
    closes(hall, closed)

    def told(device: int) -> set[str]:
        with hall.session() as session:
            return {row.id for row in voice_marks.for_device(session, hall.desk(), device_id=device)}

    assert told(TABLET) == {several, free, begun, later}
    assert told(OTHER_TABLET) == {several, free, later}
    hall.clock.pass_by(hours=9)
    assert told(TABLET) == set()


# --- chosen devices ---------------------------------------------------------------------------------------


def chooses(hall: TownHall, where: str, *chosen: int, by: str = "Bruno") -> None:
    with hall.session() as session:
        voice.choose(session, hall.desk(), voice.find(session, where), chosen=chosen, by=hall.staff(session, by))


def takes_back(hall: TownHall, where: str, *, device: int) -> bool:
    with hall.session() as session:
        return voice_marks.take_back(session, hall.desk(), where, device_id=device, mark=HERS, receipt="6" * 32)


def test_a_device_that_was_not_chosen_learns_nothing_and_marks_nothing(hall: TownHall) -> None:
    """The library's tablet could else ask of any card whether it took part."""
    where = opens(hall, chosen=[TABLET])
    shows(hall, where, HERS, receipt="6" * 32)

    with hall.session() as session:
        assert voice_marks.for_device(session, hall.desk(), device_id=OTHER_TABLET) == []
    for asks in (
        lambda: serves(hall, where, device=OTHER_TABLET),
        lambda: shows(hall, where, HERS, device=OTHER_TABLET),
        lambda: takes_back(hall, where, device=OTHER_TABLET),
    ):
        with pytest.raises(NotFound) as refused:
            asks()
        assert refused.value.code == "no-consultation"
    assert marks(hall) == 1


def test_a_chosen_device_marks_only_after_it_was_set_to_the_consultation(hall: TownHall) -> None:
    where = opens(hall, chosen=[])
    chooses(hall, where, TABLET)

    for asks in (lambda: shows(hall, where, HERS), lambda: takes_back(hall, where, device=TABLET)):
        with pytest.raises(OperationRefused) as refused:
            asks()
        assert refused.value.code == "voice-not-begun"
    serves(hall, where)
    assert shows(hall, where, HERS) is Said.NEW


def test_a_device_is_added_and_another_left_out_while_it_is_open(hall: TownHall) -> None:
    where = opens(hall, chosen=[TABLET])
    shows(hall, where, HERS)

    chooses(hall, where, OTHER_TABLET)
    chooses(hall, where, OTHER_TABLET)

    with pytest.raises(NotFound):
        shows(hall, where, HIS)
    serves(hall, where, device=OTHER_TABLET)
    assert shows(hall, where, HERS, device=OTHER_TABLET) is Said.TAKEN
    assert [act for _, act in acts(hall)] == [audit.Act.CONSULTATION_OPENED, audit.Act.CONSULTATION_CHANGED]


def test_devices_are_chosen_by_a_supervisor_among_those_that_are_there(hall: TownHall) -> None:
    where, alone, closed = opens(hall, chosen=[]), opens(hall, several=False), opens(hall)
    serves(hall, alone)
    closes(hall, closed)

    for which, chosen, by, code in (
        (where, [TABLET], "Amel", "voice-role"),
        (where, [TABLET, 99], "Bruno", "voice-device"),
        (alone, [OTHER_TABLET], "Bruno", "voice-begun"),
        (closed, [TABLET], "Bruno", "voice-closed"),
    ):
        with pytest.raises(OperationRefused) as refused:
            chooses(hall, which, *chosen, by=by)
        assert refused.value.code == code


# --- opening ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "  "}, "voice-name"),
        ({"name": "x" * 81}, "voice-name-long"),
        ({"name": "Quays\u202e"}, "voice-name-signs"),
        ({"closes_at": MONDAY}, "voice-order"),
        ({"opens_at": MONDAY - timedelta(days=2), "closes_at": MONDAY - timedelta(days=1)}, "voice-past"),
        ({"closes_at": MONDAY + timedelta(days=61)}, "voice-long"),
        ({"record_day": MONDAY.date()}, "voice-record"),
        ({"record_day": date(2026, 11, 24), "opens_at": datetime(2026, 11, 24, 8, tzinfo=MONDAY.tzinfo)}, "order"),
    ],
)
def test_what_makes_no_sense_is_not_opened(small_hall: TownHall, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(OperationRefused) as refused:
        opens(small_hall, **changes)
    assert refused.value.code.endswith(code)


def test_the_record_day_may_be_the_day_before(small_hall: TownHall) -> None:
    assert opens(small_hall, record_day=MONDAY.date() - timedelta(days=1))


@pytest.mark.parametrize("name", ["Amel", "Chloe", "Esra"])
def test_only_a_supervisor_opens_and_closes(small_hall: TownHall, name: str) -> None:
    where = opens(small_hall)

    for act in (lambda: opens(small_hall, by=name), lambda: closes(small_hall, where, by=name)):
        with pytest.raises(OperationRefused) as refused:
            act()
        assert refused.value.code == "voice-role"
    assert not row_of(small_hall, where).closed
