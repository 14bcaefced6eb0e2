"""Publishing the city's statement: a minimal TUF repository, as static files that any web server or stick can carry.

    metadata/  N.root.json  N.targets.json  N.compromised.json  N.snapshot.json  timestamp.json
    targets/   <sha256>.statement.json  <sha256>.compromised.json

1. Root and targets keys lie in a safe and come out once a year. Snapshot and timestamp keys are online and can only say
   "this is still the newest". The key of `compromised` is online too and can only mark keys of this city as
   compromised (`marks`). No key is online and in the safe.
2. Files are written before the file that points to them, and the root last, each atomically: whoever reads in the
   middle sees the old state or the new one, whole. Files once pointed to are never changed or removed; they are small.
3. The next version follows what timestamp.json promises, not what lies in the folder: files of an attempt that was
   killed half-way were promised to nobody and are written over.
4. Nothing is published that our own reader would refuse: the statement is read, the root is checked, every signature is
   verified against the root before the first byte is written.
5. One process at a time (a lock in the folder).
6. A mark once published stays published; a new list holds at least what the one before held.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path

from securesystemslib.signer import Signer
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Delegations, Metadata, Root, TargetFile, Targets

from citycard.partners.durable import alone_in
from citycard.partners.marks import NONE, Marks
from citycard.partners.roots import check_root
from citycard.partners.sources import METADATA, STATEMENT
from citycard.partners.tuf_files import (
    ROOT_LIFETIME,
    TARGETS_LIFETIME,
    CannotPublish,
    Draft,
    State,
    check_signed,
    delegation,
    expiry,
    root_path,
    sign,
)

SNAPSHOT_LEAST = timedelta(days=14)
"""A snapshot with less than this left is signed anew together with the timestamp."""
TIMESTAMP_LEAST = timedelta(days=20)
"""A timestamp is signed anew once a day, however often the timer asks."""


@dataclass(frozen=True)
class RepositorySigners:
    """securesystemslib signers by role. Those for ECDSA give DER, as TUF wants it."""

    root: tuple[Signer, ...] = ()
    targets: tuple[Signer, ...] = ()
    snapshot: tuple[Signer, ...] = ()
    timestamp: tuple[Signer, ...] = ()
    marks: tuple[Signer, ...] = ()
    """Of the role `compromised`, which the targets delegate; the root does not know it."""

    def __add__(self, other: "RepositorySigners") -> "RepositorySigners":
        """Return both, each key once."""
        return RepositorySigners(
            *(_each_once((*getattr(self, role.name), *getattr(other, role.name))) for role in fields(self))
        )


@dataclass(frozen=True)
class Published:
    """What the repository promises now."""

    root_version: int
    root_expires: datetime
    targets_version: int
    targets_expires: datetime
    snapshot_version: int
    snapshot_expires: datetime
    timestamp_version: int
    timestamp_expires: datetime
    marks_version: int
    """0 where the repository has no role for marks."""
    marks_expires: datetime | None


_OF_THE_ROOT = ("root", "targets", "snapshot", "timestamp")


def create_repository(
    folder: Path,
    *,
    signers: RepositorySigners,
    statement: bytes,
    now: datetime,
    root_threshold: int = 1,
    targets_threshold: int = 1,
) -> Published:
    """Make the repository in `folder`, which has none yet."""
    root = Root(version=1, expires=expiry(ROOT_LIFETIME, now), consistent_snapshot=True)
    for role in _OF_THE_ROOT:
        _name_keys(root, role, getattr(signers, role))
    root.roles[Root.type].threshold = root_threshold
    root.roles[Targets.type].threshold = targets_threshold
    root_file = sign(root, signers.root)
    check_root(root_file)
    with alone_in(folder, wait=True):
        if (folder / METADATA).exists() and any((folder / METADATA).glob("*.root.json")):
            raise CannotPublish("The folder has a repository already.", code="already-there")
        draft = Draft(folder, root)
        draft.statement(statement)
        delegations = _delegated(signers)
        draft.targets(sign_targets(statement, version=1, signers=signers.targets, now=now, delegations=delegations))
        if delegations is not None:
            draft.marks(1, NONE, signers.marks, now)
        draft.snapshot(1, signers.snapshot, now)
        draft.timestamp(1, signers.timestamp, now)
        draft.root(root_file)
        draft.write()
        return read_repository(folder)


def publish_statement(
    folder: Path, *, signers: RepositorySigners, statement: bytes, now: datetime, marks: Marks = NONE
) -> Published:
    """Publish a new statement, with the targets keys at hand; root signers are not needed.

    With signers for the marks, these and no others are named for them from now on, and `marks` are added.
    """
    with alone_in(folder, wait=True):
        state = State(folder)
        targets = sign_targets(
            statement,
            version=state.targets.signed.version + 1,
            signers=signers.targets,
            now=now,
            delegations=_delegated(signers) or state.delegations,
        )
        return _publish(folder, state, targets, statement, signers, now, marks)


def sign_targets(
    statement: bytes,
    *,
    version: int,
    signers: Sequence[Signer],
    now: datetime,
    delegations: Delegations | None = None,
) -> bytes:
    """Return the targets.json for `statement`. For the machine in the safe, which has the key and no network.

    `version` is `read_repository(folder).targets_version + 1`, and `delegations` those of `current_delegations`; carry
    the result to `publish_targets`.
    """
    target = TargetFile.from_data(STATEMENT, statement, ["sha256"])
    expires = expiry(TARGETS_LIFETIME, now)
    return sign(Targets(version, expires=expires, targets={STATEMENT: target}, delegations=delegations), signers)


def publish_targets(
    folder: Path, *, targets: bytes, statement: bytes, signers: RepositorySigners, now: datetime
) -> Published:
    """Publish a `targets` that was signed elsewhere, with the online keys."""
    with alone_in(folder, wait=True):
        return _publish(folder, State(folder), targets, statement, signers, now)


def publish_marks(folder: Path, *, signers: RepositorySigners, marks: Marks, now: datetime) -> Published:
    """Add marks of compromise with the online keys alone; nothing is done when all of them are published already."""
    with alone_in(folder, wait=True):
        state = State(folder)
        if state.delegations is None:
            raise CannotPublish("What is published has no role for marks of compromise yet.", code="no-marks-role")
        if not marks <= state.marks:
            draft = Draft(folder, state.root.signed, state)
            draft.marks(state.marks_version + 1, state.marks | marks, signers.marks, now)
            draft.snapshot(state.snapshot.signed.version + 1, signers.snapshot, now)
            draft.timestamp(state.timestamp.signed.version + 1, signers.timestamp, now)
            draft.write()
        return read_repository(folder)


def refresh_online(folder: Path, *, signers: RepositorySigners, now: datetime) -> Published:
    """Sign timestamp and, when it is due, snapshot and marks anew, with the online keys, when something is due."""
    with alone_in(folder, wait=True):
        state = State(folder)
        marks_end = state.marks_expires
        marks_due = bool(signers.marks) and marks_end is not None and marks_end - now < SNAPSHOT_LEAST
        snapshot_due = marks_due or state.snapshot.signed.expires - now < SNAPSHOT_LEAST
        if snapshot_due or state.timestamp.signed.expires - now < TIMESTAMP_LEAST:
            draft = Draft(folder, state.root.signed, state)
            if marks_due:
                draft.marks(state.marks_version + 1, state.marks, signers.marks, now)
            if snapshot_due:
                draft.snapshot(state.snapshot.signed.version + 1, signers.snapshot, now)
            draft.timestamp(state.timestamp.signed.version + 1, signers.timestamp, now)
            draft.write()
        return read_repository(folder)


def rotate_keys(
    folder: Path,
    *,
    signers: RepositorySigners,
    incoming: RepositorySigners,
    now: datetime,
    root_threshold: int | None = None,
    targets_threshold: int | None = None,
) -> Published:
    """Publish the next root. A role with `incoming` signers gets their keys and no others; the rest stay as they are.

    `signers` are today's: root always, the others as far as they are still there. While they are, everything is signed
    by old and new keys, so that a reader in the middle believes it under either root; a key that was lost or stolen is
    left out, and a reader in that moment is refused and comes back. With nothing incoming, this prolongs the root.
    """
    with alone_in(folder, wait=True):
        state = State(folder)
        root = deepcopy(state.root.signed)
        root.version += 1
        root.expires = expiry(ROOT_LIFETIME, now)
        for role in _OF_THE_ROOT:
            if new := getattr(incoming, role):
                for keyid in list(root.roles[role].keyids):
                    root.revoke_key(keyid, role)
                _name_keys(root, role, new)
        root.roles[Root.type].threshold = root_threshold or root.roles[Root.type].threshold
        root.roles[Targets.type].threshold = targets_threshold or root.roles[Targets.type].threshold
        both = signers + incoming
        root_file = sign(root, both.root)
        check_root(root_file)
        check_signed(state.root.signed, Root.type, root_file)
        draft = Draft(folder, root, state)
        if incoming.targets:
            draft.targets(
                sign_targets(
                    state.statement,
                    version=state.targets.signed.version + 1,
                    signers=both.targets,
                    now=now,
                    delegations=state.delegations,
                )
            )
        if incoming.targets or incoming.snapshot or incoming.timestamp:
            draft.snapshot(state.snapshot.signed.version + 1, both.snapshot, now)
            draft.timestamp(state.timestamp.signed.version + 1, both.timestamp, now)
        draft.root(root_file)
        draft.write()
        return read_repository(folder)


def current_root(folder: Path) -> bytes:
    """Return the newest root.json: the one whose fingerprint our officials read out."""
    return root_path(folder).read_bytes()


def current_statement(folder: Path) -> bytes:
    """Return the statement that is published now."""
    return State(folder).statement


def current_delegations(folder: Path) -> Delegations | None:
    """Return what the targets delegate now, for the machine in the safe."""
    return State(folder).delegations


def current_marks(folder: Path) -> Marks:
    """Return the marks of compromise that are published now."""
    return State(folder).marks


def read_repository(folder: Path) -> Published:
    """Return the versions that are promised now, and when each ends."""
    state = State(folder)
    root, targets = state.root.signed, state.targets.signed
    snapshot, timestamp = state.snapshot.signed, state.timestamp.signed
    return Published(
        root_version=root.version,
        root_expires=root.expires,
        targets_version=targets.version,
        targets_expires=targets.expires,
        snapshot_version=snapshot.version,
        snapshot_expires=snapshot.expires,
        timestamp_version=timestamp.version,
        timestamp_expires=timestamp.expires,
        marks_version=state.marks_version,
        marks_expires=state.marks_expires,
    )


def _publish(
    folder: Path,
    state: State,
    targets: bytes,
    statement: bytes,
    signers: RepositorySigners,
    now: datetime,
    marks: Marks = NONE,
) -> Published:
    try:
        signed = Metadata[Targets].from_bytes(targets).signed
        signed.targets[STATEMENT].verify_length_and_hashes(statement)
    except (RepositoryError, AttributeError, KeyError):
        raise CannotPublish("The targets file is not for this statement.", code="other-statement") from None
    if signed.version != state.targets.signed.version + 1:
        raise CannotPublish("The targets file is not the next one.", code="wrong-version")
    draft = Draft(folder, state.root.signed, state)
    draft.statement(statement)
    draft.targets(targets)
    if signers.marks and signed.delegations is not None:
        draft.marks(state.marks_version + 1, state.marks | marks, signers.marks, now)
    draft.snapshot(state.snapshot.signed.version + 1, signers.snapshot, now)
    draft.timestamp(state.timestamp.signed.version + 1, signers.timestamp, now)
    draft.write()
    return read_repository(folder)


def _delegated(signers: RepositorySigners) -> Delegations | None:
    return delegation([signer.public_key for signer in signers.marks])


def _name_keys(root: Root, role: str, signers: Sequence[Signer]) -> None:
    if not signers:
        raise CannotPublish("A role has no key.", code="no-signer")
    for signer in signers:
        root.add_key(signer.public_key, role)


def _each_once(signers: Sequence[Signer]) -> tuple[Signer, ...]:
    return tuple({signer.public_key.keyid: signer for signer in signers}.values())
