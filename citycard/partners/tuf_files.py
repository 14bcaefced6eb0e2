"""The files of our own repository: what it promises now, and the next change as a list of files in their order.

The rules are `repository`'s; this is the half that knows TUF's documents.

The role `compromised` is delegated by targets.json to online keys, for one path (`marks`). A repository of a city that
began before there was such a role has none; its next targets.json brings it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from securesystemslib.signer import Signer
from tuf.api.exceptions import RepositoryError, StorageError, UnsignedMetadataError
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Key,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    T,
    TargetFile,
    Targets,
    Timestamp,
)

from citycard.core.errors import CitycardError
from citycard.partners.durable import write_durably
from citycard.partners.judgement import check_succession
from citycard.partners.marks import NONE, Marks, read_marks, write_marks
from citycard.partners.sources import COMPROMISED, MARKS, METADATA, STATEMENT, TARGETS
from citycard.partners.statement import read_statement

ROOT_LIFETIME = timedelta(days=1096)
"""Three years: a term of office apart, so that the custodians still know where the key is."""
TARGETS_LIFETIME = timedelta(days=396)
"""Thirteen months: the yearly key change, and a month of grace."""
ONLINE_LIFETIME = timedelta(days=21)
"""Three weeks: a town hall closed for two must not turn its residents red."""


class CannotPublish(CitycardError):
    """The repository cannot be written as asked; nothing was changed. `code` says why."""

    code = "cannot-publish"


class State:
    """What timestamp.json promises, followed down: versions come from there and from no listing of the folder."""

    def __init__(self, folder: Path) -> None:
        metadata = folder / METADATA
        try:
            self.root = Metadata[Root].from_file(str(root_path(folder)))
            self.timestamp = Metadata[Timestamp].from_file(str(metadata / "timestamp.json"))
            snapshot_version = self.timestamp.signed.snapshot_meta.version
            self.snapshot_file = (metadata / f"{snapshot_version}.snapshot.json").read_bytes()
            self.snapshot = Metadata[Snapshot].from_bytes(self.snapshot_file)
            targets_version = self.snapshot.signed.meta["targets.json"].version
            self.targets_file = (metadata / f"{targets_version}.targets.json").read_bytes()
            self.targets = Metadata[Targets].from_bytes(self.targets_file)
            sha256 = self.targets.signed.targets[STATEMENT].hashes["sha256"]
            self.statement = (folder / TARGETS / f"{sha256}.{STATEMENT}").read_bytes()
            self.delegations = self.targets.signed.delegations
            self.marks_file, self.marks = b"", NONE
            self.marks_version = 0
            self.marks_expires: datetime | None = None
            if self.delegations is not None:
                self._read_marks(folder, metadata)
        except (OSError, StorageError, RepositoryError, KeyError):
            raise CannotPublish("The folder's repository is missing or broken.", code="no-repository") from None

    def _read_marks(self, folder: Path, metadata: Path) -> None:
        version = self.snapshot.signed.meta[f"{COMPROMISED}.json"].version
        self.marks_file = (metadata / f"{version}.{COMPROMISED}.json").read_bytes()
        role = Metadata[Targets].from_bytes(self.marks_file).signed
        sha256 = role.targets[MARKS].hashes["sha256"]
        self.marks = read_marks((folder / TARGETS / f"{sha256}.{MARKS}").read_bytes())
        self.marks_version, self.marks_expires = version, role.expires


class Draft:
    """The files of one change, in the order they are written, each checked against the root before any is."""

    def __init__(self, folder: Path, root: Root, state: State | None = None) -> None:
        self._folder, self._root, self._state = folder, root, state
        self._files: list[tuple[Path, bytes]] = []
        self._targets_file = state.targets_file if state else b""
        self._snapshot_file = state.snapshot_file if state else b""
        self._marks_file = state.marks_file if state else b""

    def statement(self, data: bytes) -> None:
        """Add the statement, if it may follow the one before."""
        read = read_statement(data, allow_demo=True)
        if self._state:
            check_succession(read_statement(self._state.statement, allow_demo=True), read)
        target = TargetFile.from_data(STATEMENT, data, ["sha256"])
        self._files.append((self._folder / TARGETS / f"{target.hashes['sha256']}.{STATEMENT}", data))

    def targets(self, data: bytes) -> None:
        """Add a signed targets.json."""
        self._targets_file = data
        self._add(Targets.type, data, Metadata[Targets].from_bytes(data).signed.version)

    def marks(self, version: int, marks: Marks, signers: Sequence[Signer], now: datetime) -> None:
        """Add the marks of compromise, and the role that says so; after the targets that delegate to its keys."""
        data = write_marks(marks)
        read_marks(data)
        target = TargetFile.from_data(MARKS, data, ["sha256"])
        role = Targets(version=version, expires=expiry(ONLINE_LIFETIME, now), targets={MARKS: target})
        self._marks_file = sign(role, signers)
        _check_signed(Metadata[Targets].from_bytes(self._targets_file).signed, COMPROMISED, self._marks_file)
        self._files.append((self._folder / TARGETS / f"{target.hashes['sha256']}.{MARKS}", data))
        self._files.append((self._folder / METADATA / f"{version}.{COMPROMISED}.json", self._marks_file))

    def snapshot(self, version: int, signers: Sequence[Signer], now: datetime) -> None:
        """Add a snapshot of the newest targets, and of the marks where there is a role for them."""
        targets = Metadata[Targets].from_bytes(self._targets_file).signed
        meta = {"targets.json": MetaFile.from_data(targets.version, self._targets_file, ["sha256"])}
        if targets.delegations is not None:
            if not self._marks_file:
                raise CannotPublish("The role for marks of compromise has no file.", code="no-signer")
            _check_signed(targets, COMPROMISED, self._marks_file)
            marks = Metadata[Targets].from_bytes(self._marks_file).signed
            meta[f"{COMPROMISED}.json"] = MetaFile.from_data(marks.version, self._marks_file, ["sha256"])
        self._snapshot_file = sign(Snapshot(version=version, expires=expiry(ONLINE_LIFETIME, now), meta=meta), signers)
        self._add(Snapshot.type, self._snapshot_file, version)

    def timestamp(self, version: int, signers: Sequence[Signer], now: datetime) -> None:
        """Add a timestamp for the newest snapshot."""
        snapshot = Metadata[Snapshot].from_bytes(self._snapshot_file).signed
        meta = MetaFile.from_data(snapshot.version, self._snapshot_file, ["sha256"])
        signed = Timestamp(version=version, expires=expiry(ONLINE_LIFETIME, now), snapshot_meta=meta)
        self._add(Timestamp.type, sign(signed, signers), None)

    def root(self, data: bytes) -> None:
        """Add a signed root.json."""
        self._add(Root.type, data, self._root.version)

    def write(self) -> None:
        """Write all of it."""
        for path, data in self._files:
            write_durably(path, data)

    def _add(self, role: str, data: bytes, version: int | None) -> None:
        check_signed(self._root, role, data)
        name = f"{role}.json" if version is None else f"{version}.{role}.json"
        self._files.append((self._folder / METADATA / name, data))


def sign(signed: T, signers: Sequence[Signer]) -> bytes:
    """Return the file of `signed`, signed by each of `signers`."""
    metadata: Metadata[T] = Metadata(signed)
    try:
        for signer in signers:
            metadata.sign(signer, append=True)
    except UnsignedMetadataError:
        raise CannotPublish("A key could not sign.", code="cannot-sign") from None
    return metadata.to_bytes()


def delegation(keys: Sequence[Key]) -> Delegations | None:
    """Return the delegation of the role for marks to `keys`, any one of them; nothing for none."""
    if not keys:
        return None
    by_id = {key.keyid: key for key in keys}
    role = DelegatedRole(COMPROMISED, list(by_id), threshold=1, terminating=True, paths=[MARKS])
    return Delegations(by_id, {COMPROMISED: role})


def check_signed(root: Root, role: str, data: bytes) -> None:
    """Return if `root` believes `data` to be of `role`; raise `CannotPublish` if not."""
    _check_signed(root, role, data)


def _check_signed(above: Root | Targets, role: str, data: bytes) -> None:
    metadata: Metadata[Root] = Metadata.from_bytes(data)  # or another of the five: all are verified alike
    try:
        above.verify_delegate(role, metadata.signed_bytes, metadata.signatures)
    except UnsignedMetadataError:
        raise CannotPublish("Too few of the keys that the root names have signed.", code="wrong-signer") from None


def root_path(folder: Path) -> Path:
    """Return where the newest root stands."""
    version = 1
    while (folder / METADATA / f"{version + 1}.root.json").exists():
        version += 1
    return folder / METADATA / f"{version}.root.json"


def expiry(lifetime: timedelta, now: datetime) -> datetime:
    """Return when something signed now ends, in UTC, as TUF wants it."""
    return now.astimezone(UTC) + lifetime
