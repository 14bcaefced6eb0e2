"""`citycard retention`, `citycard audit` and `citycard publish`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from citycard.core.errors import CitycardError
from citycard.core.keys import KeyState
from citycard.core.status import read_status_list
from citycard.keystore.ring import KeyRing, Purpose, load_ring
from citycard.operations import publish
from citycard.operations.enrol import open_enrolments
from citycard.partners import repository
from citycard.settings import Office
from citycard.store.audit import AuditEntry
from citycard.store.engine import open_engine
from citycard.store.enrolments import Enrolment
from tests.cli.conftest import NOW, Typed
from tests.support.town_hall import TownHall


@pytest.fixture
def with_entries(citycard: Typed) -> Typed:
    """A terminal in an office whose log has three entries."""
    for name in ("library", "pool", "tram"):
        citycard("desks", "add", name)
    return citycard


def change(office: Office, *statements: object) -> None:
    engine = open_engine(office.database_url)
    with Session(engine) as session:
        for statement in statements:
            session.execute(statement)  # type: ignore[call-overload]
        session.commit()
    engine.dispose()


def test_a_whole_log_is_whole(with_entries: Typed) -> None:
    said = with_entries("audit", "verify")

    assert said.startswith("3 entries, whole. Head ")
    assert "without a witness" in said


def test_a_changed_log_is_broken(with_entries: Typed, office: Office) -> None:
    change(office, update(AuditEntry).where(AuditEntry.seq == 2).values(actor="somebody"))

    assert with_entries("audit", "verify", code=1) == "Error: The audit log is broken at entry 2. [audit-broken]\n"


def test_a_witness_sees_what_the_log_itself_cannot_tell(with_entries: Typed, office: Office, tmp_path: Path) -> None:
    witness = tmp_path / "head.json"
    witness.write_text(with_entries("audit", "head"))
    assert "without a witness" not in with_entries("audit", "verify", "--witness", witness)
    change(office, delete(AuditEntry).where(AuditEntry.seq == 3))
    with_entries("audit", "verify")

    assert "[audit-shortened]" in with_entries("audit", "verify", "--witness", witness, code=1)


@pytest.mark.parametrize("forged", [{"seq": 2}, {"hash": "00" * 32}, {"sig": "00" * 64}])
def test_a_witness_that_was_changed_is_none(with_entries: Typed, tmp_path: Path, forged: dict[str, object]) -> None:
    head = {**with_entries.json("audit", "head"), **forged}
    (tmp_path / "head.json").write_text(json.dumps(head))

    said = with_entries("audit", "verify", "--witness", tmp_path / "head.json", code=1)

    assert said.rstrip().endswith("]")


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", '{"seq": "x"}', '{"seq":1,"hash":"","sig":"zz","kid":""}'])
def test_what_is_no_witness_is_wrong_use(with_entries: Typed, tmp_path: Path, content: str) -> None:
    (tmp_path / "head.json").write_text(content)

    with_entries("audit", "verify", "--witness", tmp_path / "head.json", code=2)


def test_a_head_signed_by_another_office_is_none(with_entries: Typed, rivemont: Office, tmp_path: Path) -> None:
    (tmp_path / "head.json").write_text(Typed(rivemont)("audit", "head"))

    assert "never had" in with_entries("audit", "verify", "--witness", tmp_path / "head.json", code=2)


def test_the_head_is_signed_also_when_the_audit_key_has_grown_old(with_entries: Typed, office: Office) -> None:
    from dataclasses import replace
    from datetime import timedelta

    entries = [
        replace(entry, last_day=NOW.date() - timedelta(days=1), first_day=NOW.date() - timedelta(days=9))
        if entry.purpose is Purpose.AUDIT
        else entry
        for entry in load_ring(office).entries
    ]
    KeyRing(office, entries).save()

    assert with_entries.json("audit", "head")["seq"] == 3


def test_retention_says_what_it_did(citycard: Typed, office: Office) -> None:
    hall = TownHall(office, now=NOW)
    ticket = hall.enrol()
    kept = hall.approved()
    hall.close()
    engine = open_engine(office.database_url)
    change(office, update(Enrolment).where(Enrolment.ticket == ticket).values(deadline=NOW))

    assert citycard("retention", "run").startswith("1 enrolments forgotten, ")

    with Session(engine) as session:
        assert [row.ticket for row in open_enrolments(session)] == [kept]
    engine.dispose()


def test_what_is_published_is_all_a_partner_needs(citycard: Typed, office: Office, tmp_path: Path) -> None:
    said = citycard("publish", tmp_path / "out")
    files = sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file())

    assert said.startswith(f"{len(files)} files in ")
    folders = [".well-known"] + ["metadata"] * 5 + ["status"] * 9 + ["targets"] * 2
    assert [name.split("/")[0] for name in files] == folders
    assert {name.partition(".")[2] for name in files if name.startswith("targets")} == {
        "statement.json",
        "compromised.json",
    }
    assert said.rstrip().endswith("the statement, and 4 lists of ended cards.")
    kids = [each["kid"] for each in json.loads((tmp_path / "out" / ".well-known" / "jwks.json").read_text())["keys"]]
    assert kids == [entry.kid for entry in load_ring(office).entries if entry.purpose in (Purpose.CARD, Purpose.STATUS)]
    uris = publish.announced(office)
    issuer = load_ring(office).issuer(uris)
    for no, uri in enumerate(uris, start=1):
        token = (tmp_path / "out" / "status" / str(no)).read_bytes()
        read_status_list(token, issuer=issuer, uri=uri, now=NOW)


def test_a_folder_in_which_something_is_missing_is_said_to_be(citycard: Typed, office: Office, tmp_path: Path) -> None:
    """Nobody carries a stick two hundred kilometres to find that out there."""
    citycard("publish", tmp_path / "out")
    (tmp_path / "out" / "status" / "3").unlink()
    with pytest.raises(CitycardError, match="1 lists of ended cards are missing"):
        publish.read_again(office, tmp_path / "out", now=NOW)
    (tmp_path / "out" / "metadata" / "1.compromised.json").unlink()

    with pytest.raises(CitycardError):
        publish.read_again(office, tmp_path / "out", now=NOW)


def test_nothing_but_public_files_is_published(citycard: Typed, office: Office, tmp_path: Path) -> None:
    (office.published / "metadata" / ".timestamp.json.1.new").write_text("half a file")
    (office.published / "metadata" / "notes.txt").write_text("not for others")
    citycard("publish", tmp_path / "out")

    names = {path.name for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert not names & {".timestamp.json.1.new", "notes.txt", ".lock"}


def test_a_changed_statement_needs_the_offline_keys(citycard: Typed, office: Office, tmp_path: Path) -> None:
    kid = load_ring(office)[Purpose.CARD][1].public.kid.hex()
    load_ring(office).with_state(kid, KeyState.COMPROMISED).save()
    safe = office.offline.with_name("in-the-safe")
    office.offline.rename(safe)
    before = repository.current_statement(office.published)
    assert citycard("publish", tmp_path / "out", "--statement", code=1).rstrip().endswith("]")
    assert repository.current_statement(office.published) == before
    safe.rename(office.offline)

    citycard("publish", tmp_path / "out", "--statement")

    assert repository.current_statement(office.published) != before


def test_publishing_without_the_offline_keys_is_everyday_work(citycard: Typed, office: Office, tmp_path: Path) -> None:
    office.offline.rename(office.offline.with_name("in-the-safe"))

    citycard("publish", tmp_path / "out")
