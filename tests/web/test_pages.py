"""What the base pages say, and what is said when something fails."""

from __future__ import annotations

import colorsys
import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from citycard.core.errors import CitycardError
from citycard.core.verdicts import Verdict
from citycard.web import pages
from citycard.web.access import ANYONE, open_to
from citycard.web.app import create_app
from citycard.web.colours import contrast, palette
from citycard.web.errors import describe
from citycard.web.verdicts import said
from tests.support.office import make_office
from tests.support.reading import CheckingClient, Page, mistakes_of, read
from tests.web.conftest import new_browser

SignedIn = Callable[[str], CheckingClient]


def test_the_first_page_says_what_the_card_is_and_where_to_ask(client: CheckingClient) -> None:
    page = client.page("/")

    assert "Port-Sable" in page.text
    assert "1 place du Sable" in page.text


def test_the_first_page_warns_that_this_is_practice(client: CheckingClient) -> None:
    assert "Practice office" in client.page("/").text


def test_health_says_ok_and_nothing_of_the_office(client: CheckingClient) -> None:
    assert client.get("/health").text == "ok\n"


@pytest.mark.parametrize(("method", "address", "status"), [("GET", "/nowhere", 404), ("POST", "/about", 405)])
def test_a_failure_is_a_page_with_a_way_back(client: CheckingClient, method: str, address: str, status: int) -> None:
    answer = client.open(address, method=method)

    assert answer.status_code == status
    assert any(link.attributes["href"] == "/" for link in read(answer).all("a"))


def test_too_large_an_upload_is_explained(client: CheckingClient) -> None:
    answer = client.post(
        "/staff/sign-in", data=b"x" * (12 * 1024 * 1024 + 1), content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 413
    page = read(answer)
    assert "10 megabytes" in page.text
    assert "still there" not in page.text, "a browser that goes back finds the form empty"
    assert page.all("a", href="/staff/sign-in")


def test_an_error_of_ours_is_told_in_words_and_not_in_its_own(app: Flask, client: CheckingClient) -> None:
    @app.get("/refusing")
    @open_to(ANYONE)
    def refusing() -> str:
        raise CitycardError("internal words about somebody")

    answer = client.get("/refusing")

    assert answer.status_code == 409
    assert "somebody" not in answer.text


def test_a_machine_is_told_in_json(app: Flask, client: CheckingClient) -> None:
    @app.get("/api/refusing")
    @open_to(ANYONE, machine=True)
    def refusing() -> str:
        raise CitycardError("words", code="key-refused")

    answer = client.get("/api/refusing")

    assert answer.status_code == 422
    assert answer.get_json() == {"error": {"code": "key-refused", "sentence": "This key cannot be used"}}
    assert client.get("/api/nowhere").get_json()["error"]["code"] == "http-404"


def test_a_fault_of_ours_shows_a_page_and_logs_no_value(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    @app.get("/failing")
    @open_to(ANYONE)
    def failing() -> str:
        name = "Amina Ferrand"
        raise ValueError(f"bad name {name}")

    app.testing = False
    with caplog.at_level(logging.INFO):
        answer = new_browser(app).get("/failing?name=Ferrand")

    assert answer.status_code == 500
    assert "ValueError" in caplog.text
    assert "failing" in caplog.text
    assert "Ferrand" not in caplog.text + answer.text


def test_the_description_of_an_error_goes_back_to_its_cause_without_values() -> None:
    try:
        try:
            int("Ferrand")
        except ValueError as cause:
            raise RuntimeError("Amina") from cause
    except RuntimeError as error:
        described = describe(error)

    assert "builtins.RuntimeError" in described
    assert "builtins.ValueError" in described
    assert "Ferrand" not in described
    assert "Amina" not in described


def test_staff_requests_are_logged_by_pattern_and_public_ones_not_at_all(
    signed_in: SignedIn, caplog: pytest.LogCaptureFixture
) -> None:
    amel = signed_in("Amel")
    caplog.clear()
    with caplog.at_level(logging.INFO):
        amel.get("/staff/?secret=1")
        amel.get("/about?secret=1")

    lines = [record.getMessage() for record in caplog.records if record.name == "citycard.requests"]
    assert len(lines) == 1
    assert lines[0].startswith("GET /staff/ 200")
    assert "secret" not in caplog.text
    assert "127.0.0.1" not in caplog.text


def test_every_hue_gives_colours_that_can_be_read() -> None:
    for step in range(0, 360, 10):
        for light in (0.05, 0.3, 0.5, 0.7, 0.95):
            parts = colorsys.hls_to_rgb(step / 360, light, 0.8)
            made = palette("#" + "".join(f"{round(part * 255):02x}" for part in parts))
            assert contrast(made["on-city"], made["city"]) >= 4.5
            assert contrast("#ffffff", made["city-strong"]) >= 4.5
            assert contrast("#16191d", made["city-wash"]) >= 7


def test_a_colour_that_is_none_falls_back_instead_of_reaching_the_style_sheet() -> None:
    assert palette("red; } body { display: none")["city"] == "#1f4e79"


def test_every_verdict_has_its_word_and_only_good_cards_are_not_stopped() -> None:
    assert {said(verdict).kind for verdict in Verdict} == {"go", "hand", "stop"}
    assert [verdict for verdict in Verdict if said(verdict).kind == "go"] == [Verdict.OK]


def test_ages_are_told_in_words(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert pages.age(timedelta(minutes=12)) == "12 minutes ago"
        assert pages.age(timedelta(seconds=5)) == "less than a minute ago"
        assert pages.age(None) == "never"


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", "<bdi>Chloe</bdi> and <bdi>Dario &amp; Co</bdi>"),
        ("fr", "<bdi>Chloe</bdi> et <bdi>Dario &amp; Co</bdi>"),
        ("ar", "<bdi>Chloe</bdi> و<bdi>Dario &amp; Co</bdi>"),
    ],
)
def test_lists_are_joined_as_the_language_does(app: Flask, language: str, names: str) -> None:
    with app.test_request_context(headers={"Accept-Language": language}):
        assert pages.listed(["Chloe", "Dario & Co"]) == names


@pytest.mark.parametrize(
    ("html", "mistake"),
    [
        ("<p id=a></p><p id=a></p>", "more than once"),
        ("<input name=x>", "no label"),
        ('<input name=x aria-label=x placeholder="Type here">', "placeholder"),
        ("<p style='color:red'></p>", "style of its own"),
        ("<script>alert(1)</script>", "stands in the page"),
        ("<p onclick=x></p>", "script in an attribute"),
        ("<img alt='' src=https://elsewhere.example/a.png>", "somebody else"),
        ("<input name=x aria-label=x aria-describedby=nothing>", "points to nothing"),
        ("<form method=post></form>", "0 CSRF tokens"),
        ("<h1>Twice</h1>", "one h1"),
        ("<button></button>", "no name"),
    ],
)
def test_the_reader_of_pages_finds_what_it_is_there_to_find(html: str, mistake: str) -> None:
    frame = f"<html lang=en dir=ltr><title>A</title><body><main><h1>A</h1>{html}</main></body></html>"

    assert any(mistake in found for found in mistakes_of(Page(frame)))


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000"])
def test_a_real_office_answers_on_its_own_machine(tmp_path: Path, host: str) -> None:
    browser = create_app(make_office(tmp_path, issuer="https://cards.port-sable.fr")).test_client()

    assert browser.get("/health", headers={"Host": host}).status_code == 200
    assert browser.get("/staff/sign-in", headers={"Host": host}).status_code == 200


def test_another_name_is_refused_but_for_health(app: Flask) -> None:
    for name in ("10.0.0.7:8000", "elsewhere.example", "bad_name", ""):
        browser = app.test_client()
        assert browser.get("/health", headers={"Host": name}).get_data(as_text=True) == "ok\n"
        assert browser.get("/about", headers={"Host": name}).status_code == 400


def test_no_address_we_send_has_the_name_we_were_asked_by(client: CheckingClient) -> None:
    """Loopback names are always answered to; a forged one must not come back in a link or a redirect."""
    for address in ("/", "/about", "/staff/sign-in", "/staff/", "/nowhere"):
        answer = client.get(address, headers={"Host": "localhost:4711"})
        assert "localhost" not in answer.get_data(as_text=True) + str(answer.headers)
