"""Forgetting: the one way in which a file ends.

Deleting the row destroys the wrapped key with it. SQLite overwrites the freed bytes (`secure_delete`), and the
write-ahead log, where older pages live on, is emptied after the commit: `session.info[FORGOT]` tells the edge to call
`store.engine.wipe_log`. What backups still hold opens with the key of the day only, which dies in the night.
"""

from sqlalchemy.orm import Session

from citycard.store.enrolments import Enrolment

FORGOT = "forgot"


def forget(session: Session, enrolment: Enrolment) -> None:
    """Delete the enrolment with all that is known of the person. The card, if there is one, stays as it is."""
    session.delete(enrolment)
    session.flush()
    session.info[FORGOT] = True
