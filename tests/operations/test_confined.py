"""A process that opened a stranger's file and was taken over by it: what it can still do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from citycard.operations.picture_limits import MEMORY

PROGRAM = """
import ctypes, json, os, resource, signal, socket, subprocess, sys
from citycard.operations.confined import lock_in
mine = socket.socket()
{before}
whole = lock_in()
try:
    result = {attempt}
    said = "done"
except (OSError, MemoryError, ValueError) as error:
    said = type(error).__name__
os.write(1, json.dumps({{"whole": whole, "said": said}}).encode())
os._exit(0)
"""


def locked_in(attempt: str, *, before: str = "") -> subprocess.CompletedProcess[bytes]:
    """What happens when a locked in process attempts something."""
    program = PROGRAM.format(attempt=attempt, before=before)
    return subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, timeout=180, check=False)


def said(attempt: str, *, before: str = "") -> dict[str, Any]:
    done = locked_in(attempt, before=before)
    assert done.returncode == 0, done.stderr.decode()
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


FORBIDDEN = {
    "read a file": "open('/etc/hostname').read()",
    "read the office's secrets": "os.listdir('.')",
    "call somebody": "socket.socket().connect(('127.0.0.1', 9))",
    "open a socket": "socket.socket(socket.AF_UNIX)",
    "open a pipe": "os.pipe()",
    "start a programme": "subprocess.run(['true'])",
    "have a child": "os.fork() or os._exit(0)",
    "take more memory than it may": f"bytearray({MEMORY})",
}

ONLY_THE_KERNEL_FORBIDS = {
    "use a socket from before": "mine.connect(('127.0.0.1', 9))",
    "become another programme": "os.execv('/bin/true', ['true'])",
    "end its parent": "os.kill(os.getppid(), 0)",
    "look around": "os.stat('/')",
    "change a name": "os.rename('/tmp/canary-of-nobody', '/tmp/canary-of-somebody')",
    "get its limits back": "resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_it_cannot(what: str) -> None:
    assert said(FORBIDDEN[what])["said"] in ("OSError", "PermissionError", "MemoryError", "BlockingIOError")


@pytest.mark.parametrize("what", ONLY_THE_KERNEL_FORBIDS)
def test_the_kernel_does_not_let_it(what: str) -> None:
    answer = said(ONLY_THE_KERNEL_FORBIDS[what])
    if not answer["whole"]:
        pytest.skip("this system has no filter of system calls for us")

    assert answer["said"] in ("PermissionError", "ValueError"), "what Python makes of EPERM"


def test_a_file_can_neither_be_made_nor_removed(tmp_path: Path) -> None:
    kept, new = tmp_path / "register.sqlite3", tmp_path / "new"
    kept.write_bytes(b"cards")

    answer = said(f"open({str(new)!r}, 'wb').write(b'x')")
    assert answer["said"] != "done"
    if answer["whole"]:
        assert said(f"os.unlink({str(kept)!r})")["said"] == "PermissionError"

    assert kept.read_bytes() == b"cards"
    assert not new.exists()


def test_what_it_needs_it_still_has() -> None:
    assert said("len(bytearray(64 << 20)) + hash(os.urandom(8))")["said"] == "done"


def test_whoever_only_reckons_is_ended(tmp_path: Path) -> None:
    """A limit that was lower already stays, so that the test need not wait for ten seconds of a processor."""
    done = locked_in("[None for _ in iter(int, 1)]", before="resource.setrlimit(resource.RLIMIT_CPU, (1, 1))")

    assert done.returncode < 0
    assert done.stdout == b""


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or os.uname().machine not in ("x86_64", "aarch64"),
    reason="no list of numbers for this processor",
)
def test_on_the_machines_that_towns_have_the_door_is_whole() -> None:
    assert said("1")["whole"] is True
