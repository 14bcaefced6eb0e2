"""TUF: mix-and-match attack. Somebody serves files of different days together, each of them truly signed once.

The attacker holds nothing but copies.
"""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest

from citycard.core.status import CardStatus
from tests.attacks.trust.conftest import Scene
from tests.partners.conftest import NOW
from tests.support.cities import INDEX


@pytest.mark.parametrize("role", ["snapshot", "targets"])
def test_mix_and_match_yesterdays_file_under_todays_name(scene: Scene, role: str) -> None:
    """Today's timestamp promises one file; the mirror gives out yesterday's under its name."""
    scene.town.publish(contact="Mairie")
    shutil.copy(scene.town.path(f"1.{role}.json"), scene.town.path(f"2.{role}.json"))

    scene.nothing_believed("mix-and-match")


def test_mix_and_match_one_role_in_the_place_of_another(scene: Scene) -> None:
    """The snapshot where the timestamp should be: signed by the city, and by another key than this place wants."""
    shutil.copy(scene.town.path("1.snapshot.json"), scene.town.path("timestamp.json"))

    scene.nothing_believed("inconsistent")


def test_mix_and_match_yesterdays_statement_behind_todays_promise(scene: Scene) -> None:
    """The statement carries no signature of its own; its hash does."""
    (old,) = (scene.town.folder / "targets").iterdir()
    held = old.read_bytes()
    scene.town.publish(contact=scene.town.statement.contact + ", second floor")
    for path in (scene.town.folder / "targets").iterdir():
        path.write_bytes(held)

    scene.nothing_believed("mix-and-match")


def test_mix_and_match_another_list_of_the_same_city(scene: Scene) -> None:
    """A list that was signed for another address, in which Ousmane's place is free."""
    scene.publish_list({INDEX: CardStatus.REVOKED}, issued_at=NOW)
    scene.publish_list(uri=f"{scene.city.url}/status/2", issued_at=NOW + timedelta(seconds=9))

    scene.nothing_believed("list-claims")
