"""TUF: key compromise. What somebody can do who holds some of Rivemont's keys, and how the city gets out of it.

Rivemont's root has three keys, of which two must sign; they lie with three people. The targets key lies in a safe.
What lies on the server, and is seized with it, is in `test_seized_online_keys`.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from securesystemslib.signer import CryptoSigner

from citycard.core.keys import KeyState
from citycard.core.verdicts import Verdict
from citycard.keystore.ring import Purpose
from citycard.partners.repository import RepositorySigners, rotate_keys
from citycard.store.partners import Partner, PartnerState
from tests.attacks.trust.conftest import Scene, sign_chain
from tests.attacks.trust.test_arbitrary import THIEF, THIEFS_KEY
from tests.partners.conftest import NOW, TODAY, card_key, new_signers, statement_of, status_key


def next_root(scene: Scene, change: Any, *signers: CryptoSigner) -> None:
    """Put a changed second root on the server, signed by `signers`."""
    scene.town.path("2.root.json").write_bytes(scene.town.root)

    def second(signed: Any) -> None:
        signed.version = 2
        change(signed)

    scene.town.rewrite("2.root.json", second, *signers)


def test_key_compromise_one_root_key_of_three(scene: Scene) -> None:
    """Holds one custodian's key and the whole server: one of three is not two of three."""
    robbed, town = new_signers(), scene.town

    def take_over(signed: Any) -> None:
        for role in ("targets", "snapshot", "timestamp"):
            for keyid in list(signed.roles[role].keyids):
                signed.revoke_key(keyid, role)
            signed.add_key(getattr(robbed, role)[0].public_key, role)

    next_root(scene, take_over, town.signers.root[0])  # type: ignore[arg-type]
    sign_chain(town, 2, robbed, statement=replace(town.statement, keys=(THIEFS_KEY,)).to_json())

    scene.nothing_believed("threshold")


def test_key_compromise_one_root_key_is_replaced_without_a_new_ceremony(scene: Scene) -> None:
    """Held one custodian's key. The other two sign a root without it; with the old key nothing can be done any more."""
    first, *others = scene.town.signers.root
    incoming = RepositorySigners(root=(*others, CryptoSigner.generate_ed25519()))
    rotate_keys(scene.town.folder, signers=RepositorySigners(root=tuple(others)), incoming=incoming, now=NOW)
    scene.all_is_well()
    shutil.copy(scene.town.path("2.root.json"), scene.town.path("3.root.json"))
    scene.town.rewrite("3.root.json", lambda signed: setattr(signed, "version", 3), first, others[0])

    scene.nothing_believed("threshold")


def test_key_compromise_of_the_targets_key_ends_with_the_next_root(scene: Scene) -> None:
    """Holds targets, snapshot and timestamp keys: names a card key of their own, and cards of it are good.

    That is what the safe is for. The next root throws the keys out, and the next statement the thief's card key: from
    then on their cards are unknown, and what they sign is not believed.
    """
    town, away = scene.town, scene.offline_copy()
    sign_chain(
        town, 2, town.signers, statement=replace(town.statement, keys=(*town.statement.keys, THIEFS_KEY)).to_json()
    )
    scene.cards["a thief"] = scene.city.card(signed_by=THIEF, issued_on=TODAY, expires_on=TODAY + timedelta(days=9))
    assert scene.fetch() is None
    assert scene.verdict("a thief") is Verdict.OK

    online = new_signers()
    incoming = RepositorySigners(targets=online.targets, snapshot=online.snapshot, timestamp=online.timestamp)
    rotate_keys(away.folder, signers=RepositorySigners(root=town.signers.root[:2]), incoming=incoming, now=NOW)
    scene.mirror.folder = away.folder
    assert scene.fetch() is None
    assert scene.verdict("a thief") is Verdict.UNKNOWN_ISSUER
    scene.remember()

    sign_chain(away, 99, town.signers, statement=replace(town.statement, keys=(THIEFS_KEY,)).to_json())
    scene.nothing_believed("threshold")


def test_key_compromise_of_everything_cannot_undo_a_mark(scene: Scene) -> None:
    """Holds every key there is, the root's too, after a card key was called compromised: it stays so here."""
    town = scene.town
    card, status = town.statement.keys
    killed = replace(card, state=KeyState.COMPROMISED)
    town.publish(keys=(killed, status, card_key("Rivemont, the standby key")))
    assert scene.fetch() is None
    scene.remember()
    robbed = new_signers(root=3)
    rotate_keys(town.folder, signers=town.signers, incoming=robbed, now=NOW)
    sign_chain(town, 50, robbed, statement=replace(town.statement, keys=(card, status)).to_json())

    scene.nothing_believed("compromise-undone", verdict=Verdict.KEY_REVOKED)


@pytest.mark.parametrize("whose", ["ours", "a partner's"])
def test_key_compromise_used_to_claim_a_key_of_another_city(scene: Scene, whose: str) -> None:
    """Holds every key but the root's, and lists a key of Port-Sable, or of another partner, as Rivemont's.

    If that were believed, a key would stand under two cities, and neither could say whose card it is.
    """
    theirs = {"ours": scene.port_sable.ring[Purpose.CARD][0].pinned, "a partner's": card_key("Bois-Clair card")}[whose]
    if whose == "a partner's":
        another_partner(scene)
    keys = (*scene.town.statement.keys, theirs)
    sign_chain(scene.town, 2, scene.town.signers, statement=replace(scene.town.statement, keys=keys).to_json())

    scene.nothing_believed("shared-key")


@pytest.mark.parametrize("whose", ["port-sable", "bois-clair"])
def test_key_compromise_used_to_speak_for_another_city(scene: Scene, whose: str) -> None:
    """Holds every key but the root's, and publishes a statement in the name of Port-Sable, or of another city."""
    issuer = {
        "port-sable": scene.port_sable.office.settings.issuer,
        "bois-clair": "https://bois-clair.example",
    }[whose]
    statement = replace(scene.town.statement, issuer=issuer, status_lists=(f"{issuer}/status/1",))
    sign_chain(scene.town, 2, scene.town.signers, statement=statement.to_json())

    scene.nothing_believed({"port-sable": "own-issuer", "bois-clair": "wrong-issuer"}[whose])


def test_key_compromise_used_to_speak_for_another_citys_cards(scene: Scene) -> None:
    """Holds Rivemont's card key, and writes Port-Sable into the card: the key is not one of Port-Sable's."""
    issuer = scene.port_sable.office.settings.issuer
    scene.cards["a thief"] = scene.city.card(
        issuer=issuer, status_uri=f"{issuer}/status/1", issued_on=TODAY, expires_on=TODAY + timedelta(days=9)
    )

    assert scene.verdict("a thief") is Verdict.UNKNOWN_ISSUER


def test_key_compromise_by_publishing_a_private_key(scene: Scene) -> None:
    """Nobody stole it: the city pasted it into its statement. It is refused before anybody can rely on it."""
    document = scene.town.statement.to_json().replace(b'"kty":"EC"', b'"d":"AAAA","kty":"EC"', 1)
    assert b'"d"' in document
    sign_chain(scene.town, 2, scene.town.signers, statement=document)

    scene.nothing_believed("private-key")


def another_partner(scene: Scene) -> None:
    """Bois-Clair is suspended here: its key is still its own."""
    statement = statement_of("Bois-Clair", keys=(card_key("Bois-Clair card"), status_key("Bois-Clair status")))
    with scene.port_sable.session() as session:
        session.add(
            Partner(
                issuer=statement.issuer,
                source="/nowhere",
                state=PartnerState.SUSPENDED,
                root_fingerprint="0" * 64,
                trusted_root=b"",
                statement=statement.to_json(),
            )
        )
