"""Two offices that really sign: Port-Sable, whose pages are opened, and Rivemont, which answers on this machine.

These stories happen now: python-tuf reads the system's clock, and a city that was founded on a day of a story would
have expired for it some weeks later.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from citycard.partners.fingerprint import Fingerprint
from citycard.settings import Office
from citycard.web.app import create_app
from citycard.web.database import db
from tests.support.loopback import serving
from tests.support.office import RIVEMONT, make_office
from tests.support.town_hall import TownHall
from tests.web.conftest import Clock
from tests.web.real_office import hall  # noqa: F401

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


@dataclass
class OtherCity:
    """Rivemont: its town hall, and the address at which it answers."""

    hall: TownHall
    url: str
    close: object

    @property
    def fingerprint(self) -> Fingerprint:
        """What its officials read over the telephone."""
        return Fingerprint.of((self.hall.office.published / "metadata" / "1.root.json").read_bytes())

    def go_down(self) -> None:
        """Stop answering."""
        self.close()  # type: ignore[operator]


@pytest.fixture
def rivemont(tmp_path: Path) -> Iterator[OtherCity]:
    """Rivemont, answering over HTTP."""
    office = make_office(tmp_path, RIVEMONT, now=NOW)
    app = create_app(office)
    with ExitStack() as running:
        other = OtherCity(TownHall(office, now=NOW), running.enter_context(serving(app)), running.close)
        yield other
    other.hall.close()
    with app.app_context():
        db.engine.dispose()
