"""Publishing which cards have ended.

1. The office announces `ANNOUNCED` lists in its statement from the first day, because adding one later needs the
   offline key (`places`). Each has the same fixed size; all are published, also the empty ones: nobody sees which are
   used.
2. A list is signed anew when a card of it changed, and every hour, with the status key: iat now, ttl 15 minutes,
   exp 21 days. It is signed twice with the same content and times: as CWT, which our readers take, and as JWT for
   readers that know no COSE.
3. Both signatures replace the published bytes in one row update: a reader gets the old list or the new one, whole.
4. `iat` is never earlier than that of the list before, which partners would refuse: a server whose clock was set back
   goes on with the later time. A list dated further ahead than readers accept was refused by all of them, so the
   present is newer than what they hold.
5. The aggregation document names all lists (draft §9). It is not signed, and our readers do not ask for it: what they
   believe is the statement. The JWT form points to it; the CWT form says nothing that the card profile does not.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.core.status import AHEAD, DEFAULT_SIZE, TYPE, CardStatus, pack, write_status_list
from citycard.core.status_jwt import JWT_TYPE, write_status_list_jwt
from citycard.keystore.ring import KeyRing, Purpose
from citycard.settings import Settings
from citycard.store.cards import Card, CardState, StatusListRow

ANNOUNCED = 4
"""Lists announced at the founding: 4 x 131,072 places, used to one half each, serve 262,144 cards before a new
statement is due. Most cities never come that far."""

AGGREGATION = "status/lists.json"
"""Where the aggregation document stands, below the issuer: a name that also a plain web server serves as JSON."""

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


def first_uris(settings: Settings) -> tuple[str, ...]:
    """Return the addresses of the lists that are announced at the founding (1)."""
    return tuple(uri(settings, no) for no in range(1, ANNOUNCED + 1))


def uris(session: Session) -> tuple[str, ...]:
    """Return the addresses of all lists."""
    return tuple(session.scalars(select(StatusListRow.uri).order_by(StatusListRow.no)))


def announce(session: Session, announced: Sequence[str]) -> tuple[str, ...]:
    """Make the rows of the lists that the published statement names, and return the addresses of the new ones."""
    known = set(uris(session))
    new = [(no, address) for no, address in enumerate(announced, start=1) if address not in known]
    session.add_all(StatusListRow(no=no, uri=address, bits=BITS, size=DEFAULT_SIZE, dirty=True) for no, address in new)
    session.flush()
    return tuple(address for _, address in new)


def aggregation(session: Session) -> bytes:
    """Return the aggregation document (5)."""
    return json.dumps({"status_lists": uris(session)}, separators=(",", ":")).encode("ascii")


def sign_due(session: Session, ring: KeyRing, *, now: datetime) -> int:
    """Sign every list that is out of date or an hour old; return how many (2). The caller commits."""
    # A list that somebody holds is left to them: who changes a card signs in the same transaction, and two that hold
    # one list each and wait for the other's would wait for ever. If they do not sign, it stays marked.
    rows = select(StatusListRow).order_by(StatusListRow.no).with_for_update(key_share=True, skip_locked=True)
    due = [
        row
        for row in session.scalars(rows)
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
        said: dict[str, Any] = {
            "statuses": pack(statuses, bits=row.bits, size=row.size),
            "uri": row.uri,
            "bits": row.bits,
            "key": entry.pinned,
            "issued_at": int(at.timestamp()),
            "expires_at": int((now + LIFETIME).timestamp()),
            "ttl": int(TTL.total_seconds()),
            "sign": sign,
        }
        # (2) (3)
        row.token = write_status_list(**said)
        row.jwt = write_status_list_jwt(**said, aggregation_uri=f"{ring.office.settings.issuer}/{AGGREGATION}")
        row.etag, row.jwt_etag = (hashlib.sha256(each).hexdigest() for each in (row.token, row.jwt))
        row.signed_at = at
        row.dirty = False
        signed += 1
    session.flush()
    return signed


class Form(StrEnum):
    """The two forms of a list, by their media types."""

    CWT = TYPE
    JWT = f"application/{JWT_TYPE}"


@dataclass(frozen=True)
class PublishedList:
    """A list as it goes out."""

    content: bytes
    etag: str


def published(session: Session, no: int, form: Form) -> PublishedList | None:
    """Return list `no` as last signed."""
    columns = (
        (StatusListRow.jwt, StatusListRow.jwt_etag) if form is Form.JWT else (StatusListRow.token, StatusListRow.etag)
    )
    found = session.execute(select(*columns).where(StatusListRow.no == no)).one_or_none()
    content, etag = found or (None, None)
    return PublishedList(content, etag) if content is not None and etag is not None else None
