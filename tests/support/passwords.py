"""Passwords of the cast are hashed quickly, in the process of the tests only.

A real hash takes 64 MiB and a fifth of a second, and thousands of tests sign somebody in. Servers that the tests start
hash as they ship; that they ship with what `citycard.operations.sign_in` says is asserted in
tests/operations/test_staff.py, on `AS_SHIPPED`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from citycard.operations import sign_in

AS_SHIPPED = sign_in._hasher
"""What the office hashes with."""


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """The same algorithm, with hardly any work in it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sign_in, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield
