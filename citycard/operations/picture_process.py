"""Asking the child that opens pictures (`picture_child`), from a server that must not suffer from what happens there.

1. At most `AT_ONCE` children of this worker at a time; the next picture waits `WAIT` and is then asked to come back.
2. The child gets nothing of ours: no environment, no open file, no argument that came from outside; the picture goes in
   by one pipe and pixels come out by another. Nothing is written to disk.
3. It has `PATIENCE`. Whoever is late is killed, whoever talks more than the largest answer is not listened to.
4. Whatever goes wrong over there (a crash, too much memory, too much time) means one thing here: a file that cannot be
   read. What the decoder had to say about it is not asked: it may quote the file.

A fresh process for each picture costs a tenth of a second, most of it loading Pillow, and ends the residue of a face in
memory; a pool would keep both. If that tenth ever grows, keep one child waiting, never one child for two pictures.
"""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Sequence

from PIL import Image

from citycard.core.errors import CitycardError
from citycard.operations.picture_child import JOB, LIMITED, LOCKED, PICTURE, REASONS, REFUSED
from citycard.operations.picture_limits import AT_ONCE, MAX_CODE_SIDE, MAX_WHOLE, PATIENCE, PRINT_SIZE, WAIT
from citycard.operations.portrait_cut import Frame

log = logging.getLogger(__name__)

CHILD = (sys.executable, "-I", "-m", "citycard.operations.picture_child")

MAX_ANSWER = 1 + 2 * PICTURE.size + 3 * (PRINT_SIZE[0] * PRINT_SIZE[1] + max(MAX_WHOLE, MAX_CODE_SIDE) ** 2)
"""Bytes: both pictures of a portrait, the whole one square."""

_STILL_NEEDED = ("LD_LIBRARY_PATH",)
"""Where some systems say where the interpreter's own libraries are."""

_turns = threading.BoundedSemaphore(AT_ONCE)
_told = threading.Event()


class ChildFailed(CitycardError):
    """No pixels came. `code` is one of the child's `REASONS`, or "portrait-later" when there was no room for it."""

    code = "portrait-unreadable"


def pictures_of(
    upload: bytes,
    what: int,
    *,
    frame: Frame | None = None,
    quarter_turns: int = 0,
    child: Sequence[str] = CHILD,
    patience: float = PATIENCE,
    wait: float = WAIT,
) -> list[Image.Image]:
    """Return the pictures that the child makes of `upload`; raise `ChildFailed`."""
    place = (frame.left, frame.top, frame.width) if frame else (0.0, 0.0, 0.0)
    job = JOB.pack(what, quarter_turns % 4, frame is not None, *place)
    # (1)
    if not _turns.acquire(timeout=wait):
        raise ChildFailed("Too many pictures at once.", code="portrait-later")
    try:
        said = _ask(job + upload, child, patience)
    finally:
        _turns.release()
    return _pictures_in(said)


def _ask(job: bytes, child: Sequence[str], patience: float) -> bytes:
    """Return what the child says; nothing when it says too much, too late, or dies."""
    # (2)
    kept = {name: os.environ[name] for name in _STILL_NEEDED if name in os.environ}
    try:
        process = subprocess.Popen(
            child, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=kept, bufsize=0
        )
    except OSError:
        # No memory or no room for another process: the machine is busy, the picture may be good.
        raise ChildFailed("No process could be started.", code="portrait-later") from None
    assert process.stdin is not None  # noqa: S101 -- both were asked for
    assert process.stdout is not None  # noqa: S101
    # (3) Killing it closes its ends of the pipes, which ends our writing and reading.
    clock = threading.Timer(patience, process.kill)
    clock.daemon = True
    clock.start()
    said = bytearray()
    try:
        with process.stdin as its_input:
            left = memoryview(job)
            while left:
                left = left[its_input.write(left) or 0 :]
        while len(said) <= MAX_ANSWER and (part := process.stdout.read(1 << 20)):
            said += part
    except BrokenPipeError:
        pass  # it ended before it had read everything; what it said before counts
    finally:
        clock.cancel()
        process.kill()
        process.stdout.close()
        process.wait()
    return bytes(said) if len(said) <= MAX_ANSWER else b""


def _pictures_in(said: bytes) -> list[Image.Image]:
    # (4)
    first, rest = said[:1], said[1:]
    if first == REFUSED and rest.decode("ascii", "replace") in REASONS:
        raise ChildFailed("The file cannot be used.", code=rest.decode("ascii"))
    if first not in (LOCKED, LIMITED):
        raise ChildFailed("The child did not answer.")
    if first == LIMITED and not _told.is_set():
        _told.set()
        log.warning("pictures are opened behind limits alone: this system has no filter of system calls for us")
    found = []
    while rest:
        if len(rest) < PICTURE.size:
            raise ChildFailed("The answer is incomplete.")
        bands, width, height = PICTURE.unpack(rest[: PICTURE.size])
        end = PICTURE.size + bands * width * height
        if bands not in (1, 3) or not width or not height or len(rest) < end:
            raise ChildFailed("The answer is incomplete.")
        found.append(Image.frombytes("L" if bands == 1 else "RGB", (width, height), rest[PICTURE.size : end]))
        rest = rest[end:]
    return found
