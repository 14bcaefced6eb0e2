"""Settings that may be empty and had better not be: somebody looks for them on paper, or in a hurry."""

from collections.abc import Iterator

from citycard.operations.doctor.finding import Finding, Level, fine
from citycard.settings import Settings

_WANTED = {
    "contact": (
        "Who answers for the cards stands on each card and in the statement that partner cities read.",
        'contact = "Town hall, 1 Square, telephone"',
    ),
    "counter_address": (
        "Slips tell people where to come, and the page for found cards where to bring them.",
        'counter_address = ["Town hall, 1 Square", "telephone"]',
    ),
    "legal_officer": (
        "When somebody with a badge asks for data, staff call this number instead of deciding alone.",
        'legal_officer = "Legal office, telephone"',
    ),
}


def findings(settings: Settings) -> Iterator[Finding]:
    """Yield each wanted setting that is empty."""
    empty = [name for name in _WANTED if not getattr(settings, name)]
    for name in empty:
        why, line = _WANTED[name]
        yield Finding(
            "setting-empty",
            Level.SOON,
            f"The setting {name} is empty.",
            why,
            f"Write it into settings.toml, above [names] and any other line in [ ]: {line}. Then restart the service.",
            about=name,
        )
    if not empty:
        yield fine("settings", "Contact, counter address and legal officer are set.")
