"""CBOR that is not in the one form: step 3. Every payload here is really signed by Port-Sable."""

from __future__ import annotations

from typing import Any

import cbor2

from tests.support.forging import TAG_18, Raw, claims_of, code, header_of, sign1, signed_code, token_of, written
from tests.vectors.cases import HERE, PORT_SABLE
from tests.vectors.vector import Vector, refused

FORM, ORDER, TYPE = "cbor-form", "cbor-canonical", "cbor-type"


def vectors() -> list[Vector]:
    """Return tokens that are refused because they could be written in two ways."""
    token = token_of(PORT_SABLE.card())
    claims = claims_of(PORT_SABLE)
    good = written(claims)
    protected, unprotected, payload, signature = cbor2.loads(token).value

    def signed(content: Any) -> str:
        return signed_code(PORT_SABLE, content)

    def envelope(data: bytes) -> str:
        return code(TAG_18 + data)

    def changed(**changes: Any) -> str:
        return signed(claims | {{"iss": 1, "exp": 4, "iat": 6}[name]: value for name, value in changes.items()})

    def in_identity(extra: bytes) -> str:
        """Return a code whose claim 169 has one more pair, made of raw bytes, at its end."""
        body = written(claims[169])
        return signed(written(claims | {169: Raw(bytes((body[0] + 1,)) + body[1:] + extra)}))

    backwards = b"\xa5" + b"".join(written(key) + written(claims[key]) for key in sorted(claims, reverse=True))
    twice = bytes((good[0] + 1,)) + written(1) + written("https://rivemont.test/cards") + good[1:]
    parts = [protected, unprotected, payload, signature]
    body = written(parts)
    return [
        refused(name, description, qr, "MALFORMED", 3, reason, cities=HERE)
        for name, description, qr, reason in (
            ("token-trailing-byte", "A byte follows the token.", code(token + b"\0"), ORDER),
            ("token-cut", "The last byte of the token is missing.", code(token[:-1]), FORM),
            ("token-endless-list", "The four items in a list of indefinite length.",
             envelope(b"\x9f" + b"".join(map(written, parts)) + b"\xff"), FORM),
            ("token-long-list-head", "The list's length in two bytes.", envelope(b"\x98\x04" + body[1:]), ORDER),
            ("token-long-signature-head", "The signature's length in three bytes.",
             envelope(body[:-66] + b"\x59\x00\x40" + signature), ORDER),
            ("token-declares-2-63", "A list of 2^63 items is declared.", envelope(b"\x9b\x80" + bytes(7)), FORM),
            ("token-declares-4-gib", "A byte string of 4 GiB is declared.", envelope(b"\x5a\xff\xff\xff\xff"), FORM),
            ("token-nested-60000", "60,000 lists in each other.", envelope(b"\x81" * 60_000 + b"\x80"), FORM),
            ("header-trailing-byte", "A byte follows the header inside its bytes.",
             signed_code(PORT_SABLE, claims, header=protected + b"\0"), ORDER),
            ("header-not-minimal", "The algorithm -7 in two bytes.",
             signed_code(PORT_SABLE, claims, header=b"\xa2\x01\x38\x06" + protected[3:]), ORDER),
            ("header-unsorted", "Key id before algorithm.",
             signed_code(PORT_SABLE, claims, header=b"\xa2" + protected[3:] + protected[1:3]), ORDER),
            ("claims-trailing-byte", "A byte follows the claims inside their bytes.", signed(good + b"\0"), ORDER),
            ("claims-unsorted", "The claims in descending order.", signed(backwards), ORDER),
            ("claims-duplicate-issuer", "Two issuers: which one counts depends on the library.", signed(twice), FORM),
            ("claims-duplicate-as-float", "The label 1 again as the float 1.0.",
             signed(bytes((good[0] + 1,)) + good[1:] + b"\xf9\x3c\x00\x00"), FORM),
            ("claims-endless-map", "The claims in a map of indefinite length.",
             signed(b"\xbf" + good[1:] + b"\xff"), FORM),
            ("claims-endless-text", "The issuer in pieces.",
             signed(good[:2] + b"\x7f" + written("https://port-sable.") + written("example") + b"\xff"
                    + good[2 + len(written(claims[1])) :]), FORM),
            ("claims-not-utf-8", "A text that is not UTF-8.", in_identity(b"\x18\x1e\x61\xff"), FORM),
            ("claims-overlong-utf-8", "A slash written in two bytes.", in_identity(b"\x18\x1e\x62\xc0\xaf"), FORM),
            ("claims-half-surrogate", "Half of a surrogate pair as UTF-8.",
             in_identity(b"\x18\x1e\x63\xed\xa0\x80"), FORM),
            ("claims-key-bytes", "A label that is a byte string.", in_identity(b"\x41\x61\x00"), TYPE),
            ("claims-key-list", "A label that is a list.", in_identity(b"\x80\x00"), TYPE),
            ("claims-undefined", "The value undefined.", in_identity(b"\x18\x1e\xf7"), TYPE),
            ("claims-simple-value", "A simple value that nobody defined.", in_identity(b"\x18\x1e\xf0"), TYPE),
            ("claims-expiry-float", "The expiry as a float.", changed(exp=1926198000.0), TYPE),
            ("claims-expiry-nan", "The expiry is not a number.", changed(exp=float("nan")), TYPE),
            ("claims-expiry-infinite", "The expiry is infinite.", changed(exp=float("inf")), TYPE),
            ("claims-expiry-date-tag", "The expiry under tag 1, a date.",
             changed(exp=Raw(b"\xc1" + written(1926198000))), FORM),
            ("claims-expiry-bignum", "The expiry as a big number, tag 2.",
             changed(exp=Raw(b"\xc2\x44" + (1926198000).to_bytes(4, "big"))), FORM),
            ("claims-expiry-decimal", "The expiry as a decimal fraction, tag 4.",
             changed(exp=Raw(b"\xc4\x82\x00" + written(1926198000))), FORM),
            ("claims-issuer-uri-tag", "The issuer under tag 32, an address.",
             changed(iss=Raw(b"\xd8\x20" + written(claims[1]))), TYPE),
            ("claims-in-bytes-of-bytes", "The claims wrapped once more, as tag 24.",
             signed(b"\xd8\x18" + written(good)), TYPE),
            ("claims-nested-deep", "Nine lists in each other where a name should be.",
             signed(claims | {169: {1: [[[[[[[[[]]]]]]]]]}}), FORM),
        )
    ] + [
        refused("claims-empty", "No claims at all: not even an empty map.",
                code(sign1(header_of(PORT_SABLE), b"", PORT_SABLE.card_key.sign)), "MALFORMED", 3, FORM, cities=HERE),
    ]  # fmt: skip
