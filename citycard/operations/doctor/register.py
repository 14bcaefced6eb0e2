"""The register: that it answers, has today's tables, and that what the service does by the clock was done.

1. It can be reached. A register that is a file is not made by asking.
2. Its tables are those of this version.
3. Lists of ended cards were signed within the hour, and have room.
4. Nothing waits to be forgotten whose clock ran out an hour ago.
5. Each partner was heard within two days; after two weeks a third is left until desks cannot decide.
6. The clock is not earlier than when a list was last signed. A clock that is late makes cards good for longer.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from citycard import paths
from citycard.operations import places
from citycard.operations.doctor.finding import Finding, Level, fine
from citycard.operations.status_lists import RESIGN_AFTER
from citycard.store.cards import StatusListRow
from citycard.store.enrolments import Enrolment
from citycard.store.partners import Partner, PartnerState

SLACK = timedelta(minutes=5)
"""What a turn of the service, or two clocks, may differ by."""
FORGET_WITHIN = timedelta(hours=1)
PARTNER_LATE = timedelta(days=2)
PARTNER_SILENT = timedelta(days=14)
"""A week before a list is as old as desks ever take (21 days)."""


def findings(engine: Engine, *, now: datetime) -> Iterator[Finding]:
    """Yield what is wrong with the register (1 to 6)."""
    # (1)
    problem = _why_not(engine)
    if problem:
        yield Finding(
            "register-unreachable",
            Level.NOW,
            f"The register does not answer ({problem}).",
            "Cards stay good and can be checked; none can be issued or ended.",
            "Look whether the database runs and DATABASE_URL is right; a file that is gone comes from the backup.",
        )
        return
    # (2)
    if not _is_current(engine):
        yield Finding(
            "register-behind",
            Level.NOW,
            "The tables of the register are not those of this version.",
            "Pages fail where they meet a table that is not there.",
            "Make a backup, bring the tables up to date, and restart the service.",
            ("citycard db upgrade",),
        )
    try:
        with Session(engine) as session:
            found = [*_lists(session, now), *_forgetting(session, now), *_partners(session, now)]
    except SQLAlchemyError:
        return  # tables that are not there: said above
    yield from found
    if not found:
        yield fine("register", "The register answers; lists are signed, the due is forgotten, partners were heard.")


def _why_not(engine: Engine) -> str:
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    if file and not Path(file).is_file():
        return "its file is missing"
    try:
        with engine.connect():
            return ""
    except (SQLAlchemyError, OSError) as error:
        return type(error).__name__


def _is_current(engine: Engine) -> bool:
    wanted = set(ScriptDirectory(str(paths.migrations_folder())).get_heads())
    with engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == wanted


def _lists(session: Session, now: datetime) -> Iterator[Finding]:
    # (3)
    signed = list(session.scalars(select(StatusListRow.signed_at)))
    if not signed:
        yield Finding(
            "no-lists",
            Level.NOW,
            "The register has no list of ended cards.",
            "Every card has a place in one; none can be issued.",
            "Was the register replaced? Take it from the backup.",
        )
        return
    if any(at is None or now - at > RESIGN_AFTER + SLACK for at in signed):
        yield Finding(
            "lists-unsigned",
            Level.NOW,
            "The lists of ended cards were not signed for more than an hour.",
            "A card that was ended meanwhile still counts as good elsewhere. After 21 days desks cannot decide.",
            "Look whether the service runs, what its log says, and whether a status key is active. A clock that runs "
            "ahead looks the same.",
            ("citycard run", "citycard keys list"),
        )
    # (6)
    if any(at is not None and at > now + SLACK for at in signed):
        yield Finding(
            "clock-behind",
            Level.NOW,
            "The clock of this machine is earlier than when a list was last signed.",
            "With a clock that is late, cards count as good after their last day; one that was early signed lists "
            "that others refuse.",
            "Let the machine set its clock by the network.",
            ("timedatectl set-ntp true",),
        )
    if places.scarce(places.usage(session)):
        yield Finding(
            "lists-scarce",
            Level.SOON,
            "The lists of ended cards are nearly half full.",
            "Cards go on being issued; but places are drawn at random, and need room.",
            "Bring the offline folder to its place, type this, and bring it back to its safe.",
            ("citycard lists add",),
        )


def _forgetting(session: Session, now: datetime) -> Iterator[Finding]:
    # (4)
    if session.scalars(select(Enrolment.id).where(Enrolment.deadline < now - FORGET_WITHIN).limit(1)).first():
        yield Finding(
            "forgetting-late",
            Level.NOW,
            "An enrolment whose time is over was not forgotten.",
            "What should be gone can still be read here, and demanded.",
            "Run it now; then look whether the service runs, and what its log says.",
            ("citycard retention run",),
        )


def _partners(session: Session, now: datetime) -> Iterator[Finding]:
    # (5)
    query = select(Partner).where(Partner.state.in_([PartnerState.RECOGNISED, PartnerState.SUSPENDED]))
    for partner in session.scalars(query.order_by(Partner.issuer)):
        silent = None if partner.last_success is None else now - partner.last_success
        if silent is None or silent > PARTNER_LATE:
            yield Finding(
                "partner-silent",
                Level.NOW if silent is None or silent > PARTNER_SILENT else Level.SOON,
                f"{partner.issuer} was "
                + ("never heard" if silent is None else f"last heard {silent.days} days ago")
                + (f" (last answer: {partner.last_error})." if partner.last_error else "."),
                "Which of its cards ended is not known here; after 21 days desks cannot decide about any of them.",
                "Ask once more; then ask the other city whether its server answers.",
                ("citycard partners sync",),
                about=partner.issuer,
            )
