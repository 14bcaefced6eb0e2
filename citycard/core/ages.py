"""Which ages somebody may have, from as much of a date of birth as a card says.

1. A whole date gives one age.
2. A year alone gives two: the birthday has been, or it has not. Whoever decides something by an age decides it for the
   holder (`operations.validity`, `services.decision`).
3. Where no date is known there is no age. Nothing follows from that by itself: a desk asks.
"""

from datetime import date


def possible_ages(born: str, on: date) -> tuple[int, ...]:
    """Return the ages that somebody born on `born` (YYYYMMDD, YYYY or nothing) may have, the youngest first."""
    # (1)
    if len(born) == 8:
        had_birthday = (on.month, on.day) >= (int(born[4:6]), int(born[6:]))
        return (on.year - int(born[:4]) - (not had_birthday),)
    # (2)
    if len(born) == 4:
        oldest = on.year - int(born)
        return (max(oldest - 1, 0), oldest)
    # (3)
    return ()
