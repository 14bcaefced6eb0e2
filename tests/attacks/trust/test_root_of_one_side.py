"""TUF: a root that only one side signed. A new root counts when the old root's keys and its own have signed it.

The attacker holds as many keys of one side as the test says, and of the other side too few.
"""

from __future__ import annotations

import pytest
from tuf.api.metadata import Metadata, Root

from citycard.core.errors import CitycardError
from citycard.partners.client import offered_root
from citycard.partners.folder import FolderFetcher
from citycard.partners.repository import rotate_keys
from tests.attacks.trust.conftest import Scene
from tests.partners.conftest import NOW, new_signers


@pytest.mark.parametrize(
    ("of_the_old", "of_the_new"),
    [(0, 3), (1, 3), (3, 0), (3, 1), (1, 1), (0, 0)],
    ids=["new alone", "new and one old", "old alone", "old and one new", "one of each", "nobody"],
)
def test_root_signed_by_one_side_only(scene: Scene, of_the_old: int, of_the_new: int) -> None:
    """Two of three must sign on either side. Neither the ceremony nor a synchronisation takes less."""
    old, new = scene.town.signers, new_signers(root=3)
    rotate_keys(scene.town.folder, signers=old, incoming=new, now=NOW)
    honest = scene.town.path("2.root.json").read_bytes()
    scene.town.rewrite("2.root.json", lambda signed: None, *old.root[:of_the_old], *new.root[:of_the_new])

    scene.nothing_believed("threshold")
    with pytest.raises(CitycardError) as refused:
        offered_root(FolderFetcher(scene.town.folder), now=NOW)
    assert refused.value.code == "threshold"

    scene.town.path("2.root.json").write_bytes(honest)
    scene.all_is_well()


def test_root_signed_by_one_side_only_two_versions_on(scene: Scene) -> None:
    """Holds the keys of the root after next, and leaves out the one between: its signatures are nobody's here."""
    old, new = scene.town.signers, new_signers(root=3)
    rotate_keys(scene.town.folder, signers=old, incoming=new, now=NOW)
    rotate_keys(scene.town.folder, signers=new, incoming=new_signers(root=3), now=NOW)
    third = Metadata[Root].from_bytes(scene.town.path("3.root.json").read_bytes())
    assert third.signed.version == 3
    third.to_file(str(scene.town.path("2.root.json")))

    scene.nothing_believed("threshold")
