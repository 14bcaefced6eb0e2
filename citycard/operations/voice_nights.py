"""What the clock does for consultations: it closes them, wraps their keys anew, and forgets in which order marks came.

1. `end_due`: what is over is closed.
2. `rewrap`: each night the keys are wrapped by the new day's. Where one cannot be opened any more the register was
   restored from a backup: its marks can be compared with nothing, and the consultation is closed.
3. `forget_order`: on PostgreSQL rows lie in the order of coming. The marks are written anew, sorted, in one
   transaction, each minute in which any came. SQLite stores the table by the mark; its log, which holds pages in the
   order of writing, is to be emptied each minute while a consultation is open.
"""

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from citycard.keystore.vault import Forgotten
from citycard.operations import audit, voice, voice_key
from citycard.operations.enrol import Desk
from citycard.store.voice import Consultation, Mark


def end_due(session: Session, desk: Desk, *, by: str) -> int:
    """Close what is over, and return how many that were; for the clock (1)."""
    due = select(Consultation).where(Consultation.closed.is_(False), Consultation.closes_at <= desk.now)
    if session.scalars(due.limit(1)).first() is None:
        return 0
    audit.hold(session)
    rows = session.scalars(due.with_for_update().execution_options(populate_existing=True)).all()
    for row in rows:
        voice.end(session, desk, row, by=by)
    return len(rows)


def rewrap(session: Session, desk: Desk, *, by: str) -> int:
    """Wrap the keys of open consultations by today's key; return how many could not be opened any more (2)."""
    today = desk.office.settings.today(desk.now)
    if not voice_key.is_needed_before(session, today):
        return 0
    lost = 0
    old = select(Consultation).where(Consultation.wrapped_by < today.isoformat())
    audit.hold(session)
    for row in session.scalars(old.with_for_update().execution_options(populate_existing=True)).all():
        try:
            voice_key.rewrap(row, desk)
        except Forgotten:
            voice.end(session, desk, row, by=by)
            lost += 1
    session.flush()
    return lost


def forget_order(session: Session) -> int:
    """Write the marks of open consultations anew in their own order; return how many leave a log to be emptied (3)."""
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
        voice.lock(session, row_id)  # nobody marks meanwhile
        rows = session.execute(
            delete(Mark).where(Mark.consultation_id == row_id).returning(Mark.mark, Mark.receipt)
        ).all()
        values = [{"consultation_id": row_id, "mark": mark, "receipt": receipt} for mark, receipt in sorted(rows)]
        if values:
            session.execute(insert(Mark), values)
        written += 1
    return written
