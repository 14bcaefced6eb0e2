"""At the door of a consultation: which device serves it, and whether a card's mark is new.

1. `serve`: a device that was chosen begins. With several devices it gets the key; alone it makes its own, and is begun
   once: a device that lost its list must not begin with an empty one. Marks come only from a device that began.
2. `mark_of`: HMAC-SHA-256 of domain, consultation, issuer and card number under the key. static/js/desk/voice_mark.js
   computes the same; a test compares.
3. `mark`: one transaction, one row, whose key is the mark: of two desks with the same card in the same moment one is
   told that it is new. The receipt is random bytes of the device that asks. Who asks again with the same receipt,
   because the answer was lost on the way, is told the same as before; with another one, that the card took part.
4. `take_back`: with the receipt alone, so by the screen that made the mark while it stands, for somebody who turns
   round at the door. What is taken back is counted, because whoever hands out ballots could take back and hand out
   another: the two figures stand side by side, and the ballots can be counted against them.
5. `say_count`: how many it were on the one device, as it finished; that closes the consultation.
"""

import hashlib
import hmac
import re
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from citycard.operations import audit, voice, voice_key
from citycard.operations.enrol import Desk
from citycard.operations.forget import FORGOT
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.operations.voice import Stage
from citycard.store.voice import Consultation, ConsultationDevice, Mark

DOMAIN = "citycard:one-voice:1"

_MARK = re.compile(r"[0-9a-f]{64}", re.ASCII)
_RECEIPT = re.compile(r"[0-9a-f]{32}", re.ASCII)


class Said(StrEnum):
    """What a device is told of a mark."""

    NEW = "new"
    TAKEN = "taken"


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
    row = voice.lock(session, consultation_id)
    link = _chosen(session, row, device_id)
    if voice.stage(row, desk.now) is Stage.CLOSED:
        raise OperationRefused("This consultation is closed.", code="voice-closed")
    if row.several:
        link.begun = True
        session.flush()
        return voice_key.open_key(row, desk)
    if row.device_id is not None:
        raise OperationRefused("This consultation was begun on a device.", code="voice-begun")
    row.device_id, link.begun = device_id, True
    session.flush()
    return None


def _chosen(session: Session, row: Consultation, device_id: int) -> ConsultationDevice:
    """Return that the device was chosen; a device that was not is told what one is told of none."""
    link = session.get(ConsultationDevice, (row.id, device_id), populate_existing=True)
    if link is None:
        raise NotFound("There is no such consultation.", code="no-consultation")
    return link


def _demand_begun(session: Session, row: Consultation, device_id: int) -> None:
    if not _chosen(session, row, device_id).begun:
        raise OperationRefused("This device was not set to this consultation.", code="voice-not-begun")


def mark_of(key: bytes, *, consultation_id: str, issuer: str, number: str) -> str:
    """Return the mark of a card (2). None of the parts can hold the NUL that stands between them."""
    message = "\0".join((DOMAIN, consultation_id, issuer, number)).encode()
    return hmac.digest(key, message, hashlib.sha256).hex()


def mark(session: Session, desk: Desk, consultation_id: str, *, device_id: int, mark: str, receipt: str) -> Said:
    """Take a mark down, and return whether it is new (3). The device is looked at and not written down."""
    _check_form(mark, receipt)
    row = voice.lock(session, consultation_id, shared=True)
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
    """Take a mark back with its receipt, and return whether it stood there (4). Twice is once."""
    _check_form(mark, receipt)
    row = voice.lock(session, consultation_id)
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
    """Take down what the one device counted, as it finished; it closes the consultation (5)."""
    audit.hold(session)
    row = voice.lock(session, consultation_id)
    if row.several or row.device_id != device_id:
        raise NotFound("This consultation is not on this device.", code="no-consultation")
    if row.took_part is not None:
        return  # sent twice
    if not (0 <= took_part < _MOST and 0 <= taken_back < _MOST):
        raise OperationRefused("These are no counts.", code="voice-form")
    row.took_part, row.taken_back = took_part, taken_back
    if not row.closed:
        voice.end(session, desk, row, by=by)


_MOST = 10_000_000


def _demand_open(row: Consultation, desk: Desk) -> None:
    match voice.stage(row, desk.now):
        case Stage.CLOSED:
            raise OperationRefused("This consultation is closed.", code="voice-closed")
        case Stage.COMING:
            raise OperationRefused("This consultation has not begun.", code="voice-coming")
    if not row.several:
        raise OperationRefused("This consultation is on one device alone.", code="voice-one-device")


def _check_form(mark: str, receipt: str) -> None:
    if not _MARK.fullmatch(mark) or not _RECEIPT.fullmatch(receipt):
        raise OperationRefused("This is no mark.", code="voice-form")
