"""How a database is opened: nothing lost, nothing deleted left lying, nothing told by an error."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from citycard.store.counters import Counter, Lease
from citycard.store.engine import engine_options, normalised, open_engine, wipe_log
from citycard.store.staff import ClerkDay, Staff
from citycard.store.tables import Base
from tests.support.traces import traces_of

MONDAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A register with its tables; a test that asks for it runs once on each kind of database."""
    yield from opened(database_url)


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Engine]:
    """A register in an SQLite file."""
    yield from opened(sqlite_url)


def opened(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("secure_delete", 1), ("synchronous", 2)]
)
def test_the_pragmas_are_on_in_every_connection(sqlite: Engine, pragma: str, value: object) -> None:
    with sqlite.connect() as one, sqlite.connect().execution_options(read_only=True) as other:
        for connection in (other, one):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
            connection.rollback()


def test_a_row_cannot_point_to_nobody(engine: Engine) -> None:
    with Session(engine) as session:
        session.add(ClerkDay(staff_id=4711, day=MONDAY, count=1))
        with pytest.raises(IntegrityError):
            session.flush()


def test_a_thousand_concurrent_increments_lose_none(engine: Engine) -> None:
    """Read, then write, as operations do: SQLite would lose most of these with a deferred BEGIN."""
    with Session(engine) as session:
        session.add(Counter(service="s", week=MONDAY, event="e", count=0))
        session.commit()

    def add(_: int) -> None:
        for _ in range(200):
            with Session(engine) as session:
                row = session.get_one(Counter, ("s", MONDAY, "e"), with_for_update=True)
                row.count += 1
                session.commit()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(add, range(5)))

    with Session(engine) as session:
        assert session.scalars(select(Counter.count)).one() == 1000


def test_a_transaction_has_the_write_lock_from_its_first_moment(sqlite: Engine, tmp_path: Path) -> None:
    stranger = sqlite3.connect(tmp_path / "register.sqlite3", timeout=0, isolation_level=None)
    with sqlite.connect() as connection:
        connection.execute(text("SELECT 1"))
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            stranger.execute("BEGIN IMMEDIATE")
    stranger.execute("BEGIN IMMEDIATE")
    stranger.close()


def test_who_only_reads_takes_no_write_lock(sqlite: Engine, tmp_path: Path) -> None:
    stranger = sqlite3.connect(tmp_path / "register.sqlite3", timeout=0, isolation_level=None)
    with sqlite.connect().execution_options(read_only=True) as connection:
        connection.execute(text("SELECT count(*) FROM staff"))
        stranger.execute("BEGIN IMMEDIATE")
        stranger.execute("ROLLBACK")
    stranger.close()


def test_a_savepoint_is_undone_and_the_rest_stays(engine: Engine) -> None:
    with Session(engine) as session:
        session.add(Counter(service="kept", week=MONDAY, event="e", count=1))
        savepoint = session.begin_nested()
        session.add(Counter(service="undone", week=MONDAY, event="e", count=1))
        session.flush()
        savepoint.rollback()
        session.commit()

    with Session(engine) as session:
        assert session.scalars(select(Counter.service)).all() == ["kept"]


def test_a_rollback_leaves_nothing(engine: Engine) -> None:
    with Session(engine) as session:
        session.add(Counter(service="s", week=MONDAY, event="e", count=1))
        session.flush()
        session.rollback()

    with Session(engine) as session:
        assert session.scalars(select(Counter)).all() == []


def test_deleted_rows_leave_no_bytes(sqlite: Engine, tmp_path: Path) -> None:
    """Neither in free pages nor in the log, once that is emptied. Before, the log holds them: that is why."""
    canary = "Toussauvel" * 5
    with Session(sqlite) as session:
        session.add(Staff(name=canary, password_hash="*", roles=""))
        session.commit()
    with Session(sqlite) as session:
        session.delete(session.scalars(select(Staff)).one())
        session.commit()
    assert traces_of([canary], in_folders=[tmp_path]) != []

    wipe_log(sqlite)

    assert traces_of([canary], in_folders=[tmp_path]) == []
    assert (tmp_path / "register.sqlite3-wal").stat().st_size == 0


def test_emptying_the_log_does_nothing_elsewhere(engine: Engine) -> None:
    wipe_log(engine)

    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM staff")).scalar() == 0


def test_the_log_has_the_mode_of_the_file(tmp_path: Path) -> None:
    """Founding makes the file for its owner alone; SQLite follows."""
    path = tmp_path / "private.sqlite3"
    path.touch(mode=0o600)
    engine = open_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE t (x)"))
        connection.commit()
        modes = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
    engine.dispose()

    assert modes == dict.fromkeys(("private.sqlite3", "private.sqlite3-wal", "private.sqlite3-shm"), 0o600)


def test_errors_do_not_repeat_what_was_sent(engine: Engine) -> None:
    """A database's error ends up in a log."""
    said = []
    with Session(engine) as session:
        session.add_all([Staff(name="Toussauvel", password_hash="*", roles="") for _ in range(2)])
        with pytest.raises(IntegrityError) as refused:
            session.flush()
        said.append(str(refused.value).split("DETAIL")[0])
    with engine.connect() as connection, pytest.raises(Exception) as wrong:
        connection.execute(text("SELECT * FROM nothing WHERE name = :name"), {"name": "Toussauvel"})
    said.append(str(wrong.value))

    assert not [text for text in said if "Toussauvel" in text]


# --- times ----------------------------------------------------------------------------------------------


def test_a_time_without_a_zone_is_refused(engine: Engine) -> None:
    with Session(engine) as session:
        session.add(Lease(name="a", holder="b", until=datetime(2026, 11, 23, 12, 0)))  # noqa: DTZ001
        with pytest.raises(StatementError, match="without a zone"):
            session.flush()


def test_a_time_without_a_zone_is_refused_in_questions_too(engine: Engine) -> None:
    with Session(engine) as session, pytest.raises(StatementError, match="without a zone"):
        session.execute(update(Lease).where(Lease.until < datetime(2026, 11, 23, 12, 0)).values(holder="x"))  # noqa: DTZ001


@pytest.mark.parametrize("hours", [-11, 0, 5.5, 14])
def test_an_instant_comes_back_in_utc(engine: Engine, hours: float) -> None:
    with Session(engine) as session:
        session.add(Lease(name="a", holder="b", until=NOON.astimezone(timezone(timedelta(hours=hours)))))
        session.commit()

    with Session(engine) as session:
        until = session.scalars(select(Lease.until)).one()
    assert until == NOON
    assert until.utcoffset() == timedelta(0)


def test_instants_are_compared_as_instants(engine: Engine) -> None:
    """SQLite keeps times as texts; an offset inside would sort by the clock on the wall."""
    with Session(engine) as session:
        for name, hours in (("a", 14), ("b", -11), ("c", 0)):
            zone = timezone(timedelta(hours=hours))
            session.add(Lease(name=name, holder="x", until=(NOON + timedelta(microseconds=ord(name))).astimezone(zone)))
        session.commit()
        late = NOON.astimezone(timezone(timedelta(hours=9))) + timedelta(microseconds=98)
        query = select(Lease.name).where(Lease.until <= late).order_by(Lease.until)
        assert session.scalars(query).all() == ["a", "b"]


# --- addresses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
        ("sqlite:///register.sqlite3", "sqlite:///register.sqlite3"),
    ],
)
def test_short_forms_mean_the_driver_we_ship(written: str, meant: str) -> None:
    assert normalised(written) == meant
    assert engine_options(meant)["hide_parameters"] is True
