"""What the desk page for devices needs without a network: every file, with the SHA-256 of its content.

1. Scripts are found by following the imports of the page's first module, and of the worker that decodes pictures. Only
   what belongs to a script without being imported is listed by hand: the decoder's WebAssembly, the style sheets.
2. What the application makes itself (the page, its sentences, its manifest, the city's colour) is listed with the
   digest of what it answers now. It depends on the settings of the office and on nobody who asks.
3. The digest of the whole list is the version. Another content anywhere is another version, and so another service
   worker, which fetches all of it anew and checks each file before it takes any.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from citycard.paths import static_folder
from citycard.transit.bundle import in_order

FIRST = ("desk/page.js", "desk/reading_worker.js")
"""Modules that are started, by the page and as a worker."""

STYLES = ("tokens", "base", "fields", "components", "desk", "desk_app", "desk_scanner", "desk_voice")
"""Style sheets of the page, in their order."""

MORE = ("vendor/zxing",)
"""Folders under `static` of which every file is needed that a browser loads."""

_LOADED = {".js", ".mjs", ".wasm"}


@dataclass(frozen=True)
class Asset:
    """A file, by the path under which it is asked for."""

    path: str
    content: bytes

    @property
    def integrity(self) -> str:
        """Its digest, as browsers want it."""
        return "sha256-" + b64encode(hashlib.sha256(self.content).digest()).decode("ascii")


def styles() -> list[str]:
    """Return the style sheets of the page, as names of files under `static`."""
    return [f"css/{sheet}.css" for sheet in STYLES]


def files() -> list[Asset]:
    """Return every static file that the page needs (1), by name."""
    folder = static_folder()
    names = {*styles(), *_scripts(folder / "js"), *_more(folder)}
    return [Asset(f"/static/{name}", _read(folder / name)) for name in sorted(names)]


def version(assets: Iterable[Asset]) -> str:
    """Return what changes with any of the assets (3)."""
    lines = "\n".join(f"{asset.path} {asset.integrity}" for asset in assets)
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def _scripts(folder: Path) -> Iterator[str]:
    for first in FIRST:
        if (folder / first).is_file():
            for name, _ in in_order(first, folder):
                # A module outside static/js, such as ../vendor/zxing/reader.js, keeps the place it has.
                yield str((Path("js") / name).as_posix()) if not name.startswith("../") else name.removeprefix("../")


def _more(folder: Path) -> Iterator[str]:
    for place in MORE:
        for file in sorted((folder / place).rglob("*")):
            if file.is_file() and file.suffix in _LOADED:
                yield file.relative_to(folder).as_posix()


def _read(path: Path) -> bytes:
    return _content(path, path.stat().st_mtime_ns)


@cache
def _content(path: Path, changed: int) -> bytes:
    return path.read_bytes()
