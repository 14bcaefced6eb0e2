"""How an official opens services to a partner city's cards, and closes them again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from citycard.operations import agreements
from citycard.operations.refusals import OperationRefused
from citycard.services.register import FILE
from citycard.settings import Office
from citycard.store.audit import AuditEntry
from citycard.store.partners import Agreement, Partner, PartnerState
from tests.support.cities import City
from tests.support.paper import words_on
from tests.support.reading import CheckingClient, Page, read
from tests.support.town_hall import TownHall
from tests.web.conftest import Clock

SignedIn = Callable[[str], CheckingClient]

CHOSEN = {
    "services": ["library", "pool"],
    "from_day": "23",
    "from_month": "11",
    "from_year": "2026",
    "until_day": "",
    "until_month": "",
    "until_year": "",
    "list_hours": "6",
}


def held(hall: TownHall) -> dict[str, tuple[str, str | None, int | None]]:
    """What stands in the register."""
    with hall.session() as session:
        return {
            row.service: (row.first_day.isoformat(), row.last_day and row.last_day.isoformat(), row.list_hours)
            for row in session.scalars(select(Agreement))
        }


def verdict(browser: CheckingClient, city: City, service: str) -> str:
    """What the desk of a service says of a card of the city."""
    found = read(browser.send(f"/desk/for/{service}", {"code": city.card()}))
    return next(each.attributes["data-verdict"] for each in found.all("section") if "data-verdict" in each.attributes)


def agree(browser: CheckingClient, page: str, **changes: Any) -> Page:
    """Choose, look, and open; the page that follows."""
    answer = browser.send(f"{page}/agreements", {**CHOSEN, **changes, "sure": "yes"})
    return browser.page(answer.location) if answer.status_code == 303 else read(answer)


def test_nothing_opens_before_it_was_looked_at(signed_in: SignedIn, hall: TownHall, rivemont: City, page: str) -> None:
    dario = signed_in("Dario")
    assert "Nothing is agreed with this city." in dario.page(page).text

    looked = read(dario.send(f"{page}/agreements", CHOSEN))

    assert looked.h1 == "Open these services to its cards?"
    for word in ("Lighthouse Library", "Pool", "From November 23, 2026", "may be 6 hours old", "Can it be undone?"):
        assert word in looked.text
    assert held(hall) == {}
    typed = {(each.attributes["name"], each.attributes.get("value")) for each in looked.all("input", type="hidden")}
    assert {("services", "library"), ("services", "pool"), ("list_hours", "6"), ("from_year", "2026")} <= typed


def test_what_was_agreed_opens_at_the_desk_and_ends_in_one_act(
    signed_in: SignedIn, hall: TownHall, rivemont: City, page: str
) -> None:
    dario, library = signed_in("Dario"), signed_in("Library")
    assert verdict(library, rivemont, "library") == "NOT_ACCEPTED"

    after = agree(dario, page)

    assert "It is agreed." in after.text
    assert held(hall) == {"library": ("2026-11-23", None, 6), "pool": ("2026-11-23", None, 6)}
    table = after.one("section", aria_labelledby="opens").text
    for word in ("Lighthouse Library", "from Nov 23, 2026", "6 hours", "in force", "Close for now", "Museum of Storms"):
        assert word in table
    assert [verdict(library, rivemont, each) for each in ("library", "pool")] == ["OK", "OK"]

    asked = dario.page(f"{page}/agreements/end")
    assert asked.h1 == "End all agreements with this city?"
    assert "Lighthouse Library" in asked.text
    ended = dario.send(f"{page}/agreements/end")
    assert ended.location == page
    assert held(hall) == {}
    assert [verdict(library, rivemont, each) for each in ("library", "pool")] == ["NOT_ACCEPTED"] * 2
    with hall.session() as session:
        assert session.query(Partner).one().state == PartnerState.RECOGNISED
        assert list(session.scalars(select(AuditEntry.act).order_by(AuditEntry.seq)))[-2:] == [
            "services-agreed",
            "agreement-ended",
        ]


def test_one_is_changed_or_ended_and_the_others_stay(
    signed_in: SignedIn, hall: TownHall, rivemont: City, page: str
) -> None:
    chloe = signed_in("Chloe")
    agree(chloe, page)
    form = chloe.page(f"{page}/agreements?service=pool")
    assert [
        each.attributes["value"] for each in form.all("input", name="services") if "checked" in each.attributes
    ] == ["pool"]
    assert form.one("input", name="list_hours").attributes["value"] == "6"

    until = {"until_day": "31", "until_month": "12", "until_year": "2026"}
    agree(chloe, page, services=["pool"], list_hours="", **until)
    assert held(hall) == {"library": ("2026-11-23", None, 6), "pool": ("2026-11-23", "2026-12-31", None)}

    assert chloe.page(f"{page}/agreements/end/pool").h1 == "End this agreement?"
    chloe.send(f"{page}/agreements/end/pool")
    assert held(hall) == {"library": ("2026-11-23", None, 6)}
    assert chloe.get(f"{page}/agreements/end/pool").location == page


def test_one_service_is_suspended_and_resumed(signed_in: SignedIn, hall: TownHall, rivemont: City, page: str) -> None:
    dario, library = signed_in("Dario"), signed_in("Library")
    agree(dario, page)
    address = f"{page}/agreements/suspend/pool"
    asked = dario.page(address)
    assert asked.h1 == "Close this service for now?"
    assert "Pool" in asked.text

    assert dario.send(address).location == page

    assert "closed for now" in dario.page(page).one("section", aria_labelledby="opens").text
    assert [verdict(library, rivemont, each) for each in ("library", "pool")] == ["OK", "NOT_ACCEPTED"]
    assert dario.get(address).location == page
    again = f"{page}/agreements/resume/pool"
    assert dario.page(again).h1 == "Open this service again?"
    dario.send(again)
    assert verdict(library, rivemont, "pool") == "OK"
    assert dario.get(again).location == page
    assert dario.get(f"{page}/agreements/forget/pool").status_code == 404


def test_new_terms_stand_beside_the_present_ones_and_open_nothing_that_is_closed(
    signed_in: SignedIn, hall: TownHall, rivemont: City, page: str
) -> None:
    dario, library = signed_in("Dario"), signed_in("Library")
    assert "Agreed now" not in dario.page(f"{page}/agreements").text
    agree(dario, page)
    dario.send(f"{page}/agreements/suspend/pool")

    form = dario.page(f"{page}/agreements").text
    looked = read(dario.send(f"{page}/agreements", {**CHOSEN, "services": ["pool"], "list_hours": "12"})).text
    after = agree(dario, page, services=["pool"], list_hours="12").text

    for word in ("Agreed now", "Lighthouse Library", "6 hours", "in force", "closed for now"):
        assert word in form
    for word in ("Closed for now, and stays closed", "Agreed now", "list of 6 hours at most", "may be 12 hours old"):
        assert word in looked
    assert "Nothing opens by this: only the terms change." in looked
    assert "Lighthouse Library" not in looked
    assert "What was closed for now stays closed" in after
    assert held(hall)["pool"] == ("2026-11-23", None, 12)
    assert [verdict(library, rivemont, each) for each in ("library", "pool")] == ["OK", "NOT_ACCEPTED"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"services": []}, "Choose at least one service"),
        ({"services": ["museum"]}, "Choose at least one service"),
        ({"list_hours": "505"}, "at most 504 hours"),
        ({"list_hours": "5000"}, "at most 504 hours"),
        ({"list_hours": "0"}, "too few hours"),
        ({"list_hours": "1"}, "they would refuse all visitors"),
        ({"list_hours": "2.5"}, "whole hours"),
        ({"list_hours": "a day"}, "whole hours"),
        ({"from_month": ""}, "Write the day, the month and the year"),
        ({"until_day": "30", "until_month": "2", "until_year": "2027"}, "not in the calendar"),
        ({"until_day": "22", "until_month": "11", "until_year": "2026"}, "before the first"),
        (
            {"from_day": "1", "until_day": "22", "until_month": "11", "until_year": "2026"},
            "This last day has passed",
        ),
    ],
)
def test_what_cannot_be_agreed_has_its_sentence_and_stays_typed(
    signed_in: SignedIn, hall: TownHall, page: str, changes: dict[str, Any], sentence: str
) -> None:
    answer = signed_in("Dario").send(f"{page}/agreements", {**CHOSEN, **changes, "sure": "yes"})

    assert answer.status_code == 422
    assert sentence in read(answer).one("div", id="mistakes").text
    assert held(hall) == {}


def test_the_smallest_limit_is_said_before_anybody_types(signed_in: SignedIn, page: str) -> None:
    assert "whole hours, 3 or more" in signed_in("Dario").page(f"{page}/agreements").text


def test_a_first_day_long_ago_is_remarked_upon_unless_it_stood_there(signed_in: SignedIn, page: str) -> None:
    """An agreement of last year that gets other terms keeps its first day, and nobody is asked about it."""
    dario, long_ago = signed_in("Dario"), {**CHOSEN, "from_year": "2020"}
    remark = "The first day has passed already: November 23, 2020."

    assert remark in read(dario.send(f"{page}/agreements", long_ago)).text
    assert "has passed" not in read(dario.send(f"{page}/agreements", CHOSEN)).text

    agree(dario, page, from_year="2020")
    assert "has passed" not in read(dario.send(f"{page}/agreements", {**long_ago, "list_hours": "12"})).text


def test_what_was_chosen_can_be_changed_before_it_is_done(signed_in: SignedIn, hall: TownHall, page: str) -> None:
    answer = signed_in("Dario").send(f"{page}/agreements", {**CHOSEN, "look": "yes", "back": "yes"})

    found = read(answer)
    assert found.h1 == "Agree on services"
    assert found.one("input", name="list_hours").attributes["value"] == "6"
    assert held(hall) == {}


@pytest.mark.parametrize("button", ["look", "sure"])
def test_another_language_opens_nothing_and_forgets_nothing(
    signed_in: SignedIn, hall: TownHall, page: str, button: str
) -> None:
    found = read(signed_in("Dario").send(f"{page}/agreements", {**CHOSEN, button: "yes", "lang": "es"}))

    assert found.one("html").attributes["lang"] == "es"
    assert ("services", "pool") in {
        (e.attributes["name"], e.attributes["value"]) for e in found.all("input", type="hidden")
    }
    assert held(hall) == {}


def test_the_password_is_asked_before(signed_in: SignedIn, hall: TownHall, page: str, clock: Clock) -> None:
    dario = signed_in("Dario")
    agree(dario, page)
    clock.pass_by(minutes=9)
    dario.page(page)
    clock.pass_by(minutes=9)

    for address in (f"{page}/agreements", f"{page}/agreements/end", f"{page}/agreements/end/pool"):
        assert dario.get(address).location == "/staff/confirm"


def test_a_city_that_is_suspended_keeps_what_was_agreed_and_agrees_on_nothing(
    signed_in: SignedIn, hall: TownHall, rivemont: City, page: str
) -> None:
    dario, library = signed_in("Dario"), signed_in("Library")
    agree(dario, page)
    dario.send(f"{page}/suspend")

    shown = dario.page(page)
    assert "nothing of this opens now" in shown.text
    assert dario.get(f"{page}/agreements").location == page
    assert verdict(library, rivemont, "library") == "NOT_ACCEPTED"

    dario.send(f"{page}/resume")
    assert verdict(library, rivemont, "library") == "OK"


def test_a_recognition_that_ends_takes_its_agreements_along(
    signed_in: SignedIn, hall: TownHall, rivemont: City, page: str
) -> None:
    dario = signed_in("Dario")
    agree(dario, page)
    dario.send(f"{page}/end")

    assert held(hall) == {}
    assert "What its cards open here" not in dario.page(page).text


def test_a_service_that_went_is_said_to_open_nothing(
    signed_in: SignedIn, hall: TownHall, office: Office, page: str
) -> None:
    dario = signed_in("Dario")
    agree(dario, page)
    (office.folder / FILE).write_text("format = 1\n", encoding="utf-8")

    shown = dario.page(page).one("section", aria_labelledby="opens").text

    assert "opens nothing: no service by agreement" in shown
    assert "PDF" not in shown
    assert "No service of ours takes visitors by agreement" in dario.page(f"{page}/agreements").text
    dario.send(f"{page}/agreements/end/pool")
    assert set(held(hall)) == {"library"}


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_the_paper_says_what_stands_in_the_register(
    signed_in: SignedIn, hall: TownHall, page: str, language: str
) -> None:
    dario = signed_in("Dario")
    assert dario.get(f"{page}/agreement.pdf").status_code == 404
    agree(dario, page)

    answer = signed_in("Esra").get(f"{page}/agreement.pdf?language={language}")

    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    said = " ".join(" ".join(words_on(answer.data)).split())
    for word in ("Rivemont", "______"):
        assert word in said
    if language == "en":
        for word in ("This is a draft", "Lighthouse Library", "Pool", "6 hours", "from November 23, 2026", "Signature"):
            assert word in said
    assert dario.get(f"{page}/agreement.pdf?language=xx").status_code == 404


def test_a_draft_can_be_printed_before_anything_is_agreed(signed_in: SignedIn, hall: TownHall, page: str) -> None:
    dario = signed_in("Dario")
    answer = dario.send(f"{page}/agreements/draft", {**CHOSEN, "language": "en"}, form=f"{page}/agreements")

    assert answer.mimetype == "application/pdf"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "Lighthouse Library" in " ".join(words_on(answer.data))
    assert held(hall) == {}
    empty = dario.send(
        f"{page}/agreements/draft", {**CHOSEN, "services": [], "language": "en"}, form=f"{page}/agreements"
    )
    assert empty.status_code == 422


def test_the_auditor_reads_and_does_not_act(signed_in: SignedIn, page: str) -> None:
    agree(signed_in("Dario"), page)
    esra = signed_in("Esra")

    shown = esra.page(page)
    assert "Lighthouse Library" in shown.text
    assert not [a for a in shown.all("a") if "/agreements" in a.attributes["href"]]
    for address in (f"{page}/agreements", f"{page}/agreements/end", f"{page}/agreements/end/pool"):
        assert esra.get(address).status_code == 403


def test_agreeing_is_for_those_who_recognise(hall: TownHall, page: str) -> None:
    with hall.session() as session, pytest.raises(OperationRefused, match="key custodians"):
        agreements.end(session, hall.desk(), session.query(Partner).one(), by=hall.staff(session, "Amel"))
