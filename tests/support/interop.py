"""Other people's readers of our formats, in their own environment.

``claim169`` and ``cwt`` need an older cbor2 than we do, so they cannot share our process; `@auth0/cose` is made for
Node.js. A test hands them a script and one JSON value, and gets one JSON value back.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.missing import missing_part

CHECKOUT = Path(__file__).resolve().parents[2]

AskOthers = Callable[..., Any]


@pytest.fixture(scope="session")
def interop_python() -> Path:
    """The Python of ``.venv-interop``."""
    python = CHECKOUT / ".venv-interop" / "bin" / "python"
    if not python.exists():
        missing_part("the environment of the other readers, .venv-interop, has not been made")
    return python


@pytest.fixture(scope="session")
def ask_others(interop_python: Path) -> AskOthers:
    """``ask_others(script, value) -> value``: the script reads JSON from stdin and prints JSON."""

    def ask(script: str | Path, value: object) -> Any:
        how = [str(script)] if isinstance(script, Path) else ["-c", script]
        return _answer([str(interop_python), "-I", *how], value)

    return ask


@pytest.fixture(scope="session")
def ask_node() -> AskOthers:
    """``ask_node(script, value) -> value``: the same with a file of ``tests/interop`` and the packages of npm there."""
    node = shutil.which("node")
    if node is None:
        missing_part("Node.js is not installed")
    if not (CHECKOUT / "tests" / "interop" / "node_modules" / ".citycard-npm").exists():
        missing_part("the readers that come by npm, tests/interop/node_modules, have not been installed")
    return lambda script, value: _answer([node, str(script)], value)


def _answer(command: list[str], value: object) -> Any:
    done = subprocess.run(command, input=json.dumps(value), capture_output=True, text=True, timeout=180, check=False)
    if done.returncode != 0:
        raise AssertionError(f"the other reader ended with code {done.returncode}\n{done.stderr}")
    return json.loads(done.stdout)
