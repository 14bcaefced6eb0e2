"""What must never end in OK: a browser that cannot check, hostile codes, and whatever is handed in wrongly."""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Error as PlaywrightError

from citycard.core import base45
from citycard.core.keys import P256_ORDER, Algorithm
from tests.reader.conftest import Reader, trust_as_files_write_it
from tests.support.browser import NewPage
from tests.support.cities import NOW, City
from tests.support.forging import TAG_18, claims_of, code, signed_code, written
from tests.vectors.vector import base64url, written_moment

pytestmark = pytest.mark.browser

ED25519_L = 2**252 + 27742317777372353535851937790883648493

PORT_SABLE = City.named("Port-Sable")
RIVEMONT = City.named("Rivemont", algorithm=Algorithm.EDDSA)


def situation(codes: list[str], city: City = PORT_SABLE, **changes: Any) -> dict[str, Any]:
    """One city, its list, and codes to read."""
    return {
        "trust": trust_as_files_write_it([city]),
        "status": {city.status_uri: base64url(city.status_list())},
        "now": written_moment(NOW),
        "codes": codes,
    } | changes


def changed(new_page: NewPage, shelf: str, script: str) -> Reader:
    """The reader in a browser that lacks something."""
    page = new_page("en")
    page.add_init_script(script)
    page.goto(shelf)
    return Reader(page)


NO_ED25519 = """
    const real = crypto.subtle.importKey.bind(crypto.subtle);
    crypto.subtle.importKey = (format, data, kind, ...rest) =>
      (kind.name ?? kind) === "Ed25519" ? Promise.reject(new DOMException("no", "NotSupportedError"))
                                        : real(format, data, kind, ...rest);
"""


def test_a_browser_without_an_algorithm_refuses_its_cards_and_no_others(new_page: NewPage, shelf: str) -> None:
    reader = changed(new_page, shelf, NO_ED25519)
    unsigned = {RIVEMONT.status_uri: base64url(PORT_SABLE.status_list())}  # its own list could not be read either

    good, unable = reader.answers(
        [situation([PORT_SABLE.card()]), situation([RIVEMONT.card()], RIVEMONT, status=unsigned)]
    )

    assert good["verdict"] == "OK"
    assert unable == {"threw": "ReaderUnable: This browser cannot check Ed25519 signatures."}


def test_a_list_that_cannot_be_checked_is_not_held(new_page: NewPage, shelf: str) -> None:
    with pytest.raises(PlaywrightError, match="cannot check Ed25519"):
        changed(new_page, shelf, NO_ED25519).answers([situation([RIVEMONT.card()], RIVEMONT)])


def test_a_browser_without_webcrypto_reads_nothing(new_page: NewPage, shelf: str) -> None:
    """As on a page that did not come over https."""
    reader = changed(new_page, shelf, "Object.defineProperty(crypto, 'subtle', { value: undefined })")
    with pytest.raises(PlaywrightError, match="This browser"):
        reader.answers([situation([PORT_SABLE.card()])])


def test_only_the_plain_word_true_is_a_good_signature(reader: Reader) -> None:
    for answer in ("undefined", "1", "'true'", "{}", "[true]", "null", "false"):
        reader.page.evaluate(f"() => {{ crypto.subtle.verify = async () => ({answer}); }}")
        assert reader.answers([situation([PORT_SABLE.card()], status={})]) == [
            {"verdict": "BAD_SIGNATURE", "step": 7, "reason": "signature-mismatch"}
        ]


def test_a_number_of_a_signature_that_is_too_large_is_refused_whatever_the_browser_says(reader: Reader) -> None:
    """s and n - s, S and S + L: one signature would have two forms. Browsers refuse some of these, not all of them."""
    too_large = {
        "signature-range": [(PORT_SABLE, s) for s in (0, P256_ORDER // 2 + 1, P256_ORDER, 2**256 - 1)],
        "signature-mismatch": [(RIVEMONT, s) for s in (ED25519_L, ED25519_L + 1, 2**256 - 1)],
    }
    reader.page.evaluate("() => { crypto.subtle.verify = async () => true; }")
    for reason, cases in too_large.items():
        for city, s in cases:
            number = s.to_bytes(32, "big" if city is PORT_SABLE else "little")
            texts = [
                signed_code(city, claims_of(city), signature=b"\x11" * 32 + each)
                for each in (number, b"\1" + bytes(31))
            ]
            refused, passed = reader.answers([situation(texts, city, status={})])
            assert refused == {"verdict": "BAD_SIGNATURE", "step": 7, "reason": reason}
            assert passed["step"] > 7


def test_a_check_that_breaks_is_no_verdict(new_page: NewPage, shelf: str) -> None:
    reader = changed(new_page, shelf, "crypto.subtle.verify = async () => { throw new Error('broken') }")
    assert list(reader.answers([situation([PORT_SABLE.card()], status={})])[0]) == ["threw"]


HOSTILE = {
    "a zlib bomb": (code(bytes(1_000_000)), 2),
    "a bomb of many blocks": (base45.encode(b"\x78\x9c" + b"\0\0\0\xff\xff" * 220), 2),
    "a token at the cap": (code(TAG_18 + b"\x9a\x00\x00\xff\xf0" + bytes(65_000)), 3),
    "a list of 2^63": (code(TAG_18 + b"\x9b\x80" + bytes(7)), 3),
    "a list of 2^63 with items": (code(TAG_18 + b"\x9b\x7f" + b"\xff" * 7 + bytes(65_000)), 3),
    "a map of 2^64 - 1": (code(TAG_18 + b"\xbb" + b"\xff" * 8), 3),
    "bytes of 2^63": (code(TAG_18 + b"\x84\x5b\x80" + bytes(7)), 3),
    "a text of 2^32 - 1": (code(TAG_18 + b"\x7a" + b"\xff" * 4), 3),
    "sixty thousand lists in each other": (code(TAG_18 + b"\x81" * 60_000 + b"\0"), 3),
    "sixty thousand maps in each other": (code(TAG_18 + b"\xa1\x01" * 30_000 + b"\0"), 3),
    "sixty thousand tags": (code(TAG_18 + b"\xd8\x2a" * 30_000 + b"\0"), 3),
    "thirty thousand times the same key": (code(TAG_18 + b"\xb9\x75\x30" + bytes(60_000)), 3),
    "a header of 60 kB": (code(TAG_18 + written([bytes(60_000), {}, b"", b""])), 3),
    "the longest text": (":" * 1732, 2),
    "a text of a million": (":" * 1_000_000, 1),
    "a million emoji": ("\U0001f600" * 1_000_000, 1),
    "nothing": ("", 1),
    "one character": ("0", 2),
    "an address": ("https://port-sable.example", 1),
}


def test_hostile_codes_end_soon_and_without_a_card(reader: Reader) -> None:
    """Nothing is measured: a reader that counts to 2^63 or sets memory aside for it would not come back at all."""
    said = reader.answers([situation([text for text, _ in HOSTILE.values()])])

    for (name, (_, step)), answer in zip(HOSTILE.items(), said, strict=True):
        assert (answer.get("verdict"), answer.get("step")) == ("MALFORMED", step), (name, answer)


def test_a_number_beyond_2_53_is_not_rounded_into_another(reader: Reader) -> None:
    """2^53 + 1 read as a double is 2^53: two cards that differ would say the same."""
    numbers = [2**53 - 1, 2**53, 2**53 + 1, 2**64 - 1, -(2**53) + 1, -(2**53), -(2**53) - 1, -(2**64)]
    assert reader.part("cbor", [base64url(written(number)) for number in numbers]) == [f"int {n}" for n in numbers]


def test_the_keys_of_a_map_are_no_members_of_an_object(reader: Reader) -> None:
    payload = {"__proto__": {1: PORT_SABLE.url}, "constructor": 1}
    assert reader.answers([situation([signed_code(PORT_SABLE, payload)])])[0]["reason"] == "issuer-form"


WRONGLY = [
    "verify(7, place)",
    "verify(card, { ...place, now: NaN })",
    "verify(card, { ...place, now: undefined })",
    "verify(card, { ...place, now: new Date(0) })",
    "verify(card, { ...place, now: '2026-03-10' })",
    "verify(card, { ...place, trust: place.trust.issuer })",
    "verify(card, { ...place, lists: {} })",
    "verify(card, { ...place, lists: new Map([[uri, { issuer, at: () => 0, age: () => 0, expires_at: 1e12 }]]) })",
    "verify(card, { ...place, desk: { red: NaN } })",
    "verify(card, { ...place, desk: { red: '1' } })",
    "verify(card, { ...place, desk: { redFor: { [issuer]: undefined } } })",
    "verify(card, { ...place, desk: { refuses: () => undefined } })",
    "verify(card, { ...place, desk: { refuses: async () => null } })",
    "readClaims(new Map())",
    "new StatusList(Symbol(), new Uint8Array(4), {})",
]


def test_what_is_handed_in_wrongly_ends_in_an_error_and_not_in_a_card(reader: Reader) -> None:
    """A caller's slip, such as a time that is no number, would otherwise compare as "not over"."""
    script = """async ([cities, token, card, now]) => {{
        const {{ verify }} = await import("/js/reader/verify.js");
        const {{ readTrust }} = await import("/js/reader/trust.js");
        const {{ readClaims }} = await import("/js/reader/claims.js");
        const {{ StatusList, readStatusList }} = await import("/js/reader/status.js");
        const trust = await readTrust(cities, {{ allowDemo: true }});
        const [city] = trust;
        const [issuer, uri] = [city.url, city.status_lists[0]];
        const list = await readStatusList(Uint8Array.from(token), {{ issuer: city, uri, now }});
        const place = {{ trust, lists: new Map([[uri, list]]), now }};
        const good = (await verify(card, place)).verdict;
        try {{
            await ({wrongly});
        }} catch (error) {{
            return [good, error.name];
        }}
        return [good, "no error"];
    }}"""
    city = trust_as_files_write_it([PORT_SABLE])
    given = [city, list(PORT_SABLE.status_list()), PORT_SABLE.card(), NOW.timestamp()]

    for wrongly in WRONGLY:
        good, error = reader.page.evaluate(script.format(wrongly=wrongly), given)
        assert good == "OK"
        assert error in ("TypeError", "CardRefused"), wrongly


def test_a_demonstration_is_not_recognised_unless_the_reader_was_told_so(reader: Reader) -> None:
    script = """async (cities) => {
        const { readTrust } = await import("/js/reader/trust.js");
        try { await readTrust(cities); } catch (error) { return error.code; }
    }"""
    assert reader.page.evaluate(script, trust_as_files_write_it([PORT_SABLE])) == "issuer-demo"


def test_two_cities_with_the_same_key_are_not_recognised(reader: Reader) -> None:
    script = """async (cities) => {
        const { readTrust } = await import("/js/reader/trust.js");
        try { await readTrust(cities, { allowDemo: true }); } catch (error) { return error.code; }
    }"""
    mine, other = trust_as_files_write_it([PORT_SABLE, RIVEMONT])
    assert reader.page.evaluate(script, [mine, mine]) == "issuer-twice"
    assert reader.page.evaluate(script, [mine, other | {"keys": mine["keys"]}]) == "key-shared"
    assert reader.page.evaluate(script, [mine | {"keys": mine["keys"] * 2}]) == "key-twice"
    assert reader.page.evaluate(script, [mine | {"status_lists": other["status_lists"]}]) == "list-elsewhere"
    spoilt = [mine["keys"][0] | {"kid": "00" * 8}]
    assert reader.page.evaluate(script, [mine | {"keys": spoilt}]) == "key-form"


def test_a_bomb_in_a_status_list_is_refused(reader: Reader) -> None:
    """The cap of a list is larger than a card's; a megabyte that becomes a gigabyte stops there."""
    data = zlib.compress(bytes(20_000_000))
    assert reader.part("inflate", [{"data": base64url(data), "cap": 8 << 20}]) == ["refused: zlib-cap"]


def test_a_list_ends_while_it_is_held(reader: Reader) -> None:
    """A desk that is open for days reads its list once. What was good on Tuesday is not on Saturday."""
    script = """async ([cities, token, card, now, days]) => {
        const { verify } = await import("/js/reader/verify.js");
        const { readTrust } = await import("/js/reader/trust.js");
        const { readStatusList } = await import("/js/reader/status.js");
        const trust = await readTrust(cities, { allowDemo: true });
        const [issuer] = trust;
        const [uri] = issuer.status_lists;
        const lists = new Map([[uri, await readStatusList(Uint8Array.from(token), { issuer, uri, now })]]);
        const said = (at) => verify(card, { trust, lists, now: at }).then((good) => good.verdict, (bad) => bad.reason);
        return Promise.all(days.map((day) => said(now + day * 86400)));
    }"""
    token = PORT_SABLE.status_list(issued_at=NOW, lifetime=timedelta(days=3))
    given = [trust_as_files_write_it([PORT_SABLE]), list(token), PORT_SABLE.card(), NOW.timestamp()]

    said = reader.page.evaluate(script, [*given, [-1, 0, 0.99, 1, 2.99, 3, 4]])

    assert said == ["OK", "OK", "OK", "OK_STALE", "OK_STALE", "list-old", "list-old"]
