"""Two partners that list the same key in the same moment, each judged beside what the other said before.

The attackers are two recognised cities that act together, or whoever holds the keys of both. Believed both, they would
stop every check at every desk: no trust store holds one key for two cities. So one judgement waits for the other.

The first judgement is held up until the second one comes, or has been waited for in vain: which it must be.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.core.verdicts import Verdict
from citycard.operations import recognise, sync
from citycard.partners import repository
from citycard.partners.fingerprint import Fingerprint
from citycard.store.partners import Partner
from tests.partners.conftest import NOW, Town, card_key, statement_of
from tests.support.office import make_office
from tests.support.town_hall import TownHall


@pytest.fixture
def hall(tmp_path: Path, database_url: str) -> Iterator[TownHall]:
    """Port-Sable, on each kind of database."""
    url = None if database_url.startswith("sqlite") else database_url
    opened = TownHall(make_office(tmp_path, database_url=url, now=NOW), database_url=url, now=NOW)
    yield opened
    opened.close()


def recognised(hall: TownHall, folder: Path, name: str) -> Town:
    """A city that publishes into a folder and was recognised. It has no lists, which are not the question here."""
    town = Town(folder / name.lower(), statement_of(name, status_lists=(), issued_on=NOW.date() - timedelta(days=1)))
    town.create()
    heard = "".join(Fingerprint.of(repository.current_root(town.folder)).digits)
    with hall.session() as session:
        partner = recognise.propose(session, hall.desk(), str(town.folder), by="cli").partner
        for who in ("Dario", "Chloe"):
            recognise.confirm(session, hall.desk(), partner, by=hall.staff(session, who), heard=heard)
    return town


def test_one_key_in_two_cities_in_the_same_moment(
    hall: TownHall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of the two statements is believed, the other refused, and our own cards are good as before."""
    card = hall.card()
    towns = [recognised(hall, tmp_path, name) for name in ("Rivemont", "Bois-Clair")]
    for town in towns:
        town.publish(keys=(*town.statement.keys, card_key("the key of both")))
    both = Barrier(2)
    judged = recognise.judge

    def judge(*arguments: Any, **options: Any) -> Any:
        warnings = judged(*arguments, **options)
        with suppress(BrokenBarrierError):
            both.wait(timeout=0.5)
        return warnings

    monkeypatch.setattr(recognise, "judge", judge)
    with Session(hall.engine) as session:
        tasks = [sync._task(row, hall.desk()) for row in session.scalars(select(Partner).order_by(Partner.id))]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda task: sync._ask_apart(hall.engine, hall.desk(), task).error, tasks))

    assert set(found) == {None, "shared-key"}
    assert hall.check(card.full_code).verdict is Verdict.OK
    with hall.session() as session:
        issuers = {each.url for each in hall.checker.trusted(session, now=hall.now).trust}
    assert {town.statement.issuer for town in towns} < issuers
