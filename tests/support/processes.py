"""Waiting for another process without sleeping blindly, and ending it for certain."""

from __future__ import annotations

import random
import resource
import socket
import subprocess
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

LONGEST_START = 300.0
"""Seconds: a limit for what hangs. A start takes two, and thirty on a machine crowded with other work."""

LONGEST_STOP = 120.0
"""Seconds until a process that was asked to end is killed: gunicorn gives its workers up to thirty (`web.server`)."""

PAUSE = 0.05
"""Seconds between two looks; a process that dies meanwhile is noticed at once."""


class DidNotStart(AssertionError):
    """A real part of the test did not come up; the message ends with what it logged."""


def spent_by_children() -> float:
    """Seconds of the processor that processes started here, and ended, have used: the same on a crowded machine."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def free_port() -> int:
    """A loopback port that nobody uses, kept for the server that whoever asks will start.

    It is none of those that systems give out by themselves (from 32,768 on), so that no browser's next connection takes
    it meanwhile. It is bound here by a socket that does not listen: another process that looks for a port is refused,
    and a server that may take up an address again, as ours do, is not.
    """
    for _ in range(1000):
        keeper = socket.socket()
        try:
            keeper.bind(("127.0.0.1", random.SystemRandom().randrange(20_000, 32_000, 4)))
        except OSError:
            keeper.close()
            continue
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _kept.append(keeper)
        if len(_kept) > MOST_KEPT:
            _kept.popleft().close()
        port: int = keeper.getsockname()[1]
        return port
    raise AssertionError("no port is free")


MOST_KEPT = 50

_kept: deque[socket.socket] = deque()


def wait_until(
    ready: Callable[[], bool],
    process: subprocess.Popen[bytes],
    *,
    what: str,
    log: Path,
    longest: float = LONGEST_START,
) -> None:
    """Return when ``ready()`` holds; raise ``DidNotStart`` when the process ends or time is up."""
    deadline = time.monotonic() + longest
    while not ready():
        try:
            code = process.wait(timeout=PAUSE)
        except subprocess.TimeoutExpired:
            if time.monotonic() > deadline:
                raise DidNotStart(f"{what} was not ready after {longest:g} s\n{tail(log)}") from None
        else:
            raise DidNotStart(f"{what} ended with code {code} before it was ready\n{tail(log)}")


def stop(process: subprocess.Popen[bytes]) -> int:
    """Ask the process to end, kill it when it will not, and return its exit code."""
    if process.poll() is None:
        process.terminate()
    try:
        return process.wait(timeout=LONGEST_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def tail(log: Path, lines: int = 40) -> str:
    """The last lines of a log, for the message of a failed test."""
    if not log.is_file():
        return "(no log)"
    return "\n".join(log.read_text("utf-8", errors="replace").splitlines()[-lines:])
