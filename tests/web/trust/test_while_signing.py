"""Readers who ask while a list is being signed: each gets one whole list, the old or the new one.

A real office under gunicorn serves, on each kind of database; the lists are signed beside it as fast as that goes, and
each time they say something else.
"""

from __future__ import annotations

import hashlib
import http.client
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from citycard.core.status import read_status_list
from citycard.core.status_jwt import read_status_list_jwt
from citycard.core.trust import Issuer
from citycard.keystore.ring import load_ring
from citycard.operations import publish, status_lists
from citycard.operations.status_lists import Form
from citycard.settings import Office
from citycard.store.cards import Card, CardState, StatusListRow
from citycard.store.engine import open_engine
from tests.support.office import make_office
from tests.support.servers import StartOffice

ROUNDS = 25
LONGEST = 20 * ROUNDS
"""Signings until the readers must have seen something: on a busy machine they are slow, and it is quick."""

CARDS_A_ROUND = 200
READERS = 6


@dataclass
class Press:
    """Signs list 1 again and again; remembers what it said each time, before anybody can have read it."""

    office: Office
    engine: Engine
    now: datetime
    """When the test began. The server has the system's clock, so the office was founded just then and signs nothing."""
    made: defaultdict[Form, set[bytes]] = field(default_factory=lambda: defaultdict(set))

    @property
    def issuer(self) -> Issuer:
        return load_ring(self.office).issuer(publish.announced(self.office))

    def remember(self, row: StatusListRow) -> None:
        self.made[Form.CWT].add(row.token or b"")
        self.made[Form.JWT].add(row.jwt or b"")

    def begin(self) -> None:
        with Session(self.engine) as session:
            self.remember(session.get_one(StatusListRow, 1))

    def sign(self, turn: int) -> None:
        ring = load_ring(self.office)
        with Session(self.engine) as session:
            first = turn * CARDS_A_ROUND
            session.execute(insert(Card), [ended(no, self.now) for no in range(first, first + CARDS_A_ROUND)])
            row = session.get_one(StatusListRow, 1)
            row.dirty = True
            session.flush()
            assert status_lists.sign_due(session, ring, now=self.now + timedelta(seconds=turn)) == 1
            self.remember(row)
            session.commit()


def ended(no: int, now: datetime) -> dict[str, object]:
    """A card that ended, at a place of its own that is far from its neighbours'."""
    return {
        "number": f"{no:016X}",
        "list_no": 1,
        "list_index": no * 7919 % (1 << 17),
        "kid": "0" * 16,
        "issued_on": now.date(),
        "expires_on": now.date(),
        "state": CardState.ENDED,
    }


@dataclass
class Reader(threading.Thread):
    """Asks for both forms in turn, over one connection, until told to stop."""

    port: int
    stop: threading.Event
    seen: list[tuple[Form, bytes, str]] = field(default_factory=list)
    failure: Exception | None = None

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            etags: dict[Form, str] = {}
            while not self.stop.is_set():
                for form in Form:
                    asked = {"Accept": form.value} | ({"If-None-Match": etags[form]} if form in etags else {})
                    connection.request("GET", "/status/1", headers=asked)
                    answer = connection.getresponse()
                    body, etag = answer.read(), answer.headers["ETag"]
                    if answer.status == 304:
                        assert etag == etags[form]
                        continue
                    assert answer.status == 200
                    assert answer.headers["Content-Type"] == form.value
                    etags[form] = etag
                    self.seen.append((form, body, etag))
            connection.close()
        except Exception as error:
            self.failure = error


def this_second() -> datetime:
    """The moment from which an office of this minute is."""
    return datetime.now(UTC).replace(microsecond=0)


@contextmanager
def reading(port: int) -> Iterator[list[Reader]]:
    stop = threading.Event()
    readers = [Reader(port, stop) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    try:
        yield readers
    finally:
        stop.set()
        for reader in readers:
            reader.join(timeout=60)


def bodies_of(form: Form, readers: list[Reader]) -> set[bytes]:
    """The different lists that they have seen in this form."""
    return {body for reader in readers for which, body, _ in list(reader.seen) if which is form}


@pytest.mark.slow
def test_a_reader_gets_the_old_list_or_the_new_one_whole(
    tmp_path: Path, database_url: str, start_office: StartOffice
) -> None:
    url = None if database_url.startswith("sqlite") else database_url
    now = this_second()
    office = make_office(tmp_path, database_url=url, now=now)
    press = Press(office, open_engine(url or office.database_url), now)
    press.begin()
    server = start_office(office.folder, env={"DATABASE_URL": url} if url else {})

    with reading(server.port) as readers:
        for turn in range(LONGEST):
            press.sign(turn)
            if turn >= ROUNDS and all(len(bodies_of(form, readers)) > ROUNDS / 4 for form in Form):
                break
    press.engine.dispose()

    assert [reader.failure for reader in readers] == [None] * READERS
    seen = {each for reader in readers for each in reader.seen}
    for form, body, etag in seen:
        assert body in press.made[form], "a list that was never signed"
        assert etag == f'"{hashlib.sha256(body).hexdigest()}"'
    # They did read in the midst of it, and every list they got can be believed.
    for form, read in ((Form.CWT, read_status_list), (Form.JWT, read_status_list_jwt)):
        bodies = bodies_of(form, readers)
        assert len(bodies) > ROUNDS / 4, f"only {len(bodies)} lists were seen"
        for body in bodies:
            assert read(body, issuer=press.issuer, uri=press.issuer.status_lists[0], now=now).size == 1 << 17


@pytest.mark.slow
def test_a_static_copy_is_always_whole_while_it_is_written_anew(tmp_path: Path) -> None:
    """Whoever serves the folder of `citycard publish` with a plain web server reads each file at any moment."""
    now = this_second()
    office = make_office(tmp_path, now=now)
    press = Press(office, open_engine(office.database_url), now)
    press.begin()
    folder, done = tmp_path / "out", threading.Event()
    with Session(press.engine) as session:
        publish.export(session, office, folder)
    seen: dict[Form, set[bytes]] = {form: set() for form in Form}

    def read() -> None:
        while not done.is_set():
            seen[Form.CWT].add((folder / "status" / "1").read_bytes())
            seen[Form.JWT].add((folder / "status" / "1.jwt").read_bytes())

    readers = [threading.Thread(target=read, daemon=True) for _ in range(2)]
    for reader in readers:
        reader.start()
    for turn in range(LONGEST):
        press.sign(turn)
        with Session(press.engine) as session:
            publish.export(session, office, folder)
        if turn >= 10 and all(len(seen[form]) > 1 for form in Form):
            break
    done.set()
    for reader in readers:
        reader.join(timeout=60)
    press.engine.dispose()

    for form in Form:
        assert len(seen[form]) > 1
        assert seen[form] <= press.made[form]
    assert [path.name for path in (folder / "status").iterdir() if path.name.startswith(".")] == []


def test_both_forms_of_a_row_are_signed_in_one_moment(tmp_path: Path) -> None:
    """Whoever reads CWT and whoever reads JWT know the same at the same time."""
    now = this_second()
    office = make_office(tmp_path, now=now)
    press = Press(office, open_engine(office.database_url), now)
    for turn in range(3):
        press.sign(turn)
        with Session(press.engine) as session:
            token, jwt = session.execute(
                select(StatusListRow.token, StatusListRow.jwt).where(StatusListRow.no == 1)
            ).one()
        known = {"issuer": press.issuer, "uri": press.issuer.status_lists[0], "now": now}
        assert read_status_list(token, **known) == read_status_list_jwt(jwt, **known)
    press.engine.dispose()
