"""CBOR in one form only: deterministic encoding (RFC 8949 §4.2.1), and only the types that a card uses.

Reading:

1. One item, no deeper than `MAX_DEPTH`, no indefinite length, no duplicate key, valid UTF-8, nothing after it.
2. Only int, text, bytes, list, map, true/false and null; keys of maps are int or text. A tag, a float, a bignum, a
   simple value is refused, wherever it stands (the one tag of a card, 18, is taken off by `cose` before).
3. The bytes are exactly what writing the item again would give: shortest lengths, keys in bytewise order.

Writing sorts the keys bytewise. cbor2's own `canonical=True` sorts shorter keys first (the older RFC 7049 order), which
differs as soon as -1 meets 24; so the order is made here.

Step 3 is what lets two readers in two languages agree: there is one way to write a card, and all others are refused.
"""

from typing import Any, NoReturn, cast

import cbor2

from citycard.core.errors import CitycardError


class CborError(CitycardError):
    """The bytes are not CBOR in the one form that is accepted."""

    code = "cbor"


MAX_DEPTH = 8
"""A card nests 4 deep (claims, status, status_list, uri); 8 leaves room for a later profile and none for a bomb."""

_LEAVES = (str, bytes, bool, type(None))


def _refuse_tag(_decoder: object) -> NoReturn:
    raise CborError("The content holds a tag.", code="cbor-type")


_NO_TAGS = dict.fromkeys(
    (0, 1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54, 100, 256, 258, 260, 261, 1004, 43000, 55799), _refuse_tag
)
"""Every tag that cbor2 would turn into a live object (a date, a decimal, a compiled pattern, a shared reference …) is
refused before its content is looked at, because making the object is where hostile input costs. Tags that cbor2 does
not know stay plain `CBORTag` objects and fail at step 2."""


def decode(data: bytes) -> Any:
    """Return the one item in `data` as int, str, bytes, bool, None, list or dict; raise `CborError` otherwise."""
    # (1) cbor2 raises many things for bad input (its own errors, OverflowError, MemoryError for a declared length of
    # 2^63, RecursionError); all of them mean the same here.
    try:
        item = cbor2.loads(
            data,
            max_depth=MAX_DEPTH,
            allow_indefinite=False,
            allow_duplicate_keys=False,
            semantic_decoders=_NO_TAGS,
        )
    except Exception:
        raise CborError("The content is not well-formed CBOR.", code="cbor-form") from None
    # (2) and (3)
    if encode(item) != data:
        raise CborError("The content is not in the one accepted form of CBOR.", code="cbor-canonical")
    return item


def encode(item: Any) -> bytes:
    """Return the deterministic encoding of `item`; raise `CborError` for a type that cards do not use."""
    try:
        return cbor2.dumps(_sorted(item))
    except (OverflowError, UnicodeEncodeError, RecursionError):
        raise CborError("This cannot be written as CBOR.", code="cbor-value") from None


def _sorted(item: Any) -> Any:
    """Return `item` with every map in bytewise order of its encoded keys, having seen only allowed types."""
    kind = type(item)
    if kind is int:
        # Beyond 64 bits CBOR needs a tag (bignum), which no card has.
        if not -(2**64) <= item < 2**64:
            raise CborError("A number is larger than CBOR integers are.", code="cbor-type")
        return item
    if kind in _LEAVES:
        return item
    if kind is list:
        return [_sorted(member) for member in item]
    if kind is dict:
        pairs = cast(dict[Any, Any], item)
        if len(pairs) > 1:
            return {key: _sorted(pairs[key]) for key in sorted(pairs, key=_encoded_key)}
        return {key: _sorted(value) for key, value in pairs.items() if _encoded_key(key)}
    raise CborError("The content holds a type that no card has.", code="cbor-type")


def _encoded_key(key: Any) -> bytes:
    if type(key) is int or type(key) is str:
        return cbor2.dumps(key)
    raise CborError("A map has a key that is neither a number nor a text.", code="cbor-type")
