"""Good cards spoilt at every level, for whoever must refuse them: in seconds by the tests, a million in `make fuzz`.

1. Text: characters changed, dropped, doubled, exchanged.
2. zlib: bits of the stream; another stream of spoilt content.
3. Token: bits, bytes and slices of the COSE_Sign1.
4. Items: protected header, unprotected map, payload and signature changed as values and written again in good form, so
   that the spoilt card is well-formed and only its content or its signature is wrong.
5. Spelling: the same items with one head too long, without a length, out of order, twice, as a float, under a tag.

The chance comes in with its seed: a failure comes again. `tally` counts what the reader says, and tells apart the one
thing that is accepted: the same token, byte by byte, compressed into another stream.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import cbor2

from citycard.core import base45
from citycard.core.errors import CardRefused
from citycard.core.verify import verify
from tests.support.cities import NOW, PORTRAIT, City, trust_in
from tests.support.forging import TAG_18, Raw, code, token_of, written

Chance = random.Random


def spoil_text(text: str, chance: Chance) -> str:
    """(1)"""
    place = chance.randrange(len(text))
    character = chance.choice(base45.ALPHABET + "a\n\u00e9")
    match chance.randrange(5):
        case 0:
            return text[:place] + character + text[place + 1 :]
        case 1:
            return text[:place] + text[place + chance.randrange(1, 7) :]
        case 2:
            return text[:place] + character + text[place:]
        case 3:
            other = chance.randrange(len(text))
            one, two = sorted((place, other))
            return text[:one] + text[two : two + 1] + text[one + 1 : two] + text[one : one + 1] + text[two + 1 :]
    return text[place:] + text[:place]


def spoil_bytes(data: bytes, chance: Chance) -> bytes:
    """Change bits, bytes or slices of `data`."""
    place, length = chance.randrange(len(data)), chance.choice((1, 1, 2, 8, 32))
    match chance.randrange(6):
        case 0 | 1:
            return data[:place] + bytes((data[place] ^ (1 << chance.randrange(8)),)) + data[place + 1 :]
        case 2:
            return data[:place] + chance.randbytes(length) + data[place + length :]
        case 3:
            return data[:place] + data[place + length :]
        case 4:
            return data[:place] + data[place : place + length] + data[place:]
    return data[:place] + chance.randbytes(length) + data[place:]


def spoil_stream(text: str, chance: Chance) -> str:
    """(2)"""
    return base45.encode(spoil_bytes(base45.decode(text), chance))


def spoil_token(text: str, chance: Chance) -> str:
    """(3)"""
    return code(spoil_bytes(token_of(text), chance))


def odd(chance: Chance) -> Any:
    """Return a value that fits hardly anywhere."""
    return chance.choice(
        [0, 1, -1, 2**31, 2**63, 2**64 - 1, -(2**64), "", "1", "2", b"", b"\0", [], {}, None, True, False, 1.5]
        + [
            float("nan"),
            float("inf"),
            cbor2.CBORTag(1, 0),
            cbor2.undefined,
            Raw(b"\x18\x01"),
            Raw(b"\xff"),
            [[]],
            {1: {}},
        ]
    )


def spoil_item(item: Any, chance: Chance) -> Any:
    """Return `item` with one value in it changed, dropped, added or exchanged."""
    if isinstance(item, dict) and item and chance.random() < 0.9:
        copy = dict(item)
        key = chance.choice(list(copy))
        match chance.randrange(6):
            case 0:
                del copy[key]
            case 1:
                copy[chance.choice([0, 1, 2, 3, 4, 7, 16, 33, 35, -1, 9, 13, 169, "x", b"x", 1.0])] = odd(chance)
            case 2:
                copy[key] = copy[chance.choice(list(copy))]
            case _:
                copy[key] = spoil_item(copy[key], chance)
        return copy
    if isinstance(item, bytes) and item and chance.random() < 0.7:
        return spoil_bytes(item, chance)
    if isinstance(item, str) and item and chance.random() < 0.7:
        return item[:-1] + chance.choice("0aZ\u202e") if chance.random() < 0.5 else item + "x"
    if type(item) is int and chance.random() < 0.7:
        return item + chance.choice([-86400, -1, 1, 86400, 2**32])
    return odd(chance)


def spoil_parts(text: str, chance: Chance) -> str:
    """(4)"""
    protected, unprotected, payload, signature = cbor2.loads(token_of(text)).value
    which = chance.randrange(5)
    if which == 0:
        protected = written(spoil_item(cbor2.loads(protected), chance))
    elif which == 1:
        unprotected = spoil_item({1: -7, 4: b"kid"}, chance)
    elif which == 2:
        payload = written(spoil_item(cbor2.loads(payload), chance))
    elif which == 3:
        signature = spoil_bytes(signature, chance)
    parts = [protected, dict(unprotected) if isinstance(unprotected, dict) else unprotected, payload, signature]
    if which == 4:
        parts = chance.choice(
            [parts[:-1], [*parts, b""], parts[::-1], [parts[0], parts[1], parts[3], parts[2]], [parts]]
        )
    return code(TAG_18 + written(parts))


def spell_otherwise(item: Any, place: list[int], chance: Chance) -> bytes:
    """Return `item` in CBOR with the head of the item at `place` (counted down) spelt in another way."""
    place[0] -= 1
    here = place[0] == -1
    if isinstance(item, dict):
        pairs = [(spell_otherwise(k, place, chance), spell_otherwise(v, place, chance)) for k, v in item.items()]
        if here and chance.random() < 0.5:
            pairs = chance.choice([pairs[::-1], pairs + pairs[:1], pairs[:-1]])
            return head(0xA0, len(pairs)) + b"".join(map(b"".join, pairs))
        pairs.sort()
        return container(0xA0, len(pairs), b"".join(map(b"".join, pairs)), chance if here else None)
    if isinstance(item, list):
        items = [spell_otherwise(each, place, chance) for each in item]
        return container(0x80, len(items), b"".join(items), chance if here else None)
    if not here:
        return cbor2.dumps(item)
    if isinstance(item, str | bytes):
        content = item.encode() if isinstance(item, str) else item
        major = 0x60 if isinstance(item, str) else 0x40
        if chance.random() < 0.5:
            half = len(content) // 2
            chunks = [head(major, len(part)) + part for part in (content[:half], content[half:])]
            return bytes((major | 31,)) + b"".join(chunks) + b"\xff"
        return container(major, len(content), content, chance)
    if type(item) is int and chance.random() < 0.5:
        return chance.choice(
            [cbor2.dumps(float(item)), b"\xc2" + cbor2.dumps(abs(item).to_bytes(9, "big")), b"\xc1" + cbor2.dumps(item)]
        )
    if type(item) is int:
        return container(0x00 if item >= 0 else 0x20, item if item >= 0 else -1 - item, b"", chance)
    return b"\xf8\x20"


def head(major: int, number: int, extra: int = 0) -> bytes:
    """Return the head of an item, in `extra` steps more bytes than it needs."""
    short = cbor2.dumps(number)
    size = {1: 0, 2: 1, 3: 2, 5: 3, 9: 4}[len(short)] + extra
    if size == 0:
        return bytes((major | number,))
    return bytes((major | 23 + min(size, 4),)) + number.to_bytes(2 ** (min(size, 4) - 1), "big")


def container(major: int, number: int, content: bytes, chance: Chance | None) -> bytes:
    """Return an item, its head too long or without a length when there is `chance`."""
    if chance is None:
        return head(major, number) + content
    if major >= 0x80 and chance.random() < 0.5:
        return bytes((major | 31,)) + content + b"\xff"
    return head(major, number, chance.randrange(1, 4)) + content


def spoil_spelling(text: str, chance: Chance) -> str:
    """(5)"""
    parts = list(cbor2.loads(token_of(text)).value)
    parts[1] = {}
    which = chance.randrange(3)
    if which == 2:
        return code(TAG_18 + spell_otherwise(parts, [chance.randrange(5)], chance))
    item = cbor2.loads(parts[0 if which == 0 else 2])
    parts[0 if which == 0 else 2] = spell_otherwise(item, [chance.randrange(5 if which == 0 else 30)], chance)
    return code(TAG_18 + written(parts))


LEVELS: list[Callable[[str, Chance], str]] = [spoil_text, spoil_stream, spoil_token, spoil_parts, spoil_spelling]


def spoilt_cards(city: City, seed: str, times: int) -> Iterator[tuple[str, str, str]]:
    """Yield (level, spoilt text, good text) `times` over."""
    chance = random.Random(seed)
    cards = [city.card(), city.card(light=True), city.card(portrait=PORTRAIT)]
    for _ in range(times):
        good, spoil = chance.choice(cards), chance.choice(LEVELS)
        text = spoil(good, chance)
        while text == good:  # two equal characters exchanged
            text = spoil(good, chance)
        yield spoil.__name__, text, good


SAME_CARD = "the same card"


def tally(city: City, seed: str, times: int) -> Counter[str]:
    """Return how often each verdict was given to `times` spoilt cards; raise `AssertionError` for one that is accepted.

    A changed bit in zlib's padding leaves the token untouched: the same signed bytes, the same card. It is counted as
    `SAME_CARD`. Whatever else than a `CardRefused` comes out of the reader goes through to the caller.
    """
    trust, lists = trust_in(city), city.lists()
    found: Counter[str] = Counter()
    for level, text, good in spoilt_cards(city, seed, times):
        try:
            verify(text, trust=trust, lists=lists, now=NOW)
        except CardRefused as refused:
            found[refused.verdict.value] += 1
        else:
            if token_of(text) != token_of(good):
                raise AssertionError(f"{level} made a card that is accepted: {text}")
            found[SAME_CARD] += 1
    return found
