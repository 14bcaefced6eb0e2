"""Two gunicorn servers side by side, on the loopback address alone.

1. Each takes the first free port from the one asked for.
2. Each is a process group of its own, so that Ctrl-C reaches us and we end both in order.
3. Ready means: it answers. One that ends before is shown with the last lines of its log.
4. They run until one ends or somebody asks us to stop; then both are asked to, and killed when they will not.

Port-Sable is opened as 127.0.0.1 and Rivemont as localhost: browsers keep cookies by host name and not by port, so that
one can be signed in to both cities at once.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from citycard.demo.offices import CityOffice, DemoRefused

HOSTS = {"port-sable": "127.0.0.1", "rivemont": "localhost"}

LONGEST_START = 60.0
"""Seconds. Two seconds are usual; a small machine that is busy installing something else takes longer."""

LONGEST_STOP = 5.0
"""Seconds for requests under way; nobody waits for half a minute after Ctrl-C in a demonstration."""

PORTS_TRIED = 50

_PAUSE = 0.1


@dataclass(frozen=True)
class Running:
    """A server of one city."""

    city: CityOffice
    port: int
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Its address for people."""
        return f"http://{HOSTS.get(self.city.key, '127.0.0.1')}:{self.port}"


def address(port: int) -> str:
    """Return where the other city fetches our files."""
    return f"http://127.0.0.1:{port}"


def free_ports(first: int, count: int) -> list[int]:
    """Return the first `count` free ports from `first` on; raise `DemoRefused` when there are none near (1)."""
    found: list[int] = []
    for port in range(first, min(first + PORTS_TRIED, 65536)):
        if _is_free(port):
            found.append(port)
            if len(found) == count:
                return found
    raise DemoRefused(f"No free port was found from {first} on. Name another: --port 9000", code="demo-ports")


@contextmanager
def running(cities: Sequence[CityOffice], ports: Sequence[int], *, logs: Path) -> Iterator[list[Running]]:
    """Start a server for each city, wait until all answer, and end them at the end of the `with`."""
    logs.mkdir(parents=True, exist_ok=True)
    servers: list[Running] = []
    try:
        for city, port in zip(cities, ports, strict=True):
            servers.append(_start(city, port, logs / f"{city.key}.log"))
        # (3)
        for server in servers:
            _wait_until_it_answers(server)
        yield servers
    finally:
        # (4)
        _stop(servers)


def wait_for_the_end(servers: Sequence[Running]) -> None:
    """Return when somebody asks us to stop; raise `DemoRefused` when a server ends by itself (4)."""
    asked = False

    def ask(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked
        asked = True

    before = {each: signal.signal(each, ask) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        while not asked:
            for server in servers:
                if server.process.poll() is not None:
                    raise _ended(server)
            time.sleep(_PAUSE)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _start(city: CityOffice, port: int, log: Path) -> Running:
    command = [
        sys.executable,
        "-c",
        "from citycard.cli import main; main()",
        *("--office", str(city.office.folder)),
        *("run", "--bind", f"127.0.0.1:{port}"),
    ]
    with log.open("ab") as out:
        # (2)
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    return Running(city, port, log, process)


def _wait_until_it_answers(server: Running) -> None:
    deadline = time.monotonic() + LONGEST_START
    while not _answers(server.port):
        if server.process.poll() is not None:
            raise _ended(server)
        if time.monotonic() > deadline:
            raise DemoRefused(f"{server.city.name} did not answer in time. Its log: {server.log}", code="demo-start")
        time.sleep(_PAUSE)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _ended(server: Running) -> DemoRefused:
    lines = server.log.read_text("utf-8", errors="replace").splitlines()[-12:]
    return DemoRefused("\n".join([f"The server of {server.city.name} ended:", *lines]), code="demo-ended")


def _stop(servers: Sequence[Running]) -> None:
    for how in (signal.SIGTERM, signal.SIGQUIT, signal.SIGKILL):
        alive = [server for server in servers if server.process.poll() is None]
        for server in alive:
            # The master first; only a kill has to reach the workers directly.
            if how is signal.SIGKILL:
                os.killpg(server.process.pid, how)
            else:
                server.process.send_signal(how)
        deadline = time.monotonic() + LONGEST_STOP
        for server in alive:
            try:
                server.process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                continue


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As gunicorn does: a port that only waits for its last packets is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
