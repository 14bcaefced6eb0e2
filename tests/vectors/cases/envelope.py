"""Envelopes that are not a card's: steps 3 to 5."""

from __future__ import annotations

from typing import Any

import cbor2

from citycard.core import cose
from tests.support.forging import TAG_18, claims_of, code, header_of, sign1, signed_code, token_of, written
from tests.vectors.cases import HERE, PORT_SABLE, RIVEMONT
from tests.vectors.vector import Vector, refused


def vectors() -> list[Vector]:
    """Return well-formed tokens that are no card's token."""
    token = token_of(PORT_SABLE.card())
    claims, header = claims_of(PORT_SABLE), header_of(PORT_SABLE)
    kid = PORT_SABLE.card_pin.kid
    parts = list(cbor2.loads(token).value)
    parts[1] = {}
    body = token[1:]

    def with_header(changed: dict[Any, Any], **options: Any) -> str:
        return signed_code(PORT_SABLE, claims, header=changed, **options)

    def tagged(tag: bytes, content: bytes = body) -> str:
        return code(tag + content)

    def der() -> bytes:
        signature = PORT_SABLE.card_key.sign(cose.to_be_signed(parts[0], parts[2]))
        r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        numbers = b"".join(
            b"\x02" + bytes((len(data),)) + data
            for data in (n.to_bytes((n.bit_length() + 8) // 8, "big") for n in (r, s))
        )
        return b"\x30" + bytes((len(numbers),)) + numbers

    sign_list = [parts[0], {}, parts[2], [[parts[0], {}, parts[3]]]]
    malformed = [
        ("tag-missing", "The four items without tag 18.", code(body), 3, "cose-tag"),
        ("tag-61", "CWT's own tag 61 around tag 18.", tagged(b"\xd8\x3d\xd2"), 3, "cose-tag"),
        ("tag-17-mac", "The tag of a COSE_Mac0.", tagged(b"\xd1"), 3, "cose-tag"),
        ("tag-98-sign", "A COSE_Sign with one signature.", tagged(b"\xd8\x62", written(sign_list)), 3, "cose-tag"),
        ("tag-18-long", "Tag 18 in three bytes.", tagged(b"\xd9\x00\x12"), 3, "cose-tag"),
        ("tag-18-twice", "Tag 18 inside tag 18.", tagged(b"\xd2\xd2"), 3, "cbor-type"),
        ("tag-55799", "The tag that says: this is CBOR.", tagged(b"\xd9\xd9\xf7\xd2"), 3, "cose-tag"),
        ("items-three", "Three items: the signature is missing.", tagged(TAG_18, written(parts[:3])), 3, "cose-form"),
        ("items-five", "Five items.", tagged(TAG_18, written([*parts, b""])), 3, "cose-form"),
        ("items-map", "A map instead of a list.", tagged(TAG_18, written(dict(enumerate(parts)))), 3, "cose-form"),
        ("payload-detached", "The payload is null: it travels elsewhere.",
         tagged(TAG_18, written([*parts[:2], None, parts[3]])), 3, "cose-form"),
        ("payload-map", "The claims as a map, not wrapped in bytes.",
         tagged(TAG_18, written([*parts[:2], claims, parts[3]])), 3, "cose-form"),
        ("payload-list", "The claims are a list.", signed_code(PORT_SABLE, written([1, 2])), 3, "cose-form"),
        ("payload-text", "The content is a text.", signed_code(PORT_SABLE, written("a card")), 3, "cose-form"),
        ("header-empty", "The protected header is empty.", with_header({}), 5, "header"),
        ("header-empty-bytes", "The protected header has no bytes at all.",
         signed_code(PORT_SABLE, claims, header=b""), 3, "cbor-form"),
        ("header-without-algorithm", "No algorithm is named.", with_header({4: kid}), 5, "header"),
        ("header-algorithm-unprotected", "The algorithm stands where nobody signed it.",
         with_header({4: kid}, unprotected={1: -7}), 5, "header"),
        ("header-algorithm-twice", "Another algorithm in the unprotected map.",
         with_header(header, unprotected={1: -8}), 5, "header"),
        ("header-key-id-unprotected", "The key id stands in the unprotected map.",
         with_header({1: -7}, unprotected={4: kid}), 5, "header"),
        ("header-unprotected-anything", "Anything in the unprotected map.",
         with_header(header, unprotected={"note": "x"}), 5, "header"),
        ("header-without-key-id", "No key is named.", with_header({1: -7}), 5, "header"),
        ("header-key-id-text", "The key id is a text.", with_header({1: -7, 4: "port-sab"}), 5, "header"),
        ("header-key-id-empty", "The key id is empty.", with_header({1: -7, 4: b""}), 5, "header"),
        ("header-key-id-short", "The key id has seven bytes.", with_header({1: -7, 4: kid[:7]}), 5, "header"),
        ("header-key-id-whole-thumbprint", "The key id has 32 bytes.",
         with_header({1: -7, 4: PORT_SABLE.card_pin.public.thumbprint}), 5, "header"),
        ("header-key-id-10-kb", "The key id has 10,000 bytes.", with_header({1: -7, 4: bytes(10_000)}), 5, "header"),
        ("header-algorithm-text", "The algorithm as a text.", with_header(header | {1: "ES256"}), 5, "header"),
        ("header-algorithm-list", "The algorithm as a list.", with_header(header | {1: []}), 5, "header"),
        ("header-algorithm-null", "The algorithm null.", with_header(header | {1: None}), 5, "header"),
        ("header-algorithm-es384", "ES384, which no card has.", with_header(header | {1: -35}), 5, "header"),
        ("header-algorithm-esp256", "ESP256 (-9), which no card has.", with_header(header | {1: -9}), 5, "header"),
        ("header-algorithm-hs256", "HMAC, as if the public key were a secret.",
         with_header(header | {1: 5}, signature=bytes(32)), 5, "header"),
        ("header-critical", "A header that says it must be understood.", with_header(header | {2: [1]}), 5, "header"),
        ("header-content-type", "A content type.", with_header(header | {3: 0}), 5, "header"),
        ("header-x5u", "The address of a certificate: never fetched.",
         with_header(header | {35: "https://elsewhere.example/key"}), 5, "header"),
        ("header-key-inside", "The key itself in the header.",
         with_header(header | {-1: PORT_SABLE.card_pin.public.x}), 5, "header"),
        *(
            (f"signature-{size}", f"A signature of {size} bytes.", with_header(header, signature=bytes(size)),
             5, "header")
            for size in (0, 63, 65, 10_000)
        ),
        ("signature-der", "The same signature in DER.", with_header(header, signature=der()), 5, "header"),
    ]  # fmt: skip
    listed = PORT_SABLE.status_list()
    other = [
        ("status-list-as-card", "A status list of the same city.", code(listed)),
        ("typed-token", "A token of another type, signed by the key for cards.", with_header(header | {16: "x"})),
        ("typed-token-of-nobody", "A type is told before anything else about the header.",
         code(sign1({16: "application/statuslist+cwt"}, claims, RIVEMONT.card_key.sign))),
    ]  # fmt: skip
    return [refused(*case[:3], "MALFORMED", *case[3:], cities=HERE) for case in malformed] + [
        refused(*case, "WRONG_TYPE", 4, "typ-present", cities=HERE) for case in other
    ]
