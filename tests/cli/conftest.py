"""The `citycard` command, typed at an office of Port-Sable."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from citycard import cli
from citycard.cli import main
from citycard.operations.sign_in import hash_password
from citycard.settings import Office
from citycard.store.engine import open_engine
from citycard.store.staff import Role, Staff
from tests.support.office import PORT_SABLE, RIVEMONT, make_office

PASSWORD = "seven boats at noon"
NOW = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
"""Noon of today, because python-tuf reads the system's clock. The offices were founded at this moment."""


class Noon(datetime):
    """A clock that stands: no midnight comes between a founding, a command and what a test expects of it."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        """It is noon."""
        return NOW.astimezone(tz)


CAST = {"Amel": Role.CLERK, "Chloe": Role.ADMINISTRATOR, "Dario": Role.KEY_CUSTODIAN}


@dataclass
class Typed:
    """A terminal: commands are run in this process, with the text they would print."""

    office: Office | None = None
    env: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str | Path, code: int = 0, reads: str | None = None) -> str:
        """Run a command that ends with `code`; return what it printed. No command may end in a traceback."""
        before = ["--office", str(self.office.folder)] if self.office else []
        result: Result = CliRunner().invoke(main, [*before, *map(str, arguments)], input=reads, env=self.env)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise AssertionError(f"a traceback instead of a sentence: {result.output}") from result.exception
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result.output

    def json(self, *arguments: str) -> Any:
        """Run a command that prints JSON and return it."""
        return json.loads(self(*arguments))


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command that is typed here reads that clock."""
    for module in pkgutil.iter_modules(cli.__path__, "citycard.cli."):
        if hasattr(importlib.import_module(module.name), "datetime"):
            monkeypatch.setattr(f"{module.name}.datetime", Noon)


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Everybody's password, hashed once."""
    return hash_password(PASSWORD)


@pytest.fixture
def open_office(tmp_path: Path, password_hash: str, noon: None) -> Callable[..., Office]:
    """`open_office(city)`: an office with its cast, founded at noon, at which its commands are typed."""

    def open_one(city: dict[str, Any] = PORT_SABLE) -> Office:
        office = make_office(tmp_path, city, now=NOW)
        engine = open_engine(office.database_url)
        with Session(engine) as session:
            for name, role in CAST.items():
                session.add(Staff(name=name, password_hash=password_hash, roles=role.value))
            session.commit()
        engine.dispose()
        return office

    return open_one


@pytest.fixture
def office(open_office: Callable[..., Office]) -> Office:
    """Port-Sable's office."""
    return open_office()


@pytest.fixture
def rivemont(open_office: Callable[..., Office]) -> Office:
    """Rivemont's office."""
    return open_office(RIVEMONT)


@pytest.fixture
def citycard(office: Office) -> Typed:
    """A terminal in Port-Sable's office."""
    return Typed(office)
