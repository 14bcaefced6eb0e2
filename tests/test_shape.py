"""What the code base promises about its own shape.

Each test is a rule of the house. When one fails, read its docstring: it says why the rule is there and what to
do instead of breaking it.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "citycard"

MAY_IMPORT: dict[str, set[str]] = {
    "core": set(),
    "paths": set(),
    "settings": {"core", "paths"},
    "keystore": {"core", "settings"},
    "store": {"core", "settings", "paths"},
    "partners": {"core", "settings"},
    "evidence": {"core", "paths"},
    "services": {"core", "paths"},
    "guidance": {"core", "settings"},
    "printing": {"core", "paths", "settings"},
    "slips": {"core", "paths", "settings", "evidence", "printing"},
    "attendants": {"settings", "printing"},
    "transit": {"core", "paths", "settings", "store", "partners", "printing"},
    "operations": {
        "core",
        "settings",
        "paths",
        "keystore",
        "store",
        "partners",
        "evidence",
        "services",
        "printing",
        "slips",
    },
}
"""Who knows whom below the edge. Whatever is not named here is an edge and may import everything."""

EDGES = {"web", "cli", "demo", "__main__"}
"""Where people and machines come in. Edges may import everything; nobody below may import them."""

THE_CORE_NEEDS = {"cbor2", "cryptography"}

NOT_IN_THE_CORE = {
    "asyncio": "the network",
    "ftplib": "the network",
    "http": "the network",
    "os": "files and chance",
    "pathlib": "files",
    "random": "chance",
    "secrets": "chance",
    "shutil": "files",
    "socket": "the network",
    "ssl": "the network",
    "subprocess": "other programmes",
    "tempfile": "files",
    "time": "the clock",
    "urllib.request": "the network",
}

CLOCKS = {"now", "utcnow", "today"}


@cache
def tracked_files() -> tuple[Path, ...]:
    """What git holds, or would hold after the next ``git add``."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("this is not a git checkout")
    names = sorted(set(listed.stdout.decode().split("\0")) - {""})
    return tuple(ROOT / name for name in names if (ROOT / name).is_file())


def tracked_texts() -> list[tuple[str, str]]:
    """Every tracked file that is text: its name from the top of the repository, and its content."""
    texts = []
    for file in tracked_files():
        content = file.read_bytes()
        if b"\0" not in content[:8000]:
            texts.append((file.relative_to(ROOT).as_posix(), content.decode("utf-8", errors="replace")))
    return texts


def sources(folder: Path = PACKAGE) -> list[Path]:
    """The Python files of a folder and of those below it."""
    return sorted(folder.rglob("*.py"))


def module_name(file: Path) -> str:
    """``citycard.core.verify`` for its file."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(file: Path) -> set[str]:
    """Every module that a file names in an import, wherever in the file, with its full name."""
    module = module_name(file)
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"), str(file))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                ancestors = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*ancestors, base] if base else ancestors)
            found.add(base)
            # `from citycard import web` names a module too.
            found.update(f"{base}.{alias.name}" for alias in node.names)
    return found


def area(module: str) -> str:
    """``core`` for ``citycard.core.verify``; empty for the package itself and for other people's modules."""
    parts = module.split(".")
    return parts[1] if parts[0] == "citycard" and len(parts) > 1 else ""


def core_modules() -> list[str]:
    """Every module of the core."""
    return [module_name(file) for file in sources(PACKAGE / "core")]


# --- the core -----------------------------------------------------------------------------------------


def test_the_core_can_be_used_without_the_web() -> None:
    """A partner city checks cards with the core alone, on a machine with no Flask and no database library.

    Every module of ``citycard.core`` is imported in a Python in which those cannot be imported. If this fails,
    the named module reached for something outside: hand the value in as an argument instead.
    """
    code = (
        "import importlib, sys\n"
        "for absent in ('flask', 'sqlalchemy', 'werkzeug', 'jinja2', 'tuf', 'PIL', 'typst', 'requests'):\n"
        "    sys.modules[absent] = None\n"
        "for name in sys.argv[1:]:\n"
        "    importlib.import_module(name)\n"
        "beyond = [n for n in sys.modules if n.startswith('citycard.') and not n.startswith('citycard.core')]\n"
        "assert not beyond, beyond\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *core_modules()], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("file", sources(PACKAGE / "core"), ids=module_name)
def test_the_core_needs_two_libraries_and_nothing_else(file: Path) -> None:
    """``cbor2`` and ``cryptography``: what a kiosk, a bus or another city must install to check our cards.

    A third one is a decision about all of them. Put the code that needs it in another folder.
    """
    outside = {name.partition(".")[0] for name in imports_of(file) if not name.startswith("citycard.core")} - {
        "__future__"
    }

    assert outside <= THE_CORE_NEEDS | set(sys.stdlib_module_names)


@pytest.mark.parametrize("file", sources(PACKAGE / "core"), ids=module_name)
def test_the_core_has_no_files_no_network_no_chance_and_no_clock(file: Path) -> None:
    """What the core says depends on its arguments alone, so that it can be tested on the last valid day.

    Time, chance and keys come in by the door: ``verify(text, …, now=now)``. Take an argument, keyword-only.
    """
    for name in imports_of(file):
        for forbidden, what in NOT_IN_THE_CORE.items():
            assert not f"{name}.".startswith(f"{forbidden}."), f"{name} brings {what}"

    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute):
                assert called.attr not in CLOCKS, f"line {node.lineno} reads the clock"
            elif isinstance(called, ast.Name):
                assert called.id != "open", f"line {node.lineno} opens a file"


# --- who knows whom -----------------------------------------------------------------------------------


def test_the_package_itself_imports_nothing() -> None:
    """``import citycard.core`` runs ``citycard/__init__.py`` first: what it imports, the core imports."""
    assert imports_of(PACKAGE / "__init__.py") == set()


@pytest.mark.parametrize("file", sources(), ids=module_name)
def test_imports_go_one_way(file: Path) -> None:
    """core ← keystore, store, partners, evidence, services, printing ← operations ← web, cli.

    An arrow the other way makes a folder impossible to understand, test or replace alone. Usually the value
    can be an argument; sometimes the function belongs one folder further up.
    """
    here = area(module_name(file))
    if not here or here in EDGES:
        return
    assert here in MAY_IMPORT, f"citycard/{here} is new: say in MAY_IMPORT whom it may know"

    known = MAY_IMPORT[here] | {here, "__version__", ""}
    strangers = {name for name in imports_of(file) if area(name) not in known}

    assert not strangers, f"citycard/{here} must not know {sorted(strangers)}"


@pytest.mark.parametrize("file", sources(), ids=module_name)
def test_nobody_knows_the_web(file: Path) -> None:
    """What is written in a view can only be used by a browser. Operations serve the command line as well."""
    if area(module_name(file)) in EDGES:
        return
    web_libraries = {"flask", "flask_wtf", "flask_babel", "flask_limiter", "flask_migrate", "wtforms", "werkzeug"}

    assert not {name.partition(".")[0] for name in imports_of(file)} & web_libraries


# --- names and words ----------------------------------------------------------------------------------


@pytest.mark.parametrize("file", sources(), ids=module_name)
def test_no_module_is_a_drawer(file: Path) -> None:
    """Whatever fits nowhere ends up in ``utils``, and nobody finds it again. Name the subject instead."""
    assert not {"utils", "util", "helpers", "helper", "misc", "common"} & set(module_name(file).split("."))


@pytest.mark.parametrize(
    "file",
    [file for file in tracked_files() if file.suffix == ".py" and "migrations/versions" not in file.as_posix()],
    ids=lambda file: file.relative_to(ROOT).as_posix(),
)
def test_every_module_says_what_it_is_for(file: Path) -> None:
    """A newcomer opens a file and reads its first sentence. Where there are rules, it lists them in order."""
    content = file.read_text("utf-8")

    assert not content or ast.get_docstring(ast.parse(content)), "no module docstring"


# --- what must never be in the repository ---------------------------------------------------------------


def test_no_key_is_committed() -> None:
    """``keys/`` explains who holds which key. A key that was committed once is public for ever: replace it."""
    kept = [file.relative_to(ROOT).as_posix() for file in tracked_files() if (ROOT / "keys") in file.parents]

    assert kept == ["keys/README.md"]


def test_no_private_key_hides_in_a_file() -> None:
    """Outside the tests, whose keys are throw-away and sign for cities that do not exist.

    A production reader cannot tell a sample key from a real one that leaked.
    """
    armour = re.compile("-----BEGIN [A-Z ]*" + "PRIVATE KEY-----")
    jwk = re.compile(r'"d"\s*:\s*"[A-Za-z0-9_-]{43}"')
    found = [
        name
        for name, text in tracked_texts()
        if not name.startswith("tests/") and (armour.search(text) or jwk.search(text))
    ]

    assert found == []


def test_no_file_names_a_package_registry() -> None:
    """Where packages come from is the choice of the city that installs them: many use a mirror of their own.

    The pinned versions and hashes say what is installed. Run `make lock` rather than editing those files.
    """
    hosts = ["py" + "pi.org", "python" + "hosted.org", "registry." + "npmjs", "npm" + "js.org", "deb." + "debian.org"]
    options = ["--index-" + "url", "--extra-index-" + "url", "--find-" + "links "]
    found = [(name, word) for name, text in tracked_texts() for word in hosts + options if word in text]

    assert found == []


def test_no_file_remembers_the_machine_it_was_written_on() -> None:
    """A path below somebody's home or workplace works on one machine, and says whose."""
    places = re.compile("/" + r"(?:home/[a-z]|root/|work/(?:main|shared)|Users/[A-Z])")
    found = [name for name, text in tracked_texts() if places.search(text)]

    assert found == []


# --- lists that must agree ------------------------------------------------------------------------------


def test_who_looks_for_codes_says_of_which_kind() -> None:
    """Of all kinds some stripes of a QR code look, once in a thousand, like another code that says a space."""
    ours = [*sources(ROOT / "tests"), *sources(ROOT / "benchmarks"), *sources()]
    wide = re.compile(r"read_barcodes\((?![^()]*formats=)")
    assert [file.name for file in ours if wide.search(file.read_text("utf-8"))] == []


def test_the_two_lists_of_dependencies_are_one() -> None:
    """``pyproject.toml`` serves ``pip install .``; ``requirements/runtime.in`` is what gets pinned.

    A name in only one of them is a library that a real city lacks, or that nobody needs.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = (ROOT / "requirements/runtime.in").read_text("utf-8").splitlines()

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[<>=\[ ]", line)[0] for line in requirements if line and line[0] not in "#-"}

    assert names(project["dependencies"]) == names(lines)


@pytest.mark.parametrize("name", ["runtime", "build", "dev", "interop", "fuzz"])
def test_every_pinned_package_has_its_hashes(name: str) -> None:
    """Without a hash, whoever serves the package decides what runs beside our keys."""
    text = (ROOT / f"requirements/{name}.txt").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]

    assert lines
    assert all("==" in line and "--hash=sha256:" in line for line in lines)


def test_every_package_of_npm_has_its_hash_and_no_address() -> None:
    """The same for the readers that come by npm. `.npmrc` beside the lock keeps the addresses out of it."""
    lock = json.loads((ROOT / "tests/interop/package-lock.json").read_text("utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}

    assert packages
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert not [name for name, package in packages.items() if "resolved" in package]


def test_every_secret_that_comes_as_a_file_is_documented() -> None:
    """A setting that ends in ``_FILE`` is a secret that somebody must place before the service starts.

    Whoever installs the service at night must find its name in the README or in ``docs/``.
    """
    wanted = {
        word
        for file in sources()
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for word in re.findall(r"\b[A-Z][A-Z0-9_]*_FILE\b", node.value)
    }
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    told = "\n".join(document.read_text("utf-8") for document in documents if document.is_file())

    assert {word for word in wanted if word not in told} == set()


def test_the_licence_is_whole() -> None:
    """The EUPL is given with its fifteen articles and its appendix, word for word, or it is not given."""
    text = (ROOT / "LICENSE").read_text("utf-8")

    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert all(re.search(rf"^{article}\.", text, re.MULTILINE) for article in range(1, 16))
    assert "Appendix" in text
    assert "LiLiQ-R+" in text
