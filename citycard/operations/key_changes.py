"""Changing keys: what is written first, so that a crash or a missing stick leaves nothing worse than before.

1. A *new* key of the statement is published before it is saved: nobody may meet a card whose key no partner can know.
2. A *compromised* or *retired* key is saved first and published after: it must stop signing here at once, whether or
   not the targets key is at hand. A compromised one is marked at once, with keys of the server alone: partners refuse
   it from then on, and the statement may follow hours later. `Change.problem` says what could not be done; doing it
   again does the rest.
3. After a compromise a standby key of the same purpose becomes active: it is published already. Its file comes from the
   offline folder; when that is absent, the mark stands all the same. Where no other key of the purpose can sign and no
   standby waits (keys of the lists have none), a new one is made and published, on the server: with the targets key at
   hand, because a list of a key that the statement does not name would be refused by every partner.
4. A new TUF key is saved as active beside the old one, then the root names it and no other, then the old one is
   retired. In between both sign, and a signature of a key that the root does not name is passed over by every reader.
   The key for marks is changed like this too, and named by the targets.
5. The root key is replaced the same way (`rotate_root`): the next root is signed by the old key and by the new one, so
   that partners who pinned the old one follow the chain. A lost root key cannot do that: it takes a new ceremony.
6. Once a year all of them are due: `rotate` replaces one after the other whatever ends soon, root and targets first,
   because these sign the rest. Each is a change of its own; when one fails, doing it again does what is left.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from securesystemslib.signer import Signer
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from citycard.core.errors import CitycardError
from citycard.core.keys import KeyState
from citycard.keystore.ring import Entry, KeyRing, Purpose
from citycard.keystore.signers import SCHEME, KeyUnavailable
from citycard.operations import publish, status_lists
from citycard.operations.doctor import endings
from citycard.operations.found import ROOT_LIFE, YEAR
from citycard.operations.refusals import OperationRefused
from citycard.partners import repository
from citycard.partners.repository import RepositorySigners
from citycard.settings import SettingsRefused
from citycard.store.cards import Card, CardState, StatusListRow

TUF = (Purpose.TARGETS, Purpose.SNAPSHOT, Purpose.TIMESTAMP)
"""Named by the root, and replaced with its help."""


_ORDER = (*TUF, Purpose.MARKS, Purpose.STATUS, Purpose.CARD, endings.STANDBY, Purpose.BUNDLE, Purpose.AUDIT)

_SIGNED_ANEW = ("root-document", "targets-document")
"""A new targets key makes both anew; a prolonged root needs no new root key."""


@dataclass(frozen=True)
class Change:
    """What became of a change; `problem` is what kept it from being whole."""

    ring: KeyRing
    promoted: Entry | None = None
    made: Entry | None = None
    """A new key that signs from now on, where none waited."""
    marked: bool = False
    """Whether partners can see by the marks that the key is compromised."""
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
        raise OperationRefused("The root key is replaced by: citycard keys rotate-root", code="key-root")
    wider = ring.with_new(purpose, curve=curve, state=state, first_day=first_day, last_day=last_day)
    if purpose in TUF:
        return _rotate(ring, wider, purpose, now=now)
    if purpose is Purpose.MARKS:
        return _new_for_marks(ring, wider, now=now)
    if purpose is Purpose.AUDIT:
        wider = _retired(wider, ring[Purpose.AUDIT])
    elif and_publish:
        # (1)
        publish.publish_statement(wider, now=now)
    wider.save()
    return wider


def rotate_root(ring: KeyRing, *, last_day: date, now: datetime) -> KeyRing:
    """Put a new root key in the place of the old one, which signs the next root with it; return the ring (5)."""
    if not _still_there(ring, Purpose.ROOT):
        raise OperationRefused(
            "The root key is not here. Bring the offline folder to its place; if the key is lost, every partner city "
            "has to recognise this one anew.",
            code="key-root-absent",
        )
    wider = ring.with_new(Purpose.ROOT, curve="Ed25519", state=KeyState.ACTIVE, first_day=now.date(), last_day=last_day)
    return _rotate(ring, wider, Purpose.ROOT, now=now)


def rotate(ring: KeyRing, *, within: int, now: datetime) -> Iterator[Entry]:
    """Replace every key that ends within so many days or is missing, yielding each new one as soon as it counts (6)."""
    due = {each.what for each in endings.of_keys(ring, now=now) if each.last_day is None or each.days_left <= within}
    documents = endings.of_documents(ring.office, now=now)
    if any(each.what in _SIGNED_ANEW and each.days_left <= within for each in documents):
        due.add(Purpose.TARGETS)
    due -= {*by_hand(ring)}
    today = now.date()
    if Purpose.ROOT in due:
        ring = rotate_root(ring, last_day=today + ROOT_LIFE, now=now)
        yield ring.entries[-1]
    for what in _ORDER:
        if what in due:
            standby = what == endings.STANDBY
            purpose = Purpose.CARD if standby else Purpose(what)
            ring = add(
                ring,
                purpose,
                curve=_curve(ring, purpose),
                state=KeyState.STANDBY if standby else KeyState.ACTIVE,
                first_day=today,
                last_day=today + YEAR,
                now=now,
            )
            yield ring.entries[-1]


def by_hand(ring: KeyRing) -> tuple[Purpose, ...]:
    """Return the purposes whose newest active key is no file of ours: a key in an HSM is not followed by a file (6)."""
    newest = {entry.purpose: entry for entry in ring.entries if entry.state is KeyState.ACTIVE}
    return tuple(purpose for purpose, entry in newest.items() if not entry.uri.startswith(f"{SCHEME}:"))


def compromise(ring: KeyRing, kid: str, *, now: datetime) -> Change:
    """Mark a key compromised, put another in its place, publish (2, 3). May be repeated until it is whole."""
    entry = _in_the_statement(ring, kid)
    was_active = entry.state is KeyState.ACTIVE
    # (2)
    ring = ring.with_state(kid, KeyState.COMPROMISED)
    ring.save()
    marked = _mark(ring, now=now)
    # (3)
    promoted, problem = None, None
    try:
        if was_active or not _active(ring, entry.purpose, now.date()):
            ring, promoted = _with_standby(ring, entry.purpose, now.date())
    except (KeyUnavailable, SettingsRefused) as absent:
        problem = absent
    change = _published(Change(ring, promoted, marked=marked, problem=problem), now=now)
    return _with_a_new_one(change, entry, now=now)


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
            "The root key is replaced by: citycard keys rotate-root. If it was stolen, see keys/README.md first.",
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


def _with_a_new_one(change: Change, stolen: Entry, *, now: datetime) -> Change:
    """Make a key in the place of the stolen one, if nothing else can sign and nothing kept the statement back (3)."""
    purpose, today = stolen.purpose, now.date()
    waits = any(entry.state is KeyState.STANDBY for entry in change.ring[purpose])
    # A key in an HSM is not followed by a file, and a standby that is only out of its days is looked at by somebody.
    ours = stolen.uri.startswith(f"{SCHEME}:") and not waits
    if change.problem is not None or not ours or _active(change.ring, purpose, today):
        return change
    try:
        ring = add(
            change.ring,
            purpose,
            curve=stolen.public.curve,
            state=KeyState.ACTIVE,
            first_day=today,
            last_day=today + YEAR,
            now=now,
        )
    except CitycardError as refused:
        return replace(change, problem=refused)
    return replace(change, ring=ring, made=ring.entries[-1])


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


def _mark(ring: KeyRing, *, now: datetime) -> bool:
    """Publish the marks; what keeps them back must not keep the statement back, which says the same (2)."""
    try:
        publish.publish_marks(ring, now=now)
    except (CitycardError, OSError):
        return False
    return True


def _new_for_marks(ring: KeyRing, wider: KeyRing, *, now: datetime) -> KeyRing:
    """Publish targets that name the new key for marks, and no other (4)."""
    narrower = _retired(wider, ring[Purpose.MARKS])
    wider.save()
    try:
        publish.publish_statement(narrower, now=now)
    except CitycardError:
        ring.save()
        raise
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


def _curve(ring: KeyRing, purpose: Purpose) -> str:
    """What the newest key of `purpose` signs with: somebody chose it."""
    if ring[purpose]:
        return ring[purpose][-1].public.curve
    return "P-256" if purpose.use else "Ed25519"


def _retired(ring: KeyRing, entries: tuple[Entry, ...]) -> KeyRing:
    for entry in entries:
        if entry.state is KeyState.ACTIVE:
            ring = ring.with_state(entry.kid, KeyState.RETIRED)
    return ring
