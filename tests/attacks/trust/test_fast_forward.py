"""TUF: fast-forward attack. Somebody signs a number so high that everything honest looks old from then on.

Numbers are the attacker's to choose as long as they hold the key; what counts is that the city gets out of it again,
without a new ceremony, by throwing the stolen keys out of its root.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from citycard.core.verdicts import Verdict
from citycard.partners.repository import RepositorySigners, rotate_keys
from tests.attacks.trust.conftest import FOREVER, Scene, sign_chain
from tests.partners.conftest import NOW, new_signers

HIGHEST = 10**16 - 1
"""The longest integer that is read at all."""


@pytest.mark.parametrize("stolen", [("timestamp",), ("timestamp", "snapshot"), ("timestamp", "snapshot", "targets")])
def test_fast_forward_is_undone_by_the_next_root(scene: Scene, stolen: tuple[str, ...]) -> None:
    """Holds the keys named, counts up to the highest number there is, and signs for ever."""
    away = scene.offline_copy()
    town = scene.town
    if "targets" in stolen:
        changed = replace(town.statement, contact="Hôtel du voleur").to_json()
        sign_chain(town, HIGHEST, town.signers, statement=changed, expires=FOREVER)
    elif "snapshot" in stolen:
        sign_chain(town, HIGHEST, town.signers, expires=FOREVER)
    else:
        town.rewrite("timestamp.json", lambda signed: setattr(signed, "version", HIGHEST), *town.signers.timestamp)
    assert scene.fetch() is None  # what can the reader know? The keys are the city's.
    scene.remember()

    scene.mirror.folder = away.folder
    away.publish(contact="Mairie")
    scene.nothing_believed("rollback")

    incoming = RepositorySigners(
        **{role: getattr(new_signers(), role) for role in ("targets", "snapshot", "timestamp")}
    )
    rotate_keys(away.folder, signers=RepositorySigners(root=town.signers.root), incoming=incoming, now=NOW)
    assert scene.fetch() is None
    assert scene.partner.statement == away.statement.to_json()
    assert scene.verdict() is Verdict.OK


@pytest.mark.parametrize("number", [HIGHEST + 1, 10**400, 0, -1], ids=["just", "far", "zero", "below"])
def test_fast_forward_beyond_what_is_a_number(scene: Scene, number: int) -> None:
    """Holds the timestamp key. A number that another reader would round, or that is none, is not read."""
    place = scene.town.path("timestamp.json")
    honest = place.read_bytes()
    place.write_bytes(honest.replace(b'"version":1}}', b'"version":%d}}' % number))
    assert place.read_bytes() != honest

    scene.nothing_believed("unreadable")
    place.write_bytes(honest)
    scene.all_is_well()


def test_fast_forward_of_the_statements_day(scene: Scene) -> None:
    """Holds every key but the root's, and dates the statement so that no honest one could follow for years."""
    later = replace(scene.town.statement, issued_on=scene.town.statement.issued_on + timedelta(days=730))
    sign_chain(scene.town, 2, scene.town.signers, statement=later.to_json())

    scene.nothing_believed("future")


def test_fast_forward_of_the_list_of_ended_cards(scene: Scene) -> None:
    """Holds the status key, and dates the list so that no honest one could follow for years."""
    scene.publish_list(issued_at=NOW + timedelta(days=730))

    scene.nothing_believed("list-future")
    scene.publish_list(issued_at=NOW + timedelta(minutes=1))
    scene.all_is_well()
