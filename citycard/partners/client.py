"""From a compared fingerprint to a city's statement: TUF's client (python-tuf's `Updater`), with our rules around it.

1. `offered_root` is for the ceremony: it follows the roots a source offers to the newest, each signed by the one
   before, and returns that one. Two people compare its fingerprint; from then on it is the root pinned for the city.
   The newest and not the first: a key that was stolen and replaced can still sign a false branch from the first.
2. `fetch_statement` starts from the pinned root, walks to the newest root, then timestamp, snapshot, targets and
   statement. What was seen is kept in a folder per partner, so that nothing older is believed later. Losing the folder
   loses that memory and nothing else. One process at a time.
3. Every file is read in one way only (`strict_json`) and under a cap, and every root on the way must keep the rules in
   `roots`, before TUF sees it.
4. The statement is taken from the top-level targets alone, and is read by `read_statement`.
5. The marks of compromise are taken from the role `compromised` where the targets delegate to it: one level, this one
   path, keys that are not those of the safe. A city without the role has no marks. Once the targets name it, it must be
   there and fresh like everything else: whoever holds back a mark is told as a freeze, and nothing new is believed.
6. Whatever goes wrong is one `CitycardError` with a code: `SyncRefused` for what is signed wrongly, `RootRefused` and
   `StatementRefused` for content, `FetchRefused` for the way there.

The clock is the system's: python-tuf asks for the time itself and offers no other way. A machine whose clock is years
off sees every partner as expired, or accepts a frozen one; `offered_root` alone takes the time as an argument.
"""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tuf.api import exceptions
from tuf.api.metadata import Metadata, Root, Targets
from tuf.api.serialization import DeserializationError
from tuf.ngclient import Updater, UpdaterConfig
from tuf.ngclient.fetcher import FetcherInterface

from citycard.core.errors import CitycardError, TrustRefused
from citycard.core.strict_json import JsonRefused, read_json
from citycard.partners.durable import Busy, alone_in
from citycard.partners.fetcher import HttpFetcher
from citycard.partners.folder import FolderFetcher
from citycard.partners.judgement import Difference, differences
from citycard.partners.marks import MAX_DOCUMENT, NONE, Marks, MarksRefused, read_marks
from citycard.partners.roots import MAX_ROOT, RootRefused, check_root, public_key
from citycard.partners.sources import COMPROMISED, MARKS, METADATA, STATEMENT, TARGETS, FetchRefused, NotThere
from citycard.partners.statement import MAX_STATEMENT, Statement, StatementRefused, read_statement

Fetcher = HttpFetcher | FolderFetcher

MAX_ROOTS = 64
"""Roots followed in one go: at one a year, two generations of custodians."""

MAX_ONLINE = 16 << 10
"""16 KiB for a timestamp or snapshot; ours are 500 bytes, with two signatures during a rotation 700."""

MAX_TARGETS = 64 << 10
"""64 KiB; ours is 600 bytes. Another maker's may list more than a statement."""

_CONFIG = UpdaterConfig(
    max_root_rotations=MAX_ROOTS,
    max_delegations=1,
    root_max_length=MAX_ROOT,
    timestamp_max_length=MAX_ONLINE,
    snapshot_max_length=MAX_ONLINE,
    targets_max_length=MAX_TARGETS,
)
"""One delegation, to the marks: see (5)."""


class SyncRefused(TrustRefused):
    """What the source offers must not be believed. `code` is one of: rollback, expired (freeze), mix-and-match,
    endless-data, threshold, unreadable, inconsistent, no-statement, root-chain, delegation, busy, state-folder."""

    code = "sync"


@dataclass(frozen=True)
class Fetched:
    """A statement that the pinned root vouches for, and how fresh that is."""

    statement: Statement
    document: bytes
    """The statement's bytes, to store and to compare."""
    root: bytes
    root_version: int
    targets_version: int
    targets_expires: datetime
    marks: Marks = NONE
    """Keys that the city marked as compromised, whatever the statement says of them."""
    roots: tuple[bytes, ...] = ()
    """From the pinned root to the newest, and below, the targets file: what a desk's bundle carries (`chain`)."""
    targets: bytes = b""


@dataclass(frozen=True)
class Preview:
    """What a synchronisation would accept and change."""

    fetched: Fetched
    differences: tuple[Difference, ...]


def offered_root(fetcher: Fetcher, *, now: datetime) -> bytes:
    """Return the newest root.json that `fetcher` offers, for the ceremony (1); raise a `CitycardError`."""
    data = _download_root(fetcher, 1)
    root = check_root(data).signed
    if root.version != 1:
        raise SyncRefused("The first root is not the first.", code="root-chain")
    for version in range(2, MAX_ROOTS + 2):
        try:
            newer = _download_root(fetcher, version)
        except NotThere:
            break
        metadata = check_root(newer)
        try:
            root.verify_delegate(Root.type, metadata.signed_bytes, metadata.signatures)
        except exceptions.UnsignedMetadataError:
            raise SyncRefused("A newer root is not signed by the one before.", code="threshold") from None
        if metadata.signed.version != version:
            raise SyncRefused("A newer root is not the next one.", code="root-chain")
        data, root = newer, metadata.signed
    else:
        raise SyncRefused("There are more roots than a city can have had.", code="endless-data")
    if root.is_expired(now):
        raise SyncRefused("The newest root has expired.", code="expired")
    return data


def fetch_statement(*, state_folder: Path, root: bytes, fetcher: Fetcher, allow_demo: bool) -> Fetched:
    """Return the statement that the pinned `root` vouches for; raise a `CitycardError` and keep what was held."""
    check_root(root)
    # (2)
    try:
        with alone_in(state_folder, wait=False):
            return _fetch_statement(state_folder, root, fetcher, allow_demo)
    except Busy:
        raise SyncRefused("This partner is being fetched already.", code="busy") from None


def dry_run(
    *, state_folder: Path, root: bytes, fetcher: Fetcher, previous: Statement | None, allow_demo: bool
) -> Preview:
    """Return what `fetch_statement` would, and what that changes against `previous`; remember nothing of it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "state"
        if state_folder.exists():
            shutil.copytree(state_folder, copy, symlinks=True)
        fetched = fetch_statement(state_folder=copy, root=root, fetcher=fetcher, allow_demo=allow_demo)
    return Preview(fetched, differences(previous, fetched.statement))


def _fetch_statement(state_folder: Path, root: bytes, fetcher: Fetcher, allow_demo: bool) -> Fetched:
    metadata_folder, targets_folder = state_folder / METADATA, state_folder / TARGETS
    watching = _Watching(fetcher)
    try:
        metadata_folder.mkdir(parents=True, exist_ok=True)
        targets_folder.mkdir(parents=True, exist_ok=True)
        updater = Updater(
            str(metadata_folder),
            f"{fetcher.base}/{METADATA}/",
            str(targets_folder),
            f"{fetcher.base}/{TARGETS}/",
            fetcher=watching,
            config=_CONFIG,
            bootstrap=root,
        )
        updater.refresh()
        targets_file = (metadata_folder / "targets.json").read_bytes()
        targets = Metadata[Targets].from_bytes(targets_file).signed
        # (4) Not by TUF's search, which would look further down.
        target = targets.targets.get(STATEMENT)
        if target is None or "sha256" not in target.hashes:
            raise SyncRefused("The city publishes no statement.", code="no-statement")
        if target.length > MAX_STATEMENT:
            raise StatementRefused(f"The document is larger than {MAX_STATEMENT} bytes.", code="too-large")
        path = updater.find_cached_target(target) or updater.download_target(target)
        document = Path(path).read_bytes()
        newest_root = (metadata_folder / "root.json").read_bytes()
        # (5)
        marks = _fetch_marks(updater, targets, newest_root)
    except CitycardError as error:
        raise _renamed(error) from None
    except Exception as error:  # (6) Whatever a stranger's files do to the library is that stranger's refusal.
        raise _named(error, watching) from None
    return Fetched(
        statement=read_statement(document, allow_demo=allow_demo),
        document=document,
        root=newest_root,
        root_version=check_root(newest_root).signed.version,
        targets_version=targets.version,
        targets_expires=targets.expires,
        marks=marks,
        roots=_roots(root, newest_root, metadata_folder),
        targets=targets_file,
    )


def _roots(pinned: bytes, newest: bytes, metadata_folder: Path) -> tuple[bytes, ...]:
    """Return the pinned root and those that followed it, as TUF's client keeps them."""
    first, last = (check_root(data).signed.version for data in (pinned, newest))
    between = range(first + 1, last)
    kept = [(metadata_folder / "root_history" / f"{version}.root.json").read_bytes() for version in between]
    return (pinned, *kept, newest) if last > first else (pinned,)


def _fetch_marks(updater: Updater, targets: Targets, root: bytes) -> Marks:
    """Return the marks that the role of this name gives, if the targets name it as it must be (5)."""
    roles = (targets.delegations.roles or {}) if targets.delegations is not None else {}
    if COMPROMISED not in roles:
        return NONE
    role, keys = roles[COMPROMISED], targets.delegations.keys if targets.delegations is not None else {}
    for_marks = [name for name, each in roles.items() if each.is_delegated_path(MARKS)]
    if role.paths != [MARKS] or role.threshold != 1 or for_marks != [COMPROMISED] or MARKS in targets.targets:
        raise SyncRefused("The role for marks of compromise is not one that may only do this.", code="delegation")
    known = check_root(root).signed
    in_the_safe = {*known.roles[Root.type].keyids, *known.roles[Targets.type].keyids}
    if in_the_safe & set(role.keyids):
        raise RootRefused("A key that belongs in a safe is used online.", code="offline-key-online")
    for keyid in role.keyids:
        public_key(keys[keyid])  # no weak one: anybody could sign for it
    target = updater.get_targetinfo(MARKS)
    if target is None or "sha256" not in target.hashes:
        raise SyncRefused("The role for marks of compromise has no list of them.", code="delegation")
    if target.length > MAX_DOCUMENT:
        raise MarksRefused(f"The document is larger than {MAX_DOCUMENT} bytes.", code="too-large")
    path = updater.find_cached_target(target) or updater.download_target(target)
    return read_marks(Path(path).read_bytes())


def _download_root(fetcher: Fetcher, version: int) -> bytes:
    try:
        return fetcher.download_bytes(f"{fetcher.base}/{METADATA}/{version}.root.json", MAX_ROOT)
    except FetchRefused as refused:
        raise _renamed(refused) from None
    except exceptions.DownloadLengthMismatchError:
        raise SyncRefused("A file goes on and on.", code="endless-data") from None


class _Watching(FetcherInterface):
    """Hands on what the fetcher brings, having read it strictly (3), and remembers the last file for naming errors."""

    def __init__(self, fetcher: FetcherInterface) -> None:
        self._fetcher = fetcher
        self.name = ""
        self.version: int | None = None

    def _fetch(self, url: str) -> Iterator[bytes]:
        self.name, self.version = url.rpartition("/")[2], None
        online = self.name.endswith(("timestamp.json", "snapshot.json"))
        cap = MAX_ONLINE if online else MAX_ROOT if self.name.endswith("root.json") else MAX_TARGETS
        data = self._fetcher.download_bytes(url, cap)
        if self.name.endswith(".root.json"):
            check_root(data)
        document = read_json(data, at_most=cap)
        if isinstance(document, dict) and isinstance(signed := document.get("signed"), dict):
            version = signed.get("version")
            self.version = version if isinstance(version, int) else None
        return iter([data])

    @property
    def misnamed(self) -> bool:
        """Whether the last file has another version inside than its name says."""
        number = self.name.partition(".")[0]
        return number.isdigit() and self.version != int(number)


def _renamed(error: CitycardError) -> CitycardError:
    if isinstance(error, FetchRefused) and error.code == "too-large":
        return SyncRefused("A file goes on and on.", code="endless-data")
    return error


def _named(error: Exception, watching: _Watching) -> CitycardError:
    """Return the one error that says what `error` of TUF means here."""
    cause = error.__cause__
    match error:
        case exceptions.DownloadLengthMismatchError():
            return SyncRefused("A file goes on and on.", code="endless-data")
        case exceptions.DownloadError() if isinstance(cause, RootRefused):
            return cause
        case exceptions.DownloadError() if isinstance(cause, exceptions.DownloadLengthMismatchError):
            return SyncRefused("A file goes on and on.", code="endless-data")
        case exceptions.DownloadError() if isinstance(cause, JsonRefused):
            return SyncRefused(str(cause), code="unreadable")
        case exceptions.DownloadError():
            return FetchRefused("A file was not fetched.")
        case exceptions.ExpiredMetadataError():
            return SyncRefused(
                "The signed files are too old: the server is down, or somebody holds back newer ones.", code="expired"
            )
        case exceptions.BadVersionNumberError() if watching.misnamed:
            return SyncRefused("Files of different states are mixed.", code="mix-and-match")
        case exceptions.BadVersionNumberError():
            return SyncRefused("This is older than what was seen before.", code="rollback")
        case exceptions.LengthOrHashMismatchError():
            return SyncRefused("A file is not the one that was promised.", code="mix-and-match")
        case exceptions.UnsignedMetadataError():
            return SyncRefused("Too few of the city's keys have signed this.", code="threshold")
        case DeserializationError():
            return SyncRefused("A file cannot be read.", code="unreadable")
        case exceptions.RepositoryError():
            return SyncRefused("The files contradict each other.", code="inconsistent")
        case OSError():
            return SyncRefused("Our own folder for this partner cannot be written.", code="state-folder")
    return SyncRefused("A file cannot be read.", code="unreadable")
