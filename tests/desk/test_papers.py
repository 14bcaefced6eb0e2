"""A city's papers: JSON, roots, statements, and what they are made of, read alike in Python and in JavaScript."""

from __future__ import annotations

import base64
import json
import random
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from securesystemslib.formats import encode_canonical

from citycard.core.errors import CitycardError
from citycard.core.strict_json import JsonRefused, read_json
from citycard.partners.published_keys import PUBLISHED_KEYS
from citycard.partners.roots import check_root
from citycard.partners.statement import read_statement
from tests.desk.bundles import port_sable, rivemont
from tests.desk.conftest import Desk
from tests.desk.spoiling import resigned, spoil_json, spoil_text
from tests.vectors import weak_keys

TOWNS = (port_sable, rivemont)
"""Ed25519 keys; three P-256 keys, two of which sign."""


def said(read: Callable[[bytes], Any], data: bytes) -> Any:
    """What Python answers, in the words of ask.mjs."""
    try:
        return read(data)
    except (CitycardError, JsonRefused) as error:
        return f"refused: {error.code}"


def written(document: bytes) -> str:
    value = read_json(document, at_most=1000)
    try:
        return base64.b64encode((encode_canonical(value) or "").encode()).decode()
    except UnicodeEncodeError:  # half of a pair
        raise JsonRefused("", "not-json") from None


ODD_JSON = (
    *(
        '""',
        '"\\ud83d\\ude00"',
        '"\\ud83d"',
        '"\\uDE00\\uD83D"',
        '"\\u00e9\\/\\b\\f\\n\\r\\t\\\\\\""',
        '"\\x41"',
        '"\\u12G4"',
    ),
    *(
        '"\x01"',
        '"\x7f"',
        '"',
        "'a'",
        "-0",
        "00",
        "01",
        "1.",
        ".5",
        "1.5",
        "1e5",
        "1E+5",
        "1e",
        "-",
        "--1",
        "+1",
        "0x10",
    ),
    *(
        "9007199254740993",
        "-9007199254740993",
        "9999999999999999",
        "12345678901234567",
        "12345678901234567.",
        "NaN",
        "NaNa",
    ),
    *(
        "Infinity",
        "-Infinity",
        "Inf",
        "nul",
        "null",
        "truely",
        "true",
        "{}",
        "[]",
        "[1,]",
        "[,1]",
        "{,}",
        '{"a":1,}',
        '{"a"}',
    ),
    *(
        '{"a":1,"a":2}',
        '{"a":1,"a":2',
        '{"a":{"b":1,"b":1},"c":}',
        '{"a":1.5,"a":2}',
        '{"\\u0061":1,"a":2}',
        "{a:1}",
        "[1 2]",
    ),
    *(
        '{"__proto__":1,"constructor":2,"b":{"\uffff":1,"\U0001f600":2,"é":3,"e\u0301":4}}',
        "\ufeff1",
        "1\ufeff",
        "\xa01",
        " \t\n\r1 ",
    ),
    *(
        "",
        " ",
        "1 1",
        "[[[[]]]]",
        '["\u2028"]',
        "[" * 500,
        "[" * 60 + "]" * 60,
        '{"b":[true,false,null,"x"],"a":-12}',
        '{"":0}',
    ),
)


def test_json_is_read_and_written_as_in_python(desk: Desk) -> None:
    chance = random.Random("json")
    good = json.dumps({"a": [1, -2, {"b": "é\n\u2028"}], "z": {"y": None, "x": True}, "": "\\"}).encode()
    documents = [text.encode() for text in ODD_JSON] + [spoil_text(good, chance) for _ in range(1500)]
    documents += [b'"\xed\xa0\x80"', b'"\xc0\xaf"', b"\xff\xfe1\0", b" " * 1001, b"1" + b" " * 999]

    theirs = desk.say("json", [base64.b64encode(each).decode() for each in documents])

    ours = [said(written, document) for document in documents]
    wrong = [(d, a, b) for d, a, b in zip(documents, ours, theirs, strict=True) if a != b]
    assert not wrong, "\n".join(map(str, wrong[:9]))
    codes = {"not-json", "not-integer", "member-twice", "too-large"}
    assert {f"refused: {code}" for code in codes} <= set(ours)


def test_what_is_nested_deeper_than_any_paper_is_refused(desk: Desk) -> None:
    """Python's own limit is a thousand and depends on who asks; nobody's papers come near either."""
    assert desk.say("json", [base64.b64encode(b"[" * 65 + b"]" * 65).decode()]) == ["refused: not-json"]


def version_of(root: bytes) -> int:
    return check_root(root).signed.version


def is_as_specified(data: bytes) -> bool:
    """Whether a root's members are of the kinds that TUF's specification names; python-tuf looks at few of them."""
    document = json.loads(data)
    signed = document["signed"]
    signatures = [each[name] for each in document["signatures"] for name in ("keyid", "sig")]
    roles = signed["roles"].values()
    numbers = (signed["version"], *(role["threshold"] for role in roles))
    return (
        all(type(number) is int and number < 2**53 for number in numbers)
        and all(type(text) is str for text in (signed["spec_version"], *signatures))
        and all(type(role["keyids"]) is list and all(type(each) is str for each in role["keyids"]) for role in roles)
        and re.fullmatch(r"[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}Z", signed["expires"], re.ASCII) is not None
    )


def test_a_root_is_believed_by_both_or_by_none(desk: Desk) -> None:
    chance = random.Random("roots")
    files = []
    for _ in range(1200):
        town = chance.choice(TOWNS)()
        document = json.loads(town.roots[0])
        if chance.random() < 0.15:
            files.append(spoil_text(town.roots[0], chance))
        elif chance.random() < 0.2:
            files.append(json.dumps(spoil_json(document, chance)).encode())
        else:
            files.append(resigned({**document, "signed": spoil_json(document["signed"], chance)}, *town.root_signers))

    theirs = desk.say("root", [base64.b64encode(each).decode() for each in files])

    ours = [said(version_of, file) for file in files]
    for file, a, b in zip(files, ours, theirs, strict=True):
        if isinstance(b, str):
            assert b.startswith("refused: "), b
            assert isinstance(a, str) or not is_as_specified(file), file
        else:
            assert a == b, file
    believed = Counter(isinstance(each, int) for each in theirs)
    assert min(believed.values()) > 100


@pytest.mark.parametrize("secret", ["00" * 32, {"d": 1}, [0], True, 1, "", {}, [], None, False, 0], ids=str)
def test_a_root_with_a_private_key_in_it(desk: Desk, secret: Any) -> None:
    signed = json.loads(port_sable().roots[0])["signed"]
    next(iter(signed["keys"].values()))["keyval"]["private"] = secret
    file = resigned({"signed": signed}, *port_sable().root_signers)

    theirs = desk.say("root", [base64.b64encode(file).decode()])

    assert theirs == [said(version_of, file)] == ["refused: private-key" if secret else 1]


P256_PEM = "3059301306072a8648ce3d020106082a8648ce3d030107034200"
"""What stands before the point of a P-256 key."""

ODD_KEYS = {
    "another curve": (P256_PEM[:-8] + "06" + P256_PEM[-6:], "04"),
    "a curve that nobody knows": (P256_PEM[:-8] + "7f" + P256_PEM[-6:], "04"),
    "another algorithm": (P256_PEM.replace("3d0201", "3d027f"), "04"),
    "a length that is not its own": ("305a" + P256_PEM[4:], "04"),
    "no kind of point": (P256_PEM, "05"),
    "nothing before it": ("", "04"),
}


@pytest.mark.parametrize("odd", ODD_KEYS)
def test_a_root_with_a_key_that_is_not_quite_one(desk: Desk, odd: str) -> None:
    before, kind = ODD_KEYS[odd]
    public = rivemont().city.card_key.public
    data = bytes.fromhex(before + kind) + public.x + public.y
    pem = f"-----BEGIN PUBLIC KEY-----\n{base64.encodebytes(data).decode()}-----END PUBLIC KEY-----\n"
    signed = json.loads(rivemont().roots[0])["signed"]
    signed["keys"]["0" * 64] = {"keytype": "ecdsa", "scheme": "ecdsa-sha2-nistp256", "keyval": {"public": pem}}
    file = resigned({"signed": signed}, *rivemont().root_signers)

    [theirs] = desk.say("root", [base64.b64encode(file).decode()])

    assert theirs == "refused: key-form"
    assert said(version_of, file) in ("refused: key-form", "refused: key-kind")


@pytest.mark.parametrize("town", TOWNS, ids=lambda town: town.__name__)
def test_signatures_of_a_root_are_counted_by_key(desk: Desk, town: Any) -> None:
    """One fewer than the threshold, one of them twice, one cut, one of another document, none."""
    document = json.loads(town().roots[0])
    first, *others = document["signatures"]
    threshold = document["signed"]["roles"]["root"]["threshold"]
    other = {**first, "sig": json.loads(town().rotated().roots[1])["signatures"][0]["sig"]}
    high = {**first, "sig": first["sig"].upper()}
    spaced = {**first, "sig": first["sig"] + "00"}
    kinds = [[], [first] * 2, [first, *others], [first, *others][:threshold], [other], [high, *others], [spaced]]
    files = [json.dumps({**document, "signatures": kind}).encode() for kind in kinds]

    theirs = desk.say("root", [base64.b64encode(each).decode() for each in files])

    ours = [said(version_of, file) for file in files]
    assert (
        theirs
        == ours
        == [
            *("refused: threshold", "refused: not-a-root", 1, 1),
            *("refused: threshold", 1, "refused: threshold"),
        ]
    )


def test_a_statement_is_refused_by_the_same_rule(desk: Desk) -> None:
    chance = random.Random("statements")
    documents = []
    for _ in range(1500):
        good = json.loads(chance.choice(TOWNS)().statement.to_json())
        if chance.random() < 0.1:
            documents.append(spoil_text(json.dumps(good).encode(), chance))
            continue
        spoilt = spoil_json(good, chance)
        spoilt = spoil_json(spoilt, chance) if chance.random() < 0.3 else spoilt
        documents.append(json.dumps(spoilt, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass"))

    theirs = desk.say("statement", [base64.b64encode(each).decode() for each in documents])

    ours = [said(in_words, document) for document in documents]
    wrong = [(d, a, b) for d, a, b in zip(documents, ours, theirs, strict=True) if a != b]
    assert not wrong, "\n".join(map(str, wrong[:5]))
    codes = {"members", "version", "country", "names", "contact", "retention", "communes", "services", "issued_on"}
    codes |= {"issuer-form", "list-elsewhere", "status_lists", "key-form", "key-kind", "duplicate-key", "weak-key"}
    assert {f"refused: {code}" for code in codes} <= {each for each in ours if isinstance(each, str)}
    assert sum(isinstance(each, dict) for each in ours) > 50


def in_words(document: bytes) -> dict[str, Any]:
    found = read_statement(document, allow_demo=True)
    keys = [
        [key.kid.hex(), key.use.value, key.state.value, key.first_day.isoformat(), key.last_day.isoformat()]
        for key in found.keys
    ]
    return {"url": found.issuer, "names": dict(found.names), "lists": list(found.status_lists), "keys": keys}


def test_a_statement_with_a_key_that_must_not_be_pinned(desk: Desk) -> None:
    good = json.loads(port_sable().statement.to_json())
    entries = json.loads(weak_keys.FILE.read_text("utf-8"))
    days = {"use": "card", "state": "active", "first_day": "2026-01-01", "last_day": "2026-12-31"}
    documents = [json.dumps({**good, "keys": [{**entry["jwk"], **days}]}).encode() for entry in entries]

    theirs = desk.say("statement", [base64.b64encode(each).decode() for each in documents])

    assert theirs == [said(in_words, document) for document in documents]


def test_the_keys_of_the_standards_are_the_same(desk: Desk) -> None:
    known = sorted(PUBLISHED_KEYS)
    assert desk.say("published", [*known, "00" * 32]) == [True] * len(known) + [False]
