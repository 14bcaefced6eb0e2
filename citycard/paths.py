"""Where templates, static files and migrations are.

They stand at the top of the repository and travel inside the wheel. The order:

1. A folder inside the installed package wins.
2. Otherwise the folder beside the package, but only in a checkout: ``pyproject.toml`` must be beside it.
   Without that condition an installed package would serve whatever ``site-packages/static`` happens to be.
3. Otherwise the installation is broken, and we say so at start rather than at the first page.
"""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


class BrokenInstallation(RuntimeError):
    """A folder that belongs to the programme is not where it was installed."""

    code = "broken-installation"


def templates_folder() -> Path:
    """The Jinja templates."""
    return find_folder("templates")


def static_folder() -> Path:
    """Style sheets, scripts, fonts and pictures."""
    return find_folder("static")


def migrations_folder() -> Path:
    """The steps from each version of the tables to the next (Alembic)."""
    return find_folder("migrations")


def find_folder(name: str, *, package: Path = PACKAGE) -> Path:
    """Return the folder ``name`` that belongs to ``package``, or raise ``BrokenInstallation``."""
    # (1)
    inside = package / name
    if inside.is_dir():
        return inside
    # (2)
    checkout = package.parent
    beside = checkout / name
    if (checkout / "pyproject.toml").is_file() and beside.is_dir():
        return beside
    # (3)
    raise BrokenInstallation(f"the folder {name!r} is missing from this installation; install citycard again")
