"""`citycard desks page-fingerprint`: the same number from the release and from what a server hands out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response

from citycard.settings import Office
from citycard.web.app import create_app
from tests.cli.conftest import Typed
from tests.support.loopback import serving

GROUPS = r"[0-9a-f]{4}(?: [0-9a-f]{4}){4}"


@pytest.fixture
def app(office: Office) -> Flask:
    """The application of the same office, with a hand on what it serves."""
    return create_app(office)


@pytest.fixture
def server(app: Flask) -> Iterator[str]:
    with serving(app) as origin:
        yield origin


def shown(said: str) -> list[str]:
    return re.findall(rf"^(?:Page|Code)  ({GROUPS})", said, re.MULTILINE)


def test_a_server_with_this_release_and_these_settings_has_the_same_numbers(citycard: Typed, server: str) -> None:
    alone = shown(citycard("desks", "page-fingerprint"))
    beside = shown(citycard("desks", "page-fingerprint", "--at", server))

    assert len(set(alone)) == 2, "page and code"
    assert beside == [*alone, *alone]


def test_whoever_has_no_office_reads_out_the_code_and_what_a_server_hands_out(
    citycard: Typed, server: str, tmp_path: Path
) -> None:
    page, code = shown(citycard("desks", "page-fingerprint"))
    anybody = Typed(env={"CITYCARD_OFFICE": str(tmp_path / "nowhere")})

    assert shown(anybody("desks", "page-fingerprint")) == [code]
    assert shown(anybody("desks", "page-fingerprint", "--at", server)) == [code, page, code]


def test_a_script_that_was_changed_is_named(citycard: Typed, app: Flask, server: str) -> None:
    """Digests of ours alone would not show it: whoever changes the script names the new one in the worker, too."""

    @app.after_request
    def hostile(answer: Response) -> Response:
        answer.direct_passthrough = False
        if answer.mimetype in ("text/javascript", "application/javascript"):
            text = answer.get_data(as_text=True)
            if "export const SECONDS = 15;" in text:
                answer.set_data(text.replace("SECONDS = 15;", "SECONDS = 99;"))
            elif "const ASSETS" in text:
                new = _digest_of_the_changed_script()
                answer.set_data(re.sub(r'("/static/js/desk/screen.js",\s*)"[^"]+"', rf'\g<1>"{new}"', text))
        return answer

    said = citycard("desks", "page-fingerprint", "--at", server, code=1)

    ours, code, theirs, their_code = shown(said)
    assert ours != theirs
    assert code != their_code
    assert re.findall(r"differs: (.+)", said) == ["/static/js/desk/screen.js"]


def test_a_file_that_is_not_what_the_worker_names_is_refused(citycard: Typed, app: Flask, server: str) -> None:
    @app.after_request
    def damaged(answer: Response) -> Response:
        answer.direct_passthrough = False
        if answer.mimetype == "text/css":
            answer.set_data(answer.get_data() + b"\n")
        return answer

    assert "[page-file]" in citycard("desks", "page-fingerprint", "--at", server, code=1)


def test_what_is_no_server_of_a_desk_page_is_told_in_a_sentence(citycard: Typed, server: str) -> None:
    assert "[page-address]" in citycard("desks", "page-fingerprint", "--at", "http://card.city.example", code=1)
    assert "[page-address]" in citycard("desks", "page-fingerprint", "--at", f"{server}/desk-app/", code=1)
    assert "[page-unreachable]" in citycard("desks", "page-fingerprint", "--at", "https://127.0.0.1:9", code=1)


def _digest_of_the_changed_script() -> str:
    from citycard.paths import static_folder
    from citycard.web.desk_app.fingerprint import integrity_of

    text = (static_folder() / "js" / "desk" / "screen.js").read_text("utf-8")
    return integrity_of(text.replace("SECONDS = 15;", "SECONDS = 99;").encode())
