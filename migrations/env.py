"""How Alembic reaches the register: through the application that Flask-Migrate was given, in one transaction."""

from alembic import context
from flask import current_app

from citycard.store.tables import Base


def run() -> None:
    """Run the migrations over the office's own connection, which already knows SQLite's rules."""
    with current_app.extensions["migrate"].db.engine.connect() as connection:
        # SQLite cannot alter most things: Alembic copies the table instead ("batch"), in the same transaction.
        context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


if context.is_offline_mode():
    raise SystemExit("citycard writes no SQL files: migrations need the database at hand")
run()
