"""The doctor looks an office over: what is as it should be, what will not be soon, and what must be mended now."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from citycard.core.keys import KeyState
from citycard.keystore.ring import KeyRing, Purpose
from citycard.operations import doctor, print_card
from citycard.operations.doctor import endings, machine, press, register, wanted
from citycard.operations.doctor.finding import Finding, Level, worst
from citycard.operations.doctor.machine import Machine
from citycard.settings import Office
from citycard.store.cards import StatusListRow
from citycard.store.engine import open_engine
from citycard.store.partners import Partner, PartnerState
from tests.operations.conftest import OpenHall
from tests.support.office import FOUNDED_AT
from tests.support.town_hall import TownHall

QUIET = Machine(swaps="Filename Type Size Used Priority\n", core_pattern="core")
"""A machine as the guide wants it."""

WANTED = {"counter_address": ["1 place du Sable"], "legal_officer": "Service juridique, 01 00 00 00 00"}


@pytest.fixture
def tidy(open_hall: OpenHall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TownHall:
    """An office as the guide wants it: the stick in its safe, the passphrase elsewhere, the tables of this version."""
    hall = open_hall(**WANTED)
    hall.office.offline.rename(tmp_path / "safe")
    (hall.office.secrets / "passphrase").rename(tmp_path / "credential")
    monkeypatch.setenv("CITYCARD_PASSPHRASE_FILE", str(tmp_path / "credential"))
    hall.publish_lists()
    stamp(hall, "0001")
    return hall


def stamp(hall: TownHall, revision: str) -> None:
    with hall.engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:v)"), {"v": revision})


def examine(hall: TownHall) -> tuple[Finding, ...]:
    return doctor.examine(hall.office, hall.engine, here=QUIET, now=hall.now)


def told(hall: TownHall) -> dict[str, Level]:
    """What is not fine, and how long it may wait."""
    return {each.code: each.level for each in examine(hall) if each.level is not Level.FINE}


def test_an_office_as_the_guide_wants_it_is_fine(tidy: TownHall) -> None:
    found = examine(tidy)

    assert [each for each in found if each.level is not Level.FINE] == []
    assert worst(found) is Level.FINE
    assert len(found) == 7, "each subject says that it was looked at"


def test_it_changes_nothing(tidy: TownHall) -> None:
    def everything() -> dict[Path, bytes]:
        folders = (tidy.office.folder, tidy.office.secrets)
        files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
        return {path: path.read_bytes() for path in files if not path.name.endswith(("-wal", "-shm"))}

    before = everything()
    examine(tidy)

    assert everything() == before


def test_what_it_says_holds_nothing_of_holders(tidy: TownHall) -> None:
    tidy.enrol(full_name="Léonie Marchevert")
    card = tidy.card(full_name="Ousmane Rivière")
    tidy.clock.pass_by(days=40)

    said = repr(examine(tidy))

    for secret in ("Marchevert", "Rivière", card.number):
        assert secret not in said
    assert "forgetting-late" in said


# --- what ends ------------------------------------------------------------------------------------------


def change(hall: TownHall, purpose: Purpose, **changes: object) -> None:
    """Change every key of a purpose."""
    entries = [replace(each, **changes) if each.purpose is purpose else each for each in hall.ring.entries]  # type: ignore[arg-type]
    KeyRing(hall.office, entries).save()


def test_a_key_is_told_of_before_it_ends(tidy: TownHall) -> None:
    told_at = [(90, Level.SOON, False), (31, Level.SOON, False), (30, Level.SOON, True), (8, Level.SOON, True)]
    told_at += [(7, Level.NOW, True), (0, Level.NOW, True), (-1, Level.NOW, True)]
    for purpose in Purpose:
        for days, level, warning in told_at:
            change(tidy, purpose, last_day=tidy.now.date() + timedelta(days=days))
            found = {each.what: each for each in endings.to_tell(tidy.office, now=tidy.now)}
            assert set(found) == ({purpose, "card-standby"} if purpose is Purpose.CARD else {purpose})
            assert (found[purpose].level, found[purpose].pressing) == (level, warning)
        change(tidy, purpose, last_day=tidy.now.date() + timedelta(days=91))
        assert endings.to_tell(tidy.office, now=tidy.now) == ()


def test_a_key_that_ends_beside_a_later_one_harms_nobody(tidy: TownHall) -> None:
    old = tidy.ring[Purpose.STATUS][0]
    later = replace(tidy.ring[Purpose.BUNDLE][0], purpose=Purpose.STATUS)
    soon = replace(old, last_day=tidy.now.date() + timedelta(days=3))
    others = [each for each in tidy.ring.entries if each.purpose is not Purpose.STATUS]
    KeyRing(tidy.office, [*others, soon, later]).save()

    assert endings.to_tell(tidy.office, now=tidy.now) == ()


def test_a_purpose_without_a_key_is_said_at_once(tidy: TownHall) -> None:
    for purpose in Purpose:
        change(tidy, purpose, state=KeyState.RETIRED)

    missing = {each.about: each for each in endings.findings(tidy.office, now=tidy.now)}

    assert set(missing) == {*Purpose, "card-standby"}
    for purpose in Purpose:
        assert (missing[purpose].code, missing[purpose].level) == ("key-missing", Level.NOW)
        assert missing[purpose].commands == ("citycard keys rotate",)


def test_an_office_without_a_standby_key_is_told(tidy: TownHall) -> None:
    KeyRing(tidy.office, [each for each in tidy.ring.entries if each.state is not KeyState.STANDBY]).save()

    (found,) = endings.findings(tidy.office, now=tidy.now)

    assert (found.about, found.level, found.commands) == ("card-standby", Level.SOON, ("citycard keys rotate",))


def test_each_document_is_told_of_before_it_ends(tidy: TownHall) -> None:
    """Nobody was there for a year: first it is the service that does not sign, then what the custodians sign."""

    def documents() -> dict[str, Level]:
        found = endings.to_tell(tidy.office, now=tidy.now)
        return {each.what: each.level for each in found if each.what.endswith("-document")}

    tidy.clock.now = FOUNDED_AT + timedelta(days=2)
    assert documents() == {}
    tidy.clock.now = FOUNDED_AT + timedelta(days=10)
    of_the_service = ("marks-document", "snapshot-document", "timestamp-document")
    assert documents() == dict.fromkeys(of_the_service, Level.SOON)
    tidy.clock.now = FOUNDED_AT + timedelta(days=14)
    assert documents() == dict.fromkeys(of_the_service, Level.NOW)
    tidy.clock.now = FOUNDED_AT + timedelta(days=396 - 90)
    assert documents()["targets-document"] is Level.SOON
    tidy.clock.now = FOUNDED_AT + timedelta(days=396 - 7)
    assert documents()["targets-document"] is Level.NOW
    assert "root-document" not in documents()
    tidy.clock.now = FOUNDED_AT + timedelta(days=1096 - 90)
    assert documents()["root-document"] is Level.SOON


@pytest.mark.parametrize(
    ("file", "code"), [("keys.json", "keys-unreadable"), ("published/metadata/timestamp.json", "published-unreadable")]
)
def test_what_cannot_be_read_is_a_finding_and_stops_nothing(tidy: TownHall, file: str, code: str) -> None:
    (tidy.office.folder / file).write_text("{")

    assert told(tidy) == {code: Level.NOW}
    assert endings.to_tell(tidy.office, now=tidy.now) == ()


# --- secrets --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["", "session.key", "keys", "day-keys"])
def test_secrets_are_for_the_service_alone(tidy: TownHall, what: str) -> None:
    tidy.enrol()  # makes a key of the day
    tidy.enrol()
    path = tidy.office.secrets / what
    path.chmod(path.stat().st_mode | 0o040)

    (found,) = (each for each in examine(tidy) if each.level is not Level.FINE)

    assert (found.code, found.level) == ("readable-by-others", Level.NOW)
    assert found.commands == (f"chmod -R go= {tidy.office.secrets}",)
    assert os.system(found.commands[0]) == 0
    assert told(tidy) == {}


def test_a_register_that_others_may_read_is_told(tidy: TownHall) -> None:
    (tidy.office.folder / "register.sqlite3").chmod(0o644)

    assert told(tidy) == {"readable-by-others": Level.NOW}


@pytest.mark.parametrize("name", ["session.key", "recovery.key"])
def test_a_missing_secret_is_named_and_the_command_makes_a_new_one(tidy: TownHall, name: str) -> None:
    path = tidy.office.secrets / name
    before = path.read_bytes()
    path.write_bytes(b"")
    assert told(tidy) == {"secret-missing": Level.NOW}
    path.unlink()

    (found,) = (each for each in examine(tidy) if each.level is not Level.FINE)

    assert (found.code, found.about, found.level) == ("secret-missing", name, Level.NOW)
    assert os.system(found.commands[0]) == 0
    assert len(path.read_bytes()) == 64
    assert path.read_bytes() != before
    assert told(tidy) == {}


def test_a_key_that_does_not_open_is_told(tidy: TownHall, tmp_path: Path) -> None:
    status = tidy.ring[Purpose.STATUS][0]
    (tidy.office.secrets / "keys" / status.uri.removeprefix("pkcs8:")).unlink()
    assert told(tidy) == {"key-does-not-open": Level.NOW}

    (tmp_path / "credential").unlink()
    assert told(tidy) == {"passphrase-missing": Level.NOW}


def test_a_passphrase_beside_its_keys_is_told(tidy: TownHall, tmp_path: Path) -> None:
    shutil.copy(tmp_path / "credential", tidy.office.secrets / "passphrase")
    (tidy.office.secrets / "passphrase").chmod(0o600)

    assert told(tidy) == {"passphrase-beside": Level.SOON}


def test_the_safes_keys_on_the_server_are_told(tidy: TownHall, tmp_path: Path) -> None:
    (tmp_path / "safe").rename(tidy.office.offline)
    assert told(tidy) == {"offline-keys-here": Level.NOW}

    (tidy.office.offline / "passphrase").unlink()
    assert told(tidy) == {"offline-keys-here": Level.SOON}


def test_a_key_of_a_day_before_yesterday_is_told(tidy: TownHall) -> None:
    tidy.enrol()
    tidy.clock.pass_by(days=1)
    assert "day-keys-old" not in told(tidy)
    tidy.clock.pass_by(days=1)
    assert told(tidy)["day-keys-old"] is Level.NOW

    tidy.sweep()
    tidy.publish_lists()

    assert "day-keys-old" not in told(tidy)


# --- the register ---------------------------------------------------------------------------------------


def test_a_register_that_is_not_there_is_not_made(tidy: TownHall) -> None:
    tidy.close()
    file = tidy.office.folder / "register.sqlite3"
    for path in tidy.office.folder.glob("register.sqlite3*"):
        path.unlink()

    assert told(tidy) == {"register-unreachable": Level.NOW}
    assert not file.exists()


def test_a_server_that_does_not_answer_is_told_without_its_words() -> None:
    nobody = open_engine("postgresql://nobody:secret@127.0.0.1:1/nothing")

    (found,) = register.findings(nobody, now=FOUNDED_AT)

    assert (found.code, found.level) == ("register-unreachable", Level.NOW)
    assert "secret" not in repr(found)
    assert "127.0.0.1" not in repr(found)


def test_tables_of_another_version_are_told(hall: TownHall) -> None:
    stamp(hall, "0000")
    assert told(hall)["register-behind"] is Level.NOW

    stamp(hall, "0001")
    assert "register-behind" not in told(hall)


def test_a_register_without_tables_is_told(tidy: TownHall) -> None:
    with tidy.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
        connection.execute(text("DROP TABLE partner_lists"))
        connection.execute(text("DROP TABLE partners"))

    assert told(tidy) == {"register-behind": Level.NOW}


def test_lists_that_are_not_signed_are_told(tidy: TownHall) -> None:
    tidy.clock.pass_by(minutes=64)
    assert told(tidy) == {}
    tidy.clock.pass_by(minutes=2)
    assert told(tidy) == {"lists-unsigned": Level.NOW}

    tidy.publish_lists()
    assert told(tidy) == {}


def test_a_clock_that_was_set_back_is_told(tidy: TownHall) -> None:
    with tidy.session() as session:
        session.get_one(StatusListRow, 1).signed_at = tidy.now + timedelta(minutes=6)

    assert told(tidy) == {"clock-behind": Level.NOW}


def test_an_enrolment_that_should_be_forgotten_is_told(tidy: TownHall) -> None:
    tidy.enrol()
    tidy.clock.pass_by(minutes=89)
    tidy.publish_lists()
    assert told(tidy) == {}
    tidy.clock.pass_by(minutes=2)
    assert told(tidy) == {"forgetting-late": Level.NOW}

    tidy.sweep()
    assert told(tidy) == {}


def test_a_partner_that_is_not_heard_is_told(tidy: TownHall) -> None:
    heard = {"yesterday": 1, "before": 3, "long-ago": 15, "never": None}
    with tidy.session() as session:
        for name, days in [*heard.items(), ("over", None)]:
            session.add(
                Partner(
                    issuer=f"https://{name}.example",
                    source="stick",
                    state=PartnerState.ENDED if name == "over" else PartnerState.RECOGNISED,
                    root_fingerprint="0" * 64,
                    trusted_root=b"",
                    statement=b"",
                    last_success=None if days is None else tidy.now - timedelta(days=days),
                )
            )

    found = {each.about: each.level for each in register.findings(tidy.engine, now=tidy.now)}

    assert found == {
        "https://before.example": Level.SOON,
        "https://long-ago.example": Level.NOW,
        "https://never.example": Level.NOW,
    }


# --- settings, machine, printing ------------------------------------------------------------------------


def test_settings_that_are_empty_and_wanted_are_told(open_hall: OpenHall) -> None:
    findings = list(wanted.findings(open_hall(contact="").office.settings))
    found = {each.about: each.level for each in findings}

    assert found == dict.fromkeys(("contact", "counter_address", "legal_officer"), Level.SOON)
    assert all("above [names]" in each.mend for each in findings)


@pytest.mark.parametrize(
    ("swaps", "pattern", "codes"),
    [
        ("Filename\n/dev/sda2 partition\n", "core", {"swap-on"}),
        ("Filename\n/dev/zram0 partition\n", "core", set()),
        ("Filename\n", "|/usr/lib/keeper %P", {"core-dumps"}),
        (None, None, set()),
    ],
)
def test_what_carries_memory_to_a_disk_is_told(swaps: str | None, pattern: str | None, codes: set[str]) -> None:
    found = machine.findings(Machine(swaps, pattern))

    assert {each.code: each.level for each in found if each.level is not Level.FINE} == dict.fromkeys(codes, Level.SOON)


@pytest.mark.parametrize("what", ["typefaces", "the card"])
def test_an_office_that_cannot_print_is_told(tidy: TownHall, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    if what == "typefaces":
        monkeypatch.setattr(press.coverage, "families", lambda: ("No Such Face",))
    else:
        (tidy.office.folder / "arms.svg").write_text("<svg")

    assert list(told(tidy).values()) == [Level.NOW]
    assert list(told(tidy)) == ["typefaces-missing" if what == "typefaces" else "cannot-print"]


def test_the_specimen_bears_codes_that_no_reader_takes(tidy: TownHall, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    monkeypatch.setattr(press, "render_card", lambda face, **_: drawn.append(face))

    examine(tidy)

    assert [(face.full_code, face.light_code, face.demo) for face in drawn] == [
        (print_card.SPECIMEN_FULL, print_card.SPECIMEN_LIGHT, True)
    ]


def test_a_subject_that_cannot_be_looked_at_hides_no_other(tidy: TownHall, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> Callable[[], Office]:
        raise PermissionError("secrets")

    monkeypatch.setattr(doctor.safe, "findings", away)

    found = examine(tidy)

    assert [(each.code, each.about) for each in found if each.level is Level.NOW] == [("not-looked-at", "secrets")]
    assert len(found) == 7
