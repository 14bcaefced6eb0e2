"""`inspect`: any code explained, nothing of a person said unasked, nothing ever raised."""

from __future__ import annotations

import json
import random
from base64 import urlsafe_b64encode
from pathlib import Path

import cbor2
import pytest

from citycard.core import base45
from citycard.core.compression import deflate
from citycard.core.errors import CardRefused
from citycard.core.inspect import MAX_GIVEN, inspect
from citycard.core.inspect_token import Known
from citycard.core.keys import P256_ORDER
from citycard.core.layers import Kind, Layer, Report
from citycard.core.verify import verify
from tests.support.cities import LEONIE, NOW, PORTRAIT, City, trust_in
from tests.support.forging import claims_of, code, header_of, signed_code, token_of
from tests.support.mutations import spoilt_cards
from tests.support.shared import published
from tests.vectors.vector import FOLDER, read

PERSONAL = [LEONIE.number, "Léonie", "Marchevert", "19910423", "PS-04"]


def known(city: City) -> Known:
    """What a reader in Port-Sable knows."""
    return Known(trust_in(city), city.lists(), NOW)


def layer(report: Report, name: str) -> Layer:
    """The layer whose name begins so."""
    return next(each for each in report.layers if each.name.startswith(name))


def faults(report: Report) -> list[str]:
    """All faults, in order."""
    return [fault for each in report.layers for fault in each.faults]


def whole(report: Report) -> str:
    """Everything that is shown."""
    return json.dumps(report.to_json(), ensure_ascii=False)


def test_it_explains_a_card_without_saying_whose_it_is(port_sable: City) -> None:
    report = inspect(port_sable.card(portrait=PORTRAIT), known=known(port_sable))
    assert report.kind is Kind.CITY_CARD
    assert (report.verdict, report.step) == ("OK", None)
    assert faults(report) == []
    assert [each.name.partition(" ")[0] for each in report.layers] == [
        "text", "base45", "zlib", "COSE", "header", "claims", "identity", "status", "signature",
    ]  # fmt: skip
    assert ("checked", "good") in layer(report, "signature").facts
    assert ("4 (full name)", "text, 17 characters") in layer(report, "identity").facts
    assert ("16 (portrait)", f"{len(PORTRAIT)} bytes, WebP") in layer(report, "identity").facts
    assert ("6 (issued)", "2026-01-15, start of the UTC day") in layer(report, "claims").facts
    assert not [word for word in PERSONAL if word in whole(report)]


def test_it_says_whose_it_is_when_asked(port_sable: City) -> None:
    shown = whole(inspect(port_sable.card(), show=True))
    assert not [word for word in PERSONAL if word not in shown]


def test_a_light_code_says_that_it_is_one(port_sable: City) -> None:
    assert any("light code" in each for each in layer(inspect(port_sable.card(light=True)), "identity").remarks)


def test_without_a_key_nothing_is_called_good(port_sable: City) -> None:
    report = inspect(port_sable.card())
    assert report.kind is Kind.CITY_CARD
    assert ("checked", "not checked: no key given") in layer(report, "signature").facts
    assert (report.verdict, report.step) == ("UNKNOWN_ISSUER", 6)
    assert "Steps 1 to 5 passed" in report.explanation


def test_it_says_why_a_signature_is_not_good(port_sable: City, rivemont: City, nowhere: City) -> None:
    claims, header = claims_of(port_sable), header_of(port_sable)
    r = (1).to_bytes(32, "big")
    for signature, why in (
        (b"\1" * 64, "signature-mismatch"),
        (r + (P256_ORDER - 1).to_bytes(32, "big"), "s is not low"),
        (r + bytes(32), "out of range"),
        (bytes(70), "64 bytes"),
    ):
        report = inspect(signed_code(port_sable, claims, signature=signature), known=known(port_sable))
        assert any(why in each for each in layer(report, "signature").faults), why
        assert report.verdict in ("BAD_SIGNATURE", "MALFORMED")
    stranger = inspect(nowhere.card(), known=known(port_sable))
    assert ("checked", "not checked: its issuer is not recognised here") in layer(stranger, "signature").facts
    other_key = inspect(port_sable.card(signed_by=nowhere.card_key), known=known(port_sable))
    assert ("checked", "not checked: its issuer has no key of this name") in layer(other_key, "signature").facts
    swapped = signed_code(port_sable, claims, header=header | {1: -8})
    assert any("algorithm-mismatch" in each for each in faults(inspect(swapped, known=known(port_sable))))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("https://port-sable.example/", "a web address"),
        ("HTTP://PORT-SABLE.EXAMPLE", "a web address"),
        ("WIFI:S:library;T:WPA;P:seven boats;;", "access to a wireless network"),
        ("tel:+33123456789", "a telephone number or message"),
        ("BEGIN:VCARD\nVERSION:4.0\nFN:Anna Bell\nEND:VCARD", "a visiting card"),
        ("eyJhbGciOiJFUzI1NiJ9.e30.AAAA", "a JSON web token"),
        ("BCD\n002\n1\nSCT", "a SEPA payment"),
        ('{"a": 1}', "JSON"),
    ],
)
def test_it_recognises_what_else_stands_in_codes_and_repeats_none_of_it(text: str, what: str) -> None:
    report = inspect(text)
    assert report.kind is Kind.OTHER
    assert ("looks like", what) in report.layers[0].facts
    assert report.verdict == "MALFORMED"
    assert not [word for word in ("boats", "Anna", "33123", "library") if word in whole(report)]


def test_it_says_what_is_wrong_with_the_text(port_sable: City) -> None:
    text = port_sable.card()
    assert any("U+000A" in each for each in faults(inspect(text + "\n")))
    lower = inspect(text.lower())
    assert "step 1" in faults(lower)[0]
    assert layer(lower, "identity")
    assert any("longer" in each for each in faults(inspect("0" * 1733)))
    assert any("empty" in each for each in faults(inspect("")))
    assert any("length" in each for each in faults(inspect("0000")))


def test_it_says_what_is_wrong_with_the_stream(port_sable: City) -> None:
    token = token_of(port_sable.card())
    packed = deflate(token)
    for data, why in (
        (packed[:-1], "cut short"),
        (packed + b"\0", "1 bytes follow"),
        (token, "not compressed"),
        (packed[:-1] + bytes((packed[-1] ^ 1,)), "incorrect data check"),
        (deflate(bytes(70_000)), "not read further"),
        (b"neither", "no zlib stream"),
    ):
        report = inspect(base45.encode(data))
        assert any(why in each for each in layer(report, "zlib").faults), why


def test_it_says_the_place_where_the_spelling_is_not_a_cards(port_sable: City) -> None:
    claims = claims_of(port_sable)
    turned = cbor2.dumps(dict(reversed(claims.items())))
    assert any("a key out of order" in each for each in faults(inspect(signed_code(port_sable, turned))))
    tagged = cbor2.dumps({**claims, 6: cbor2.CBORTag(1, claims[6])})
    assert any("tag 1" in each for each in faults(inspect(signed_code(port_sable, tagged))))
    cut = code(token_of(port_sable.card())[:-3])
    assert any("are left" in each for each in faults(inspect(cut)))


def test_it_names_the_rule_that_a_field_breaks(port_sable: City) -> None:
    claims = claims_of(port_sable)
    claims[169] = claims[169] | {8: "1991-04-23", 9: 1, 2: "2"}
    report = inspect(signed_code(port_sable, claims), known=known(port_sable))
    said = layer(report, "identity").faults
    assert any("identity-date-of-birth" in each for each in said)
    assert any("9 (gender) is in no city card" in each for each in said)
    assert any("step 9" in each and "UNSUPPORTED" in each for each in said)
    assert (report.verdict, report.step) == ("UNSUPPORTED", 9)
    assert report.kind is Kind.CLAIM_169


def test_a_precise_second_of_issue_is_remarked_and_not_refused(port_sable: City) -> None:
    claims = claims_of(port_sable)
    claims[6] += 1
    report = inspect(signed_code(port_sable, claims), known=known(port_sable))
    assert report.verdict == "OK"
    assert any("precise second" in each for each in layer(report, "claims").remarks)


def test_it_explains_the_worked_example_of_the_specification() -> None:
    """Tags 61 and 18, the key id where nobody signed it, claim 169 in bytes, a gender that is a text."""
    token = bytes.fromhex(published("claim169-spec-example/v1.2.0-example.json")["cwt_61_18_hex"])
    forms = [token.hex(), token.hex().upper(), urlsafe_b64encode(token).rstrip(b"=").decode(), code(token)]
    for text in forms:
        report = inspect(text)
        assert report.kind is Kind.CLAIM_169
        assert not report.is_card
        assert ("tags", "61 (CWT), 18 (COSE_Sign1)") in layer(report, "COSE").facts
        assert ("unprotected 4 (key id)", "h'6b2d31313031' (6 bytes) = \"k-1101\"") in layer(report, "header").facts
        assert ("9 (gender)", "text, 1 characters") in layer(report, "identity").facts
        assert any("byte string" in each for each in layer(report, "identity").faults)
        assert (report.verdict, report.step) == ("MALFORMED", 3)
        assert "Janardhan" not in whole(report)
        assert "Janardhan" in whole(inspect(text, show=True))


def test_it_explains_a_status_list(port_sable: City) -> None:
    for text in (port_sable.status_list().hex(), code(port_sable.status_list())):
        report = inspect(text)
        assert report.kind is Kind.STATUS_LIST
        assert report.verdict == "WRONG_TYPE"
        assert any("1024 cards" in value for _, value in layer(report, "status list").facts)


def test_what_a_name_would_do_to_a_terminal_is_escaped(port_sable: City) -> None:
    claims = claims_of(port_sable)
    claims[169] = claims[169] | {4: "\x1b]0;owned\x07\u202eanna\n"}
    shown = inspect(signed_code(port_sable, claims), show=True)
    value = dict(layer(shown, "identity").facts)["4 (full name)"]
    assert value.isprintable()
    assert "\\u{1b}" in value
    assert "\\u{202e}" in value


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/*.json")), ids=lambda path: path.stem)
def test_it_explains_every_vector_and_agrees_with_the_reader(path: Path) -> None:
    """Whatever the reader refuses for its form has a fault in the report; what is a card has none."""
    vector = read(path)
    report = inspect(vector.qr)
    if vector.expected["verdict"] in ("OK", "OK_STALE", "EXPIRED", "NOT_YET", "REVOKED", "SUSPENDED", "STALE_STATUS"):
        assert report.is_card
        assert faults(report) == []
    if vector.expected.get("step") in (1, 2, 3, 4, 5, 9, 10) or vector.reason in ("issuer-form", "claims-time"):
        assert not report.is_card
        assert faults(report), vector.reason
    json.dumps(report.to_json()).encode()


def test_it_raises_nothing_and_calls_nothing_a_card_that_the_reader_finds_malformed(port_sable: City) -> None:
    trust, lists = trust_in(port_sable), port_sable.lists()
    for _, text, _ in spoilt_cards(port_sable, "explained", 1_500):
        report = inspect(text, known=known(port_sable), show=True)
        try:
            expected = verify(text, trust=trust, lists=lists, now=NOW).verdict.value
        except CardRefused as refused:
            expected = refused.verdict.value
        assert report.verdict == expected
        assert not (report.is_card and expected in ("MALFORMED", "WRONG_TYPE", "UNSUPPORTED"))
        json.dumps(report.to_json()).encode()


def test_any_text_is_explained_in_bounds() -> None:
    chance = random.Random("any text, explained")
    for _ in range(300):
        size = chance.choice((0, 1, 2, 3, 50, 400, 1_733, 5_000))
        for text in (
            "".join(chance.choices(base45.ALPHABET, k=size)),
            chance.randbytes(size).hex(),
            code(b"\xd2" + chance.randbytes(size)),
            code(b"\xd2\x84\x43\xa1\x01\x26\xa0" + chance.randbytes(size)),
            "".join(chr(chance.randrange(0x20, 0xD800)) for _ in range(size)),
        ):
            assert len(whole(inspect(text, show=True))) < 40_000
    assert len(whole(inspect("0" * (MAX_GIVEN + 1)))) < 1_000
    for token in (b"\xd2" + b"\x81" * 60_000, b"\xd2\x99\xea\x60" + b"\x80" * 60_000, b"\xd2\xbb" + b"\xff" * 9):
        assert len(whole(inspect(code(token), show=True))) < 5_000
