"""Files that survive a power cut, and folders that one process changes at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Busy(OSError):
    """Another process is changing the folder."""


def write_durably(path: Path, data: bytes) -> None:
    """Put public `data` at `path`: a reader sees the old file or the new one, and a power cut loses neither."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o644)
    try:
        # For everybody to read: all of it is public, and the web server may be another user. Folders keep the umask.
        os.fchmod(opened, 0o644)
        with open(opened, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)  # the name itself is in the folder, not in the file
    finally:
        os.close(folder)


@contextmanager
def alone_in(folder: Path, *, wait: bool) -> Iterator[None]:
    """Hold `folder` for this process; another one waits for us, or raises `Busy` where it asked not to wait.

    The kernel lets go of the lock when the process ends, however it ends; the empty file stays.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise Busy("The folder is in use.") from None
        yield
