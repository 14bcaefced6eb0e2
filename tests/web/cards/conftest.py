"""The office of these stories really signs."""

from __future__ import annotations

from pathlib import Path

import pytest

from citycard.settings import Office
from tests.support.office import make_office
from tests.web.real_office import hall, shown  # noqa: F401


@pytest.fixture
def office(tmp_path: Path, request: pytest.FixtureRequest) -> Office:
    """Port-Sable, founded; `parametrize("office", [{…}], indirect=True)` with other settings."""
    return make_office(tmp_path, **getattr(request, "param", {}))
