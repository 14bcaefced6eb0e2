"""What every test may ask for by name; docs/development.md lists it.

Only fixtures that bring real parts are here. The cast of a story (cities, clerks, cards) is set up in the
``conftest.py`` of the folder that tells it.
"""

from __future__ import annotations

import os
import sys

import pytest
from hypothesis import HealthCheck, settings

from tests.support.scratch import write_to_memory

# Hundreds of tests start another Python. Where the environment forbids it to keep what it compiled, each of them
# compiles more than a thousand files anew: 2.4 seconds instead of 0.8 for every `citycard` command.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

write_to_memory()

# A rule that is tried on examples is tried on the same ones each time, however slow the machine: no run is refused for
# what another might have drawn. `--hypothesis-profile=default` draws anew, and `make fuzz` does so a million times.
settings.register_profile(
    "the same each time", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("the same each time")

pytest_plugins = [
    "tests.support.postgres",
    "tests.support.browser",
    "tests.support.camera",
    "tests.support.servers",
    "tests.support.interop",
    "tests.support.demo",
    "tests.support.passwords",
    "tests.support.addresses",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """When several processes share the files, the long ones come first: none may be left alone with one at the end."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        long = {item.path for item in items if item.get_closest_marker("slow")}
        items.sort(key=lambda item: item.path not in long)
