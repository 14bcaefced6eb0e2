"""The cast of the core's tests: two cities that know each other, one that nobody knows, and a Tuesday noon."""

from __future__ import annotations

import pytest

from citycard.core.keys import Algorithm
from citycard.core.trust import TrustStore
from tests.support.cities import City, trust_in


@pytest.fixture(scope="session")
def port_sable() -> City:
    """Issues cards with ES256."""
    return City.named("Port-Sable")


@pytest.fixture(scope="session")
def rivemont() -> City:
    """Issues cards with Ed25519."""
    return City.named("Rivemont", algorithm=Algorithm.EDDSA)


@pytest.fixture(scope="session")
def nowhere() -> City:
    """A city that is not recognised by anybody."""
    return City.named("Nowhere")


@pytest.fixture(scope="session")
def trust(port_sable: City, rivemont: City) -> TrustStore:
    """We recognise Port-Sable and Rivemont. We have never heard of Nowhere."""
    return trust_in(port_sable, rivemont)
