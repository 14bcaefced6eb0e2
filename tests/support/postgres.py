"""A real PostgreSQL for the tests.

1. The server binaries are those installed on the machine; none: skipped, or failed under CI.
2. PostgreSQL refuses to run as root, so as root the server belongs to ``postgres``, or else ``nobody``.
3. One cluster per test run, in a folder of its own, reached through a Unix socket only: no port to collide on
   and nothing that another machine could reach. Durability is off; nobody will miss this data.
4. One new database per test, dropped after it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.support.missing import missing_part
from tests.support.processes import tail

UNSAFE_BUT_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "dynamic_shared_memory_type": "mmap",  # the other kind leaves a file in memory when the server is stopped at once
}

ROLE = "citycard"


@dataclass(frozen=True)
class Account:
    """The system account that owns the server, when that is not ourselves."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class PostgresServer:
    """A running cluster; ``new_database()`` is what tests want."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        """The SQLAlchemy address of a database of this cluster."""
        return f"postgresql+psycopg://{ROLE}@/{database}?host={self.folder}"

    def new_database(self, template: str = "template0") -> str:
        """Create an empty database, or a copy of ``template`` that nobody is using, and return its name."""
        name = f"office_{next(self._numbers)}"
        self._run("CREATE DATABASE {} TEMPLATE {}", name, template)
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever may still be connected to it."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(host=str(self.folder), user=ROLE, dbname="postgres", autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The one cluster of this test run."""
    with running_server() as server:
        yield server


@contextmanager
def running_server(**settings: str) -> Iterator[PostgresServer]:
    """Start a cluster, with other settings where a test needs them, and remove it at the end of the ``with``."""
    binaries = server_binaries()
    # (1)
    if binaries is None:
        missing_part("the server binaries of PostgreSQL (initdb, pg_ctl) are not installed")
    # (2)
    account = unprivileged_account()
    # Not below pytest's own temporary folder: only its owner may enter that one.
    folder = Path(tempfile.mkdtemp(prefix="citycard-postgres-"))
    try:
        if account is not None:
            os.chown(folder, account.uid, account.gid)
        # (3)
        create_cluster(binaries, folder, account)
        pg_ctl = [str(binaries / "pg_ctl"), "--pgdata", str(folder / "data"), "--timeout", "180"]
        options = " ".join(f"-c {name}='{value}'" for name, value in {**UNSAFE_BUT_FAST, **settings}.items())
        run_as(
            account,
            [*pg_ctl, "--wait", "--log", str(folder / "log"), "--options", f"-k {folder} {options}", "start"],
            folder,
        )
        try:
            yield PostgresServer(folder)
        finally:
            run_as(account, [*pg_ctl, "--wait", "--mode", "immediate", "stop"], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of an empty PostgreSQL database that is this test's own."""
    # (4)
    name = postgres_server.new_database()
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of an SQLite file that is this test's own and does not exist yet."""
    return f"sqlite:///{tmp_path / 'register.sqlite3'}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of this test's own; a test that asks for it runs once on each kind."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


def server_binaries() -> Path | None:
    """The folder of ``initdb`` and ``pg_ctl``: the newest of Debian's, or where the PATH says."""
    versions = [
        folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if folder.parent.name.isdecimal() and (folder / "initdb").exists()
    ]
    if versions:
        return max(versions, key=lambda folder: int(folder.parent.name))
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def unprivileged_account() -> Account | None:
    """Whose the server is: nobody else's than ours, unless we are root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    missing_part("PostgreSQL does not run as root, and there is neither an account postgres nor nobody")


def create_cluster(binaries: Path, folder: Path, account: Account | None) -> None:
    """Lay out an empty cluster whose one role is ours and needs no password on the socket."""
    run_as(
        account,
        [
            str(binaries / "initdb"),
            "--pgdata",
            str(folder / "data"),
            "--username",
            ROLE,
            "--auth",
            "trust",
            "--encoding",
            "UTF8",
            "--locale",
            "C",
            "--no-sync",
        ],
        folder,
    )


def run_as(account: Account | None, command: list[str], folder: Path) -> None:
    """Run one of PostgreSQL's commands; its output goes to a file, or pg_ctl's caller would hang on the pipe."""
    out = folder / "commands.log"
    identity: dict[str, int | list[int]] = {}
    if account is not None:
        identity = {"user": account.uid, "group": account.gid, "extra_groups": []}
    with out.open("ab") as log:
        code = subprocess.run(  # type: ignore[call-overload]
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            check=False,
            **identity,
        ).returncode
    if code != 0:
        raise AssertionError(f"{Path(command[0]).name} ended with code {code}\n{tail(out)}\n{tail(folder / 'log')}")
