"""A city's office as it really runs: the console command, gunicorn, a loopback port.

1. The command is the installed one, started from a folder that is not the checkout, so that nothing works
   only because somebody stood in the right place.
2. Ready means: it answers HTTP. Whatever the answer is, judging it is the test's business.
3. Its output goes to a file that the test may search afterwards.
4. At the end it is asked to stop, and killed if it will not.
"""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.processes import free_port, stop, tail, wait_until

CITYCARD = (str(Path(sys.executable).with_name("citycard")),)
"""The console command beside the Python that runs the tests."""

RUN = ("--office", "{office}", "run", "--bind", "127.0.0.1:{port}")
"""How an office is started; the one place in the tests that knows."""

HEALTH = "/health"

LONGEST_COMMAND = 900
"""Seconds: a limit for what hangs. A whole demonstration takes ten, and a hundred on a crowded machine."""


@dataclass(frozen=True)
class RunningOffice:
    """An office that answers at ``url`` until the test is over."""

    folder: Path
    port: int
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Its origin, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def logged(self) -> str:
        """Everything it has written so far."""
        return self.log.read_text("utf-8", errors="replace")


StartOffice = Callable[..., RunningOffice]


def citycard(
    *arguments: str | Path,
    command: tuple[str, ...] = CITYCARD,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    check: bool = True,
) -> subprocess.CompletedProcess[str]:
    """Run one ``citycard`` command to its end and return what it said; fail the test if it failed."""
    done = subprocess.run(
        [*command, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        timeout=LONGEST_COMMAND,
        check=False,
    )
    if check and done.returncode != 0:
        raise AssertionError(
            f"citycard {' '.join(map(str, arguments))} ended with code {done.returncode}\n{done.stdout}\n{done.stderr}"
        )
    return done


@contextmanager
def running_office(
    folder: Path,
    *,
    log: Path | None = None,
    port: int | None = None,
    env: Mapping[str, str] | None = None,
    command: tuple[str, ...] = CITYCARD,
    cwd: Path | None = None,
) -> Iterator[RunningOffice]:
    """Start the office in ``folder``, wait until it answers, and stop it at the end of the ``with``."""
    port = port or free_port()
    log = log or folder.with_name(f"{folder.name}.log")
    arguments = [part.format(office=folder.resolve(), port=port) for part in RUN]
    # (1) (3)
    with log.open("ab") as out:
        process = subprocess.Popen(
            [*command, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=cwd or folder.parent,
            env={**os.environ, **(env or {})},
        )
    try:
        # (2)
        wait_until(lambda: answers(port), process, what=f"the office in {folder.name}", log=log)
        yield RunningOffice(folder, port, log, process)
    finally:
        # (4)
        code = stop(process)
    if code not in (0, -15):
        raise AssertionError(f"the office in {folder.name} ended with code {code}\n{tail(log)}")


def answers(port: int) -> bool:
    """True when somebody on this port speaks HTTP."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", HEALTH)
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


@pytest.fixture
def start_office() -> Iterator[StartOffice]:
    """``start_office(folder, log=…, port=…, env=…) -> RunningOffice``; all are stopped after the test."""
    with ExitStack() as offices:

        def start(folder: Path, **options: object) -> RunningOffice:
            return offices.enter_context(running_office(folder, **options))  # type: ignore[arg-type]

        yield start
