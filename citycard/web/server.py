"""Serving the pages of an office: gunicorn, set up so that little stays in memory and nothing in logs.

1. No core dumps: a dump of a worker holds whatever was typed into it.
2. Threads behind a short queue; every wait for a client has an end; request lines and headers have a size. Whoever
   sends a byte now and then on many connections still keeps the threads busy: stopping that is the proxy's part.
3. Nothing that a proxy is supposed to say is believed, unless the settings name a proxy.
4. A worker is replaced `WORKER_LIFE` after its start, minus a random part so that they do not all leave at once.
   CPython cannot wipe strings: the replacement is what ends the residue of a forgotten enrolment. A request
   under way is finished first.
5. No access log of gunicorn's: it holds addresses and query strings. What is written is in `citycard.web.logs`;
   gunicorn's own messages lose every text that came from outside.
"""

import logging
import os
import random
import resource
import signal
import socket
import struct
import sys
import threading
from collections.abc import Sequence
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from citycard.settings import Office, Settings
from citycard.web import scheduler
from citycard.web.app import create_app

WORKER_LIFE = 13 * 60
"""Seconds. The promise is: gone from memory a quarter of an hour after it was forgotten; `GRACE` and `TIMEOUT` for a
request that will not end are the rest of it."""

JITTER = 3 * 60
"""Seconds taken off at random."""

THREADS = 4
"""Per worker. Pages wait for the database, and a password hash takes 64 MiB: four at once are 256 MiB."""

TIMEOUT = 60
"""Seconds without a sign of life before a worker is killed; the longest page, a card to print, takes one."""

SILENCE = 10
"""Seconds without a byte from (or taken by) a client before its connection is closed."""

GRACE = 30
"""Seconds for requests under way when a worker leaves."""

LINE = 2048
"""Longest request line. Our longest address has 200 characters; an upload is in the body."""


def run(office: Office, bind: str, workers: int = 2) -> None:
    """Serve `office` at `bind` ("127.0.0.1:8100" or "unix:/run/citycard.sock") until told to stop."""
    # (1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    write_down()
    Server(office, bind, workers).run()


def write_down() -> None:
    """Send our own log lines to the standard error stream, where the service manager takes them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s", "%Y-%m-%d %H:%M"))
    ours = logging.getLogger("citycard")
    ours.handlers[:] = [handler]
    ours.setLevel(logging.INFO)
    ours.propagate = False


class QuietLogger(Logger):
    """Gunicorn's logger without anything that a visitor sent."""

    def setup(self, cfg: Any) -> None:
        """Set up as usual, then put the filter before everything."""
        super().setup(cfg)
        self.error_log.addFilter(only_our_words)

    def access(self, *arguments: Any, **named: Any) -> None:
        """Write nothing."""


def only_our_words(record: logging.LogRecord) -> bool:
    """Keep numbers and gunicorn's own words; leave out texts and tracebacks, which may quote a request."""
    if record.levelno >= logging.WARNING:
        arguments = record.args if isinstance(record.args, tuple) else ()
        record.args = tuple(value if isinstance(value, int | float) else "…" for value in arguments)
        if not arguments and record.exc_info:
            record.msg = "a worker met an error"
        elif not arguments and str(record.msg).startswith("Invalid request"):
            record.msg = "invalid request"
        kind = record.exc_info[0] if record.exc_info else None
        if kind is not None:
            record.msg = f"{record.msg} ({kind.__name__})"
        record.exc_info, record.exc_text, record.stack_info = None, None, None
    return True


class Server(BaseApplication):
    """Gunicorn with our settings; it reads none from files or the environment."""

    def __init__(self, office: Office, bind: str, workers: int) -> None:
        self._office = office
        self._bind = bind
        self._workers = workers
        super().__init__()

    def load_config(self) -> None:
        """Hand gunicorn its settings."""
        for name, value in self.settings().items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application; each worker makes its own."""
        return create_app(self._office)

    def _say_where(self, arbiter: Any) -> None:
        sys.stdout.write(where([str(each) for each in arbiter.LISTENERS], self._office.settings) + "\n")
        sys.stdout.flush()

    def settings(self) -> dict[str, Any]:
        """What differs from gunicorn's defaults."""
        proxy = self._office.settings.behind_proxy
        return {
            "bind": self._bind,
            "workers": self._workers,
            "worker_class": "citycard.web.server.PatientWorker",
            "threads": THREADS,
            "preload_app": False,
            # (2)
            "timeout": TIMEOUT,
            "graceful_timeout": GRACE,
            "keepalive": 5,
            "backlog": 256,
            "limit_request_line": LINE,
            "limit_request_fields": 60,
            "limit_request_field_size": 8190,
            # (3)
            "forwarded_allow_ips": "127.0.0.1,::1" if proxy else "",
            "secure_scheme_headers": {"X-FORWARDED-PROTO": "https"} if proxy else {},
            "forwarder_headers": "",
            "proxy_protocol": "off",
            # (4)
            "when_ready": self._say_where,
            "post_worker_init": worker_ready,
            "worker_exit": worker_leaves,
            # (5)
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "logger_class": QuietLogger,
            "control_socket_disable": True,
            "proc_name": "citycard",
        }


def where(listeners: Sequence[str], settings: Settings) -> str:
    """What somebody at the terminal is told: where it listens, for which city, and what can be seen there already."""
    here = next((at for at in listeners if at.startswith("http://")), None)
    lines = [f"Listening at {' and '.join(listeners)} for {settings.issuer}"]
    if here is not None and not settings.demo:
        port = here.rpartition(":")[2]
        lines += [
            f"To look at it on this machine: http://localhost:{port} (Chromium signs in there; others may need https).",
            "For everybody else, put your proxy with TLS before it: docs/running-an-office.md.",
        ]
    return "\n".join(lines)


class PatientWorker(ThreadWorker):
    """Gunicorn's threaded worker, whose patience with a silent client ends: its own sockets wait for ever.

    The kernel ends the wait (`SO_RCVTIMEO`), because the worker makes its sockets blocking again before each read.
    Whoever opens connection after connection still keeps every thread busy: that is the buffering proxy's to stop.
    """

    def handle(self, conn: Any) -> Any:
        """Handle a request, waiting `SILENCE` at most for each next part of it."""
        for way in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            conn.sock.setsockopt(socket.SOL_SOCKET, way, struct.pack("@ll", SILENCE, 0))
        return super().handle(conn)


def worker_ready(worker: Any) -> None:
    """Start what a worker does besides answering, and wind its clock (4)."""
    worker.scheduler = scheduler.start(worker.wsgi)
    life = WORKER_LIFE - random.uniform(0, JITTER)  # noqa: S311 -- spreads departures; nobody gains by guessing
    clock = threading.Timer(life, os.kill, (os.getpid(), signal.SIGTERM))
    clock.daemon = True
    clock.start()


def worker_leaves(server: Any, worker: Any) -> None:
    """Let the scheduler write what it counted."""
    running = getattr(worker, "scheduler", None)
    if running is not None:
        running.stop()
