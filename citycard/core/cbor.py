"""CBOR in one form only: deterministic encoding (RFC 8949 §4.2.1), and only the types that a card uses.

Reading:

1. One item, no deeper than `MAX_DEPTH`, no indefinite length, no duplicate key, valid UTF-8, nothing after it.
2. Only int, text, bytes, list, map, true/false and null; keys of maps are int or text. A tag, a float, a bignum, a
   simple value is refused, wherever it stands (the one tag of a card, 18, is taken off by `cose` before).
3. The bytes are exactly what writing the item again would give: shortest lengths, keys in bytewise order.
   They are counted instead of written: an item has one writing for each choice of lengths, and only the one with every
   length at its shortest is as short as that. (A test compares with writing again.)

Writing sorts the keys bytewise. cbor2's own `canonical=True` sorts shorter keys first (the older RFC 7049 order), which
differs as soon as -1 meets 24; so the order is made here.

Step 3 is what lets two readers in two languages agree: there is one way to write a card, and all others are refused.
"""

from math import inf
from typing import Any, NoReturn

import cbor2

from citycard.core.errors import CitycardError


class CborError(CitycardError):
    """The bytes are not CBOR in the one form that is accepted."""

    code = "cbor"


MAX_DEPTH = 8
"""A card nests 4 deep (claims, status, status_list, uri); 8 leaves room for a later profile and none for a bomb."""


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
    if _length(item, MAX_DEPTH) != len(data):
        raise CborError("The content is not in the one accepted form of CBOR.", code="cbor-canonical")
    return item


def encode(item: Any) -> bytes:
    """Return the deterministic encoding of `item`; raise `CborError` for a type that cards do not use."""
    try:
        return cbor2.dumps(_sorted(item) if _length(item, MAX_DEPTH) == inf else item)
    except (OverflowError, UnicodeEncodeError, RecursionError):
        raise CborError("This cannot be written as CBOR.", code="cbor-value") from None


def encode_ordered(item: Any) -> bytes:
    """Return the encoding of an `item` whose types a schema has seen and whose maps were made in order.

    It saves a third of what writing a card costs. What is not so is found by the self-check, which reads strictly.
    """
    return cbor2.dumps(item)


def _length(item: Any, levels: int) -> float:
    """Return how many bytes `item` takes at its shortest; infinity if a map in it has its keys out of order.

    Raises `CborError` for a type that no card has. `levels` is how many lists and maps may still be in each other;
    cbor2 counts them too, but not an empty one.
    """
    members = (item,)
    length: float = 0
    if type(item) is dict or type(item) is list:
        if not levels:
            raise CborError("The content is nested deeper than a card.", code="cbor-form")
        length = 1 if len(item) < 24 else _head(len(item))
        if type(item) is dict:
            length += _keys(item)
            item = item.values()
        members = item
    for member in members:
        kind = type(member)
        if kind is str:
            size = len(member) if member.isascii() else len(member.encode())
            length += size + (1 if size < 24 else _head(size))
        elif kind is int:
            length += 1 if -25 < member < 24 else _head(member if member >= 0 else -1 - member)
        elif kind is dict or kind is list:
            length += _length(member, levels - 1)
        elif kind is bytes:
            length += len(member) + _head(len(member))
        elif kind is bool or member is None:
            length += 1
        else:
            raise CborError("The content holds a type that no card has.", code="cbor-type")
    return length


def _head(number: int) -> int:
    """Return how many bytes the shortest head with `number` takes (RFC 8949 §3)."""
    if number < 24:
        return 1
    if number < 1 << 16:
        return 2 if number < 1 << 8 else 3
    if number >> 64:
        raise CborError("A number is larger than CBOR integers are.", code="cbor-type")
    return 5 if number < 1 << 32 else 9


def _keys(pairs: dict[Any, Any]) -> float:
    """Return how many bytes the keys of a map take; infinity if they are out of order."""
    length, before = 0, -1
    for key in pairs:
        # Nearly all keys are small numbers, in the order of numbers; where one is not, places are compared.
        if type(key) is not int or key <= before:
            places = [_place(key) for key in pairs]
            if len(places) > 1 and places != sorted(places):
                return inf
            length = 0
            for _, size, content in places:
                length += len(content) + (1 if size < 24 else _head(size))
            return length
        before = key
        length += 1 if key < 24 else _head(key)
    return length


def _place(key: Any) -> tuple[int, int, bytes]:
    """Return something that sorts as the encoding of `key` does: kind (RFC 8949 §3.1), then length, then content."""
    if type(key) is int:
        return (0, key, b"") if key >= 0 else (1, -1 - key, b"")
    if type(key) is str:
        content = key.encode()
        return 3, len(content), content
    raise CborError("A map has a key that is neither a number nor a text.", code="cbor-type")


def _sorted(item: Any) -> Any:
    """Return `item` with every map in bytewise order of its encoded keys; only for what `_check` has seen."""
    if type(item) is list:
        return [_sorted(member) for member in item]
    if type(item) is dict:
        return {key: _sorted(item[key]) for key in sorted(item, key=_place)}
    return item
