"""TUF: rollback attack. Somebody offers what was true once, so that a stolen key counts or an ended card is good again.

Where the attacker holds nothing they replay files that they kept; where they hold keys, these are named.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from citycard.core.keys import KeyState
from citycard.core.status import CardStatus
from citycard.core.verdicts import Verdict
from citycard.partners.repository import RepositorySigners, rotate_keys
from tests.attacks.trust.conftest import Scene, sign_chain
from tests.partners.conftest import NOW, card_key, new_signers
from tests.support.cities import INDEX


def kill_the_card_key(scene: Scene) -> None:
    """Rivemont says that its card key was stolen, and Port-Sable hears of it."""
    card, status = scene.town.statement.keys
    fresh = card_key("Rivemont, the standby key")
    scene.town.publish(keys=(replace(card, state=KeyState.COMPROMISED), status, fresh))
    assert scene.fetch() is None
    scene.remember()
    assert scene.verdict() is Verdict.KEY_REVOKED


def test_rollback_of_the_whole_repository(scene: Scene) -> None:
    """Holds nothing but a copy from before the theft became known."""
    kept = scene.offline_copy()
    kill_the_card_key(scene)
    scene.mirror.folder = kept.folder

    scene.nothing_believed("rollback", verdict=Verdict.KEY_REVOKED)


def test_rollback_of_snapshot_and_targets(scene: Scene) -> None:
    """Holds timestamp and snapshot keys; points to the targets of yesterday under numbers of today."""
    kept = scene.offline_copy()
    kill_the_card_key(scene)
    online = replace(scene.town.signers, root=(), targets=())
    sign_chain(kept, 9, online)
    scene.mirror.folder = kept.folder

    scene.nothing_believed("rollback", verdict=Verdict.KEY_REVOKED)


def test_rollback_when_our_memory_of_the_repository_is_lost(scene: Scene) -> None:
    """Holds nothing; our folder was lost. The statement in the register still says what must not be undone."""
    kept = scene.offline_copy()
    kill_the_card_key(scene)
    shutil.rmtree(scene.memory)
    scene.mirror.folder = kept.folder

    scene.nothing_believed("compromise-undone", verdict=Verdict.KEY_REVOKED)


@pytest.mark.parametrize("how", ["active again", "retired", "left out"])
def test_rollback_of_a_mark_of_compromise_under_new_numbers(scene: Scene, how: str) -> None:
    """Holds every key but the root's: compromised, then re-added. The mark stays."""
    kill_the_card_key(scene)
    card, *others = scene.town.statement.keys
    keys = {
        "active again": (replace(card, state=KeyState.ACTIVE), *others),
        "retired": (replace(card, state=KeyState.RETIRED), *others),
        "left out": tuple(others),
    }[how]
    sign_chain(scene.town, 7, scene.town.signers, statement=replace(scene.town.statement, keys=keys).to_json())

    scene.nothing_believed("compromise-undone", verdict=Verdict.KEY_REVOKED)


def test_rollback_of_the_statements_day_under_new_numbers(scene: Scene) -> None:
    """Holds every key but the root's, and signs an old statement anew."""
    old = replace(scene.town.statement, issued_on=scene.town.statement.issued_on - timedelta(days=1))
    sign_chain(scene.town, 7, scene.town.signers, statement=old.to_json())

    scene.nothing_believed("older")


def test_rollback_of_the_root(scene: Scene) -> None:
    """Holds the online keys that the newest root has thrown out, and hides that root from us."""
    kept = scene.offline_copy()
    incoming = RepositorySigners(snapshot=new_signers().snapshot, timestamp=new_signers().timestamp)
    rotate_keys(scene.town.folder, signers=scene.town.signers, incoming=incoming, now=NOW)
    assert scene.fetch() is None
    sign_chain(kept, 99, scene.town.signers)
    scene.mirror.folder = kept.folder

    scene.nothing_believed("threshold")


@pytest.mark.parametrize(
    ("attack", "code"), [("older", "list-rollback"), ("unrevoked", "list-unrevokes"), ("shorter", "list-shrinks")]
)
def test_rollback_of_the_list_of_ended_cards(scene: Scene, attack: str, code: str) -> None:
    """Holds a list from before Ousmane's card ended (`older`), or the status key and signs one that forgets it."""
    before = (scene.town.folder / "status" / "1").read_bytes()
    scene.publish_list({INDEX: CardStatus.REVOKED})
    assert scene.fetch() is None
    scene.remember()
    if attack == "older":
        (scene.town.folder / "status" / "1").write_bytes(before)
    elif attack == "unrevoked":
        scene.publish_list({INDEX: CardStatus.SUSPENDED}, issued_at=NOW + timedelta(minutes=1))
    else:
        scene.publish_list({INDEX: CardStatus.REVOKED}, size=512, issued_at=NOW + timedelta(minutes=1))

    scene.nothing_believed(code, verdict=Verdict.REVOKED)
