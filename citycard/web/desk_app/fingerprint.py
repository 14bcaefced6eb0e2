"""A short fingerprint of the desk page: for comparing what a device keeps with what a release has.

1. `read_served` asks for the service worker and then for every file that it names, and refuses what is not what it is
   named as. Whoever answers may be this application or a server far away.
2. The fingerprint is over one line for each file, in the order of their paths: the path, a space, its SHA-256 as it
   stands in the service worker. Of the SHA-256 of these lines the first 80 bits, as five groups of four.
   static/js/desk/page_fingerprint.js counts the same from the files that a device keeps.
3. There are two: of the whole page, which has the words, name and colour of an office in it, and of the code (scripts,
   style sheets, the decoder), which is the same in every office of a release.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping

from citycard.core.errors import CitycardError

WORKER = "/desk-app/sw.js"
CODE = "/static/"
"""Where the code stands."""

MOST_FILES = 400
GROUPS, LETTERS = 5, 4

_LISTED = re.compile(r"new Map\((\[.*?\])\);", re.DOTALL)


class PageRefused(CitycardError):
    """What is served is not a desk page, or not what it is named as."""


def read_served(fetch: Callable[[str], bytes]) -> Mapping[str, str]:
    """Return the digests of the page's files by their paths; `fetch` returns what is served under a path (1)."""
    found = _LISTED.search(fetch(WORKER).decode("utf-8", errors="replace"))
    try:
        named = dict(json.loads(found[1])) if found else {}
    except (ValueError, TypeError):
        named = {}
    if not named or len(named) > MOST_FILES or not all(_is_line(*pair) for pair in named.items()):
        raise PageRefused("Its service worker names no files.", code="page-worker")
    for path, integrity in named.items():
        if integrity_of(fetch(path)) != integrity:
            raise PageRefused(f"{path} is served, and is not what the service worker names.", code="page-file")
    return named


def _is_line(path: object, integrity: object) -> bool:
    return isinstance(path, str) and path.startswith("/") and path.isprintable() and isinstance(integrity, str)


def integrity_of(content: bytes) -> str:
    """Return the SHA-256 as browsers write it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode("ascii")


def fingerprint(files: Mapping[str, str]) -> str:
    """Return the fingerprint of these files (2)."""
    lines = "\n".join(f"{path} {files[path]}" for path in sorted(files))
    letters = hashlib.sha256(lines.encode()).hexdigest()
    return " ".join(letters[start : start + LETTERS] for start in range(0, GROUPS * LETTERS, LETTERS))


def code_of(files: Mapping[str, str]) -> Mapping[str, str]:
    """Return those that are code (3)."""
    return {path: integrity for path, integrity in files.items() if path.startswith(CODE)}


def differing(files: Mapping[str, str], others: Mapping[str, str]) -> list[str]:
    """Return the paths that only one of the two has, or that differ."""
    return sorted(path for path in {*files, *others} if files.get(path) != others.get(path))
