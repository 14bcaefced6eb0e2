"""TUF: arbitrary software attack. Somebody answers in Rivemont's place with what they signed themselves.

The attacker holds no key that Rivemont's root names.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from citycard.core.keys import KeyUse
from citycard.core.verdicts import Verdict
from citycard.partners.repository import RepositorySigners
from tests.attacks.trust.conftest import Scene, sign_chain
from tests.partners.conftest import TODAY, Town, new_signers
from tests.support.cities import SigningKey

THIEF = SigningKey("a thief")
THIEFS_KEY = THIEF.pinned(KeyUse.CARD, first_day=TODAY - timedelta(days=30), last_day=TODAY + timedelta(days=300))


def test_arbitrary_software_a_whole_repository_of_the_attackers_own(scene: Scene) -> None:
    """Holds nothing. The pinned root does not vouch for it."""
    forged = Town(scene.town.folder.with_name("forged"), replace(scene.town.statement, keys=(THIEFS_KEY,)))
    forged.create()
    scene.mirror.folder = forged.folder

    scene.nothing_believed("threshold", lists=True)


@pytest.mark.parametrize("role", ["targets", "snapshot", "timestamp"])
def test_arbitrary_software_one_role_signed_by_a_stranger(scene: Scene, role: str) -> None:
    """Holds every key of the repository but one: all roles are needed."""
    signers = replace(scene.town.signers, **{role: getattr(new_signers(), role)})
    sign_chain(scene.town, 2, signers, statement=replace(scene.town.statement, keys=(THIEFS_KEY,)).to_json())

    scene.nothing_believed("threshold")


def test_arbitrary_software_nobody_signed(scene: Scene) -> None:
    """Holds nothing, and leaves the signatures out."""
    sign_chain(scene.town, 2, RepositorySigners(), statement=scene.town.statement.to_json())

    scene.nothing_believed("threshold")


def test_arbitrary_software_another_statement_behind_a_good_promise(scene: Scene) -> None:
    """Holds nothing; exchanges the one file that carries no signature of its own."""
    scene.town.publish(contact="Mairie")
    for file in (scene.town.folder / "targets").iterdir():
        file.write_bytes(replace(scene.town.statement, keys=(THIEFS_KEY,)).to_json())

    scene.nothing_believed("mix-and-match")


def test_arbitrary_software_a_key_that_only_a_card_names(scene: Scene) -> None:
    """Holds a key pair of their own. A card's word for a key is nobody's: no server is asked, the card is unknown.

    Quebec's reader asked the address inside the code for the key; anybody could mint passes.
    """
    scene.cards["a thief"] = scene.city.card(signed_by=THIEF, issued_on=TODAY, expires_on=TODAY + timedelta(days=9))
    asked = len(scene.mirror.asked)

    assert scene.verdict("a thief") is Verdict.UNKNOWN_ISSUER
    assert len(scene.mirror.asked) == asked
