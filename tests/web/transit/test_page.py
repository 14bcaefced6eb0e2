"""`/check-page.html`, the page that anybody takes away; and `citycard check-page`, which writes the same."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from citycard.cli import main
from citycard.operations import cards
from citycard.partners import repository
from citycard.partners.fingerprint import Fingerprint
from citycard.settings import Office
from tests.support.browser import NewPage, assert_quiet, requests_of
from tests.support.office import PORT_SABLE, make_office
from tests.support.town_hall import TownHall
from tests.web.conftest import Clock


def taken(app: Flask, **headers: str) -> Any:
    """The page, taken away."""
    return app.test_client().get("/check-page.html", headers=headers)


def data_in(content: bytes) -> dict[str, Any]:
    [data] = re.findall(r'<script type="application/json" id="city">(.*)</script>', content.decode())
    held: dict[str, Any] = json.loads(data)
    return held


def test_anybody_takes_it_as_a_file(app: Flask, hall: TownHall) -> None:
    hall.publish_lists()
    answer = taken(app)

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="check-page.html"'
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert "Set-Cookie" not in answer.headers
    assert taken(app, If_None_Match=answer.headers["ETag"]).status_code == 304


def test_it_holds_what_the_city_publishes_and_nothing_else(app: Flask, office: Office, hall: TownHall) -> None:
    card = hall.card()
    hall.publish_lists()
    content = taken(app).get_data()

    held = data_in(content)
    [city] = held["cities"]
    assert city["issuer"] == office.settings.issuer
    assert {key["use"] for key in city["keys"]} == {"card", "status", "bundle"}
    assert set(held["lists"]) == set(city["status_lists"])
    assert held["demo"] is True
    fingerprint = Fingerprint.of(repository.current_root(office.published))
    for group in fingerprint.digits:
        assert f"<li>{group}</li>" in content.decode()
    assert card.number not in content.decode()
    for secret in ('"d":', "PRIVATE KEY"):
        assert secret not in content.decode()


def test_it_is_made_anew_when_a_list_is_or_on_another_day(app: Flask, hall: TownHall, clock: Clock) -> None:
    hall.publish_lists()
    first = taken(app).get_data()
    assert taken(app).get_data() == first

    clock.pass_by(days=1)
    assert data_in(taken(app).get_data())["made_on"] == (clock.now.date()).isoformat()
    hall.clock.now = clock.now + timedelta(hours=1)
    hall.publish_lists()
    assert data_in(taken(app).get_data())["lists"] != data_in(first)["lists"]


def test_an_office_that_has_published_nothing_says_so(app: Flask, office: Office) -> None:
    office.published.rename(office.published.with_name("away"))

    assert (taken(app).status_code, taken(app).mimetype) == (404, "text/plain")


@pytest.mark.browser
def test_what_was_taken_away_knows_a_card_of_this_very_office(
    app: Flask, hall: TownHall, clock: Clock, new_page: NewPage, tmp_path: Path
) -> None:
    """From the counter to a library in another country: the code of a real card, the file, no network."""
    good, ended = hall.card(), hall.card()
    desk = hall.desk()
    with hall.session() as session:
        cards.end(
            session,
            cards.find_card(session, ended.number),
            by=hall.staff(session, "Amel"),
            now=desk.now,
            settings=desk.office.settings,
            chance=desk.chance,
        )
    hall.publish_lists()
    file = tmp_path / "check-page.html"
    file.write_bytes(taken(app).get_data())
    page = new_page("de")
    page.context.set_offline(True)
    page.clock.set_fixed_time(clock.now + timedelta(days=3))
    page.goto(file.as_uri())

    for code, verdict in ((good.light_code, "OK_STALE"), (ended.full_code, "REVOKED"), (good.full_code, "OK_STALE")):
        page.fill("#code", code)
        page.press("#code", "Enter")
        page.locator(f"[data-verdict={verdict}]").wait_for()
    assert set(requests_of(page)) == {file.as_uri()} | {url for url in requests_of(page) if url.startswith("blob:")}
    assert_quiet(page)


# --- citycard check-page ----------------------------------------------------------------------------


def command(office: Office, *arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, ["--office", str(office.folder), "check-page", *arguments])
    assert done.exit_code == code, done.output
    return done.output


def test_the_command_writes_the_file_and_says_its_sha256_and_fingerprint(tmp_path: Path) -> None:
    # Founded now: the command reads the system's clock, for which the lists of the day of the stories run out.
    office = make_office(tmp_path, PORT_SABLE, now=datetime.now(UTC).replace(microsecond=0))
    file = tmp_path / "stick" / "check.html"

    said = command(office, str(file))

    content = file.read_bytes()
    assert hashlib.sha256(content).hexdigest() in said
    assert " ".join(Fingerprint.of(repository.current_root(office.published)).digits) in said
    assert "It decides until" in said or "holds no list" in said
    assert data_in(content)["cities"][0]["issuer"] == office.settings.issuer

    as_json = json.loads(command(office, str(file), "--without-lists", "--json"))
    assert as_json["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (as_json["lists"], as_json["decides_until"], data_in(file.read_bytes())["lists"]) == (0, None, {})


def test_the_command_refuses_where_nothing_is_published(tmp_path: Path) -> None:
    office = make_office(tmp_path, PORT_SABLE)
    office.published.rename(office.published.with_name("away"))

    assert "transit-unpublished" in command(office, str(tmp_path / "check.html"), code=1)
    assert not (tmp_path / "check.html").exists()
