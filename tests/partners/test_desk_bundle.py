"""A desk's bundle: which ones a device goes by, and what it believes then."""

from __future__ import annotations

import contextlib
import random
from typing import Any

import pytest

from citycard.partners.desk_bundle import BundleRefused, read_bundle
from tests.desk.bundles import Case, bundle, bundles, port_sable, rewritten, summary
from tests.support.cities import NOW


def answer(case: Case) -> dict[str, Any]:
    """What the reader says of a case, in the words of `expected`."""
    try:
        held = read_bundle(case.data, fingerprint=case.fingerprint, now=case.now, seen=case.seen, memory=case.memory)
    except BundleRefused as refused:
        return {"refused": refused.code}
    return summary(held)


@pytest.mark.parametrize("case", bundles(), ids=lambda case: case.name)
def test_a_device_makes_of_a_bundle_what_is_expected(case: Case) -> None:
    assert answer(case) == case.expected, case.description


def test_a_byte_that_is_another_is_always_noticed() -> None:
    good, chance = bundle(), random.Random(7)
    for _ in range(150):
        spoilt = bytearray(good)
        spoilt[chance.randrange(len(good))] ^= 1 << chance.randrange(8)
        with pytest.raises(BundleRefused):
            read_bundle(bytes(spoilt), fingerprint=port_sable().fingerprint, now=NOW)


def test_whatever_the_city_signs_is_believed_or_refused_and_nothing_else_happens() -> None:
    chance = random.Random(11)
    for _ in range(150):
        data = rewritten(lambda claims: spoil(claims, chance))
        with contextlib.suppress(BundleRefused):
            read_bundle(data, fingerprint=port_sable().fingerprint, now=NOW)


def spoil(claims: dict[Any, Any], chance: random.Random) -> None:
    """Put something else in one place, somewhere."""
    here: Any = claims
    while True:
        names = list(here) if isinstance(here, dict) else list(range(len(here)))
        name = chance.choice(names)
        inside = here[name]
        if not isinstance(inside, dict | list) or not inside or chance.random() < 0.1:
            break
        here = inside
    here[name] = chance.choice(
        [
            None,
            True,
            -1,
            2**63,
            "",
            "\u202e",
            b"",
            bytes(32),
            b"{}",
            b"[" * 2000,
            [],
            {},
            [[]],
            {"": 1},
            spoilt(inside, chance),
        ]
    )


def spoilt(value: Any, chance: random.Random) -> Any:
    """Change a byte or a letter of it."""
    if not isinstance(value, bytes) or not value:
        return value
    changed = bytearray(value)
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)
