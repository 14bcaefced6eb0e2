"""What every test may ask for by name; docs/development.md lists it.

Only fixtures that bring real parts are here. The cast of a story (cities, clerks, cards) is set up in the
``conftest.py`` of the folder that tells it.
"""

from __future__ import annotations

pytest_plugins = [
    "tests.support.postgres",
    "tests.support.browser",
    "tests.support.camera",
    "tests.support.servers",
    "tests.support.interop",
    "tests.support.demo",
    "tests.support.passwords",
]
