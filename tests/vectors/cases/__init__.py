"""The cities of the vectors, and what all cases share. Their keys are made from a seed that everybody can read."""

from __future__ import annotations

from citycard.core.keys import Algorithm
from tests.support.cities import City

PORT_SABLE = City.named("Port-Sable", seed="vectors")
"""Signs with ES256; https://port-sable.example."""

RIVEMONT = City.named("Rivemont", seed="vectors", algorithm=Algorithm.EDDSA, url="https://rivemont.test/cards")
"""Signs with Ed25519; its address has a path."""

NOWHERE = City.named("Nowhere", seed="vectors")
"""A city that is not recognised."""

HERE = (PORT_SABLE,)
BOTH = (PORT_SABLE, RIVEMONT)
