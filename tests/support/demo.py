"""The demonstration's two offices, made once for a whole test run.

Making them takes ten seconds, because every card in them went through the real operations. Tests that change something
take a copy: `demo_copy`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.servers import citycard


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `citycard demo --prepare-only` made. Read only: it is everybody's."""
    folder = tmp_path_factory.mktemp("demonstration") / "demo-offices"
    citycard("demo", "--prepare-only", "--folder", folder)
    return folder


@pytest.fixture
def demo_copy(demo_folder: Path, tmp_path: Path) -> Path:
    """A demonstration of the test's own."""
    copy = tmp_path / "demo-offices"
    shutil.copytree(demo_folder, copy)
    return copy
