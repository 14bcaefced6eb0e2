"""What every answer tells the browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from citycard.web.headers import POLICY
from tests.support.reading import CheckingClient

SignedIn = Callable[[str], CheckingClient]

ADDRESSES = ("/", "/about", "/nowhere", "/staff/", "/staff/sign-in", "/city.css", "/health", "/static/css/base.css")


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_may_run_or_load_but_from_here(client: CheckingClient, address: str) -> None:
    headers = client.get(address).headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]


def test_the_policy_has_no_hole() -> None:
    for value in POLICY.values():
        assert "unsafe" not in value
        assert "*" not in value
        assert "http" not in value


@pytest.mark.parametrize("address", ["/", "/staff/sign-in", "/nowhere", "/health"])
def test_pages_are_kept_nowhere(client: CheckingClient, address: str) -> None:
    assert client.get(address).headers["Cache-Control"] == "no-store"


def test_pages_of_staff_are_kept_nowhere(signed_in: SignedIn) -> None:
    assert signed_in("Amel").get("/staff/").headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_for_long_under_an_address_of_their_content(client: CheckingClient) -> None:
    (sheet,) = [
        link.attributes["href"] for link in client.page("/").all("link") if "tokens.css" in link.attributes["href"]
    ]

    answer = client.get(sheet)
    answer.close()

    assert "?v=" in sheet
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_what_caches_may_keep_carries_no_cookie(signed_in: SignedIn, client: CheckingClient) -> None:
    client.set_cookie("citycard-staff-port-sable", "a session that is over")
    amel = signed_in("Amel")
    amel.get("/staff/?lang=fr")

    for browser in (client, amel):
        answer = browser.get("/city.css")
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert answer.headers.getlist("Set-Cookie") == []
        assert "Vary" not in answer.headers


def test_no_cookie_is_set_for_somebody_who_only_reads(client: CheckingClient) -> None:
    for address in ("/", "/about"):
        assert client.get(address).headers.getlist("Set-Cookie") == []
