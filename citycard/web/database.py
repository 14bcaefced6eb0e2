"""One request, one transaction.

1. The tables are those of `citycard.store`, which know nothing of Flask; the engine is opened by the same function that
   the command line uses, so that SQLite has the same pragmas everywhere.
2. GET and HEAD read only: they take no write lock, and a view that tries to write in one fails instead of losing the
   write quietly: what is sent once, such as a PDF, is asked for with POST.
3. The transaction is committed at the edge, when the answer is below 400 and nothing failed; otherwise it is rolled
   back with the session's end. An operation that must commit in the middle says so in its docstring.
4. Where something was forgotten, SQLite's log is emptied after the commit.
"""

from typing import Any, cast

from flask import Flask, Response, g, has_request_context, request
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.orm import ORMExecuteState, Session

from citycard import paths
from citycard.operations.forget import FORGOT
from citycard.store.engine import open_engine, wipe_log
from citycard.store.tables import Base


class WroteWhileReading(RuntimeError):
    """A view that answers GET tried to write; make it a POST."""


class OfficeSession(FlaskSession):
    """A session that opens read-only transactions for requests that only read."""

    def get_bind(self, *args: Any, **options: Any) -> Engine | Connection:
        """The engine of the office, for this kind of request."""
        engine = super().get_bind(*args, **options)
        if reading_only() and isinstance(engine, Engine):
            return engine.execution_options(read_only=True)
        return engine


class Database(SQLAlchemy):
    """Flask-SQLAlchemy over an engine that we open ourselves."""

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        return open_engine(str(options["url"]))


db = Database(metadata=Base.metadata, session_options={"class_": OfficeSession})


def reading_only() -> bool:
    """Whether the present request may not write."""
    return has_request_context() and request.method in ("GET", "HEAD")


def apart() -> Session:
    """A session of its own, outside the request's transaction: for what must stand even if the request fails."""
    return Session(db.engine)


def session() -> Session:
    """The request's session, as the plain kind that operations take."""
    return cast(Session, db.session())


def is_unreachable(error: BaseException) -> bool:
    """Whether `error` says that the database does not answer: it is down, the line is cut, its disk is full or busy."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, OperationalError | InterfaceError | NoneFree)


def init_app(app: Flask) -> None:
    """Connect an application to the database of its office."""
    app.config["SQLALCHEMY_DATABASE_URI"] = app.config["OFFICE"].database_url
    app.config["SQLALCHEMY_RECORD_QUERIES"] = False  # it would keep bound values in memory
    db.init_app(app)
    Migrate(app, db, directory=str(paths.migrations_folder()))
    app.after_request(_commit)


def _commit(response: Response) -> Response:
    # (3)
    if response.status_code < 400 and not g.get("failed") and not reading_only():
        forgot = db.session.info.pop(FORGOT, False)
        db.session.commit()
        # (4)
        if forgot:
            wipe_log(db.engine)
    return response


@event.listens_for(OfficeSession, "before_flush")
def _no_flush_while_reading(session: Session, context: object, instances: object) -> None:
    if reading_only() and (session.new or session.deleted or any(map(session.is_modified, session.dirty))):
        raise WroteWhileReading(request.endpoint)


@event.listens_for(OfficeSession, "do_orm_execute")
def _no_statement_while_reading(state: ORMExecuteState) -> None:
    if reading_only() and (state.is_insert or state.is_update or state.is_delete):
        raise WroteWhileReading(request.endpoint)
