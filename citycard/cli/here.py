"""The office that a command works in, opened as far as the command needs it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from citycard.keystore.ring import KeyRing, load_ring
from citycard.keystore.vault import Vault
from citycard.operations.enrol import Desk
from citycard.settings import Office, load_office
from citycard.store.engine import open_engine

if TYPE_CHECKING:
    from flask import Flask


class Here:
    """The office in `folder`; nothing is read before it is asked for, so that `--help` works anywhere."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def founded(self) -> bool:
        """Whether there is an office at all; some commands do something without one."""
        return (self.folder / "settings.toml").is_file()

    @cached_property
    def office(self) -> Office:
        """The office."""
        return load_office(self.folder)

    @cached_property
    def engine(self) -> Engine:
        """An engine for its register."""
        return open_engine(self.office.database_url)

    @property
    def ring(self) -> KeyRing:
        """Its keys."""
        return load_ring(self.office)

    def desk(self) -> Desk:
        """What operations take, with the system's clock and chance."""
        vault = Vault(self.office.day_keys, chance=os.urandom)
        return Desk(office=self.office, vault=vault, now=datetime.now(UTC), chance=os.urandom)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end, or not at all."""
        with Session(self.engine) as session:
            yield session
            session.commit()

    def app(self) -> "Flask":
        """The web application, imported late: most commands do not need it."""
        from citycard.web.app import create_app

        return create_app(self.office)


def here(ctx: click.Context) -> Here:
    """Return the office of the running command."""
    found: Here = ctx.obj.data["here"]
    return found


def who() -> str:
    """Who acts, in the audit log, when a command does: the account on the machine."""
    return f"cli:{os.environ.get('SUDO_USER') or os.environ.get('USER') or 'administrator'}"[:60]
