"""A throw-away office that really works: settings, keys on disk, register, published statement.

    office = make_office(tmp_path)                       # Port-Sable, on SQLite
    office = make_office(tmp_path, approval="never")     # with another setting
    office = make_office(tmp_path, database_url=postgres_url)

Founding one makes ten encrypted keys, and a passphrase is meant to be slow to try. So each
city is founded once per test run and its three folders are copied, with the register in them. The offices of one city
thus share their keys; two cities never do.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_mock_engine

from citycard.keystore.ring import load_ring
from citycard.operations.found import make_folders, open_register, to_toml
from citycard.settings import Office, load_office
from citycard.store.engine import open_engine
from citycard.store.tables import Base

REGISTER = "register.sqlite3"

FOUNDED_AT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
"""Early on the Monday on which the stories of the office begin."""

PORT_SABLE: dict[str, Any] = {
    "issuer": "https://port-sable.demo.invalid",
    "country": "FR",
    "time_zone": "Europe/Paris",
    "default_language": "fr",
    "contact": "1 place du Sable, 01 00 00 00 00",
    "names": {"fr": "Port-Sable", "en": "Port-Sable", "es": "Port-Sable", "ar": "بور سابل"},
}

RIVEMONT: dict[str, Any] = {
    "issuer": "https://rivemont.demo.invalid",
    "country": "FR",
    "time_zone": "Europe/Paris",
    "default_language": "fr",
    "contact": "Hôtel de ville, 2 quai des Saules",
    "colour": "#7a4b94",
    "names": {"fr": "Rivemont", "en": "Rivemont", "es": "Rivemont", "ar": "ريفمون"},
}


def make_office(
    folder: Path,
    city: Mapping[str, Any] = PORT_SABLE,
    *,
    database_url: str | None = None,
    now: datetime = FOUNDED_AT,
    **settings: Any,
) -> Office:
    """Return a new office of `city` below `folder`; `settings` win over the city's own.

    With `database_url` the register is there instead of in the office folder. The caller sets `DATABASE_URL` to the
    same address while the office is used (`monkeypatch.setenv`), as a service manager would.
    """
    name = str(city["names"]["fr"]).lower()
    made = folder / name
    another = "issuer" in settings  # another city: its statement must name it
    if another:
        make_folders(made, {**city, **settings}, now=now, chance=os.urandom)
    else:
        founded = _founded(name, str(city["issuer"]), now)
        for kind in ("", "-secrets", "-offline"):
            shutil.copytree(founded.parent / f"{founded.name}{kind}", folder / f"{name}{kind}")
        (made / "settings.toml").write_text(to_toml({**city, **settings}), encoding="utf-8")
    office = load_office(made)
    url = database_url or office.database_url
    if another or url != _address(made / REGISTER):
        if not another:
            (made / REGISTER).write_bytes(b"")  # as `citycard init` leaves it
        engine = _empty_register(url)
        open_register(engine, load_ring(office), now=now)
        engine.dispose()
    return office


def _address(register: Path) -> str:
    return f"sqlite:///{register.resolve()}"


def _empty_register(url: str) -> Engine:
    # The tables as the models say them; that the migrations make the same ones is a test of its own.
    engine = open_engine(url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            assert connection.connection.driver_connection is not None
            connection.connection.driver_connection.execute(_tables())
        else:
            Base.metadata.create_all(connection)
    return engine


@cache
def _tables() -> str:
    """Everything that `create_all` sends to an empty PostgreSQL, in one piece."""
    said: list[str] = []

    def write(ddl: Any, *_: Any, **__: Any) -> None:
        said.append(str(ddl.compile(dialect=pen.dialect)))

    pen = create_mock_engine("postgresql+psycopg://", write)
    Base.metadata.create_all(pen, checkfirst=False)
    return ";\n".join(said)


@cache
def _founded(name: str, issuer: str, now: datetime) -> Path:
    """Found a city once; the folder goes when the test run ends."""
    place = Path(tempfile.mkdtemp(prefix="citycard-offices-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    city = next(city for city in (PORT_SABLE, RIVEMONT) if city["issuer"] == issuer)
    office = make_folders(place / name, city, now=now, chance=os.urandom)
    register = place / name / REGISTER
    register.touch(mode=0o600)  # not made by `make_folders` while the environment names another database
    engine = _empty_register(_address(register))
    open_register(engine, load_ring(office), now=now)
    engine.dispose()
    return place / name
