"""What a city may say about itself, and what is refused with nothing stored."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from citycard.core.keys import PublicKey
from citycard.core.trust import TrustStore
from citycard.partners.published_keys import PUBLISHED_KEYS, is_published
from citycard.partners.statement import MAX_STATEMENT, StatementRefused, read_statement, to_issuer
from tests.partners.conftest import TODAY, card_key, statement_of, status_key

EXAMPLE_KEYS = {
    "RFC 7515 A.3": ("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"),
    "RFC 7517 A.1": ("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"),
    "RFC 8152 C.7 11": ("usWxHK2PmfnHKwXPS54m0kTcGJ90UiglWiGahtagnv8", "IBOL-C3BttVivg-lSreASjpkttcsz-1rb7btKLv8EX4"),
    "RFC 8152 C.7 meriadoc": (
        "Ze2loSV3wrroKUN_4zhwGhCqo3Xhu1td4QjeQ5wIVR0",
        "HlLtdXARY_f55A3fnzQbPcm6hgr34Mp8p-nuzQCE0Zw",
    ),
    "RFC 8152 C.7 peregrin": (
        "mPUKT_bAWGHIhg0TpjjqVsP1rXWQu_vwVOHHtNkdYoA",
        "8BQAsImGeAS46fyWw5MhYfGTT0IjBpFw2SS34Dv4Irs",
    ),
    "RFC 8392 A.2.3": (
        "143329cce7868e416927599cf65a34f3ce2ffda55a7eca69ed8919a394d42f0f",
        "60f7f1a780d8a783bfb7a2dd6b2796e8128dbbcef9d3d168db9529971a36e7b9",
    ),
    "RFC 6979 A.2.5": (
        "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
        "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
    ),
    "COSE working group, alice": (
        "863aa7bc0326716aa59db5bf66cc660d0591d51e4891bc2e6a9baff5077d927c",
        "ad4eed482a7985be019e9b1936c16e00190e8bcc48ee12d35ff89f0fc7a099ca",
    ),
    "Token Status List": ("I3HWm_0Ds1dPMI-IWmf4mBmH-YaeAVbPVu7vB27CxXo", "6N_d5Elj9bs1htgV3okJKIdbHEpkgTmAluYKJemzn1M"),
    "RFC 8032 test 1": ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", ""),
    "RFC 8032 test 2": ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", ""),
    "RFC 8032 test 3": ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", ""),
    "RFC 8032 test 1024": ("278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e", ""),
    "RFC 8032 test SHA(abc)": ("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf", ""),
}
"""Coordinates as they stand in their sources: hex or base64url."""


def changed(change: Callable[[dict[str, Any]], Any]) -> bytes:
    """Port-Sable's statement, with one thing different."""
    document = json.loads(statement_of("Port-Sable").to_json())
    change(document)
    return json.dumps(document).encode()


def example_key(name: str) -> PublicKey:
    x, y = (
        bytes.fromhex(text) if len(text) in (0, 64) else base64.urlsafe_b64decode(text + "=")
        for text in EXAMPLE_KEYS[name]
    )
    return PublicKey("P-256" if y else "Ed25519", x, y)


def test_it_reads_what_it_wrote() -> None:
    statement = statement_of("Port-Sable")

    assert read_statement(statement.to_json(), allow_demo=True) == statement


def test_a_statement_is_written_in_one_way() -> None:
    written = statement_of("Port-Sable").to_json()

    assert written == read_statement(written, allow_demo=True).to_json()
    assert "ميناء" in written.decode()
    assert b" :" not in written


def test_a_city_may_recognise_without_issuing() -> None:
    statement = statement_of("Port-Sable", keys=(), status_lists=(), services=(), retention={})

    assert read_statement(statement.to_json(), allow_demo=True).keys == ()


def test_the_city_of_a_statement_can_be_pinned() -> None:
    statement = statement_of("Port-Sable")

    store = TrustStore([to_issuer(statement)])

    assert store.card_key("https://port-sable.example", statement.keys[0].kid) == statement.keys[0]


def test_a_demonstration_is_refused_where_people_are_real() -> None:
    with pytest.raises(StatementRefused) as refused:
        read_statement(statement_of("Port-Sable").to_json(), allow_demo=False)

    assert refused.value.code == "issuer-demo"


def of_key(**members: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document["keys"][0].update(members)


REFUSED: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "a private key pasted by mistake": (of_key(d="AAAA"), "private-key"),
    "the generator as a key": (
        of_key(x="axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY", y="T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"),
        "weak-key",
    ),
    "a point of small order": (
        lambda document: document["keys"].__setitem__(
            0,
            {
                **{k: v for k, v in document["keys"][0].items() if k != "y"},
                "kty": "OKP",
                "crv": "Ed25519",
                "x": "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            },
        ),
        "weak-key",
    ),
    "an RSA key": (of_key(kty="RSA"), "key-kind"),
    "another key's name": (of_key(kid="0011223344556677"), "key-form"),
    "another algorithm than the key's": (of_key(alg="HS256"), "key-form"),
    "a key for another city": (of_key(iss="https://rivemont.example"), "key-form"),
    "an unknown use": (of_key(use="root"), "key-form"),
    "the same key twice": (lambda document: document["keys"].append(document["keys"][0]), "duplicate-key"),
    "a key with two uses": (
        lambda document: document["keys"].append({**document["keys"][0], "use": "status"}),
        "duplicate-key",
    ),
    "a key that is a text": (lambda document: document.update(keys=["AAAA"]), "keys"),
    "sixty-five keys": (lambda document: document.update(keys=document["keys"] * 33), "keys"),
    "a plain http issuer": (lambda document: document.update(issuer="http://port-sable.example"), "issuer-form"),
    "an issuer with a port": (lambda document: document.update(issuer="https://port-sable.example:8"), "issuer-form"),
    "an issuer that is no text": (lambda document: document.update(issuer=1), "issuer"),
    "a list at another city's": (
        lambda document: document.update(status_lists=["https://rivemont.example/status/1"]),
        "list-elsewhere",
    ),
    "a list beside the issuer": (
        lambda document: document.update(status_lists=["https://port-sable.example.evil.example/status/1"]),
        "list-elsewhere",
    ),
    "a list that climbs": (
        lambda document: document.update(status_lists=["https://port-sable.example/a/../../etc/passwd"]),
        "list-elsewhere",
    ),
    "a list with a query": (
        lambda document: document.update(status_lists=["https://port-sable.example/status/1?time=0"]),
        "list-elsewhere",
    ),
    "a list twice": (lambda document: document["status_lists"].append(document["status_lists"][0]), "status_lists"),
    "a name that reads backwards": (lambda document: document["names"].update(fr="Port‮elbaS"), "names"),
    "an Arabic name with a hidden mark": (
        lambda document: document["names"].update(ar="مدينة\u200f"),
        "names",
    ),
    "a name of 10,000 characters": (lambda document: document["names"].update(fr="a" * 10000), "names"),
    "a contact on two lines": (lambda document: document.update(contact="a\nb"), "contact"),
    "an empty contact": (lambda document: document.update(contact=""), "contact"),
    "half a character": (lambda document: document["names"].update(fr="Port \ud800"), "names"),
    "no name": (lambda document: document.update(names={}), "names"),
    "a language that is none": (lambda document: document["names"].update({"FR_fr": "a"}), "names"),
    "a country in full": (lambda document: document.update(country="France"), "country"),
    "a commune that is a number": (lambda document: document.update(communes=[17999]), "communes"),
    "a commune twice": (lambda document: document.update(communes=["1", "1"]), "communes"),
    "a service with markup": (lambda document: document.update(services=["<b>"]), "services"),
    "a day that never was": (lambda document: document.update(issued_on="2026-02-30"), "issued_on"),
    "a week instead of a day": (lambda document: document.update(issued_on="2026-W01-1"), "issued_on"),
    "a member more": (lambda document: document.update(note="hello"), "members"),
    "a member less": (lambda document: document.pop("retention"), "members"),
    "a newer version": (lambda document: document.update(version=2), "version"),
    "a version that is true": (lambda document: document.update(version=True), "version"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_refuses(what: str) -> None:
    change, code = REFUSED[what]

    with pytest.raises(StatementRefused) as refused:
        read_statement(changed(change), allow_demo=True)

    assert refused.value.code == code


@pytest.mark.parametrize("name", EXAMPLE_KEYS)
def test_it_refuses_a_key_printed_in_a_standard(name: str) -> None:
    key = replace(card_key("any"), public=example_key(name))

    with pytest.raises(StatementRefused) as refused:
        read_statement(statement_of("Port-Sable", keys=(key,)).to_json(), allow_demo=True)

    assert refused.value.code == "test-key"


def test_the_published_keys_are_those_of_their_sources() -> None:
    assert {example_key(name).thumbprint.hex() for name in EXAMPLE_KEYS} == set(PUBLISHED_KEYS)
    assert not is_published(card_key("Port-Sable card").public.thumbprint)


def test_a_card_key_signs_for_a_year_and_no_longer() -> None:
    year = card_key("a", first_day=TODAY, last_day=TODAY + timedelta(days=365))
    longer = card_key("b", first_day=TODAY, last_day=TODAY + timedelta(days=366))
    lists = status_key("c", last_day=TODAY + timedelta(days=800))

    read_statement(statement_of("Port-Sable", keys=(year, lists)).to_json(), allow_demo=True)
    with pytest.raises(StatementRefused) as refused:
        read_statement(statement_of("Port-Sable", keys=(longer,)).to_json(), allow_demo=True)

    assert refused.value.code == "key-days"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not-json"),
        (b"\xff\xfe{}", "not-json"),
        (b"\xef\xbb\xbf{}", "not-json"),
        (b"[" * 60000, "not-json"),
        (b"[]", "members"),
        (b"null", "members"),
        (b'{"version":1,"version":1}', "member-twice"),
        (b'{"version":NaN}', "not-integer"),
        (b'{"version":-Infinity}', "not-integer"),
        (b'{"version":1.0}', "not-integer"),
        (b'{"version":' + b"9" * 5000 + b"}", "not-integer"),
        (b"{}" + b" " * MAX_STATEMENT, "too-large"),
    ],
)
def test_it_refuses_bytes_that_are_no_statement(data: bytes, code: str) -> None:
    with pytest.raises(StatementRefused) as refused:
        read_statement(data, allow_demo=True)

    assert refused.value.code == code


def test_a_large_city_fits_the_limit() -> None:
    """60 keys, 300 communes and four languages: what the limit's reason says."""
    keys = tuple(card_key(str(number)) for number in range(60))
    communes = tuple(f"17{number:03d}" for number in range(300))
    text = dict.fromkeys(("fr", "en", "es", "ar"), "x" * 1000)
    data = statement_of("Port-Sable", keys=keys, communes=communes, retention=text).to_json()

    assert len(data) < MAX_STATEMENT / 2
    assert len(read_statement(data, allow_demo=True).keys) == 60
