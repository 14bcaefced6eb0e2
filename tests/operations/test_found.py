"""Founding an office: three folders, a key for each purpose, and never over an office that is there."""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from citycard.core.errors import CitycardError
from citycard.core.keys import KeyState
from citycard.keystore.ring import Purpose, load_ring
from citycard.operations.found import make_folders, to_toml
from citycard.partners import repository
from citycard.partners.statement import read_statement
from citycard.settings import load_office, read_settings
from tests.support.office import PORT_SABLE, make_office
from tests.support.town_hall import MONDAY


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which Port-Sable's office was founded."""
    place = tmp_path_factory.mktemp("towns")
    make_folders(place / "port-sable", PORT_SABLE, now=MONDAY, chance=os.urandom)
    return place


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_an_office_is_three_folders(place: Path) -> None:
    assert {path.name for path in place.iterdir()} == {"port-sable", "port-sable-secrets", "port-sable-offline"}
    assert {path.name for path in (place / "port-sable").iterdir()} == {
        "settings.toml",
        "keys.json",
        "published",
        "register.sqlite3",
    }


def test_secrets_are_for_their_owner_alone(place: Path) -> None:
    for kind in ("secrets", "offline"):
        folder = place / f"port-sable-{kind}"
        assert mode(folder) == 0o700
        for path in folder.rglob("*"):
            assert mode(path) == (0o700 if path.is_dir() else 0o600), path.name
    assert mode(place / "port-sable" / "register.sqlite3") == 0o600


def test_secrets_are_for_their_owner_alone_whatever_the_folder_was(tmp_path: Path) -> None:
    (tmp_path / "town-secrets").mkdir(mode=0o755)
    make_folders(tmp_path / "town", PORT_SABLE, now=MONDAY, chance=os.urandom)

    assert mode(tmp_path / "town-secrets") == 0o700


def test_each_purpose_has_a_key_of_its_own(place: Path) -> None:
    ring = load_ring(load_office(place / "port-sable"))

    assert [(entry.purpose, entry.state) for entry in ring.entries] == [
        (Purpose.ROOT, KeyState.ACTIVE),
        (Purpose.TARGETS, KeyState.ACTIVE),
        (Purpose.SNAPSHOT, KeyState.ACTIVE),
        (Purpose.TIMESTAMP, KeyState.ACTIVE),
        (Purpose.MARKS, KeyState.ACTIVE),
        (Purpose.CARD, KeyState.ACTIVE),
        (Purpose.CARD, KeyState.STANDBY),
        (Purpose.STATUS, KeyState.ACTIVE),
        (Purpose.BUNDLE, KeyState.ACTIVE),
        (Purpose.AUDIT, KeyState.ACTIVE),
    ]
    assert len({entry.public.thumbprint for entry in ring.entries}) == len(ring.entries)


def test_the_offline_keys_are_not_among_the_services_secrets(place: Path) -> None:
    names = {
        kind: {path.name.split("-")[0] for path in (place / f"port-sable-{kind}" / "keys").iterdir()}
        for kind in ("secrets", "offline")
    }

    assert names["offline"] == {"root", "targets", "card"}  # the card key that waits
    assert names["secrets"] == {"snapshot", "timestamp", "marks", "card", "status", "bundle", "audit"}
    passphrases = {(place / f"port-sable-{kind}" / "passphrase").read_text() for kind in ("secrets", "offline")}
    assert len(passphrases) == 2


def test_no_key_file_opens_without_its_passphrase(place: Path) -> None:
    for path in place.rglob("*.pem"):
        with pytest.raises(TypeError):
            serialization.load_pem_private_key(path.read_bytes(), None)


def test_the_office_folder_holds_no_secret(place: Path) -> None:
    """It is backed up, copied, looked at."""
    secrets = [
        (place / f"port-sable-{kind}" / name).read_bytes()
        for kind, name in (
            ("secrets", "passphrase"),
            ("offline", "passphrase"),
            ("secrets", "session.key"),
            ("secrets", "recovery.key"),
        )
    ]
    for path in (place / "port-sable").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"PRIVATE KEY" not in content
            assert not [secret for secret in secrets if secret in content]


def test_the_statement_is_published_and_reads(place: Path) -> None:
    office = load_office(place / "port-sable")
    statement = read_statement(repository.current_statement(office.published), allow_demo=True)

    assert statement.issuer == "https://port-sable.demo.invalid"
    assert statement.names == PORT_SABLE["names"]
    assert [key.use for key in statement.keys] == ["card", "card", "status", "bundle"]


def listing(place: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in place.rglob("*") if path.is_file()}


@pytest.mark.parametrize("kind", ["", "-secrets", "-offline"])
def test_nothing_that_exists_is_written_over(tmp_path: Path, kind: str) -> None:
    (tmp_path / f"town{kind}").mkdir()
    (tmp_path / f"town{kind}" / "something").write_text("of somebody")
    before = listing(tmp_path)

    with pytest.raises(CitycardError) as refusal:
        make_folders(tmp_path / "town", PORT_SABLE, now=MONDAY, chance=os.urandom)

    assert refusal.value.code == "folder-in-use"
    assert listing(tmp_path) == before


def test_an_office_is_not_founded_twice(place: Path) -> None:
    before = listing(place)

    with pytest.raises(CitycardError):
        make_folders(place / "port-sable", PORT_SABLE, now=MONDAY, chance=os.urandom)

    assert listing(place) == before


def test_wrong_settings_leave_nothing_behind(tmp_path: Path) -> None:
    """Or the second attempt, with the right ones, would find the folder in use."""
    with pytest.raises(CitycardError):
        make_folders(tmp_path / "town", {**PORT_SABLE, "country": "France"}, now=MONDAY, chance=os.urandom)

    assert list(tmp_path.iterdir()) == []


def test_the_passphrase_may_come_from_the_service_manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    credential = tmp_path / "credential"
    credential.write_text("from the service manager\n")
    monkeypatch.setenv("CITYCARD_PASSPHRASE_FILE", str(credential))
    office = make_folders(tmp_path / "town", PORT_SABLE, now=MONDAY, chance=os.urandom)
    ring = load_ring(office)

    assert not (office.secrets / "passphrase").exists()
    ring.sign_with(ring[Purpose.CARD][0])(b"x")
    ring.signer(ring[Purpose.ROOT][0])  # whose passphrase is its own, on the stick

    monkeypatch.delenv("CITYCARD_PASSPHRASE_FILE")
    with pytest.raises(CitycardError) as refusal:
        ring.sign_with(ring[Purpose.CARD][0])
    assert refusal.value.code == "passphrase"


NAMES = {
    "quotes": 'Saint-"Martin"\\d\'Été',
    "controls": "a\tb\x01\x1f\x7f",
    "other planes": "𐍈 Ville 🏙️",
    "right to left": "بور سابل",
    "an equals sign and a bracket": "[x] = 1 # no comment",
    "lines": "one\ntwo\r\nthree",
}


@pytest.mark.parametrize("kind", NAMES)
def test_settings_come_back_as_they_were_written(kind: str) -> None:
    settings: dict[str, Any] = {
        **PORT_SABLE,
        "names": {"fr": NAMES[kind], "ar": NAMES[kind]},
        "contact": NAMES[kind],
        "location_codes": {NAMES[kind]: NAMES[kind]},
        "services": ["library", NAMES[kind]],
        "behind_proxy": True,
        "validity_years": 3,
    }

    assert tomllib.loads(to_toml(settings)) == settings
    assert read_settings(tomllib.loads(to_toml(settings))).contact == NAMES[kind]


def test_offices_made_for_tests_are_founded_like_any_other(tmp_path: Path, place: Path) -> None:
    made = make_office(tmp_path)

    assert {path.name for path in made.folder.iterdir()} >= {path.name for path in (place / "port-sable").iterdir()}
