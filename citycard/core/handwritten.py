"""Words for the mistakes in a file that somebody wrote by hand: what may have been meant, and what stands there."""

import json
from collections.abc import Iterable
from datetime import date, time
from difflib import get_close_matches


def near(name: str, known: Iterable[str]) -> str:
    """Return a question whether something of a similar name was meant, or nothing."""
    found = get_close_matches(name, sorted(known), 1)
    return f' Did you mean "{found[0]}"?' if found else ""


def shown(value: object) -> str:
    """Return what stands in the file, short enough for a sentence."""
    # Dates and times stand in TOML without quotation marks.
    text = value.isoformat() if isinstance(value, date | time) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"
