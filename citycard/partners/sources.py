"""Where a partner's files come from, seen from those who read them: a web server or a folder, and what can go wrong.

A source holds three things under its base: `metadata/` and `targets/` of the city's TUF repository, and its status
lists at their own paths (`/status/1`). The base stands for the issuer URL and need not be equal to it: a folder on a
USB stick and another city that serves the same signed files are as good.
"""

import re
from dataclasses import dataclass
from typing import Protocol

from tuf.api.exceptions import DownloadError, DownloadHTTPError

from citycard.core.errors import CitycardError

METADATA, TARGETS = "metadata", "targets"
"""The two folders of a repository, below the base."""

STATEMENT = "statement.json"
"""The target of the city's own words, signed in the safe."""

COMPROMISED, MARKS = "compromised", "compromised.json"
"""The role that only adds marks of compromise, and its one target."""

_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,159}){1,12}")
"""No empty segment, no leading dot (so no `..`), no percent sign, query or backslash. The longest name we make is a
SHA-256 and "statement.json", 79 characters."""


class FetchRefused(CitycardError, DownloadError):
    """A file was not fetched; `code` says why. The sentence repeats nothing of the answer: it may be anybody's."""

    code = "fetch"


class NotThere(FetchRefused, DownloadHTTPError):
    """The source answers, and has no such file. TUF ends its walk over the roots at this answer."""

    code = "not-found"

    def __init__(self, status_code: int = 404) -> None:
        # Neither parent's own initialiser: each would call the other with its own arguments.
        Exception.__init__(self, "The partner has no such file.")
        self.status_code = status_code


@dataclass(frozen=True)
class Response:
    """A file, whole, and its ETag if the source gave one."""

    body: bytes
    etag: str | None


@dataclass(frozen=True)
class NotModified:
    """The file is the one whose ETag was shown."""


class Source(Protocol):
    """What `lists` needs; both fetchers are one."""

    def get(self, path: str, *, etag: str | None = None, cap: int, accept: str = "*/*") -> Response | NotModified:
        """Return the file at `path` below the base, of at most `cap` bytes; raise `FetchRefused`.

        `accept` is the media type wanted where there is a choice.
        """


def check_path(path: str) -> None:
    """Return if `path` is a plain path below the base; raise `FetchRefused` if not."""
    if not _PATH.fullmatch(path):
        raise FetchRefused("This is not a plain path.", code="path-not-allowed")


def path_below(base: str, url: str) -> str:
    """Return the path of `url` below `base`, checked; raise `FetchRefused` when it leads elsewhere."""
    if not url.startswith(base + "/"):
        raise FetchRefused("This address is not the partner's.", code="elsewhere")
    path = url.removeprefix(base)
    check_path(path)
    return path
