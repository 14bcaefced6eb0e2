"""The card that docs/card-format.md takes apart byte by byte (tests/vectors/example.py)."""

from __future__ import annotations

from datetime import timedelta

from citycard.core.claims import CardClaims, Identity
from tests.support.cities import LEONIE, NOW
from tests.vectors.cases import HERE, PORT_SABLE
from tests.vectors.vector import Vector, accepted

STATUSES = {1: 1, 3: 2, 6: 1}
"""What the list says: of eight cards two have ended and one is suspended."""


def claims() -> CardClaims:
    """Return what the card says: enough to see text beyond ASCII and every kind of claim, and no more."""
    identity = Identity(LEONIE.number, full_name=LEONIE.full_name, date_of_birth=LEONIE.date_of_birth)
    return PORT_SABLE.claims(identity=identity, status_index=5)


def status_list() -> bytes:
    """Return a list of eight cards. Real ones have room for 131,072, so that they tell nobody how many there are."""
    return PORT_SABLE.status_list(STATUSES, size=8, issued_at=NOW - timedelta(hours=1))


def vectors() -> list[Vector]:
    """Return that card."""
    return [
        accepted(
            "worked-example",
            "The card that docs/card-format.md takes apart byte by byte.",
            PORT_SABLE.card(identity=claims().identity, status_index=5),
            claims(),
            cities=HERE,
            status={PORT_SABLE.status_uri: status_list()},
        )
    ]
