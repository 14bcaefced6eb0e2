"""What happens when a machine lacks a part that a test needs.

On somebody's own machine the test is skipped and says why. Under CI it fails: a suite that is green because
half of it was skipped is worse than a red one.
"""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing_part(sentence: str) -> NoReturn:
    """Skip the test that needs this part, or fail it when the environment says ``CI``."""
    if os.environ.get("CI"):
        pytest.fail(f"{sentence}; under CI this is an error (run `make setup` first)", pytrace=False)
    pytest.skip(sentence)
