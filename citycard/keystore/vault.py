"""The vault: files of open enrolments, readable only while the key of their day exists.

1. Every record is encrypted with AES-256-GCM under a key of its own, bound to the record's id.
2. That key is wrapped, with AES-256-GCM too, by the *key of the day*: 32 random bytes in a file of the secrets folder,
   outside the database and its backups.
3. Each night `rewrap` moves what is still open to the new day's key, and `destroy_before` overwrites and removes the
   old ones. From then on a backup of yesterday opens nothing, whoever holds the server.
4. Forgetting a record is deleting its row; what pages, logs and backups still hold is noise after the next night.

What this does not do: overwriting a file does not reach every copy that a solid-state disk or a snapshotting file
system keeps. Put the secrets folder on a plain or encrypted partition that is not backed up; docs/security.md says how.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from citycard.core.errors import CitycardError
from citycard.core.number import Chance

KEY_BYTES = 32
NONCE_BYTES = 12
"""Random nonces: a record is sealed a few dozen times in its life, and GCM allows 2^32 under one key."""


class Forgotten(CitycardError):
    """The record cannot be opened any more: its key is destroyed. That is the purpose."""

    code = "forgotten"


@dataclass(frozen=True)
class SealedRecord:
    """What the database holds of a record."""

    sealed: bytes
    wrapped_key: bytes
    wrapped_by: str


class Vault:
    """Seals and opens records with the keys of the day in `folder`."""

    def __init__(self, folder: Path, *, chance: Chance) -> None:
        self._folder = folder
        self._chance = chance

    def seal(self, content: bytes, *, record_id: str, today: date) -> SealedRecord:
        """Return `content` sealed under a new key of its own, wrapped by today's key."""
        # (1)
        key = self._chance(KEY_BYTES)
        name = self._today(today)
        return SealedRecord(self._encrypt(key, content, record_id), self._wrap(key, name, record_id), name)

    def open(self, record: SealedRecord, *, record_id: str) -> bytes:
        """Return the content of `record`; raise `Forgotten` when its key is gone."""
        return _decrypt(self._unwrap(record, record_id), record.sealed, record_id)

    def reseal(self, record: SealedRecord, content: bytes, *, record_id: str) -> SealedRecord:
        """Return `record` with other `content` under the same keys."""
        return replace(record, sealed=self._encrypt(self._unwrap(record, record_id), content, record_id))

    def rewrap(self, record: SealedRecord, *, record_id: str, today: date) -> SealedRecord:
        """Return `record` with its key wrapped by today's key (3)."""
        name = self._today(today)
        if record.wrapped_by == name:
            return record
        key = self._unwrap(record, record_id)
        return replace(record, wrapped_key=self._wrap(key, name, record_id), wrapped_by=name)

    def digest(self, record: SealedRecord, content: bytes, *, record_id: str, purpose: str) -> bytes:
        """Return a digest of `content` that only the holder of the record's key can make or check, 32 bytes.

        A plain hash of a name could be guessed from a list of names; this one dies with the record.
        """
        key = hmac.digest(self._unwrap(record, record_id), purpose.encode(), hashlib.sha256)
        return hmac.digest(key, content, hashlib.sha256)

    def destroy_before(self, today: date) -> int:
        """Overwrite and remove every key of an earlier day; return how many there were (3)."""
        destroyed = 0
        # Also what a crash left of making one: `.2026-11-23.5f…` may be the same key under its other name.
        for path in sorted([*self._folder.glob("*.day"), *self._folder.glob(".????-??-??.*")]):
            if path.name.lstrip(".")[:10] < today.isoformat():
                with path.open("r+b", buffering=0) as file:
                    file.write(self._chance(KEY_BYTES))
                    os.fsync(file.fileno())
                path.unlink()
                destroyed += 1
        if destroyed:
            _sync_folder(self._folder)
        return destroyed

    def _today(self, today: date) -> str:
        """Return the name of today's key, making it if this is the first record of the day (2)."""
        name = today.isoformat()
        path = self._folder / f"{name}.day"
        if not path.exists():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Written whole under another name first: a second worker sees a complete key or none, and `link` lets
            # only one of two win.
            draft = self._folder / f".{name}.{self._chance(8).hex()}"
            draft.touch(mode=0o600)
            with draft.open("wb") as file:
                file.write(self._chance(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
            _sync_folder(self._folder)
        return name

    def _day_key(self, name: str) -> bytes:
        try:
            date.fromisoformat(name)  # what the database says is a file name only if it is a day
            key = (self._folder / f"{name}.day").read_bytes()
        except (OSError, ValueError):
            raise Forgotten("The key of that day is destroyed; the record is forgotten.") from None
        if len(key) != KEY_BYTES:
            raise Forgotten("The key of that day is damaged; the record is forgotten.")
        return key

    def _wrap(self, key: bytes, name: str, record_id: str) -> bytes:
        return self._encrypt(self._day_key(name), key, f"key:{record_id}")

    def _unwrap(self, record: SealedRecord, record_id: str) -> bytes:
        return _decrypt(self._day_key(record.wrapped_by), record.wrapped_key, f"key:{record_id}")

    def _encrypt(self, key: bytes, content: bytes, bound_to: str) -> bytes:
        nonce = self._chance(NONCE_BYTES)
        return nonce + AESGCM(key).encrypt(nonce, content, bound_to.encode())


def _decrypt(key: bytes, sealed: bytes, bound_to: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to.encode())
    except (InvalidTag, ValueError):
        raise Forgotten("The record does not open with its key.", code="record-damaged") from None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
