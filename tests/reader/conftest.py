"""The reader in JavaScript, in a real Chromium, on a page with the office's own policy.

The page comes from this machine by HTTP: modules need a server, and WebCrypto one that the browser calls secure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from citycard.core.trust import TrustStore
from tests.support.browser import NewPage
from tests.support.cities import City
from tests.support.loopback import shelf as serve_shelf

HERE = Path(__file__).parent
STATIC = HERE.parents[1] / "static"


@pytest.fixture(scope="session")
def shelf() -> Iterator[str]:
    """The address of the page."""
    with serve_shelf(HERE) as address:
        yield address


@dataclass(frozen=True)
class Reader:
    """A page in which the reader runs."""

    page: Page

    def answers(self, situations: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What it says of every code of every situation."""
        script = "async (situations) => (await import('/answer.js')).answerAll(situations)"
        said: list[dict[str, Any]] = self.page.evaluate(script, situations)
        return said

    def part(self, name: str, values: list[Any]) -> list[Any]:
        """What one part of it says of each value."""
        script = "async ([part, values]) => (await import('/answer.js')).askPart(part, values)"
        said: list[Any] = self.page.evaluate(script, [name, values])
        return said


@pytest.fixture
def reader(new_page: NewPage, shelf: str) -> Reader:
    """The reader in a browser as it is."""
    page = new_page("en")
    page.goto(shelf)
    return Reader(page)


def trust_as_files_write_it(trust: TrustStore | list[City]) -> list[dict[str, Any]]:
    """Return the member `trust` of a vector."""
    issuers = trust if isinstance(trust, TrustStore) else [city.issuer for city in trust]
    return [
        {
            "issuer": issuer.url,
            "names": dict(issuer.names),
            "keys": [key.to_json() for key in issuer.keys],
            "status_lists": list(issuer.status_lists),
        }
        for issuer in issuers
    ]
