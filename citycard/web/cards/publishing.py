"""After an act on a card its list is signed in the same request.

When the key is not at hand the clock of the office does it within a minute: a list that cannot be signed must not undo
the end of a card, so it is signed in a savepoint.
"""

import logging

from citycard.core.errors import CitycardError
from citycard.operations import status_lists
from citycard.web import database, workplace

log = logging.getLogger("citycard.cards")


def publish() -> bool:
    """Sign what is due; False when that has to wait for the clock."""
    session = database.session()
    try:
        with session.begin_nested():
            status_lists.sign_due(session, workplace.ring(), now=workplace.now())
    except CitycardError as refusal:
        log.error("a status list was not signed: %s", refusal.code)
        return False
    return True
