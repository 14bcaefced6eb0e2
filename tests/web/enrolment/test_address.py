"""The address, four ways: the very one, an organisation's, none, or one that must not be known to anybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from citycard.operations import enrol
from citycard.store.organisations import Attests
from citycard.web.database import db
from tests.support.paper import words_on
from tests.support.reading import CheckingClient, read
from tests.web.conftest import PASSWORD
from tests.web.enrolment.conftest import PAPERS, TILLEULS, Counter, approves, picture, sentences

Attesting = Callable[..., int]

PORT = "Association du Port"

TODAY = {"letter_day": "23", "letter_month": "11", "letter_year": "2026"}
"""A letter of this morning: it is Monday, 23 November 2026."""


def stands(amel: Counter, way: str) -> None:
    """Bring an enrolment to the card screen, with papers that leave this way: by a hand behind the counter."""
    if not amel.ticket:
        amel.opens()
        amel.types(portrait=picture())
    with amel.app.app_context():
        row, desk = amel.row(), amel.desk()
        looked_at = enrol.read(row, desk).looked_at(way)
        file = looked_at.changed(identity_checked=True, residence_checked=True, birth_date_seen=True)
        enrol.save(db.session, desk, row, file)  # type: ignore[arg-type]
        db.session.commit()


def ways_on(amel: Counter) -> list[str]:
    """What can be chosen of the address."""
    page = amel.browser.page(amel.at("card"))
    return [option.attributes["value"] for option in page.all("input", name="address_kind")]


@pytest.mark.parametrize(
    ("papers", "ways"),
    [
        ("full", ["none", "full", "protected"]),
        ("care_of", ["none", "care_of", "protected"]),
        ("none", []),
        ("protected", []),
        ("", []),
    ],
)
def test_what_can_be_chosen_follows_from_the_papers(amel: Counter, papers: str, ways: list[str]) -> None:
    stands(amel, papers)

    assert ways_on(amel) == ways


def test_an_address_is_on_the_card_only_if_its_holder_asks(amel: Counter) -> None:
    stands(amel, "full")
    chosen = [
        option.attributes["value"]
        for option in amel.browser.page(amel.at("card")).all("input", name="address_kind")
        if "checked" in option.attributes
    ]
    assert chosen == ["none"]

    amel.types("card", portrait_in_code="no", address_kind="none", address=TILLEULS, address_in_code="y")

    file = amel.file()
    assert (file.address_kind, file.address, file.address_in_code) == ("none", "", False)


def test_the_address_that_was_asked_for_is_printed_and_in_the_code_if_that_was_asked_too(amel: Counter) -> None:
    stands(amel, "full")
    typed = f"  {TILLEULS} \n\n 13990  Port-Sable "

    assert amel.types("card", portrait_in_code="no", address_kind="full", address=typed, address_in_code="y").location

    file = amel.file()
    assert file.address == f"{TILLEULS}\n13990 Port-Sable"
    assert file.identity("", country="FR").address == file.address
    page = amel.browser.page(amel.at("check"))
    assert "on the back of the card" in page.text
    assert page.all("a", href=f"{amel.at('card')}#address-ways")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "Write the address"),
        ("x" * 201, "too long for the card"),
        ("x" * 100_000, "too long for the card"),
        ("1\n2\n3\n4\n5\n6", "five lines"),
        ("14 rue \u2066des Tilleuls", "cannot be seen"),
        ("王小明", "no letter"),
    ],
    ids=["empty", "long", "huge", "six lines", "turned", "no glyph"],
)
def test_an_address_that_cannot_stand_on_the_card_comes_back(amel: Counter, address: str, sentence: str) -> None:
    stands(amel, "full")

    answer = amel.types("card", portrait_in_code="no", address_kind="full", address=address, emergency_phone="00 01")

    page = read(answer)
    assert answer.status_code == 422
    assert sentence in page.one("div", id="mistakes").text
    assert page.all("a", href="#address")
    assert "checked" in page.one("input", name="address_kind", value="full").attributes
    assert page.one("input", name="emergency_phone").attributes["value"] == "00 01"


@pytest.mark.parametrize("papers", ["protected", "none", ""])
def test_where_no_address_may_be_shown_there_is_nothing_to_type_it_into(amel: Counter, papers: str) -> None:
    stands(amel, papers)
    page = amel.browser.page(amel.at("card"))
    assert not page.all("textarea")

    amel.types("card", portrait_in_code="no", address_kind="full", address=TILLEULS, address_in_code="y")

    assert "Tilleuls" not in repr(vars(amel.file()))


def test_for_a_protected_address_the_page_says_not_to_ask(amel: Counter) -> None:
    stands(amel, "protected")

    assert "Do not ask for it" in amel.browser.page(amel.at("card")).text
    amel.types("card", portrait_in_code="no")

    assert amel.file().address_kind == "protected"
    lines = {item.text for item in amel.browser.page(amel.at("check")).all("dd")}
    assert "protected" in lines


def test_somebody_whose_papers_would_show_the_address_may_have_it_protected(
    amel: Counter, bruno: CheckingClient
) -> None:
    stands(amel, "full")
    amel.types("card", portrait_in_code="no", address_kind="protected", address=TILLEULS)
    amel.submits()
    approves(bruno, amel)
    amel.presses("issue")

    printed = " ".join(words_on(amel.presses("print").data))

    assert "Adresse" not in printed
    assert "Tilleuls" not in printed


def test_care_of_an_organisation_is_printed_as_such(amel: Counter, bruno: CheckingClient, attesting: Attesting) -> None:
    chosen = attesting(PORT)
    stands(amel, "care_of")

    amel.types("card", portrait_in_code="no", address_kind="care_of", organisation=str(chosen), **TODAY)
    amel.submits()
    approves(bruno, amel)
    amel.presses("issue")

    assert f"c/o {PORT}" in " ".join(" ".join(words_on(amel.presses("print").data)).split())


@pytest.mark.parametrize(
    ("day", "month", "sentence"),
    [
        ("3", "11", "This letter is 20 days old; letters of this organisation count for 14 days."),
        ("24", "11", "dated in the future"),
        ("31", "2", "not in the calendar"),
        ("", "", "the day, the month and the year"),
    ],
)
def test_a_letter_that_does_not_count_is_said_at_once(
    amel: Counter, attesting: Attesting, day: str, month: str, sentence: str
) -> None:
    chosen = attesting(PORT)
    stands(amel, "care_of")
    letter = {"letter_day": day, "letter_month": month, "letter_year": "2026"}

    answer = amel.types("card", portrait_in_code="no", address_kind="care_of", organisation=str(chosen), **letter)

    page = read(answer)
    assert answer.status_code == 422
    assert sentence in page.one("div", id="mistakes").text
    assert page.all("a", href="#letter_day")
    assert page.one("input", name="letter_month").attributes["value"] == month
    assert not amel.file().address


@pytest.mark.parametrize(("day", "counts"), [("9", True), ("8", False)])
def test_the_last_day_of_a_letter_is_its_own(amel: Counter, attesting: Attesting, day: str, *, counts: bool) -> None:
    chosen = attesting(PORT, letter_days=14)
    stands(amel, "care_of")

    letter = {"letter_day": day, "letter_month": "11", "letter_year": "2026"}
    answer = amel.types("card", portrait_in_code="no", address_kind="care_of", organisation=str(chosen), **letter)

    assert (answer.status_code == 303) is counts


def test_the_date_of_the_letter_is_kept_nowhere(amel: Counter, attesting: Attesting, app: Flask) -> None:
    chosen = attesting(PORT)
    stands(amel, "care_of")
    letter = {"letter_day": "19", "letter_month": "11", "letter_year": "2026"}
    fields = {"portrait_in_code": "no", "address_kind": "care_of", "organisation": str(chosen), **letter}

    amel.types("card", **fields, lock="now")
    amel.browser.send("/staff/locked", {"password": PASSWORD})
    page = amel.browser.page(amel.at("card"))
    assert page.one("input", name="letter_day").attributes.get("value", "") == ""
    assert "selected" in page.one("option", value=str(chosen)).attributes, "what was chosen is kept"
    amel.types("card", **fields)

    file = amel.file()
    assert file.address == f"c/o {PORT}"
    held = [value for value in vars(file).values() if isinstance(value, str | dict)]
    # The handle is drawn when the file is opened, before there is a letter, and may have a 19 in it.
    assert "19" not in repr([value for value in held if value not in (file.date_of_birth, file.handle)])


def test_coming_back_to_the_screen_asks_for_no_second_look_at_the_letter(amel: Counter, attesting: Attesting) -> None:
    port, quays = attesting(PORT), attesting("Secours des Quais")
    stands(amel, "care_of")
    amel.types("card", portrait_in_code="no", address_kind="care_of", organisation=str(port), **TODAY)

    same = amel.types("card", portrait_in_code="yes", address_kind="care_of", organisation=str(port))
    other = amel.types("card", portrait_in_code="yes", address_kind="care_of", organisation=str(quays))

    assert same.status_code == 303
    assert other.status_code == 422
    assert "the day, the month and the year" in sentences(other)


def test_only_organisations_whose_letters_count_today_are_offered(amel: Counter, attesting: Attesting) -> None:
    attesting(PORT)
    attesting("Foyer des Dunes", Attests.MINORS)
    attesting("Closed", active=False)
    attesting("Over", last_day=date(2026, 11, 22))
    attesting("Later", first_day=date(2026, 11, 24))
    attesting("Last day", last_day=date(2026, 11, 23))
    stands(amel, "care_of")

    page = amel.browser.page(amel.at("card"))

    select = page.one("select", name="organisation")
    offered = [option.text for option in page.all("option") if select in option.parents]
    assert offered == ["Choose", PORT, "Last day"]


def test_an_organisation_that_is_not_offered_is_refused(amel: Counter, attesting: Attesting) -> None:
    closed = attesting("Closed", active=False)
    stands(amel, "care_of")

    answer = amel.types("card", portrait_in_code="no", address_kind="care_of", organisation=str(closed), **TODAY)

    assert answer.status_code == 422
    assert "Choose the organisation" in sentences(answer)


def test_other_papers_drop_an_address_that_they_do_not_allow(amel: Counter) -> None:
    stands(amel, "full")
    amel.types("card", portrait_in_code="no", address_kind="full", address=TILLEULS, address_in_code="y")
    assert amel.file().prints_address

    stands(amel, "care_of")

    file = amel.file()
    assert (file.address, file.address_kind, file.address_in_code) == ("", "", False)


def test_papers_that_are_looked_at_again_want_the_letter_again(amel: Counter, attesting: Attesting) -> None:
    port = attesting(PORT)
    stands(amel, "care_of")
    amel.types("card", portrait_in_code="no", address_kind="care_of", organisation=str(port), **TODAY)

    stands(amel, "care_of")

    assert not amel.file().address


def test_without_papers_the_card_screen_leads_to_them(amel: Counter) -> None:
    amel.opens().types(portrait=picture())

    page = amel.browser.page(amel.at("card"))

    assert page.all("a", href=amel.at("evidence"))
    assert not page.all("textarea")


def test_an_ordinary_bill_leaves_the_holder_the_choice(amel: Counter) -> None:
    amel.opens().types(portrait=picture())
    amel.types("evidence", **PAPERS)

    assert ways_on(amel) == ["none", "full", "protected"]
