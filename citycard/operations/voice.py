"""One card, one voice: a card takes part in a consultation once, and nobody can tell later which cards did.

1. `open_consultation`: a name, the record day, from when to when, and how it is held. *On several devices*: a random
   key is made and sealed (`voice_key`); devices that serve it get the key and hash on the device; the register gets the
   hash (`voice_marks`). *On one device*: that device makes the key and keeps its marks; neither ever comes here.
   Only devices that a supervisor chose (`choose`) learn of it: who has key and register could ask of a number whether
   it took part, and a tablet at another counter has no need to.
2. The record day is over before the consultation opens. A new card ends the old one in the act that signs it
   (`renew.end_replaced`), so of two cards of one holder one is ended or was issued after that day: the second goes to
   the table. Devices therefore also want a list of ended cards that was signed after the record day.
3. `close`, by a supervisor or by the clock (`voice_nights`): key and marks are deleted, how many they were remains. The
   marks go too, because without the key they serve nobody: no recount can be made from them, and if a copy of the key
   survived anywhere they would be the list of who took part. A recount belongs before the close.

The log says that a consultation was opened and closed, by whom and on which day. A mark is no act of the log, and in no
counter. It says "one card", never "one person": docs/one-voice.md says what that leaves open.
"""

import base64
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from citycard.core.errors import CitycardError
from citycard.core.text import tidy
from citycard.operations import audit, voice_key
from citycard.operations.enrol import Desk
from citycard.operations.forget import FORGOT
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.store.devices import DeskDevice
from citycard.store.staff import Role, Staff
from citycard.store.voice import Consultation, ConsultationDevice, Mark

LONGEST_NAME = 80
LONGEST = timedelta(days=60)
"""A key that may be needed for longer is not one that is soon destroyed. Budgets are voted on for some weeks."""


class Stage(StrEnum):
    """Where a consultation stands."""

    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"


def open_consultation(
    session: Session,
    desk: Desk,
    *,
    name: str,
    record_day: date,
    opens_at: datetime,
    closes_at: datetime,
    several: bool,
    other_cities: bool,
    by: Staff,
    chosen: Collection[int] = (),
) -> Consultation:
    """Open one for the devices `chosen` (1); raise `OperationRefused` for what makes no sense."""
    _demand_role(by)
    try:
        name = tidy(name, at_most=LONGEST_NAME)
    except CitycardError as error:
        code = "voice-name-long" if error.code == "text-long" else "voice-name-signs"
        raise OperationRefused("This name cannot be used.", code=code) from None
    if not name:
        raise OperationRefused("A consultation has a name.", code="voice-name")
    if closes_at <= opens_at:
        raise OperationRefused("It closes after it opens.", code="voice-order")
    if closes_at <= desk.now:
        raise OperationRefused("The closing time has passed.", code="voice-past")
    if closes_at - max(opens_at, desk.now) > LONGEST:
        raise OperationRefused("A consultation is open for 60 days at most.", code="voice-long")
    # (2)
    if max(opens_at, desk.now) < after(record_day):
        raise OperationRefused("The record day is over before it opens.", code="voice-record")
    row = Consultation(
        id=base64.b32encode(desk.chance(10)).decode().lower(),
        name=name,
        record_day=record_day,
        opens_at=opens_at,
        closes_at=closes_at,
        several=several,
        other_cities=other_cities,
        taken_back=0,
        closed=False,
    )
    if several:
        voice_key.make(row, desk)
    session.add(row)
    session.flush()
    _add_devices(session, row, chosen)
    _log(session, desk, audit.Act.CONSULTATION_OPENED, by.name)
    return row


def after(record_day: date) -> datetime:
    """Return the first moment after the record day; cards say the day of issue in UTC."""
    return datetime.combine(record_day + timedelta(days=1), time.min, UTC)


def stage(row: Consultation, now: datetime) -> Stage:
    """Return where a consultation stands; one whose time is over counts as closed before the clock has come by."""
    if row.closed or now >= row.closes_at:
        return Stage.CLOSED
    return Stage.OPEN if row.opens_at <= now else Stage.COMING


def find(session: Session, consultation_id: str) -> Consultation:
    """Return a consultation, closed or not."""
    row = session.get(Consultation, consultation_id)
    if row is None:
        raise NotFound("There is no such consultation.", code="no-consultation")
    return row


def everyone(session: Session) -> list[Consultation]:
    """Return all of them, the last to close first."""
    return list(session.scalars(select(Consultation).order_by(Consultation.closes_at.desc(), Consultation.id)))


def took_part(session: Session, row: Consultation) -> int | None:
    """Return how many cards took part so far, or did; None where only the one device knows."""
    if row.closed or not row.several:
        return row.took_part
    return session.scalar(select(func.count()).select_from(Mark).where(Mark.consultation_id == row.id)) or 0


# --- devices ----------------------------------------------------------------------------------------------


def choose(session: Session, desk: Desk, row: Consultation, *, chosen: Collection[int], by: Staff) -> None:
    """Let these devices serve a consultation, and no others (1). One that is left out is told so when it next asks."""
    _demand_role(by)
    audit.hold(session)
    held = lock(session, row.id)
    if stage(held, desk.now) is Stage.CLOSED:
        raise OperationRefused("This consultation is closed.", code="voice-closed")
    before = {link.device_id for link in devices_of(session, held)}
    if before == set(chosen):
        return
    if held.device_id is not None and held.device_id not in chosen:
        raise OperationRefused("Its list is on the device that began it.", code="voice-begun")
    left_out = before - set(chosen)
    session.execute(
        delete(ConsultationDevice).where(
            ConsultationDevice.consultation_id == held.id, ConsultationDevice.device_id.in_(left_out)
        )
    )
    _add_devices(session, held, set(chosen) - before)
    _log(session, desk, audit.Act.CONSULTATION_CHANGED, by.name)


def devices_of(session: Session, row: Consultation) -> list[ConsultationDevice]:
    """Return the devices that may serve a consultation, and which of them began."""
    query = select(ConsultationDevice).where(ConsultationDevice.consultation_id == row.id)
    return list(session.scalars(query.order_by(ConsultationDevice.device_id)))


def _add_devices(session: Session, row: Consultation, chosen: Collection[int]) -> None:
    there = session.scalars(select(DeskDevice.id).where(DeskDevice.id.in_(chosen), DeskDevice.active)).all()
    if len(there) != len(set(chosen)):
        raise OperationRefused("One of these devices was withdrawn.", code="voice-device")
    session.add_all(ConsultationDevice(consultation_id=row.id, device_id=number, begun=False) for number in there)
    session.flush()


# --- the close --------------------------------------------------------------------------------------------


def close(session: Session, desk: Desk, row: Consultation, *, by: Staff) -> None:
    """Close a consultation now (3). Twice is once."""
    _demand_role(by)
    audit.hold(session)
    held = lock(session, row.id)
    if not held.closed:
        end(session, desk, held, by=by.name)


def end(session: Session, desk: Desk, row: Consultation, *, by: str) -> None:
    """Delete key and marks of a consultation that is held (`lock`), and take down how many they were (3)."""
    # (3)
    if row.several:
        row.took_part = took_part(session, row)
    session.execute(delete(Mark).where(Mark.consultation_id == row.id))
    voice_key.destroy(row)
    row.closed, row.closes_at = True, min(row.closes_at, desk.now)
    session.flush()
    session.info[FORGOT] = True
    _log(session, desk, audit.Act.CONSULTATION_CLOSED, by)


def lock(session: Session, consultation_id: str, *, shared: bool = False) -> Consultation:
    """Return the row, read again; others wait to change it until the transaction ends, or all but each other."""
    row = session.get(
        Consultation, consultation_id, with_for_update={"read": True} if shared else True, populate_existing=True
    )
    if row is None:
        raise NotFound("There is no such consultation.", code="no-consultation")
    return row


def _demand_role(by: Staff) -> None:
    if Role.SUPERVISOR not in by.role_set:
        raise OperationRefused("Only a supervisor opens and closes consultations.", code="voice-role")


def _log(session: Session, desk: Desk, act: audit.Act, by: str) -> None:
    audit.record(session, act, by=by, day=desk.office.settings.today(desk.now), chance=desk.chance)
