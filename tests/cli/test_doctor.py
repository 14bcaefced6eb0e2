"""`citycard doctor`, typed by whoever is called when something is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from citycard.keystore.ring import KeyRing, Purpose, load_ring
from citycard.operations.doctor.endings import Ending
from citycard.settings import Office
from citycard.store.engine import open_engine
from tests.cli.conftest import NOW, Typed


def test_each_finding_is_explained_with_what_to_type(citycard: Typed, office: Office) -> None:
    said = citycard("doctor", code=1)  # the stick is not in its safe

    about_the_stick = said[said.index("NOW   The offline keys lie on this server") :].partition("\n\n")[0]
    assert "[offline-keys-here offline]" in about_the_stick
    assert "Why: Whoever takes the server can make keys" in about_the_stick
    assert "Mend: Copy the folder to two sticks" in about_the_stick
    assert "fine  A specimen card was drawn." in said
    assert said.index("NOW ") < said.index("SOON ") < said.index("fine ")


def test_a_machine_that_watches_reads_json(citycard: Typed, office: Office) -> None:
    ring = load_ring(office)
    (status,) = ring[Purpose.STATUS]
    soon = replace(status, last_day=NOW.date() + timedelta(days=40))
    KeyRing(office, [soon if each is status else each for each in ring.entries]).save()

    found = json.loads(citycard("doctor", "--json", code=1))

    (ending,) = (each for each in found if each["code"] == "key-ends")
    assert (ending["level"], ending["about"], ending["days_left"]) == ("soon", "status", 40)
    assert ending["commands"] == ["citycard keys rotate"]
    assert {each["level"] for each in found} == {"fine", "soon", "now"}


def test_what_may_wait_is_no_failure(citycard: Typed, office: Office, tmp_path: Path) -> None:
    office.offline.rename(tmp_path / "safe")
    with Session(open_engine(office.database_url)) as session:
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        session.execute(text("INSERT INTO alembic_version VALUES ('0001')"))
        session.commit()

    assert "SOON  The passphrase" in citycard("doctor", code=0)


def test_the_commands_it_names_exist(citycard: Typed) -> None:
    """A command that is renamed must be renamed there, too."""
    named = {Ending(what, None, 0).command for what in (*Purpose, "card-standby", "timestamp-document")}
    for command in sorted({*named, "citycard lists add", "citycard retention run", "citycard partners sync"}):
        words = [word for word in command.split()[1:] if not word.startswith("--")][:2]
        citycard(*words, "--help")
