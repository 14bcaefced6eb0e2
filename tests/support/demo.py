"""The demonstration's two offices, made once for a whole test run, however many processes share it.

Making them takes ten seconds, because every card in them went through the real operations. Tests that change something
take a copy: `demo_copy`.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

import pytest

from tests.support.servers import citycard


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `citycard demo --prepare-only` made. Read only: it is everybody's."""
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent  # of the run; in it each process has a folder of its own
    untouched = place / "demonstration"
    untouched.mkdir(exist_ok=True)
    with (untouched / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (untouched / "made").exists():
            citycard("demo", "--prepare-only", "--folder", untouched / "demo-offices")
            (untouched / "made").touch()
    # Reading a register lays files beside it, and takes them away: each process reads in a copy.
    folder = tmp_path_factory.mktemp("demonstration-of-this-process") / "demo-offices"
    shutil.copytree(untouched / "demo-offices", folder)
    return folder


@pytest.fixture
def demo_copy(demo_folder: Path, tmp_path: Path) -> Path:
    """A demonstration of the test's own."""
    copy = tmp_path / "demo-offices"
    shutil.copytree(demo_folder, copy)
    return copy
