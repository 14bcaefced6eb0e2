"""Port-Sable's town hall beside whatever else answers on this machine, today: python-tuf reads the system's clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.support.office import make_office
from tests.support.town_hall import TownHall

NOW = datetime.now(UTC).replace(microsecond=0)

Serve = Callable[[Path], str]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def _plain_web_server(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """`serve(folder) -> address`: a web server that knows nothing but files."""
    with ExitStack() as servers:
        yield lambda folder: servers.enter_context(_plain_web_server(folder))


@pytest.fixture
def port_sable(tmp_path: Path) -> Iterator[TownHall]:
    """Our office."""
    hall = TownHall(make_office(tmp_path, now=NOW), now=NOW)
    yield hall
    hall.close()
