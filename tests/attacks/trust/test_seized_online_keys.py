"""Seized online keys: what somebody can and cannot do who carries the server away, and how the city gets out of it.

On the server lie the keys of timestamp, snapshot, cards and lists. Root and targets keys lie in the safe, with the
standby card key. Each test says what the attacker signs; what they can do for a while is shown too, because somebody
who must decide at night should not find it out then.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from citycard.core.keys import KeyState
from citycard.core.status import CardStatus
from citycard.core.verdicts import Verdict
from citycard.partners.repository import RepositorySigners, publish_statement, rotate_keys
from tests.attacks.trust.conftest import FOREVER, Scene, answering, sign_chain
from tests.attacks.trust.test_arbitrary import THIEFS_KEY
from tests.partners.conftest import NOW, TODAY, Town, card_key, new_signers, status_key
from tests.support.cities import INDEX, SigningKey

CARD_DAYS: dict[str, Any] = {"issued_on": TODAY, "expires_on": TODAY + timedelta(days=9)}


def online(scene: Scene) -> RepositorySigners:
    """What lay on the server of the keys that sign metadata."""
    return replace(scene.town.signers, root=(), targets=())


def recover(scene: Scene, away: Town, **changes: Any) -> None:
    """The city has a server again: new online keys by a new root, and a statement that says what was stolen."""
    fresh = new_signers()
    safe = RepositorySigners(root=scene.town.signers.root, targets=scene.town.signers.targets)
    incoming = RepositorySigners(snapshot=fresh.snapshot, timestamp=fresh.timestamp)
    rotate_keys(away.folder, signers=safe, incoming=incoming, now=NOW)
    statement = replace(away.statement, **changes)
    publish_statement(away.folder, signers=replace(fresh, targets=safe.targets), statement=statement.to_json(), now=NOW)
    scene.mirror.answers.clear()
    scene.mirror.folder = away.folder


def test_seized_timestamp_and_snapshot_keys_cannot_name_a_card_key(scene: Scene) -> None:
    """A card key must stand in the statement, its hash in the targets, and these are signed in the safe."""
    thieves = replace(online(scene), targets=scene.town.signers.snapshot)
    sign_chain(scene.town, 2, thieves, statement=replace(scene.town.statement, keys=(THIEFS_KEY,)).to_json())

    scene.nothing_believed("threshold")


def test_seized_timestamp_and_snapshot_keys_cannot_lift_a_mark(scene: Scene) -> None:
    """The mark of compromise is in the statement; an older one is a rollback whatever the numbers above it say."""
    away = scene.offline_copy()
    card, status = scene.town.statement.keys
    scene.town.publish(keys=(replace(card, state=KeyState.COMPROMISED), status, card_key("Rivemont, the standby key")))
    assert scene.fetch() is None
    scene.remember()
    sign_chain(away, 10**9, online(scene), expires=FOREVER)
    scene.mirror.folder = away.folder

    scene.nothing_believed("rollback", verdict=Verdict.KEY_REVOKED)


def test_seized_timestamp_and_snapshot_keys_cannot_leave_the_statement_out(scene: Scene) -> None:
    """A snapshot without targets would leave the city without a statement: what was promised once stays promised."""
    town = scene.town
    town.path("2.snapshot.json").write_bytes(town.path("1.snapshot.json").read_bytes())

    def empty(signed: Any) -> None:
        signed.version, signed.meta = 2, {"other.json": signed.meta["targets.json"]}

    def promise(signed: Any) -> None:
        signed.version = signed.snapshot_meta.version = 2
        signed.snapshot_meta.length = signed.snapshot_meta.hashes = None

    town.rewrite("2.snapshot.json", empty, *town.signers.snapshot)
    town.rewrite("timestamp.json", promise, *town.signers.timestamp)

    scene.nothing_believed("inconsistent")


def test_seized_timestamp_and_snapshot_keys_can_freeze_until_the_city_is_heard_again(scene: Scene) -> None:
    """They can: say for ever "nothing new", so that we do not hear of the theft while they answer in the city's place.

    They cannot keep us from the new root once we reach the city, nor come back after that.
    """
    away = scene.offline_copy()
    sign_chain(scene.town, 10**9, online(scene), expires=FOREVER)
    scene.mirror.answers["/metadata/2.root.json"] = answering(404)
    assert scene.fetch() is None
    assert scene.partner.statement == scene.held

    seized = scene.mirror.folder
    card, status = scene.town.statement.keys
    recover(scene, away, keys=(replace(card, state=KeyState.COMPROMISED), status))
    assert scene.fetch() is None
    assert scene.verdict() is Verdict.KEY_REVOKED
    scene.remember()

    scene.mirror.folder = seized
    scene.mirror.answers["/metadata/2.root.json"] = answering(404)
    sign_chain(scene.town, 10**9 + 1, online(scene), expires=FOREVER)
    scene.nothing_believed("threshold", verdict=Verdict.KEY_REVOKED)


def test_seized_timestamp_and_snapshot_keys_cannot_freeze_beyond_the_targets(scene: Scene) -> None:
    """They can prolong what they sign for ever, and not the targets: thirteen months after the last visit to the safe
    we hear the word "too old"."""
    town = scene.town
    town.rewrite("1.targets.json", lambda signed: setattr(signed, "expires", NOW), *town.signers.targets)
    (scene.memory / "metadata" / "targets.json").write_bytes(town.path("1.targets.json").read_bytes())
    sign_chain(town, 2, online(scene), expires=FOREVER)

    scene.nothing_believed("expired")


def test_a_seized_card_key_signs_cards_until_it_is_called_compromised_and_then_none(scene: Scene) -> None:
    """They can: sign cards that are good here, with any day in them. With the mark all cards of the key end at once,
    whatever day they bear; and those of the key that was in the safe are good."""
    scene.cards["a thief"] = scene.city.card(full_name="Ana Lyse", given_name="Ana", family_name="Lyse", **CARD_DAYS)
    scene.cards["backdated"] = scene.city.card(
        issued_on=TODAY - timedelta(days=29), expires_on=TODAY + timedelta(days=9)
    )
    assert scene.verdict("a thief") is scene.verdict("backdated") is Verdict.OK

    card, status = scene.town.statement.keys
    standby = SigningKey("Rivemont, the standby key")
    scene.town.publish(keys=(replace(card, state=KeyState.COMPROMISED), status, card_key("Rivemont, the standby key")))
    scene.cards["Naïma"] = scene.city.card(signed_by=standby, **CARD_DAYS)
    assert scene.fetch() is None

    seen = {name: scene.verdict(name) for name in ("a thief", "backdated", "Ousmane", "Naïma")}
    assert seen.pop("Naïma") is Verdict.OK
    assert set(seen.values()) == {Verdict.KEY_REVOKED}


def test_a_seized_card_key_signs_nothing_outside_its_days(scene: Scene) -> None:
    """They cannot: date a card before the key's first day or after its last."""
    for name, day in (("before", -31), ("after", 301)):
        issued_on = TODAY + timedelta(days=day)
        scene.cards[name] = scene.city.card(issued_on=issued_on, expires_on=issued_on + timedelta(days=600))

    assert scene.verdict("before") is Verdict.KEY_REVOKED
    scene.port_sable.clock.pass_by(days=302)
    assert scene.verdict("after") is Verdict.KEY_REVOKED


def test_a_seized_card_key_signs_no_list(scene: Scene) -> None:
    """They cannot: a list is signed by a key that the statement names for lists."""
    thief = replace(scene.city, status_key=scene.city.card_key, status_pin=scene.city.card_pin)
    scene.publish_list(city=thief, issued_at=NOW)

    scene.nothing_believed("list-key")


def test_a_seized_status_key_signs_no_card(scene: Scene) -> None:
    """They cannot: a card is signed by a key that the statement names for cards."""
    scene.cards["a thief"] = scene.city.card(signed_by=scene.city.status_key, **CARD_DAYS)

    assert scene.verdict("a thief") is Verdict.UNKNOWN_ISSUER


def test_a_seized_status_key_brings_no_card_back(scene: Scene) -> None:
    """They cannot: revoked never becomes valid again, by whatever list."""
    scene.publish_list({INDEX: CardStatus.REVOKED}, issued_at=NOW)
    assert scene.fetch() is None
    scene.remember()
    scene.publish_list(issued_at=NOW + timedelta(hours=1))

    scene.nothing_believed("list-unrevokes", verdict=Verdict.REVOKED)


def test_a_seized_status_key_ends_every_card_until_it_is_called_compromised(scene: Scene) -> None:
    """They can: end every card of Rivemont here. With the mark their list counts no more, and with the new key's list
    the cards are good again: a stolen key's word does not bind for ever."""
    scene.publish_list(dict.fromkeys(range(1024), CardStatus.REVOKED), issued_at=NOW)
    assert scene.fetch() is None
    assert scene.verdict() is Verdict.REVOKED

    card, status = scene.town.statement.keys
    fresh = SigningKey("Rivemont, new lists")
    scene.town.publish(keys=(card, replace(status, state=KeyState.COMPROMISED), status_key("Rivemont, new lists")))
    assert scene.fetch() == "list-key"
    assert scene.verdict() is Verdict.STALE_STATUS

    scene.publish_list(signed_by=fresh, issued_at=NOW - timedelta(minutes=1))
    assert scene.fetch() is None
    assert scene.verdict() is Verdict.OK


def test_seized_keys_of_one_city_say_nothing_of_another(scene: Scene) -> None:
    """They cannot: touch Port-Sable's own cards, its lists or its name, with any of it."""
    ours = scene.port_sable.office.settings.issuer
    scene.publish_list({INDEX: CardStatus.REVOKED}, uri=f"{ours}/status/1", issued_at=NOW)
    scene.nothing_believed("list-claims")

    scene.cards["a thief"] = scene.city.card(issuer=ours, status_uri=f"{ours}/status/1", **CARD_DAYS)
    assert scene.verdict("a thief") is Verdict.UNKNOWN_ISSUER


def test_everything_seized_and_back_in_a_day(scene: Scene) -> None:
    """The whole server is gone, with all four keys. The safe is enough: a root, a statement, a list, no ceremony."""
    away = scene.offline_copy()
    sign_chain(scene.town, 10**9, online(scene), expires=FOREVER)
    scene.publish_list(dict.fromkeys(range(1024), CardStatus.REVOKED), issued_at=NOW + timedelta(hours=20))
    assert scene.fetch() is None
    assert scene.verdict() is Verdict.REVOKED

    card, status = (replace(key, state=KeyState.COMPROMISED) for key in scene.town.statement.keys)
    keys = (card, status, card_key("Rivemont, the standby key"), status_key("Rivemont, new lists"))
    recover(scene, away, keys=keys)
    (away.folder / "status" / "1").write_bytes(
        scene.city.status_list(signed_by=SigningKey("Rivemont, new lists"), issued_at=NOW)
    )
    scene.cards["Naïma"] = scene.city.card(signed_by=SigningKey("Rivemont, the standby key"), **CARD_DAYS)

    assert scene.fetch() is None
    assert scene.verdict("Naïma") is Verdict.OK
    assert scene.verdict("Ousmane") is Verdict.KEY_REVOKED
