"""The worked example of docs/card-format.md: one card, taken apart byte by byte, in the order of a reader.

It is the vector `valid/worked-example.json` (cases/example.py). Its keys come from a seed that everybody can read and
its city ends in .example, so that no production reader may accept it. `tests.vectors.document` writes it into the page.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric import ec

from citycard.core import base45, cbor, cose
from citycard.core.compression import inflate
from citycard.core.number import ALPHABET
from citycard.core.status import MAX_LIST
from citycard.core.verify import MAX_TOKEN
from tests.vectors.annotate import Path, Words, annotated, hex_rows
from tests.vectors.cases import PORT_SABLE, example
from tests.vectors.vector import run

HEADER: Path = ("tagged", 0)
PAYLOAD: Path = ("tagged", 2)
SIGNATURE: Path = ("tagged", 3)
CLAIMS: Path = (*PAYLOAD, "in")
ENVELOPE: dict[Path, str] = {
    (): "COSE_Sign1",
    HEADER: "protected header",
    (*HEADER, "in", 1): "algorithm",
    (*HEADER, "in", 4): "key id",
    (*HEADER, "in", 16): "type",
    ("tagged", 1): "unprotected header",
    PAYLOAD: "payload",
    SIGNATURE: "signature",
}
CARD: dict[Path, str] = {
    (*CLAIMS, 1): "issuer",
    (*CLAIMS, 4): "expiry",
    (*CLAIMS, 6): "issue",
    (*CLAIMS, 169): "identity",
    (*CLAIMS, 169, 1): "card number",
    (*CLAIMS, 169, 2): "profile version",
    (*CLAIMS, 169, 4): "name",
    (*CLAIMS, 169, 8): "date of birth",
    (*CLAIMS, 65535): "status",
}
LIST: dict[Path, str] = {
    (*CLAIMS, 2): "subject",
    (*CLAIMS, 4): "expiry",
    (*CLAIMS, 6): "signed",
    (*CLAIMS, 65533): "list",
    (*CLAIMS, 65534): "seconds to keep",
}


def worked() -> str:
    """Return the example as Markdown: sentences, each with the rows that it introduces."""
    vector = example.vectors()[0]
    token = inflate(base45.decode(vector.qr), cap=MAX_TOKEN)
    answer = {name: value for name, value in run(vector).items() if name != "reason"}
    blocks = [
        ("**The text**, as a scanner gives it:", vector.qr),
        _base45(vector.qr),
        (f"**The token** is what comes out of it, {len(token)} bytes:", _token(token, CARD)),
        _signed(token),
        *_key(),
        _number(),
        *_list(),
        (
            f"**The days.** It is {vector.now}. The day of issue has come, and is one of the key's; the expiry, the "
            "end of 2031-01-14 in the city's zone, has not come. The list is an hour old. **The answer** is:",
            json.dumps(answer, ensure_ascii=False),
        ),
    ]
    return "\n\n".join(f"{sentence}\n\n```text\n{rows}\n```" for sentence, rows in blocks)


def _base45(text: str) -> tuple[str, str]:
    packed = base45.decode(text)
    c, d, e = (base45.ALPHABET.index(character) for character in text[:3])
    number = c + 45 * d + 2025 * e
    sentence = (
        f"**Base45.** {len(text)} characters are {len(packed)} bytes: `{text[:3]}` is {c} + 45 · {d} + 2025 · {e} = "
        f"{number} = {number:#06x}, and so on. They are a zlib stream, from its header `{packed[:2].hex(' ')}` to its "
        f"Adler-32 `{packed[-4:].hex(' ')}`:"
    )
    return sentence, hex_rows(packed)


def _token(token: bytes, labels: dict[Path, str]) -> str:
    claims = cose.parse(token).claims
    meanings: dict[tuple[Path, int], str] = {
        ((*CLAIMS, claim), claims[claim]): _moment(claims[claim]) for claim in (4, 6)
    }
    meanings[(*HEADER, "in", 1), -7] = "ES256"
    return annotated(
        token, Words(ENVELOPE | labels, meanings, frozenset({HEADER, PAYLOAD}), halves={SIGNATURE: ("r", "s")})
    )


def _signed(token: bytes) -> tuple[str, str]:
    envelope = cose.parse(token)
    message = cose.to_be_signed(envelope.protected, envelope.payload)
    words = Words(
        {(): "Sig_structure", (0,): "context", (1,): "protected header", (2,): "external data", (3,): "payload"},
        elsewhere={
            (place,): f"as received, from {token.index(part):04x}"
            for place, part in ((1, envelope.protected), (3, envelope.payload))
        },
    )
    sentence = (
        f"**What is signed** are the {len(message)} bytes of this list, with both parts put in as they were received. "
        f"Their SHA-256 is `{hashlib.sha256(message).hexdigest()}`:"
    )
    return sentence, annotated(message, words)


def _key() -> list[tuple[str, str]]:
    pinned = PORT_SABLE.card_pin
    key, private = pinned.public, PORT_SABLE.card_key.private
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    thumb = cbor.encode({1: 2, -1: 1, -2: key.x, -3: key.y})
    words = Words(
        {(): "COSE_Key", (1,): "key type", (-1,): "curve", (-2,): "x", (-3,): "y"},
        {((1,), 2): "EC2", ((-1,), 1): "P-256"},
    )
    return [
        (
            "**The key**, as the reader holds it:",
            json.dumps(pinned.to_json(), indent=1),
        ),
        (
            f"Its private number is `{private.private_numbers().private_value:064x}`: with a deterministic nonce "
            "(RFC 6979) and low s a writer gives this very signature. The key id begins the SHA-256 of these "
            f"{len(thumb)} bytes, `{key.thumbprint.hex()}`:",
            annotated(thumb, words),
        ),
    ]


def _number() -> tuple[str, str]:
    number = example.claims().identity.number
    values = [ALPHABET.index(character) for character in number]
    weights = [1]
    while len(weights) < len(number):
        weights.append(_double(weights[-1]))
    weights = [*weights[1:], 1]
    products = [_times(value, weight) for value, weight in zip(values, weights, strict=True)]
    table = _table(character=list(number), value=values, weight=weights, product=products)
    return "**The card number** is right: the exclusive or of all products is 0.", table


def _table(**rows: Iterable[object]) -> str:
    return "\n".join(f"{name:<10}" + "".join(f"{cell!s:>4}" for cell in row) for name, row in rows.items())


def _double(value: int) -> int:
    return value << 1 ^ (37 if value & 16 else 0)


def _times(value: int, weight: int) -> int:
    product = 0
    while weight:
        product ^= value if weight & 1 else 0
        value, weight = _double(value), weight >> 1
    return product


def _list() -> list[tuple[str, str]]:
    token = example.status_list()
    held = cose.parse(token).claims[65533]
    bits, array = held["bits"], inflate(held["lst"], cap=MAX_LIST)
    index, per_byte = example.claims().status_index, 8 // bits
    place, shift = index // per_byte, index % per_byte * bits
    entries = [byte >> at & (1 << bits) - 1 for byte in array for at in range(0, 8, bits)]
    sizes = f"{len(token)} bytes, with room for {len(entries)} cards where real ones have 131,072"
    lookup = (
        f"`lst` inflates to `{array.hex(' ')}`. The card's index is {index}: byte {index} div {per_byte} = {place}, "
        f"shifted by ({index} mod {per_byte}) · {bits} = {shift}, is "
        f"`{array[place]:#04x} >> {shift} & {(1 << bits) - 1}` = {entries[index]}, valid."
    )
    return [
        (f"**The status list** at that address, {sizes}:", _token(token, LIST)),
        (lookup, _table(index=range(len(entries)), entry=entries)),
    ]


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
