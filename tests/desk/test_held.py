"""The desk page believes what the reader in Python believes, refuses what it refuses, and says the same code."""

from __future__ import annotations

import base64
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import available_timezones

import pytest

from citycard.core import cose
from citycard.core.errors import CitycardError
from citycard.partners.desk_bundle import TYPE, PartnerPapers, read_bundle
from tests.desk.bundles import Case, Town, bois_clair, bundle, bundles, content, port_sable, rivemont, summary
from tests.desk.conftest import Desk
from tests.support.cities import NOW
from tests.support.forging import sign1
from tests.support.mutations import Chance, spoil_bytes, spoil_item

GIVEN = ("bundle", "fingerprint", "now", "seen", "memory")

CASES = bundles()


def given(case: Case) -> dict[str, Any]:
    """What the page has."""
    return {name: value for name, value in case.to_json().items() if name in GIVEN}


def at_port_sable(data: bytes, **changes: Any) -> dict[str, Any]:
    """A device of Port-Sable that is given a bundle."""
    fingerprint = port_sable().fingerprint.hex()
    file = base64.b64encode(data).decode()
    return {"bundle": file, "fingerprint": fingerprint, "now": int(NOW.timestamp()), **changes}


def in_words(said: Any) -> Any:
    """An answer as `Case.expected` has it."""
    refused = isinstance(said, str) and said.startswith("refused: ")
    return {"refused": said.removeprefix("refused: ")} if refused else {"held": said}


def in_python(data: bytes) -> Any:
    """What the other reader makes of it, in the words of ask.mjs."""
    try:
        return summary(read_bundle(data, fingerprint=port_sable().fingerprint, now=NOW))["held"]
    except CitycardError as error:
        return f"refused: {error.code}"


def assert_same(data: list[bytes], ours: list[Any], theirs: list[Any]) -> None:
    """Fail with the first bundles of which the two say something else."""
    wrong = [(a, b, base64.b64encode(c)) for a, b, c in zip(ours, theirs, data, strict=True) if a != b]
    assert not wrong, f"{len(wrong)} of {len(data)} differ; Python and JavaScript say\n" + "\n".join(
        map(str, wrong[:3])
    )


def test_every_bundle_is_read_as_its_case_says(desk: Desk) -> None:
    said = desk.say("bundle", [given(case) for case in CASES])

    wrong = [
        (case.name, a, case.expected) for case, a in zip(CASES, map(in_words, said), strict=True) if a != case.expected
    ]
    assert len(CASES) > 90
    assert not wrong, "\n".join(map(str, wrong))


def test_no_spoilt_bundle_is_taken(desk: Desk) -> None:
    chance = random.Random("spoilt bundles")
    good = bundle()
    data = [each for each in (spoil_bytes(good, chance) for _ in range(1500)) if each != good]

    said = desk.say("bundle", [at_port_sable(each) for each in data])

    assert_same(data, [in_python(each) for each in data], said)
    found = Counter(said)
    assert all(each.startswith("refused: ") for each in found), "nothing else is thrown, and nothing is held"
    steps = {"bundle-form", "bundle-signature", "fingerprint-differs", "statement-hash", "targets-signature"}
    assert {f"refused: {code}" for code in steps} <= set(found)


def spoil_part(said: dict[str, Any], chance: Chance) -> dict[str, Any]:
    """Spoil one partner, one service, or what stands beside them."""
    name = chance.choice(["own", "agreements", "partners", "partners", "partners", "services"])
    if name in ("own", "agreements"):
        return {**said, name: spoil_item(said[name], chance)}
    place = chance.randrange(len(said[name]))
    entry = spoil_item(said[name][place], chance)
    if name == "partners" and chance.random() < 0.5:
        paper = chance.choice(["roots", "targets", "statement", "lists"])
        whole = said[name][place][paper]
        spoilt = [spoil_bytes(whole[0], chance)] if paper == "roots" else spoil_item(whole, chance)
        entry = {**said[name][place], paper: spoilt}
    return {**said, name: [*said[name][:place], entry, *said[name][place + 1 :]]}


def wrongly_signed(chance: Chance) -> Iterator[bytes]:
    """What our city signed, and nobody should have written."""
    key = port_sable().bundle_key
    header = {cose.ALG: int(key.public.algorithm), cose.KID: key.public.kid, cose.TYP: TYPE}
    claims = dict(cose.parse(bundle()).claims)
    zones = available_timezones()
    for _ in range(500):
        spoilt = spoil_item(claims, chance)
        if chance.random() < 0.7:
            spoilt = {**claims, "desk": spoil_part(claims["desk"], chance)}
        elsewhere = isinstance(spoilt, dict) and isinstance(spoilt.get("desk"), dict) and spoilt["desk"].get("timezone")
        # A device that does not know the zone is unable; which ones it knows is not for the format to say.
        if not isinstance(elsewhere, str) or elsewhere in zones:
            yield sign1(header, spoilt, key.sign)


def test_what_the_city_signed_wrongly_is_judged_alike(desk: Desk) -> None:
    data = list(wrongly_signed(random.Random("wrongly signed bundles")))

    said = desk.say("bundle", [at_port_sable(each) for each in data])

    assert_same(data, [in_python(each) for each in data], said)
    left_out = {each["code"] for held in said if isinstance(held, dict) for each in held["leftOut"]}
    assert {"fingerprint-differs", "statement-hash", "targets-signature"} <= left_out
    assert sum(isinstance(held, dict) and len(held["lists"]) < 3 for held in said) > 5, "lists that are not held"


def test_a_time_zone_that_the_device_does_not_know_ends_in_no_days(desk: Desk) -> None:
    """A day of its own would decide about ages and agreements."""
    data = bundle(content(timezone="Europe/Atlantis"))
    assert desk.say("bundle", [at_port_sable(data)]) == ["refused: reader-unable"]


def test_a_device_that_lacks_an_algorithm_says_so_and_believes_nothing(desk: Desk) -> None:
    """Port-Sable's safe holds Ed25519 keys and its server P-256 ones; Rivemont has P-256 alone."""
    own = [at_port_sable(bundle())]
    assert desk.say("bundle", own, without=["Ed25519"]) == ["refused: reader-unable"]
    assert desk.say("bundle", own, without=["ECDSA"]) == ["refused: reader-unable"]
    assert desk.say("bundle", own, without=["WebCrypto"]) == ["refused: reader-unable"]


def test_a_partner_whose_keys_the_device_cannot_check_is_left_out_by_that_name(desk: Desk) -> None:
    ours = Town.named("Port-Sable", ecdsa=True)
    data = bundle(content(ours, bois_clair().as_partner(), rivemont().as_partner()), town=ours)
    asked = at_port_sable(data, fingerprint=ours.fingerprint.hex())

    [held] = desk.say("bundle", [asked], without=["Ed25519"])

    assert held["leftOut"] == [{"issuer": bois_clair().city.url, "code": "reader-unable"}]
    assert [city["issuer"] for city in held["cities"]] == [ours.city.url, rivemont().city.url]


def test_memory_that_somebody_edited_counts_as_lost(desk: Desk) -> None:
    mark = port_sable().fingerprint.hex()
    edits: list[Any] = [None, [], "x", {mark: None}, {mark: {"targets": "9", "compromised": []}}, {"x": {}}]
    edits += [
        {mark: {"targets": 9}},
        {mark: {"targets": 9, "compromised": [1]}},
        {mark: {"targets": 9, "compromised": "x"}},
    ]

    said = desk.say("bundle", [at_port_sable(bundle(), memory=memory) for memory in edits])

    assert said == desk.say("bundle", [at_port_sable(bundle())]) * len(edits)
    [older] = desk.say("bundle", [at_port_sable(bundle(), memory={mark: {"targets": 9, "compromised": []}})])
    assert older == "refused: bundle-older"


@pytest.mark.parametrize(
    "changes", [{"now": None}, {"now": "2026-03-10"}, {"now": -1}, {"fingerprint": "00"}, {"seen": "today"}], ids=str
)
def test_what_is_handed_in_wrongly_is_an_error_and_no_bundle(desk: Desk, changes: dict[str, Any]) -> None:
    [said] = desk.say("bundle", [at_port_sable(bundle(), **changes)])
    assert isinstance(said, str)
    assert said.startswith("threw TypeError"), said


def test_the_age_of_every_citys_lists_is_told(desk: Desk) -> None:
    hour, day = timedelta(hours=1), timedelta(days=1)
    theirs = rivemont()
    fresh, none = theirs.as_partner(), theirs.as_partner(city=replace(theirs.carried(), lists={}))
    two = theirs.saying(status_lists=(theirs.city.status_uri, f"{theirs.city.url}/status/2")).as_partner()
    signed = int((NOW - hour).timestamp())
    expected: list[tuple[PartnerPapers, timedelta, list[Any]]] = [
        (fresh, timedelta(), [("fine", signed)] * 3),
        (fresh, day - 2 * hour, [("fine", signed)] * 3),
        (fresh, day - hour, [("amber", signed)] * 3),
        (none, timedelta(), [("fine", signed)] * 2 + [("red", None)]),
        (two, timedelta(), [("fine", signed)] * 2 + [("amber", signed)]),
        (fresh, 21 * day - 2 * hour, [("amber", signed)] * 3),
        (fresh, 21 * day - hour, [("red", None)] * 3),  # expired while the bundle still lives
    ]
    suspended = bois_clair().as_partner(suspended=True)

    said = desk.say(
        "cities",
        [
            at_port_sable(bundle(content(None, partner, suspended)), now=int((NOW + later).timestamp()))
            for partner, later, _ in expected
        ],
    )

    for cities, (_, _, levels) in zip(said, expected, strict=True):
        assert [(each["level"], each["listIssuedAt"]) for each in cities] == levels
        assert [(each["own"], each["suspended"]) for each in cities] == [(True, False), (False, True), (False, False)]
        assert [each["names"]["fr"] for each in cities] == ["Port-Sable", "Bois-Clair", "Rivemont"]
