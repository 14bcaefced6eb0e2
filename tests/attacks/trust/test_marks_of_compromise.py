"""Marks of compromise: what somebody can do with the online key that adds them, and what a mirror can do with the list.

The key can kill keys of its own city and nothing else: not make one, not revive one, not change its days, not touch
another city. Whoever has seen a mark keeps it. What can be done with the key is shown too: everybody who carries it
away can end every card of Rivemont, until the city has named other keys with what lies in its safe.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from securesystemslib.signer import CryptoSigner, Signer
from tuf.api.metadata import DelegatedRole, Delegations, Metadata, MetaFile, Snapshot, TargetFile, Targets, Timestamp

from citycard.core.keys import KeyState
from citycard.core.verdicts import Verdict
from citycard.keystore.ring import Purpose
from citycard.operations import recognise
from citycard.partners.marks import MAX_MARKS, MAX_REMEMBERED, write_marks
from citycard.partners.repository import publish_marks, publish_statement
from citycard.partners.tuf_files import delegation
from citycard.store.partners import PartnerState
from tests.attacks.trust.conftest import FOREVER, Scene, answering, say
from tests.partners.conftest import NOW, TODAY, Town, card_key, status_key
from tests.support.cities import SigningKey

LATER = NOW + timedelta(days=20)


@pytest.fixture
def marking(scene: Scene) -> Scene:
    """Rivemont has a key for marks, and Port-Sable has read that nothing is marked."""
    scene.town.signers = replace(scene.town.signers, marks=(CryptoSigner.generate_ed25519(),))
    scene.town.publish()
    assert scene.fetch() is None
    scene.remember()
    return scene


def of(scene: Scene, which: int = 0) -> bytes:
    """The thumbprint of Rivemont's card key (0) or of its key for lists (1)."""
    return scene.town.statement.keys[which].public.thumbprint


def mark(scene: Scene, *marks: bytes) -> None:
    """Rivemont marks keys, with what lies on its server."""
    online = replace(scene.town.signers, root=(), targets=())
    publish_marks(scene.town.folder, signers=online, marks=frozenset(marks), now=NOW)


def sign_marks(
    town: Town,
    document: bytes,
    *,
    version: int = 9,
    by: tuple[Signer, ...] | None = None,
    expires: datetime = LATER,
    change: Callable[[Targets], None] = lambda role: None,
    delegations: Delegations | None = None,
    named: bool = True,
) -> None:
    """Sign a whole state around `document`, as whoever holds the online keys can; with `delegations`, the targets too.

    `by` signs the marks; `change` is made to the role before; `named` says whether the snapshot knows of the role.
    """
    metadata, targets = town.folder / "metadata", town.folder / "targets"

    def put(name: str, signed: Any, keys: tuple[Signer, ...]) -> bytes:
        file: Metadata[Any] = Metadata(signed)
        for signer in keys:
            file.sign(signer, append=True)
        (metadata / name).write_bytes(data := file.to_bytes())
        return data

    newest = max(metadata.glob("*.targets.json"), key=lambda path: int(path.name.partition(".")[0]))
    data, number = newest.read_bytes(), int(newest.name.partition(".")[0])
    if delegations is not None:
        signed = Metadata[Targets].from_bytes(data).signed
        signed.version, signed.delegations = (number := number + 1), delegations
        data = put(f"{number}.targets.json", signed, town.signers.targets)
    target = TargetFile.from_data("compromised.json", document, ["sha256"])
    (targets / f"{target.hashes['sha256']}.compromised.json").write_bytes(document)
    role = Targets(version, expires=expires, targets={"compromised.json": target})
    change(role)
    file = put(f"{version}.compromised.json", role, town.signers.marks if by is None else by)
    meta = {"targets.json": MetaFile.from_data(number, data, ["sha256"])}
    if named:
        meta["compromised.json"] = MetaFile.from_data(role.version, file, ["sha256"])
    data = put(f"{version}.snapshot.json", Snapshot(version, expires=LATER, meta=meta), town.signers.snapshot)
    promised = MetaFile.from_data(version, data, ["sha256"])
    put("timestamp.json", Timestamp(version, expires=LATER, snapshot_meta=promised), town.signers.timestamp)


def held(scene: Scene) -> frozenset[bytes]:
    """The marks that Port-Sable remembers of Rivemont."""
    return recognise.marks_of(scene.partner)


# --- what the key can do -------------------------------------------------------------------------------------------


def test_a_mark_kills_a_key_without_the_safe(marking: Scene) -> None:
    """What it is for: at night, with nobody at the safe. The statement still calls the key active."""
    mark(marking, of(marking))

    assert marking.fetch() is None
    assert marking.verdict() is Verdict.KEY_REVOKED
    assert marking.partner.statement == marking.held
    assert marking.verdict("Léonie") is Verdict.OK


def test_a_mark_on_a_key_for_lists_ends_the_belief_in_its_lists(marking: Scene) -> None:
    mark(marking, of(marking, 1))

    assert marking.fetch() == "list-key"
    assert marking.verdict() is Verdict.STALE_STATUS


def test_a_seized_key_for_marks_kills_every_key_of_its_city_until_the_safe_is_opened(marking: Scene) -> None:
    """They can: end every card. With other keys and a statement from the safe the city is back, without a ceremony."""
    town = marking.town
    mark(marking, of(marking), of(marking, 1))
    marking.fetch()
    assert marking.verdict() is Verdict.KEY_REVOKED

    seized, fresh = town.signers.marks, CryptoSigner.generate_ed25519()
    town.signers = replace(town.signers, marks=(fresh,))
    keys = tuple(replace(key, state=KeyState.COMPROMISED) for key in town.statement.keys)
    town.publish(keys=(*keys, card_key("Rivemont, new"), status_key("Rivemont, new lists")))
    marking.publish_list(signed_by=SigningKey("Rivemont, new lists"), issued_at=NOW - timedelta(minutes=1))
    days: dict[str, Any] = {"issued_on": TODAY, "expires_on": TODAY + timedelta(days=9)}
    marking.cards["Naïma"] = marking.city.card(signed_by=SigningKey("Rivemont, new"), **days)
    assert marking.fetch() is None
    assert (marking.verdict(), marking.verdict("Naïma")) == (Verdict.KEY_REVOKED, Verdict.OK)

    marking.remember()
    sign_marks(town, write_marks({card_key("Rivemont, new").public.thumbprint}), version=20, by=seized)
    assert marking.fetch() == "threshold"
    assert marking.verdict("Naïma") is Verdict.OK


# --- what the key cannot do ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", [
    b'{"compromised":[],"keys":[],"version":1}', b'{"active":[],"compromised":[],"version":1}',
    b'{"compromised":[{"kid":"00"}],"version":1}', b'{"compromised":[],"version":2}',
    b'{"compromised":[],"version":true}',
    b'{"compromised":["' + b"0" * 64 + b'","' + b"0" * 64 + b'"],"version":1}', b'{"compromised":["00"],"version":1}',
    b'{"compromised":["' + b"A" * 64 + b'"],"version":1}', b'[]', b'{"compromised":{},"version":1}', b'{"version":1}',
])  # fmt: skip
def test_a_seized_key_for_marks_says_nothing_but_marks(marking: Scene, document: bytes) -> None:
    """They cannot: make a key, call one active, give it other days. There is no word for it, and no other is read."""
    sign_marks(marking.town, document)

    marking.nothing_believed("marks-form")


def test_a_seized_key_for_marks_changes_no_other_member_of_a_key(marking: Scene) -> None:
    """They cannot: change a day, a use, the number of keys. Marked means compromised, and the rest as the safe said."""
    mark(marking, of(marking))
    assert marking.fetch() is None

    found = recognise.statement_of(marking.partner, marking.port_sable.office)
    assert found is not None
    card, status = marking.town.statement.keys
    assert found == replace(marking.town.statement, keys=(replace(card, state=KeyState.COMPROMISED), status))


def test_a_seized_key_for_marks_does_not_speak_for_the_statement(marking: Scene) -> None:
    """They cannot: put a statement beside the marks. It is taken from the targets, and these are signed in the safe."""
    theirs = replace(marking.town.statement, keys=(card_key("a thief"),)).to_json()
    target = TargetFile.from_data("statement.json", theirs, ["sha256"])
    (marking.town.folder / "targets" / f"{target.hashes['sha256']}.statement.json").write_bytes(theirs)

    def add(role: Targets) -> None:
        role.targets["statement.json"] = target

    sign_marks(marking.town, write_marks(frozenset()), change=add)

    assert marking.fetch() is None
    assert marking.partner.statement == marking.held


def test_a_seized_key_for_marks_cannot_hand_its_right_on(marking: Scene) -> None:
    """They cannot: delegate further. One level is read."""
    other = CryptoSigner.generate_ed25519()

    def hand_on(role: Targets) -> None:
        role.targets.clear()
        role.delegations = delegation([other.public_key])
        assert role.delegations is not None
        assert role.delegations.roles is not None
        role.delegations.roles = {
            "theirs": DelegatedRole("theirs", [other.public_key.keyid], 1, terminating=True, paths=["compromised.json"])
        }

    sign_marks(marking.town, write_marks({of(marking)}), change=hand_on)

    marking.nothing_believed("delegation")


@pytest.mark.parametrize("whose", ["ours", "nobody's"])
def test_a_mark_for_a_key_of_another_city_says_nothing(marking: Scene, whose: str) -> None:
    """They cannot: kill a key of Port-Sable. A mark is looked up among the keys of the city that says it."""
    ours = marking.port_sable.ring[Purpose.CARD][0].public.thumbprint
    mark(marking, ours if whose == "ours" else bytes(32))

    assert marking.fetch() is None
    assert marking.verdict() is marking.verdict("Léonie") is Verdict.OK


def test_other_online_keys_sign_no_marks(marking: Scene) -> None:
    """They cannot: mark with the keys of timestamp and snapshot, when the one for marks lies elsewhere."""
    signers = marking.town.signers
    sign_marks(marking.town, write_marks({of(marking)}), by=(*signers.snapshot, *signers.timestamp))

    marking.nothing_believed("threshold")


# --- a mark stays --------------------------------------------------------------------------------------------------


def test_a_mark_that_vanished_stays(marking: Scene) -> None:
    """Whoever holds all online keys signs a newer list without the mark: it is believed, and brings no card back."""
    mark(marking, of(marking))
    assert marking.fetch() is None
    sign_marks(marking.town, write_marks(frozenset()))

    assert marking.fetch() is None
    assert held(marking) == {of(marking)}
    assert marking.verdict() is Verdict.KEY_REVOKED


def test_a_mark_stays_when_the_key_left_the_statement_and_came_back(marking: Scene) -> None:
    """Even the safe revives no key: the statement drops it, and names it again as active when the mark is gone."""
    card, status = marking.town.statement.keys
    mark(marking, of(marking))
    assert marking.fetch() is None
    marking.town.publish(keys=(status, card_key("Rivemont, new")))
    assert marking.fetch() is None
    marking.town.publish(keys=(status, card_key("Rivemont, new"), card))
    sign_marks(marking.town, write_marks(frozenset()), version=20)
    assert marking.fetch() is None

    assert marking.verdict() is Verdict.KEY_REVOKED


def test_a_mark_outlives_the_end_of_the_recognition(marking: Scene) -> None:
    """A city that comes back after an end still calls its stolen keys stolen, whatever it then publishes."""
    mark(marking, of(marking))
    assert marking.fetch() is None
    with marking.port_sable.session() as session:
        dario, partner = marking.port_sable.staff(session, "Dario"), recognise.find(session, 1)
        recognise.move(session, marking.port_sable.desk(), partner, PartnerState.ENDED, by=dario)
    sign_marks(marking.town, write_marks(frozenset()))
    proposal = marking.propose()

    assert proposal.statement.keys[0].state is KeyState.COMPROMISED
    assert held(marking) == {of(marking)}


def test_our_own_repository_takes_no_mark_back(marking: Scene) -> None:
    """Publishing a statement, or another mark, keeps those that are there."""
    mark(marking, of(marking))
    marking.town.publish()
    mark(marking, of(marking, 1))
    online = replace(marking.town.signers, root=())
    publish_statement(
        marking.town.folder, signers=online, statement=marking.town.statement.to_json(), now=NOW, marks=frozenset()
    )
    marking.fetch()

    assert held(marking) == {of(marking), of(marking, 1)}


# --- rollback, freeze, endless data --------------------------------------------------------------------------------


def test_rollback_of_the_marks(marking: Scene) -> None:
    """A mirror goes back to the files from before the mark."""
    away = marking.offline_copy()
    mark(marking, of(marking))
    assert marking.fetch() is None
    marking.mirror.folder = away.folder

    marking.nothing_believed("rollback", verdict=Verdict.KEY_REVOKED)


def test_rollback_of_the_role_alone(marking: Scene) -> None:
    """With the keys of snapshot and timestamp, and the role's own file from before the mark."""
    before = marking.town.path("1.compromised.json").read_bytes()
    mark(marking, of(marking))
    assert marking.fetch() is None
    old = Metadata[Targets].from_bytes(before).signed
    sign_marks(marking.town, write_marks(frozenset()), change=lambda role: setattr(role, "version", old.version))

    marking.nothing_believed("rollback", verdict=Verdict.KEY_REVOKED)


def test_the_role_left_out_of_the_snapshot(marking: Scene) -> None:
    """With the keys of snapshot and timestamp: a role that was promised once stays promised."""
    sign_marks(marking.town, write_marks(frozenset()), named=False)

    marking.nothing_believed("inconsistent")


def test_freeze_of_the_marks_ends_with_their_days(marking: Scene) -> None:
    """A mirror, or whoever holds the keys of snapshot and timestamp, gives out the old list for ever: after three weeks
    the word is "too old", and before that desks go by what they hold."""
    sign_marks(marking.town, write_marks(frozenset()), expires=NOW - timedelta(minutes=1))

    marking.nothing_believed("expired")


def test_a_mirror_that_refuses_the_marks_alone(marking: Scene) -> None:
    """Nothing newer is believed without them: a statement that came through would look as if nothing were marked."""
    mark(marking, of(marking))
    marking.mirror.answers["/metadata/2.compromised.json"] = answering(404)

    marking.nothing_believed("not-found")
    marking.mirror.answers.clear()
    assert marking.fetch() is None
    assert marking.verdict() is Verdict.KEY_REVOKED


def test_a_mark_list_of_10_mb_that_says_so(marking: Scene) -> None:
    """Signed by a seized key, and as long as it says: it is not even asked for."""
    sign_marks(marking.town, b" " * (10 << 20))

    marking.nothing_believed("too-large")
    assert not [path for path in marking.mirror.asked if path.startswith("/targets/") and "compromised" in path][1:]


def test_a_mark_list_of_10_mb_that_does_not_say_so(marking: Scene) -> None:
    """A mirror goes on and on instead of the list of 32 kB at most."""
    document = write_marks({of(marking)})
    sign_marks(marking.town, document)
    name = TargetFile.from_data("compromised.json", document, ["sha256"]).hashes["sha256"]
    endless = b"a" * (10 << 20)
    marking.mirror.answers[f"/targets/{name}.compromised.json"] = lambda to: say(to, 200, endless)

    marking.nothing_believed("endless-data")


def test_a_role_of_10_mb(marking: Scene) -> None:
    """The role itself is signed by the seized key, and may be as long as a targets file."""

    def swell(role: Targets) -> None:
        role.unrecognized_fields["more"] = "a" * (10 << 20)

    sign_marks(marking.town, write_marks(frozenset()), change=swell)

    marking.nothing_believed("endless-data")


def test_more_marks_than_a_document_holds(marking: Scene) -> None:
    many = {number.to_bytes(32, "big") for number in range(MAX_MARKS + 1)}
    sign_marks(marking.town, write_marks(many))

    marking.nothing_believed("marks-form")


def test_a_flood_of_marks_fills_a_bounded_memory_and_keeps_no_true_mark_out(marking: Scene) -> None:
    """A city, or a thief, marks other strangers' keys each day: what is remembered stays bounded, and a mark on a key
    of the city still counts."""
    for turn in range(MAX_REMEMBERED // MAX_MARKS + 1):
        many = {(turn * MAX_MARKS + number).to_bytes(32, "big") for number in range(1, MAX_MARKS)}
        sign_marks(marking.town, write_marks(many | ({of(marking)} if turn == 4 else set())), version=9 + turn)
        assert marking.fetch() is None

    assert len(held(marking)) <= MAX_REMEMBERED
    assert marking.verdict() is Verdict.KEY_REVOKED


# --- a delegation that is more than it may be -----------------------------------------------------------------------


def role(scene: Scene, **changes: Any) -> DelegatedRole:
    keyids = [signer.public_key.keyid for signer in scene.town.signers.marks]
    values = {"threshold": 1, "terminating": True, "paths": ["compromised.json"], "keyids": keyids} | changes
    return DelegatedRole(values.pop("name", "compromised"), **values)


@pytest.mark.parametrize("paths", [["*"], ["*.json"], ["compromised.json", "statement.json"], []])
def test_a_role_for_more_than_marks_is_refused(marking: Scene, paths: list[str]) -> None:
    """A targets key that was talked into it: the online key must not come to stand for anything else."""
    keys = {signer.public_key.keyid: signer.public_key for signer in marking.town.signers.marks}
    wide = Delegations(keys, {"compromised": role(marking, paths=paths)})
    sign_marks(marking.town, write_marks(frozenset()), delegations=wide)

    marking.nothing_believed("delegation")


def test_another_role_for_the_same_path_is_refused(marking: Scene) -> None:
    """Two who may mark: which of them counts would be a matter of order."""
    keys = {signer.public_key.keyid: signer.public_key for signer in marking.town.signers.marks}
    two = Delegations(keys, {"theirs": role(marking, name="theirs"), "compromised": role(marking)})
    sign_marks(marking.town, write_marks(frozenset()), delegations=two)

    marking.nothing_believed("delegation")


def test_a_key_of_the_safe_that_marks_is_refused(marking: Scene) -> None:
    """It would have to lie on the server, and could name card keys there."""
    (safe,) = marking.town.signers.targets
    sign_marks(marking.town, write_marks(frozenset()), by=(safe,), delegations=delegation([safe.public_key]))

    marking.nothing_believed("offline-key-online")


def test_a_city_without_the_role_has_no_marks_and_is_read_as_ever(scene: Scene) -> None:
    """A repository from before there was the role."""
    scene.town.publish(services=("library",))

    assert scene.fetch() is None
    assert held(scene) == frozenset()
    assert scene.verdict() is Verdict.OK


def test_a_city_cannot_lose_the_role_without_its_safe(marking: Scene) -> None:
    """What the targets delegate is signed by the key of the safe; a thief of the server signs none without it."""
    town = marking.town
    town.path("3.targets.json").write_bytes(town.path("2.targets.json").read_bytes())

    def without(signed: Any) -> None:
        signed.version, signed.delegations, signed.expires = 3, None, FOREVER

    town.rewrite("3.targets.json", without, *town.signers.snapshot)
    data = town.path("3.targets.json").read_bytes()

    def promise(signed: Any) -> None:
        signed.version = 9
        signed.meta["targets.json"] = MetaFile.from_data(3, data, ["sha256"])

    town.path("9.snapshot.json").write_bytes(town.path("2.snapshot.json").read_bytes())
    town.rewrite("9.snapshot.json", promise, *town.signers.snapshot)
    newest = MetaFile.from_data(9, town.path("9.snapshot.json").read_bytes(), ["sha256"])

    def point(signed: Any) -> None:
        signed.version, signed.snapshot_meta = 9, newest

    town.rewrite("timestamp.json", point, *town.signers.timestamp)

    marking.nothing_believed("threshold")
