"""Publishing which cards have ended.

1. The office announces `ANNOUNCED` lists in its statement from the first day, because adding one later needs the
   offline key. Each has the same fixed size; all are published, also the empty ones: nobody sees which are used.
2. A list is signed anew when a card of it changed, and every hour, with the status key: iat now, ttl 15 minutes,
   exp 21 days.
3. A signature replaces the published bytes in one row update: a reader gets the old list or the new one, whole.
4. `iat` is never earlier than that of the list before, which partners would refuse: a server whose clock was set back
   goes on with the later time. A list dated further ahead than readers accept was refused by all of them, so the
   present is newer than what they hold.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.core.status import AHEAD, DEFAULT_SIZE, CardStatus, pack, write_status_list
from citycard.keystore.ring import KeyRing, Purpose
from citycard.settings import Settings
from citycard.store.cards import Card, CardState, StatusListRow

ANNOUNCED = 4
"""Lists announced: 4 x 131,072 places, used to one half each, serve 262,144 cards before a new statement is due."""

BITS = 2
RESIGN_AFTER = timedelta(hours=1)
TTL = timedelta(minutes=15)
LIFETIME = timedelta(days=21)
"""The same as the age at which desks stop deciding (`core.verify.RED`)."""

_LISTED = {
    CardState.ENDED: CardStatus.REVOKED,
    CardState.VOID: CardStatus.REVOKED,
    CardState.SUSPENDED: CardStatus.SUSPENDED,
}
"""Reserved and active cards are valid: a reserved place must look like a free one."""


def uri(settings: Settings, no: int) -> str:
    """Return the address of list `no`."""
    return f"{settings.issuer}/status/{no}"


def uris(settings: Settings) -> tuple[str, ...]:
    """Return the addresses of all announced lists (1)."""
    return tuple(uri(settings, no) for no in range(1, ANNOUNCED + 1))


def announce(session: Session, settings: Settings) -> None:
    """Make the rows of the announced lists, once, when the office is founded."""
    for no in range(1, ANNOUNCED + 1):
        if session.get(StatusListRow, no) is None:
            session.add(StatusListRow(no=no, uri=uri(settings, no), bits=BITS, size=DEFAULT_SIZE, dirty=True))
    session.flush()


def sign_due(session: Session, ring: KeyRing, *, now: datetime) -> int:
    """Sign every list that is out of date or an hour old; return how many (2). The caller commits."""
    due = [
        row
        for row in session.scalars(select(StatusListRow).order_by(StatusListRow.no).with_for_update())
        if row.dirty or row.signed_at is None or now - row.signed_at >= RESIGN_AFTER
    ]
    if not due:
        return 0
    entry = ring.usable(Purpose.STATUS, now.date())[-1]
    sign = ring.sign_with(entry)
    signed = 0
    for row in due:
        # (4)
        at = now if row.signed_at is None or row.signed_at > now + AHEAD else max(now, row.signed_at)
        states = session.execute(
            select(Card.list_index, Card.state).where(Card.list_no == row.no, Card.state.in_(list(_LISTED)))
        )
        statuses = {index: int(_LISTED[CardState(state)]) for index, state in states}
        row.token = write_status_list(
            pack(statuses, bits=row.bits, size=row.size),
            uri=row.uri,
            bits=row.bits,
            key=entry.pinned,
            issued_at=int(at.timestamp()),
            expires_at=int((now + LIFETIME).timestamp()),
            ttl=int(TTL.total_seconds()),
            sign=sign,
        )
        row.etag = hashlib.sha256(row.token).hexdigest()
        row.signed_at = at
        row.dirty = False
        signed += 1
    session.flush()
    return signed


def published(session: Session, no: int) -> StatusListRow | None:
    """Return the row of list `no` as last signed."""
    row = session.get(StatusListRow, no)
    return row if row is not None and row.token is not None else None
