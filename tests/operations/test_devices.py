"""Devices at desks: enrolled once, seen by the day, withdrawn for good."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from citycard.core.verdicts import Verdict
from citycard.operations import counting, devices
from citycard.operations.devices import COUNTED_AS, MOST, Count, Shares
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.store.audit import AuditEntry
from citycard.store.devices import DeskDevice
from tests.support.town_hall import TownHall


def add(hall: TownHall, name: str = "Library, counter 2", service: str | None = None) -> str:
    """Bruno adds a device; return the token on his screen."""
    with hall.session() as session:
        row = devices.propose(session, hall.desk(), name=name, service=service, by="Bruno")
        token = devices.invitation(row, hall.desk())
    assert token is not None
    return token


def enrol(hall: TownHall, token: str) -> str:
    with hall.session() as session:
        return devices.enrol(session, hall.desk(), token)[1]


def invitation(hall: TownHall) -> str | None:
    with Session(hall.engine) as session:
        return devices.invitation(session.scalars(select(DeskDevice)).one(), hall.desk())


def is_known(hall: TownHall, token: str) -> bool:
    with Session(hall.engine) as session:
        return devices.find(session, token) is not None


def acts(hall: TownHall) -> list[tuple[str, str]]:
    with Session(hall.engine) as session:
        return [(row.actor, row.act) for row in session.scalars(select(AuditEntry).order_by(AuditEntry.seq))]


def test_a_device_is_enrolled_once(hall: TownHall) -> None:
    token = add(hall)
    own = enrol(hall, token)

    assert is_known(hall, own)
    assert not is_known(hall, token)
    assert invitation(hall) is None
    with pytest.raises(OperationRefused, match="used already") as refused:
        enrol(hall, token)
    assert refused.value.code == "enrolment-token"
    assert acts(hall) == [("Bruno", "device-added"), ("device", "device-enrolled")]


def test_of_two_tablets_that_scan_the_same_screen_one_is_enrolled(hall: TownHall) -> None:
    token = add(hall)
    gate, found = threading.Barrier(2), list[str]()

    def scan() -> None:
        gate.wait()
        try:
            found.append(enrol(hall, token))
        except OperationRefused as refused:
            found.append(refused.code)

    both = [threading.Thread(target=scan) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()

    assert sorted(is_known(hall, each) for each in found) == [False, True]
    assert "enrolment-token" in found


def test_the_screen_can_be_loaded_again_while_its_code_is_good(small_hall: TownHall) -> None:
    token = add(small_hall)
    small_hall.clock.pass_by(minutes=14)
    assert invitation(small_hall) == token

    small_hall.clock.pass_by(minutes=2)
    assert invitation(small_hall) is None
    with pytest.raises(OperationRefused):
        enrol(small_hall, token)


def test_another_code_takes_the_place_of_the_first_and_the_old_tablet_works_until_it_is_used(
    small_hall: TownHall,
) -> None:
    first = add(small_hall)
    old = enrol(small_hall, first)
    with small_hall.session() as session:
        devices.invite(session, small_hall.desk(), session.scalars(select(DeskDevice)).one(), by="Bruno")
    second = invitation(small_hall)

    assert second not in (None, first)
    assert is_known(small_hall, old)
    with pytest.raises(OperationRefused):
        enrol(small_hall, first)
    new = enrol(small_hall, str(second))
    assert (is_known(small_hall, old), is_known(small_hall, new)) == (False, True)


def test_the_register_alone_opens_nothing(small_hall: TownHall) -> None:
    token = add(small_hall)
    with Session(small_hall.engine) as session:
        row = session.scalars(select(DeskDevice)).one()
        kept = {str(getattr(row, column.name)) for column in DeskDevice.__table__.columns}
    assert token not in kept

    (small_hall.office.secrets / "session.key").write_bytes(b"another key, of whoever has the register only")
    assert invitation(small_hall) is None


def test_a_withdrawn_device_is_known_no_more_and_its_name_is_not_given_again(hall: TownHall) -> None:
    own = enrol(hall, add(hall))
    for _ in range(2):  # pressed twice is once
        with hall.session() as session:
            devices.withdraw(session, hall.desk(), devices.named(session, "Library, counter 2"), by="Chloe")

    assert not is_known(hall, own)
    assert acts(hall)[2:] == [("Chloe", "device-withdrawn")]
    with pytest.raises(OperationRefused, match="taken"):
        add(hall)
    with hall.session() as session, pytest.raises(OperationRefused) as refused:
        devices.invite(session, hall.desk(), devices.named(session, "Library, counter 2"), by="Chloe")
    assert refused.value.code == "device-gone"


def test_a_code_of_a_withdrawn_device_is_worthless(small_hall: TownHall) -> None:
    token = add(small_hall)
    with small_hall.session() as session:
        devices.withdraw(session, small_hall.desk(), session.scalars(select(DeskDevice)).one(), by="Bruno")

    assert invitation(small_hall) is None
    with pytest.raises(OperationRefused):
        enrol(small_hall, token)


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "two\nlines"])
def test_a_name_is_a_short_line(small_hall: TownHall, name: str) -> None:
    with pytest.raises(OperationRefused) as refused:
        add(small_hall, name)

    assert refused.value.code == "device-name"


def test_a_device_gets_another_name_and_keeps_its_own(small_hall: TownHall) -> None:
    add(small_hall)
    add(small_hall, "Pool")
    with small_hall.session() as session:
        row = devices.named(session, "Library, counter 2")
        devices.change(session, small_hall.desk(), row, name="Library, counter 2", service="pool", by="Bruno")
        devices.change(session, small_hall.desk(), row, name="Library, counter 2", service="pool", by="Bruno")
        with pytest.raises(OperationRefused, match="taken"):
            devices.change(session, small_hall.desk(), row, name="Pool", service=None, by="Bruno")

    assert [act for _, act in acts(small_hall)] == ["device-added", "device-added", "device-changed"]
    with small_hall.session() as session, pytest.raises(NotFound):
        devices.named(session, "Museum")


def hand_in(
    session: Session, counts: list[Count], *, today: date, device_id: int = 1, shares: Shares | None = None
) -> int:
    """What a device hands in at an office that offers a pool."""
    return devices.add_counts(
        session, counts, services={"pool"}, today=today, device_id=device_id, shares=shares or Shares()
    )


def test_what_was_counted_is_added_up_within_bounds(hall: TownHall) -> None:
    monday = date(2026, 11, 23)
    handed_in = [
        Count(monday, "pool", Verdict.OK, 5),
        Count(monday, "pool", Verdict.OK, 2),
        Count(monday, "moon", Verdict.OK, 3),
        Count(monday, None, Verdict.REVOKED, 1),
        Count(monday - timedelta(weeks=8), None, Verdict.OK, 1),
        Count(monday - timedelta(weeks=9), None, Verdict.OK, 99),
        Count(monday + timedelta(weeks=1), None, Verdict.OK, 99),
        Count(monday + timedelta(days=1), None, Verdict.OK, 99),
        Count(monday, None, Verdict.OK, devices.MOST + 1),
    ]
    with hall.session() as session:
        assert hand_in(session, handed_in, today=monday) == 12

    with Session(hall.engine) as session:
        found = {(row.service, row.week, row.event): row.count for row in counting.totals(session)}
    assert found == {
        ("pool", monday, "OK"): 7,
        (COUNTED_AS, monday, "OK"): 3,
        (COUNTED_AS, monday, "REVOKED"): 1,
        (COUNTED_AS, monday - timedelta(weeks=8), "OK"): 1,
    }


def test_a_thousand_copies_of_a_count_are_one_round_to_the_register(hall: TownHall) -> None:
    """SQLite has one writer: a device that repeats itself held it for eight seconds."""
    monday = date(2026, 11, 23)
    rounds: list[str] = []
    event.listen(hall.engine, "before_cursor_execute", lambda *about: rounds.append(about[2]))
    copies = [Count(monday, "pool", verdict, 1) for verdict in Verdict for _ in range(200)]

    with hall.session() as session:
        assert hand_in(session, copies, today=monday) == 200 * len(Verdict)

    assert len([one for one in rounds if "counters" in one]) == 1


def test_no_device_counts_more_in_a_week_than_its_share_and_the_others_count_on(hall: TownHall) -> None:
    monday, shares = date(2026, 11, 23), Shares()
    flood = [Count(monday, "pool", Verdict.OK, MOST)] * 20

    for _ in range(12):
        with hall.session() as session:
            hand_in(session, flood, today=monday, shares=shares)
    with hall.session() as session:
        assert hand_in(session, [Count(monday, "pool", Verdict.OK, 5)], today=monday, device_id=2, shares=shares) == 5
        before = [Count(monday - timedelta(weeks=1), "pool", Verdict.OK, 3)]
        assert hand_in(session, before, today=monday, shares=shares) == 3

    with Session(hall.engine) as session:
        assert [row.count for row in counting.totals(session)] == [MOST + 5, 3]


def test_the_share_of_a_week_that_counts_no_more_is_forgotten() -> None:
    monday, shares = date(2026, 11, 23), Shares()
    assert shares.take(1, monday, MOST, first=monday) == MOST
    assert shares.take(1, monday, 1, first=monday) == 0

    shares.take(1, monday + timedelta(weeks=1), 1, first=monday + timedelta(weeks=1))

    assert shares.take(1, monday, 1, first=monday) == 1
