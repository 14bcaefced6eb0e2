"""Days and hours: step 11, at its limits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tests.support.cities import LAST_DAY, NOW
from tests.support.forging import claims_of, signed_code
from tests.vectors.cases import HERE, PORT_SABLE
from tests.vectors.vector import Vector, accepted, refused

SECOND = timedelta(seconds=1)


def vectors() -> list[Vector]:
    """Return cards read around their first and last moments."""
    tomorrow = NOW.date() + timedelta(days=1)
    early = PORT_SABLE.card(issued_on=tomorrow)
    begins = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=UTC)
    short = {"expires_on": date(2026, 7, 31)}
    text, card = PORT_SABLE.card(**short), PORT_SABLE.claims(**short)
    ends = datetime(2026, 7, 31, 22, tzinfo=UTC)
    noon = int(NOW.timestamp())
    precise = signed_code(PORT_SABLE, claims_of(PORT_SABLE) | {6: noon + 3600})
    return [
        refused("issued-tomorrow", "Issued on a day that has not come.", early, "NOT_YET", 11, "issued-later",
                cities=HERE),
        refused("issued-next-year", "Issued on the key's last day, long from now.",
                PORT_SABLE.card(issued_on=LAST_DAY), "NOT_YET", 11, "issued-later", cities=HERE),
        refused("expired", "The last day is over.", text, "EXPIRED", 11, "expired", cities=HERE,
                now=datetime(2026, 9, 1, tzinfo=UTC)),
        refused("issued-tomorrow-last-second", "The second before the day of issue begins, in UTC.", early,
                "NOT_YET", 11, "issued-later", cities=HERE, now=begins - SECOND, kind="edge"),
        accepted("issued-first-second", "The first second of the day of issue, in UTC.", early,
                 PORT_SABLE.claims(issued_on=tomorrow), cities=HERE, now=begins, kind="edge"),
        accepted("issued-later-the-same-day", "Days are compared, not seconds: an hour from now is today.", precise,
                 PORT_SABLE.claims(issued_on=NOW.date()), cities=HERE, kind="edge"),
        accepted("expires-in-a-second", "The last second of the printed day in the city's summer time.", text, card,
                 cities=HERE, now=ends - SECOND, kind="edge"),
        refused("expires-now", "The second in which it ends: over.", text, "EXPIRED", 11, "expired", cities=HERE,
                now=ends, kind="edge"),
        refused("not-yet-before-expired", "Both wrong: the day of issue is looked at first.",
                signed_code(PORT_SABLE, claims_of(PORT_SABLE, issued_on=tomorrow)), "NOT_YET", 11, "issued-later",
                cities=HERE, now=NOW - timedelta(days=30), kind="edge"),
    ]  # fmt: skip
