"""What the doctor says of one thing: what it is, why it matters, how it is mended.

A finding holds days, names of files and of keys. It holds nothing of a holder, no card number and no count of any.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How long it may wait."""

    FINE = "fine"
    SOON = "soon"
    NOW = "now"


@dataclass(frozen=True)
class Finding:
    """One finding. `code` never changes its meaning; `about` says which of several (a purpose, a setting, a file)."""

    code: str
    level: Level
    what: str
    why: str = ""
    mend: str = ""
    commands: tuple[str, ...] = ()
    """To type on the server, in their order."""
    about: str = ""
    days_left: int | None = None


def fine(code: str, what: str) -> Finding:
    """Return that something was looked at and is as it should be."""
    return Finding(code, Level.FINE, what)


def worst(findings: Iterable[Finding]) -> Level:
    """Return the most urgent level among `findings`."""
    levels = {finding.level for finding in findings}
    return next((level for level in (Level.NOW, Level.SOON) if level in levels), Level.FINE)
