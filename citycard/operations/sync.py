"""Fetching what partner cities publish: on a timer, never because somebody scanned a card.

1. Recognised and suspended partners whose turn has come are asked, one after the other; one that is down does not hold
   up the rest.
2. First the statement, under the root that two people confirmed; it must follow the one held and stand beside the
   others (`judge`). A refused statement leaves the one held in place.
   What the city marked as compromised counts at once, also where its statement is refused: a mark only ends, and it
   stays when the next list of marks no longer has it (`partners.marks`).
3. Then the status lists, each verified under the city's own key, none older than the one held. A list that is named
   no more is remembered for a while, so that no ended card comes back with it, and not without end.
4. The next turn is `sync_minutes` (15) later, spread by chance, doubling with each failure up to six hours. One that
   lies further ahead was set by a clock that was wrong, and has come.
5. When the city is not there, others who recognise it are asked for the same signed files (`relay`). That the city
   itself did not answer is still said, and still makes us ask it less often.

Requests are made between transactions, so that a slow partner never holds the database's write lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Engine, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from citycard.core.errors import CitycardError
from citycard.operations import leases, recognise, relay
from citycard.operations.enrol import Desk
from citycard.partners import chain, client
from citycard.partners.fetcher import Limits
from citycard.partners.lists import FetchedList, Held, fetch_lists
from citycard.partners.marks import Marks, marked, pack, together
from citycard.partners.statement import MAX_LISTS, Statement, to_issuer
from citycard.store.partners import Partner, PartnerList, PartnerState

LONGEST = timedelta(hours=6)
"""After a night of failures still four attempts a day."""

FLOOR = timedelta(minutes=1)
"""A button that asks now is pressed twice; the other city hears of it once."""

EARLIEST, LATEST = 0.8, 1.2
"""How chance spreads the turns, so that a thousand cities do not ask one at the same second."""


@dataclass(frozen=True)
class Synced:
    """What came of asking one partner; `error` is a code, or None."""

    issuer: str
    error: str | None
    relayed: bool = False
    """Whether another partner gave all of it, where the city itself could not be asked."""


@dataclass(frozen=True)
class _Task:
    """What is known of a partner before asking, read in a transaction that is over when we ask."""

    id: int
    issuer: str
    source: str
    fingerprint: str
    root: bytes
    statement: Statement | None
    marks: Marks
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


def may_ask_now(session: Session, desk: Desk, partner: Partner) -> bool:
    """Return whether somebody may ask this city out of turn; each time is the last one for `FLOOR`, whoever asked."""
    holder = desk.chance(16).hex()
    return leases.take(session, f"ask-partner-{partner.id}", holder=holder, now=desk.now, length=FLOOR)


def next_turn(partner: Partner, desk: Desk) -> datetime:
    """Return when the city is asked next by itself (4)."""
    turn = partner.next_attempt
    return desk.now if turn is None or turn < desk.now or turn > desk.now + LONGEST * LATEST else turn


def _task(partner: Partner, desk: Desk) -> _Task:
    return _Task(
        id=partner.id,
        issuer=partner.issuer,
        source=partner.source,
        fingerprint=partner.root_fingerprint,
        root=partner.trusted_root,
        statement=recognise.said_by(partner, desk.office),
        marks=recognise.marks_of(partner),
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


@dataclass(frozen=True)
class _Answer:
    """What one source gave, verified; `error` is what kept it from being all."""

    error: str | None
    statement: Statement | None
    lists: tuple[FetchedList, ...] = ()


def _ask(engine: Engine, desk: Desk, task: _Task) -> Synced:
    answers = [_ask_at(engine, desk, task, task.source)]
    error = answers[0].error
    relayed = False
    # (5)
    if error in relay.INSTEAD:
        with Session(engine) as session:
            others = relay.others(session, desk.office, task.id, chance=desk.chance)
        for other in others:
            answers.append(_ask_at(engine, desk, task, other, limits=relay.LIMITS))
            relayed = answers[-1].error is None
            if relayed:
                break
    with Session(engine) as session:
        partner = session.get(Partner, task.id, with_for_update=True)
        if partner is None or partner.root_fingerprint != task.fingerprint:
            return Synced(task.issuer, "no-partner")
        for answer in answers:
            for each in answer.lists:
                _keep(session, partner, each, desk.now)
        if (statement := answers[-1].statement) is not None:
            _forget(session, partner, statement)
        partner.relayed = relayed
        _schedule(partner, error, every=timedelta(minutes=desk.office.settings.sync_minutes), desk=desk)
        session.commit()
    return Synced(task.issuer, error, relayed=relayed)


def _ask_at(engine: Engine, desk: Desk, task: _Task, place: str, *, limits: Limits | None = None) -> _Answer:
    """Ask for the partner's files at one place, its own or another city's."""
    fetched: client.Fetched | None = None
    statement, marks = task.statement, task.marks
    lists: tuple[FetchedList, ...] = ()
    error: str | None = None
    try:
        source = recognise.open_source(place, desk.office, limits=limits)
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
            error, marks = _believe(engine, desk, task, fetched)
        if fetched is not None and error is None:
            statement = fetched.statement
        # (3) Also when the statement could not be had: the keys held still tell whose list it is.
        # A fetcher has so much time in all: the lists get one of their own, or a slow walk would starve them.
        if statement is not None:
            source = recognise.open_source(place, desk.office, limits=limits)
            # An ETag is between us and the city's own server: what another one calls unchanged may be anything.
            held = task.held if place == task.source else {uri: Held(each.token) for uri, each in task.held.items()}
            lists = fetch_lists(to_issuer(marked(statement, marks)), source, held=held, now=desk.now)
            if place != task.source:
                lists = tuple(_without_etag(each) for each in lists)
            error = error or next((each.error for each in lists if each.error), None)
    except CitycardError as refused:
        error = refused.code
    return _Answer(error, statement, lists)


def _without_etag(fetched: FetchedList) -> FetchedList:
    return replace(fetched, fresh=Held(fetched.fresh.token)) if fetched.fresh is not None else fetched


def _believe(engine: Engine, desk: Desk, task: _Task, fetched: client.Fetched) -> tuple[str | None, Marks]:
    """Store the marks, and the statement if it may be believed beside the others; return the code of what forbids it,
    and all marks."""
    with Session(engine) as session:
        recognise.hold_all(session)
        partner = session.get(Partner, task.id)
        if partner is None:
            return None, task.marks
        if partner.root_fingerprint != task.fingerprint:
            return "moved-on", task.marks  # proposed anew under another root while we asked
        held = [statement for statement in (task.statement, fetched.statement) if statement is not None]
        try:
            marks = together(recognise.marks_of(partner), fetched.marks, *held)
        except CitycardError as refused:
            return refused.code, task.marks
        partner.compromised = pack(marks)
        error = None
        if partner.statement != fetched.document:
            try:
                recognise.judge(session, desk, fetched.statement, expected=task.issuer, previous=task.statement)
                partner.statement = partner.believed = fetched.document
            except CitycardError as refused:
                error = refused.code
        if error is None:
            partner.chain = chain.pack(fetched.roots, fetched.targets)
        session.commit()
        return error, marks


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
