"""Other people's readers of our formats, in their own environment.

``claim169`` and ``cwt`` need an older cbor2 than we do, so they cannot share our process. A test hands them a
script and one JSON value, and gets one JSON value back.
"""

from __future__ import annotations

import json
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
        done = subprocess.run(
            [str(interop_python), "-I", *how],
            input=json.dumps(value),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode != 0:
            raise AssertionError(f"the other reader ended with code {done.returncode}\n{done.stderr}")
        return json.loads(done.stdout)

    return ask
