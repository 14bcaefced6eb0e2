"""The desk's modules in Node.js: the same text that the browser runs, asked many things at a time.

Node's WebCrypto is BoringSSL's or OpenSSL's as a browser's is, and starts in a tenth of the time. That the modules run
in a browser under the page's own policy is for the tests of the page.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.missing import missing_part

SCRIPT = Path(__file__).with_name("ask.mjs")


def options(node: str) -> list[str]:
    """What an older Node.js (Debian's is 18) has to be told, and a newer one does by itself."""
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    major = int(version.removeprefix("v").partition(".")[0])
    modules = ["--experimental-default-type=module"] if major < 22 else []
    return [*modules, "--experimental-global-webcrypto"] if major < 19 else modules


class Desk:
    """What the desk page knows."""

    def __init__(self, node: str) -> None:
        self._command = [node, *options(node), "--no-warnings", str(SCRIPT)]

    def say(self, part: str, values: Sequence[Any], *, common: Any = None, without: Sequence[str] = ()) -> list[Any]:
        """Return what one part says of each value; `without` algorithms that the device lacks."""
        question = {"part": part, "values": list(values), "common": common, "without": list(without)}
        done = subprocess.run(
            self._command, input=json.dumps(question), capture_output=True, text=True, timeout=300, check=False
        )
        if done.returncode != 0:
            raise AssertionError(f"Node.js ended with code {done.returncode}\n{done.stderr[-4000:]}")
        said: list[Any] = json.loads(done.stdout)
        return said


@pytest.fixture(scope="session")
def desk() -> Desk:
    """The modules of `static/js/desk`."""
    node = shutil.which("node")
    if node is None:
        missing_part("Node.js is not installed")
    return Desk(node)
