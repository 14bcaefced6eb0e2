"""The wheel that a city installs, rather than the checkout that we work in.

1. The source archive is built, and the wheel from that archive, as a packager would do it.
2. The wheel is installed into an environment that has our dependencies and not our checkout.
3. An office is made and started there, from another folder; its first page and a static file are opened.
"""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import sysconfig
import tarfile
import urllib.error
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import pytest

from tests.support.servers import RunningOffice, citycard, running_office

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Installation:
    """Citycard as a city has it: a Python of its own, and no checkout."""

    python: Path
    elsewhere: Path

    @property
    def command(self) -> tuple[str, ...]:
        return (str(self.python.with_name("citycard")),)


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The source archive and the wheel made from it."""
    # (1)
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    (source,), (wheel,) = out.glob("*.tar.gz"), out.glob("*.whl")
    return source, wheel


@pytest.fixture(scope="module")
def installation(archives: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The wheel in a new environment."""
    # (2)
    folder = tmp_path_factory.mktemp("town-hall")
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", archives[1])
    # The dependencies are borrowed from the environment of the tests. A .pth file named in a folder that was
    # itself added by a .pth file is not read, so the editable checkout does not come with them.
    site_packages = next((folder / "venv" / "lib").glob("python*/site-packages"))
    (site_packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    return Installation(python, elsewhere)


@pytest.fixture(scope="module")
def office(installation: Installation) -> Path:
    """Port-Sable's office, made by the installed command."""
    folder = installation.elsewhere / "port-sable"
    citycard(
        "init",
        folder,
        "--issuer",
        "https://port-sable.demo.invalid",
        "--name",
        "Port-Sable",
        "--language",
        "fr",
        "--country",
        "FR",
        "--time-zone",
        "Europe/Paris",
        "--demo",
        command=installation.command,
        cwd=installation.elsewhere,
    )
    return folder


@pytest.fixture(scope="module")
def running(installation: Installation, office: Path) -> Iterator[RunningOffice]:
    """That office, answering."""
    # (3)
    with running_office(office, command=installation.command, cwd=installation.elsewhere) as up:
        yield up


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """Run a command and return what it printed; fail the test if it failed."""
    done = subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def read(url: str) -> tuple[int, str, bytes]:
    """Open an address and return status, kind and body."""
    try:
        with urllib.request.urlopen(url, timeout=90) as answer:
            return answer.status, answer.headers.get_content_type(), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get_content_type(), error.read()


def test_neither_archive_holds_keys_or_databases(archives: tuple[Path, Path]) -> None:
    source, wheel = archives
    with tarfile.open(source) as packed, zipfile.ZipFile(wheel) as zipped:
        names = [name.partition("/")[2] for name in packed.getnames()] + zipped.namelist()

    assert [name for name in names if name.startswith("keys/")] == []
    assert [name for name in names if re.search(r"\.(pem|key|sqlite3.*)$|/(tests|\.git|\.venv)/", name)] == []


def test_the_wheel_brings_templates_static_files_and_migrations(archives: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(archives[1]) as zipped:
        inside = set(zipped.namelist())

    for name in ("templates", "static", "migrations"):
        kept = [path.relative_to(ROOT).as_posix() for path in (ROOT / name).rglob("*") if path.is_file()]
        wanted = {f"citycard/{path}" for path in kept if "__pycache__" not in path}
        assert wanted
        assert wanted <= inside


def test_the_wheel_brings_every_language_compiled(archives: tuple[Path, Path]) -> None:
    languages = {path.parents[1].name for path in (ROOT / "citycard").glob("translations/*/LC_MESSAGES/*.po")}
    with zipfile.ZipFile(archives[1]) as zipped:
        compiled = {name.split("/")[2] for name in zipped.namelist() if name.endswith("/messages.mo")}

    assert compiled == languages


def test_what_runs_is_the_wheel(installation: Installation) -> None:
    where = run(installation.python, "-c", "import citycard; print(citycard.__file__)", cwd=installation.elsewhere)

    assert Path(where.strip()).is_relative_to(installation.python.parents[1])


def test_init_brings_the_tables_up_to_date(installation: Installation, office: Path) -> None:
    with sqlite3.connect(office / "register.sqlite3") as register:
        (version,) = register.execute("SELECT version_num FROM alembic_version").fetchone()
    register.close()
    assert version

    # Once more changes nothing and is no error: an update of the package ends with this command.
    citycard("--office", office, "db", "upgrade", command=installation.command, cwd=installation.elsewhere)

    with sqlite3.connect(office / "register.sqlite3") as register:
        assert register.execute("SELECT version_num FROM alembic_version").fetchone() == (version,)
    register.close()


def test_the_first_page_and_its_style_sheet_open(running: RunningOffice) -> None:
    status, kind, page = read(f"{running.url}/")
    assert (status, kind) == (200, "text/html"), running.logged()
    assert b"Port-Sable" in page

    sheets = re.findall(r'href="([^"]+\.css[^"]*)"', page.decode())
    assert sheets, "the first page names no style sheet"
    for sheet in sheets:
        assert read(urljoin(f"{running.url}/", sheet))[:2] == (200, "text/css")
