"""What the documents promise is what the programme does."""

from __future__ import annotations

import contextlib
import io
import json
import re
from dataclasses import fields
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import click
import pytest

from citycard.cli import main
from citycard.settings import Settings, load_office
from citycard.web.app import create_app
from tests.support.servers import citycard

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "SECURITY.md",
    ROOT / "keys" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]


def read(document: str) -> str:
    return (ROOT / document).read_text("utf-8")


def test_the_five_lines_of_the_readme_run(demo_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever pastes them after `make demo` gets what the README says they print."""
    (code,) = re.findall(r"```python\n(.*?)```", read("README.md"), re.DOTALL)
    shown = citycard("--office", demo_folder / "port-sable", "keys", "fingerprint", "--json").stdout
    digits = " ".join(json.loads(shown)["digits"])
    monkeypatch.chdir(demo_folder)

    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(code, "README.md", "exec"), {"input": lambda _question: digits})

    assert printed.getvalue().strip() == "OK Awa Diombélé"
    assert f"`{printed.getvalue().strip()}`" in read("README.md")


def test_the_table_of_roles_is_what_the_pages_say(demo_folder: Path) -> None:
    """Run `.venv/bin/python scripts/roles.py` after adding a page or changing whom it is open to, and read the diff."""
    roles = script("roles")

    assert read("docs/roles.md") == roles.document(create_app(load_office(demo_folder / "port-sable")))


def script(name: str) -> ModuleType:
    """A file of scripts/, which is no package."""
    spec = spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text("utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), f"{target} is not there"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_test_that_is_named_exists(document: Path) -> None:
    """A promise whose test has gone is a promise nobody keeps."""
    for name in re.findall(r"`(tests/[\w/]+\.py)`", document.read_text("utf-8")):
        assert (ROOT / name).is_file(), f"{name} is not there"


def test_every_setting_is_explained() -> None:
    told = read("docs/running-an-office.md")

    assert [field.name for field in fields(Settings) if f"`{field.name}`" not in told] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_that_is_named_can_be_run(document: Path) -> None:
    context = click.Context(main)
    for line in re.findall(r"\bcitycard ((?:--office \S+ )?[a-z][a-z -]*)", document.read_text("utf-8")):
        words = re.sub(r"^--office \S+ ", "", line).split()
        command: click.Command = main
        while isinstance(command, click.Group) and words and not words[0].startswith("-"):
            found = command.get_command(context, words.pop(0))
            assert found is not None, f"there is no such command: citycard {line}"
            command = found
