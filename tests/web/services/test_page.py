"""What the card opens: for anybody, in their language, as the city's file says it now."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from citycard.services.register import FILE
from citycard.settings import Office
from tests.services.conftest import MEETING, POOL
from tests.support.reading import CheckingClient
from tests.web.conftest import Clock

LIBRARY = """
[[service]]
id = "library"
category = "library"
names = { fr = "Médiathèque du Phare" }
benefit = { fr = "Douze livres." }
needs = ["name", "portrait", "resident"]
level = "residence"
visitors = "no"
"""


def write(office: Office, text: str) -> None:
    (office.folder / FILE).write_text(text, "utf-8")


def headings(client: CheckingClient) -> list[str]:
    page = client.page("/services")
    return [item.text for item in page.elements if item.tag in ("h2", "h3")]


def test_the_first_page_leads_to_it(client: CheckingClient) -> None:
    assert "/services" in [link.attributes["href"] for link in client.page("/").all("a")]


def test_services_stand_kind_by_kind_and_events_in_the_order_of_their_days(
    client: CheckingClient, office: Office
) -> None:
    early = MEETING.replace("meeting", "early").replace("Rencontre", "Veillée").replace("2026-11-28", "2026-11-24")
    write(office, POOL + MEETING + early + LIBRARY)

    assert headings(client) == [
        "Books, culture and sport",
        "Médiathèque du Phare",
        "North Pool",
        "Dates",
        "Veillée",
        "Rencontre",
    ]


def test_it_says_to_whom_what_where_and_until_when(client: CheckingClient, office: Office) -> None:
    write(office, POOL + LIBRARY)
    said = client.page("/services").text

    for sentence in (
        "Up to 11 years old – free",
        "From 65 years old – 1 €",
        "From 6 years old",
        "40 avenue de la Digue",
        "Until December 31, 2026",
        "visitors from cities that have agreed on it with us",
        "Whether your age fits, not your date of birth",
        "Your name, your picture, and whether you live in this city",
        "It shows that you live in this city",
    ):
        assert sentence in said, sentence


def test_what_has_no_text_in_the_readers_language_comes_in_the_citys_own_and_says_so(
    client: CheckingClient, office: Office
) -> None:
    write(office, POOL)
    texts = {item.text: item.attributes for item in client.page("/services").all("bdi") if "lang" in item.attributes}

    assert texts["North Pool"]["lang"] == "en"
    assert (texts["L’entrée à 2 €."]["lang"], texts["L’entrée à 2 €."]["dir"]) == ("fr", "ltr")


def test_what_is_over_is_gone_the_next_day(client: CheckingClient, office: Office, clock: Clock) -> None:
    write(office, POOL + MEETING)
    client.page("/services")

    assert "November 28, 2026" in client.page("/services").text
    clock.pass_by(days=7)  # the thirtieth: the first of its days is over
    assert "November 28, 2026" not in client.page("/services").text
    assert "Rencontre" in headings(client)
    clock.pass_by(days=6)
    assert headings(client) == ["Books, culture and sport", "North Pool"]
    clock.now += timedelta(days=30)
    assert headings(client) == []


def test_what_begins_later_says_when(client: CheckingClient, office: Office) -> None:
    write(office, POOL.replace("from = 2026-01-01", "from = 2026-12-01"))
    assert "From December 1, 2026 to December 31, 2026" in client.page("/services").text

    write(office, POOL.replace("from = 2026-01-01", "from = 2026-12-01").replace("until = 2026-12-31", ""))
    assert "From December 1, 2026" in client.page("/services").text


def test_a_mended_text_counts_at_once(client: CheckingClient, office: Office) -> None:
    write(office, POOL)
    client.page("/services")
    write(office, POOL.replace("North Pool", "Northern Baths"))

    assert "Northern Baths" in headings(client)


@pytest.mark.parametrize("text", [None, "format = 1", POOL.replace("discount", "discont")])
def test_without_a_register_that_can_be_read_the_town_hall_is_named(
    client: CheckingClient, office: Office, text: str | None
) -> None:
    if text is not None:
        write(office, text)
    said = client.page("/services").text

    assert "is being written. Ask at the town hall." in said
    assert "leaflet" not in said


def test_what_a_city_writes_is_text_and_no_markup(client: CheckingClient, office: Office) -> None:
    write(office, LIBRARY.join(["format = 1", ""]).replace("Douze livres.", "<script>alert(1)</script>"))

    assert "<script>alert(1)</script>" in client.page("/services").text
    assert b"<script>alert" not in client.get("/services").data


def test_whoever_looks_leaves_no_line(client: CheckingClient, office: Office, caplog: pytest.LogCaptureFixture) -> None:
    write(office, POOL)
    with caplog.at_level(logging.INFO):
        client.page("/services")
        client.get("/services/leaflet.pdf?language=ar")

    assert "services" not in caplog.text
