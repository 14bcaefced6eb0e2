"""A town hall without a web server: an office folder, a register, a cast, and a clock that the test moves.

    hall = TownHall(make_office(tmp_path))
    ticket = hall.enrol(full_name="Léonie Marchevert")
    hall.submit(ticket)
    hall.approve(ticket)
    card = hall.issue(ticket)
    hall.print(ticket)
    hall.hand_over(ticket)
    assert hall.check(card.full_code).verdict is Verdict.OK

1. Each verb is what a page would be: a session of its own, one operation, a commit at the end, and SQLite's log emptied
   when somebody was forgotten. What an operation refuses is raised, and nothing of it stays.
2. People are called by their names. Amel enrols, Bruno approves; Chloe administers, Dario keeps keys, Esra audits.
3. The clock stands still until a test moves it. Chance is the system's, or comes from a seed.
"""

from __future__ import annotations

import io
import os
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from citycard.core.number import Chance
from citycard.keystore.ring import KeyRing, load_ring
from citycard.keystore.vault import Vault
from citycard.operations import approve, enrol, hand_over, issue, retention, status_lists
from citycard.operations.check import Checker, Outcome
from citycard.operations.counting import ScanCounters
from citycard.operations.enrol import Desk
from citycard.operations.enrolment_file import EnrolmentFile
from citycard.operations.forget import FORGOT
from citycard.operations.portrait import Portrait, make_portrait
from citycard.operations.retention import Swept
from citycard.settings import Office
from citycard.store.cards import Card, CardState
from citycard.store.engine import open_engine, wipe_log
from citycard.store.enrolments import Enrolment, EnrolmentState
from citycard.store.staff import Role, Staff

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday, ten in the morning in Port-Sable."""

CAST = {
    "Amel": (Role.CLERK,),
    "Anouk": (Role.CLERK,),
    "Bruno": (Role.SUPERVISOR,),
    "Chloe": (Role.ADMINISTRATOR,),
    "Dario": (Role.KEY_CUSTODIAN,),
    "Esra": (Role.AUDITOR,),
}
"""Who works in every town hall. Amel and Anouk are clerks, Bruno approves."""

NO_PASSWORD = "*"
"""No hash at all, so no password fits; signing in has its own tests."""


class Clock:
    """The clock of a town hall."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def pass_by(self, **time: float) -> None:
        """Let time pass: `pass_by(minutes=30)`."""
        self.now += timedelta(**time)


@dataclass(frozen=True)
class Issued:
    """What a holder goes home with."""

    number: str
    full_code: str
    light_code: str


class TownHall:
    """An office at work; verbs as in the module's docstring."""

    def __init__(
        self,
        office: Office,
        *,
        database_url: str | None = None,
        now: datetime = MONDAY,
        seed: int | None = None,
    ) -> None:
        self.office = office
        self.url = database_url or office.database_url
        self.engine: Engine = open_engine(self.url)
        self.clock = Clock(now)
        self.chance: Chance = os.urandom if seed is None else chance_from(seed)
        self.counters = ScanCounters()
        self.checker = Checker(office, self.counters)
        with Session(self.engine) as session:
            # They are there already when a second town hall opens the register: another process of the same office.
            known = set(session.scalars(select(Staff.name)))
            for name, roles in CAST.items():
                if name not in known:
                    session.add(Staff(name=name, password_hash=NO_PASSWORD, roles=",".join(roles)))
            session.commit()

    def close(self) -> None:
        """Let go of the register."""
        self.engine.dispose()

    @cached_property
    def vault(self) -> Vault:
        """The office's vault, as every worker opens it."""
        return Vault(self.office.secrets / "day-keys", chance=self.chance)

    @property
    def ring(self) -> KeyRing:
        """The office's keys, read anew."""
        return load_ring(self.office)

    @property
    def now(self) -> datetime:
        """What the clock shows."""
        return self.clock.now

    def desk(self, **changes: Any) -> Desk:
        """Return what operations take."""
        return replace(Desk(office=self.office, vault=self.vault, now=self.now, chance=self.chance), **changes)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that commits at the end, as the edge does (1)."""
        with Session(self.engine) as session:
            yield session
            forgot = session.info.pop(FORGOT, False)
            session.commit()
        if forgot:
            wipe_log(self.engine)

    @contextmanager
    def case(self, ticket: str, by: str) -> Iterator[tuple[Session, Enrolment, Staff]]:
        """A session with the enrolment of this ticket and the member of staff of this name."""
        with self.session() as session:
            yield session, enrol.find(session, ticket), self.staff(session, by)

    def staff(self, session: Session, name: str) -> Staff:
        """Return the member of staff of this name."""
        return session.scalars(select(Staff).where(Staff.name == name)).one()

    # --- the counter --------------------------------------------------------------------------------------

    def open(self, *, by: str = "Amel") -> str:
        """Open an empty draft and return its ticket."""
        with self.session() as session:
            row = enrol.open_enrolment(
                session, self.desk(), by=self.staff(session, by), request_token=self.chance(16).hex()
            )
            return row.ticket

    def enrol(self, *, by: str = "Amel", **typed: Any) -> str:
        """Open a draft with all that is needed for a card, but for `typed`, and return its ticket."""
        ticket = self.open(by=by)
        self.type(ticket, **{**complete_file(), **typed})
        return ticket

    def type(self, ticket: str, **typed: Any) -> None:
        """Change what stands in the file."""
        with self.session() as session:
            row = enrol.find(session, ticket)
            enrol.save(session, self.desk(), row, enrol.read(row, self.desk()).changed(**typed))

    def submit(self, ticket: str, *, by: str = "Amel") -> None:
        """Hand the enrolment to a second person."""
        with self.case(ticket, by) as (session, row, staff):
            enrol.submit(session, self.desk(), row, by=staff)

    def approve(self, ticket: str, *, by: str = "Bruno", seen: bytes | None = None) -> None:
        """Approve what stands there now, or what was `seen`."""
        with self.case(ticket, by) as (session, row, staff):
            seen = seen or enrol.content_digest(row, enrol.read(row, self.desk()), self.desk())
            approve.approve(session, self.desk(), row, by=staff, seen=seen)

    def send_back(self, ticket: str, *, by: str = "Bruno") -> None:
        """Return it to the clerk."""
        with self.case(ticket, by) as (session, row, staff):
            approve.send_back(session, self.desk(), row, by=staff)

    def issue(self, ticket: str, *, by: str = "Amel", ring: KeyRing | None = None) -> Issued:
        """Sign the codes."""
        with self.case(ticket, by) as (session, row, staff):
            card = issue.issue(session, self.desk(), row, ring=ring or self.ring, by=staff)
            file = enrol.read(row, self.desk())
            return Issued(card.number, file.full_code, file.light_code)

    def print(self, ticket: str, *, by: str = "Amel") -> None:
        """Send the card to the printer, and the slip."""
        with self.case(ticket, by) as (session, row, staff):
            hand_over.mark_printed(session, self.desk(), row, by=staff)
            hand_over.mark_slip(session, self.desk(), row)

    def print_failed(self, ticket: str, *, by: str = "Amel") -> None:
        """The printer ate it."""
        with self.case(ticket, by) as (session, row, staff):
            hand_over.print_failed(session, self.desk(), row, by=staff)

    def hand_over(self, ticket: str, *, by: str = "Amel") -> None:
        """Give it to its holder, and forget."""
        with self.case(ticket, by) as (session, row, staff):
            hand_over.hand_over(session, self.desk(), row, by=staff)

    def abandon(self, ticket: str, *, by: str = "Amel") -> None:
        """Forget an enrolment that ends in no card."""
        with self.session() as session:
            hand_over.abandon(session, self.desk(), enrol.find(session, ticket), by=by)

    # --- shortcuts ----------------------------------------------------------------------------------------

    def approved(self, **typed: Any) -> str:
        """Bring a new enrolment as far as its approval and return its ticket."""
        ticket = self.enrol(**typed)
        self.submit(ticket)
        self.approve(ticket)
        return ticket

    def card(self, **typed: Any) -> Issued:
        """Make a card, hand it over, forget its file, publish the lists; return what the holder has."""
        ticket = self.approved(**typed)
        issued = self.issue(ticket)
        self.print(ticket)
        self.hand_over(ticket)
        self.publish_lists()
        return issued

    # --- what runs by the clock ---------------------------------------------------------------------------

    def publish_lists(self) -> int:
        """Sign what is due."""
        with self.session() as session:
            return status_lists.sign_due(session, self.ring, now=self.now)

    def sweep(self) -> Swept:
        """Run retention once."""
        return retention.run(self.engine, self.desk())

    # --- looking ------------------------------------------------------------------------------------------

    def check(self, text: str, *, service: str = "library") -> Outcome:
        """Check a card at the library."""
        with self.session() as session:
            return self.checker.check(session, text, service=service, now=self.now)

    def file(self, ticket: str) -> EnrolmentFile:
        """Return what is known of the person."""
        with self.session() as session:
            return enrol.read(enrol.find(session, ticket), self.desk())

    def row(self, ticket: str) -> Enrolment:
        """Return the row of an enrolment, detached."""
        with Session(self.engine) as session:
            row = enrol.find(session, ticket)
            session.expunge(row)
            return row

    def state(self, ticket: str) -> EnrolmentState:
        """Return where an enrolment stands."""
        return EnrolmentState(self.row(ticket).state)

    def cards(self) -> dict[str, CardState]:
        """Return the state of every card, by number."""
        with Session(self.engine) as session:
            return {row.number: CardState(row.state) for row in session.scalars(select(Card))}


def chance_from(seed: int) -> Chance:
    """Return chance that is the same in every run; threads may share it."""
    source, lock = random.Random(seed), threading.Lock()

    def chance(count: int) -> bytes:
        with lock:
            return source.randbytes(count)

    return chance


@cache
def drawn_face(width: int = 360, height: int = 480, kind: str = "JPEG") -> bytes:
    """Return a small picture file with a drawn face: left half of the shirt red, right half blue."""
    picture = Image.new("RGB", (width, height), "#d9e2e8")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, height * 3 // 4, width // 2, height), fill="#b3202c")
    pen.rectangle((width // 2, height * 3 // 4, width, height), fill="#1f4f9c")
    pen.ellipse((width // 4, height // 6, width * 3 // 4, height * 3 // 4), fill="#a9714b")
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


@cache
def drawn_portrait() -> Portrait:
    """Return the two pictures made of `drawn_face`."""
    return make_portrait(drawn_face())


def complete_file() -> dict[str, Any]:
    """Return all that a card needs, of an invented resident."""
    portrait = drawn_portrait()
    return {
        "full_name": "Léonie Marchevert",
        "birth_known": "full",
        "date_of_birth": "19910423",
        "portrait": portrait.to_print,
        "portrait_small": portrait.for_code,
        "portrait_in_code": "yes",
        "identity_checked": True,
        "residence_checked": True,
        "rule_set": "port-sable-1",
        "birth_date_seen": True,
        "address_as": "full",
    }
