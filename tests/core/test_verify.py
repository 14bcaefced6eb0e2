"""Checking a card: each row of the table, and the order in which it decides.

The forms that codes can be spoilt into are in `tests/vectors`, where readers in other languages find them too. Here is
what needs Python to tell: the order, the objects that come in, and what a refusal says.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import citycard.core
from citycard.core import verify as module
from citycard.core.claims import CardClaims
from citycard.core.errors import CardRefused
from citycard.core.keys import KeyState
from citycard.core.trust import TrustStore
from citycard.core.verdicts import Verdict
from citycard.core.verify import AMBER, MAX_TEXT, RED, Desk, VerifiedCard, check_signed, verify
from tests.support.cities import EXPIRES_ON, INDEX, LAST_DAY, LEONIE, NOW, PORTRAIT, City, trust_in
from tests.support.forging import claims_of, code, header_of, sign1, signed_code, token_of


def check(text: str, city: City, **changes: Any) -> VerifiedCard:
    """Check `text` where `city` is recognised and its fresh list held, but for `changes`."""
    return verify(text, **{"trust": trust_in(city), "lists": city.lists(), "now": NOW} | changes)


def refusal(text: str, city: City, **changes: Any) -> CardRefused:
    """Return the refusal of `text`."""
    with pytest.raises(CardRefused) as refused:
        check(text, city, **changes)
    return refused.value


def test_a_good_card_of_each_city_is_ok(port_sable: City, rivemont: City, trust: TrustStore) -> None:
    for city in (port_sable, rivemont):
        card = verify(city.card(portrait=PORTRAIT), trust=trust, lists=city.lists(), now=NOW)
        assert card.verdict is Verdict.OK
        assert card.issuer == city.issuer
        assert card.identity == LEONIE._replace(portrait=PORTRAIT)
        assert card.issued_on == date(2026, 1, 15)
        assert card.expires_at == datetime(2031, 1, 14, 23, tzinfo=UTC)
        assert card.status_age == timedelta(hours=1)


def test_what_was_not_checked_is_said(port_sable: City) -> None:
    assert check(port_sable.card(portrait=PORTRAIT), port_sable).not_checked == ("face",)
    assert check(port_sable.card(), port_sable).not_checked == ("portrait",)
    light = check(port_sable.card(light=True), port_sable)
    assert light.not_checked == ("name", "portrait")
    assert not light.full
    assert light.identity == LEONIE.light()


# --- the table ------------------------------------------------------------------------------------


def _with_version(city: City, version: str) -> dict[Any, Any]:
    claims = claims_of(city)
    return {**claims, 169: {**claims[169], 2: version}}


STOLEN = {"state": KeyState.COMPROMISED}


def rows(city: City, other: City) -> list[tuple[int, Verdict, Callable[[], CardRefused]]]:
    """Return each step of the table that can refuse, and a card that it refuses."""
    good, later = city.card(), timedelta(days=1)

    def spoilt(**changes: Any) -> Callable[[], CardRefused]:
        text = changes.pop("text", good)
        return lambda: refusal(text, changes.pop("city", city), **changes)

    typed = signed_code(city, claims_of(city), header={**header_of(city), 16: "application/cwt"})
    barred = Desk(refuses=lambda card: "no-agreement")
    return [
        (1, Verdict.MALFORMED, spoilt(text=good + "\n")),
        (1, Verdict.MALFORMED, spoilt(text="0" * (MAX_TEXT + 1))),
        (2, Verdict.MALFORMED, spoilt(text=good[:-3])),
        (3, Verdict.MALFORMED, spoilt(text=code(token_of(good)[1:]))),
        (4, Verdict.WRONG_TYPE, spoilt(text=typed)),
        (5, Verdict.MALFORMED, spoilt(text=signed_code(city, claims_of(city), header={1: -7}))),
        (6, Verdict.UNKNOWN_ISSUER, spoilt(trust=trust_in(other))),
        (6, Verdict.UNKNOWN_ISSUER, spoilt(text=city.card(signed_by=other.card_key))),
        (7, Verdict.BAD_SIGNATURE, spoilt(text=signed_code(city, claims_of(city), signature=bytes(63) + b"\1"))),
        (8, Verdict.KEY_REVOKED, spoilt(trust=trust_in(city.with_card_key(**STOLEN)))),
        (8, Verdict.KEY_REVOKED, spoilt(trust=trust_in(city.with_card_key(first_day=date(2026, 1, 16))))),
        (9, Verdict.UNSUPPORTED, spoilt(text=signed_code(city, _with_version(city, "2")))),
        (10, Verdict.MALFORMED, spoilt(text=signed_code(city, claims_of(city) | {2: "subject"}))),
        (11, Verdict.NOT_YET, spoilt(text=city.card(issued_on=NOW.date() + later))),
        (11, Verdict.EXPIRED, spoilt(now=datetime(2031, 1, 14, 23, tzinfo=UTC))),
        (12, Verdict.MALFORMED, spoilt(text=city.card(status_index=1024))),
        (12, Verdict.REVOKED, spoilt(lists=city.lists({INDEX: 1}))),
        (12, Verdict.SUSPENDED, spoilt(lists=city.lists({INDEX: 2}))),
        (13, Verdict.STALE_STATUS, spoilt(lists={})),
        (13, Verdict.STALE_STATUS, spoilt(now=NOW + RED)),
        (14, Verdict.NOT_ACCEPTED, spoilt(desk=barred)),
    ]


@pytest.mark.parametrize("row", range(21))
def test_each_row_of_the_table(port_sable: City, nowhere: City, row: int) -> None:
    table = rows(port_sable, nowhere)
    assert len(table) == 21
    step, verdict, refuse = table[row]
    refused = refuse()
    assert (refused.step, refused.verdict, refused.code) == (step, verdict, verdict.value)
    assert refused.reason
    assert not verdict.good


def test_only_two_verdicts_are_good() -> None:
    assert [verdict.value for verdict in Verdict if verdict.good] == ["OK_STALE", "OK"]


# --- the order ------------------------------------------------------------------------------------


def test_a_card_wrong_in_two_ways_gives_the_earlier_verdict(port_sable: City, nowhere: City) -> None:
    """Every wrong that can be added without repairing an earlier one is added from the last step to the first."""
    city = port_sable
    claims, header = claims_of(city, issued_on=NOW.date()), header_of(city)
    situation: dict[str, Any] = {
        "lists": city.lists(issued_at=NOW - timedelta(days=2)),
        "now": NOW,
        "trust": trust_in(city),
    }
    forged: dict[str, Any] = {}

    def decided() -> str:
        text = signed_code(city, claims, header=header, **forged)
        try:
            return verify(text, **situation).verdict
        except CardRefused as refused:
            return refused.verdict

    assert decided() == "OK_STALE"
    situation["desk"] = Desk(refuses=lambda card: "no-agreement")
    assert decided() == "NOT_ACCEPTED"
    situation["lists"] = city.lists({5: 2, 6: 1}, issued_at=NOW - RED, lifetime=timedelta(days=400))
    assert decided() == "STALE_STATUS"
    claims[65535] = {"status_list": {"idx": 5, "uri": city.status_uri}}
    assert decided() == "SUSPENDED"
    claims[65535] = {"status_list": {"idx": 6, "uri": city.status_uri}}
    assert decided() == "REVOKED"
    claims[65535] = {"status_list": {"idx": 2**20, "uri": city.status_uri}}
    assert decided() == "MALFORMED"
    claims[4] = int(NOW.timestamp())
    assert decided() == "EXPIRED"
    situation["now"] = NOW - timedelta(days=1)
    assert decided() == "NOT_YET"
    claims[9] = "something more"
    assert decided() == "MALFORMED"
    claims[169] = {**claims[169], 2: "2"}
    assert decided() == "UNSUPPORTED"
    situation["trust"] = trust_in(city.with_card_key(last_day=date(2026, 1, 1)))
    assert decided() == "KEY_REVOKED"
    forged["signature"] = b"\1" * 64
    assert decided() == "BAD_SIGNATURE"
    situation["trust"] = trust_in(nowhere)
    assert decided() == "UNKNOWN_ISSUER"
    forged["unprotected"] = {1: -7}
    assert decided() == "MALFORMED"
    header[16] = "application/statuslist+cwt"
    assert decided() == "WRONG_TYPE"
    forged["tag"] = b"\xd1"
    assert decided() == "MALFORMED"


# --- time -----------------------------------------------------------------------------------------


def test_a_card_is_good_until_the_end_of_its_printed_day(port_sable: City) -> None:
    end = datetime(EXPIRES_ON.year, 1, 15, tzinfo=port_sable.zone)
    last = end - timedelta(seconds=1)
    fresh = port_sable.with_status_key(last_day=date(2032, 1, 1))
    lists = fresh.lists(issued_at=last, now=last)
    assert check(port_sable.card(), port_sable, now=last, lists=lists).verdict is Verdict.OK
    assert refusal(port_sable.card(), port_sable, now=end, lists=lists).verdict is Verdict.EXPIRED


def test_a_card_issued_today_is_good_today_in_every_zone(port_sable: City) -> None:
    text = port_sable.card(issued_on=NOW.date())
    for hours in (-11, 0, 14):
        assert check(text, port_sable, now=NOW.astimezone(timezone(timedelta(hours=hours)))).verdict is Verdict.OK
    midnight = datetime(2026, 3, 10, tzinfo=UTC)
    lists = port_sable.lists(issued_at=midnight - timedelta(hours=1))
    assert check(text, port_sable, now=midnight, lists=lists).verdict is Verdict.OK
    before = refusal(text, port_sable, now=midnight - timedelta(seconds=1), lists=lists)
    assert before.verdict is Verdict.NOT_YET


def test_a_key_may_sign_from_its_first_day_to_its_last(port_sable: City) -> None:
    card = port_sable.card()
    for first, last, good in (
        (date(2026, 1, 15), date(2026, 1, 15), True),
        (date(2026, 1, 16), date(2026, 1, 31), False),
        (date(2026, 1, 1), date(2026, 1, 14), False),
    ):
        trust = trust_in(port_sable.with_card_key(first_day=first, last_day=last))
        if good:
            assert check(card, port_sable, trust=trust).verdict is Verdict.OK
        else:
            assert refusal(card, port_sable, trust=trust).reason == "key-window"


@pytest.mark.parametrize("state", [KeyState.ACTIVE, KeyState.RETIRED, KeyState.STANDBY])
def test_a_retired_key_still_answers_for_the_cards_it_signed(port_sable: City, state: KeyState) -> None:
    trust = trust_in(port_sable.with_card_key(state=state))
    assert check(port_sable.card(), port_sable, trust=trust).verdict is Verdict.OK


def test_a_list_turns_amber_after_a_day_and_red_after_three_weeks(port_sable: City) -> None:
    text = port_sable.card()
    for age, outcome in (
        (AMBER - timedelta(seconds=1), "OK"),
        (AMBER, "OK_STALE"),
        (RED - timedelta(seconds=1), "OK_STALE"),
        (RED, "STALE_STATUS"),
    ):
        lists = port_sable.lists(issued_at=NOW - age, lifetime=timedelta(days=300))
        try:
            verdict = check(text, port_sable, lists=lists).verdict
        except CardRefused as refused:
            verdict = refused.verdict
        assert verdict.value == outcome


def test_a_list_decides_nothing_once_it_has_expired(port_sable: City) -> None:
    """It was good when it was fetched; the tablet has not been online since."""
    lists = port_sable.lists(lifetime=timedelta(hours=3), issued_at=NOW)
    end = NOW + timedelta(hours=3)
    assert check(port_sable.card(), port_sable, lists=lists, now=end - timedelta(seconds=1)).verdict is Verdict.OK
    assert refusal(port_sable.card(), port_sable, lists=lists, now=end).reason == "list-old"


def test_an_agreement_may_shorten_red_for_one_city(port_sable: City, rivemont: City) -> None:
    desk = Desk(red_for={port_sable.url: timedelta(hours=2)})
    old = {"issued_at": NOW - timedelta(hours=2)}
    assert refusal(port_sable.card(), port_sable, desk=desk, lists=port_sable.lists(**old)).reason == "list-old"
    assert check(rivemont.card(), rivemont, desk=desk, lists=rivemont.lists(**old)).verdict is Verdict.OK


def test_a_revoked_card_is_revoked_however_old_the_list(port_sable: City) -> None:
    lists = port_sable.lists({INDEX: 1})
    assert refusal(port_sable.card(), port_sable, lists=lists, now=NOW + 3 * RED).verdict is Verdict.REVOKED


def test_a_status_that_nobody_defined_counts_as_ended(port_sable: City) -> None:
    assert refusal(port_sable.card(), port_sable, lists=port_sable.lists({INDEX: 3})).verdict is Verdict.REVOKED


# --- who ------------------------------------------------------------------------------------------


def test_it_refuses_a_card_that_borrows_another_citys_name(port_sable: City, rivemont: City, trust: TrustStore) -> None:
    """Rivemont is recognised, and really signs a card that says Port-Sable issued it."""
    claims = claims_of(port_sable)
    own_kid = code(sign1(header_of(rivemont), claims, rivemont.card_key.sign))
    assert refusal(own_kid, port_sable, trust=trust).reason == "key-unknown"
    borrowed_kid = code(sign1(header_of(port_sable), claims, rivemont.card_key.sign))
    assert refusal(borrowed_kid, port_sable, trust=trust).verdict is Verdict.BAD_SIGNATURE


def test_it_does_not_take_a_status_key_for_a_card_key(port_sable: City) -> None:
    assert refusal(port_sable.card(signed_by=port_sable.status_key), port_sable).reason == "key-unknown"


def test_a_card_answers_to_its_own_citys_list_alone(port_sable: City, rivemont: City, trust: TrustStore) -> None:
    lists = {port_sable.status_uri: replace(port_sable.lists()[port_sable.status_uri], issuer=rivemont.url)}
    assert refusal(port_sable.card(), port_sable, trust=trust, lists=lists).reason == "list-missing"
    elsewhere = port_sable.card(status_uri=rivemont.status_uri)
    assert refusal(elsewhere, port_sable, trust=trust, lists=rivemont.lists()).reason == "list-missing"


def test_a_desk_says_why_and_sees_the_claims_only_of_a_good_card(port_sable: City) -> None:
    seen: list[CardClaims] = []

    def refuses(card: CardClaims) -> str | None:
        seen.append(card)
        return None if card.identity.location == "PS-04" else "not-a-resident"

    desk = Desk(refuses=refuses)
    assert check(port_sable.card(), port_sable, desk=desk).verdict is Verdict.OK
    assert refusal(port_sable.card(location="PS-05"), port_sable, desk=desk).reason == "not-a-resident"
    del seen[:]
    refusal(port_sable.card(), port_sable, desk=desk, lists=port_sable.lists({INDEX: 1}))
    assert not seen


def test_check_signed_says_nothing_of_dates_and_status(port_sable: City) -> None:
    assert check_signed(port_sable.card(issued_on=LAST_DAY), trust=trust_in(port_sable)).identity == LEONIE


# --- what a refusal is ----------------------------------------------------------------------------


def test_a_refusal_says_nothing_of_the_holder(port_sable: City, nowhere: City) -> None:
    """Sentences and reasons end up in logs and on screens."""
    for _, _, refuse in rows(port_sable, nowhere):
        refused = refuse()
        told = f"{refused} {refused!r} {refused.reason} {refused.__cause__} {vars(refused)}"
        for part in ("Marchevert", "Léonie", LEONIE.number, "19910423", str(INDEX)):
            assert part not in told


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "0",
        "\x00",
        "\ud800",
        "https://port-sable.example",
        "WIFI:T:WPA;S:x;;",
        "tel:+33123456789",
        "HC1:6BF",
        "ID1:x",
        "0" * MAX_TEXT,
        "0" * 10**7,
        "é" * MAX_TEXT,
    ],
)
def test_whatever_else_a_scanner_reads_is_malformed(port_sable: City, text: str) -> None:
    refused = refusal(text, port_sable)
    assert refused.verdict is Verdict.MALFORMED
    assert refused.step in (1, 2)


def test_the_core_reads_no_clock_no_file_and_no_network() -> None:
    """Time comes in: a check on any day can be told in a test, and no reader trusts its own clock by accident."""
    forbidden = {"now", "utcnow", "today", "time_ns", "monotonic", "urandom", "open", "getenv", "socket", "print"}
    for path in Path(citycard.core.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                # `Envelope.open` and our own `_open` open a signature, not a file.
                if called in forbidden and not (called == "open" and isinstance(node.func, ast.Attribute)):
                    raise AssertionError(f"{path.name}:{node.lineno} calls {called}()")
            modules = {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
            if isinstance(node, ast.ImportFrom):
                modules = {node.module or ""}
            assert not modules & {"os", "io", "time", "random", "secrets", "socket", "pathlib", "logging", "urllib"}


def test_the_order_of_the_verdicts_is_the_order_of_the_steps() -> None:
    assert [verdict.value for verdict in Verdict][:4] == ["MALFORMED", "WRONG_TYPE", "UNKNOWN_ISSUER", "BAD_SIGNATURE"]
    assert module.__doc__ is not None
    for verdict in Verdict:
        assert verdict.value in module.__doc__


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "America/Bogota", "UTC", "Europe/Paris", "Asia/Tokyo"])
def test_the_last_day_is_the_printed_one_in_every_city(zone: str) -> None:
    """The code says the instant at which that day ends in the city, and not where the city is."""
    city = City.named("Port-Sable")
    ends = datetime(2031, 11, 22, tzinfo=ZoneInfo(zone))

    text = signed_code(city, {**claims_of(city), 4: int(ends.timestamp())})
    card = verify(text, trust=trust_in(city), lists=city.lists(), now=NOW)

    assert card.last_day == date(2031, 11, 21)
