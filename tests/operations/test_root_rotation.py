"""Rivemont replaces its root key; Port-Sable, which pinned the old one, follows, and follows nobody else.

python-tuf reads the system's clock, so these stories happen today.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from securesystemslib.signer import Signer
from tuf.api.metadata import Metadata, Root

from citycard.core.errors import TrustRefused
from citycard.core.keys import KeyState
from citycard.core.verdicts import Verdict
from citycard.keystore.ring import Entry, KeyRing, Purpose
from citycard.keystore.signers import KeyUnavailable
from citycard.operations import key_changes, publish
from citycard.operations.refusals import OperationRefused
from citycard.partners import repository
from citycard.partners.fingerprint import Fingerprint
from tests.operations.conftest import OpenHall
from tests.operations.test_partners import TODAY, export, fetch, partner, propose, read_out, recognised, verdict
from tests.support.office import RIVEMONT
from tests.support.town_hall import TownHall


@pytest.fixture
def port_sable(open_hall: OpenHall) -> TownHall:
    """Port-Sable's town hall, which recognises Rivemont."""
    return open_hall(now=TODAY)


@pytest.fixture
def rivemont(open_hall: OpenHall, tmp_path: Path) -> TownHall:
    """Rivemont's, which has published on a stick."""
    hall = open_hall(RIVEMONT, now=TODAY)
    export(hall, tmp_path)
    return hall


@pytest.fixture
def stick(tmp_path: Path, rivemont: TownHall) -> Path:
    """What Rivemont put on a stick."""
    return tmp_path / "stick"


def rotate(hall: TownHall) -> KeyRing:
    return key_changes.rotate_root(hall.ring, last_day=TODAY.date() + timedelta(days=1095), now=TODAY)


def root_of(hall: TownHall, state: KeyState = KeyState.ACTIVE) -> Entry:
    (found,) = (each for each in hall.ring[Purpose.ROOT] if each.state is state)
    return found


def sign_anew(path: Path, signers: Sequence[Signer]) -> None:
    """Give a root.json the signatures of `signers` and no others."""
    metadata = Metadata[Root].from_file(str(path))
    metadata.signatures.clear()
    for signer in signers:
        metadata.sign(signer, append=True)
    metadata.to_file(str(path))


def test_who_pinned_the_old_root_follows_to_the_new_one(
    port_sable: TownHall, rivemont: TownHall, stick: Path, tmp_path: Path
) -> None:
    recognised(port_sable, stick, rivemont)
    before = read_out(rivemont)
    old = root_of(rivemont)

    rotate(rivemont)
    publish.publish_statement(rivemont.ring, now=TODAY)
    export(rivemont, tmp_path)

    assert fetch(port_sable) is None
    assert verdict(port_sable, rivemont.card()) is Verdict.OK
    assert root_of(rivemont).kid != old.kid
    assert root_of(rivemont, KeyState.RETIRED).kid == old.kid
    assert read_out(rivemont) != before
    assert partner(port_sable).root_fingerprint == Fingerprint.of((stick / "metadata/1.root.json").read_bytes()).hex


def test_who_was_away_for_two_rotations_follows_both(
    port_sable: TownHall, rivemont: TownHall, stick: Path, tmp_path: Path
) -> None:
    recognised(port_sable, stick, rivemont)
    rotate(rivemont)
    rotate(rivemont)
    publish.publish_statement(rivemont.ring, now=TODAY)
    export(rivemont, tmp_path)

    assert fetch(port_sable) is None
    assert repository.read_repository(rivemont.office.published).root_version == 3


def test_a_new_partner_compares_the_new_root(
    port_sable: TownHall, rivemont: TownHall, stick: Path, tmp_path: Path
) -> None:
    rotate(rivemont)
    export(rivemont, tmp_path)

    proposal = propose(port_sable, stick)

    assert proposal.fingerprint.hex == Fingerprint.of(repository.current_root(rivemont.office.published)).hex
    recognised(port_sable, stick, rivemont)


@pytest.mark.parametrize("side", ["old", "new"])
def test_a_root_signed_by_one_side_only_is_refused_and_what_was_held_stays(
    port_sable: TownHall, rivemont: TownHall, stick: Path, tmp_path: Path, side: str
) -> None:
    card = rivemont.card()
    export(rivemont, tmp_path)
    recognised(port_sable, stick, rivemont)
    rotate(rivemont)
    export(rivemont, tmp_path)
    signer = root_of(rivemont, KeyState.ACTIVE if side == "new" else KeyState.RETIRED)
    sign_anew(stick / "metadata/2.root.json", [rivemont.ring.signer(signer)])

    assert fetch(port_sable) == "threshold"

    assert verdict(port_sable, card) is Verdict.OK
    with pytest.raises(TrustRefused) as refusal:
        propose(port_sable, stick)
    assert refusal.value.code == "threshold"


def test_the_old_key_cannot_go_on_after_it_was_replaced(
    port_sable: TownHall, rivemont: TownHall, stick: Path, tmp_path: Path
) -> None:
    """Somebody finds the old stick."""
    recognised(port_sable, stick, rivemont)
    rotate(rivemont)
    export(rivemont, tmp_path)
    assert fetch(port_sable) is None
    old = root_of(rivemont, KeyState.RETIRED)
    second = Metadata[Root].from_file(str(stick / "metadata/1.root.json"))
    second.signed.version = 3
    second.to_file(str(stick / "metadata/3.root.json"))
    sign_anew(stick / "metadata/3.root.json", [rivemont.ring.signer(old)])

    assert fetch(port_sable) == "threshold"


def test_without_the_old_key_nothing_changes(open_hall: OpenHall, tmp_path: Path) -> None:
    hall = open_hall(now=TODAY)
    before = hall.office.keys_file.read_bytes()
    name = root_of(hall).uri.removeprefix("pkcs8:")
    (hall.office.offline / "keys" / name).rename(tmp_path / name)

    with pytest.raises(OperationRefused) as refusal:
        rotate(hall)

    assert refusal.value.code == "key-root-absent"
    assert hall.office.keys_file.read_bytes() == before
    assert repository.read_repository(hall.office.published).root_version == 1
    assert not list((hall.office.offline / "keys").glob("root-*"))


def test_the_new_root_key_does_all_that_the_old_one_did(open_hall: OpenHall) -> None:
    hall = open_hall(now=TODAY)
    old = root_of(hall)
    rotate(hall)
    (hall.office.offline / "keys" / old.uri.removeprefix("pkcs8:")).unlink()
    with pytest.raises(KeyUnavailable):
        hall.ring.signer(old)

    key_changes.add(
        hall.ring,
        Purpose.TARGETS,
        curve="Ed25519",
        state=KeyState.ACTIVE,
        first_day=TODAY.date(),
        last_day=TODAY.date() + timedelta(days=365),
        now=TODAY,
    )

    assert repository.read_repository(hall.office.published).root_version == 3
