"""The ten lines of the core's README check a card from three files, on a machine with two libraries."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.cities import City

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "citycard" / "core" / "README.md"

ALONE = """
import builtins, sys
real, allowed = builtins.__import__, {"citycard", "cbor2", "_cbor2", "cryptography", "cffi", "_cffi_backend"}
def only(name, globals=None, locals=None, fromlist=(), level=0):
    first = name.partition(".")[0]
    if level == 0 and first not in allowed and first not in sys.stdlib_module_names:
        raise ImportError(f"{name} is not the core's to import")
    return real(name, globals, locals, fromlist, level)
for absent in ("flask", "sqlalchemy"):
    sys.modules[absent] = None
builtins.__import__ = only
exec(compile(sys.argv[1], "README.md", "exec"), {"__name__": "__main__"})
"""


def ten_lines() -> str:
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    return str(code)


@pytest.fixture
def files(tmp_path: Path, port_sable: City) -> Path:
    """The three files, of a card issued in this test's own year."""
    city = port_sable.issuer
    vector = {
        "issuer": city.url,
        "names": dict(city.names),
        "keys": [key.to_json() for key in city.keys],
        "status_lists": list(city.status_lists),
    }
    (tmp_path / "city.json").write_text(json.dumps(vector))
    (tmp_path / "list.cwt").write_bytes(port_sable.status_list())
    (tmp_path / "card.txt").write_text(port_sable.card())
    return tmp_path


def run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run `code` in a Python that has neither Flask nor a database, beside the files."""
    return subprocess.run(
        [sys.executable, "-c", ALONE, code],
        cwd=folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def at(moment: str) -> str:
    """Return the ten lines with the clock at the cast's noon, since the cast's cards are of its own time."""
    code = ten_lines()
    assert code.count("datetime.now(UTC)") == 1
    return code.replace("datetime.now(UTC)", f"datetime.fromisoformat({moment!r})")


def test_they_are_ten() -> None:
    assert len([line for line in ten_lines().splitlines() if line]) == 10


def test_they_print_the_holders_name(files: Path) -> None:
    done = run(at("2026-03-10T12:00:00+00:00"), files)
    assert (done.stdout, done.stderr) == ("Léonie Marchevert\n", "")


def test_they_refuse_a_card_that_is_over(files: Path) -> None:
    done = run(at("2031-03-10T12:00:00+00:00"), files)
    assert done.stdout == ""
    assert "Refused" in done.stderr


def test_they_run_as_they_stand(files: Path) -> None:
    """With this machine's own clock, whatever it says: a name, or a refusal of ours."""
    done = run(ten_lines(), files)
    assert done.stdout == "Léonie Marchevert\n" or "citycard.core.errors." in done.stderr, datetime.now(UTC)
