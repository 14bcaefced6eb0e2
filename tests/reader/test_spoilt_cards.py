"""Three thousand spoilt cards, and as many really signed ones with wrong content, read alike by both readers.

1. Cards spoilt at every level as in `tests/support/mutations.py`: hardly any passes the signature.
2. Claims spoilt first and then signed by the city itself, so that what comes after the signature is asked too.
3. Status lists spoilt or signed with wrong claims, under one good card.

Verdict, step and reason must be the same, and what is shown of a card that is accepted. The seeds are fixed.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from citycard.core import cose
from citycard.core.errors import ListRefused
from citycard.core.keys import Algorithm
from citycard.core.status import read_status_list
from tests.reader.conftest import Reader, trust_as_files_write_it
from tests.support.cities import NOW, PORTRAIT, City
from tests.support.forging import claims_of, header_of, sign1, signed_code, written
from tests.support.mutations import Chance, odd, spell_otherwise, spoil_bytes, spoil_item, spoilt_cards
from tests.vectors.vector import Vector, base64url, run, written_moment

pytestmark = pytest.mark.browser

CITIES = [City.named("Port-Sable"), City.named("Rivemont", algorithm=Algorithm.EDDSA)]
EACH = 1_500


def compare(reader: Reader, vectors: list[Vector]) -> Counter[str]:
    """Fail where the two readers differ; return how often each verdict was given at each step."""
    situations: list[dict[str, Any]] = []
    for each in vectors:
        same = {"trust": each.trust, "status": each.status, "now": each.now, "desk": each.desk}
        if not situations or any(situations[-1][name] is not value for name, value in same.items() if name != "desk"):
            situations.append(same | {"codes": []})
        situations[-1]["codes"].append(each.qr)
    theirs = reader.answers(situations)
    ours = [run(vector) for vector in vectors]
    assert len(theirs) == len(ours)
    wrong = [(vector.qr, a, b) for vector, a, b in zip(vectors, ours, theirs, strict=True) if a != b]
    assert not wrong, f"{len(wrong)} of {len(ours)} differ; Python and JavaScript say\n" + "\n".join(
        map(str, wrong[:9])
    )
    return Counter(f"{answer['verdict']} {answer.get('step')}" for answer in ours)


def situation(city: City, **changes: Any) -> dict[str, Any]:
    """Return all of a vector but its code."""
    return {
        **{"kind": "invalid", "name": "", "description": "", "reason": None, "expected": {}},
        "trust": trust_as_files_write_it([city]),
        "status": {city.status_uri: base64url(city.status_list())},
        "now": written_moment(NOW),
    } | changes


@pytest.mark.parametrize("city", CITIES, ids=lambda city: city.name)
def test_both_readers_say_the_same_of_spoilt_cards(city: City, reader: Reader) -> None:
    # (1)
    here = situation(city)
    vectors = [Vector(qr=text, **here) for _, text, _ in spoilt_cards(city, f"both readers, {city.name}", EACH)]

    found = compare(reader, vectors)

    assert {f"MALFORMED {step}" for step in (1, 2, 3, 5)} | {"UNKNOWN_ISSUER 6", "BAD_SIGNATURE 7"} <= set(found)


def wrongly_signed(city: City, chance: Chance) -> Iterator[str]:
    """Yield codes that the city signed and nobody should have written."""
    good = claims_of(city, portrait=PORTRAIT, address="1 rue des Salines\n00000 Port-Sable", language="fra")
    for _ in range(EACH):
        claims = dict(good)
        for _ in range(chance.choice((1, 1, 2))):
            if chance.random() < 0.5:
                claims[169] = spoil_item(claims[169], chance) if 169 in claims else odd(chance)
            else:
                claims = spoil_item(claims, chance)
            if type(claims) is not dict:
                claims = dict(good)
        payload = spell_otherwise(good, [chance.randrange(40)], chance) if chance.random() < 0.2 else written(claims)
        yield signed_code(city, payload)


@pytest.mark.parametrize("city", CITIES, ids=lambda city: city.name)
def test_both_readers_say_the_same_of_wrong_cards_that_are_really_signed(city: City, reader: Reader) -> None:
    # (2)
    here = situation(city)
    codes = wrongly_signed(city, random.Random(f"wrongly signed, {city.name}"))

    found = compare(reader, [Vector(qr=text, **here) for text in codes])

    assert {"MALFORMED 3", "KEY_REVOKED 8", "MALFORMED 8", "UNSUPPORTED 9", "MALFORMED 10", "STALE_STATUS 13"} <= set(
        found
    )
    assert found["OK None"] > 10


def spoilt_lists(city: City, chance: Chance) -> Iterator[bytes]:
    """Yield lists that are not quite the city's."""
    for _ in range(200):
        bits = chance.choice((1, 2, 4, 8))
        good = city.status_list(
            {423: chance.randrange(1 << bits)}, bits=bits, issued_at=NOW - timedelta(days=chance.randrange(-2, 25))
        )
        if chance.random() < 0.3:
            yield good
        elif chance.random() < 0.3:
            yield spoil_bytes(good, chance)
        else:
            claims = spoil_item(dict(cose.parse(good).claims), chance)
            header = header_of(city) | {cose.KID: city.status_pin.kid, cose.TYP: "application/statuslist+cwt"}
            if chance.random() < 0.2:
                header = spoil_item(header, chance)
            yield sign1(header, claims, city.status_key.sign)


@pytest.mark.parametrize("city", CITIES, ids=lambda city: city.name)
def test_both_readers_hold_the_same_lists(city: City, reader: Reader) -> None:
    # (3)
    card, chance = city.card(), random.Random(f"lists, {city.name}")
    vectors = [
        Vector(qr=card, **situation(city, status={city.status_uri: base64url(token)}))
        for token in spoilt_lists(city, chance)
    ]

    found = compare(reader, vectors)

    assert {"OK None", "OK_STALE None", "REVOKED 12", "SUSPENDED 12", "STALE_STATUS 13"} <= set(found)


def test_both_readers_refuse_the_same_successors(reader: Reader) -> None:
    city, chance = CITIES[0], random.Random("successors")
    trust = trust_as_files_write_it([city])

    def some_list() -> bytes:
        statuses = {chance.randrange(16): chance.randrange(3) for _ in range(chance.randrange(3))}
        when = NOW - timedelta(hours=chance.randrange(3))
        return city.status_list(
            statuses, bits=chance.choice((2, 2, 4)), size=chance.choice((16, 16, 32)), issued_at=when
        )

    pairs = [(some_list(), some_list()) for _ in range(300)]
    ours = []
    for before, after in pairs:
        first, second = (
            read_status_list(token, issuer=city.issuer, uri=city.status_uri, now=NOW) for token in (before, after)
        )
        try:
            second.succeeds(first)
            ours.append("good")
        except ListRefused as refused:
            ours.append(f"refused: {refused.code}")
    base = {"trust": trust, "now": NOW.timestamp(), "uri": city.status_uri}

    theirs = reader.part("successor", [base | {"before": base64url(a), "after": base64url(b)} for a, b in pairs])

    assert theirs == ours
    assert len(set(ours)) == 5
