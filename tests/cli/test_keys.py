"""`citycard keys`: making them, showing them, and the fingerprint that is read over the telephone."""

from __future__ import annotations

import pytest

from citycard.core.keys import KeyState
from citycard.keystore.ring import Purpose, load_ring
from citycard.partners import repository
from citycard.partners.fingerprint import Fingerprint
from citycard.partners.statement import read_statement
from citycard.settings import Office
from tests.cli.conftest import Typed


def published_kids(office: Office) -> list[str]:
    statement = read_statement(repository.current_statement(office.published), allow_demo=True)
    return [key.kid.hex() for key in statement.keys]


@pytest.mark.parametrize("purpose", ["card", "status", "bundle"])
@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA"])
def test_a_new_key_is_published_and_waits(citycard: Typed, office: Office, purpose: str, algorithm: str) -> None:
    said = citycard("keys", "new", purpose, "--algorithm", algorithm)
    entry = load_ring(office)[Purpose(purpose)][-1]

    assert said == f"{purpose} key {entry.public.kid.hex()} is standby and published.\n"
    assert entry.public.curve == ("P-256" if algorithm == "ES256" else "Ed25519")
    assert entry.public.kid.hex() in published_kids(office)
    assert "keys-changed" in acts(office)


def acts(office: Office) -> list[str]:
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from citycard.store.audit import AuditEntry
    from citycard.store.engine import open_engine

    engine = open_engine(office.database_url)
    with Session(engine) as session:
        found = list(session.scalars(select(AuditEntry.act)))
    engine.dispose()
    return found


def test_a_new_key_may_sign_at_once(citycard: Typed, office: Office) -> None:
    citycard("keys", "new", "card", "--state", "active")

    assert [entry.state for entry in load_ring(office)[Purpose.CARD]] == [
        KeyState.ACTIVE,
        KeyState.STANDBY,
        KeyState.ACTIVE,
    ]


def test_a_key_that_signs_at_once_cannot_be_kept_from_the_partners(citycard: Typed, office: Office) -> None:
    citycard("keys", "new", "card", "--state", "active", "--no-publish", code=2)

    assert len(load_ring(office)[Purpose.CARD]) == 2


def test_a_standby_key_may_be_published_later(citycard: Typed, office: Office) -> None:
    said = citycard("keys", "new", "card", "--no-publish")

    assert "Not yet published" in said
    kid = load_ring(office)[Purpose.CARD][-1].public.kid.hex()
    assert kid not in published_kids(office)
    citycard("publish", office.folder.parent / "out", "--statement")
    assert kid in published_kids(office)


@pytest.mark.parametrize("days", ["0", "366", "4000", "-1"])
def test_a_key_signs_for_a_year_at_most(citycard: Typed, office: Office, days: str) -> None:
    citycard("keys", "new", "card", "--days", days, code=2)

    assert len(load_ring(office)[Purpose.CARD]) == 2


def test_the_longest_key_can_be_published(citycard: Typed) -> None:
    citycard("keys", "new", "card", "--days", "365")


def test_without_the_offline_keys_nothing_is_published_and_nothing_saved(citycard: Typed, office: Office) -> None:
    office.offline.rename(office.offline.with_name("in-the-safe"))
    before = (office.keys_file.read_bytes(), published_kids(office))

    said = citycard("keys", "new", "card", code=1)

    assert said.rstrip().endswith("]")
    assert (office.keys_file.read_bytes(), published_kids(office)) == before


def test_the_list_shows_every_key_and_no_secret(citycard: Typed, office: Office) -> None:
    rows = citycard.json("keys", "list", "--json")
    text = citycard("keys", "list")

    assert [row["purpose"] for row in rows] == [entry.purpose for entry in load_ring(office).entries]
    assert set(rows[0]) == {"kid", "purpose", "algorithm", "state", "first_day", "last_day", "days_left", "kept"}
    assert all(row["kid"] in text for row in rows)
    assert {row["kept"] for row in rows} == {"offline", "pkcs8"}


def test_the_fingerprint_is_the_one_others_compare(citycard: Typed, office: Office) -> None:
    mark = Fingerprint.of(repository.current_root(office.published))

    shown = citycard.json("keys", "fingerprint", "--json")
    text = citycard("keys", "fingerprint")

    assert shown == {
        "issuer": "https://port-sable.demo.invalid",
        "sha256": mark.hex,
        "digits": list(mark.digits),
        "words": list(mark.words),
    }
    assert " ".join(mark.digits) in text
    assert " ".join(mark.words) in text
