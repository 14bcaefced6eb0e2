"""A partner that gives out another city's files again, and lies.

Rivemont's own server is down, and Valdune, whom Port-Sable recognises too, answers in its place with what an attacker
made. What it gives is verified as if it came from Rivemont: a lie is worth as much as a silence.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from citycard.core.keys import KeyState
from citycard.core.status import CardStatus
from citycard.core.verdicts import Verdict
from citycard.operations import relay
from citycard.partners.repository import RepositorySigners
from citycard.store.partners import Partner, PartnerState
from tests.attacks.trust.conftest import Mirror, Scene, answering, sign_chain
from tests.attacks.trust.test_arbitrary import THIEFS_KEY
from tests.partners.conftest import NOW, new_signers
from tests.support.cities import INDEX


@pytest.fixture
def valdune(scene: Scene, tmp_path: Path) -> Iterator[Mirror]:
    """Valdune's server, which has a true copy of what Rivemont gave out; Rivemont's own gives nothing from now on."""
    name = relay.name_of(scene.city.url)
    shutil.copytree(scene.town.folder, tmp_path / "valdune" / "relay" / name)
    mirror = Mirror(tmp_path / "valdune")
    with scene.port_sable.session() as session:
        session.add(
            Partner(
                issuer="https://valdune.example",
                source=mirror.base,
                state=PartnerState.RECOGNISED,
                root_fingerprint="0" * 64,
                trusted_root=b"",
                statement=b"",
            )
        )
    scene.mirror.answers["*"] = answering(500)
    yield mirror
    mirror.close()


def given_out(scene: Scene, valdune: Mirror) -> Path:
    """Where Valdune keeps Rivemont's files."""
    return valdune.folder / "relay" / relay.name_of(scene.city.url)


def test_a_true_copy_is_believed(scene: Scene, valdune: Mirror) -> None:
    """So that the others below show something: a card that ended is refused by way of Valdune alone."""
    scene.town.folder = given_out(scene, valdune)
    scene.publish_list({INDEX: CardStatus.REVOKED}, issued_at=NOW)

    assert scene.fetch() == "bad-answer"
    assert scene.partner.relayed
    assert scene.verdict() is Verdict.REVOKED


def test_a_relay_signs_nothing_in_another_citys_name(scene: Scene, valdune: Mirror) -> None:
    town = replace(scene.town, folder=given_out(scene, valdune), signers=new_signers())
    statement = replace(town.statement, keys=(*town.statement.keys, THIEFS_KEY))
    sign_chain(town, 9, town.signers, statement=statement.to_json())

    scene.nothing_believed("bad-answer")
    assert not scene.partner.relayed


def test_a_relay_cannot_go_back(scene: Scene, valdune: Mirror) -> None:
    """It kept the files from before a theft was told."""
    card, status = scene.town.statement.keys
    scene.mirror.answers.clear()
    scene.town.publish(keys=(replace(card, state=KeyState.COMPROMISED), status))
    assert scene.fetch() is None
    scene.remember()
    scene.mirror.answers["*"] = answering(500)

    scene.nothing_believed("bad-answer", verdict=Verdict.KEY_REVOKED)


def test_a_relay_brings_no_card_back(scene: Scene, valdune: Mirror) -> None:
    """It kept the list from before the card ended, and calls what we hold unchanged besides."""
    scene.mirror.answers.clear()
    scene.publish_list({INDEX: CardStatus.REVOKED}, issued_at=NOW)
    assert scene.fetch() is None
    scene.remember()
    scene.mirror.answers["*"] = answering(500)

    scene.nothing_believed("bad-answer", verdict=Verdict.REVOKED)
    valdune.answers[f"/relay/{relay.name_of(scene.city.url)}/status/1"] = answering(304)
    scene.nothing_believed("bad-answer", verdict=Verdict.REVOKED)


@pytest.mark.parametrize("answer", [answering(200, b"a" * (10 << 20)), answering(302, Location="http://127.0.0.1/")])
def test_a_relay_that_floods_or_sends_elsewhere(scene: Scene, valdune: Mirror, answer: object) -> None:
    valdune.answers["*"] = answer  # type: ignore[assignment]

    scene.nothing_believed("bad-answer")
    assert len(valdune.asked) < 9


def test_nobody_is_asked_when_the_city_answers_with_a_lie(scene: Scene, valdune: Mirror) -> None:
    """A wrong signature is for people to look at, and not to be covered up by an answer from elsewhere."""
    scene.mirror.answers.clear()
    robbed = RepositorySigners(timestamp=new_signers().timestamp)
    scene.town.rewrite("timestamp.json", lambda signed: setattr(signed, "version", 2), *robbed.timestamp)

    scene.nothing_believed("threshold")
    assert valdune.asked == []


def test_a_relay_is_not_asked_by_a_check(scene: Scene, valdune: Mirror) -> None:
    """Nor is anybody: who shows a card where is told to no other city."""
    scene.port_sable.clock.pass_by(hours=30)
    assert scene.verdict() is Verdict.OK_STALE
    scene.port_sable.clock.pass_by(days=22)
    assert scene.verdict() is Verdict.STALE_STATUS

    assert valdune.asked == []
