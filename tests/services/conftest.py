"""Services of Port-Sable, written as a city writes them and as the programme holds them."""

from __future__ import annotations

from datetime import date
from typing import Any

from citycard.services.categories import CATEGORIES
from citycard.services.service import Level, Need, Service, Visitors

MONDAY = date(2026, 11, 23)

POOL = """
format = 1

[[service]]
id = "north-pool"
category = "swimming-pool"
names = { fr = "Piscine du Nord", en = "North Pool" }
benefit = { fr = "L’entrée à 2 €." }
place = "40 avenue de la Digue"
needs = ["age-band"]
level = "discount"
visitors = "by-agreement"
age = { from = 6 }
bands = [
  { to = 11, gives = { fr = "gratuit", en = "free" } },
  { from = 65, gives = { fr = "1 €" } },
]
from = 2026-01-01
until = 2026-12-31
"""

MEETING = """
[[service]]
id = "meeting"
category = "event"
names = { fr = "Rencontre" }
benefit = { fr = "On parle de la carte." }
needs = []
level = "discount"
visitors = "no"
dates = [{ day = 2026-12-05, begins = "18:30" }, { day = 2026-11-28, until = 2026-11-29 }]
"""


def service(**said: Any) -> Service:
    """A library for everybody, but for what is said."""
    plain: dict[str, Any] = {
        "id": "library",
        "category": CATEGORIES["library"],
        "names": {"fr": "Médiathèque"},
        "benefit": {"fr": "Douze livres."},
        "place": "",
        "needs": frozenset[Need](),
        "level": Level.DISCOUNT,
        "visitors": Visitors.YES,
    }
    return Service(**{**plain, **said})
