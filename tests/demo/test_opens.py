"""What the card opens in the two invented cities: plausible on whatever day they are founded."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from citycard.demo.offices import SETTINGS
from citycard.demo.opens import put_services
from citycard.services.announced import remarks
from citycard.services.register import Register
from citycard.settings import LANGUAGES, Office, read_settings


@pytest.mark.parametrize(("name", "count"), [("port-sable", 8), ("rivemont", 4)])
@pytest.mark.parametrize("day", [date(2026, 11, 22) + timedelta(days=n) for n in (0, 1, 38)])
def test_each_city_opens_its_services_in_every_language_and_nothing_is_over(
    tmp_path: Path, name: str, count: int, day: date
) -> None:
    office = Office(tmp_path / name, read_settings(SETTINGS[name]))
    office.folder.mkdir()
    put_services(office, name, today=day)

    there = Register(office.folder, language="fr").now(day)

    assert len(there) == count
    assert remarks(office.settings.services, there) == ()
    for service in there:
        for texts in (service.names, service.benefit, *(band.gives for band in service.bands)):
            assert set(texts) == set(LANGUAGES), service.id
        assert all(occasion.first_day > day for occasion in service.occasions)
