"""The figures on the page, for staff and in the file: everywhere the same numbers and the same gaps."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from flask import Flask

from citycard.operations import counting
from citycard.operations.statistics import FIGURES, Quarter
from citycard.web.database import db
from citycard.web.statistics import charts, csv_file
from tests.support.reading import CheckingClient, Page
from tests.web.conftest import CAST, Clock

SignedIn = Callable[[str], CheckingClient]

COUNTS = {
    "first": (3, 200, 160, 40),
    "renewed": (12, 13, 14, 15),
    "replaced": (5, 5, 5, 20),
    "ended": (0, 0, 0, 0),
    "no-photo": (10, 9, 11, 12),
}
"""By quarter of 2027."""

WORDS = {"fr": "moins de 10", "en": "fewer than 10", "es": "menos de 10", "ar": "أقل من 10"}


@pytest.fixture
def year(app: Flask, clock: Clock) -> None:
    """A whole year behind the office, and a quarter that is not over."""
    clock.now = datetime(2028, 2, 1, 9, 0, tzinfo=UTC)
    with app.app_context():
        counting.add(db.session, service="library", event="OK", day=date(2027, 1, 4))  # type: ignore[arg-type]
        for number in (1, 2, 3, 4):
            day = Quarter(2027, number).first_week + timedelta(days=30)
            for name, counts in COUNTS.items():
                service, event = FIGURES[name]
                if counts[number - 1]:
                    counting.add(db.session, service=service, event=event, day=day, count=counts[number - 1])  # type: ignore[arg-type]
            counting.add(db.session, service="waiting", event="same-day", day=day, count=180)  # type: ignore[arg-type]
            counting.add(db.session, service="waiting", event="3-7-days", day=day, count=30)  # type: ignore[arg-type]
        service, event = FIGURES["first"]
        counting.add(db.session, service=service, event=event, day=date(2028, 1, 10), count=99)  # type: ignore[arg-type]
        db.session.commit()


def in_tables(page: Page) -> list[str]:
    """What stands in the cells, in their order; what is held back as "-", in whatever language."""
    cells = [cell for cell in page.all("td") if cell.inside("main")]
    return [cell.text if re.fullmatch("[0-9]+", cell.text) else "-" for cell in cells]


def in_file(text: str) -> list[str]:
    """The same of the file, in the order of the page: figure by figure, four quarters and the year."""
    lines = list(csv.DictReader(StringIO(text)))
    return [line["value"] if line["value"].isdigit() else "-" for line in lines]


@pytest.mark.usefixtures("year")
def test_page_file_and_languages_have_the_same_numbers_and_gaps(client: CheckingClient, signed_in: SignedIn) -> None:
    """Or what is held back here could be read there."""
    file = in_file(client.get("/figures.csv").get_data(as_text=True))
    assert [number for number in file if number != "-"] == [
        *("200", "160", "40"),
        *("12", "13", "14", "15", "54"),
        *("20", "35"),
        *("10", "11", "12"),
    ]
    pages = {language: client.page("/figures", headers={"Accept-Language": language}) for language in WORDS}
    pages["of staff"] = signed_in("Amel").page("/statistics/")

    for language, page in pages.items():
        assert in_tables(page) == file, language
    assert all(word in pages[language].text for language, word in WORDS.items() if language == "en")


@pytest.mark.usefixtures("year")
def test_the_running_quarter_is_nowhere(client: CheckingClient) -> None:
    for address in ("/figures", "/figures.csv"):
        said = client.get(address).get_data(as_text=True)
        # What style sheets and scripts are called ends in the digest of their content, which has any digits.
        assert "99" not in re.sub(r"\?v=\w+", "", said)
    assert "The next quarter is shown from April 10, 2028 on." in client.page("/figures").text


@pytest.mark.usefixtures("year")
def test_no_language_and_no_argument_changes_the_file(client: CheckingClient) -> None:
    plain = client.get("/figures.csv")
    asked = client.get("/figures.csv?lang=ar&year=2027&quarter=1&by=day", headers={"Accept-Language": "ar"})

    assert plain.data == asked.data
    assert plain.content_type == "text/csv; charset=utf-8"
    assert plain.data.decode().splitlines()[:2] == ["figure,year,quarter,value", "first,2027,1,fewer than 10"]
    assert "Set-Cookie" not in plain.headers


@pytest.mark.usefixtures("year")
def test_waiting_is_said_in_words_where_enough_cards_are_shown(client: CheckingClient) -> None:
    lines = [line.split(",") for line in client.get("/figures.csv").get_data(as_text=True).splitlines()]

    waited = {(name, quarter): value for name, _, quarter, value in lines if name.startswith("waited")}
    assert {quarter for _, quarter in waited} == {"2", "3"}
    assert waited["waited-same-day", "2"] == "more than half"
    assert waited["waited-3-7-days", "2"] == "more than one in ten"
    assert waited["waited-15-days-or-more", "3"] == "one in ten or fewer"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(0)"])
def test_a_spreadsheet_reckons_with_nothing(cell: str) -> None:
    assert csv_file.safe(cell) == "'" + cell
    assert csv_file.safe("fewer than 10") == "fewer than 10"


def test_before_the_first_whole_quarter_it_says_so(client: CheckingClient) -> None:
    assert "There is no whole quarter yet." in client.page("/figures").text
    assert client.get("/figures.csv").get_data(as_text=True) == "figure,year,quarter,value\r\n"


def test_who_sees_it_among_the_staff(signed_in: SignedIn) -> None:
    seen = {name: signed_in(name).get("/statistics/").status_code for name in CAST}

    assert {name for name, status in seen.items() if status == 200} == {"Amel", "Bruno", "Chloe", "Esra"}
    assert {name for name, status in seen.items() if status == 403} == {"Library", "Dario"}


@pytest.mark.usefixtures("year")
def test_every_chart_has_a_name_and_a_table_with_its_numbers(client: CheckingClient) -> None:
    page = client.page("/figures")
    drawings = page.all("svg", class_="chart")

    assert len(drawings) == len(FIGURES) + 1
    titles = {title.attributes["id"]: title.text for title in page.all("title") if title.inside("svg")}
    for drawing in drawings:
        assert drawing.attributes["role"] == "img"
        assert "able beside it" in titles[drawing.attributes["aria-labelledby"]]
    drawn = [text.text for text in page.all("text", class_="count")]
    assert [number for number in drawn if number.isdigit()] == [
        number for number in in_tables(page) if number not in ("-", "54", "35")
    ]


def test_time_runs_with_the_language_and_what_is_held_back_looks_alike() -> None:
    cells = {Quarter(2027, 1): 30, Quarter(2027, 2): None, Quarter(2027, 3): 12}
    onward, backward = (charts.bars(cells, right_to_left=turned) for turned in (False, True))

    assert [bar.middle for bar in onward] == sorted(bar.middle for bar in onward)
    assert [bar.middle for bar in backward] == [charts.WIDTH - bar.middle for bar in onward]
    first, held_back, last = onward
    assert first.height > last.height > held_back.height > 0
    assert first.top + first.height == last.top + last.height == charts.BASE


def test_only_the_newest_quarters_are_drawn() -> None:
    cells = {Quarter(year, number): 10 for year in (2026, 2027, 2028) for number in (1, 2, 3, 4)}

    assert [bar.quarter for bar in charts.bars(cells, right_to_left=False)] == list(cells)[-charts.LATEST :]
