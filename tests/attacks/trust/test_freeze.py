"""TUF: indefinite freeze attack. Somebody keeps giving out the same files, so that we never hear of a theft or an end.

The attacker holds nothing but the way to us. It cannot be prevented, only noticed: signed files and lists have a last
day, desks say how old a list is, and the failure stands on the page.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from citycard.core.verdicts import Verdict
from citycard.partners.repository import RepositorySigners, rotate_keys
from tests.attacks.trust.conftest import Scene, answering
from tests.partners.conftest import NOW, new_signers


@pytest.mark.parametrize("name", ["timestamp.json", "1.snapshot.json"])
def test_freeze_of_the_signed_files_ends_with_their_last_day(scene: Scene, name: str) -> None:
    """The same files as ever, three weeks on: there and in our memory their last day has passed."""
    town = scene.town

    def age(signed: Any) -> None:
        signed.expires = NOW - timedelta(seconds=1)
        if hasattr(signed, "snapshot_meta"):
            signed.snapshot_meta.length = signed.snapshot_meta.hashes = None

    def promise(signed: Any) -> None:
        signed.snapshot_meta.length = signed.snapshot_meta.hashes = None

    town.rewrite("1.snapshot.json", age if name == "1.snapshot.json" else lambda signed: None, *town.signers.snapshot)
    town.rewrite("timestamp.json", age if name == "timestamp.json" else promise, *town.signers.timestamp)
    for held in ("timestamp.json", "1.snapshot.json"):
        (scene.memory / "metadata" / held.removeprefix("1.")).write_bytes(town.path(held).read_bytes())

    scene.nothing_believed("expired")
    town.publish()
    scene.all_is_well()


def test_freeze_of_the_targets_ends_with_their_last_day(scene: Scene) -> None:
    """Holds timestamp and snapshot keys too, and signs these anew for thirteen months. Then only the safe helps."""
    town = scene.town
    town.rewrite("1.targets.json", lambda signed: setattr(signed, "expires", NOW), *town.signers.targets)
    (scene.memory / "metadata" / "targets.json").write_bytes(town.path("1.targets.json").read_bytes())

    def promise(signed: Any) -> None:
        signed.version = 2
        meta = signed.meta["targets.json"] if hasattr(signed, "meta") else signed.snapshot_meta
        meta.length = meta.hashes = None
        if not hasattr(signed, "meta"):
            meta.version = 2

    town.path("2.snapshot.json").write_bytes(town.path("1.snapshot.json").read_bytes())
    town.rewrite("2.snapshot.json", promise, *town.signers.snapshot)
    town.rewrite("timestamp.json", promise, *town.signers.timestamp)

    scene.nothing_believed("expired")


@pytest.mark.parametrize("how", ["the same file", "not modified"])
def test_freeze_of_the_list_of_ended_cards_is_seen_at_the_desk_and_on_the_page(scene: Scene, how: str) -> None:
    """The same list for ever, or the answer "you have it already": desks turn amber, then decide nothing any more.

    And the synchronisation says so: an answer that keeps an expired list in place is no success.
    """
    if how == "not modified":
        scene.publish_list(issued_at=NOW - timedelta(minutes=4))
        signed = (scene.town.folder / "status" / "1").read_bytes()
        scene.mirror.answers["/status/1"] = answering(200, signed, ETag='"for-ever"')
        assert scene.fetch() is None
        scene.remember()
        scene.mirror.answers["/status/1"] = answering(304, ETag='"for-ever"')
    scene.port_sable.clock.pass_by(days=2)
    assert scene.fetch() is None
    assert scene.verdict() is Verdict.OK_STALE
    scene.port_sable.clock.pass_by(days=20)

    assert scene.fetch() == scene.partner.last_error == "list-expired"
    assert scene.verdict() is Verdict.STALE_STATUS
    assert scene.list_held == scene.held_list


def test_freeze_of_the_newest_root(scene: Scene) -> None:
    """The mirror says that there is no newer root. Then what the newer root's keys signed is not believed."""
    online = new_signers()
    incoming = RepositorySigners(snapshot=online.snapshot, timestamp=online.timestamp)
    stolen = RepositorySigners(root=scene.town.signers.root)
    rotate_keys(scene.town.folder, signers=stolen, incoming=incoming, now=NOW)
    scene.mirror.answers["/metadata/2.root.json"] = answering(404)

    scene.nothing_believed("threshold")
    scene.all_is_well()
