"""Port-Sable really signs, has services, and recognises Rivemont, with which nothing is agreed yet."""

from __future__ import annotations

import pytest

from citycard.services.register import FILE
from citycard.settings import Office
from citycard.store.partners import Partner
from tests.support.cities import City
from tests.support.opens import SERVICES
from tests.support.town_hall import TownHall
from tests.web.real_office import city_named, hall, office, recognise  # noqa: F401


@pytest.fixture
def rivemont(hall: TownHall, office: Office) -> City:  # noqa: F811
    """Rivemont, with a list five minutes old."""
    (office.folder / FILE).write_text(SERVICES, encoding="utf-8")
    city = city_named("Rivemont")
    with hall.session() as session:
        recognise(session, city)
    return city


@pytest.fixture
def page(hall: TownHall, rivemont: City) -> str:  # noqa: F811
    """The address of its page."""
    with hall.session() as session:
        return f"/partners/{session.query(Partner).one().id}"
