"""Fetching which cards of Port-Sable have ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from citycard.core.keys import KeyState
from citycard.core.status import CardStatus, pack, write_status_list
from citycard.core.trust import Issuer
from citycard.partners.fetcher import HttpFetcher
from citycard.partners.folder import FolderFetcher
from citycard.partners.lists import FetchedList, Held, fetch_lists
from citycard.partners.statement import to_issuer
from tests.partners.conftest import NOW, Serve, statement_of, status_key
from tests.support.cities import SigningKey

URL = "https://port-sable.example"
URIS = (f"{URL}/status/1", f"{URL}/status/2")
PORT_SABLE = to_issuer(statement_of("Port-Sable", status_lists=URIS))


def signed(
    statuses: Mapping[int, int],
    *,
    at: datetime = NOW,
    uri: str = URIS[0],
    seed: str = "Port-Sable status",
    **changes: Any,
) -> bytes:
    """A list of Port-Sable's, as its server serves it."""
    values: dict[str, Any] = {
        "uri": uri,
        "bits": 2,
        "key": status_key(seed),
        "issued_at": int(at.timestamp()),
        "expires_at": int((at + timedelta(days=21)).timestamp()),
        "ttl": 900,
        "sign": SigningKey(seed).sign,
        **changes,
    }
    return write_status_list(pack(statuses, bits=2, size=1024), **values)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "status").mkdir()
    (tmp_path / "status" / "1").write_bytes(signed({7: CardStatus.REVOKED}))
    (tmp_path / "status" / "2").write_bytes(signed({}, uri=URIS[1]))
    return tmp_path


def fetched(
    stick: Path, held: Mapping[str, Held] | None = None, *, issuer: Issuer = PORT_SABLE, now: datetime = NOW
) -> FetchedList:
    """What came of the first list."""
    return fetch_lists(issuer, FolderFetcher(stick), held=held or {}, now=now)[0]


def test_it_fetches_every_list_of_the_city(stick: Path) -> None:
    first, second = fetch_lists(PORT_SABLE, FolderFetcher(stick), held={}, now=NOW)

    assert first.fresh is not None
    assert first.fresh.token == (stick / "status" / "1").read_bytes()
    assert first.status_list is not None
    assert first.status_list[7] == CardStatus.REVOKED
    assert (second.uri, second.error) == (URIS[1], None)


def test_a_list_that_cannot_be_had_does_not_stop_the_others(stick: Path) -> None:
    (stick / "status" / "1").unlink()

    first, second = fetch_lists(PORT_SABLE, FolderFetcher(stick), held={}, now=NOW)

    assert first == FetchedList(URIS[0], error="not-found")
    assert second.fresh is not None


def test_an_unchanged_list_is_not_stored_again(stick: Path) -> None:
    first = fetched(stick)
    assert first.fresh is not None

    again = fetched(stick, {URIS[0]: first.fresh})
    without_etag = fetched(stick, {URIS[0]: Held(first.fresh.token)})

    assert again.unchanged
    assert without_etag.unchanged


def test_the_etag_is_shown_to_the_server(serve: Serve) -> None:
    asked: list[str | None] = []

    class Lists(BaseHTTPRequestHandler):
        def log_message(self, *_arguments: Any) -> None:
            pass

        def do_GET(self) -> None:
            asked.append(self.headers.get("If-None-Match"))
            uri = URL + self.path
            self.send_response(304 if asked[-1] else 200)
            self.send_header("ETag", '"v1"')
            self.end_headers()
            if not asked[-1]:
                self.wfile.write(signed({}, uri=uri))

    base = serve(Lists)
    first = fetch_lists(PORT_SABLE, HttpFetcher(base, allow_demo=True), held={}, now=NOW)
    held = {each.uri: each.fresh for each in first if each.fresh}
    again = fetch_lists(PORT_SABLE, HttpFetcher(base, allow_demo=True), held=held, now=NOW)

    assert asked == [None, None, '"v1"', '"v1"']
    assert all(each.unchanged for each in again)


def test_the_cwt_form_is_asked_for(serve: Serve) -> None:
    """A server of another make may give the JWT to whoever does not say."""
    asked: list[str | None] = []

    class Lists(BaseHTTPRequestHandler):
        def log_message(self, *_arguments: Any) -> None:
            pass

        def do_GET(self) -> None:
            asked.append(self.headers.get("Accept"))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(signed({}, uri=URL + self.path))

    fetch_lists(PORT_SABLE, HttpFetcher(serve(Lists), allow_demo=True), held={}, now=NOW)

    assert asked == ["application/statuslist+cwt"] * 2


def test_a_newer_list_takes_the_place_of_the_one_held(stick: Path) -> None:
    held = {URIS[0]: Held(signed({7: CardStatus.REVOKED}, at=NOW - timedelta(hours=1)))}
    (stick / "status" / "1").write_bytes(signed({7: CardStatus.REVOKED, 8: CardStatus.SUSPENDED}))

    assert fetched(stick, held).fresh is not None


@pytest.mark.parametrize(
    ("statuses", "at", "code"),
    [
        ({7: CardStatus.REVOKED}, NOW - timedelta(hours=2), "list-rollback"),
        ({}, NOW, "list-unrevokes"),
        ({7: CardStatus.SUSPENDED}, NOW, "list-unrevokes"),
    ],
)
def test_a_list_that_takes_something_back_is_refused(
    stick: Path, statuses: dict[int, int], at: datetime, code: str
) -> None:
    held = {URIS[0]: Held(signed({7: CardStatus.REVOKED}, at=NOW - timedelta(hours=1)))}
    (stick / "status" / "1").write_bytes(signed(statuses, at=at))

    assert fetched(stick, held) == FetchedList(URIS[0], error=code)


def test_what_a_held_list_said_counts_after_it_expired(stick: Path) -> None:
    long_ago = NOW - timedelta(days=25)
    held = {URIS[0]: Held(signed({7: CardStatus.REVOKED}, at=long_ago))}
    (stick / "status" / "1").write_bytes(signed({}))

    assert fetched(stick, held).error == "list-unrevokes"


def test_a_list_held_of_a_compromised_key_binds_nobody(stick: Path) -> None:
    """A thief of the status key ended every card; the city's new key brings them back."""
    killed = status_key("Port-Sable status", state=KeyState.COMPROMISED)
    issuer = Issuer(URL, {"en": "Port-Sable"}, (killed, status_key("fresh")), URIS)
    held = {URIS[0]: Held(signed(dict.fromkeys(range(1024), CardStatus.REVOKED)))}
    (stick / "status" / "1").write_bytes(signed({}, seed="fresh"))

    assert fetched(stick, held, issuer=issuer).fresh is not None


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (b"", "list-form"),
        (b"<html>", "list-form"),
        (signed({}, uri=URIS[1]), "list-claims"),
        (signed({}, at=NOW - timedelta(days=22)), "list-expired"),
        (signed({}, seed="Rivemont status"), "list-key"),
        (signed({}, sign=SigningKey("somebody").sign), "list-signature"),
        (bytes((1 << 20) + 1), "too-large"),
    ],
)
def test_a_list_that_cannot_be_believed_is_refused(stick: Path, token: bytes, code: str) -> None:
    (stick / "status" / "1").write_bytes(token)

    assert fetched(stick) == FetchedList(URIS[0], error=code)
