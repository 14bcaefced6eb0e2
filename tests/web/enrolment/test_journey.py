"""A person comes in, and leaves with a card; what the office still knows afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from citycard.core.verdicts import Verdict
from citycard.core.verify import verify
from citycard.keystore.ring import load_ring
from citycard.operations import retention, status_lists
from citycard.operations.check import Checker
from citycard.operations.counting import ScanCounters
from citycard.settings import Office
from citycard.store.cards import Card, CardState
from citycard.store.enrolments import Enrolment
from citycard.web.database import db
from tests.support.paper import rasterised, read_codes, words_on
from tests.support.reading import CheckingClient
from tests.web.conftest import Clock
from tests.web.enrolment.conftest import NOEMIE, TILLEULS, Counter, approves, on_both, sentences


@on_both
def test_a_person_leaves_with_a_card_and_the_office_forgets_her(
    amel: Counter, bruno: CheckingClient, app: Flask, clock: Clock
) -> None:
    amel.enrols()
    assert amel.submits().location == "/enrolments/"
    assert approves(bruno, amel).status_code == 303
    assert amel.presses("issue").location == amel.at("finish")
    printed = amel.presses("print")
    slip = amel.presses("slip")

    assert printed.content_type == slip.content_type == "application/pdf"
    assert printed.headers["Cache-Control"] == slip.headers["Cache-Control"] == "no-store"
    assert amel.presses("hand-over").location == "/enrolments/handed-over"
    farewell = amel.browser.page("/enrolments/handed-over")
    assert amel.ticket not in farewell.text
    assert NOEMIE["full_name"] not in farewell.text
    assert amel.browser.get(amel.at("finish")).status_code == 404
    with app.app_context():
        assert db.session.scalars(select(Enrolment)).all() == []
        assert [card.state for card in db.session.scalars(select(Card))] == [CardState.ACTIVE]


def test_the_printed_card_is_accepted_by_a_desk(
    amel: Counter, bruno: CheckingClient, app: Flask, office: Office, clock: Clock
) -> None:
    amel.enrols()
    amel.submits()
    approves(bruno, amel)
    amel.presses("issue")

    front, back = rasterised(amel.presses("print").data)
    texts = [*read_codes(front), *read_codes(back)]

    with app.app_context():
        status_lists.sign_due(db.session, load_ring(office), now=clock.now)  # type: ignore[arg-type]
        db.session.commit()
        trusted = Checker(office, ScanCounters()).trusted(db.session, now=clock.now)  # type: ignore[arg-type]
    for text, named in zip(texts, (None, NOEMIE["full_name"]), strict=True):
        card = verify(text, trust=trusted.trust, lists=trusted.lists, now=clock.now)
        assert card.verdict is Verdict.OK
        assert card.identity.full_name == named


def test_nothing_of_her_is_in_the_files_of_the_office(
    amel: Counter, bruno: CheckingClient, office: Office, app: Flask
) -> None:
    amel.answers |= {"full_name": "Zénobie Quatrevingts"}
    amel.enrols(address_kind="full", address="77 rue du Sycomore")
    assert not places_of("Zénobie", office.folder)
    assert not places_of("Sycomore", office.folder)
    amel.submits()
    approves(bruno, amel)
    for act in ("issue", "print", "hand-over"):
        amel.presses(act)

    assert not places_of("Zénobie", office.folder)
    assert not places_of("Sycomore", office.folder)
    assert all(not path.stat().st_size for path in office.folder.glob("*-wal")), "the log is emptied at once"


def test_no_address_title_or_message_on_the_way_holds_anything_of_her(amel: Counter, bruno: CheckingClient) -> None:
    amel.enrols()
    for step in ("identity", "evidence", "card", "check", "read", "abandon"):
        page = amel.browser.page(amel.at(step))
        assert "Kassar" not in page.all("title")[0].text
        assert all("Kassar" not in link.attributes.get("href", "") for link in page.all("a"))
    amel.submits()

    page = bruno.page("/enrolments/")

    assert "Kassar" not in page.text
    assert amel.ticket in page.text


def test_the_home_sheet_lists_what_its_code_holds_and_no_more(amel: Counter, bruno: CheckingClient) -> None:
    amel.answers |= {"gender_words": "mujer", "language": "en"}
    amel.enrols(address_kind="full", address=TILLEULS)
    amel.submits()
    approves(bruno, amel)
    amel.presses("issue")

    card, slip = (" ".join(words_on(amel.presses(which).data)) for which in ("print", "slip"))

    assert TILLEULS in card
    assert "mujer" in card
    assert NOEMIE["full_name"] in slip
    assert "Tilleuls" not in slip
    assert "mujer" not in slip


def test_the_card_is_sent_to_the_printer_once(amel: Counter, bruno: CheckingClient) -> None:
    amel.enrols()
    amel.submits()
    approves(bruno, amel)
    amel.presses("issue")
    amel.presses("print")

    again = amel.presses("print")

    assert again.status_code == 409
    assert "already sent to the printer" in sentences(again)


def test_a_failed_print_voids_the_card_and_brings_the_draft_back(
    amel: Counter, bruno: CheckingClient, app: Flask
) -> None:
    amel.enrols()
    amel.submits()
    approves(bruno, amel)
    amel.presses("issue")
    amel.presses("print")

    assert amel.presses("print-failed").location == amel.at("check")

    assert amel.file().full_name == NOEMIE["full_name"]
    with app.app_context():
        assert [card.state for card in db.session.scalars(select(Card))] == [CardState.VOID]
    assert amel.submits().status_code == 303  # and it goes round again


def test_making_a_card_void_is_asked_first_and_named_after_the_print_only_once_printed(
    amel: Counter, bruno: CheckingClient
) -> None:
    amel.enrols()
    amel.submits()
    approves(bruno, amel)
    amel.presses("issue")
    assert "The print failed" not in amel.browser.page(amel.at("finish")).text
    amel.presses("print")

    finish, asked = amel.browser.page(amel.at("finish")), amel.browser.page(amel.at("print-failed"))

    assert finish.all("a", href=amel.at("print-failed"))
    assert not finish.all("form", action=amel.at("print-failed"))
    assert "cut it up" in asked.text
    assert amel.row_state() == "printed"


def test_what_is_read_out_can_be_read_by_the_holder_in_her_language(amel: Counter, bruno: CheckingClient) -> None:
    amel.enrols()
    assert amel.browser.get(amel.at("read-out")).status_code == 303  # nothing to hand over yet
    amel.submits()
    approves(bruno, amel)
    for act in ("issue", "print"):
        amel.presses(act)

    page = amel.browser.page(amel.at("read-out"))

    assert page.one("html").attributes["lang"] == "es"
    assert not page.all("form")


@on_both
def test_a_draft_left_alone_is_forgotten_by_its_clock(amel: Counter, app: Flask, clock: Clock) -> None:
    amel.enrols()
    clock.pass_by(minutes=31)

    assert amel.browser.get(amel.at("check")).location == "/staff/locked"
    with app.app_context():
        swept = retention.run(db.engine, amel.desk())
        assert swept.forgotten == 1
        assert db.session.scalars(select(Enrolment)).all() == []


def test_an_expired_draft_is_not_shown_even_before_it_is_swept(
    amel: Counter, clock: Clock, signed_in: Callable[[str], CheckingClient]
) -> None:
    amel.enrols()
    clock.pass_by(minutes=30)

    answer = signed_in("Amel").get(amel.at("check"))

    assert answer.status_code == 404
    assert "Kassar" not in answer.text


def test_more_time_sets_the_clock_of_a_draft_back(amel: Counter, clock: Clock) -> None:
    amel.opens()
    clock.pass_by(minutes=8)
    page = amel.browser.page(amel.at("identity"))

    told = amel.browser.post(amel.at("extend"), headers={"X-CSRFToken": page.token()}).get_json()

    assert told["deadline"] == (clock.now + timedelta(minutes=30)).isoformat()


@pytest.mark.parametrize("settings", [{"approval": "never"}], indirect=True)
def test_in_a_town_of_two_officials_the_clerk_approves_herself(amel: Counter) -> None:
    amel.enrols()

    assert amel.submits().location == amel.at("finish")
    assert amel.presses("issue").location == amel.at("finish")


def test_abandoning_says_first_what_will_happen(amel: Counter, app: Flask) -> None:
    amel.enrols()

    assert "cannot be undone" in amel.browser.page(amel.at("abandon")).text
    assert amel.browser.send(amel.at("abandon")).location == "/enrolments/"
    with app.app_context():
        assert db.session.scalars(select(Enrolment)).all() == []


def places_of(word: str, folder: Path) -> list[Path]:
    """Files below `folder` that hold a word, in any encoding that we write."""
    wanted = (word.encode(), word.encode("utf-16-le"))
    return [path for path in folder.rglob("*") if path.is_file() and any(one in path.read_bytes() for one in wanted)]
