"""What everybody may have: the same bytes for all, with an ETag, without a cookie."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from citycard.core.keys import KeyState, KeyUse, PublicKey
from citycard.keystore.ring import Purpose
from citycard.operations import publish
from citycard.partners.fingerprint import Fingerprint
from tests.support.reading import CheckingClient
from tests.support.town_hall import TownHall

SignedIn = Callable[[str], CheckingClient]


@pytest.mark.parametrize(
    "address",
    [
        "/status/99",
        "/status/0",
        "/metadata/nothing.json",
        "/metadata/9.root.json",
        "/metadata/..%2f..%2fsettings.toml",
        "/metadata/1.root.json.lock",
        "/metadata/.lock",
        "/targets/statement.json",
        "/targets/..%2f..%2fkeys.json",
        f"/targets/{'0' * 64}.statement.json",
    ],
)
def test_no_other_name_leads_anywhere(client: CheckingClient, hall: TownHall, address: str) -> None:
    answer = client.get(address)

    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_every_published_file_is_served_as_it_lies_there(client: CheckingClient, hall: TownHall) -> None:
    files = [*(hall.office.published / "metadata").glob("*.json"), *(hall.office.published / "targets").glob("*.json")]
    assert len(files) >= 5
    for file in files:
        answer = client.get(f"/{file.parent.name}/{file.name}")
        short = file.name == "timestamp.json"

        assert (answer.status_code, answer.data) == (200, file.read_bytes())
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert ("immutable" in answer.headers["Cache-Control"]) is not short
        assert (
            client.get(
                f"/{file.parent.name}/{file.name}", headers={"If-None-Match": answer.headers["ETag"]}
            ).status_code
            == 304
        )


def test_no_public_file_brings_a_cookie_even_to_somebody_signed_in(signed_in: SignedIn, hall: TownHall) -> None:
    amel = signed_in("Amel")
    for address in ("/status/1", "/metadata/timestamp.json", "/.well-known/jwks.json", "/api/v1/openapi.json"):
        answer = amel.get(address)

        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_what_is_exported_is_what_is_served(client: CheckingClient, hall: TownHall, tmp_path: object) -> None:
    folder = tmp_path / "stick"  # type: ignore[operator]
    with hall.session() as session:
        publish.export(session, hall.office, folder)
    for file in folder.rglob("*"):
        if file.is_file():
            assert client.get("/" + file.relative_to(folder).as_posix()).data == file.read_bytes()


def test_the_keys_are_a_jwk_set(client: CheckingClient, hall: TownHall) -> None:
    answer = client.get("/.well-known/jwks.json")
    keys = json.loads(answer.data)["keys"]

    assert answer.content_type == "application/jwk-set+json"
    assert {key["purpose"] for key in keys} == {KeyUse.CARD, KeyUse.STATUS}
    for key in keys:
        assert (key["use"], key["alg"]) == ("sig", "ES256")
        assert PublicKey.from_jwk(key).kid.hex() == key["kid"]
        assert "d" not in key


def test_a_stolen_key_leaves_the_set(client: CheckingClient, hall: TownHall) -> None:
    stolen = hall.ring[Purpose.CARD][0].public.kid.hex()
    hall.ring.with_state(stolen, KeyState.COMPROMISED).save()

    assert stolen not in client.get("/.well-known/jwks.json").text


def test_anybody_can_read_the_fingerprint(client: CheckingClient, hall: TownHall) -> None:
    page = client.page("/trust")
    ours = Fingerprint.of((hall.office.published / "metadata" / "1.root.json").read_bytes())

    assert " ".join(ours.digits) in page.text
    assert " ".join(ours.words) in page.text
    assert hall.office.settings.issuer in page.text
    for link in page.all("a"):
        if page.one("main") in link.parents:
            assert client.get(link.attributes["href"]).status_code == 200, link.attributes["href"]
