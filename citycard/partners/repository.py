"""Publishing the city's statement: a minimal TUF repository, as static files that any web server or stick can carry.

    metadata/  N.root.json  N.targets.json  N.snapshot.json  timestamp.json
    targets/   <sha256>.statement.json

1. Root and targets keys lie in a safe and come out once a year. Snapshot and timestamp keys are online and can only say
   "this is still the newest". No key is both.
2. Files are written before the file that points to them, and the root last, each atomically: whoever reads in the
   middle sees the old state or the new one, whole. Files once pointed to are never changed or removed; they are small.
3. The next version follows what timestamp.json promises, not what lies in the folder: files of an attempt that was
   killed half-way were promised to nobody and are written over.
4. Nothing is published that our own reader would refuse: the statement is read, the root is checked, every signature is
   verified against the root before the first byte is written.
5. One process at a time (a lock in the folder).

Left out: the delegated role that may only add marks of compromise. Readers take the statement from the top-level
targets alone, so that role can come later as a target beside it without a new ceremony.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path

from securesystemslib.signer import Signer
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, TargetFile, Targets

from citycard.partners.durable import alone_in
from citycard.partners.roots import check_root
from citycard.partners.sources import METADATA, STATEMENT
from citycard.partners.tuf_files import (
    ROOT_LIFETIME,
    TARGETS_LIFETIME,
    CannotPublish,
    Draft,
    State,
    check_signed,
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
    for role in fields(signers):
        _name_keys(root, role.name, getattr(signers, role.name))
    root.roles[Root.type].threshold = root_threshold
    root.roles[Targets.type].threshold = targets_threshold
    root_file = sign(root, signers.root)
    check_root(root_file)
    with alone_in(folder, wait=True):
        if (folder / METADATA).exists() and any((folder / METADATA).glob("*.root.json")):
            raise CannotPublish("The folder has a repository already.", code="already-there")
        draft = Draft(folder, root)
        draft.statement(statement)
        draft.targets(sign_targets(statement, version=1, signers=signers.targets, now=now))
        draft.snapshot(1, signers.snapshot, now)
        draft.timestamp(1, signers.timestamp, now)
        draft.root(root_file)
        draft.write()
        return read_repository(folder)


def publish_statement(folder: Path, *, signers: RepositorySigners, statement: bytes, now: datetime) -> Published:
    """Publish a new statement, with the targets keys at hand; root signers are not needed."""
    with alone_in(folder, wait=True):
        state = State(folder)
        targets = sign_targets(statement, version=state.targets.signed.version + 1, signers=signers.targets, now=now)
        return _publish(folder, state, targets, statement, signers, now)


def sign_targets(statement: bytes, *, version: int, signers: Sequence[Signer], now: datetime) -> bytes:
    """Return the targets.json for `statement`. For the machine in the safe, which has the key and no network.

    `version` is `read_repository(folder).targets_version + 1`; carry the result to `publish_targets`.
    """
    target = TargetFile.from_data(STATEMENT, statement, ["sha256"])
    return sign(Targets(version=version, expires=expiry(TARGETS_LIFETIME, now), targets={STATEMENT: target}), signers)


def publish_targets(
    folder: Path, *, targets: bytes, statement: bytes, signers: RepositorySigners, now: datetime
) -> Published:
    """Publish a `targets` that was signed elsewhere, with the online keys."""
    with alone_in(folder, wait=True):
        return _publish(folder, State(folder), targets, statement, signers, now)


def refresh_online(folder: Path, *, signers: RepositorySigners, now: datetime) -> Published:
    """Sign timestamp and, when it is due, snapshot anew, with the online keys. Does nothing when nothing is due."""
    with alone_in(folder, wait=True):
        state = State(folder)
        snapshot_due = state.snapshot.signed.expires - now < SNAPSHOT_LEAST
        if snapshot_due or state.timestamp.signed.expires - now < TIMESTAMP_LEAST:
            draft = Draft(folder, state.root.signed, state)
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
        for role in fields(incoming):
            if new := getattr(incoming, role.name):
                for keyid in list(root.roles[role.name].keyids):
                    root.revoke_key(keyid, role.name)
                _name_keys(root, role.name, new)
        root.roles[Root.type].threshold = root_threshold or root.roles[Root.type].threshold
        root.roles[Targets.type].threshold = targets_threshold or root.roles[Targets.type].threshold
        both = signers + incoming
        root_file = sign(root, both.root)
        check_root(root_file)
        check_signed(state.root.signed, Root.type, root_file)
        draft = Draft(folder, root, state)
        if incoming.targets:
            draft.targets(
                sign_targets(state.statement, version=state.targets.signed.version + 1, signers=both.targets, now=now)
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
    )


def _publish(
    folder: Path, state: State, targets: bytes, statement: bytes, signers: RepositorySigners, now: datetime
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
    draft.snapshot(state.snapshot.signed.version + 1, signers.snapshot, now)
    draft.timestamp(state.timestamp.signed.version + 1, signers.timestamp, now)
    draft.write()
    return read_repository(folder)


def _name_keys(root: Root, role: str, signers: Sequence[Signer]) -> None:
    if not signers:
        raise CannotPublish("A role has no key.", code="no-signer")
    for signer in signers:
        root.add_key(signer.public_key, role)


def _each_once(signers: Sequence[Signer]) -> tuple[Signer, ...]:
    return tuple({signer.public_key.keyid: signer for signer in signers}.values())
