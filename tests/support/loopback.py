"""Something of ours answering on the loopback, in a thread of the test's own process.

An application whose parts a test wants to reach into; or `static/` with a script of the tests, for modules that run
without an office. A whole office as it really runs is `tests.support.servers`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseServer
from threading import Thread
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from citycard.web.headers import POLICY, policy

STATIC = Path(__file__).resolve().parents[2] / "static"

EMPTY = b"<!doctype html><title>Shelf</title><link rel=icon href='data:,'>"


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Let `app` answer; gives its origin, without a slash at the end."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    with _answering(server):
        yield f"http://127.0.0.1:{server.port}"


@contextmanager
def shelf(answers: Path, *, page: bytes = EMPTY, rules: Mapping[str, str] = POLICY) -> Iterator[str]:
    """Serve `static/`, `answer.js` of the folder `answers`, and one page; gives the address of that page."""
    answering = partial(_Shelf, answers=answers, page=page, rules=rules, directory=str(STATIC))
    server = ThreadingHTTPServer(("127.0.0.1", 0), answering)
    with _answering(server):
        yield f"http://127.0.0.1:{server.server_port}/"


@contextmanager
def _answering(server: BaseServer) -> Iterator[None]:
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Shelf(SimpleHTTPRequestHandler):
    def __init__(self, *args: Any, answers: Path, page: bytes, rules: Mapping[str, str], **options: Any) -> None:
        self._answers, self._page, self._rules = answers, page, rules
        super().__init__(*args, **options)

    def do_GET(self) -> None:
        """Answer."""
        if self.path == "/":
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(self._page)
            return
        if self.path == "/answer.js":
            self.directory = str(self._answers)
        super().do_GET()

    def end_headers(self) -> None:
        """Every answer says what may run."""
        self.send_header("Content-Security-Policy", policy(self._rules))
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
