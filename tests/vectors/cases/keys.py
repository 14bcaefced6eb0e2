"""Whose signature it is: steps 6 to 8."""

from __future__ import annotations

from datetime import date

import cbor2

from citycard.core.keys import P256_ORDER, KeyState, KeyUse
from tests.support.cities import FIRST_DAY, LAST_DAY, City
from tests.support.forging import TAG_18, claims_of, code, header_of, sign1, signed_code, token_of, written
from tests.vectors.cases import BOTH, HERE, NOWHERE, PORT_SABLE, RIVEMONT
from tests.vectors.vector import Vector, accepted, refused


def es256(r: int, s: int) -> bytes:
    """Return r and s as 64 bytes."""
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def vectors() -> list[Vector]:
    """Return cards whose city, key or signature is not good, and key windows at their limits."""
    text, n = PORT_SABLE.card(), P256_ORDER
    claims, header = claims_of(PORT_SABLE), header_of(PORT_SABLE)
    protected, _, payload, signature = cbor2.loads(token_of(text)).value
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    other = cbor2.loads(token_of(PORT_SABLE.card(full_name="Anna Bell"))).value
    own_key_other_use = PORT_SABLE.with_card_key(use=KeyUse.BUNDLE)

    def with_signature(data: bytes) -> str:
        return code(TAG_18 + written([protected, {}, payload, data]))

    def borrowed(kid_of_rivemont: bool) -> str:
        kid = RIVEMONT.card_pin.kid if kid_of_rivemont else PORT_SABLE.card_pin.kid
        return code(sign1({1: -8, 4: kid}, claims, RIVEMONT.card_key.sign))

    unknown = [
        ("issuer-unknown", "A card of a city that is not recognised.", NOWHERE.card(), "issuer-unknown", HERE),
        ("issuer-nobody-recognised", "No city is recognised at all.", text, "issuer-unknown", ()),
        ("issuer-slash-after", "The city's address with a slash at its end is another address.",
         signed_code(PORT_SABLE, claims | {1: PORT_SABLE.url + "/"}), "issuer-unknown", HERE),
        ("issuer-upper-case", "The city's address in other letters is another address.",
         signed_code(PORT_SABLE, claims | {1: "https://Port-Sable.example"}), "issuer-unknown", HERE),
        ("issuer-prefix", "An address that begins as the city's does.",
         signed_code(PORT_SABLE, claims | {1: PORT_SABLE.url + ".evil.test"}), "issuer-unknown", HERE),
        ("issuer-empty", "An empty issuer.", signed_code(PORT_SABLE, claims | {1: ""}), "issuer-unknown", HERE),
        ("key-unknown", "A recognised city, but a key it never published.",
         PORT_SABLE.card(signed_by=NOWHERE.card_key), "key-unknown", HERE),
        ("key-for-status", "Signed by the city's key for status lists.",
         PORT_SABLE.card(signed_by=PORT_SABLE.status_key), "key-unknown", HERE),
        ("key-for-bundles", "The key is pinned, but not for cards.", text, "key-unknown", (own_key_other_use,)),
        ("key-of-another-city", "Rivemont, also recognised, signs in the name of Port-Sable.",
         borrowed(True), "key-unknown", BOTH),
    ]  # fmt: skip
    bad = [
        ("signature-of-another-city", "The same, under the key id of Port-Sable.", borrowed(False),
         "algorithm-mismatch", BOTH),
        ("signature-of-another-card", "The claims of one card with the signature of another.",
         with_signature(other[3]), "signature-mismatch", HERE),
        ("signature-bit", "One bit of the signature is changed.",
         with_signature(signature[:-1] + bytes((signature[-1] ^ 1,))), "signature-mismatch", HERE),
        ("signature-payload-bit", "One letter of the name is changed.",
         code(token_of(text).replace("Léonie Marchevert".encode(), "Léonie Marchevest".encode())),
         "signature-mismatch", HERE),
        ("signature-algorithm-swapped", "An ES256 signature under algorithm -8.",
         signed_code(PORT_SABLE, claims, header=header | {1: -8}), "algorithm-mismatch", HERE),
        ("signature-zero", "64 zeros.", with_signature(bytes(64)), "signature-range", HERE),
        ("signature-r-zero", "r = 0.", with_signature(es256(0, s)), "signature-range", HERE),
        ("signature-s-zero", "s = 0.", with_signature(es256(r, 0)), "signature-range", HERE),
        ("signature-r-order", "r = n.", with_signature(es256(n, s)), "signature-range", HERE),
        ("signature-s-order", "s = n.", with_signature(es256(r, n)), "signature-range", HERE),
        ("signature-s-high", "n - s instead of s: good to the curve, but a second form of one card.",
         with_signature(es256(r, n - s)), "signature-range", HERE),
        ("signature-ones", "64 bytes of 255.", with_signature(b"\xff" * 64), "signature-range", HERE),
    ]  # fmt: skip
    ed25519 = cbor2.loads(token_of(RIVEMONT.card())).value
    scalar = int.from_bytes(ed25519[3][32:], "little") + 2**252 + 27742317777372353535851937790883648493
    bad += [
        ("signature-ed25519-zero", "64 zeros under an Ed25519 key.",
         code(TAG_18 + written([ed25519[0], {}, ed25519[2], bytes(64)])), "signature-mismatch", BOTH),
        ("signature-ed25519-not-reduced", "S + L instead of S: a second form of one signature.",
         code(TAG_18 + written([ed25519[0], {}, ed25519[2], ed25519[3][:32] + scalar.to_bytes(32, "little")])),
         "signature-mismatch", BOTH),
        ("signature-ed25519-under-es256", "An Ed25519 signature under algorithm -7.",
         signed_code(RIVEMONT, claims_of(RIVEMONT), header=header_of(RIVEMONT) | {1: -7}), "algorithm-mismatch", BOTH),
    ]  # fmt: skip

    def window(first: date, last: date) -> tuple[City, ...]:
        return (PORT_SABLE.with_card_key(first_day=first, last_day=last),)

    day = date(2026, 1, 15)
    plain = PORT_SABLE.claims()
    stolen = (PORT_SABLE.with_card_key(state=KeyState.COMPROMISED),)
    return [
        *(refused(*case[:3], "UNKNOWN_ISSUER", 6, case[3], cities=case[4]) for case in unknown),
        *(refused(*case[:3], "BAD_SIGNATURE", 7, case[3], cities=case[4]) for case in bad),
        refused("issuer-missing", "The claims name no city.",
                signed_code(PORT_SABLE, {key: value for key, value in claims.items() if key != 1}),
                "MALFORMED", 6, "issuer-form", cities=HERE),
        refused("issuer-number", "The issuer is a number.", signed_code(PORT_SABLE, claims | {1: 1}),
                "MALFORMED", 6, "issuer-form", cities=HERE),
        refused("key-compromised", "The city says that the key was stolen.", text, "KEY_REVOKED", 8,
                "key-compromised", cities=stolen),
        refused("key-before-its-first-day", "Issued the day before the key's first.", text, "KEY_REVOKED", 8,
                "key-window", cities=window(date(2026, 1, 16), LAST_DAY), kind="edge"),
        refused("key-after-its-last-day", "Issued the day after the key's last.", text, "KEY_REVOKED", 8,
                "key-window", cities=window(FIRST_DAY, date(2026, 1, 14)), kind="edge"),
        accepted("key-of-one-day", "Issued on the only day of the key.", text, plain, cities=window(day, day),
                 kind="edge"),
        refused("issue-day-missing", "A signed card without a day of issue.",
                signed_code(PORT_SABLE, {key: value for key, value in claims.items() if key != 6}),
                "MALFORMED", 8, "claims-time", cities=HERE),
    ]  # fmt: skip
