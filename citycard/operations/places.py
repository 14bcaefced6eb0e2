"""Places in the status lists: which list takes the next card, and when more lists must be announced.

1. A place is taken at random in the first list that is not half full. Half, because a random place is then free every
   second time at worst.
2. When every list is half full, cards go to the one with the most room: an office does not stop because a key lies in
   a safe. That lasts for nearly as many cards again.
3. The office is told when the last list that is not half full is taken into use (`scarce`), 65,536 cards before (2)
   begins: on the administrator's first page, daily in the log, and by `citycard lists show`.
4. More lists are announced in a new statement, with the targets key, and only then made: no card may name a list that
   no partner can know. If the second half was missed, the same command again does it, and announces nothing more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citycard.keystore.ring import KeyRing
from citycard.operations import publish, status_lists
from citycard.operations.refusals import OperationRefused
from citycard.store.cards import Card, StatusListRow


@dataclass(frozen=True)
class ListUse:
    """How far a list is used. Places of burnt numbers count: they are not given again."""

    no: int
    uri: str
    size: int
    taken: int

    @property
    def half_full(self) -> bool:
        """Whether the next list takes the next card."""
        return self.taken >= self.size // 2


def usage(session: Session) -> tuple[ListUse, ...]:
    """Return how far each list is used, in their order."""
    counted = session.execute(select(Card.list_no, func.count()).group_by(Card.list_no))
    taken = dict(counted.all())
    rows = session.execute(select(StatusListRow.no, StatusListRow.uri, StatusListRow.size).order_by(StatusListRow.no))
    return tuple(ListUse(no, uri, size, taken.get(no, 0)) for no, uri, size in rows)


def list_with_room(session: Session) -> StatusListRow:
    """Return the list that takes the next card; raise `OperationRefused` where there is none (1, 2)."""
    lists = usage(session)
    if not lists:
        raise OperationRefused("This office has no status list. Run: citycard init", code="no-list")
    with_room = next((each for each in lists if not each.half_full), None)
    chosen = with_room or max(lists, key=lambda each: each.size - each.taken)
    return session.get_one(StatusListRow, chosen.no)


def scarce(lists: Sequence[ListUse]) -> bool:
    """Whether more lists should be announced now (3)."""
    return len(lists) > 0 and sum(not each.half_full for each in lists) <= 1


def add(session: Session, ring: KeyRing, how_many: int, *, now: datetime) -> tuple[str, ...]:
    """Announce and make `how_many` more lists; return the addresses of the new ones (4). The caller commits."""
    announced = publish.announced(ring.office)
    if set(announced) <= set(status_lists.uris(session)):
        wanted = range(len(announced) + 1, len(announced) + 1 + how_many)
        publish.publish_statement(ring, now=now, lists=[status_lists.uri(ring.office.settings, no) for no in wanted])
        announced = publish.announced(ring.office)
    new = status_lists.announce(session, announced)
    status_lists.sign_due(session, ring, now=now)
    return new
