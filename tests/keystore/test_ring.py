"""The key ring: what keys.json says, and which key is to be used when."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from citycard.core.errors import CitycardError, KeyRefused
from citycard.core.keys import KeyState
from citycard.keystore.ring import KeyRing, Purpose, load_ring
from citycard.keystore.signers import KeyUnavailable
from citycard.settings import Office, SettingsRefused
from tests.support.office import FOUNDED_AT, make_office

FOUNDED = FOUNDED_AT.date()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Port-Sable's office."""
    return make_office(tmp_path)


@pytest.fixture
def ring(office: Office) -> KeyRing:
    """Its keys."""
    return load_ring(office)


def test_a_ring_is_read_as_it_was_saved(office: Office, ring: KeyRing) -> None:
    ring.save()

    assert load_ring(office).entries == ring.entries


def test_keys_json_holds_public_keys_and_addresses(office: Office) -> None:
    for item in json.loads(office.keys_file.read_text("utf-8"))["keys"]:
        assert set(item) == {"purpose", "uri", "jwk", "state", "first_day", "last_day"}
        assert set(item["jwk"]) <= {"kty", "crv", "x", "y", "kid"}
        assert not item["uri"].removeprefix("pkcs8:").startswith("/")


@pytest.mark.parametrize("day", [FOUNDED - timedelta(days=1), FOUNDED + timedelta(days=366)])
def test_outside_its_days_no_key_is_usable(ring: KeyRing, day: date) -> None:
    with pytest.raises(KeyUnavailable) as refusal:
        ring.usable(Purpose.CARD, day)

    assert refusal.value.code == "key-none"


@pytest.mark.parametrize("day", [FOUNDED, FOUNDED + timedelta(days=365)])
def test_first_and_last_day_are_its_own(ring: KeyRing, day: date) -> None:
    assert [entry.state for entry in ring.usable(Purpose.CARD, day)] == [KeyState.ACTIVE]


@pytest.mark.parametrize("state", list(KeyState))
def test_only_an_active_key_is_usable(ring: KeyRing, state: KeyState) -> None:
    kid = ring[Purpose.STATUS][0].public.kid.hex()
    changed = ring.with_state(kid, state)

    if state is KeyState.ACTIVE:
        assert len(changed.usable(Purpose.STATUS, FOUNDED)) == 1
    else:
        with pytest.raises(KeyUnavailable):
            changed.usable(Purpose.STATUS, FOUNDED)


def test_a_key_nobody_has_does_not_change_state(ring: KeyRing) -> None:
    with pytest.raises(KeyRefused) as refusal:
        ring.with_state("00" * 8, KeyState.COMPROMISED)

    assert refusal.value.code == "key-unknown"


def test_a_new_key_is_not_in_force_before_it_is_saved(office: Office, ring: KeyRing) -> None:
    new = ring.with_new(
        Purpose.CARD, curve="Ed25519", state=KeyState.ACTIVE, first_day=FOUNDED, last_day=FOUNDED + timedelta(days=9)
    )
    assert len(load_ring(office)[Purpose.CARD]) == 2

    new.save()

    entry = load_ring(office)[Purpose.CARD][-1]
    assert entry.uri == f"pkcs8:card-{entry.public.kid.hex()}.pem"
    new.sign_with(entry)(b"x")


def test_statement_and_desks_get_the_keys_for_them_and_no_others(ring: KeyRing) -> None:
    issuer = ring.issuer(())

    assert [key.use for key in issuer.keys] == ["card", "card", "status", "bundle"]
    with pytest.raises(KeyRefused):
        _ = ring[Purpose.ROOT][0].pinned


def test_every_private_part_opens(ring: KeyRing) -> None:
    for entry in ring.entries:
        entry.public.check(b"x", ring.sign_with(entry)(b"x"), int(entry.public.algorithm))


def test_without_the_stick_the_offline_keys_are_absent_and_the_others_work(office: Office, ring: KeyRing) -> None:
    office.offline.rename(office.offline.with_name("in-the-safe"))

    for purpose in Purpose:
        if purpose.offline:
            with pytest.raises(CitycardError) as refusal:
                ring.signer(ring[purpose][0])
            assert refusal.value.code in ("key-absent", "passphrase")
        else:
            ring.signer(ring[purpose][0])


DAMAGE = {
    "not JSON": "{",
    "a list": "[]",
    "no keys": "{}",
    "a purpose nobody knows": '{"keys": [{"purpose": "gold"}]}',
    "half a key": '{"keys": [{"purpose": "card", "uri": "pkcs8:x.pem", "jwk": {"kty": "EC", "crv": "P-256"}}]}',
    "empty": "",
    "bytes": "\udcff",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_ring_is_told_in_a_sentence(office: Office, damage: str) -> None:
    office.keys_file.write_bytes(DAMAGE[damage].encode("utf-8", "surrogateescape"))

    with pytest.raises(CitycardError) as refusal:
        load_ring(office)

    assert str(refusal.value).endswith(".")


def test_a_missing_ring_is_told_in_a_sentence(office: Office) -> None:
    office.keys_file.unlink()

    with pytest.raises(SettingsRefused, match=r"no keys\.json"):
        load_ring(office)


def test_a_private_key_in_the_ring_is_refused(office: Office) -> None:
    content = json.loads(office.keys_file.read_text("utf-8"))
    content["keys"][0]["jwk"]["d"] = "c2VjcmV0"
    office.keys_file.write_text(json.dumps(content), "utf-8")

    with pytest.raises(KeyRefused) as refusal:
        load_ring(office)

    assert refusal.value.code == "key-private"
    assert "c2VjcmV0" not in str(refusal.value)


def test_a_key_under_another_name_is_noticed_when_it_is_opened(office: Office, ring: KeyRing) -> None:
    """Somebody exchanged two files."""
    keys = office.secrets / "keys"
    card, status = (keys / ring[purpose][0].uri.removeprefix("pkcs8:") for purpose in (Purpose.CARD, Purpose.STATUS))
    status.replace(card)

    with pytest.raises(KeyUnavailable) as refusal:
        ring.sign_with(ring[Purpose.CARD][0])

    assert refusal.value.code == "key-other"
