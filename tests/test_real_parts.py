"""The machinery of the tests keeps its own promises: a check that cannot fail checks nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import create_engine, inspect, text

from tests.support.browser import (
    NewPage,
    assert_accessible,
    assert_only_own_origin,
    assert_quiet,
    axe,
    requests_of,
)
from tests.support.interop import AskOthers

STRICT = "default-src 'none'; img-src * data:"
GOOD = (
    "<!doctype html><html lang=en><title>Port-Sable</title><link rel=icon href=data:,>"
    "<main><h1>Port-Sable</h1></main></html>"
)
PAGES = {
    "/good": GOOD,
    "/nameless-picture": GOOD.replace("</main>", "<img src=/picture.png></main>"),
    "/stranger": GOOD.replace("</main>", "<img alt=x src={stranger}/picture.png></main>"),
    "/inline-script": GOOD.replace("</main>", "<script>1</script></main>"),
}


class Pages(BaseHTTPRequestHandler):
    """Serves the pages above under a strict policy."""

    def do_GET(self) -> None:
        stranger = f"http://localhost:{self.server.server_address[1]}"
        body = PAGES.get(self.path, "").replace("{stranger}", stranger).encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", STRICT)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("round_", [1, 2])
def test_every_test_gets_an_empty_database(database_url: str, round_: int) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        assert inspect(connection).get_table_names() == []
        connection.execute(text("CREATE TABLE left_behind (word text)"))
        connection.execute(text("INSERT INTO left_behind VALUES ('ميناء')"))
        assert connection.scalar(text("SELECT word FROM left_behind")) == "ميناء"
    engine.dispose()


@pytest.mark.browser
def test_axe_works_under_a_strict_policy(page: Page, site: str) -> None:
    page.goto(f"{site}/good")

    assert_accessible(page)
    assert_quiet(page)
    assert_only_own_origin(page)


@pytest.mark.browser
def test_axe_finds_a_picture_without_a_text(page: Page, site: str) -> None:
    page.goto(f"{site}/nameless-picture")

    assert "image-alt" in [violation["id"] for violation in axe(page)]


@pytest.mark.browser
def test_a_request_to_another_server_is_found(page: Page, site: str) -> None:
    page.goto(f"{site}/stranger")

    with pytest.raises(AssertionError, match="asks other servers"):
        assert_only_own_origin(page)


@pytest.mark.browser
def test_what_a_policy_blocks_is_found(page: Page, site: str) -> None:
    page.goto(f"{site}/inline-script")

    with pytest.raises(AssertionError, match="complains"):
        assert_quiet(page)


@pytest.mark.browser
def test_a_page_prefers_the_language_it_is_asked_to(new_page: NewPage, site: str) -> None:
    page = new_page("ar")
    page.goto(f"{site}/good")

    assert page.evaluate("navigator.language") == "ar"
    assert requests_of(page) == [f"{site}/good"]


def test_the_other_readers_answer(ask_others: AskOthers) -> None:
    script = "import claim169, cwt, json, sys; print(json.dumps(json.load(sys.stdin)[::-1]))"

    assert ask_others(script, [1, "é"]) == ["é", 1]


def test_the_readers_that_come_by_npm_answer(ask_node: AskOthers, tmp_path: Path) -> None:
    script = tmp_path / "turn.mjs"
    script.write_text("process.stdin.on('data', (d) => console.log(JSON.stringify(JSON.parse(d).reverse())));", "utf-8")

    assert ask_node(script, [1, "é"]) == ["é", 1]
