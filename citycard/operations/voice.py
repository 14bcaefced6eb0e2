"""One card, one voice: a card takes part in a consultation once, and nobody can tell later which cards did.

1. `open_consultation`: a name, the record day, from when to when, and how it is held. *On several devices*: a random
   key is made, sealed by the vault like the file of an enrolment and wrapped anew each night; devices that `serve` get
   it and hash on the device; the register gets the hash. *On one device*: that device makes the key and keeps its
   marks; neither ever comes here. It is begun once: a device that lost its list must not begin with an empty one.
   Only devices that a supervisor chose (`choose`) learn of it, and marks come only from one that began (`serve`): who
   has key and register could ask of a number whether it took part, and a tablet at another counter has no need to.
2. The record day is over before the consultation opens. A new card ends the old one in the act that signs it
   (`renew.end_replaced`), so of two cards of one holder one is ended or was issued after that day: the second goes to
   the table. Devices therefore also want a list of ended cards that was signed after the record day.
3. `mark_of`: HMAC-SHA-256 of domain, consultation, issuer and card number under the key. static/js/desk/voice_mark.js
   computes the same; a test compares.
4. `mark`: one transaction, one row, whose key is the mark: of two desks with the same card in the same moment one is
   told that it is new. The receipt is random bytes of the device that asks. Who asks again with the same receipt,
   because the answer was lost on the way, is told the same as before; with another one, that the card took part.
5. `take_back`: with the receipt alone, so by the screen that made the mark while it stands, for somebody who turns
   round at the door. What is taken back is counted, because whoever hands out ballots could take back and hand out
   another: the two figures stand side by side, and the ballots can be counted against them.
6. `close`, by a supervisor or by the clock (`end_due`): key and marks are deleted, how many they were remains. The
   marks go too, because without the key they serve nobody: no recount can be made from them, and if a copy of the key
   survived anywhere they would be the list of who took part. A recount belongs before the close.
7. On PostgreSQL rows lie in the order of coming. `forget_order` writes the marks anew, sorted, in one transaction, each
   minute in which any came. SQLite stores the table by the mark; its log, which holds pages in the order of writing, is
   to be emptied each minute while a consultation is open.

The log says that a consultation was opened and closed, by whom and on which day. A mark is no act of the log, and in no
counter. It says "one card", never "one person": docs/one-voice.md says what that leaves open.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import delete, func, insert, or_, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from citycard.core.errors import CitycardError
from citycard.core.text import tidy
from citycard.keystore.vault import KEY_BYTES, Forgotten, SealedRecord
from citycard.operations import audit
from citycard.operations.enrol import Desk
from citycard.operations.forget import FORGOT
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.store.devices import DeskDevice
from citycard.store.staff import Role, Staff
from citycard.store.voice import Consultation, ConsultationDevice, Mark

DOMAIN = "citycard:one-voice:1"

LONGEST_NAME = 80
LONGEST = timedelta(days=60)
"""A key that may be needed for longer is not one that is soon destroyed. Budgets are voted on for some weeks."""

_MARK = re.compile(r"[0-9a-f]{64}", re.ASCII)
_RECEIPT = re.compile(r"[0-9a-f]{32}", re.ASCII)


class Said(StrEnum):
    """What a device is told of a mark."""

    NEW = "new"
    TAKEN = "taken"


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
        today = desk.office.settings.today(desk.now)
        _hold_key(row, desk.vault.seal(desk.chance(KEY_BYTES), record_id=_record_id(row), today=today))
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
    held = _held(session, row.id)
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


def for_device(session: Session, desk: Desk, *, device_id: int) -> list[Consultation]:
    """Return the consultations that a device may serve: open or coming, and not begun on another device alone (1)."""
    query = (
        select(Consultation)
        .join(ConsultationDevice)
        .where(
            ConsultationDevice.device_id == device_id,
            Consultation.closed.is_(False),
            Consultation.closes_at > desk.now,
            or_(Consultation.several, Consultation.device_id.is_(None), Consultation.device_id == device_id),
        )
    )
    return list(session.scalars(query.order_by(Consultation.opens_at, Consultation.id)))


def serve(session: Session, desk: Desk, consultation_id: str, *, device_id: int) -> bytes | None:
    """Let a device serve a consultation; return the key, or None where the device makes its own (1)."""
    row = _held(session, consultation_id)
    link = _chosen(session, row, device_id)
    if stage(row, desk.now) is Stage.CLOSED:
        raise OperationRefused("This consultation is closed.", code="voice-closed")
    if row.several:
        link.begun = True
        session.flush()
        return _key(row, desk)
    if row.device_id is not None:
        raise OperationRefused("This consultation was begun on a device.", code="voice-begun")
    row.device_id, link.begun = device_id, True
    session.flush()
    return None


def _chosen(session: Session, row: Consultation, device_id: int) -> ConsultationDevice:
    """Return that the device was chosen; a device that was not is told what one is told of none (1)."""
    link = session.get(ConsultationDevice, (row.id, device_id), populate_existing=True)
    if link is None:
        raise NotFound("There is no such consultation.", code="no-consultation")
    return link


def _demand_begun(session: Session, row: Consultation, device_id: int) -> None:
    if not _chosen(session, row, device_id).begun:
        raise OperationRefused("This device was not set to this consultation.", code="voice-not-begun")


def mark_of(key: bytes, *, consultation_id: str, issuer: str, number: str) -> str:
    """Return the mark of a card (3). None of the parts can hold the NUL that stands between them."""
    message = "\0".join((DOMAIN, consultation_id, issuer, number)).encode()
    return hmac.digest(key, message, hashlib.sha256).hex()


def mark(session: Session, desk: Desk, consultation_id: str, *, device_id: int, mark: str, receipt: str) -> Said:
    """Take a mark down, and return whether it is new (4). The device is looked at and not written down."""
    _check_form(mark, receipt)
    row = _held(session, consultation_id, shared=True)
    _demand_open(row, desk)
    _demand_begun(session, row, device_id)
    for _ in range(_TRIES):
        try:
            with session.begin_nested():
                session.add(Mark(consultation_id=row.id, mark=mark, receipt=receipt))
            return Said.NEW
        except IntegrityError:
            held = session.get(Mark, (row.id, mark), populate_existing=True)
        if held is not None:
            return Said.NEW if hmac.compare_digest(held.receipt, receipt) else Said.TAKEN
        # Taken back between the two statements: as if it had never been.
    raise OperationRefused("This consultation is busy.", code="voice-busy")


_TRIES = 3


def take_back(session: Session, desk: Desk, consultation_id: str, *, device_id: int, mark: str, receipt: str) -> bool:
    """Take a mark back with its receipt, and return whether it stood there (5). Twice is once."""
    _check_form(mark, receipt)
    row = _held(session, consultation_id)
    _demand_open(row, desk)
    _demand_begun(session, row, device_id)
    held = session.get(Mark, (row.id, mark), populate_existing=True)
    if held is None or not hmac.compare_digest(held.receipt, receipt):
        return False
    session.delete(held)
    row.taken_back += 1
    session.flush()
    session.info[FORGOT] = True
    return True


def say_count(
    session: Session, desk: Desk, consultation_id: str, *, device_id: int, took_part: int, taken_back: int, by: str
) -> None:
    """Take down what the one device counted, as it finished; it closes the consultation (6)."""
    audit.hold(session)
    row = _held(session, consultation_id)
    if row.several or row.device_id != device_id:
        raise NotFound("This consultation is not on this device.", code="no-consultation")
    if row.took_part is not None:
        return  # sent twice
    if not (0 <= took_part < _MOST and 0 <= taken_back < _MOST):
        raise OperationRefused("These are no counts.", code="voice-form")
    row.took_part, row.taken_back = took_part, taken_back
    if not row.closed:
        _close(session, desk, row, by=by)


_MOST = 10_000_000


# --- the close --------------------------------------------------------------------------------------------


def close(session: Session, desk: Desk, row: Consultation, *, by: Staff) -> None:
    """Close a consultation now (6). Twice is once."""
    _demand_role(by)
    audit.hold(session)
    held = _held(session, row.id)
    if not held.closed:
        _close(session, desk, held, by=by.name)


def end_due(session: Session, desk: Desk, *, by: str) -> int:
    """Close what is over, and return how many that were; for the clock."""
    due = select(Consultation).where(Consultation.closed.is_(False), Consultation.closes_at <= desk.now)
    if session.scalars(due.limit(1)).first() is None:
        return 0
    audit.hold(session)
    rows = session.scalars(due.with_for_update().execution_options(populate_existing=True)).all()
    for row in rows:
        _close(session, desk, row, by=by)
    return len(rows)


def _close(session: Session, desk: Desk, row: Consultation, *, by: str) -> None:
    # (6)
    if row.several:
        row.took_part = took_part(session, row)
    session.execute(delete(Mark).where(Mark.consultation_id == row.id))
    row.sealed = row.wrapped_key = row.wrapped_by = None
    row.closed, row.closes_at = True, min(row.closes_at, desk.now)
    session.flush()
    session.info[FORGOT] = True
    _log(session, desk, audit.Act.CONSULTATION_CLOSED, by)


# --- each minute and each night ---------------------------------------------------------------------------


def rewrap(session: Session, desk: Desk, *, by: str) -> int:
    """Wrap the keys of open consultations by today's key; return how many could not be opened any more.

    Such a register was restored from a backup: its marks can be compared with nothing, and the consultation is closed.
    """
    today = desk.office.settings.today(desk.now)
    lost = 0
    old = select(Consultation).where(Consultation.wrapped_by < today.isoformat())
    if session.scalars(old.limit(1)).first() is None:
        return 0
    audit.hold(session)
    for row in session.scalars(old.with_for_update().execution_options(populate_existing=True)).all():
        try:
            record = desk.vault.rewrap(_sealed(row), record_id=_record_id(row), today=today)
        except Forgotten:
            _close(session, desk, row, by=by)
            lost += 1
        else:
            _hold_key(row, record)
    session.flush()
    return lost


def needs_key_before(session: Session, day: date) -> bool:
    """Whether a consultation is still wrapped by the key of an earlier day."""
    query = select(Consultation.id).where(Consultation.wrapped_by < day.isoformat())
    return session.scalars(query.limit(1)).first() is not None


def forget_order(session: Session) -> int:
    """Write the marks of open consultations anew in their own order; return how many leave a log to be emptied (7)."""
    held_here = session.scalars(select(Consultation.id).where(Consultation.closed.is_(False), Consultation.several))
    open_now = held_here.all()
    if session.get_bind().dialect.name != "postgresql":
        return len(open_now)
    written = 0
    for row_id in open_now:
        # Rows that came together are of one transaction: more than one of them, and an order can be read.
        query = text("SELECT count(DISTINCT xmin::text) FROM marks WHERE consultation_id = :id")
        if (session.execute(query, {"id": row_id}).scalar() or 0) < 2:
            continue
        _held(session, row_id)  # nobody marks meanwhile
        rows = session.execute(
            delete(Mark).where(Mark.consultation_id == row_id).returning(Mark.mark, Mark.receipt)
        ).all()
        values = [{"consultation_id": row_id, "mark": mark, "receipt": receipt} for mark, receipt in sorted(rows)]
        if values:
            session.execute(insert(Mark), values)
        written += 1
    return written


def _held(session: Session, consultation_id: str, *, shared: bool = False) -> Consultation:
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


def _demand_open(row: Consultation, desk: Desk) -> None:
    match stage(row, desk.now):
        case Stage.CLOSED:
            raise OperationRefused("This consultation is closed.", code="voice-closed")
        case Stage.COMING:
            raise OperationRefused("This consultation has not begun.", code="voice-coming")
    if not row.several:
        raise OperationRefused("This consultation is on one device alone.", code="voice-one-device")


def _check_form(mark: str, receipt: str) -> None:
    if not _MARK.fullmatch(mark) or not _RECEIPT.fullmatch(receipt):
        raise OperationRefused("This is no mark.", code="voice-form")


def _key(row: Consultation, desk: Desk) -> bytes:
    return desk.vault.open(_sealed(row), record_id=_record_id(row))


def _sealed(row: Consultation) -> SealedRecord:
    if row.sealed is None or row.wrapped_key is None or row.wrapped_by is None:
        raise Forgotten("The key of this consultation is destroyed.")
    return SealedRecord(row.sealed, row.wrapped_key, row.wrapped_by)


def _hold_key(row: Consultation, record: SealedRecord) -> None:
    row.sealed, row.wrapped_key, row.wrapped_by = record.sealed, record.wrapped_key, record.wrapped_by


def _record_id(row: Consultation) -> str:
    return f"consultation:{row.id}"


def _log(session: Session, desk: Desk, act: audit.Act, by: str) -> None:
    audit.record(session, act, by=by, day=desk.office.settings.today(desk.now), chance=desk.chance)
