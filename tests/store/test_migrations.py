"""The migrations make exactly the tables that the models describe, on both kinds of database, and take them away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Engine, inspect, text

from citycard import paths
from citycard.store.engine import open_engine
from citycard.store.tables import Base
from citycard.web.app import create_app
from tests.support.office import make_office

FOLDER = str(paths.migrations_folder())


@pytest.fixture
def app(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An office whose register is empty: not one table."""
    office = make_office(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    made = create_app(office)
    yield made
    with made.app_context():
        from citycard.web.database import db

        db.engine.dispose()


@pytest.fixture
def engine(database_url: str, app: Flask) -> Iterator[Engine]:
    """The same register, from outside."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


def differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, Base.metadata))


def test_migrations_make_what_the_models_say(app: Flask, engine: Engine) -> None:
    with app.app_context():
        upgrade(directory=FOLDER)

    assert differences(engine) == []


def test_the_comparison_would_see_a_difference(app: Flask, engine: Engine) -> None:
    with app.app_context():
        upgrade(directory=FOLDER)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE cards ADD COLUMN full_name VARCHAR(100)"))

    assert len(differences(engine)) == 1


def test_constraints_are_the_models_own(app: Flask, engine: Engine) -> None:
    """What the comparison passes over: unique constraints and foreign keys, by name and columns."""
    with app.app_context():
        upgrade(directory=FOLDER)
    migrated = {name: constraints(engine, name) for name in Base.metadata.tables}
    with app.app_context():
        downgrade(directory=FOLDER, revision="base")
    Base.metadata.create_all(engine)

    assert migrated == {name: constraints(engine, name) for name in Base.metadata.tables}


def constraints(engine: Engine, table: str) -> dict[str, object]:
    seen = inspect(engine)
    return {
        "primary key": seen.get_pk_constraint(table)["constrained_columns"],
        "unique": sorted((str(each["name"]), each["column_names"]) for each in seen.get_unique_constraints(table)),
        "foreign": sorted(
            (
                str(each["name"]),
                each["constrained_columns"],
                each["referred_table"],
                each["referred_columns"],
                each["options"].get("ondelete", ""),
            )
            for each in seen.get_foreign_keys(table)
        ),
        "indexes": sorted((str(each["name"]), str(each["column_names"])) for each in seen.get_indexes(table)),
        "columns": [(each["name"], str(each["type"]), each["nullable"]) for each in seen.get_columns(table)],
    }


def test_a_downgrade_leaves_no_table(app: Flask, engine: Engine) -> None:
    with app.app_context():
        upgrade(directory=FOLDER)
        downgrade(directory=FOLDER, revision="base")

    assert inspect(engine).get_table_names() == ["alembic_version"]

    with app.app_context():
        upgrade(directory=FOLDER)
    assert differences(engine) == []


def test_upgrading_twice_does_nothing_the_second_time(app: Flask, engine: Engine) -> None:
    with app.app_context():
        upgrade(directory=FOLDER)
        upgrade(directory=FOLDER)

    assert differences(engine) == []
