"""The town hall of Port-Sable on each kind of database, and next door to it Rivemont's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.office import PORT_SABLE, RIVEMONT, make_office
from tests.support.town_hall import TownHall

OpenHall = Callable[..., TownHall]


@pytest.fixture
def open_hall(tmp_path: Path) -> Iterator[OpenHall]:
    """`open_hall(city, database_url=…, seed=…, **settings)`: a new town hall, closed after the test.

    Without a database, or with an SQLite one, the register lies in the office folder, as in a real one.
    """
    halls: list[TownHall] = []

    def open_one(
        city: dict[str, Any] = PORT_SABLE, *, database_url: str | None = None, seed: int | None = None, **settings: Any
    ) -> TownHall:
        url = None if database_url is None or database_url.startswith("sqlite") else database_url
        times = {"now": settings.pop("now")} if "now" in settings else {}
        hall = TownHall(
            make_office(tmp_path, city, database_url=url, **times, **settings), database_url=url, seed=seed, **times
        )
        halls.append(hall)
        return hall

    yield open_one
    for hall in halls:
        hall.close()


@pytest.fixture
def hall(open_hall: OpenHall, database_url: str) -> TownHall:
    """The town hall of Port-Sable; a test that asks for it runs once on each kind of database."""
    return open_hall(database_url=database_url)


@pytest.fixture
def small_hall(open_hall: OpenHall) -> TownHall:
    """The same on SQLite alone, for what does not depend on the database."""
    return open_hall()


@pytest.fixture
def rivemont(open_hall: OpenHall) -> TownHall:
    """The town hall of the city next door."""
    return open_hall(RIVEMONT)
