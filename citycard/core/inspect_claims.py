"""The inner layers of a code, explained: the claims, claim 169, and the status.

What is noted as a fault is what a reader of city cards refuses, with its step; a remark is what it lets pass.
Nothing here was signed by anybody as far as this module knows.
"""

from typing import Any

from citycard.core import claims, loose_cbor
from citycard.core.compression import CompressionError, inflate
from citycard.core.inspect_words import CLAIMS, PUBLIC_FIELDS, field_name, label, masked, printable, when
from citycard.core.layers import Layer
from citycard.core.loose_cbor import Pairs
from citycard.core.status import MAX_LIST, STATUS_LIST, TTL

_TIMES = frozenset({claims.EXP, 5, claims.IAT})
_NOT_PERSONAL = frozenset({claims.ISS, *_TIMES, TTL})

DAY = 86400


def claims_layers(content: Pairs, *, show: bool, listed: bool) -> list[Layer]:
    """Return the layers of the claims map `content`; `listed` says that it is a status list's."""
    layer = Layer("claims")
    layers = [layer]
    for key, value in content:
        name = label(key, CLAIMS)
        if key == claims.IDENTITY and type(key) is int:
            layer.say(name, masked(value))
            layers.append(_identity(value, show=show))
        elif key == claims.STATUS and type(key) is int:
            layer.say(name, masked(value))
            layers.append(_status(value))
        elif key == STATUS_LIST and type(key) is int:
            layer.say(name, masked(value))
            layers.append(_status_list(value))
        elif type(key) is int and key in _TIMES:
            layer.say(name, when(value))
        elif listed or (type(key) is int and key in _NOT_PERSONAL):
            layer.say(name, printable(value))
        else:
            layer.say(name, printable(value) if show else masked(value))
    if not listed:
        _judge(content, layer)
    return layers


def _judge(content: Pairs, layer: Layer) -> None:
    issued = content.get(claims.IAT)
    if type(issued) is int and issued % DAY:
        layer.remark("issued is not the start of a UTC day; a precise second can be used to tell cards apart")
    missing = [name for key, name in CLAIMS.items() if key in (1, 4, 6, 169, 65535) and not content.has(key)]
    for name in missing:
        layer.fault(6 if name == "issuer" else 8 if name == "issued" else 10, f"no {name}")
    rule = claims.broken_rule(plain(content))
    if rule is not None and rule.startswith("claims") and not (missing and rule == "claims-set"):
        layer.fault(10, f"the claims break the rule {rule}")


def _identity(value: Any, *, show: bool) -> Layer:
    layer = Layer("identity (claim 169)")
    if type(value) is bytes:
        layer.fault(10, "a byte string; a card has the map itself")
        try:
            inner = loose_cbor.read(value)
        except loose_cbor.LooseCborError as error:
            layer.fault(10, f"the byte string holds no CBOR: {error}")
            return layer
        layer.remark("read from the CBOR in that byte string")
        layer.fault(10, *inner.notes)
        value = inner.item
    if not isinstance(value, Pairs):
        layer.fault(10, f"{masked(value)} instead of a map")
        return layer
    version = value.get(claims.VERSION_KEY)
    if value.has(claims.VERSION_KEY) and version != claims.VERSION:
        layer.fault(9, f'the profile version is not the text "{claims.VERSION}" (UNSUPPORTED)')
    for key, each in value:
        public = type(key) is int and key in PUBLIC_FIELDS
        layer.say(f"{printable(key)} ({field_name(key)})", printable(each) if show or public else masked(each))
        rule = claims.broken_field(key, each)
        if rule == "identity-set":
            layer.fault(10, f"key {printable(key)} ({field_name(key)}) is in no city card")
        elif rule is not None and key != claims.VERSION_KEY:
            layer.fault(10, f"key {key} ({field_name(key)}) breaks the rule {rule}")
    _whole(value, layer)
    return layer


def _whole(value: Pairs, layer: Layer) -> None:
    """Rules of claim 169 that take more than one field."""
    for key in (1, claims.VERSION_KEY):
        if not value.has(key):
            layer.fault(10, f"key {key} ({field_name(key)}) is missing")
    if len(value) > 2 and not value.has(4):
        layer.fault(10, "more than a light code and no full name (4)")
    for one, other in ((16, 17), (19, 20)):
        if value.has(one) != value.has(other):
            layer.fault(10, f"keys {one} and {other} come together")
    if len(value) == 2 and value.has(1) and value.has(claims.VERSION_KEY):
        layer.remark("a light code: it says nothing of the holder but the number")


def _status(value: Any) -> Layer:
    layer = Layer("status (claim 65535)")
    entry = value.get("status_list") if isinstance(value, Pairs) else None
    if not isinstance(entry, Pairs):
        layer.fault(10, "not a map with a status_list in it: the card could not be ended")
        return layer
    for key, each in entry:
        layer.say(printable(key).strip('"'), printable(each))
    return layer


def _status_list(value: Any) -> Layer:
    layer = Layer("status list (claim 65533)")
    bits = value.get("bits") if isinstance(value, Pairs) else None
    packed = value.get("lst") if isinstance(value, Pairs) else None
    if type(bits) is not int or bits not in (1, 2, 4, 8) or type(packed) is not bytes:
        layer.fault(4, "not a map of bits (1, 2, 4 or 8) and lst")
        return layer
    layer.say("bits", str(bits))
    try:
        entries = inflate(packed, cap=MAX_LIST)
    except CompressionError as error:
        layer.fault(4, f"lst: {error}")
        return layer
    layer.say("lst", f"{len(packed)} bytes, inflated {len(entries)}, room for {len(entries) * 8 // bits} cards")
    return layer


def plain(value: Any) -> Any:
    """Return `value` with maps as dicts, for the rules; keys that no dict takes become texts that no rule knows."""
    if isinstance(value, Pairs):
        return {key if type(key) in (int, str) else printable(key): plain(each) for key, each in value}
    return [plain(each) for each in value] if type(value) is list else value
