"""Founding an office: one folder that a town hall can start from, and two that it keeps apart.

1. `<office>/settings.toml`: what the city decided, to be edited by hand.
2. `<office>-secrets/`: passphrase and key files that the service needs, the session secret, the key of the recovery
   codes, the keys of the day; mode 0700. `<office>-offline/`: root, targets and the standby card key, with a
   passphrase of their own; to be moved to a stick.
3. Keys: every purpose its own. The first card and status keys are active at once; a standby card key waits offline,
   published, so that a stolen key can be replaced in a minute without a new ceremony.
4. The register with its migrations, the announced status lists, the statement in its TUF repository, the first lists.

An office that exists is never written over.
"""

import json
import os
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from citycard.core.keys import KeyState
from citycard.core.number import Chance
from citycard.keystore.ring import KeyRing, Purpose, load_ring
from citycard.operations import publish, recovery, status_lists
from citycard.operations.refusals import OperationRefused
from citycard.settings import Office, read_settings

YEAR = timedelta(days=365)
"""A card or status key signs for at most a year."""
ROOT_LIFE = 3 * YEAR
"""How long a root key is meant to be used: a term of office apart."""

_KEYS: tuple[tuple[Purpose, KeyState, timedelta], ...] = (
    (Purpose.ROOT, KeyState.ACTIVE, ROOT_LIFE),
    (Purpose.TARGETS, KeyState.ACTIVE, YEAR),
    (Purpose.SNAPSHOT, KeyState.ACTIVE, YEAR),
    (Purpose.TIMESTAMP, KeyState.ACTIVE, YEAR),
    (Purpose.MARKS, KeyState.ACTIVE, YEAR),
    (Purpose.CARD, KeyState.ACTIVE, YEAR),
    (Purpose.CARD, KeyState.STANDBY, YEAR),
    (Purpose.STATUS, KeyState.ACTIVE, YEAR),
    (Purpose.BUNDLE, KeyState.ACTIVE, YEAR),
    (Purpose.AUDIT, KeyState.ACTIVE, YEAR),
)


def make_folders(folder: Path, settings: Mapping[str, object], *, now: datetime, chance: Chance) -> Office:
    """Write settings, secrets and keys for a new office in `folder` and return it (1 to 3)."""
    # Everything that can be refused is refused before the first file: a half-made office could not be made again.
    content = to_toml(settings)
    office = Office(folder.resolve(), read_settings(tomllib.loads(content)))
    refuse_used_folder(folder)
    for secret in (office.secrets, office.offline):
        if secret.exists() and any(secret.iterdir()):
            raise OperationRefused(f"The folder {secret.name} is not empty. Move it away first.", code="folder-in-use")
    publish.make_statement(KeyRing(office, []), now=now)
    # (1)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "settings.toml").write_text(content, encoding="utf-8")
    if not os.environ.get("DATABASE_URL"):
        # SQLite gives its log the mode of the file, and makes the file for all to read.
        (folder / office.settings.database).touch(mode=0o600)
    # (2)
    for secret in (office.secrets, office.offline):
        secret.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret.chmod(0o700)
    _write_secret(office.offline / "passphrase", chance(24).hex().encode())
    if not os.environ.get("CITYCARD_PASSPHRASE_FILE"):  # else the service's passphrase is the one in that file
        _write_secret(office.secrets / "passphrase", chance(24).hex().encode())
    _write_secret(office.secrets / "session.key", chance(32).hex().encode())
    _write_secret(office.secrets / recovery.KEY_NAME, chance(32).hex().encode())
    # (3)
    ring = KeyRing(office, [])
    first: date = now.date()
    for purpose, state, length in _KEYS:
        curve = "P-256" if purpose in (Purpose.CARD, Purpose.STATUS, Purpose.BUNDLE) else "Ed25519"
        ring = ring.with_new(purpose, curve=curve, state=state, first_day=first, last_day=first + length)
    ring.save()
    publish.found(ring, now=now)
    return office


def refuse_used_folder(folder: Path) -> None:
    """Raise `OperationRefused` if an office, or anything else, is in `folder`."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OperationRefused("This folder is not empty. Choose a new one.", code="folder-in-use")


def open_register(engine: Engine, ring: KeyRing, *, now: datetime) -> None:
    """Announce the status lists in a migrated register and sign them for the first time (4)."""
    with Session(engine) as session:
        status_lists.announce(session, publish.announced(ring.office))
        status_lists.sign_due(session, ring, now=now)
        session.commit()


def found_office(
    folder: Path,
    settings: Mapping[str, object],
    *,
    migrate: Callable[[Office], Engine],
    now: datetime,
    chance: Chance,
) -> Office:
    """Make a whole office; `migrate` brings its database up to date and returns an engine for it."""
    office = make_folders(folder, settings, now=now, chance=chance)
    engine = migrate(office)
    open_register(engine, load_ring(office), now=now)
    engine.dispose()
    return office


def to_toml(settings: Mapping[str, object]) -> str:
    """Return `settings` as TOML: texts, whole numbers, booleans, lists of texts, and tables of texts at the end."""
    lines = [
        "# What this city decided. Each setting is explained in docs/running-an-office.md.",
        "# A new setting is written above the first line in [ ]: whatever stands below such a line belongs to it.",
        "",
    ]
    tables: list[str] = []
    for name, value in settings.items():
        if isinstance(value, Mapping):
            tables += ["", f"[{name}]", *(f"{_literal(key)} = {_literal(item)}" for key, item in value.items())]
        else:
            lines.append(f"{name} = {_literal(value)}")
    return "\n".join([*lines, *tables]) + "\n"


def _literal(value: object) -> str:
    """Return a TOML literal. A JSON string is one, if no character outside the basic plane is written as a pair."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_literal(item) for item in value) + "]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _write_secret(path: Path, content: bytes) -> None:
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(content)
