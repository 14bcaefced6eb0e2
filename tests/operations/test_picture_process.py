"""Asking a child to open a picture: whatever happens over there, the office goes on."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from citycard.operations import picture_process
from citycard.operations.picture_child import CODES, PORTRAIT
from citycard.operations.picture_limits import AT_ONCE, PRINT_SIZE
from citycard.operations.picture_process import MAX_ANSWER, ChildFailed, pictures_of
from tests.support.processes import spent_by_children
from tests.support.town_hall import drawn_face

READS = "import os, signal, struct, sys\nwhile os.read(0, 1 << 20): pass\n"
PIXEL = "os.write(1, b'+' + struct.pack('>BHH', 1, 1, 1) + bytes([min(255, %s)]))"


def child(program: str) -> tuple[str, ...]:
    """Another child than ours: Python that does `program`."""
    return (sys.executable, "-I", "-c", program)


def why_not(program: str, *, patience: float = 20.0, upload: bytes = b"x" * 3_000_000) -> str:
    """The code with which the office refuses what such a child says."""
    with pytest.raises(ChildFailed) as failed:
        pictures_of(upload, PORTRAIT, child=child(program), patience=patience)
    assert failed.value.__cause__ is None
    return failed.value.code


def test_two_pictures_come_back_as_bare_pixels() -> None:
    printed, whole = pictures_of(drawn_face(), PORTRAIT)

    assert (printed.mode, printed.size) == ("RGB", PRINT_SIZE)
    assert (whole.mode, whole.size) == ("RGB", (360, 480))
    assert printed.info == whole.info == {}


def test_for_codes_it_is_one_in_grey() -> None:
    (picture,) = pictures_of(drawn_face(2400, 3200), CODES)

    assert (picture.mode, max(picture.size)) == ("L", 1800)


FAILING = {
    "dies": "os.kill(os.getpid(), signal.SIGSEGV)",
    "dies before it reads": "",
    "says nothing": "pass",
    "says something else": "os.write(1, b'<html>')",
    "gives a reason of its own": "os.write(1, b'-<script>alert(1)</script>')",
    "gives a reason in no alphabet": "os.write(1, b'-\\xff\\xfe')",
    "promises more than it sends": "os.write(1, b'+' + struct.pack('>BHH', 3, 480, 640) + bytes(1000))",
    "breaks off in the middle of a head": "os.write(1, b'+' + struct.pack('>BHH', 1, 1, 1) + bytes(3))",
    "sends pixels of seven colours": "os.write(1, b'+' + struct.pack('>BHH', 7, 1, 1) + bytes(7))",
    "sends a picture of nothing": "os.write(1, b'+' + struct.pack('>BHH', 3, 0, 9) + bytes(9))",
}


@pytest.mark.parametrize("what", FAILING)
def test_a_child_that_fails_is_a_file_that_cannot_be_read(what: str) -> None:
    program = FAILING[what]

    assert why_not(READS + program if program else "import os; os._exit(3)") == "portrait-unreadable"


def test_only_our_reasons_are_passed_on() -> None:
    assert why_not(READS + "os.write(1, b'-portrait-small')") == "portrait-small"


@pytest.mark.parametrize("reads", ["import signal\n", READS], ids=["before it reads", "after"])
def test_a_child_that_hangs_is_killed(reads: str) -> None:
    begun = time.monotonic()

    assert why_not(f"{reads}signal.pause()  # hangs {os.getpid()}", patience=1.0) == "portrait-unreadable"

    assert time.monotonic() - begun < 60, "a limit for what hangs"
    assert f"# hangs {os.getpid()}" not in running()


def test_a_child_that_never_stops_talking_is_not_listened_to() -> None:
    program = f"import os\nwhile True: os.write(1, b'+' * 65536)  # talks {os.getpid()}"

    assert why_not(program, upload=b"") == "portrait-unreadable"
    assert f"# talks {os.getpid()}" not in running()
    assert MAX_ANSWER < 12_000_000


def test_a_child_gets_nothing_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting, no secret from the environment, no open register."""
    monkeypatch.setenv("CITYCARD_CANARY", "a passphrase")
    with (tmp_path / "register").open("wb"):
        (canaries,) = pictures_of(b"", CODES, child=child(READS + PIXEL % "'CITYCARD_CANARY' in os.environ"))
        # Its three pipes, and the folder in which it counts them.
        (files,) = pictures_of(b"", CODES, child=child(READS + PIXEL % "len(os.listdir('/proc/self/fd'))"))

    assert canaries.getpixel((0, 0)) == 0
    assert files.getpixel((0, 0)) == 4


def test_what_cannot_be_started_may_be_tried_again() -> None:
    with pytest.raises(ChildFailed) as failed:
        pictures_of(b"", CODES, child=("no-such-programme-anywhere",))

    assert failed.value.code == "portrait-later"


def test_a_crowd_waits_its_turn_and_is_then_asked_to_come_back(tmp_path: Path) -> None:
    """As many children as there are places hang until they are let go; the next one is not started."""
    gone = tmp_path / "gone"
    program = f"{READS}import pathlib, time\nwhile not pathlib.Path({str(gone)!r}).exists(): time.sleep(0.05)"

    def hang() -> None:
        with pytest.raises(ChildFailed):
            pictures_of(b"", CODES, child=child(program), patience=180.0)

    threads = [threading.Thread(target=hang) for _ in range(AT_ONCE)]
    try:
        for thread in threads:
            thread.start()
        while picture_process._turns._value:  # until each has taken its place
            threads[0].join(0.01)
        with pytest.raises(ChildFailed) as failed:
            pictures_of(drawn_face(), CODES, wait=0.1)
    finally:
        gone.touch()
        for thread in threads:
            thread.join()

    assert failed.value.code == "portrait-later"
    assert len(pictures_of(drawn_face(), CODES)) == 1, "and when they are gone there is room again"


def test_it_stays_below_the_time_that_somebody_waits_for_a_page() -> None:
    """A tenth of a second of the processor, whoever else wants it; the bound is for a slow one.

    Above it, keep one child waiting.
    """
    times = []
    for _ in range(3):
        begun = spent_by_children()
        pictures_of(drawn_face(), PORTRAIT)
        times.append(spent_by_children() - begun)

    assert min(times) < 1.0


def running() -> str:
    """The command lines of all processes of this machine."""
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return listed.stdout
