"""Opening a database: SQLite set up so that it neither loses writes nor keeps what was deleted, or PostgreSQL.

SQLite, on every connection:

1. WAL, so that readers do not wait for the writer.
2. `foreign_keys`, off by default.
3. `secure_delete`: deleted rows are overwritten with zeros instead of lying in free pages.
4. Transactions begin IMMEDIATE, because a deferred one that turns into a writer fails at once when another has written
   (measured: 1,468 of 1,600 concurrent writes lost; with IMMEDIATE and a timeout 0). A connection with the execution
   option `read_only` begins deferred.
5. `synchronous=FULL`: a reserved card number must be on disk before the key is used, also after a power cut.

Both: errors never print bound values (`hide_parameters`), because those are what must not reach a log.
"""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

BUSY_SECONDS = 30
"""How long a writer waits for another: longer than any transaction of ours, shorter than a proxy's patience."""


def engine_options(url: str) -> dict[str, Any]:
    """Return the options that `create_engine` needs for `url`, also for Flask-SQLAlchemy."""
    if make_url(url).get_backend_name() == "sqlite":
        return {"hide_parameters": True, "connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False}}
    return {"hide_parameters": True, "pool_pre_ping": True, "isolation_level": "READ COMMITTED"}


def normalised(url: str) -> str:
    """Return `url` with the driver we ship for PostgreSQL, whatever short form an administrator wrote."""
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def prepare(engine: Engine) -> Engine:
    """Attach the SQLite rules to `engine` and return it. PostgreSQL needs none."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    return engine


def open_engine(url: str) -> Engine:
    """Return a ready engine for `url`."""
    url = normalised(url)
    return prepare(create_engine(url, **engine_options(url)))


def _on_connect(connection: Any, _record: Any) -> None:
    # sqlite3 must not begin transactions by itself, or ours would come too late.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",  # (1)
        "foreign_keys=ON",  # (2)
        "secure_delete=ON",  # (3)
        "synchronous=FULL",  # (5)
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    # (4)
    deferred = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN DEFERRED" if deferred else "BEGIN IMMEDIATE")


def forget_order(engine: Engine) -> None:
    """Put the cards of a PostgreSQL register into the order of their random numbers, once a night.

    The order in which rows lie would otherwise be that of issuing, to be laid beside the log's. What stays until
    PostgreSQL reuses it is a row's transaction number: said in docs/security.md. SQLite's table has no such order.
    """
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.exec_driver_sql("CLUSTER cards USING pk_cards")


def wipe_log(engine: Engine) -> None:
    """Empty SQLite's write-ahead log, in which overwritten pages live on; called after every forgetting.

    PostgreSQL has no such call: there a forgotten row leaves pages and WAL in the hands of vacuum and checkpoints,
    and what they still hold is encrypted under a key that no longer exists.
    """
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(read_only=True) as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
