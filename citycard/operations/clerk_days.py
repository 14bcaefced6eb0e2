"""What a member of staff has done today, for the caps of issuing and of ending. Swept when the day is over."""

from datetime import date

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from citycard.store.staff import ClerkDay, Staff


def held(session: Session, by: Staff, day: date) -> ClerkDay:
    """Return the row of somebody's day, held until the transaction ends: fifty windows cannot pass a cap together."""
    if session.get(ClerkDay, (by.id, day)) is None:
        try:
            with session.begin_nested():
                session.add(ClerkDay(staff_id=by.id, day=day, count=0, endings=0))
        except IntegrityError:
            pass  # another window made it
    return session.get_one(ClerkDay, (by.id, day), with_for_update=True, populate_existing=True)
