"""The drill: a card key is stolen at night, and everybody hears of it without anybody opening the safe.

Two real offices. Rivemont's key is stolen; its offline folder lies in the safe. Port-Sable recognises Rivemont and asks
over HTTP; one of Port-Sable's desks works without a network, by the bundle that it fetched. Timed is, from the moment
at which somebody presses the return key after `citycard keys compromise`:

1. Rivemont's own counter: a worker that runs already refuses the card.
2. Port-Sable's counter: it asks Rivemont at its turn, which comes every quarter of an hour, and refuses the card.
3. Port-Sable's desk without a network: it fetches its next bundle, and refuses the card.

What is printed is the work of machines. Beside (2) and (3) stands how long the turn can take to come.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.core.errors import CardRefused
from citycard.core.verdicts import Verdict
from citycard.core.verify import verify
from citycard.keystore.ring import Purpose
from citycard.operations import recognise, sync
from citycard.operations.desk_bundle import Bundles, device_fingerprint
from citycard.partners import repository
from citycard.partners.desk_bundle import read_bundle
from citycard.partners.fingerprint import Fingerprint
from citycard.store.partners import Partner
from citycard.web.app import create_app
from citycard.web.database import db
from tests.support.loopback import serving
from tests.support.office import PORT_SABLE, RIVEMONT, make_office
from tests.support.servers import citycard
from tests.support.town_hall import TownHall


@dataclass(frozen=True)
class Step:
    """One place, what it said of the card, and when."""

    place: str
    before: Verdict
    after: Verdict
    seconds: float
    turn: str = ""
    """How long the turn may take to come."""


@dataclass(frozen=True)
class Drill:
    """What came of it."""

    steps: tuple[Step, ...]
    statement_waits: bool
    """Whether the statement still calls the key active, because the safe was not opened."""


def run(folder: Path) -> Drill:
    """Hold the drill in `folder`."""
    now = datetime.now(UTC).replace(microsecond=0)
    with _office(folder, RIVEMONT, now) as (rivemont, address), _office(folder, PORT_SABLE, now) as (port_sable, _):
        for hall in (rivemont, port_sable):
            hall.publish_lists()
        card = rivemont.card().full_code
        _recognise(port_sable, rivemont, address)
        stolen = rivemont.ring[Purpose.CARD][0].kid
        for hall in (rivemont, port_sable):
            hall.office.offline.rename(hall.office.offline.with_name(f"{hall.office.folder.name}-in-the-safe"))
        bundles = Bundles()
        before = [rivemont.check(card).verdict, port_sable.check(card).verdict, _offline(port_sable, bundles, card)]

        began = time.perf_counter()
        citycard("--office", rivemont.office.folder, "keys", "compromise", stolen, "--yes", check=False)
        seen = [(rivemont.check(card).verdict, time.perf_counter() - began)]
        (asked,) = sync.run(port_sable.engine, port_sable.desk(), everyone=True)
        assert asked.error is None, asked.error
        seen.append((port_sable.check(card).verdict, time.perf_counter() - began))
        seen.append((_offline(port_sable, bundles, card), time.perf_counter() - began))

        minutes = port_sable.office.settings.sync_minutes
        places = [
            ("own counter", ""),
            ("partner's counter", f"its turn comes within {minutes * sync.LATEST:.0f} minutes"),
            ("partner's desk without network", f"and that of the desk {minutes} minutes later, while it has a network"),
        ]
        said = repository.current_statement(rivemont.office.published).decode()
        return Drill(
            tuple(
                Step(place, was, verdict, seconds, turn)
                for (place, turn), was, (verdict, seconds) in zip(places, before, seen, strict=True)
            ),
            statement_waits='"state":"compromised"' not in said,
        )


@contextmanager
def _office(folder: Path, city: dict[str, object], now: datetime) -> Iterator[tuple[TownHall, str]]:
    """A city, answering over HTTP."""
    office = make_office(folder, city, now=now)
    app, hall = create_app(office), TownHall(office, now=now)
    with serving(app) as address:
        yield hall, address
    hall.close()
    with app.app_context():
        db.engine.dispose()


def _recognise(hall: TownHall, other: TownHall, address: str) -> None:
    heard = " ".join(Fingerprint.of(repository.current_root(other.office.published)).digits)
    with hall.session() as session:
        recognise.propose(session, hall.desk(), address, by="drill")
        partner = session.scalars(select(Partner)).one()
        for name in ("Dario", "Chloe"):
            recognise.confirm(session, hall.desk(), partner, by=hall.staff(session, name), heard=heard)
    (asked,) = sync.run(hall.engine, hall.desk(), everyone=True)
    assert asked.error is None, asked.error


def _offline(hall: TownHall, bundles: Bundles, card: str) -> Verdict:
    """What a desk without a network says, which fetched its bundle just now and holds nothing else."""
    with Session(hall.engine) as session:
        made = bundles.current(session, hall.ring, services=(), now=hall.now)
    mark = bytes.fromhex(device_fingerprint(hall.office).hex)
    held = read_bundle(made.data, fingerprint=mark, now=hall.now)
    try:
        return verify(card, trust=held.trust, lists=held.lists, now=hall.now).verdict
    except CardRefused as refused:
        return refused.verdict
