"""The register of attesting organisations: who reads it, who changes it, what it says before it does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from citycard.operations import audit
from citycard.store.audit import AuditEntry
from citycard.store.organisations import Attests, Organisation
from citycard.web.database import db
from tests.support.reading import CheckingClient, read

SignedIn = Callable[[str], CheckingClient]

PORT = {
    "name": "Association du Port",
    "attests": ["care_of", "lives_here"],
    "letter_days": "14",
    "from_day": "1",
    "from_month": "12",
    "from_year": "2026",
    "until_day": "",
    "until_month": "",
    "until_year": "",
}


@pytest.fixture
def chloe(signed_in: SignedIn) -> CheckingClient:
    """Chloe, who administers."""
    return signed_in("Chloe")


def add(browser: CheckingClient, **changes: object) -> TestResponse:
    """Fill in the page."""
    return browser.send("/organisations/add", {**PORT, **changes})


def rows(app: Flask) -> list[Organisation]:
    """All of the register."""
    with app.app_context():
        found = list(db.session.scalars(select(Organisation).order_by(Organisation.id)))
        db.session.expunge_all()
        return found


def test_an_organisation_is_added_with_what_was_agreed(chloe: CheckingClient, app: Flask) -> None:
    assert add(chloe, until_day="30", until_month="11", until_year="2027").location == "/organisations/"

    [row] = rows(app)
    assert (row.name, row.attests_set, row.letter_days) == (
        "Association du Port",
        {Attests.CARE_OF, Attests.LIVES_HERE},
        14,
    )
    assert (row.first_day, row.last_day, row.active) == (date(2026, 12, 1), date(2027, 11, 30), True)
    page = chloe.page("/organisations/")
    assert "Association du Port" in page.text
    assert "not yet" in page.text
    assert "that somebody receives post there" in page.text
    assert "for 14 days from their date" in page.text


def test_the_page_proposes_to_begin_today(chloe: CheckingClient) -> None:
    page = chloe.page("/organisations/add")

    shown = [page.one("input", name=f"from_{part}").attributes["value"] for part in ("day", "month", "year")]
    assert shown == ["23", "11", "2026"]


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name": " "}, "name", "Type the name"),
        ({"name": "x" * 81}, "name", "too long for the card"),
        ({"name": "王小明"}, "name", "no letter"),
        ({"attests": []}, "attests-0", "at least one thing"),
        ({"attests": ["everything"]}, "attests-0", "at least one thing"),
        ({"letter_days": "0"}, "letter_days", "between 1 and 365"),
        ({"letter_days": "366"}, "letter_days", "between 1 and 365"),
        ({"letter_days": "a week"}, "letter_days", "between 1 and 365"),
        ({"from_day": ""}, "from_day", "the day, the month and the year"),
        ({"from_year": "26"}, "from_year", "four digits"),
        ({"until_day": "31", "until_month": "2", "until_year": "2027"}, "until_day", "not in the calendar"),
        ({"until_day": "30", "until_month": "11", "until_year": "2026"}, "until_day", "before the first"),
    ],
)
def test_what_makes_no_sense_comes_back_with_all_that_was_typed(
    chloe: CheckingClient, app: Flask, changes: dict[str, object], field: str, sentence: str
) -> None:
    answer = add(chloe, **changes)

    page = read(answer)
    assert answer.status_code == 422
    assert sentence in page.one("div", id="mistakes").text
    assert page.all("a", href=f"#{field}")
    if "name" not in changes:
        assert page.one("input", name="name").attributes["value"] == PORT["name"]
    assert rows(app) == []


def test_a_name_is_in_the_register_once(chloe: CheckingClient, app: Flask) -> None:
    add(chloe)

    answer = add(chloe, name="  Association  du Port ")

    assert answer.status_code == 422
    assert "in the register already" in read(answer).text
    assert len(rows(app)) == 1


def test_closing_says_first_what_happens_and_can_be_undone(chloe: CheckingClient, app: Flask) -> None:
    add(chloe, from_month="11")
    page = chloe.page("/organisations/1/close")
    assert "nobody knows which they are" in page.text
    assert "Yes: it can be opened again" in page.text
    assert rows(app)[0].active

    chloe.send("/organisations/1/close")
    assert not rows(app)[0].active
    assert "closed" in chloe.page("/organisations/").text
    chloe.send("/organisations/1/reopen")

    assert rows(app)[0].active


def test_each_change_has_a_line_in_the_log_and_pressing_twice_has_one(chloe: CheckingClient, app: Flask) -> None:
    add(chloe)
    chloe.send("/organisations/1/close")
    chloe.send("/organisations/1/close")
    chloe.send("/organisations/1/reopen")

    with app.app_context():
        acts = [(row.act, row.actor) for row in db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq))]
        audit.verify_chain(db.session)  # type: ignore[arg-type]
    assert acts == [
        ("organisation-added", "Chloe"),
        ("organisation-closed", "Chloe"),
        ("organisation-reopened", "Chloe"),
    ]


def test_a_clerk_reads_the_register_and_changes_nothing(chloe: CheckingClient, signed_in: SignedIn, app: Flask) -> None:
    add(chloe)
    amel = signed_in("Amel")

    page = amel.page("/organisations/")

    assert "Association du Port" in page.text
    assert not page.all("a", href="/organisations/1/close")
    assert not page.all("a", href="/organisations/add")
    assert amel.post("/organisations/1/close", data={"csrf_token": page.token()}).status_code == 403
    assert rows(app)[0].active


def test_an_empty_register_says_what_that_means(chloe: CheckingClient) -> None:
    assert "Letters of associations do not count until one is." in chloe.page("/organisations/").text


def test_an_organisation_that_is_not_there_is_said_not_to_be(chloe: CheckingClient) -> None:
    answer = chloe.get("/organisations/7/close")

    assert answer.status_code == 404
    assert "There is no such organisation" in read(answer).text
