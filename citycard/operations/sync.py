"""Fetching what partner cities publish: on a timer, never because somebody scanned a card.

1. Recognised and suspended partners whose turn has come are asked, one after the other; one that is down does not hold
   up the rest.
2. First the statement, under the root that two people confirmed; it must follow the one held and stand beside the
   others (`judge`). A refused statement leaves the one held in place.
3. Then the status lists, each verified under the city's own key, none older than the one held. A list that is named
   no more is remembered for a while, so that no ended card comes back with it, and not without end.
4. The next turn is `sync_minutes` (15) later, spread by chance, doubling with each failure up to six hours. One that
   lies further ahead was set by a clock that was wrong, and has come.

Requests are made between transactions, so that a slow partner never holds the database's write lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from citycard.core.errors import CitycardError
from citycard.operations import recognise
from citycard.operations.enrol import Desk
from citycard.partners import client
from citycard.partners.lists import FetchedList, Held, fetch_lists
from citycard.partners.statement import MAX_LISTS, Statement, to_issuer
from citycard.store.partners import Partner, PartnerList, PartnerState

LONGEST = timedelta(hours=6)
"""After a night of failures still four attempts a day."""

EARLIEST, LATEST = 0.8, 1.2
"""How chance spreads the turns, so that a thousand cities do not ask one at the same second."""


@dataclass(frozen=True)
class Synced:
    """What came of asking one partner; `error` is a code, or None."""

    issuer: str
    error: str | None


@dataclass(frozen=True)
class _Task:
    """What is known of a partner before asking, read in a transaction that is over when we ask."""

    id: int
    issuer: str
    source: str
    fingerprint: str
    root: bytes
    statement: Statement | None
    held: dict[str, Held]


def run(engine: Engine, desk: Desk, *, everyone: bool = False) -> Sequence[Synced]:
    """Ask every partner whose turn has come (`everyone`: all of them), committing after each."""
    # (1)
    with Session(engine) as session:
        query = select(Partner).where(Partner.state.in_([PartnerState.RECOGNISED, PartnerState.SUSPENDED]))
        if not everyone:
            # (4)
            turn = Partner.next_attempt
            query = query.where(or_(turn.is_(None), turn <= desk.now, turn > desk.now + LONGEST * LATEST))
        tasks = [_task(partner, desk) for partner in session.scalars(query.order_by(Partner.id))]
    return [_ask_apart(engine, desk, task) for task in tasks]


def _task(partner: Partner, desk: Desk) -> _Task:
    return _Task(
        id=partner.id,
        issuer=partner.issuer,
        source=partner.source,
        fingerprint=partner.root_fingerprint,
        root=partner.trusted_root,
        statement=recognise.statement_of(partner, desk.office),
        held={row.uri: Held(row.token, row.etag) for row in partner.lists},
    )


def _ask_apart(engine: Engine, desk: Desk, task: _Task) -> Synced:
    """Ask one partner; whatever goes wrong beyond a refusal (a full disk, an answer no column holds) stays with it."""
    try:
        return _ask(engine, desk, task)
    except (OSError, SQLAlchemyError):
        with Session(engine) as session:
            partner = session.get(Partner, task.id, with_for_update=True)
            if partner is not None:
                _schedule(partner, "not-kept", every=timedelta(minutes=desk.office.settings.sync_minutes), desk=desk)
            session.commit()
        return Synced(task.issuer, "not-kept")


def _ask(engine: Engine, desk: Desk, task: _Task) -> Synced:
    fetched: client.Fetched | None = None
    statement = task.statement
    lists: tuple[FetchedList, ...] = ()
    error: str | None = None
    try:
        source = recognise.open_source(task.source, desk.office)
        # (2)
        try:
            fetched = client.fetch_statement(
                state_folder=recognise.state_folder(desk.office, task.fingerprint),
                root=task.root,
                fetcher=source,
                allow_demo=desk.office.settings.demo,
            )
        except CitycardError as refused:
            error = refused.code
        if fetched is not None:
            error = _believe(engine, desk, task, fetched)
        if fetched is not None and error is None:
            statement = fetched.statement
        # (3) Also when the statement could not be had: the keys held still tell whose list it is.
        # A fetcher has so much time in all: the lists get one of their own, or a slow walk would starve them.
        if statement is not None:
            source = recognise.open_source(task.source, desk.office)
            lists = fetch_lists(to_issuer(statement), source, held=task.held, now=desk.now)
            error = error or next((each.error for each in lists if each.error), None)
    except CitycardError as refused:
        error = refused.code
    with Session(engine) as session:
        partner = session.get(Partner, task.id, with_for_update=True)
        if partner is None or partner.root_fingerprint != task.fingerprint:
            return Synced(task.issuer, "no-partner")
        for each in lists:
            _keep(session, partner, each, desk.now)
        if statement is not None:
            _forget(session, partner, statement)
        _schedule(partner, error, every=timedelta(minutes=desk.office.settings.sync_minutes), desk=desk)
        session.commit()
    return Synced(task.issuer, error)


def _believe(engine: Engine, desk: Desk, task: _Task, fetched: client.Fetched) -> str | None:
    """Store the fetched statement if it may be believed beside the others; return the code of what forbids it."""
    with Session(engine) as session:
        recognise.hold_all(session)
        partner = session.get(Partner, task.id)
        if partner is None or partner.statement == fetched.document:
            return None
        if partner.root_fingerprint != task.fingerprint:
            return "moved-on"  # proposed anew under another root while we asked
        try:
            recognise.judge(session, desk, fetched.statement, expected=task.issuer, previous=task.statement)
        except CitycardError as refused:
            return refused.code
        partner.statement = partner.believed = fetched.document
        session.commit()
        return None


def _keep(session: Session, partner: Partner, each: FetchedList, now: datetime) -> None:
    row = session.get(PartnerList, each.uri)
    if each.fresh is not None:
        if row is None:
            row = PartnerList(uri=each.uri, partner_id=partner.id, token=each.fresh.token, fetched_at=now)
            session.add(row)
        row.token, row.etag, row.fetched_at = each.fresh.token, each.fresh.etag, now
    elif each.unchanged and row is not None:
        row.fetched_at = now


def _forget(session: Session, partner: Partner, statement: Statement) -> None:
    """Remove lists that the city names no more, but for the last few (3): a city could name new ones at every turn."""
    unnamed = [row for row in partner.lists if row.uri not in statement.status_lists]
    for row in sorted(unnamed, key=lambda row: row.fetched_at, reverse=True)[MAX_LISTS:]:
        session.delete(row)


def _schedule(partner: Partner, error: str | None, *, every: timedelta, desk: Desk) -> None:
    """Say when the partner is asked again (4)."""
    if error is None:
        partner.last_success, partner.failures, partner.last_error = desk.now, 0, None
    else:
        partner.failures, partner.last_error = partner.failures + 1, error[:60]
    pause = min(every * 2 ** min(partner.failures, 10), LONGEST)
    jitter = EARLIEST + (LATEST - EARLIEST) * desk.chance(1)[0] / 255
    partner.next_attempt = desk.now + pause * jitter
