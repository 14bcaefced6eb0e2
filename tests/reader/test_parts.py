"""Each layer of the reader in the browser, beside the same layer in Python: same results, same refusals.

What comes in is made from a fixed seed, partly good, mostly not quite.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from typing import Any

import cbor2
import pytest

from citycard.core import base45, cbor
from citycard.core.compression import inflate
from citycard.core.errors import CitycardError
from citycard.core.number import is_number, new_number
from citycard.core.text import check_text
from citycard.core.trust import check_issuer_url
from tests.core.test_text import GOOD_NAMES
from tests.reader.conftest import Reader
from tests.support.forging import written
from tests.support.mutations import Chance, odd, spell_otherwise, spoil_bytes
from tests.vectors.vector import base64url

pytestmark = pytest.mark.browser


def said(ask: Callable[[], Any]) -> Any:
    """What Python answers, in the words of answer.js."""
    try:
        return ask()
    except CitycardError as error:
        return f"refused: {error.code}"


def compare(reader: Reader, part: str, values: list[Any], ours: list[Any]) -> None:
    """Fail with the first values of which the two say something else."""
    theirs = reader.part(part, values)
    wrong = [(value, a, b) for value, a, b in zip(values, ours, theirs, strict=True) if a != b]
    assert not wrong, f"{len(wrong)} of {len(values)} differ; Python and JavaScript say\n" + "\n".join(
        map(str, wrong[:9])
    )


def test_base45(reader: Reader) -> None:
    chance = random.Random("base45")
    texts = ["".join(chance.choices(base45.ALPHABET, k=size)) for size in range(300)]
    texts += [base45.encode(chance.randbytes(size)) for size in range(100)]
    texts += [
        text[:place] + chance.choice("a\n\t\u00e9\u0130\u212a\U0001f600:") + text[place:]
        for text in texts[100:400:3]
        for place in (0, len(text) // 2, len(text))
    ]
    texts += ["GGW", "GGX", "U5", "V5", ":::", "::", ":", "\ud800AB"]

    compare(reader, "base45", texts, [said(lambda t=text: base64url(base45.decode(t))) for text in texts])


def streams(chance: Chance) -> list[tuple[bytes, int]]:
    """zlib streams of every kind of block, whole, spoilt, cut, with something behind, and around the cap."""
    good = []
    for size in (0, 1, 30, 300, 3000, 40_000):
        for content in (bytes(size), chance.randbytes(size), bytes(chance.choices(b"city card ", k=size))):
            for strategy in (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE):
                stream = zlib.compressobj(chance.choice((0, 1, 6, 9)), wbits=chance.randrange(9, 16), strategy=strategy)
                good.append((stream.compress(content) + stream.flush(), size))
    found = [(data, size + more) for data, size in good for more in (-1, 0, 1) if size + more >= 0]
    small = [(data, size) for data, size in good if len(data) < 4000]
    for _ in range(6000):
        data, size = chance.choice(small)
        data = spoil_bytes(data, chance)
        if chance.random() < 0.3:  # many mistakes stand in the first bytes, where the tables are
            data = data[:2] + bytes((data[2] & 0xF8 | chance.randrange(8),)) + data[3:] if len(data) > 3 else data
        found.append((data, size + chance.randrange(3)))
    found += [(data[: chance.randrange(len(data) + 1)], size) for data, size in small]
    found += [(data + b"\0", size) for data, size in small]
    found += [(b"\x78\x9c" + chance.randbytes(chance.randrange(60)), 1000) for _ in range(4000)]
    # Dynamic blocks alone, whose tables are wrong in every way that chance finds.
    found += [
        (b"\x78\x9c" + bytes((0x05 | chance.randrange(32) << 3,)) + chance.randbytes(60), 1000) for _ in range(6000)
    ]
    found += [(chance.randbytes(chance.randrange(8)), 10) for _ in range(500)]
    found += [(bytes((method, flags)) + good[20][0][2:], 1000) for method in range(256) for flags in range(0, 256, 5)]
    return found


def endless_block() -> bytes:
    """A block of good codes, none of which ends it: two literals of one bit each, and nothing else."""
    bits = [(5, 3), (0, 5), (0, 5), (14, 4)]  # the last block, dynamic; 257 literals, 1 distance, 18 lengths of lengths
    order = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1)
    bits += [({1: 1, 18: 1}.get(symbol, 0), 3) for symbol in order]
    bits += [(0, 1), (0, 1), (1, 1), (138 - 11, 7), (1, 1), (118 - 11, 7)]  # 1 is said by 0, eighteen by 1
    whole = sum(value << sum(size for _, size in bits[:place]) for place, (value, _) in enumerate(bits))
    return b"\x78\x9c" + whole.to_bytes(20, "little") + bytes(20)


def test_inflate(reader: Reader) -> None:
    cases = [*streams(random.Random("streams")), (endless_block(), 10), (endless_block(), 1000)]
    ours = [said(lambda d=data, c=cap: base64url(inflate(d, cap=c))) for data, cap in cases]

    compare(reader, "inflate", [{"data": base64url(data), "cap": cap} for data, cap in cases], ours)

    found = {answer for answer in ours if answer.startswith("refused: ")}
    assert found == {f"refused: zlib-{reason}" for reason in ("stream", "cap", "truncated", "trailing")}


def shown(item: Any) -> Any:
    """An item as answer.js writes it."""
    match item:
        case None | bool():
            return item
        case int():
            return f"int {item}"
        case str():
            return f"text {item}"
        case bytes():
            return f"bytes {base64url(item)}"
        case dict():
            return {"map": [[shown(key), shown(value)] for key, value in item.items()]}
    return [shown(each) for each in item]


def some_item(chance: Chance, depth: int = 0) -> Any:
    """An item as a card might hold it, and now and then one that none may."""
    kind = chance.randrange(9) if depth < 9 else chance.randrange(6)
    if kind == 0:
        return chance.choice([1, -1]) * (2 ** chance.randrange(65) - chance.randrange(2)) // 1
    if kind == 1:
        return "".join(chance.choices("aé漢😀\ufeff", k=chance.randrange(30)))
    if kind == 2:
        return chance.randbytes(chance.choice((0, 1, 23, 24, 255, 256)))
    if kind == 3 and chance.random() < 0.3:
        return odd(chance)
    if kind < 6:
        return chance.choice(
            [0, 23, 24, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**53 - 1, 2**53, -(2**53), True, None]
        )
    members = [some_item(chance, depth + 1) for _ in range(chance.randrange(4))]
    if kind == 6:
        return members
    keys = chance.sample([0, 1, 23, 24, 256, -1, -25, 2**53, 2**64 - 1, "", "a", "b", "aa", "é"], len(members))
    return dict(zip(keys, members, strict=True))


def test_cbor(reader: Reader) -> None:
    chance = random.Random("cbor")
    found = [written(some_item(chance)) for _ in range(2500)]
    found += [spoil_bytes(data, chance) for data in found]
    plain = {1: "https://a.example", 4: 1, 6: -5, 169: {1: b"x", 2: ["1", None, True]}, "t": {"a": 2**40}}
    found += [spell_otherwise(plain, [chance.randrange(25)], chance) for _ in range(1000)]
    found += [chance.randbytes(chance.randrange(12)) for _ in range(5000)]
    found += [bytes((first,)) + tail for first in range(256) for tail in (b"", b"\0", b"\x18", b"\0" * 8, b"\xff" * 8)]
    found += [
        bytes((first, second)) + b"\0" * 9 for first in (0xA1, 0xA2, 0x81, 0xC1, 0xD8, 0xF8) for second in range(256)
    ]
    found += [b"\x81" * depth + b"\x80" for depth in range(12)] + [b"\xc8" * depth + b"\0" for depth in range(12)]
    found += [
        cbor2.dumps({key: 0, other: 1}) for key in (0, 1, -1, "a") for other in (1.0, True, False, 0.0, b"a", 2.5)
    ]

    ours = [said(lambda d=data: shown(cbor.decode(d))) for data in found]

    compare(reader, "cbor", [base64url(data) for data in found], ours)
    refusals = {answer for answer in ours if str(answer).startswith("refused: ")}
    assert refusals == {"refused: cbor-form", "refused: cbor-type", "refused: cbor-canonical"}


def verdict_of(text: str) -> str:
    """What Python says of a text."""

    def ask() -> str:
        check_text(text, at_most=200)
        return "good"

    return str(said(ask))


def test_every_character_between_letters_and_marks(reader: Reader) -> None:
    """Python, older, and the browser know different versions of Unicode: text.py says what comes of it.

    Of the planes that are empty or private, one code point in 97; of the ideographs and syllables, one in 7.
    """
    points = [
        point
        for point in range(0x110000)
        if not 0xD800 <= point < 0xE000
        and (point < 0x3400 or 0xA000 <= point < 0xAC00 or 0xD7A4 <= point < 0x20000 or not point % 7)
        and (point < 0x30000 or not point % 97)
    ]
    for pattern in ("{}", "a{}\u0301", "a\u0334{}", "\u1100{}\u11a8", "{}{}"):
        ours = [verdict_of(pattern.replace("{}", chr(point))).removeprefix("refused: ") for point in points]

        theirs = reader.part("characters", [{"pattern": pattern, "points": points}])[0].split(" ")

        wrong = [(hex(point), a, b) for point, a, b in zip(points, ours, theirs, strict=True) if a != b]
        assert not wrong, (pattern, len(wrong), wrong[:9])


def test_texts_of_many_characters(reader: Reader) -> None:
    chance = random.Random("texts")
    letters = [
        *"aeiounAZ ",
        "  ",
        "\u00a0",
        "\u3000",
        "\u0301",
        "\u0323",
        "\u0308",
        "\u0316",
        "\u1ab0",
        "\u20d0",
        "\ufe20",
    ]
    letters += [
        "é",
        "ṩ",
        "ế",
        "한",
        "ㅏ",
        "\u1100",
        "\u1161",
        "\u11a8",
        "ক",
        "\u09be",
        "\u09c7",
        "ක",
        "\u200d",
        "א",
        "\u05b7",
    ]
    letters += [
        "ل",
        "\u064e",
        "\u0651",
        "漢",
        "𠮷",
        "\U0001d15e",
        "\U00011099",
        "\U000110ba",
        "\u0344",
        "\u212b",
        "\ufb1d",
    ]
    texts = ["".join(chance.choices(letters, k=chance.randrange(9))) for _ in range(20_000)]
    texts += [letter * count for letter in ("a", "漢", "𠮷", "é") for count in (199, 200, 201, 400, 401)]
    texts += GOOD_NAMES

    compare(reader, "text", texts, [verdict_of(text) for text in texts])


def test_card_numbers(reader: Reader) -> None:
    chance = random.Random("numbers")
    numbers = [new_number(chance.randbytes) for _ in range(300)]
    numbers += [n[:p] + chance.choice("0AZILOU-a٠") + n[p + 1 :] for n in numbers for p in (0, 7, 15)]
    numbers += ["", numbers[0][:-1], numbers[0] + "0", numbers[0].lower()]

    compare(reader, "number", numbers, [is_number(number) for number in numbers])


def test_names_of_cities(reader: Reader) -> None:
    urls = [
        *("https://port-sable.example", "https://a.b/c", "https://a.b/c/d~e", "https://cards.port-sable.fr/id"),
        *(
            "http://a.fr",
            "HTTPS://a.fr",
            "https://A.fr",
            "https://a.fr/",
            "https://a.fr//b",
            "https://a.fr/../b",
            "https://",
        ),
        *("https://a", "https://localhost", "https://127.0.0.1", "https://[::1]", "https://a.fr:443", "https://u@a.fr"),
        *(
            "https://a.fr?q",
            "https://a.fr#f",
            "https://a.fr/b?q",
            "https://a.fr\n",
            "https://a.fr/b\n",
            " https://a.fr",
        ),
        *(
            "https://-a.fr",
            "https://a-.fr",
            "https://a..fr",
            "https://a.fr.",
            "https://é.fr",
            "https://xn--e1afmkfd.xn--p1ai",
        ),
        *(
            "https://" + "a" * 63 + ".fr",
            "https://" + "a" * 64 + ".fr",
            "https://a.fr/" + "b" * 187,
            "https://a.fr/" + "b" * 188,
        ),
    ]

    def ask(url: str) -> str:
        check_issuer_url(url, allow_demo=True)
        return "good"

    compare(reader, "url", urls, [said(lambda u=url: ask(u)) for url in urls])
