"""JSON that is not quite what a city wrote: for tests in which two readers have to judge alike."""

from __future__ import annotations

import json
from typing import Any

from securesystemslib.formats import encode_canonical
from securesystemslib.signer import Signer

from tests.support.mutations import Chance, spoil_bytes

ODD: list[Any] = [0, 1, 2, -1, 10**15, 2**53, 2**53 + 1, 10**16, "", "1", "x", "\u202e", "é", [], {}, [[]], {"": 0}]
ODD += [None, True, False, 1.5, float("nan"), float("inf"), "root", "targets", "2026-02-30", "2026-12-31"]


def spoil_json(value: Any, chance: Chance) -> Any:
    """Return `value` with one thing in it changed, dropped, added or exchanged."""
    if isinstance(value, dict) and value and chance.random() < 0.92:
        copy = dict(value)
        name = chance.choice(list(copy))
        match chance.randrange(9):
            case 0:
                del copy[name]
            case 1:
                copy[chance.choice(["x", "__proto__", "fr", "d", "custom", "length"])] = chance.choice(ODD)
            case 2:
                copy[name] = copy[chance.choice(list(copy))]
            case _:
                copy[name] = spoil_json(copy[name], chance)
        return copy
    if isinstance(value, list) and value and chance.random() < 0.9:
        place = chance.randrange(len(value))
        match chance.randrange(6):
            case 0:
                return value[:place] + value[place + 1 :]
            case 1:
                return [*value, value[place]]
            case 2:
                return [*value, chance.choice(ODD)]
        return [*value[:place], spoil_json(value[place], chance), *value[place + 1 :]]
    if isinstance(value, str) and value and chance.random() < 0.6:
        place = chance.randrange(len(value))
        letter = chance.choice(["a", "Z", "0", "-", "/", ".", " ", "é", "\u200d", "", value[place].swapcase()])
        return value[:place] + letter + value[place + 1 :]
    if type(value) is int and chance.random() < 0.6:
        return value + chance.choice([-1, 1, 2**31])
    return chance.choice(ODD)


def spoil_text(data: bytes, chance: Chance) -> bytes:
    """Change the bytes of a document: its spelling, its spaces, its ends."""
    match chance.randrange(4):
        case 0:
            return spoil_bytes(data, chance)
        case 1:
            place = chance.randrange(len(data) + 1)
            added = chance.choice(
                [b" ", b"\n", b"\t", b"\r", b"\0", b",", b"{", b"]", b"\\", b'"', b"\xff", b"\xef\xbb\xbf"]
            )
            return data[:place] + added + data[place:]
        case 2:
            spoilt = data.replace(b":", chance.choice([b": ", b" :", b":-", b":0"]), chance.randrange(1, 4))
            return spoilt
    return data[: chance.randrange(len(data))]


def resigned(document: dict[str, Any], *signers: Signer) -> bytes:
    """Return a file of TUF whose signed part, whatever it holds now, was signed by all of these."""
    signed = document.get("signed")
    try:
        content = (encode_canonical(signed) or "").encode()
    except Exception:  # what has no canonical form has no signature
        return json.dumps(document).encode()
    signatures = [signer.sign(content).to_dict() for signer in signers]
    return json.dumps({**document, "signatures": signatures}).encode()
