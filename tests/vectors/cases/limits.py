"""Both sides of the limits that the other modules leave open, found by taking a reader's checks away one by one.

A limit that no vector stands on is one that a reader in another language may have forgotten.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import cbor2

from citycard.core import base45
from citycard.core.claims import MAX_ADDRESS, MAX_NAME, MAX_PORTRAIT, MAX_TIME, MAX_URL
from citycard.core.compression import deflate
from citycard.core.status import MAX_LIST, TYPE
from tests.support.cities import NOW, City
from tests.support.forging import TAG_18, claims_of, code, header_of, sign1, signed_code, token_of, written
from tests.vectors.cases import HERE, PORT_SABLE
from tests.vectors.vector import Vector, accepted, refused

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
URI = PORT_SABLE.status_uri
END = date(9999, 12, 31)


def vectors() -> list[Vector]:
    """Return cards and lists at their limits, and one step beyond."""
    return [*_texts(), *_tokens(), *_times(), *_fields(), *_addresses(), *_lists()]


def _malformed(name: str, description: str, qr: str, step: int, reason: str, **more: Any) -> Vector:
    return refused(name, description, qr, "MALFORMED", step, reason, **({"cities": HERE} | more))


def _spoilt(changes: dict[Any, Any], *, identity: dict[Any, Any] | None = None) -> str:
    claims = claims_of(PORT_SABLE)
    return signed_code(PORT_SABLE, claims | {169: claims[169] | (identity or {})} | changes)


def _texts() -> Iterator[Vector]:
    text = PORT_SABLE.card()
    token = token_of(text)
    odd = next(each for each in (zlib.compress(token, level) for level in range(9, -1, -1)) if len(each) % 2)
    pair = base45.encode(odd)[:-2] + _group(odd[-1] + 256, 2)
    for name, description, qr in (
        ("triple", "A triple of a good card and 65,536: the same bytes, where only 16 bits are kept.", _triple(text)),
        ("pair", "The last pair of a good card and 256: the same byte, where only 8 bits are kept.", pair),
    ):
        yield _malformed(f"base45-{name}-wraps", description, qr, 2, "base45-overflow")


def _triple(text: str) -> str:
    for start in range(0, len(text) - 2, 3):
        c, d, e = (base45.ALPHABET.index(character) for character in text[start : start + 3])
        number = c + 45 * d + 2025 * e + (1 << 16)
        if number < 45**3:
            return text[:start] + _group(number, 3) + text[start + 3 :]
    raise ValueError("every triple of this text is too large")


def _group(number: int, size: int) -> str:
    return "".join(base45.ALPHABET[number // 45**place % 45] for place in range(size))


def _tokens() -> Iterator[Vector]:
    protected, _, payload, signature = cbor2.loads(token_of(PORT_SABLE.card())).value
    for name, description, parts in (
        ("unprotected-list", "A list as the unprotected header.", [protected, [], payload, signature]),
        ("signature-text", "A text of 64 characters as the signature.", [protected, {}, payload, "x" * 64]),
        ("header-map", "The protected header not in bytes.", [cbor2.loads(protected), {}, payload, signature]),
    ):
        yield _malformed(f"items-{name}", description, code(TAG_18 + written(parts)), 3, "cose-form")
    seven: Any = []
    for _ in range(6):
        seven = [seven]
    for name, description, value, step, reason in (
        (
            "eight",
            "Eight lists and maps in each other can be read, and are no claim of a card.",
            seven,
            10,
            "claims-set",
        ),
        ("nine", "Nine lists and maps in each other cannot be read.", [seven], 3, "cbor-form"),
    ):
        yield _malformed(f"claims-nested-{name}", description, _spoilt({7: value}), step, reason, kind="edge")


def _times() -> Iterator[Vector]:
    for name, description, value in (
        ("text", "The day of issue as a text.", "1768435200"),
        ("true", "The day of issue is true.", True),
        ("negative", "A day of issue before 1970 is none.", -1),
        ("beyond-9999", "A day of issue after the year 9999 is none.", MAX_TIME + 1),
        ("2-63", "The day of issue 2^63.", 2**63),
    ):
        yield _malformed(f"issue-day-{name}", description, _spoilt({6: value}), 8, "claims-time")
    city = PORT_SABLE.with_card_key(last_day=END).with_status_key(last_day=END)
    days: dict[str, Any] = {"issued_on": date(9999, 5, 1), "expires_on": date(9999, 12, 30)}
    late: dict[str, Any] = {"cities": (city,), "now": datetime(9999, 6, 1, tzinfo=UTC), "kind": "edge"}
    last, beyond = (signed_code(city, claims_of(city, **days) | {4: MAX_TIME + more}) for more in (0, 1))
    card = city.claims(**days)._replace(expires_at=MAX_TIME)
    yield accepted("expiry-last-second-of-9999", "The latest expiry.", last, card, **late)
    yield _malformed("expiry-after-9999", "A second after the latest expiry.", beyond, 10, "claims-time", **late)


def _fields() -> Iterator[Vector]:
    webp = b"RIFF\0\0\0\0WEBP"
    lines = "\n".join(["é" * 39] * 4 + ["é" * (MAX_ADDRESS - 4 * 40)])
    for name, description, field, value in (
        ("name-longest-beyond-16-bits", "A name of 100 characters, 200 in UTF-16.", "full_name", "𠮷" * MAX_NAME),
        ("address-longest", "A postal address of 200 characters, line ends among them.", "address", lines),
        ("portrait-smallest", "A portrait of 13 bytes: what they show is not looked at.", "portrait", webp + b"\0"),
        ("portrait-largest", "A portrait of 1,100 bytes.", "portrait", webp + bytes(MAX_PORTRAIT - 12)),
        ("location-longest", "A location code of 16 characters.", "location", "0123456789ABC-xy"),
    ):
        changes: dict[str, Any] = {field: value}
        text, card = PORT_SABLE.card(**changes), PORT_SABLE.claims(**changes)
        yield accepted(name, description, text, card, cities=HERE, kind="edge")
    large = webp + bytes(MAX_PORTRAIT - 11)
    for name, description, fields, field in (
        ("address-too-long", "A postal address of 201 characters.", {10: lines + "é"}, "address"),
        ("portrait-too-small", "A portrait of 12 bytes.", {16: webp, 17: 4}, "portrait"),
        ("portrait-too-large", "A portrait of 1,101 bytes.", {16: large, 17: 4}, "portrait"),
        ("location-too-long", "A location code of 17 characters.", {21: "0123456789ABC-xyz"}, "location"),
    ):
        yield _malformed(name, description, _spoilt({}, identity=fields), 10, f"identity-{field}", kind="edge")
    for name, description, fields, field in (
        ("name-space-before", "A space before the name.", {4: " Anna"}, "full-name"),
        ("name-ideographic-space-before", "A wide space before the name.", {4: "\u3000王小明"}, "full-name"),
        ("name-byte-order-mark", "A mark that decoders of UTF-8 like to drop.", {4: "\ufeffAnna"}, "full-name"),
        ("family-name-two-spaces", "Two spaces in the family name.", {7: "Bell  Oak"}, "family-name"),
        ("script-name-bidi", "A name in its script, reversed.", {19: "\u202eليلى", 20: "ara"}, "own-script-name"),
        ("script-language-short", "Its language in two letters.", {19: "ليلى", 20: "ar"}, "own-script-language"),
        ("number-hyphens", "The number as it is printed.", {1: "4VAA-V5S7-5SNZ-Z6JP"}, "number"),
        ("number-too-long", "One character more, worth nothing.", {1: "4VAAV5S75SNZZ6JP0"}, "number"),
        ("number-line-end", "A line end after the number.", {1: "4VAAV5S75SNZZ6JP\n"}, "number"),
        ("birth-line-end", "A line end after the date.", {8: "19910423\n"}, "date-of-birth"),
        ("portrait-wave", "A sound that says it is WebP.", {16: b"RIFF\0\0\0\0WAVE\0", 17: 4}, "portrait"),
        ("portrait-without-riff", "WebP without its first mark.", {16: b"riff\0\0\0\0WEBP\0", 17: 4}, "portrait"),
        ("location-empty", "An empty location code.", {21: ""}, "location"),
    ):
        yield _malformed(name, description, _spoilt({}, identity=fields), 10, f"identity-{field}")


def _addresses() -> Iterator[Vector]:
    for name, description, address in (
        ("space", "A space after the address of the list.", URI + " "),
        ("line-end", "A line end after the address of the list.", URI + "\n"),
        ("host-missing", "An address of nothing but https.", "https://"),
    ):
        qr = _spoilt({65535: {"status_list": {"idx": 423, "uri": address}}})
        yield _malformed(f"claim-status-uri-{name}", description, qr, 10, "claims-url")
    far = City.named("Port-Sable", seed="vectors", url=f"{PORT_SABLE.url}/".ljust(MAX_URL - len("/status/1"), "x"))
    here: dict[str, Any] = {"cities": (far,), "kind": "edge"}
    text, card = far.card(), far.claims()
    yield accepted("claim-status-uri-longest", "A list whose address has 200 characters.", text, card, **here)


def _lists() -> Iterator[Vector]:
    city, card = PORT_SABLE, PORT_SABLE.claims()
    text, sign = city.card(), city.status_key.sign
    for name, description, token in (
        ("a-day-ahead", "A list dated a day ahead of the clock counts as new.", city.status_list(issued_at=NOW + DAY)),
        ("largest", "A list that inflates to 8 MiB, for 2^25 cards.", city.status_list(size=MAX_LIST * 4)),
    ):
        yield accepted(f"list-{name}", description, text, card, cities=HERE, status={URI: token}, kind="edge")
    header = header_of(city) | {4: city.status_pin.kid, 16: TYPE}
    claims = cbor2.loads(cbor2.loads(city.status_list()).value[2])
    inner = {"bits": 2, "lst": deflate(bytes(256)), "x": 0}
    unprotected = {4: city.status_pin.kid}
    ahead = city.status_list(issued_at=NOW + DAY + SECOND)
    later = (city.with_status_key(first_day=date(2026, 3, 11)),)
    for name, description, token, cities, kind in (
        ("too-far-ahead", "A list dated a day and a second ahead of the clock.", ahead, HERE, "edge"),
        ("signed-before-its-key", "The key for lists was not yet in use.", city.status_list(), later, "invalid"),
        ("of-another-type", "The type of lists in the other form.",
         sign1(header | {16: "application/statuslist+jwt"}, claims, sign), HERE, "invalid"),
        ("with-another-claim", "A claim that no list has.", sign1(header, claims | {7: b"\1"}, sign), HERE, "invalid"),
        ("with-another-member", "A member that no list has, beside its width and array.",
         sign1(header, claims | {65533: inner}, sign), HERE, "invalid"),
        ("unprotected", "A list with something in its unprotected header.",
         sign1(header, claims, sign, unprotected=unprotected), HERE, "invalid"),
    ):  # fmt: skip
        yield refused(f"list-{name}", description, text, "STALE_STATUS", 13, "list-missing", cities=cities,
                      status={URI: token}, kind=kind)  # fmt: skip
