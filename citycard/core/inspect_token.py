"""The middle layers of a code, explained: the COSE token, its headers, its signature.

1. Tags, four parts, and each place where the CBOR is not in a card's one form.
2. Both headers.
3. What the payload holds (`inspect_claims`), and from it what kind of token this is.
4. The signature: its numbers, and whether it is good when the city's key is at hand.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from citycard.core import cose, loose_cbor
from citycard.core.claims import ISS, broken_rule
from citycard.core.errors import KeyRefused
from citycard.core.inspect_claims import claims_layers, plain
from citycard.core.inspect_words import ALGORITHMS, HEADERS, TAGS, label, masked, printable
from citycard.core.keys import KID_BYTES, P256_ORDER, SIGNATURE_BYTES
from citycard.core.layers import Kind, Layer, Report
from citycard.core.loose_cbor import Pairs, Tagged
from citycard.core.status import TYPE, StatusLists
from citycard.core.trust import TrustStore
from citycard.core.verify import Desk


@dataclass(frozen=True)
class Known:
    """Whose signatures count, and when: what `verify` takes. Without it signatures are not checked."""

    trust: TrustStore
    lists: StatusLists
    now: datetime
    desk: Desk | None = None


def explain_token(token: bytes, report: Report, known: Known | None, *, show: bool) -> None:
    layer = report.layer("COSE")
    layer.say("bytes", str(len(token)))
    item = _read(token, layer)
    tags = []
    while isinstance(item, Tagged):
        tags.append(item.tag)
        item = item.item
    layer.say("tags", ", ".join(label(tag, TAGS) for tag in tags) or "none")
    if tags != [18]:
        layer.fault(3, "a card's token has tag 18 and no other")
    if type(item) is not list or len(item) != 4:
        layer.fault(3, f"{masked(item)} instead of the four parts of a COSE_Sign1")
        return
    protected, unprotected, payload, _ = item
    # (2)
    header = report.layer("header")
    labels = _header(protected, unprotected, header)
    listed = labels.get(cose.TYP) == TYPE
    if labels.has(cose.TYP):
        header.fault(4, "it says that it is something else than a card")
    # (3)
    content = _content(payload, layer)
    if isinstance(content, Pairs):
        report.layers += claims_layers(content, show=show, listed=listed)
        report.kind = Kind.STATUS_LIST if listed else Kind.CLAIM_169 if content.has(169) else Kind.TOKEN
    elif payload is not None:
        layer.fault(3, f"the payload holds {masked(content)} instead of a map of claims")
    # (4)
    _signature(item, labels, content, report.layer("signature"), known)
    # Written as a card's, whoever signed it: a signature that is not good (step 7) does not change what the code is.
    if report.kind is Kind.CLAIM_169 and not _ill_written(report) and broken_rule(plain(content)) is None:
        report.kind = Kind.CITY_CARD


def _ill_written(report: Report) -> bool:
    return any(not fault.startswith("step 7") for layer in report.layers for fault in layer.faults)


def _read(data: bytes, layer: Layer) -> Any:
    """Return the item in `data` with its notes as faults, or None where it is not CBOR."""
    try:
        found = loose_cbor.read(data)
    except loose_cbor.LooseCborError as error:
        layer.fault(3, str(error))
        return None
    # The tags that belong to the token are told apart from those that no card has, by `explain_token`.
    notes = [note for note in found.notes if not re.fullmatch(r"byte [0-3]: tag (18|61)", note)]
    layer.fault(3, *notes)
    if found.more:
        layer.fault(3, f"and {found.more} more")
    return found.item


def _content(payload: Any, layer: Layer) -> Any:
    if type(payload) is bytes:
        layer.say("payload", f"{len(payload)} bytes")
        return _read(payload, layer)
    layer.fault(
        3, "no payload in the code" if payload is None else f"the payload is {masked(payload)} instead of bytes"
    )
    return payload


def _header(protected: Any, unprotected: Any, layer: Layer) -> Pairs:
    """Return the protected header's labels; say what both headers hold."""
    inner = _read(protected, layer) if type(protected) is bytes and protected else protected
    labels = inner if isinstance(inner, Pairs) else Pairs()
    if type(protected) is not bytes or not isinstance(inner, Pairs):
        layer.fault(3, f"the protected header is {masked(protected)} instead of a map in bytes")
    for key, value in labels:
        layer.say(f"protected {label(key, HEADERS)}", _header_value(key, value))
    for key, value in unprotected if isinstance(unprotected, Pairs) else []:
        layer.say(f"unprotected {label(key, HEADERS)}", _header_value(key, value))
    if not isinstance(unprotected, Pairs) or unprotected:
        layer.fault(5, "the unprotected header is not an empty map: nobody signed what stands there")
    if not labels.has(cose.TYP) and {printable(key) for key, _ in labels} != {"1", "4"}:
        layer.fault(5, "a card's protected header has algorithm (1) and key id (4), and nothing else")
    if labels.has(1) and labels.get(1) not in (-7, -8, -19):
        layer.fault(5, "a card's algorithm is -7, -8 or -19")
    kid = labels.get(4)
    if labels.has(4) and (type(kid) is not bytes or len(kid) != KID_BYTES):
        layer.fault(5, f"a card's key id has {KID_BYTES} bytes")
    return labels


def _header_value(key: Any, value: Any) -> str:
    if key == cose.ALG and type(value) is int:
        return label(value, ALGORITHMS)
    if key == cose.KID and type(value) is bytes and value.isascii() and value.decode("ascii").isprintable():
        return f'{printable(value)} = "{value.decode("ascii")}"' if len(value) <= 32 else printable(value)
    return printable(value)


def _signature(parts: list[Any], labels: Pairs, content: Any, layer: Layer, known: Known | None) -> None:
    protected, _, payload, signature = parts
    layer.say("value", masked(signature))
    if type(signature) is not bytes or len(signature) != SIGNATURE_BYTES:
        layer.fault(5, f"a card's signature has {SIGNATURE_BYTES} bytes")
    elif labels.get(1) == -7:
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        if not (0 < r < P256_ORDER and 0 < s < P256_ORDER):
            layer.fault(7, "r or s is out of range")
        elif s > P256_ORDER // 2:
            layer.fault(7, "s is not low: n - s would be the one form")
    layer.say("checked", _checked(protected, payload, signature, labels, content, layer, known))


def _checked(
    protected: Any, payload: Any, signature: Any, labels: Pairs, content: Any, layer: Layer, known: Known | None
) -> str:
    if known is None:
        return "not checked: no key given"
    url = content.get(ISS) if isinstance(content, Pairs) else None
    issuer = known.trust.issuer(url) if type(url) is str else None
    if issuer is None:
        return "not checked: its issuer is not recognised here"
    key = next((each for each in issuer.keys if each.kid == labels.get(cose.KID)), None)
    if key is None:
        return "not checked: its issuer has no key of this name"
    if not (type(protected) is type(payload) is type(signature) is bytes) or type(labels.get(cose.ALG)) is not int:
        return "not checked: there is nothing that a signature could cover"
    layer.say("key", f"{issuer.url}, for {key.use.value}, {key.state.value}, {key.first_day} to {key.last_day}")
    try:
        key.public.check(cose.to_be_signed(protected, payload), signature, labels.get(cose.ALG))
    except KeyRefused as refused:
        layer.fault(7, f"{refused} [{refused.code}]")
        return "bad"
    return "good"
