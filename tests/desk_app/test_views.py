"""What a device loads: the same for everybody, listed to the last file, in four languages."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64encode
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from citycard.paths import static_folder, templates_folder
from citycard.settings import LANGUAGES
from citycard.web.desk_app import assets, icons
from citycard.web.headers import DEVICES, policy
from tests.support.reading import mistakes_of, read

ADDRESSES = ("/", "/sw.js", "/manifest.webmanifest", "/sentences.json", "/reading.js", "/icon.svg", "/icon-192.png")

MOST = 600_000
"""Bytes, compressed, of everything that the page needs without a network."""


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that is not told off: the page has several parts, of which one is shown."""
    return FlaskClient(app)


def listed(client: FlaskClient) -> dict[str, str]:
    """What the service worker keeps: digests by path."""
    found = re.search(r"new Map\((\[.*?\])\);", client.get("/desk-app/sw.js").text, re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_is_asked_who_they_are_and_nothing_is_kept_of_the_visit(client: FlaskClient, address: str) -> None:
    client.set_cookie("session", "somebody's")
    answer = client.get(f"/desk-app{address}", headers={"Accept-Language": "ar"})

    assert answer.status_code == 200
    assert answer.headers.getlist("Set-Cookie") == []
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data == client.get(f"/desk-app{address}", headers={"Accept-Language": "es"}).data


def test_but_for_its_parts_with_a_heading_each_the_page_keeps_the_rules_of_pages(client: FlaskClient) -> None:
    mistakes = list(mistakes_of(read(client.get("/desk-app/"))))

    assert [mistake for mistake in mistakes if not mistake.startswith("a page has one h1")] == []


def test_the_page_has_a_policy_of_its_own_and_no_other_page_has_it(client: FlaskClient) -> None:
    own = client.get("/desk-app/").headers["Content-Security-Policy"]

    assert own == policy(DEVICES)
    assert "script-src 'self' 'wasm-unsafe-eval';" in own
    assert "'unsafe-inline'" not in own
    assert "'unsafe-eval'" not in own
    assert client.get("/desk-app/reading.js").headers["Content-Security-Policy"] == own
    assert "wasm" not in client.get("/").headers["Content-Security-Policy"]


def test_without_scripts_the_page_says_that_nothing_was_checked(client: FlaskClient) -> None:
    page = client.get("/desk-app/").text
    shown = re.findall(r"<(?:section|div)\b[^>]*data-part=\"(\w+)\"(?![^>]*hidden)", page)

    assert shown == ["unable"]
    assert re.search(r"<noscript>[^<]*<p[^>]*>[^<]*JavaScript[^<]*</p></noscript>", page)


def test_every_file_that_is_kept_is_what_its_digest_says(client: FlaskClient) -> None:
    kept = listed(client)

    for path, integrity in kept.items():
        answer = client.get(path)
        content = answer.data
        answer.close()
        assert integrity == "sha256-" + b64encode(sha256(content).digest()).decode(), path
    assert {"/desk-app/", "/desk-app/sentences.json", "/desk-app/reading.js", "/city.css"} <= kept.keys()


def test_nothing_that_the_page_names_is_missing(client: FlaskClient) -> None:
    kept = listed(client)
    page = client.get("/desk-app/").text
    named = {address.partition("?")[0] for address in re.findall(r'(?:href|src)="(/[^"]+)"', page)}

    on_paper = {"/desk-guide.pdf", "/desk-training-cards.pdf"}
    assert named - {"/desk-app/icon-192.png"} - on_paper <= kept.keys()
    for path in kept:
        if path.endswith(".js") and path.startswith("/static/js/"):
            text = (static_folder() / path.removeprefix("/static/")).read_text("utf-8")
            for other in re.findall(r'from "(\.[^"]+)"', text):
                there = Path(path).parent / other
                assert str(_without_dots(there)) in kept, f"{path} imports {other}"
    assert any(path.endswith(".wasm") for path in kept)


def test_everything_that_is_needed_is_small(app: Flask, client: FlaskClient) -> None:
    sizes = {path: len(gzip.compress(client.get(path).data)) for path in listed(client)}

    assert sum(sizes.values()) <= MOST, sorted(sizes.items(), key=lambda pair: -pair[1])[:8]


def test_another_file_makes_another_service_worker(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = client.get("/desk-app/sw.js").text
    files = assets.files()
    changed = [
        assets.Asset(each.path, each.content + b"\n") if each.path.endswith("page.js") else each for each in files
    ]
    monkeypatch.setattr(assets, "files", lambda: changed)

    after = client.get("/desk-app/sw.js").text

    assert before != after
    assert re.search(r'VERSION = "(\w+)"', before)[1] != re.search(r'VERSION = "(\w+)"', after)[1]  # type: ignore[index]


def test_it_can_be_installed_under_the_citys_name_and_colour(client: FlaskClient) -> None:
    manifest = json.loads(client.get("/desk-app/manifest.webmanifest").data)

    assert manifest["name"].startswith("Port-Sable")
    assert manifest["start_url"] == manifest["scope"] == "/desk-app/"
    assert manifest["display"] == "standalone"
    for size in icons.SIZES:
        with Image.open(BytesIO(client.get(f"/desk-app/icon-{size}.png").data)) as picture:
            assert picture.size == (size, size)
    assert client.get("/desk-app/icon-7.png").status_code == 404


def test_the_icon_is_the_mark_in_the_citys_colour() -> None:
    drawn = icons.svg("#0b5d6b").decode()

    assert "#0b5d6b" in drawn
    assert "#16191d" not in drawn


def test_every_language_says_everything(client: FlaskClient) -> None:
    told = json.loads(client.get("/desk-app/sentences.json").data)["languages"]

    assert set(told) == set(LANGUAGES)
    names = set(told["en"]["says"])
    for code, language in told.items():
        assert set(language["says"]) == names, code
        assert language["direction"] == ("rtl" if code == "ar" else "ltr")
        for name, sentence in language["says"].items():
            assert sentence, f"{code} does not say {name}"
            if isinstance(sentence, str):
                assert _holes(sentence) == _holes(told["en"]["says"][name]), f"{code}: {name}"
    assert set(told["ar"]["says"]["ages.from"]) == {"zero", "one", "two", "few", "many", "other"}


def test_every_sentence_that_is_asked_for_is_there(client: FlaskClient) -> None:
    says = json.loads(client.get("/desk-app/sentences.json").data)["languages"]["en"]["says"]
    asked = set()
    for folder, form in (
        (
            templates_folder() / "desk_app",
            r'data-say(?:-label)?="([\w.-]+)"|(?:say|said|press|tick)\((?:"\w+", )?[\'"]([\w.-]+\.[\w.-]+)',
        ),
        (
            static_folder() / "js" / "desk",
            r'\b(?:say|sayCounted)\("([\w.-]+)"|sentence: "([\w.@-]+)"'
            r'|tell\("[\w-]+", "([\w.-]+)"|EnrolmentRefused\("([\w.-]+)"',
        ),
    ):
        for file in folder.iterdir():
            for found in re.findall(form, file.read_text("utf-8")):
                asked |= {name for name in found if name}

    assert len(asked) > 100
    assert asked - says.keys() == set()


def test_no_verdict_is_without_words_and_no_reason_accuses(client: FlaskClient) -> None:
    says = json.loads(client.get("/desk-app/sentences.json").data)["languages"]["en"]["says"]
    refusals = [name for name in says if name.startswith("next.") and not name.endswith(("OK", "OK_STALE"))]

    assert len(refusals) > 20
    for name in refusals:
        assert not re.search(r"\b(fake|fraud|forged|police|invalid)\b", says[name] + says["holder." + name[5:]], re.I)


def _holes(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence))


def _without_dots(path: Path) -> Path:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return Path(*parts)
