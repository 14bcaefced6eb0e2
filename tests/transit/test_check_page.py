"""The check page, opened from a file in a real Chromium with its network cut.

1. Every test vector goes through the page: what it says is what its file says.
2. Codes of a city of ours in every state, as a person at the page types or scans them.
3. It asks nobody for anything: not for a picture, not for a list, and not when a hostile page would like to.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from citycard.core.verdicts import Verdict
from citycard.partners.fingerprint import Fingerprint
from citycard.transit.check_page import CheckPage, write_check_page
from citycard.transit.sentences import LANGUAGES, texts
from tests.printing.conftest import drawn_portrait
from tests.reader.conftest import trust_as_files_write_it
from tests.support import forging
from tests.support.browser import NewPage, assert_accessible, assert_quiet, requests_of
from tests.support.cities import NOW, PORTRAIT, City, SigningKey
from tests.vectors.vector import FOLDER, Vector, moment, read

PORT_SABLE = City.named("Port-Sable")
FINGERPRINT = Fingerprint.of(b"the root of Port-Sable")

NOT_TYPED = re.compile(r"[\x00-\x1f]")
"""A field of one line takes none of these: vectors that hold one cannot be typed."""

ASK = """async (codes) => {
  const answers = [];
  for (const code of codes) {
    const answer = document.getElementById("answer");
    answer.replaceChildren();
    const said = new Promise((found) => {
      const watch = new MutationObserver(() => {
        const box = answer.querySelector("[data-verdict], [data-trouble]");
        if (!box) return;
        watch.disconnect();
        found({ ...box.dataset, text: box.textContent });
      });
      watch.observe(answer, { childList: true });
    });
    document.getElementById("code").value = code;
    document.getElementById("check").requestSubmit();
    answers.push(await said);
  }
  return answers;
}"""


def page_of(*cities: City, **changes: Any) -> CheckPage:
    """The page of these cities, made today with fresh lists."""
    values: dict[str, Any] = {
        "cities": trust_as_files_write_it(list(cities)),
        "names": {"fr": "Port-Sable", "ar": "بور سابل"},
        "default_language": "fr",
        "fingerprint": FINGERPRINT,
        "made_on": NOW.date(),
        "lists": {city.status_uri: city.status_list({7: 1, 8: 2}) for city in cities},
        "demo": True,
    }
    return CheckPage(**(values | changes))


Opens = Callable[..., Page]


@pytest.fixture
def opens(new_page: NewPage, tmp_path: Path) -> Opens:
    """`opens(page, locale="en", now=NOW)`: the page as a file, in a browser without a network."""

    def open_it(written: CheckPage, *, locale: str = "en", now: Any = NOW, before: str = "") -> Page:
        path = tmp_path / "check.html"
        path.write_bytes(write_check_page(written))
        page = new_page(locale)
        page.context.set_offline(True)
        page.clock.set_fixed_time(now)
        if before:
            page.add_init_script(before)
        page.goto(path.as_uri())
        return page

    return open_it


def ask(page: Page, *codes: str) -> list[dict[str, str]]:
    """Put codes into the field, one after the other."""
    answers: list[dict[str, str]] = page.evaluate(ASK, list(codes))
    return answers


def assert_alone(page: Page) -> None:
    """Fail if the page asked for anything but itself, a picture that it had made itself included."""
    assert {url.split(":")[0] for url in requests_of(page)} <= {"file", "blob", "data"}, requests_of(page)
    assert [url for url in requests_of(page) if url.startswith("file:")] == [page.url]
    assert_quiet(page)


# --- without a browser ----------------------------------------------------------------------------


def test_the_policy_lets_this_script_run_and_nothing_else() -> None:
    html = write_check_page(page_of(PORT_SABLE)).decode()

    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts["default-src"] == parts["connect-src"] == parts["form-action"] == parts["base-uri"] == "'none'"
    assert re.fullmatch(r"'sha256-[\w+/=]{44}'", parts["script-src"])
    assert re.fullmatch(r"'sha256-[\w+/=]{44}'", parts["style-src"])
    assert "unsafe" not in policy
    assert "http" not in policy.replace("http-equiv", "")
    assert not re.search(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(?!data:,)', html)


def test_the_same_city_and_day_give_the_same_file() -> None:
    page = page_of(PORT_SABLE)
    assert sha256(write_check_page(page)).digest() == sha256(write_check_page(page)).digest()


def test_a_name_that_would_end_the_data_does_not() -> None:
    names = {"fr": "</script><script>alert(1)</script><!--"}
    html = write_check_page(page_of(PORT_SABLE, names=names)).decode()

    assert "<script>alert" not in html
    [data] = re.findall(r'<script type="application/json" id="city">(.*)</script>', html)
    assert json.loads(data)["names"] == names


def test_it_says_plainly_who_else_could_use_it() -> None:
    html = write_check_page(page_of(PORT_SABLE)).decode()
    for language in LANGUAGES:
        assert texts(language).sentences["page.who"] in html
    assert "also an authority, or whoever finds a card or a sheet" in texts("en").sentences["page.who"]


# --- in Chromium ----------------------------------------------------------------------------------


@pytest.mark.browser
def test_every_vector_ends_on_the_page_as_its_file_says(opens: Opens, new_page: NewPage, tmp_path: Path) -> None:
    # (1)
    situations: dict[str, list[Vector]] = {}
    for path in sorted(FOLDER.glob("*/*.json")):
        vector = read(path)
        if not vector.desk and not NOT_TYPED.search(vector.qr) and vector.qr:  # a page asks for no desk's rules
            situations.setdefault(json.dumps([vector.trust, vector.status, vector.now]), []).append(vector)
    # A page for each situation takes a moment, and tests/reader asks the reader about all of them: here the largest,
    # and of the others those that end in a verdict which has not come yet.
    seen: set[str] = set()
    chosen = []
    for vectors in sorted(situations.values(), key=len, reverse=True):
        verdicts = {vector.expected["verdict"] for vector in vectors}
        if not verdicts <= seen:
            chosen.append(vectors)
        seen |= verdicts
    page, wrong, asked = None, [], 0
    for vectors in chosen:
        first = vectors[0]
        lists = {uri: urlsafe_b64decode(token + "=" * (-len(token) % 4)) for uri, token in first.status.items()}
        written = page_of(cities=first.trust, lists=lists)
        if page is None:
            page = opens(written, now=moment(first.now))
        else:
            (tmp_path / "check.html").write_bytes(write_check_page(written))
            page.clock.set_fixed_time(moment(first.now))
            page.reload()
        for vector, said in zip(vectors, ask(page, *(vector.qr for vector in vectors)), strict=True):
            asked += 1
            if (said.get("verdict"), said.get("reason") or None) != (vector.expected["verdict"], vector.reason):
                wrong.append((vector.name, said, vector.expected, vector.reason))

    assert asked > 300
    assert seen == {verdict.value for verdict in Verdict} - {"NOT_ACCEPTED"}
    assert not wrong, f"{len(wrong)} of {asked}: {wrong[:5]}"
    assert page is not None
    assert_quiet(page)


@pytest.mark.browser
def test_a_person_with_a_stick_and_a_scanner(opens: Opens) -> None:
    # (2) (3)
    port_sable, elsewhere = PORT_SABLE, City.named("Ailleurs")
    forged = forging.code(
        forging.sign1(forging.header_of(port_sable), forging.claims_of(port_sable), SigningKey("a thief").sign)
    )
    page = opens(page_of(port_sable))
    expect(page.locator("#code")).to_be_focused()
    for code, verdict in (
        (port_sable.card(portrait=PORTRAIT), "OK"),
        (port_sable.card(status_index=7), "REVOKED"),
        (port_sable.card(status_index=8), "SUSPENDED"),
        (forged, "BAD_SIGNATURE"),
        (elsewhere.card(), "UNKNOWN_ISSUER"),
        (port_sable.card(expires_on=(NOW - timedelta(days=2)).date()), "EXPIRED"),
        ("HELLO", "MALFORMED"),
        (port_sable.card(light=True), "OK"),
    ):
        page.keyboard.insert_text(code)  # as a handheld scanner does: into the field that has the focus, then Enter
        page.keyboard.press("Enter")
        box = page.locator(f"[data-verdict={verdict}]")
        box.wait_for()
        assert page.input_value("#code") == ""
        said = re.sub("[\u2068\u2069]", "", box.inner_text())
        for language in LANGUAGES:
            assert texts(language).sentences[f"verdict.{verdict}"] in said
        assert "good nowhere else" in said, "a demonstration says so beside every answer"
        assert ("Léonie Marchevert" in said) is (verdict == "OK" and "No picture" not in said)
        assert box.locator("img").count() == (1 if "Léonie Marchevert" in said else 0)
        assert ("4VAA-V5S7-5SNZ-Z6JP" in said) is (verdict == "OK")
    assert "The list in this page was signed on March 10, 2026" in said
    assert "a number and nothing else of the holder" in said
    assert "The name is not in this code" in said

    page.get_by_role("button", name="Clear now").click()
    assert page.locator("#answer").inner_text() == ""
    assert_alone(page)

    page.get_by_role("button", name="العربية").click()
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert_accessible(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.browser
def test_lists_pictures_and_browsers_that_cannot(opens: Opens, tmp_path: Path) -> None:
    """An old page is helped by a newer list; a picture is read where that can be; what cannot check never says OK."""
    later = NOW + timedelta(days=30)
    card, ended = PORT_SABLE.card(), PORT_SABLE.card(status_index=9)
    old = page_of(PORT_SABLE)
    eyes = """globalThis.BarcodeDetector = class {
      static async getSupportedFormats() { return ["qr_code"]; }
      async detect() { return globalThis.inPicture.map((rawValue) => ({ rawValue })); }
    };"""
    page = opens(old, now=later, before=eyes)
    assert [each["verdict"] for each in ask(page, card, ended)] == ["STALE_STATUS"] * 2
    assert "Marchevert" not in page.locator("#answer").inner_text()
    assert "no list that can still be used" in page.locator("#list-day").inner_text()

    # A list of another city, then a newer one of this city.
    stranger = City.named("Port-Sable", seed="a thief")
    for name, city in (("other", stranger), ("newer", PORT_SABLE)):
        token = city.status_list({9: 1}, issued_at=later - timedelta(hours=1))
        page.set_input_files("#list", {"name": name, "mimeType": "application/octet-stream", "buffer": token})
        page.get_by_text("not a newer list" if name == "other" else "From now on the list of").wait_for()
    assert [each["verdict"] for each in ask(page, card, ended)] == ["OK", "REVOKED"]

    # The picture's codes are whatever the detector says: one card on both sides, two cards, none.
    light, other = PORT_SABLE.card(light=True), PORT_SABLE.card(number="0000000000000000")
    picture = {"name": "card.jpg", "mimeType": "image/jpeg", "buffer": drawn_portrait()}
    for found, expected in (
        (["https://example.test/", light, card], "Léonie Marchevert"),
        ([card, other], "several cards"),
        ([], "no code in this picture"),
    ):
        page.evaluate("(found) => { globalThis.inPicture = found; }", found)
        page.set_input_files("#picture", picture)
        page.locator("#answer").get_by_text(expected).first.wait_for()
    page.set_input_files("#picture", {"name": "card.png", "mimeType": "image/png", "buffer": b"no picture"})
    page.get_by_text("cannot open this picture").wait_for()
    assert_alone(page)

    # A browser without WebCrypto, a clock that stands before the page, and a browser that reads no pictures.
    blind = opens(
        old, now=NOW - timedelta(days=2), before="Object.defineProperty(crypto, 'subtle', { value: undefined })"
    )
    assert ask(blind, card)[0]["trouble"] == "unable"
    assert blind.locator("[data-verdict]").count() == 0
    assert blind.locator("#clock").is_visible()
    assert blind.locator("#no-detector").is_visible()
    assert blind.locator("#by-picture").is_hidden()
