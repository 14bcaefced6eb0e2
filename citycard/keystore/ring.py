"""The key ring: keys.json says which public keys an office has, what for, since when, and where the private part is.

    {"keys": [{"purpose": "card", "uri": "pkcs8:card-3f….pem", "jwk": {…, "kid", "first_day", "last_day", "state"}}, …]}

Purposes are different keys, always: `root` and `targets` (offline, TUF), `snapshot` and `timestamp` (online, TUF),
`marks` (online, TUF's role `compromised`: it marks stolen keys and can do nothing else), `card`, `status`, `bundle` (in
the city's statement), `audit` (signs the head of the audit log). The wrapping keys of the day and the session secret
are no signing keys and live in the secrets folder.

A relative `pkcs8:` file lies in the secrets folder, or in the offline folder: there for `root` and `targets`, and for
every key as long as it is *standby*, so that whoever takes the server does not take its replacement too.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from securesystemslib.signer import Signer

from citycard.core.cose import SignBytes
from citycard.core.errors import KeyRefused
from citycard.core.keys import KeyState, KeyUse, PinnedKey, PublicKey
from citycard.core.trust import Issuer
from citycard.keystore import signers
from citycard.settings import Office, SettingsRefused


class Purpose(StrEnum):
    """What a key of the office is for."""

    ROOT = "root"
    TARGETS = "targets"
    SNAPSHOT = "snapshot"
    TIMESTAMP = "timestamp"
    MARKS = "marks"
    CARD = "card"
    STATUS = "status"
    BUNDLE = "bundle"
    AUDIT = "audit"

    @property
    def offline(self) -> bool:
        """Whether the private part is needed once a year only, and kept away from the server."""
        return self in (Purpose.ROOT, Purpose.TARGETS)

    @property
    def use(self) -> KeyUse | None:
        """How the city's statement names this purpose, if it does."""
        return KeyUse(self.value) if self.value in {use.value for use in KeyUse} else None


@dataclass(frozen=True)
class Entry:
    """One key of the ring. The days of keys outside the statement are for people; nothing checks them."""

    purpose: Purpose
    uri: str
    public: PublicKey
    state: KeyState
    first_day: date
    last_day: date

    @property
    def pinned(self) -> PinnedKey:
        """The key as the statement lists it."""
        use = self.purpose.use
        if use is None:
            raise KeyRefused("This key is not listed in a statement.", code="key-use")
        return PinnedKey(self.public, use, self.state, self.first_day, self.last_day)

    @property
    def kid(self) -> str:
        """The key's name in hex, as people type it."""
        return self.public.kid.hex()

    @property
    def offline(self) -> bool:
        """Whether the private part is away from the server."""
        return _offline(self.purpose, self.state)

    def signs_on(self, day: date) -> bool:
        """Whether this key is to be used on `day`."""
        return self.state is KeyState.ACTIVE and self.first_day <= day <= self.last_day


def _offline(purpose: Purpose, state: KeyState) -> bool:
    return purpose.offline or state is KeyState.STANDBY


class KeyRing:
    """The keys of one office."""

    def __init__(self, office: Office, entries: Sequence[Entry]) -> None:
        self.office = office
        self.entries = tuple(entries)

    def __getitem__(self, purpose: Purpose) -> tuple[Entry, ...]:
        """Return the keys for `purpose`, oldest first."""
        return tuple(entry for entry in self.entries if entry.purpose is purpose)

    def usable(self, purpose: Purpose, day: date) -> tuple[Entry, ...]:
        """Return the keys to sign with for `purpose` on `day`; raise `KeyUnavailable` when there is none."""
        found = tuple(entry for entry in self[purpose] if entry.signs_on(day))
        if not found:
            raise signers.KeyUnavailable(f"No {purpose} key is active today. See: citycard keys list", code="key-none")
        return found

    def signer(self, entry: Entry) -> Signer:
        """Open the private part of `entry`, for TUF."""
        folder = self._folder(offline=entry.offline)
        return signers.open_signer(
            entry.uri, entry.public, folder=folder / "keys", passphrase=lambda: self.office.passphrase(folder)
        )

    def sign_with(self, entry: Entry) -> SignBytes:
        """Open the private part of `entry`, for cards and lists: bytes in, 64 bytes out."""
        return signers.card_signer(self.signer(entry), entry.public)

    def issuer(self, status_lists: tuple[str, ...]) -> Issuer:
        """Return this city as its own desks, and every partner, pin it."""
        settings = self.office.settings
        pinned = tuple(entry.pinned for entry in self.entries if entry.purpose.use is not None)
        return Issuer(settings.issuer, settings.names, pinned, status_lists)

    def with_new(self, purpose: Purpose, *, curve: str, state: KeyState, first_day: date, last_day: date) -> "KeyRing":
        """Return the ring with a new key in a new file; nothing is written to keys.json yet."""
        folder = self._folder(offline=_offline(purpose, state))
        draft = folder / "keys" / f"{purpose}-{os.urandom(8).hex()}.new"  # a name that no crash has left behind
        public = signers.create_key_file(draft, curve=curve, passphrase=self.office.passphrase(folder))
        path = draft.with_name(f"{purpose}-{public.kid.hex()}.pem")
        draft.rename(path)
        entry = Entry(purpose, f"{signers.SCHEME}:{path.name}", public, state, first_day, last_day)
        return KeyRing(self.office, [*self.entries, entry])

    def with_state(self, kid: str, state: KeyState) -> "KeyRing":
        """Return the ring with the key named `kid` (hex) in another state."""
        self.named(kid)
        return KeyRing(
            self.office, [replace(entry, state=state) if entry.kid == kid else entry for entry in self.entries]
        )

    def named(self, kid: str) -> Entry:
        """Return the key named `kid` (hex)."""
        for entry in self.entries:
            if entry.kid == kid:
                return entry
        raise KeyRefused("No key of this office has that name.", code="key-unknown")

    def with_standby_active(self, kid: str) -> "KeyRing":
        """Return the ring with a standby key active, and its file copied to where an active key lies.

        The copy has the passphrase of its new folder. The file in the offline folder stays: there may be a second
        stick with it anyway.
        """
        entry = self.named(kid)
        after = replace(entry, state=KeyState.ACTIVE)
        scheme, _, name = entry.uri.partition(":")
        if scheme == signers.SCHEME and entry.offline and not after.offline:
            self.signer(entry)  # that it is this key, and opens
            here, there = self._folder(offline=True), self._folder(offline=False)
            signers.copy_key_file(
                here / "keys" / name,
                there / "keys" / name,
                passphrase=self.office.passphrase(here),
                new_passphrase=self.office.passphrase(there),
            )
        return self.with_state(kid, KeyState.ACTIVE)

    def _folder(self, *, offline: bool) -> Path:
        return self.office.offline if offline else self.office.secrets

    def save(self) -> None:
        """Write keys.json, whole or not at all."""
        content = {"keys": [_to_json(entry) for entry in self.entries]}
        draft = self.office.keys_file.with_suffix(".new")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(content, file, indent=1, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.office.keys_file)


def load_ring(office: Office) -> KeyRing:
    """Return the office's key ring; raise `SettingsRefused` when keys.json is missing or damaged."""
    try:
        content = json.loads(office.keys_file.read_text(encoding="utf-8"))
        return KeyRing(office, [_from_json(item) for item in content["keys"]])
    except FileNotFoundError:
        raise SettingsRefused("This office has no keys.json. Make keys: citycard keys new") from None
    except (ValueError, KeyError, TypeError):
        raise SettingsRefused("keys.json is damaged; restore it from a backup.") from None


def _to_json(entry: Entry) -> dict[str, Any]:
    return {
        "purpose": entry.purpose.value,
        "uri": entry.uri,
        "jwk": {**entry.public.to_jwk(), "kid": entry.public.kid.hex()},
        "state": entry.state.value,
        "first_day": entry.first_day.isoformat(),
        "last_day": entry.last_day.isoformat(),
    }


def _from_json(item: dict[str, Any]) -> Entry:
    return Entry(
        Purpose(item["purpose"]),
        item["uri"],
        PublicKey.from_jwk(item["jwk"]),
        KeyState(item["state"]),
        date.fromisoformat(item["first_day"]),
        date.fromisoformat(item["last_day"]),
    )
