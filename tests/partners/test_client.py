"""From a compared fingerprint to a statement, past every trick of whoever stands in between."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from securesystemslib.signer import CryptoSigner, SSlibKey
from tuf.api.metadata import Metadata, Root, TargetFile

from citycard.core.errors import CitycardError
from citycard.partners.client import MAX_ONLINE, dry_run, fetch_statement, offered_root
from citycard.partners.durable import alone_in
from citycard.partners.fetcher import HttpFetcher, Limits
from citycard.partners.fingerprint import Fingerprint
from citycard.partners.folder import FolderFetcher
from citycard.partners.judgement import Difference
from citycard.partners.repository import RepositorySigners, refresh_online, rotate_keys
from citycard.partners.roots import check_root
from tests.partners.conftest import NOW, Serve, Town, new_signers, statement_of


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(CitycardError) as refused:
        call()
    return refused.value.code


def keep(town: Town, *names: str) -> Callable[[], None]:
    """Copy files now; the function returned puts them back, as somebody in between who kept them could."""
    kept = {name: town.path(name).read_bytes() for name in names}

    def put_back() -> None:
        for name, data in kept.items():
            town.path(name).write_bytes(data)

    return put_back


# The way everybody hopes for.


def test_from_a_fingerprint_to_a_statement_over_the_network(port_sable: Town, memory: Path, serve: Serve) -> None:
    base = serve(port_sable.folder)

    root = offered_root(HttpFetcher(base, allow_demo=True), now=NOW)
    assert Fingerprint.of(root) == Fingerprint.of(port_sable.root)
    fetched = fetch_statement(
        state_folder=memory, root=root, fetcher=HttpFetcher(base, allow_demo=True), allow_demo=True
    )

    assert fetched.statement == port_sable.statement
    assert fetched.document == port_sable.statement.to_json()
    assert (fetched.root, fetched.root_version, fetched.targets_version) == (root, 1, 1)
    assert fetched.targets_expires == NOW + timedelta(days=396)


def test_a_stick_is_as_good_as_the_network(port_sable: Town, memory: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    shutil.copytree(port_sable.folder, stick)

    root = offered_root(FolderFetcher(stick), now=NOW)
    fetched = fetch_statement(state_folder=memory, root=root, fetcher=FolderFetcher(stick), allow_demo=True)

    assert fetched.statement == port_sable.statement


def test_a_new_statement_is_followed(port_sable: Town, memory: Path) -> None:
    root = port_sable.root
    port_sable.fetched_by(memory, root)

    port_sable.publish(contact="Mairie")

    assert port_sable.fetched_by(memory, root).statement.contact == "Mairie"
    assert port_sable.fetched_by(memory, root).targets_version == 2


def test_a_preview_remembers_nothing(port_sable: Town, memory: Path) -> None:
    root = port_sable.root
    port_sable.fetched_by(memory, root)
    before = {path: path.read_bytes() for path in memory.rglob("*") if path.is_file()}
    previous = port_sable.statement
    port_sable.publish(contact="Mairie")

    preview = dry_run(
        state_folder=memory, root=root, fetcher=FolderFetcher(port_sable.folder), previous=previous, allow_demo=True
    )

    assert preview.fetched.statement.contact == "Mairie"
    assert preview.differences == (Difference("changed", "contact"),)
    assert {path: path.read_bytes() for path in memory.rglob("*") if path.is_file()} == before


def test_a_preview_needs_no_memory(port_sable: Town, memory: Path) -> None:
    preview = dry_run(
        state_folder=memory,
        root=port_sable.root,
        fetcher=FolderFetcher(port_sable.folder),
        previous=None,
        allow_demo=True,
    )

    assert preview.fetched.statement == port_sable.statement
    assert not memory.exists()


def test_two_processes_do_not_share_a_memory(port_sable: Town, memory: Path) -> None:
    with alone_in(memory, wait=True):
        assert code_of(lambda: port_sable.fetched_by(memory)) == "busy"


def test_a_demonstration_city_is_refused_where_people_are_real(port_sable: Town, memory: Path) -> None:
    assert (
        code_of(
            lambda: fetch_statement(
                state_folder=memory,
                root=port_sable.root,
                fetcher=FolderFetcher(port_sable.folder),
                allow_demo=False,
            )
        )
        == "issuer-demo"
    )


# Keys change.


def test_every_online_key_may_change_without_a_new_ceremony(port_sable: Town, memory: Path) -> None:
    root = port_sable.root
    port_sable.fetched_by(memory, root)
    incoming = RepositorySigners(snapshot=new_signers().snapshot, timestamp=new_signers().timestamp)

    rotate_keys(port_sable.folder, signers=port_sable.signers, incoming=incoming, now=NOW)

    fetched = port_sable.fetched_by(memory, root)
    assert fetched.root_version == 2
    assert fetched.root == port_sable.root
    assert port_sable.fetched_by(memory.with_name("newcomer"), root).statement == port_sable.statement


def test_a_thief_of_the_online_keys_is_shaken_off(port_sable: Town, memory: Path) -> None:
    """He promised version 1,000,000, so that everything honest looks older: the new keys start afresh."""
    root = port_sable.root
    stolen = port_sable.signers
    port_sable.rewrite("timestamp.json", lambda signed: setattr(signed, "version", 10**6), *stolen.timestamp)
    port_sable.fetched_by(memory, root)
    port_sable.rewrite("timestamp.json", lambda signed: setattr(signed, "version", 2), *stolen.timestamp)
    assert code_of(lambda: port_sable.fetched_by(memory, root)) == "rollback"

    incoming = RepositorySigners(snapshot=new_signers().snapshot, timestamp=new_signers().timestamp)
    rotate_keys(port_sable.folder, signers=RepositorySigners(root=stolen.root), incoming=incoming, now=NOW)

    assert port_sable.fetched_by(memory, root).statement == port_sable.statement


def test_a_thief_of_the_online_keys_cannot_name_card_keys(port_sable: Town, memory: Path) -> None:
    online = (*port_sable.signers.snapshot, *port_sable.signers.timestamp)
    forged = replace(port_sable.statement, keys=statement_of("Port-Sable").keys[:1]).to_json()
    target = TargetFile.from_data("statement.json", forged, ["sha256"])
    (port_sable.folder / "targets" / f"{target.hashes['sha256']}.statement.json").write_bytes(forged)
    port_sable.rewrite("1.targets.json", lambda signed: signed.targets.update({"statement.json": target}), *online)

    def promise(signed: Any) -> None:
        meta = signed.meta["targets.json"] if hasattr(signed, "meta") else signed.snapshot_meta
        meta.length = meta.hashes = None

    port_sable.rewrite("1.snapshot.json", promise, *port_sable.signers.snapshot)
    port_sable.rewrite("timestamp.json", promise, *port_sable.signers.timestamp)

    assert code_of(lambda: port_sable.fetched_by(memory)) == "threshold"


def test_all_keys_may_change_when_old_and_new_root_sign(port_sable: Town, memory: Path) -> None:
    root = port_sable.root
    port_sable.fetched_by(memory, root)
    incoming = new_signers(root=2)

    rotate_keys(port_sable.folder, signers=port_sable.signers, incoming=incoming, now=NOW, root_threshold=2)

    assert port_sable.fetched_by(memory, root).root_version == 2
    assert offered_root(FolderFetcher(port_sable.folder), now=NOW) == port_sable.root != root


@pytest.mark.parametrize("side", ["new", "old"])
def test_a_root_signed_by_one_side_only_is_refused(port_sable: Town, memory: Path, side: str) -> None:
    root = port_sable.root
    port_sable.fetched_by(memory, root)
    old, incoming = port_sable.signers, new_signers()
    rotate_keys(port_sable.folder, signers=old, incoming=incoming, now=NOW)
    port_sable.rewrite("2.root.json", lambda signed: None, *(incoming.root if side == "new" else old.root))

    assert code_of(lambda: port_sable.fetched_by(memory, root)) == "threshold"
    assert code_of(lambda: offered_root(FolderFetcher(port_sable.folder), now=NOW)) == "threshold"


def test_another_root_in_its_place_is_refused(port_sable: Town, memory: Path, tmp_path: Path) -> None:
    """Somebody serves a whole repository of their own. Its fingerprint differs, and the pinned root does not vouch."""
    forged = Town(tmp_path / "forged", port_sable.statement)
    forged.create()

    assert Fingerprint.of(forged.root) != Fingerprint.of(port_sable.root)
    assert code_of(lambda: forged.fetched_by(memory, port_sable.root)) == "threshold"


def test_a_root_that_skips_a_version_is_refused(port_sable: Town, memory: Path) -> None:
    root = port_sable.root
    rotate_keys(port_sable.folder, signers=port_sable.signers, incoming=RepositorySigners(), now=NOW)
    port_sable.rewrite("2.root.json", lambda signed: setattr(signed, "version", 3), *port_sable.signers.root)

    assert code_of(lambda: port_sable.fetched_by(memory, root)) == "mix-and-match"
    assert code_of(lambda: offered_root(FolderFetcher(port_sable.folder), now=NOW)) == "root-chain"


def test_a_missing_first_root_is_not_made_up_for(port_sable: Town) -> None:
    port_sable.rewrite("1.root.json", lambda signed: setattr(signed, "version", 2), *port_sable.signers.root)

    assert code_of(lambda: offered_root(FolderFetcher(port_sable.folder), now=NOW)) == "root-chain"


def test_one_key_under_two_names_is_not_two_keys(port_sable: Town, memory: Path) -> None:
    """TUF counts names. A threshold of two could be reached by one custodian alone."""
    signer = port_sable.signers.root[0]
    assert isinstance(signer, CryptoSigner)
    key = signer.public_key
    twin = SSlibKey("0" * 64, key.keytype, key.scheme, key.keyval)

    def double(signed: Root) -> None:
        signed.add_key(twin, "root")
        signed.roles["root"].threshold = 2

    port_sable.rewrite("1.root.json", double, signer, CryptoSigner(signer._private_key, twin))

    assert code_of(lambda: offered_root(FolderFetcher(port_sable.folder), now=NOW)) == "duplicate-key"
    assert code_of(lambda: port_sable.fetched_by(memory)) == "duplicate-key"


def test_a_later_root_must_keep_our_rules_too(port_sable: Town, memory: Path) -> None:
    """TUF would follow a root that puts the safe's key online; we do not."""
    root = port_sable.root
    targets_key = port_sable.signers.targets[0].public_key
    metadata = Metadata[Root].from_bytes(root)
    metadata.signed.version = 2
    metadata.signed.add_key(targets_key, "timestamp")
    metadata.sign(port_sable.signers.root[0])
    metadata.to_file(str(port_sable.path("2.root.json")))

    assert code_of(lambda: port_sable.fetched_by(memory, root)) == "offline-key-online"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda document: document["signed"].update(consistent_snapshot=False), "not-consistent"),
        (lambda document: document["signed"].update(_type="targets"), "not-a-root"),
        (lambda document: document["signed"]["roles"]["root"].update(threshold=2), "threshold"),
        (lambda document: document["signed"]["roles"]["root"].update(threshold=0), "not-a-root"),
        (lambda document: document["signed"].update(version=9), "threshold"),
        (lambda document: document.update(signatures=[]), "threshold"),
        (lambda document: document.update(signatures=document["signatures"] * 2), "not-a-root"),
        (
            lambda document: next(iter(document["signed"]["keys"].values()))["keyval"].update(public="01" + "00" * 31),
            "weak-key",
        ),
        (
            lambda document: next(iter(document["signed"]["keys"].values()))["keyval"].update(
                public="d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
            ),
            "test-key",
        ),
        (lambda document: next(iter(document["signed"]["keys"].values())).update(scheme="rsa"), "not-a-root"),
        (lambda document: next(iter(document["signed"]["keys"].values()))["keyval"].update(public="zz"), "key-form"),
    ],
)
def test_a_root_that_breaks_a_rule_is_never_offered(port_sable: Town, change: Callable[[Any], None], code: str) -> None:
    document = json.loads(port_sable.root)
    change(document)
    port_sable.path("1.root.json").write_text(json.dumps(document))

    assert code_of(lambda: offered_root(FolderFetcher(port_sable.folder), now=NOW)) == code


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "not-json"), (b"[]", "not-a-root"), (b'{"a":1,"a":1}', "member-twice")]
)
def test_bytes_that_are_no_root_are_never_offered(port_sable: Town, data: bytes, code: str) -> None:
    port_sable.path("1.root.json").write_bytes(data)

    assert code_of(lambda: offered_root(FolderFetcher(port_sable.folder), now=NOW)) == code


def test_an_expired_root_is_never_offered(port_sable: Town) -> None:
    assert code_of(lambda: offered_root(FolderFetcher(port_sable.folder), now=NOW + timedelta(days=1096))) == "expired"


def test_a_city_without_a_repository_offers_nothing(tmp_path: Path) -> None:
    assert code_of(lambda: offered_root(FolderFetcher(tmp_path), now=NOW)) == "not-found"


def test_roots_without_end_are_not_followed(port_sable: Town) -> None:
    for version in range(2, 67):
        port_sable.path(f"{version}.root.json").write_bytes(b"")
        metadata = Metadata[Root].from_bytes(port_sable.path("1.root.json").read_bytes())
        metadata.signed.version = version
        metadata.sign(port_sable.signers.root[0])
        metadata.to_file(str(port_sable.path(f"{version}.root.json")))

    assert code_of(lambda: offered_root(FolderFetcher(port_sable.folder), now=NOW)) == "endless-data"


# Somebody in between.


def test_an_older_statement_is_refused(port_sable: Town, memory: Path) -> None:
    root = port_sable.root
    yesterday = keep(port_sable, "timestamp.json")
    port_sable.publish(contact="Mairie")
    port_sable.fetched_by(memory, root)

    yesterday()

    assert code_of(lambda: port_sable.fetched_by(memory, root)) == "rollback"


def test_an_older_snapshot_under_a_new_timestamp_is_refused(port_sable: Town, memory: Path) -> None:
    """A thief of the timestamp key points back to the statement in which a key was not yet compromised."""
    root = port_sable.root
    before = Metadata[Any].from_file(str(port_sable.path("timestamp.json"))).signed.snapshot_meta
    port_sable.publish(contact="Mairie")
    port_sable.fetched_by(memory, root)

    def point_back(signed: Any) -> None:
        signed.version, signed.snapshot_meta = 9, before

    port_sable.rewrite("timestamp.json", point_back, *port_sable.signers.timestamp)

    assert code_of(lambda: port_sable.fetched_by(memory, root)) == "rollback"


def test_older_targets_under_a_new_snapshot_are_refused(port_sable: Town, memory: Path) -> None:
    root = port_sable.root
    before = Metadata[Any].from_file(str(port_sable.path("1.snapshot.json"))).signed.meta
    port_sable.publish(contact="Mairie")
    port_sable.fetched_by(memory, root)
    signers = port_sable.signers
    shutil.copy(port_sable.path("2.snapshot.json"), port_sable.path("3.snapshot.json"))

    def point_back(signed: Any) -> None:
        signed.version, signed.meta = 3, before

    def promise(signed: Any) -> None:
        signed.version, signed.snapshot_meta.version = 9, 3
        signed.snapshot_meta.length = signed.snapshot_meta.hashes = None

    port_sable.rewrite("3.snapshot.json", point_back, *signers.snapshot)
    port_sable.rewrite("timestamp.json", promise, *signers.timestamp)

    assert code_of(lambda: port_sable.fetched_by(memory, root)) == "rollback"


@pytest.mark.parametrize("days", [22, 400, 1100])
def test_what_was_held_back_until_it_expired_is_refused(tmp_path: Path, memory: Path, days: int) -> None:
    town = Town(tmp_path / "town", statement_of("Port-Sable", issued_on=NOW.date() - timedelta(days=days)))
    town.create(now=NOW - timedelta(days=days))

    assert code_of(lambda: town.fetched_by(memory)) == "expired"


def test_expired_targets_are_refused_however_fresh_the_timestamp(tmp_path: Path, memory: Path) -> None:
    """Only the key in the safe can prolong them."""
    town = Town(tmp_path / "town", statement_of("Port-Sable", issued_on=NOW.date() - timedelta(days=400)))
    town.create(now=NOW - timedelta(days=400))
    refresh_online(town.folder, signers=town.signers, now=NOW)

    assert code_of(lambda: town.fetched_by(memory)) == "expired"


def test_a_file_of_another_day_among_todays_is_refused(port_sable: Town, memory: Path) -> None:
    root = port_sable.root
    port_sable.publish(contact="Mairie")
    shutil.copy(port_sable.path("1.snapshot.json"), port_sable.path("2.snapshot.json"))

    assert code_of(lambda: port_sable.fetched_by(memory, root)) == "mix-and-match"


def test_a_file_under_another_number_is_refused_without_hashes_too(port_sable: Town, memory: Path) -> None:
    root = port_sable.root
    port_sable.publish(contact="Mairie")
    shutil.copy(port_sable.path("1.snapshot.json"), port_sable.path("2.snapshot.json"))

    def promise(signed: Any) -> None:
        signed.snapshot_meta.length = signed.snapshot_meta.hashes = None

    port_sable.rewrite("timestamp.json", promise, *port_sable.signers.timestamp)

    assert code_of(lambda: port_sable.fetched_by(memory, root)) == "mix-and-match"


def test_another_statement_under_the_same_name_is_refused(port_sable: Town, memory: Path) -> None:
    (file,) = (port_sable.folder / "targets").iterdir()
    file.write_bytes(file.read_bytes().replace(b"Rien", b"Tout"))

    assert code_of(lambda: port_sable.fetched_by(memory)) == "mix-and-match"


@pytest.mark.parametrize("name", ["timestamp.json", "1.snapshot.json", "1.targets.json", "2.root.json"])
def test_a_file_that_goes_on_and_on_is_cut_off(port_sable: Town, memory: Path, name: str) -> None:
    root = port_sable.root
    with open(port_sable.path(name), "ab") as file:
        file.truncate(900_000)

    assert code_of(lambda: port_sable.fetched_by(memory, root)) == "endless-data"


def test_a_server_that_goes_on_and_on_is_cut_off(port_sable: Town, memory: Path, serve: Serve) -> None:
    class Endless(BaseHTTPRequestHandler):
        def log_message(self, *_arguments: Any) -> None:
            pass

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"{" * 4096)
            except OSError:
                pass

    base = serve(Endless)
    limits = Limits(bytes_per_file=MAX_ONLINE)

    assert code_of(lambda: offered_root(HttpFetcher(base, allow_demo=True), now=NOW)) == "endless-data"
    for fetcher in (HttpFetcher(base, allow_demo=True), HttpFetcher(base, allow_demo=True, limits=limits)):
        assert (
            code_of(
                lambda fetcher=fetcher: fetch_statement(  # type: ignore[misc]
                    state_folder=memory, root=port_sable.root, fetcher=fetcher, allow_demo=True
                )
            )
            == "endless-data"
        )


@pytest.mark.parametrize(
    "data",
    [b"", b"null", b"[]", b"{}", b"\xff", b'{"signed":{}}', b'{"signed":{"_type":"root"}}', b"[" * 9000,
     b'{"signed":1,"signed":1}', b'{"signed":{"version":1e9}}', b'{"signatures":[],"signed":{"_type":"timestamp"}}'],
)  # fmt: skip
@pytest.mark.parametrize("name", ["timestamp.json", "1.targets.json"])
def test_nonsense_is_one_named_refusal(port_sable: Town, memory: Path, name: str, data: bytes) -> None:
    port_sable.path(name).write_bytes(data)

    assert code_of(lambda: port_sable.fetched_by(memory)) in ("unreadable", "mix-and-match")


def test_a_city_without_a_statement_is_named(port_sable: Town, memory: Path) -> None:
    port_sable.rewrite("1.targets.json", lambda signed: signed.targets.clear(), *port_sable.signers.targets)

    def promise(signed: Any) -> None:
        meta = signed.meta["targets.json"] if hasattr(signed, "meta") else signed.snapshot_meta
        meta.length = meta.hashes = None

    port_sable.rewrite("1.snapshot.json", promise, *port_sable.signers.snapshot)
    port_sable.rewrite("timestamp.json", promise, *port_sable.signers.timestamp)

    assert code_of(lambda: port_sable.fetched_by(memory)) == "no-statement"


def test_a_missing_file_is_named_and_the_memory_stays(port_sable: Town, memory: Path) -> None:
    port_sable.fetched_by(memory)
    kept = keep(port_sable, "timestamp.json")
    port_sable.path("timestamp.json").unlink()

    assert code_of(lambda: port_sable.fetched_by(memory)) == "not-found"
    kept()
    assert port_sable.fetched_by(memory).statement == port_sable.statement


def test_our_own_full_disk_is_not_the_partners_fault(port_sable: Town, memory: Path) -> None:
    memory.mkdir(parents=True)
    (memory / "metadata").write_text("a file where the folder should be")

    assert code_of(lambda: port_sable.fetched_by(memory)) == "state-folder"


def test_a_refusal_says_nothing_of_the_files(port_sable: Town, memory: Path, caplog: pytest.LogCaptureFixture) -> None:
    port_sable.path("timestamp.json").write_bytes(b'{"secret of the inner network"')

    with caplog.at_level(logging.DEBUG), pytest.raises(CitycardError) as refused:
        port_sable.fetched_by(memory)

    assert "secret" not in str(refused.value)
    assert "secret" not in caplog.text
    assert str(memory) not in str(refused.value)


def test_the_pinned_root_is_checked_again_each_time(port_sable: Town, memory: Path) -> None:
    check_root(port_sable.root)

    assert code_of(lambda: port_sable.fetched_by(memory, b"{}")) == "not-a-root"
    assert not memory.exists()
