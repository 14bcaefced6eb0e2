"""Fetching a partner's files from a folder: a USB stick, a share, the office next door.

Whoever prepared the stick chose its names and links. A path is plain (`sources`), each step of it is opened without
following links, and what is opened at the end must be an ordinary file: no device, no pipe that would wait for ever.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from tuf.ngclient.fetcher import FetcherInterface

from citycard.partners.sources import FetchRefused, NotModified, NotThere, Response, check_path, path_below

MAX_FILE = 1 << 20
"""1 MiB, as over the network."""


class FolderFetcher(FetcherInterface):
    """Fetches below one folder, as TUF's fetcher and as a `Source`."""

    base = "folder:"
    """What stands for the folder in the addresses that TUF builds; its real path stays out of every message."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, path: str, *, etag: str | None = None, cap: int, accept: str = "*/*") -> Response | NotModified:
        """Return the file at `path` below the folder, or `NotModified` if its content still has this `etag`.

        A folder has no choice to offer: `accept` is for servers.
        """
        body = self._read(path, min(cap, MAX_FILE))
        found = f'"{hashlib.sha256(body).hexdigest()}"'
        return NotModified() if etag == found else Response(body, found)

    def _fetch(self, url: str) -> Iterator[bytes]:
        return iter([self._read(path_below(self.base, url), MAX_FILE)])

    def _read(self, path: str, cap: int) -> bytes:
        check_path(path)
        *folders, name = path.removeprefix("/").split("/")
        try:
            here = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            raise FetchRefused("The folder cannot be opened.", code="unreachable") from None
        try:
            for folder in folders:
                inside = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
                os.close(here)
                here = inside
            # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
            found = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=here)
        except FileNotFoundError:
            raise NotThere from None
        except OSError:
            raise FetchRefused("A link or a file stands where it should not.", code="path-not-allowed") from None
        finally:
            os.close(here)
        if not stat.S_ISREG(os.fstat(found).st_mode):
            os.close(found)
            raise FetchRefused("This is not an ordinary file.", code="path-not-allowed")
        with open(found, "rb") as file:
            try:
                body = file.read(cap + 1)
            except OSError:
                raise FetchRefused("The file cannot be read.", code="unreachable") from None
        if len(body) > cap:
            raise FetchRefused("The file is larger than it can be.", code="too-large")
        return body
