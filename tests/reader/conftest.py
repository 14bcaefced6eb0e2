"""The reader in JavaScript, in a real Chromium, on a page with the office's own policy.

The page comes from this machine by HTTP: modules need a server, and WebCrypto one that the browser calls secure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Page

from citycard.core.trust import TrustStore
from citycard.web.headers import policy
from tests.support.browser import NewPage
from tests.support.cities import City

HERE = Path(__file__).parent
STATIC = HERE.parents[1] / "static"


class _Shelf(SimpleHTTPRequestHandler):
    """Serves `static/`, the tests' own script, and one empty page."""

    def do_GET(self) -> None:
        """Answer."""
        if self.path == "/":
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Reader</title><link rel=icon href='data:,'>")
            return
        if self.path == "/answer.js":
            self.directory = str(HERE)
        super().do_GET()

    def end_headers(self) -> None:
        """Every answer says what may run."""
        self.send_header("Content-Security-Policy", policy())
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def shelf() -> Iterator[str]:
    """The address of the page."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Shelf, directory=str(STATIC)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


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
