"""`citycard init`, and what every command does when it stands in the wrong place."""

from __future__ import annotations

import contextlib
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from citycard.settings import Office, load_office
from citycard.store.cards import StatusListRow
from citycard.store.engine import open_engine
from citycard.store.tables import Base
from tests.cli.conftest import Typed

HERE = ("--language", "fr", "--country", "FR", "--time-zone", "Europe/Paris")
DEMO = ("--issuer", "https://port-sable.demo.invalid", "--name", "Port-Sable", *HERE, "--demo")


def test_an_office_is_made_with_one_command(tmp_path: Path) -> None:
    said = Typed()("init", tmp_path / "town", *DEMO, "--contact", "1 place du Sable")
    office = load_office(tmp_path / "town")

    assert f"citycard --office {tmp_path / 'town'} staff add" in said
    assert office.settings.names == {"fr": "Port-Sable"}
    assert office.settings.contact == "1 place du Sable"
    engine = open_engine(office.database_url)
    assert set(inspect(engine).get_table_names()) == {*Base.metadata.tables, "alembic_version"}
    with Session(engine) as session:
        assert all(row.token for row in session.scalars(select(StatusListRow)))
    engine.dispose()


def at_a_terminal(*arguments: str | Path, types: str) -> str:
    """Type `types` at the command, which has a terminal of its own; return the screen."""
    command = [str(Path(sys.executable).with_name("citycard")), *map(str, arguments)]
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        os.write(ours, types.encode())
        screen = b""
        # A terminal whose last user has gone answers with an error.
        with contextlib.suppress(OSError):
            while part := os.read(ours, 4096):
                screen += part
    os.close(ours)
    assert process.returncode == 0, screen.decode()
    return screen.decode()


def test_what_is_missing_is_asked_for_until_it_is_right(tmp_path: Path) -> None:
    answers = {
        "http://port-sable.demo.invalid": "It begins with https://",
        "https://port-sable.demo.invalid/": "Without the slash",
        "https://port-sable.fr": "leave --demo out",
        "https://port-sable.demo.invalid": "",
        "de": "is not one of",
        "es": "",
        "Port-Sable": "",
        "Spain": "Two letters",
        "es ": "",
        "Europe/Atlantis": "no IANA time zone",
        "Europe/Madrid": "",
        "": "",
    }

    screen = at_a_terminal("init", tmp_path / "town", "--demo", types="\n".join(answers) + "\n")

    assert all(sentence in screen for sentence in answers.values())
    settings = load_office(tmp_path / "town").settings
    assert settings.issuer == "https://port-sable.demo.invalid"
    assert settings.names == {"es": "Port-Sable"}
    assert (settings.country, settings.time_zone, settings.contact) == ("ES", "Europe/Madrid", "Port-Sable")


@pytest.mark.parametrize("missing", ["--issuer", "--name", "--language", "--country", "--time-zone"])
def test_where_nobody_can_be_asked_a_missing_option_is_named(tmp_path: Path, missing: str) -> None:
    place = DEMO.index(missing)
    said = Typed()("init", tmp_path / "town", *DEMO[:place], *DEMO[place + 2 :], code=2)

    assert f"{missing} is missing" in said
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_use_is_refused_before_the_questions(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not an office")

    assert "[folder-in-use]" in Typed()("init", tmp_path, code=1)


def test_an_office_is_never_made_over_another(citycard: Typed, office: Office) -> None:
    before = office.keys_file.read_bytes()

    said = citycard("init", office.folder, *DEMO, code=1)

    assert "[folder-in-use]" in said
    assert office.keys_file.read_bytes() == before


@pytest.mark.parametrize(
    ("issuer", "demo"),
    [
        ("https://port-sable.demo.invalid", False),
        ("https://port-sable.fr", True),
        ("https://port-sable.test", False),
    ],
)
def test_a_demonstration_says_that_it_is_one(tmp_path: Path, issuer: str, demo: bool) -> None:
    options = ["--demo"] if demo else []
    said = Typed()("init", tmp_path / "town", "--issuer", issuer, "--name", "Port-Sable", *HERE, *options, code=2)

    assert "demonstration" in said.lower()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--issuer", "http://port-sable.fr"),
        ("--issuer", "https://Port-Sable.fr"),
        ("--issuer", "https://port-sable.fr:8443"),
        ("--issuer", "https://port-sable.fr?x"),
        ("--issuer", "port-sable"),
        ("--issuer", "https://port-sable.fr/"),
        ("--name", " "),
        ("--language", "de"),
        ("--country", "France"),
        ("--country", "F1"),
        ("--time-zone", "Europe/Atlantis"),
        ("--time-zone", "../../etc/passwd"),
        ("--contact", "x" * 500),
    ],
)
def test_a_wrong_answer_is_told_and_leaves_nothing(tmp_path: Path, option: str, value: str) -> None:
    given = {
        "--issuer": "https://port-sable.fr",
        "--name": "Port-Sable",
        **dict(zip(HERE[::2], HERE[1::2], strict=True)),
        option: value,
    }
    arguments = [part for pair in given.items() for part in pair]

    said = Typed()("init", tmp_path / "town", *arguments, code=2)

    assert f"Invalid value for '{option}'" in said
    assert list(tmp_path.iterdir()) == []


COMMANDS = [
    ("keys", "list"),
    ("keys", "fingerprint"),
    ("staff", "list"),
    ("desks", "list"),
    ("partners", "list"),
    ("partners", "sync"),
    ("retention", "run"),
    ("audit", "verify"),
    ("audit", "head"),
    ("publish", "out"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_outside_an_office_every_command_says_so(
    tmp_path: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    said = Typed()(*command, code=1)

    assert "citycard init" in said
    assert "[settings]" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [each for each in COMMANDS if each[0] in ("staff", "desks", "retention", "audit")])
def test_without_its_tables_a_register_is_told_in_a_sentence(
    citycard: Typed, office: Office, command: tuple[str, ...]
) -> None:
    for file in office.folder.glob("register.sqlite3*"):
        file.unlink()

    said = citycard(*command, code=1)

    assert "citycard db upgrade" in said
    assert "SELECT" not in said


def test_the_office_may_be_named_by_the_environment(office: Office) -> None:
    assert "card" in Typed(env={"CITYCARD_OFFICE": str(office.folder)})("keys", "list")


@pytest.mark.parametrize("command", [(), ("keys",), ("staff",), ("partners",), ("init",), ("run",)], ids=" ".join)
def test_help_needs_no_office(tmp_path: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert "Usage:" in Typed()(*command, "--help")


@pytest.mark.parametrize(
    "command", [("fly",), ("keys", "eat"), ("staff", "add"), ("keys", "new", "root")], ids=" ".join
)
def test_wrong_use_is_code_two(citycard: Typed, command: tuple[str, ...]) -> None:
    citycard(*command, code=2)


def test_the_installed_command_is_this_one(office: Office) -> None:
    """Once, as a process of its own: code, sentence and where they go."""
    command = [str(Path(sys.executable).with_name("citycard")), "--office", str(office.folder)]
    done = subprocess.run([*command, "staff", "close", "Nobody"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: There is nobody with this sign-in name. [no-staff]\n"
