"""What a file of guidance holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

STEPS = ("identity", "portrait", "evidence", "card", "check", "approve", "finish", "refuse")
"""Everything that happens at the counter, in its order. A screen may show more than one of them."""


@dataclass(frozen=True)
class Words:
    """The words of one step."""

    say: tuple[str, ...]
    """To the person before the counter; shown to them as well, in their language. None where nobody is there."""
    mind: tuple[str, ...]
    never: tuple[str, ...]


@dataclass(frozen=True)
class Guidance:
    """The words of all steps in one language."""

    language: str
    steps: Mapping[str, Words]
    reviewed_on: date | None
    """When they were last read with residents; None when they never were."""
    reviewed_with: str
    own: bool
    """Whether they are the city's, not those that are shipped."""
