"""An office to practise in: Port-Sable under its reserved name, with `training` in its settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from citycard.settings import Office
from tests.support.office import make_office
from tests.support.town_hall import TownHall
from tests.web.enrolment.conftest import amel, bruno  # noqa: F401


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """The practice office."""
    return make_office(tmp_path, training=True)


@pytest.fixture
def hall(app: Flask, office: Office) -> Iterator[TownHall]:
    """What others do in it; opened after the application, whose staff it shares."""
    opened = TownHall(office)
    yield opened
    opened.close()
