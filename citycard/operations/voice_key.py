"""The key of the marks of a consultation on several devices: random, sealed by the vault like the file of an enrolment.

It is wrapped by the key of the day and anew each night (`voice_nights`), and destroyed at the close.
"""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.keystore.vault import KEY_BYTES, Forgotten, SealedRecord
from citycard.operations.enrol import Desk
from citycard.store.voice import Consultation


def make(row: Consultation, desk: Desk) -> None:
    """Make the key of a consultation."""
    today = desk.office.settings.today(desk.now)
    _hold(row, desk.vault.seal(desk.chance(KEY_BYTES), record_id=_record_id(row), today=today))


def open_key(row: Consultation, desk: Desk) -> bytes:
    """Return the key; raise `Forgotten` where it is destroyed, or was wrapped by a day that is over."""
    return desk.vault.open(_sealed(row), record_id=_record_id(row))


def rewrap(row: Consultation, desk: Desk) -> None:
    """Wrap the key by today's; raise `Forgotten` as `open_key` does."""
    today = desk.office.settings.today(desk.now)
    _hold(row, desk.vault.rewrap(_sealed(row), record_id=_record_id(row), today=today))


def destroy(row: Consultation) -> None:
    """Destroy the key, if there is one."""
    row.sealed = row.wrapped_key = row.wrapped_by = None


def is_needed_before(session: Session, day: date) -> bool:
    """Whether a key of a consultation is still wrapped by the key of a day before."""
    query = select(Consultation.id).where(Consultation.wrapped_by < day.isoformat())
    return session.scalars(query.limit(1)).first() is not None


def _sealed(row: Consultation) -> SealedRecord:
    if row.sealed is None or row.wrapped_key is None or row.wrapped_by is None:
        raise Forgotten("The key of this consultation is destroyed.")
    return SealedRecord(row.sealed, row.wrapped_key, row.wrapped_by)


def _hold(row: Consultation, record: SealedRecord) -> None:
    row.sealed, row.wrapped_key, row.wrapped_by = record.sealed, record.wrapped_key, record.wrapped_by


def _record_id(row: Consultation) -> str:
    return f"consultation:{row.id}"
