"""Codes that the core would never write: for tests of what a reader must refuse.

A code, from outside in: base45, zlib, tag 18, four items, maps inside two of them. Each function makes one
level from whatever is given to it, well-formed or not.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cbor2

from citycard.core import base45, claims, cose, jws
from citycard.core.compression import deflate, inflate
from citycard.core.verify import MAX_TOKEN
from tests.support.cities import City

TAG_18 = b"\xd2"


def written(item: Any) -> bytes:
    """Return `item` as CBOR with maps in the one order, and whatever types and values it holds."""
    if type(item) is dict:
        pairs = sorted((written(key), written(value)) for key, value in item.items())
        return _head(0xA0, len(pairs)) + b"".join(key + value for key, value in pairs)
    if type(item) is list:
        return _head(0x80, len(item)) + b"".join(map(written, item))
    if type(item) is Raw:
        return item.data
    return cbor2.dumps(item)


@dataclass(frozen=True)
class Raw:
    """Bytes that `written` takes as they are, in the place of an item."""

    data: bytes


def _head(major: int, length: int) -> bytes:
    head = cbor2.dumps(length)
    return bytes((head[0] | major,)) + head[1:]


def code(token: bytes) -> str:
    """Return the code whose content is `token`."""
    return base45.encode(deflate(token))


def token_of(text: str) -> bytes:
    """Return the content of a code."""
    return inflate(base45.decode(text), cap=MAX_TOKEN)


def sign1(
    header: Any,
    payload: Any,
    sign: Callable[[bytes], bytes],
    *,
    unprotected: Any = None,
    signature: bytes | None = None,
    tag: bytes = TAG_18,
) -> bytes:
    """Return a COSE_Sign1, really signed unless `signature` is given; bytes stand as they are, the rest is written."""
    protected = header if isinstance(header, bytes) else written(header)
    content = payload if isinstance(payload, bytes) else written(payload)
    if signature is None:
        signature = sign(cose.to_be_signed(protected, content))
    return tag + written([protected, unprotected if unprotected is not None else {}, content, signature])


def jwt(header: Any, claims: Any, sign: Callable[[bytes], bytes], *, signature: bytes | None = None) -> bytes:
    """Return a compact JWS, really signed unless `signature` is given; bytes stand as they are, the rest is JSON."""
    parts = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in (header, claims)]
    signed = b".".join(map(jws.to_base64url, parts))
    return signed + b"." + jws.to_base64url(sign(signed) if signature is None else signature)


def header_of(city: City) -> dict[Any, Any]:
    """Return the header of the city's cards."""
    return {cose.ALG: int(city.card_pin.public.algorithm), cose.KID: city.card_pin.kid}


def claims_of(city: City, **changes: Any) -> dict[Any, Any]:
    """Return the claims map of a good card of the city, to be spoilt; `changes` as for `City.claims`."""
    return claims.write_claims(city.claims(**changes))


def signed_code(city: City, payload: Any, *, header: Any = None, **options: Any) -> str:
    """Return a code that the city's card key really signed, over whatever `payload` and `header` are."""
    return code(sign1(header_of(city) if header is None else header, payload, city.card_key.sign, **options))
