"""What an office decided about itself: read once, each mistake told with its name."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from citycard.core.errors import CitycardError
from citycard.operations.found import to_toml
from citycard.settings import LANGUAGES, Office, Settings, SettingsRefused, load_office, read_settings

LEAST: dict[str, Any] = {
    "issuer": "https://port-sable.fr",
    "country": "FR",
    "time_zone": "Europe/Paris",
    "names": {"fr": "Port-Sable"},
}
"""All that has no default."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An office folder with the least that its settings can say."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("CITYCARD_PASSPHRASE_FILE", raising=False)
    folder = tmp_path / "port-sable"
    folder.mkdir()
    (folder / "settings.toml").write_text(to_toml(LEAST), "utf-8")
    return folder


def test_four_settings_are_enough() -> None:
    settings = read_settings(LEAST)

    assert settings.names == {"fr": "Port-Sable"}
    assert not settings.demo


def test_defaults_are_right_in_production_and_may_be_public() -> None:
    """A secret has no default, and whoever changes nothing gets the strict office."""
    settings = read_settings(LEAST)

    assert (settings.approval, settings.portrait_in_code) == ("always", "choice")
    assert (settings.validity_years, settings.pickup_days, settings.cards_per_clerk_per_day) == (5, 30, 60)
    assert (settings.behind_proxy, settings.hosts, settings.services) == (False, (), ())
    assert not [item.name for item in fields(Settings) if "password" in item.name or "key" in item.name]


def test_settings_do_not_change_while_the_office_runs() -> None:
    with pytest.raises(FrozenInstanceError):
        read_settings(LEAST).approval = "never"  # type: ignore[misc]


@pytest.mark.parametrize("name", LEAST)
def test_a_missing_setting_is_named(name: str) -> None:
    values = {key: value for key, value in LEAST.items() if key != name}

    with pytest.raises(SettingsRefused, match=f"lacks a setting: {name}"):
        read_settings(values)


@pytest.mark.parametrize("name", ["isuer", "Issuer", "passphrase", "secret_key", ""])
def test_an_unknown_setting_is_named(name: str) -> None:
    with pytest.raises(SettingsRefused, match=f"unknown setting: {name}"):
        read_settings({**LEAST, name: "x"})


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ('legal_officer = "Legal office, 01"', "legal_officer"),
        ('counter_address = ["1 quai des Brumes"]', "counter_address"),
        ("training = true", "training"),
    ],
)
def test_a_setting_below_the_names_is_no_name_of_the_city(folder: Path, line: str, name: str) -> None:
    """Whoever follows the doctor writes at the end of the file, where `init` wrote the names."""
    with (folder / "settings.toml").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")

    with pytest.raises(SettingsRefused, match=rf"{name} stands under \[names\]: move it above that line"):
        load_office(folder)


def test_the_file_says_where_a_new_setting_goes(folder: Path) -> None:
    before = (folder / "settings.toml").read_text("utf-8")
    assert "above the first line in [ ]" in before
    above, _, names = before.partition("[names]")
    (folder / "settings.toml").write_text(f'{above}legal_officer = "Legal office, 01"\n[names]{names}', "utf-8")

    assert load_office(folder).settings.legal_officer == "Legal office, 01"


@pytest.mark.parametrize("code", ["legal_oficer", "FR", "french", "", "f", "fr\n"])
def test_a_name_stands_under_a_language_code(code: str) -> None:
    with pytest.raises(SettingsRefused, match=r"under \[names\] is no language code"):
        read_settings({**LEAST, "names": {"fr": "Port-Sable", code: "x"}})
    assert read_settings({**LEAST, "names": {"fr": "Port-Sable", "oc": "Pòrt-Sabla"}}).name("oc") == "Pòrt-Sabla"


KINDS: dict[str, list[Any]] = {
    "issuer": [1, True, ["x"], {"x": "y"}],
    "names": ["Port-Sable", ["Port-Sable"], {"fr": 1}, {"fr": ["x"]}],
    "country": [33, None],
    "time_zone": [1],
    "default_language": [1],
    "contact": [{}],
    "opening_hours": [9, ["9-12"]],
    "counter_address": ["1 quai des Brumes", [1]],
    "legal_officer": [1, ["the legal service"]],
    "ask_also": ["The library", [1], {"a": "b"}],
    "location_codes": ["17999", ["17999"], {"17999": 17999}],
    "colour": [0x0B5D6B],
    "database": [False],
    "secrets": [[]],
    "offline": [0],
    "hosts": ["cards.port-sable.fr", {"a": "b"}, [1], [["x"]]],
    "behind_proxy": ["yes", 1, 0],
    "validity_years": ["5", 5.0, True],
    "validity_by_age": [5, ["13"], {"13": "2"}, {"13": 2.0}, {"13": True}],
    "age_of_majority": ["18", 18.0, True],
    "portrait_in_code": [True],
    "approval": [False],
    "evidence": [1, ["fr-2026"], True],
    "cards_per_clerk_per_day": ["60", 60.5, True],
    "endings_per_clerk_per_day": ["10", 1.5, True],
    "closing_time": [17, 17.5, ["17:30"]],
    "training": ["yes", 1],
    "pickup_days": ["30", 1.5],
    "sync_minutes": ["15", 15.0, True],
    "relay": ["yes", 1],
    "mail_host": [25, ["mail"]],
    "mail_port": ["587", 587.0, True],
    "mail_user": [1],
    "mail_from": [["cards@port-sable.fr"], 1],
    "mail_to": ["cards@port-sable.fr", [1]],
    "services": ["library", [None], [True]],
}


def test_every_setting_has_its_wrong_kinds() -> None:
    assert set(KINDS) == {item.name for item in fields(Settings)}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in KINDS.items() for value in values], ids=str
)
def test_a_setting_of_the_wrong_kind_is_named(name: str, value: Any) -> None:
    with pytest.raises(SettingsRefused, match=name):
        read_settings({**LEAST, name: value})


WRONG: dict[str, list[Any]] = {
    "issuer": ["", "http://port-sable.fr", "https://Port-Sable.fr", "https://port-sable.fr/", "https://127.0.0.1", "x"],
    "names": [{}, {"en": "Port-Sable"}],
    "default_language": ["de", "", "FR", "en"],  # the city has no name in English here
    "country": ["", "F", "FRA", "fr", "F1", "ÉR", "Fr"],
    "time_zone": ["", "Paris", "Europe/Atlantis", "../../etc/passwd", "/etc/localtime"],
    "portrait_in_code": ["", "yes", "Always"],
    "approval": ["", "sometimes", "NEVER"],
    "validity_years": [0, -1, 16],
    "validity_by_age": [{"13": 0}, {"13": 16}, {"": 2}, {"013": 2}, {"-1": 2}, {"130": 2}, {"١٣": 2}, {"13\n": 2}],
    "age_of_majority": [-1, 22],
    "closing_time": ["17h30", "7:30", "24:00", "17:60", "17:30:00", "١٧:٣٠", "17:30\n", " "],
    "training": [True],  # of a city that is not under a reserved name
    "pickup_days": [0, 61],
    "sync_minutes": [0, 61],
    "mail_host": ["mail.port-sable.fr", "mail server", "mail.fr\nx"],  # the first without addresses
    "mail_port": [0, 65536],
    "mail_from": ["cards", "Cards <cards@port-sable.fr>", "cards@port-sable.fr\nBcc: x@y.fr", "a b@c.fr"],
    "mail_to": [["cards@port-sable.fr", ""], ["a@b@c"], ["x@y.fr,z@y.fr"]],
    "cards_per_clerk_per_day": [0, -5],
    "endings_per_clerk_per_day": [-1],
    "colour": ["teal", "#12", "0b5d6b", "#0b5d6b;x"],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values], ids=str
)
def test_a_wrong_value_is_named(name: str, value: Any) -> None:
    with pytest.raises(CitycardError) as refusal:
        read_settings({**LEAST, name: value})

    sentence = str(refusal.value)
    said = {"names": "default_language"}.get(name, name)
    assert said in sentence, sentence


@pytest.mark.parametrize(("years", "good"), [(1, True), (15, True), (16, False)])
def test_no_card_is_for_life(years: int, good: bool) -> None:
    if good:
        assert read_settings({**LEAST, "validity_years": years}).validity_years == years
    else:
        with pytest.raises(SettingsRefused):
            read_settings({**LEAST, "validity_years": years})


def test_a_table_of_numbers_is_written_as_it_is_read(folder: Path) -> None:
    (folder / "settings.toml").write_text(to_toml({**LEAST, "validity_by_age": {"13": 2, "64": 5}}), "utf-8")

    assert load_office(folder).settings.validity_by_age == {"13": 2, "64": 5}


@pytest.mark.parametrize(
    ("issuer", "demo"),
    [
        ("https://port-sable.fr", False),
        ("https://port-sable.demo.invalid", True),
        ("https://port-sable.example", True),
        ("https://port-sable.test", True),
        ("https://invalid.fr", False),
    ],
)
def test_a_demonstration_is_known_by_its_name(issuer: str, demo: bool) -> None:
    assert read_settings({**LEAST, "issuer": issuer}).demo is demo


def test_a_day_begins_at_midnight_in_the_city() -> None:
    settings = read_settings({**LEAST, "time_zone": "Pacific/Auckland"})

    assert settings.today(datetime(2026, 11, 23, 10, 59, tzinfo=UTC)) == date(2026, 11, 23)
    assert settings.today(datetime(2026, 11, 23, 11, 0, tzinfo=UTC)) == date(2026, 11, 24)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_city_has_a_name_in_every_language(language: str) -> None:
    assert read_settings(LEAST).name(language) == "Port-Sable"
    assert read_settings({**LEAST, "names": {"fr": "x", language: "y"}}).name(language) == "y"


# --- the folder -----------------------------------------------------------------------------------------


def test_secrets_lie_beside_the_office_and_not_in_it(folder: Path) -> None:
    office = load_office(folder)

    assert office.secrets == folder.with_name("port-sable-secrets")
    assert office.offline == folder.with_name("port-sable-offline")
    assert office.database_url == f"sqlite:///{folder / 'register.sqlite3'}"
    inside = {office.published, office.partners, office.keys_file}
    assert all(path.parent == folder for path in inside)


def test_secrets_may_lie_elsewhere(folder: Path, tmp_path: Path) -> None:
    (folder / "settings.toml").write_text(
        to_toml({**LEAST, "secrets": "../vault/keys", "offline": str(tmp_path / "stick")}), "utf-8"
    )
    office = load_office(folder)

    assert office.secrets == tmp_path / "vault" / "keys"
    assert office.offline == tmp_path / "stick"


@pytest.mark.parametrize("name", ["secrets", "offline"])
@pytest.mark.parametrize("place", [".", "secrets", "published/keys"])
def test_secrets_inside_the_office_folder_are_refused(folder: Path, name: str, place: str) -> None:
    """That folder is backed up and copied; yesterday's keys would live on in every copy."""
    (folder / "settings.toml").write_text(to_toml({**LEAST, name: place}), "utf-8")

    with pytest.raises(SettingsRefused, match=name):
        load_office(folder)


def test_the_environment_names_the_database(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://citycard@db/register")

    assert load_office(folder).database_url == "postgresql://citycard@db/register"


def test_an_empty_variable_names_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("CITYCARD_PASSPHRASE_FILE", "")
    office = load_office(folder)
    office.secrets.mkdir()
    (office.secrets / "passphrase").write_text("from the secrets folder")

    assert office.database_url.startswith("sqlite")
    assert office.passphrase(office.secrets) == "from the secrets folder"


# --- passphrases ----------------------------------------------------------------------------------------


@pytest.fixture
def office(folder: Path) -> Office:
    """An office whose two passphrases lie in their folders."""
    office = load_office(folder)
    for place, passphrase in ((office.secrets, "of the service\n"), (office.offline, "of the stick\n")):
        place.mkdir()
        (place / "passphrase").write_text(passphrase)
    return office


def test_each_folder_has_its_own_passphrase(office: Office) -> None:
    assert office.passphrase(office.secrets) == "of the service"
    assert office.passphrase(office.offline) == "of the stick"


def test_the_service_manager_hands_the_passphrase_over(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "credential").write_text("from systemd\n")
    monkeypatch.setenv("CITYCARD_PASSPHRASE_FILE", str(tmp_path / "credential"))

    assert office.passphrase(office.secrets) == "from systemd"
    assert office.passphrase(office.offline) == "of the stick"  # that one is with the stick


@pytest.mark.parametrize("content", [None, b"", b" \n", b"\xff\xfe"])
def test_a_passphrase_that_cannot_be_read_is_told_without_its_path(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "credential").write_bytes(content)
    monkeypatch.setenv("CITYCARD_PASSPHRASE_FILE", str(tmp_path / "credential"))

    with pytest.raises(SettingsRefused) as refusal:
        office.passphrase(office.secrets)

    assert refusal.value.code == "passphrase"
    assert str(refusal.value) == "The passphrase file credential cannot be read."


# --- files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content", [b"issuer", b"issuer = ", b"\xff\xfe", b"[names", b"a = 1\na = 2\n", b'issuer = "\x00"']
)
def test_a_file_that_cannot_be_read_is_told(folder: Path, content: bytes) -> None:
    (folder / "settings.toml").write_bytes(content)

    with pytest.raises(SettingsRefused, match=r"settings\.toml"):
        load_office(folder)


def test_a_folder_without_settings_is_no_office(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="citycard init"):
        load_office(tmp_path)


def test_a_file_is_no_office(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SettingsRefused):
        load_office(tmp_path / "file")


def test_settings_that_are_a_folder_are_told(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").mkdir()

    with pytest.raises(SettingsRefused, match=r"settings\.toml"):
        load_office(tmp_path)
