"""Somebody from an authority stands at the counter: Amel knows what to say, and the computer learns nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask
from sqlalchemy import func, select

from citycard.operations import authority, counting
from citycard.settings import Office
from citycard.store.audit import AuditEntry
from citycard.store.base import Base
from citycard.store.cards import Card, CardState, StatusListRow
from citycard.store.counters import Counter
from citycard.web.database import db
from tests.support.browser import NewPage, assert_only_own_origin, assert_quiet
from tests.support.loopback import serving
from tests.support.office import make_office
from tests.support.reading import CheckingClient, read
from tests.web.conftest import CAST, PASSWORD, Clock

SignedIn = Callable[[str], CheckingClient]

HERE = "/authority/"
OFFICER = "Maître Aubrac, 01 00 00 00 19"


@pytest.fixture
def office(tmp_path: Path, request: pytest.FixtureRequest) -> Office:
    """Port-Sable, with a legal officer unless the test says otherwise."""
    return make_office(tmp_path, **getattr(request, "param", {"legal_officer": OFFICER}))


def rows(app: Flask) -> dict[str, int]:
    """How many rows each table has, but for those of signing in."""
    with app.app_context():
        return {
            name: db.session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
            if name != "staff_sessions"
        }


def test_everybody_who_works_here_can_open_it_from_any_page(signed_in: SignedIn) -> None:
    for name in CAST:
        browser = signed_in(name)
        links = {link.text: link.attributes["href"] for link in browser.page("/staff/").all("a")}

        page = browser.page(links["An authority is asking"])

        said = [item.text for item in page.all("li") if item.inside("ol")]
        assert said == [
            "I am not allowed to answer.",
            "Our legal officer answers in writing.",
            "This is what exists here: you may have it on paper.",
        ]
        assert OFFICER in page.text


@pytest.mark.parametrize("office", [{}], indirect=True)
def test_where_nobody_is_named_it_says_whom_to_ask_and_what_is_missing(signed_in: SignedIn) -> None:
    text = signed_in("Amel").page(HERE).text

    assert "Call your superior" in text
    assert "1 place du Sable" in text
    assert "legal_officer" in text


def test_it_opens_on_a_locked_screen_and_counts_nothing_there(app: Flask, signed_in: SignedIn, clock: Clock) -> None:
    amel = signed_in("Amel")
    clock.pass_by(minutes=11)
    locked = amel.page("/staff/locked")
    assert HERE in [link.attributes["href"] for link in locked.all("a")]

    for address in (HERE, HERE + "receipt", HERE + "table"):
        page = amel.page(address)
        assert page.all("input", name="kind") == []
        assert "Your work" not in page.text
    token = locked.token()
    before = rows(app)
    assert amel.post(HERE, data={"csrf_token": token, "kind": "refused"}).location == "/staff/locked"
    assert rows(app) == before


def test_counting_leaves_a_week_a_kind_and_a_line_in_the_log(app: Flask, signed_in: SignedIn) -> None:
    before = rows(app)

    assert signed_in("Library").send(HERE, {"kind": "refused"}).status_code == 303

    after = rows(app)
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {
        "counters": 1,
        "audit": 1,
    }
    with app.app_context():
        [counter] = db.session.scalars(select(Counter).where(Counter.service == authority.SERVICE))
        assert (counter.event, counter.week, counter.count) == ("refused", date(2026, 11, 23), 1)
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert entry is not None
        assert (entry.act, entry.actor, entry.day) == ("authority-asked", "Library", date(2026, 11, 23))


@pytest.mark.parametrize("fields", [{}, {"kind": "police"}, {"kind": "refused", "lang": "fr"}])
def test_without_one_of_the_two_kinds_or_for_a_language_nothing_is_counted(
    app: Flask, signed_in: SignedIn, fields: dict[str, str]
) -> None:
    before = rows(app)

    answer = signed_in("Amel").send(HERE, fields)

    assert answer.status_code == (200 if "lang" in fields else 422)
    assert rows(app) == before


def test_there_is_no_field_for_anything_else(signed_in: SignedIn) -> None:
    amel = signed_in("Amel")

    assert {item.attributes["name"] for item in amel.page(HERE).all("input")} == {"csrf_token", "kind"}
    assert amel.page(HERE).all("textarea", "select") == []


def test_the_receipt_names_the_day_and_leaves_the_rest_to_the_pen(app: Flask, signed_in: SignedIn) -> None:
    amel = signed_in("Amel")
    before = rows(app)
    page = amel.page(HERE + "receipt")

    assert "On November 23, 2026 somebody asked this office" in page.text
    assert OFFICER in page.text
    assert {item.attributes["name"] for item in page.all("input")} == {"csrf_token"}, "those of locking and signing out"
    assert rows(app) == before


def test_the_table_says_how_many_cards_in_hundreds(app: Flask, signed_in: SignedIn) -> None:
    amel = signed_in("Amel")
    made = 0
    for count, said in ((99, "fewer than 100 cards"), (100, "at least 100 cards"), (257, "at least 200 cards")):
        make_cards(app, range(made, count))
        made = count
        assert said in amel.page(HERE + "table").text


def make_cards(app: Flask, places: Iterable[int]) -> None:
    """Put cards into the register, at these places of its first list."""
    with app.app_context():
        listed = db.session.scalars(select(StatusListRow)).first()
        assert listed is not None
        for index in places:
            day = date(2026, 11, 23)
            db.session.add(
                Card(
                    number=f"{index:016}",
                    list_no=listed.no,
                    list_index=index,
                    kid="0" * 16,
                    issued_on=day,
                    expires_on=day,
                    state=CardState.ACTIVE,
                )
            )
        db.session.commit()


def test_the_table_for_an_authority_is_the_one_that_everybody_may_read(
    signed_in: SignedIn, client: CheckingClient
) -> None:
    def told(browser: CheckingClient, address: str) -> list[str]:
        return [cell.text.split(" (Today")[0] for cell in browser.page(address).all("td")][-18:]

    for_authority = told(signed_in("Amel"), HERE + "table")
    assert "Names, dates of birth, portraits, addresses, papers shown, visits" in for_authority
    assert for_authority == told(client, "/about") == told(client, "/requests")


def test_the_table_says_what_a_consultation_leaves_where_and_until_when(client: CheckingClient) -> None:
    page = client.page("/about")
    heads = [head.text for head in page.all("th", scope="row")]
    cells = [cell.text for cell in page.all("td")]
    found = dict(zip(heads, cells[::2], strict=True))
    not_found = dict(zip(heads, cells[1::2], strict=True))

    assert "and earlier ones if it had no network since" in found["A desk's tablet"]
    assert not_found["A desk's tablet"].startswith("Any card that was checked outside a consultation")
    alone = found["The tablet of a consultation (“one card, one voice”)"]
    assert alone.startswith(
        "Until the finish on this tablet: a mark of each card that took part, in their order, and the key"
    )
    several = found["A consultation on several tablets"]
    assert several.startswith("Until the close: marks and sealed key in the register")
    assert several.endswith("with backups until the night after")


@pytest.fixture
def asked(app: Flask, clock: Clock) -> None:
    """Requests in two years, and one in the quarter that is running."""
    clock.now = datetime(2027, 8, 2, 9, 0, tzinfo=UTC)
    with app.app_context():
        for kind, day, count in (
            ("answered", date(2026, 5, 7), 2),
            ("refused", date(2026, 12, 31), 1),
            ("refused", date(2027, 1, 1), 1),
            ("refused", date(2027, 5, 4), 3),
            ("answered", date(2027, 7, 20), 40),
        ):
            counting.add(db.session, service=authority.SERVICE, event=kind, day=day, count=count)  # type: ignore[arg-type]
        db.session.commit()


@pytest.mark.usefixtures("asked")
def test_everybody_reads_how_often_by_the_year_up_to_the_last_whole_quarter(client: CheckingClient) -> None:
    page = client.page("/requests")

    years = [head.text for head in page.all("th", scope="row")][:2]
    counts = [cell.text for cell in page.all("td")][:4]
    assert years == ["2027 (until the end of quarter 2)", "2026"]
    # 1 January 2027 is in the week of 28 December.
    assert counts == ["0", "3", "2", "2"]


def test_before_the_first_whole_quarter_the_public_page_says_so(client: CheckingClient, signed_in: SignedIn) -> None:
    signed_in("Amel").send(HERE, {"kind": "answered"})

    assert "There is no whole quarter yet." in client.page("/requests").text


def test_an_error_of_the_operation_has_its_sentence(app: Flask, signed_in: SignedIn) -> None:
    page = read(signed_in("Amel").send(HERE, {"kind": "police"}))

    assert page.all("div", class_="mistakes")


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """Port-Sable, answering on this machine."""
    with serving(app) as origin:
        yield origin


@pytest.mark.browser
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_each_sheet_fills_one_page_of_a4(site: str, new_page: NewPage, language: str) -> None:
    page = new_page(language)
    page.goto(f"{site}/staff/sign-in")
    page.fill("#name", "Amel")
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{site}/staff/")
    for sheet in ("receipt", "table"):
        page.goto(f"{site}{HERE}{sheet}")
        assert page.get_by_role("button").locator("visible=true").and_(page.locator("[data-print]")).count() == 1
        pdf = pypdfium2.PdfDocument(BytesIO(page.pdf(prefer_css_page_size=True)))
        width, height = pdf[0].get_size()
        assert len(pdf) == 1
        assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)
        text = pdf[0].get_textpage().get_text_range()
        assert "Amel" not in text, "nobody's name goes with it"
        assert_quiet(page)
        assert_only_own_origin(page)
