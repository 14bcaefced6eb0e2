"""Two offices that really sign: Port-Sable, whose pages are opened, and Rivemont, which answers on this machine.

These stories happen now: python-tuf reads the system's clock, and a city that was founded on a day of a story would
have expired for it some weeks later.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from citycard.partners.fingerprint import Fingerprint
from citycard.settings import Office
from citycard.web.app import create_app
from citycard.web.database import db
from tests.support.loopback import serving
from tests.support.office import RIVEMONT, make_office
from tests.support.town_hall import TownHall
from tests.web.conftest import Clock

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def clock() -> Clock:
    """The clock of Port-Sable, which begins now."""
    clock = Clock()
    clock.now = NOW
    return clock


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Port-Sable, founded just now."""
    return make_office(tmp_path, now=NOW)


@pytest.fixture
def hall(app: Flask, office: Office) -> Iterator[TownHall]:
    """What happens in its town hall without the web, now too: its keys are not those of the day of the stories."""
    opened = TownHall(office, now=NOW)
    yield opened
    opened.close()


@dataclass
class OtherCity:
    """Rivemont: its town hall, and the address at which it answers."""

    hall: TownHall
    url: str
    close: object
    place: socket.socket = field(default_factory=socket.socket)

    @property
    def fingerprint(self) -> Fingerprint:
        """What its officials read over the telephone."""
        return Fingerprint.of((self.hall.office.published / "metadata" / "1.root.json").read_bytes())

    def go_down(self) -> None:
        """Stop answering. The port stays taken: another test's server would be given it, and answer in its place."""
        self.close()  # type: ignore[operator]
        self.place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # it may be that of a connection just ended
        self.place.bind(("127.0.0.1", int(self.url.rpartition(":")[2])))
        self.place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)


@pytest.fixture
def rivemont(tmp_path: Path) -> Iterator[OtherCity]:
    """Rivemont, answering over HTTP."""
    office = make_office(tmp_path, RIVEMONT, now=NOW)
    app = create_app(office)
    with ExitStack() as running:
        other = OtherCity(TownHall(office, now=NOW), running.enter_context(serving(app)), running.close)
        yield other
    other.place.close()
    other.hall.close()
    with app.app_context():
        db.engine.dispose()
