"""Changing keys: what is written first, so that a crash or a missing stick leaves nothing worse than before.

1. A *new* key of the statement is published before it is saved: nobody may meet a card whose key no partner can know.
2. A *compromised* or *retired* key is saved first and published after: it must stop signing here at once, whether or
   not the targets key is at hand. `Change.problem` says what could not be done; doing it again does the rest.
3. After a compromise a standby key of the same purpose becomes active: it is published already. Its file comes from the
   offline folder; when that is absent, the mark stands all the same.
4. A new TUF key is saved as active beside the old one, then the root names it and no other, then the old one is
   retired. In between both sign, and a signature of a key that the root does not name is passed over by every reader.
5. The root key itself is not replaced here: partners pinned it by a fingerprint, and that ceremony is a later chapter.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from securesystemslib.signer import Signer
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from citycard.core.errors import CitycardError
from citycard.core.keys import KeyState
from citycard.keystore.ring import Entry, KeyRing, Purpose
from citycard.keystore.signers import KeyUnavailable
from citycard.operations import publish, status_lists
from citycard.operations.refusals import OperationRefused
from citycard.partners import repository
from citycard.partners.repository import RepositorySigners
from citycard.settings import SettingsRefused
from citycard.store.cards import Card, CardState, StatusListRow

TUF = (Purpose.TARGETS, Purpose.SNAPSHOT, Purpose.TIMESTAMP)
"""Named by the root, and replaced with its help."""


@dataclass(frozen=True)
class Change:
    """What became of a change; `problem` is what kept it from being whole."""

    ring: KeyRing
    promoted: Entry | None = None
    problem: CitycardError | None = None


@dataclass(frozen=True)
class Signed:
    """How many cards a key signed, and how many of them are in use."""

    ever: int
    in_use: int


def add(
    ring: KeyRing,
    purpose: Purpose,
    *,
    curve: str,
    state: KeyState,
    first_day: date,
    last_day: date,
    now: datetime,
    and_publish: bool = True,
) -> KeyRing:
    """Make a key, saved and (if it belongs there) published; return the ring that has it last (1, 4)."""
    if purpose is Purpose.ROOT:
        raise OperationRefused("The root key is not replaced by this command.", code="key-root")
    wider = ring.with_new(purpose, curve=curve, state=state, first_day=first_day, last_day=last_day)
    if purpose in TUF:
        return _rotate(ring, wider, purpose, now=now)
    if purpose is Purpose.AUDIT:
        wider = _retired(wider, ring[Purpose.AUDIT])
    elif and_publish:
        # (1)
        publish.publish_statement(wider, now=now)
    wider.save()
    return wider


def compromise(ring: KeyRing, kid: str, *, now: datetime) -> Change:
    """Mark a key compromised, put its standby in its place, publish (2, 3). May be repeated until it is whole."""
    entry = _in_the_statement(ring, kid)
    was_active = entry.state is KeyState.ACTIVE
    # (2)
    ring = ring.with_state(kid, KeyState.COMPROMISED)
    ring.save()
    # (3)
    promoted, problem = None, None
    try:
        if was_active or not _active(ring, entry.purpose, now.date()):
            ring, promoted = _with_standby(ring, entry.purpose, now.date())
    except (KeyUnavailable, SettingsRefused) as absent:
        problem = absent
    return _published(Change(ring, promoted, problem), now=now)


def retire(ring: KeyRing, kid: str, *, now: datetime) -> Change:
    """Let a key sign no more; its cards stay good. Refuses the last that could sign (2)."""
    entry = _in_the_statement(ring, kid)
    if entry.state is KeyState.COMPROMISED:
        raise OperationRefused("This key is compromised, and stays so.", code="key-compromised")
    if entry.state is KeyState.ACTIVE and not [
        other for other in _active(ring, entry.purpose, now.date()) if other.kid != kid
    ]:
        raise OperationRefused(
            f"This is the last active {entry.purpose} key. First make another: "
            f"citycard keys new {entry.purpose} --state active",
            code="key-last",
        )
    ring = ring.with_state(kid, KeyState.RETIRED)
    ring.save()
    return _published(Change(ring), now=now)


def sign_lists_anew(session: Session, ring: KeyRing, *, now: datetime) -> None:
    """Replace every status list: after its key was stolen, partners refuse the ones that are out."""
    session.execute(update(StatusListRow).values(dirty=True))
    status_lists.sign_due(session, ring, now=now)


def signed_by(session: Session, kid: str, *, today: date) -> Signed:
    """Count the cards that the key `kid` signed."""
    signed = select(func.count()).select_from(Card).where(Card.kid == kid, Card.state != CardState.RESERVED)
    in_use = signed.where(Card.state.in_([CardState.ACTIVE, CardState.SUSPENDED]), Card.expires_on >= today)
    return Signed(session.scalar(signed) or 0, session.scalar(in_use) or 0)


def _in_the_statement(ring: KeyRing, kid: str) -> Entry:
    entry = ring.named(kid)
    if entry.purpose is Purpose.ROOT:
        raise OperationRefused(
            "The root key cannot be changed by a command: tell every partner city, and see keys/README.md.",
            code="key-root",
        )
    if entry.purpose.use is None:
        raise OperationRefused(
            f"This key is replaced in one step: citycard keys new {entry.purpose}", code="key-replaced"
        )
    return entry


def _active(ring: KeyRing, purpose: Purpose, day: date) -> list[Entry]:
    return [entry for entry in ring[purpose] if entry.signs_on(day)]


def _with_standby(ring: KeyRing, purpose: Purpose, day: date) -> tuple[KeyRing, Entry | None]:
    """Make the oldest standby key active that may sign today, and save."""
    for entry in ring[purpose]:
        if entry.state is KeyState.STANDBY and replace(entry, state=KeyState.ACTIVE).signs_on(day):
            ring = ring.with_standby_active(entry.kid)
            ring.save()
            return ring, ring.named(entry.kid)
    return ring, None


def _published(change: Change, *, now: datetime) -> Change:
    try:
        publish.publish_statement(change.ring, now=now)
    except CitycardError as refused:
        return replace(change, problem=change.problem or refused)
    return change


def _rotate(ring: KeyRing, wider: KeyRing, purpose: Purpose, *, now: datetime) -> KeyRing:
    """Publish the root that names the new key of `wider` for `purpose` (4)."""
    others = {Purpose.ROOT, Purpose.SNAPSHOT, Purpose.TIMESTAMP} - {purpose}
    new = wider.entries[-1]
    incoming = RepositorySigners(**{purpose.value: (wider.signer(new),)})
    held = publish.signers_of(ring, *others) + RepositorySigners(**{purpose.value: _still_there(ring, purpose)})
    wider.save()
    try:
        repository.rotate_keys(ring.office.published, signers=held, incoming=incoming, now=now)
    except CitycardError:
        ring.save()
        raise
    narrower = _retired(wider, ring[purpose])
    narrower.save()
    return narrower


def _still_there(ring: KeyRing, purpose: Purpose) -> tuple[Signer, ...]:
    """The old keys, as far as they can be opened: one is also replaced because it is lost."""
    found = []
    for entry in ring[purpose]:
        if entry.state is KeyState.ACTIVE:
            try:
                found.append(ring.signer(entry))
            except (KeyUnavailable, SettingsRefused):
                continue
    return tuple(found)


def _retired(ring: KeyRing, entries: tuple[Entry, ...]) -> KeyRing:
    for entry in entries:
        if entry.state is KeyState.ACTIVE:
            ring = ring.with_state(entry.kid, KeyState.RETIRED)
    return ring
