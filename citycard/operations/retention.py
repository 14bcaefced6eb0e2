"""Every clock that runs out: by the scheduler each minute, and by `citycard retention run`.

1. Enrolments past their deadline are forgotten; a card that nobody fetched becomes void. Found cards that nobody came
   for are ended (`handed_in`). Consultations whose time is over are closed (`voice_nights`).
2. What is still open is wrapped anew by today's key, enrolments and consultations. What no key opens any more (a
   register restored from a backup) is forgotten like the rest. Marks of consultations lose the order of their coming.
3. Sign-ins that ended, counts of clerks' days that are over, are swept. Commit.
4. Keys of earlier days are destroyed, when no row needs them; with a grace of `GRACE` after midnight, so that a request
   that began yesterday still finds its key.
5. SQLite's log is emptied.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from citycard.keystore.vault import Forgotten
from citycard.operations import audit, enrol, hand_over, handed_in, sign_in, voice_key, voice_nights
from citycard.operations.enrol import Desk
from citycard.store.engine import forget_order, wipe_log
from citycard.store.enrolments import Enrolment
from citycard.store.staff import ClerkDay, StaffSession

GRACE = timedelta(minutes=15)
"""Longer than any page takes by far; a request that began before midnight has ended."""

CLERK = "retention"
"""Who acts, in the log, when nobody does."""


@dataclass(frozen=True)
class Swept:
    """What a run did."""

    forgotten: int
    rewrapped: int
    keys_destroyed: int
    ended: int = 0
    """Found cards whose time in the drawer was over."""


def run(engine: Engine, desk: Desk) -> Swept:
    """Do all of it, committing by itself: this is an edge of its own."""
    settings = desk.office.settings
    today = settings.today(desk.now)
    with Session(engine) as session:
        # (1)
        due = session.scalars(select(Enrolment).where(Enrolment.deadline <= desk.now).with_for_update()).all()
        for enrolment in due:
            hand_over.abandon(session, desk, enrolment, by=CLERK)
        forgotten = len(due)
        ended = handed_in.end_due(session, desk, by=CLERK)
        closed = voice_nights.end_due(session, desk, by=CLERK)
        # (2)
        old = session.scalars(select(Enrolment).where(Enrolment.wrapped_by < today.isoformat()).with_for_update()).all()
        for enrolment in old:
            try:
                record = desk.vault.rewrap(enrol.sealed_record(enrolment), record_id=enrolment.id, today=today)
            except Forgotten:
                # Raising would stop every clock of the office, and yesterday's keys would live on.
                hand_over.abandon(session, desk, enrolment, by=CLERK)
                forgotten += 1
                continue
            enrolment.wrapped_key, enrolment.wrapped_by = record.wrapped_key, record.wrapped_by
        closed += voice_nights.rewrap(session, desk, by=CLERK)
        stirred = voice_nights.forget_order(session)
        # (3)
        session.execute(delete(StaffSession).where(StaffSession.opened_at < desk.now - sign_in.LONGEST_DAY))
        session.execute(delete(ClerkDay).where(ClerkDay.day < today))
        session.commit()
        # (4)
        destroyed = 0
        past = settings.today(desk.now - GRACE)
        needed = session.scalars(select(Enrolment.id).where(Enrolment.wrapped_by < past.isoformat())).first()
        if needed is None and not voice_key.is_needed_before(session, past):
            destroyed = desk.vault.destroy_before(past)
        if destroyed:
            audit.record(session, audit.Act.DAY_KEYS_DESTROYED, by=CLERK, day=today, chance=desk.chance)
        session.commit()
    # (5)
    if destroyed:
        forget_order(engine)
    if due or old or closed or stirred:
        wipe_log(engine)
    return Swept(forgotten, len(due) + len(old) - forgotten, destroyed, ended)
