"""Publishing: what stands in the folder, who may sign it, and what a reader in the middle sees."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from citycard.core.errors import CitycardError
from citycard.core.keys import KeyState
from citycard.partners import tuf_files
from citycard.partners.durable import Busy, alone_in, write_durably
from citycard.partners.repository import (
    RepositorySigners,
    create_repository,
    current_root,
    current_statement,
    publish_statement,
    publish_targets,
    read_repository,
    refresh_online,
    rotate_keys,
    sign_targets,
)
from citycard.partners.roots import RootRefused
from citycard.partners.statement import StatementRefused
from citycard.partners.tuf_files import CannotPublish
from tests.partners.conftest import NOW, TODAY, Town, card_key, new_signers, statement_of

OTHER = CryptoSigner.generate_ed25519()


def files(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(CitycardError) as refused:
        call()
    return refused.value.code


def test_a_repository_is_five_files(port_sable: Town) -> None:
    names = {name for name in files(port_sable.folder) if not name.startswith("targets/")}

    assert names == {
        ".lock",
        "metadata/1.root.json",
        "metadata/1.targets.json",
        "metadata/1.snapshot.json",
        "metadata/timestamp.json",
    }
    assert current_statement(port_sable.folder) == port_sable.statement.to_json()
    assert all((port_sable.folder / name).stat().st_mode & 0o777 == 0o644 for name in names if name != ".lock")


def test_each_role_lives_as_long_as_agreed(port_sable: Town) -> None:
    published = read_repository(port_sable.folder)

    assert published.root_expires - NOW == timedelta(days=1096)
    assert published.targets_expires - NOW == timedelta(days=396)
    assert published.snapshot_expires == published.timestamp_expires == NOW + timedelta(days=21)


@pytest.mark.parametrize("ecdsa", [False, True])
def test_both_kinds_of_key_sign(tmp_path: Path, memory: Path, ecdsa: bool) -> None:
    """What `keystore` opens: Ed25519, and P-256 with signatures in DER."""
    town = Town(tmp_path / "town", statement_of("Port-Sable"), new_signers(ecdsa=ecdsa))
    town.create()

    assert town.fetched_by(memory).statement == town.statement


def test_a_root_may_need_two_custodians(tmp_path: Path, memory: Path) -> None:
    signers = new_signers(root=3)
    town = Town(tmp_path / "town", statement_of("Port-Sable"), signers)

    two = replace(signers, root=signers.root[:2])
    town.create(root_threshold=2)

    assert town.fetched_by(memory).root_version == 1
    one = replace(signers, root=signers.root[:1])
    assert code_of(lambda: rotate_keys(town.folder, signers=one, incoming=RepositorySigners(), now=NOW)) == "threshold"
    assert rotate_keys(town.folder, signers=two, incoming=RepositorySigners(), now=NOW).root_version == 2


def test_it_is_made_once(port_sable: Town) -> None:
    assert code_of(port_sable.create) == "already-there"


@pytest.mark.parametrize("role", ["root", "targets"])
def test_an_offline_key_is_never_an_online_key(tmp_path: Path, role: str) -> None:
    signers = new_signers()
    signers = replace(signers, timestamp=getattr(signers, role))

    assert code_of(Town(tmp_path / "town", statement_of("Port-Sable"), signers).create) == "offline-key-online"
    assert files(tmp_path) == set()


def test_a_role_has_a_key(tmp_path: Path) -> None:
    signers = replace(new_signers(), snapshot=())

    assert code_of(Town(tmp_path / "town", statement_of("Port-Sable"), signers).create) == "no-signer"


def test_a_new_statement_needs_the_targets_key(port_sable: Town) -> None:
    before = files(port_sable.folder)
    port_sable.signers = replace(port_sable.signers, root=(), targets=(OTHER,))

    assert code_of(lambda: port_sable.publish(contact="Mairie")) == "wrong-signer"
    port_sable.signers = replace(port_sable.signers, targets=port_sable.signers.timestamp)
    assert code_of(lambda: port_sable.publish(contact="Mairie")) == "wrong-signer"
    assert files(port_sable.folder) == before


def test_it_publishes_nothing_that_partners_would_refuse(port_sable: Town) -> None:
    before = files(port_sable.folder)

    def publish(document: bytes) -> object:
        return publish_statement(port_sable.folder, signers=port_sable.signers, statement=document, now=NOW)

    document = json.loads(port_sable.statement.to_json())
    document["keys"][0]["d"] = "AAAA"
    assert code_of(lambda: publish(json.dumps(document).encode())) == "private-key"
    assert code_of(lambda: publish(statement_of("Rivemont").to_json())) == "wrong-issuer"
    older = replace(port_sable.statement, issued_on=TODAY - timedelta(days=1))
    assert code_of(lambda: publish(older.to_json())) == "older"
    assert files(port_sable.folder) == before


def test_a_mark_of_compromise_cannot_be_taken_back(port_sable: Town) -> None:
    card, status = port_sable.statement.keys
    port_sable.publish(keys=(replace(card, state=KeyState.COMPROMISED), status))

    with pytest.raises(StatementRefused) as refused:
        port_sable.publish(keys=(card, status))

    assert refused.value.code == "compromise-undone"


def test_the_targets_can_be_signed_on_the_machine_in_the_safe(port_sable: Town, memory: Path) -> None:
    document = replace(port_sable.statement, contact="Mairie").to_json()
    version = read_repository(port_sable.folder).targets_version + 1
    online = RepositorySigners(snapshot=port_sable.signers.snapshot, timestamp=port_sable.signers.timestamp)

    carried = sign_targets(document, version=version, signers=port_sable.signers.targets, now=NOW)
    publish_targets(port_sable.folder, targets=carried, statement=document, signers=online, now=NOW)

    assert port_sable.fetched_by(memory).statement.contact == "Mairie"


def test_signed_targets_are_for_one_statement_and_one_turn(port_sable: Town) -> None:
    document = port_sable.statement.to_json()

    def publish(targets: bytes, statement: bytes = document) -> object:
        return publish_targets(
            port_sable.folder, targets=targets, statement=statement, signers=port_sable.signers, now=NOW
        )

    def signed(version: int) -> bytes:
        return sign_targets(document, version=version, signers=port_sable.signers.targets, now=NOW)

    assert code_of(lambda: publish(signed(2), statement_of("Rivemont").to_json())) == "other-statement"
    assert code_of(lambda: publish(current_root(port_sable.folder))) == "other-statement"
    assert code_of(lambda: publish(b"{}")) == "other-statement"
    assert code_of(lambda: publish(signed(1))) == "wrong-version"
    assert code_of(lambda: publish(signed(9))) == "wrong-version"


def test_the_timer_signs_only_what_is_due(port_sable: Town) -> None:
    online = RepositorySigners(snapshot=port_sable.signers.snapshot, timestamp=port_sable.signers.timestamp)

    def versions_after(**passed: float) -> tuple[int, int]:
        published = refresh_online(port_sable.folder, signers=online, now=NOW + timedelta(**passed))
        return published.snapshot_version, published.timestamp_version

    assert versions_after(hours=1) == (1, 1)
    assert versions_after(hours=25) == (1, 2)
    assert versions_after(hours=26) == (1, 2)
    assert versions_after(days=8) == (2, 3)
    assert read_repository(port_sable.folder).snapshot_expires == NOW + timedelta(days=29)


def test_the_timer_needs_no_key_from_the_safe_and_cannot_use_another(port_sable: Town) -> None:
    wrong = RepositorySigners(snapshot=(OTHER,), timestamp=(OTHER,))
    later = NOW + timedelta(days=2)

    assert code_of(lambda: refresh_online(port_sable.folder, signers=wrong, now=later)) == "wrong-signer"
    assert code_of(lambda: refresh_online(port_sable.folder, signers=RepositorySigners(), now=later)) == "wrong-signer"


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def each_moment(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """`each_moment(n)`: the process is killed when it wants to write its n-th file."""
    left = [10**6]

    def write(path: Path, data: bytes) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        write_durably(path, data)

    monkeypatch.setattr(tuf_files, "write_durably", write)
    return lambda count: left.__setitem__(0, count)


@pytest.mark.parametrize("moment", range(4))
def test_a_reader_in_the_middle_of_publishing_sees_a_whole_statement(
    port_sable: Town, memory: Path, each_moment: Callable[[int], None], moment: int
) -> None:
    before = port_sable.statement
    each_moment(moment)

    with pytest.raises(Killed):
        port_sable.publish(contact="Mairie")

    assert port_sable.fetched_by(memory).statement == before
    # And whoever comes after the power cut goes on as if nothing had been.
    each_moment(99)
    assert port_sable.publish(contact="Mairie annexe").targets_version == 2
    assert port_sable.fetched_by(memory).statement.contact == "Mairie annexe"


@pytest.mark.parametrize("moment", range(5))
def test_a_reader_in_the_middle_of_a_rotation_believes_old_or_new(
    port_sable: Town, memory: Path, each_moment: Callable[[int], None], moment: int, tmp_path: Path
) -> None:
    first = port_sable.root
    port_sable.fetched_by(memory)
    incoming = new_signers()
    each_moment(moment)
    with suppress(Killed):
        rotate_keys(port_sable.folder, signers=port_sable.signers, incoming=incoming, now=NOW)

    for state in (memory, tmp_path / "newcomer"):
        assert port_sable.fetched_by(state, first).statement == port_sable.statement

    each_moment(99)
    if moment < 4:
        rotate_keys(port_sable.folder, signers=port_sable.signers, incoming=incoming, now=NOW)
    port_sable.signers = incoming
    port_sable.publish(contact="Mairie")
    assert port_sable.fetched_by(memory, first).statement.contact == "Mairie"


def test_creating_is_not_seen_before_it_is_whole(tmp_path: Path, each_moment: Callable[[int], None]) -> None:
    town = Town(tmp_path / "town", statement_of("Port-Sable"))
    for moment in range(5):
        each_moment(moment)
        with pytest.raises(Killed):
            town.create()
        assert not list(town.folder.rglob("*.root.json"))

    each_moment(99)
    assert town.create().root_version == 1


def test_a_draft_that_could_not_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()

    with pytest.raises(OSError):
        write_durably(tmp_path / "taken", b"x")

    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_one_process_changes_a_folder_at_a_time(tmp_path: Path) -> None:
    with alone_in(tmp_path, wait=True), pytest.raises(Busy), alone_in(tmp_path, wait=False):
        pass
    with alone_in(tmp_path, wait=False):
        pass


def test_a_broken_folder_is_named(port_sable: Town, tmp_path: Path) -> None:
    assert code_of(lambda: read_repository(tmp_path / "nothing")) == "no-repository"
    shutil.rmtree(port_sable.folder / "targets")
    assert code_of(lambda: port_sable.publish(contact="Mairie")) == "no-repository"


def test_a_rotation_leaves_the_other_roles_alone(port_sable: Town, memory: Path) -> None:
    """After a break-in: new online keys, the old ones are not used again, the targets key stays in its safe."""
    first = port_sable.root
    port_sable.fetched_by(memory)
    stolen = port_sable.signers
    incoming = RepositorySigners(snapshot=new_signers().snapshot, timestamp=new_signers().timestamp)

    published = rotate_keys(port_sable.folder, signers=RepositorySigners(root=stolen.root), incoming=incoming, now=NOW)

    assert (published.root_version, published.targets_version, published.timestamp_version) == (2, 1, 2)
    assert port_sable.fetched_by(memory, first).root_version == 2
    later = NOW + timedelta(days=2)
    assert code_of(lambda: refresh_online(port_sable.folder, signers=stolen, now=later)) == "wrong-signer"


def test_a_root_is_not_rotated_without_the_old_one(port_sable: Town) -> None:
    thief = new_signers()

    with pytest.raises(CannotPublish) as refused:
        rotate_keys(port_sable.folder, signers=RepositorySigners(), incoming=thief, now=NOW)

    assert refused.value.code == "wrong-signer"


def test_a_weak_key_never_becomes_a_root(tmp_path: Path) -> None:
    signers = replace(new_signers(), root=(CryptoSigner.generate_rsa(size=2048),))

    with pytest.raises(RootRefused) as refused:
        create_repository(tmp_path, signers=signers, statement=statement_of("Port-Sable").to_json(), now=NOW)

    assert refused.value.code == "key-kind"


def test_a_statement_may_change_keys_every_year(port_sable: Town, memory: Path) -> None:
    card, status = port_sable.statement.keys
    fresh = card_key("Port-Sable next year", state=KeyState.STANDBY)

    port_sable.publish(keys=(replace(card, state=KeyState.RETIRED), fresh, status))

    assert [key.state for key in port_sable.fetched_by(memory).statement.keys] == ["retired", "standby", "active"]
