"""What comes to its last day: keys, and the signed documents that partners read.

1. A purpose ends with its *last* active key: an older one that ends beside it harms nobody. The days of root, targets,
   snapshot, timestamp and audit keys are a reminder; those of card, status and bundle keys are a rule.
2. A standby card key is missed as soon as there is none: the day on which it is wanted is not announced.
3. Root and targets documents last for years and are signed by hand. Marks, snapshot and timestamp are signed anew by
   the service; one that is older than it should ever become says that the service does not do so.
4. Told at 90 days, as a warning at 30, and as urgent at 7 (`STEPS`).
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from citycard.core.errors import CitycardError
from citycard.core.keys import KeyState
from citycard.keystore.ring import Entry, KeyRing, Purpose, load_ring
from citycard.operations.doctor.finding import Finding, Level, fine
from citycard.partners import repository
from citycard.settings import Office, Settings

STEPS = (90, 30, 7)
"""Days before the last one: the stick lies in a safe, and a town hall closes for the summer."""

STANDBY = "card-standby"

_SERVICE_IS_LATE = timedelta(days=2)
"""The service signs once a day; after a second one it does not."""

OF_THE_SERVICE = ("marks-document", "snapshot-document", "timestamp-document")
"""What the service signs by itself: no key mends it."""

_WHY = {
    "root": "Partners pinned this key. While it is there, the next one takes its place without a new ceremony.",
    "targets": "It signs what the city says about itself.",
    "snapshot": "It says that what is published is the newest.",
    "timestamp": "It says that what is published is the newest.",
    "marks": "It tells partners within a minute that a key was stolen, before anybody has come to the safe.",
    "card": "After that day no card can be issued. Cards that exist stay good.",
    STANDBY: "When a card key is stolen, this one signs in its place within a minute, known to all partners already.",
    "status": "After that day no list of ended cards can be signed, and three weeks later desks cannot decide.",
    "bundle": "It is published for the file with which desks check offline.",
    "audit": "It signs the head of the audit log that others keep as witnesses.",
    "root-document": "After that day no partner city believes anything that this city publishes.",
    "targets-document": "After that day no partner city believes the statement, and takes no new key.",
    "snapshot-document": "The service signs it by itself, and has not. At its end partners believe nothing.",
    "marks-document": "The service signs it by itself, and has not. At its end partners believe nothing.",
    "timestamp-document": "The service signs it each day by itself, and has not. At its end partners believe nothing.",
}


@dataclass(frozen=True)
class Ending:
    """`what` (a purpose, `card-standby`, or a role with "-document") and its last day; None where there is none."""

    what: str
    last_day: date | None
    days_left: int
    soon: int = STEPS[0]
    """From how many days on it is told."""

    @property
    def level(self) -> Level:
        """How long it may wait (2, 4)."""
        if self.last_day is None:
            return Level.SOON if self.what == STANDBY else Level.NOW
        if self.days_left <= STEPS[2]:
            return Level.NOW
        return Level.SOON if self.days_left <= self.soon else Level.FINE

    @property
    def pressing(self) -> bool:
        """Whether it is a warning in the log, and not a mere line (4)."""
        return self.level is Level.NOW or self.days_left <= STEPS[1]

    @property
    def command(self) -> str:
        """What is typed to mend it."""
        return "citycard run" if self.what in OF_THE_SERVICE else "citycard keys rotate"

    @property
    def name(self) -> str:
        """What it is, in words."""
        kind, _, more = self.what.partition("-")
        return {"": f"the {kind} key", "standby": f"the standby {kind} key"}.get(more, f"the published {kind} document")


def of_keys(ring: KeyRing, *, now: datetime) -> Iterator[Ending]:
    """Yield when each purpose has no key any more (1, 2)."""
    today = ring.office.settings.today(now)
    for purpose in Purpose:
        yield _last_of(purpose, [each for each in ring[purpose] if each.state is KeyState.ACTIVE], today)
    yield _last_of(STANDBY, [each for each in ring[Purpose.CARD] if each.state is KeyState.STANDBY], today)


def of_documents(office: Office, *, now: datetime) -> Iterator[Ending]:
    """Yield when each published document ends; raise `CannotPublish` when they cannot be read (3)."""
    published = repository.read_repository(office.published)
    settings = office.settings
    yield _document("root", published.root_expires, settings, now)
    yield _document("targets", published.targets_expires, settings, now)
    if published.marks_expires is not None:
        yield _document("marks", published.marks_expires, settings, now, least=repository.SNAPSHOT_LEAST)
    yield _document("snapshot", published.snapshot_expires, settings, now, least=repository.SNAPSHOT_LEAST)
    yield _document("timestamp", published.timestamp_expires, settings, now, least=repository.TIMESTAMP_LEAST)


def to_tell(office: Office, *, now: datetime) -> tuple[Ending, ...]:
    """Return what staff and log are told, the first to end first; nothing of what cannot be read: `findings` says it.

    For pages and timers, which must not stop because a file is missing.
    """
    told: list[Ending] = []
    with suppress(CitycardError):
        told += of_keys(load_ring(office), now=now)
    with suppress(CitycardError):
        told += of_documents(office, now=now)
    near = (ending for ending in told if ending.level is not Level.FINE)
    return tuple(sorted(near, key=lambda ending: (ending.level is not Level.NOW, ending.days_left, ending.what)))


def findings(office: Office, *, now: datetime) -> Iterator[Finding]:
    """Yield a finding for each ending that is near."""
    found: list[Ending] = []
    try:
        found += of_keys(load_ring(office), now=now)
    except CitycardError as refused:
        yield Finding(
            "keys-unreadable",
            Level.NOW,
            f"keys.json cannot be used: {refused}",
            "Without it nothing is signed, and nobody can tell which key is which.",
            "Take keys.json from the last backup of the office folder.",
        )
    try:
        found += of_documents(office, now=now)
    except CitycardError:
        yield Finding(
            "published-unreadable",
            Level.NOW,
            "What the city publishes is missing or damaged.",
            "Partner cities read it from here; after three weeks without it they believe nothing of this city.",
            "Take the folder `published` from the last backup of the office folder, then prolong it.",
            ("citycard publish FOLDER",),
        )
    near = [ending for ending in found if ending.level is not Level.FINE]
    yield from map(_finding, near)
    if found and not near:
        yield fine("endings", f"No key and no published document ends within {STEPS[0]} days.")


def _last_of(what: str, entries: list[Entry], today: date) -> Ending:
    if not entries:
        return Ending(what, None, 0)
    last = max(entry.last_day for entry in entries)
    return Ending(what, last, (last - today).days)


def _document(
    role: str, expires: datetime, settings: Settings, now: datetime, *, least: timedelta | None = None
) -> Ending:
    soon = STEPS[0] if least is None else (least - _SERVICE_IS_LATE).days
    return Ending(f"{role}-document", settings.today(expires), (expires - now).days, soon)


def _finding(ending: Ending) -> Finding:
    document = ending.what.endswith("-document")
    name = ending.name[0].upper() + ending.name[1:]
    if ending.last_day is None:
        what = f"There is no {ending.name.removeprefix('the ')}."
    elif ending.days_left < 0:
        what = f"{name} ended on {ending.last_day}."
    else:
        what = f"{name} ends on {ending.last_day}, in {ending.days_left} days."
    if ending.what in OF_THE_SERVICE:
        mend = "Look whether the service runs, and what its log says."
    else:
        mend = "Bring the offline folder to its place, type this, and bring it back to its safe."
    return Finding(
        "document-ends" if document else "key-missing" if ending.last_day is None else "key-ends",
        ending.level,
        what,
        _WHY[ending.what],
        mend,
        (ending.command,),
        about=ending.what,
        days_left=None if ending.last_day is None else ending.days_left,
    )
