"""Lists of ended cards, and what the desk asks: steps 12 to 15."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from citycard.core.compression import deflate
from citycard.core.keys import KeyState
from citycard.core.status import TYPE
from tests.support.cities import INDEX, NOW
from tests.support.forging import TAG_18, sign1, token_of, written
from tests.vectors.cases import BOTH, HERE, NOWHERE, PORT_SABLE, RIVEMONT
from tests.vectors.vector import Vector, accepted, refused

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
LONG = 400 * DAY
URI = PORT_SABLE.status_uri


def held(statuses: dict[int, int] | None = None, **options: Any) -> dict[str, bytes]:
    """Return Port-Sable's list as held by the reader."""
    return {URI: PORT_SABLE.status_list(statuses, **options)}


def aged(age: timedelta, **options: Any) -> dict[str, bytes]:
    """Return a list of this age that says of itself that it is good for long."""
    return held(issued_at=NOW - age, lifetime=LONG, **options)


def vectors() -> list[Vector]:
    """Return a good card with lists of every kind."""
    text, card = PORT_SABLE.card(), PORT_SABLE.claims()
    last = {"status_index": 1023}

    def gone(name: str, description: str, verdict: str, status: dict[str, bytes], **more: Any) -> Vector:
        return refused(name, description, text, verdict, 12, verdict.lower(), cities=HERE, status=status, **more)

    def stale(
        name: str, description: str, status: dict[str, bytes], reason: str = "list-missing", **more: Any
    ) -> Vector:
        more = {"cities": HERE, "qr": text} | more
        qr = more.pop("qr")
        return refused(name, description, qr, "STALE_STATUS", 13, reason, status=status, **more)

    def good(name: str, description: str, status: dict[str, bytes], **more: Any) -> Vector:
        return accepted(name, description, text, card, cities=HERE, status=status, kind="edge", **more)

    token = PORT_SABLE.status_list()
    no_typ = sign1({1: -7, 4: PORT_SABLE.status_pin.kid}, _claims(), PORT_SABLE.status_key.sign)
    return [
        gone("revoked", "The city ended the card.", "REVOKED", held({INDEX: 1})),
        gone("suspended", "The city suspended the card for now.", "SUSPENDED", held({INDEX: 2})),
        gone("revoked-list-of-1-bit", "Ended, in a list with one bit for each card.", "REVOKED",
             held({INDEX: 1}, bits=1)),
        gone("suspended-list-of-8-bit", "Suspended, in a list with eight bits for each card.", "SUSPENDED",
             held({INDEX: 2}, bits=8)),
        gone("status-3", "A number that nobody defined counts as ended.", "REVOKED", held({INDEX: 3}), kind="edge"),
        gone("status-8-of-4-bit", "Another such number.", "REVOKED", held({INDEX: 8}, bits=4), kind="edge"),
        gone("revoked-on-a-red-list", "Ended stays ended, however old the list.", "REVOKED",
             held({INDEX: 1}, issued_at=NOW - 60 * DAY, lifetime=LONG),
             kind="edge"),
        refused("light-revoked", "The light code of an ended card.", PORT_SABLE.card(light=True), "REVOKED", 12,
                "revoked", cities=HERE, status=held({INDEX: 1})),
        refused("index-outside", "The first place after the list.", PORT_SABLE.card(status_index=1024), "MALFORMED",
                12, "status-index", cities=HERE, kind="edge"),
        accepted("index-last", "The last place of the list.", PORT_SABLE.card(**last), PORT_SABLE.claims(**last),
                 cities=HERE, kind="edge"),
        refused("index-last-revoked", "The last place of the list, ended.", PORT_SABLE.card(**last), "REVOKED", 12,
                "revoked", cities=HERE, status=held({1023: 1}), kind="edge"),
        refused("index-far-outside", "An index of 2^32 - 1.", PORT_SABLE.card(status_index=2**32 - 1), "MALFORMED",
                12, "status-index", cities=HERE),
        stale("list-missing", "No list is held.", {}),
        stale("list-of-another-city-only", "A list is held, but not this city's.",
              {RIVEMONT.status_uri: RIVEMONT.status_list()}, cities=BOTH),
        stale("list-elsewhere", "The card points to the list of another recognised city.",
              {RIVEMONT.status_uri: RIVEMONT.status_list()}, cities=BOTH,
              qr=PORT_SABLE.card(status_uri=RIVEMONT.status_uri)),
        stale("list-not-published", "The card points to a list that its city does not publish.",
              {f"{PORT_SABLE.url}/status/2": PORT_SABLE.status_list(uri=f"{PORT_SABLE.url}/status/2")},
              qr=PORT_SABLE.card(status_uri=f"{PORT_SABLE.url}/status/2")),
        stale("list-expired", "The list said of itself until when it is good.",
              held(issued_at=NOW - 2 * DAY, lifetime=DAY)),
        stale("list-signed-by-the-card-key", "The city's key for cards signs no lists.",
              held(signed_by=PORT_SABLE.card_key)),
        stale("list-signed-by-nobody", "A list signed by an unknown key.", held(signed_by=NOWHERE.status_key)),
        stale("list-signature", "One bit of the list's signature is changed.",
              {URI: token[:-1] + bytes((token[-1] ^ 1,))}),
        stale("list-key-compromised", "The key for lists was stolen.", held(),
              cities=(PORT_SABLE.with_status_key(state=KeyState.COMPROMISED),)),
        stale("list-key-window", "The key for lists was not in use on the day of signing.", held(),
              cities=(PORT_SABLE.with_status_key(last_day=date(2026, 3, 9)),)),
        stale("list-of-another-address", "The list says it is another one.", held(uri=f"{PORT_SABLE.url}/status/2")),
        stale("list-without-type", "The list's header has no type.", {URI: no_typ}),
        stale("list-is-a-card", "A card in the place of the list.", {URI: token_of(text)}),
        stale("list-of-3-bit", "Entries of a width that divides no byte.",
              {URI: _list(65533, {"bits": 3, "lst": deflate(bytes(9))})}),
        stale("list-without-ttl", "A claim of the list is missing.", {URI: _list(65534, None)}),
        stale("list-truncated", "The list's stream is cut short.",
              {URI: _list(65533, {"bits": 2, "lst": deflate(bytes(256))[:-1]})}),
        stale("list-bomb", "The list inflates to more than 8 MiB.",
              {URI: _list(65533, {"bits": 2, "lst": deflate(bytes((8 << 20) + 1))})}),
        stale("list-trailing-byte", "A byte follows the list.", {URI: token + b"\0"}),
        stale("list-tag-missing", "The list without its tag.", {URI: token.removeprefix(TAG_18)}),
        good("list-not-yet-amber", "A list one second short of a day.", aged(DAY - SECOND)),
        good("list-amber", "A list of exactly one day: good, and the desk is told.", aged(DAY), stale=True),
        good("list-not-yet-red", "A list one second short of three weeks.", aged(21 * DAY - SECOND), stale=True),
        stale("list-red", "A list of exactly three weeks decides nothing.", aged(21 * DAY), "list-old", kind="edge"),
        good("list-expires-in-a-second", "The last second in which the list is good.",
             held(issued_at=NOW - HOUR, lifetime=HOUR + SECOND)),
        stale("list-expires-now", "The second in which the list ends.", held(issued_at=NOW - HOUR, lifetime=HOUR),
              kind="edge"),
        good("desk-amber-later", "A desk that is told only after two days.", aged(DAY), desk={"amber_s": 172800}),
        stale("desk-red-sooner", "A desk for which an hour is too old.", held(), "list-old", desk={"red_s": 3600},
              kind="edge"),
        stale("agreement-red-sooner", "An agreement that shortens red for this city.", aged(2 * DAY), "list-old",
              desk={"red_for_s": {PORT_SABLE.url: 172800}}, kind="edge"),
        good("agreement-red-sooner-for-another", "An agreement that shortens red for another city.", aged(2 * DAY),
             desk={"red_for_s": {RIVEMONT.url: 172800}}, stale=True),
        refused("not-accepted", "A good card of a city that this desk does not accept.", text, "NOT_ACCEPTED", 14,
                "not-agreed", cities=BOTH, desk={"accepts": [RIVEMONT.url]}),
        refused("not-accepted-before-stale", "Not accepted, and the list amber: the desk's answer comes first.", text,
                "NOT_ACCEPTED", 14, "not-agreed", cities=HERE, status=aged(2 * DAY), desk={"accepts": []},
                kind="edge"),
        refused("stale-before-not-accepted", "The list red and the city not accepted: the list comes first.", text,
                "STALE_STATUS", 13, "list-missing", cities=HERE, status={}, desk={"accepts": []}, kind="edge"),
    ]  # fmt: skip


def _claims() -> dict[Any, Any]:
    now = int(NOW.timestamp())
    return {2: URI, 4: now + 86400, 6: now, 65534: 900, 65533: {"bits": 2, "lst": deflate(bytes(256))}}


def _list(label: int, value: Any) -> bytes:
    """Return a list of Port-Sable, really signed, with one claim changed or (None) dropped."""
    claims = {key: each for key, each in (_claims() | {label: value}).items() if each is not None}
    header = {1: -7, 4: PORT_SABLE.status_pin.kid, 16: TYPE}
    return sign1(header, written(claims), PORT_SABLE.status_key.sign)
