"""The vault: what is sealed opens with the key of its day, in its own row, and never again after that."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from citycard.keystore.vault import Forgotten, SealedRecord, Vault
from tests.support.town_hall import chance_from

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)
CONTENT = "Léonie Marchevert".encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the keys of the day lie."""
    return tmp_path / "day-keys"


@pytest.fixture
def vault(folder: Path) -> Vault:
    """A vault that has no key yet."""
    return Vault(folder, chance=chance_from(1))


@pytest.fixture
def record(vault: Vault) -> SealedRecord:
    """A record sealed on Monday, in row "a"."""
    return vault.seal(CONTENT, record_id="a", today=MONDAY)


def test_what_is_sealed_opens(vault: Vault, record: SealedRecord) -> None:
    assert vault.open(record, record_id="a") == CONTENT
    assert record.wrapped_by == "2026-11-23"


def test_what_is_sealed_shows_nothing_but_its_length(vault: Vault, record: SealedRecord) -> None:
    again = vault.seal(CONTENT, record_id="a", today=MONDAY)

    assert CONTENT not in record.sealed
    assert record.sealed != again.sealed
    assert record.wrapped_key != again.wrapped_key
    assert len(record.sealed) == 12 + len(CONTENT) + 16


def test_another_worker_opens_it_too(folder: Path, record: SealedRecord) -> None:
    assert Vault(folder, chance=chance_from(2)).open(record, record_id="a") == CONTENT


def test_a_file_moved_to_another_row_does_not_open(vault: Vault, record: SealedRecord) -> None:
    with pytest.raises(Forgotten) as refusal:
        vault.open(record, record_id="b")

    assert refusal.value.code == "record-damaged"


def test_two_rows_cannot_be_mixed(vault: Vault, record: SealedRecord) -> None:
    other = vault.seal(b"somebody else", record_id="b", today=MONDAY)
    for mixed in (replace(record, sealed=other.sealed), replace(record, wrapped_key=other.wrapped_key)):
        for row in ("a", "b"):
            with pytest.raises(Forgotten):
                vault.open(mixed, record_id=row)


@pytest.mark.parametrize("member", ["sealed", "wrapped_key"])
def test_no_byte_can_be_changed(vault: Vault, record: SealedRecord, member: str) -> None:
    good: bytes = getattr(record, member)
    for place in range(len(good)):
        bad = good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]
        with pytest.raises(Forgotten):
            vault.open(replace(record, **{member: bad}), record_id="a")


@pytest.mark.parametrize("content", [b"", b"x", b"\0" * 11, b"\0" * 12, b"\0" * 27])
@pytest.mark.parametrize("member", ["sealed", "wrapped_key"])
def test_a_stump_does_not_open(vault: Vault, record: SealedRecord, member: str, content: bytes) -> None:
    with pytest.raises(Forgotten):
        vault.open(replace(record, **{member: content}), record_id="a")


@pytest.mark.parametrize("name", ["", "2026-11-22", "../passphrase", "/etc/passwd", "2026-W48-1", "20261123", "x\0y"])
def test_a_day_without_a_key_opens_nothing(vault: Vault, record: SealedRecord, name: str) -> None:
    with pytest.raises(Forgotten) as refusal:
        vault.open(replace(record, wrapped_by=name), record_id="a")

    assert refusal.value.code == "forgotten"


@pytest.mark.parametrize("content", [b"", b"x" * 31, b"x" * 33])
def test_a_damaged_key_opens_nothing(vault: Vault, record: SealedRecord, folder: Path, content: bytes) -> None:
    (folder / "2026-11-23.day").write_bytes(content)

    with pytest.raises(Forgotten) as refusal:
        vault.open(record, record_id="a")

    assert refusal.value.code == "forgotten"


def test_other_content_is_sealed_under_the_same_key(vault: Vault, record: SealedRecord) -> None:
    changed = vault.reseal(record, b"changed", record_id="a")

    assert vault.open(changed, record_id="a") == b"changed"
    assert changed.wrapped_key == record.wrapped_key
    assert changed.sealed[:12] != record.sealed[:12]  # never the same nonce twice


def test_the_night_moves_what_is_open_and_destroys_the_key(vault: Vault, record: SealedRecord, folder: Path) -> None:
    moved = vault.rewrap(record, record_id="a", today=TUESDAY)
    assert moved.sealed == record.sealed

    assert vault.destroy_before(TUESDAY) == 1

    assert [path.name for path in folder.iterdir()] == ["2026-11-24.day"]
    assert vault.open(moved, record_id="a") == CONTENT
    with pytest.raises(Forgotten):
        vault.open(record, record_id="a")
    with pytest.raises(Forgotten):
        vault.rewrap(record, record_id="a", today=WEDNESDAY)
    with pytest.raises(Forgotten):
        vault.reseal(record, b"x", record_id="a")


def test_wrapping_under_the_same_day_changes_nothing(vault: Vault, record: SealedRecord) -> None:
    assert vault.rewrap(record, record_id="a", today=MONDAY) == record


def test_a_row_cannot_be_wrapped_anew_as_another(vault: Vault, record: SealedRecord) -> None:
    with pytest.raises(Forgotten):
        vault.rewrap(record, record_id="b", today=TUESDAY)


def test_the_bytes_of_a_key_are_overwritten_before_its_name_goes(
    vault: Vault, record: SealedRecord, folder: Path, tmp_path: Path
) -> None:
    """A second name for the same file shows what was left where the key had been."""
    path = folder / "2026-11-23.day"
    key = path.read_bytes()
    (tmp_path / "witness").hardlink_to(path)

    vault.destroy_before(TUESDAY)

    assert record is not None
    assert len((tmp_path / "witness").read_bytes()) == len(key)
    assert (tmp_path / "witness").read_bytes() != key


def test_keys_of_today_and_later_stay(vault: Vault, folder: Path) -> None:
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        vault.seal(b"x", record_id="a", today=day)

    assert vault.destroy_before(MONDAY) == 0
    assert vault.destroy_before(WEDNESDAY) == 2
    assert [path.name for path in folder.iterdir()] == ["2026-11-25.day"]


def test_what_a_crash_left_of_a_key_goes_with_it(vault: Vault, record: SealedRecord, folder: Path) -> None:
    """Between two names of the same file: the hidden one holds the key as well as the other."""
    (folder / ".2026-11-23.0123456789abcdef").hardlink_to(folder / "2026-11-23.day")
    (folder / ".2026-11-24.0123456789abcdef").write_bytes(b"a draft of today's")

    vault.destroy_before(TUESDAY)

    assert record is not None
    assert [path.name for path in folder.iterdir()] == [".2026-11-24.0123456789abcdef"]


def test_destroying_where_there_is_nothing_does_nothing(vault: Vault) -> None:
    assert vault.destroy_before(MONDAY) == 0


def test_a_day_has_one_key_however_many_begin_it(folder: Path) -> None:
    vaults = [Vault(folder, chance=chance_from(seed)) for seed in range(8)]
    with ThreadPoolExecutor(8) as pool:
        records = list(pool.map(lambda each: each.seal(CONTENT, record_id="a", today=MONDAY), vaults))

    assert [path.name for path in folder.iterdir()] == ["2026-11-23.day"]
    for record in records:
        assert vaults[0].open(record, record_id="a") == CONTENT


def test_keys_are_their_owners_alone(vault: Vault, record: SealedRecord, folder: Path) -> None:
    assert record is not None
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "2026-11-23.day").stat().st_mode) == 0o600


def test_a_digest_needs_the_records_own_key(vault: Vault, record: SealedRecord) -> None:
    other = vault.seal(CONTENT, record_id="b", today=MONDAY)
    digests = {
        vault.digest(record, CONTENT, record_id="a", purpose="approval"),
        vault.digest(record, CONTENT, record_id="a", purpose="another"),
        vault.digest(record, CONTENT + b" ", record_id="a", purpose="approval"),
        vault.digest(other, CONTENT, record_id="b", purpose="approval"),
    }
    assert len(digests) == 4
    moved = vault.rewrap(record, record_id="a", today=TUESDAY)
    assert vault.digest(moved, CONTENT, record_id="a", purpose="approval") in digests

    vault.destroy_before(TUESDAY)

    with pytest.raises(Forgotten):
        vault.digest(record, CONTENT, record_id="a", purpose="approval")
