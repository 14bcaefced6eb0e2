"""Cities for the measurements: whole offices, founded as any town hall's, with a desk that checks."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select

from citycard.core.number import new_number
from citycard.operations import recognise
from citycard.operations.found import make_folders, open_register
from citycard.partners.fingerprint import Fingerprint
from citycard.partners.repository import current_root
from citycard.store.cards import Card, CardState, StatusListRow
from citycard.store.engine import open_engine
from citycard.store.tables import Base
from tests.support.town_hall import TownHall

ENDED = 0.02
"""Of the places in each list: what a city has that has issued for years."""


@dataclass
class Member:
    """One city, and where the others find what it publishes."""

    hall: TownHall
    address: str = ""
    cards: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        """What its cards name."""
        return self.hall.office.settings.issuer

    def at_this_moment(self) -> TownHall:
        """Its town hall, with the present time on the clock: python-tuf reads the system's."""
        self.hall.clock.now = datetime.now(UTC)
        return self.hall


def found(folder: Path, number: int) -> Member:
    """Found the city of this number, with four lists in which `ENDED` of the places are taken by ended cards."""
    name = f"city-{number:02}"
    settings = {
        "issuer": f"https://{name}.demo.invalid",
        "country": "FR",
        "time_zone": "Europe/Paris",
        "default_language": "fr",
        "contact": "1 place du Marché",
        "names": {"fr": f"Ville {number}", "en": f"City {number}"},
    }
    now = datetime.now(UTC)
    office = make_folders(folder / name, settings, now=now, chance=os.urandom)
    engine = open_engine(office.database_url)
    Base.metadata.create_all(engine)
    hall = TownHall(office, now=now)
    open_register(engine, hall.ring, now=now)
    engine.dispose()
    _end_many(hall, random.Random(number))
    return Member(hall)


def _end_many(hall: TownHall, chance: random.Random) -> None:
    """Put ended cards into every list, as rows: issuing each would measure the issuing."""
    day = hall.now.date()
    with hall.session() as session:
        for row in session.scalars(select(StatusListRow)):
            places = chance.sample(range(row.size), int(row.size * ENDED))
            session.execute(
                insert(Card),
                [
                    {
                        "number": new_number(os.urandom),
                        "list_no": row.no,
                        "list_index": place,
                        "kid": "0" * 16,
                        "issued_on": day - timedelta(days=400),
                        "expires_on": day + timedelta(days=400),
                        "state": CardState.ENDED,
                    }
                    for place in places
                ],
            )
            row.dirty = True
    hall.publish_lists()


def recognise_all(reader: Member, others: Sequence[Member]) -> None:
    """Let two officials of one city compare the fingerprints of all the others."""
    hall = reader.at_this_moment()
    for other in others:
        read_out = " ".join(Fingerprint.of(current_root(other.hall.office.published)).digits)
        with hall.session() as session:
            dario, chloe = (hall.staff(session, name) for name in ("Dario", "Chloe"))
            partner = recognise.propose(session, hall.desk(), other.address, by=dario).partner
            for official in (dario, chloe):
                recognise.confirm(session, hall.desk(), partner, by=official, heard=read_out)
