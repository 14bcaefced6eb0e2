"""The audit log: what the office did, chained, without a word about whom.

1. An entry says the day, who of the staff acted, the act (from a closed list), and a handle. No time of day: the hour
   and the desk together would say who was there.
2. The handle of an act on an enrolment is the random one in its sealed file; when the file is forgotten nobody can
   say any more which entries belong together with which card. An act on a card gets a fresh handle.
3. Each entry holds the SHA-256 of the one before it and of itself. Changing, removing or moving one breaks the chain.
4. A chain alone proves nothing against whoever can rewrite all of it: `head` is signed with the audit key, to be
   printed, mailed or given to a partner city, and `verify_chain` checks against such a witness.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citycard.core.errors import CitycardError
from citycard.core.number import Chance
from citycard.store.audit import AuditEntry

GENESIS = "0" * 64


class Act(StrEnum):
    """Everything that is written to the log."""

    ENROLMENT_OPENED = "enrolment-opened"
    ENROLMENT_SUBMITTED = "enrolment-submitted"
    ENROLMENT_APPROVED = "enrolment-approved"
    ENROLMENT_SENT_BACK = "enrolment-sent-back"
    ENROLMENT_FORGOTTEN = "enrolment-forgotten"
    CARD_ISSUED = "card-issued"
    CARD_PRINTED = "card-printed"
    CARD_HANDED_OVER = "card-handed-over"
    CARD_VOIDED = "card-voided"
    CARD_SUSPENDED = "card-suspended"
    CARD_RESUMED = "card-resumed"
    CARD_ENDED = "card-ended"
    CARD_END_CONFIRMED = "card-end-confirmed"
    CARD_HANDED_IN = "card-handed-in"
    CARD_GIVEN_BACK = "card-given-back"
    CARD_SHREDDED = "card-shredded"
    AUTHORITY_ASKED = "authority-asked"
    PARTNER_PROPOSED = "partner-proposed"
    PARTNER_CONFIRMED = "partner-confirmed"
    PARTNER_REFUSED = "partner-refused"
    PARTNER_SUSPENDED = "partner-suspended"
    PARTNER_RESUMED = "partner-resumed"
    PARTNER_ENDED = "partner-ended"
    SERVICES_AGREED = "services-agreed"
    AGREEMENT_SUSPENDED = "agreement-suspended"
    AGREEMENT_RESUMED = "agreement-resumed"
    AGREEMENT_ENDED = "agreement-ended"
    ORGANISATION_ADDED = "organisation-added"
    ORGANISATION_CLOSED = "organisation-closed"
    ORGANISATION_REOPENED = "organisation-reopened"
    STAFF_ADDED = "staff-added"
    STAFF_ROLES_TOGETHER = "staff-roles-together"
    STAFF_CHANGED = "staff-changed"
    DESK_ADDED = "desk-added"
    DESK_WITHDRAWN = "desk-withdrawn"
    DEVICE_ADDED = "device-added"
    DEVICE_ENROLLED = "device-enrolled"
    DEVICE_CHANGED = "device-changed"
    DEVICE_WITHDRAWN = "device-withdrawn"
    KEYS_CHANGED = "keys-changed"
    STATEMENT_PUBLISHED = "statement-published"
    CONSULTATION_OPENED = "consultation-opened"
    CONSULTATION_CHANGED = "consultation-changed"
    CONSULTATION_CLOSED = "consultation-closed"
    DAY_KEYS_DESTROYED = "day-keys-destroyed"


class ChainBroken(CitycardError):
    """The log was changed: the entry named in the sentence does not fit the one before."""

    code = "audit-broken"


@dataclass(frozen=True)
class Head:
    """The last entry's place and hash: whoever holds an old head can tell whether history was rewritten."""

    seq: int
    hash: str


def record(
    session: Session, act: Act, *, by: str, day: date, chance: Chance | None = None, handle: str | None = None
) -> None:
    """Append an entry. Give `handle` for an enrolment, `chance` for a fresh one (2)."""
    if handle is None:
        if chance is None:
            raise ValueError("an audit entry needs a handle or chance")
        handle = chance(8).hex()
    hold(session)
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).first()
    seq, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
    session.add(
        AuditEntry(
            seq=seq,
            day=day,
            actor=by,
            act=act.value,
            handle=handle,
            previous=previous,
            hash=_hash(seq, day, by, act.value, handle, previous),
        )
    )
    session.flush()


def hold(session: Session) -> None:
    """Keep others from writing to the log until the transaction ends, or two entries would follow the same one.

    SQLite's BEGIN IMMEDIATE already lets one write at a time; PostgreSQL takes a lock.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


_LOCK = 0x63697479
"""Any number of our own; "city" in ASCII."""


def head(session: Session) -> Head:
    """Return the place and hash of the last entry."""
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).first()
    return Head(last.seq, last.hash) if last else Head(0, GENESIS)


def verify_chain(session: Session, *, witness: Head | None = None) -> Head:
    """Return the head after walking the whole chain; raise `ChainBroken` at the first entry that does not fit."""
    expected, previous = 1, GENESIS
    witnessed = witness is None or witness.seq == 0
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).yield_per(1000):
        # (3)
        good = _hash(entry.seq, entry.day, entry.actor, entry.act, entry.handle, previous)
        if entry.seq != expected or entry.previous != previous or entry.hash != good:
            raise ChainBroken(f"The audit log is broken at entry {expected}.")
        # (4)
        if witness is not None and entry.seq == witness.seq:
            if entry.hash != witness.hash:
                raise ChainBroken(f"Entry {entry.seq} is not the one that was witnessed.", code="audit-rewritten")
            witnessed = True
        expected, previous = expected + 1, entry.hash
    if not witnessed:
        raise ChainBroken("The log is shorter than when it was witnessed.", code="audit-shortened")
    return Head(expected - 1, previous)


def _hash(seq: int, day: date, actor: str, act: str, handle: str, previous: str) -> str:
    line = json.dumps([seq, day.isoformat(), actor, act, handle, previous], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(line.encode()).hexdigest()
