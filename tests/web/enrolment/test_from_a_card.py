"""A new card from an old one: scanned, compared, filled in; and the paper card of the day the printer was dead.

Salma has a card of Port-Sable, and the office has forgotten her. What she brings is all that is known.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from citycard.core.verdicts import Verdict
from citycard.evidence import shipped
from citycard.evidence.rules import WORN_CARD
from citycard.operations import cards
from citycard.printing.codes import single_code
from citycard.settings import Office
from citycard.store.cards import Card, CardState
from citycard.store.enrolments import Enrolment
from citycard.web.database import db
from tests.support.cities import City
from tests.support.office import make_office
from tests.support.paper import rasterised, read_codes, words_on
from tests.support.reading import CheckingClient, Page, read
from tests.support.town_hall import Issued, TownHall
from tests.web.conftest import PASSWORD, Clock
from tests.web.enrolment.conftest import Counter, approves, picture, sentences

SignedIn = Callable[[str], CheckingClient]
START = "/enrolments/from-a-card"


@pytest.fixture
def office(tmp_path: Path, settings: dict[str, Any], register: str | None) -> Office:
    """Port-Sable; with rules of its own, which know nothing of worn cards, where the settings name `ours.json`."""
    made = make_office(tmp_path, database_url=register, **settings)
    if settings.get("evidence") == "ours.json":
        rules = json.loads(((Path(shipped.__file__).parent / "sets") / "basic-2026.json").read_bytes())
        rules["id"] = "ours"
        rules["documents"] = [each for each in rules["documents"] if each["id"] != WORN_CARD]
        (made.folder / "ours.json").write_text(json.dumps(rules), "utf-8")
    return made


@pytest.fixture
def hall(app: Flask, office: Office) -> Iterator[TownHall]:
    """What happened in this town hall before; opened after the application, whose staff it shares."""
    opened = TownHall(office)
    yield opened
    opened.close()


@pytest.fixture
def old(hall: TownHall) -> Issued:
    """Salma's card, with all that the office knew of her forgotten."""
    return hall.card(
        full_name="Salma Ben Youssef",
        own_script_name="سلمى بن يوسف",
        own_script_language="ara",
        own_script_in_code=True,
        language="ar",
        language_in_code=True,
    )


def scans(amel: Counter, text: str, **fields: str) -> TestResponse:
    """Scan a code on the page, as a scanner types it, with the Enter that it adds."""
    page = amel.browser.page(START)
    token = page.one("input", name="request_token").attributes["value"]
    sent = {"csrf_token": page.token(), "request_token": token, "card": text + "\r\n", **fields}
    answer = amel.browser.post(START, data=sent)
    if answer.status_code == 303 and "compare" in answer.location:
        amel.ticket = answer.location.split("/")[2]
    return answer


def says(amel: Counter, face: str) -> TestResponse:
    """Say what was seen when the face was compared."""
    return amel.browser.send(amel.at("compare"), {"face": face})


def filled_in(page: Page) -> dict[str, str]:
    """What the form of a screen holds when it is opened, as a browser would send it."""
    form: dict[str, str] = {}
    for field in page.all("input", "textarea", "select", "option"):
        sheet = field.inside("form")
        if sheet is None or "sheet" not in sheet.attributes.get("class", ""):
            continue
        name, kind = field.attributes.get("name", ""), field.attributes.get("type", "text")
        if field.tag == "option":
            choice = field.inside("select")
            if choice is not None and "selected" in field.attributes:
                form[choice.attributes["name"]] = field.attributes["value"]
        elif field.tag == "textarea":
            form[name] = field.text
        elif kind in ("radio", "checkbox"):
            if "checked" in field.attributes:
                form[name] = field.attributes.get("value", "y")
        elif field.tag == "input" and kind not in ("file", "submit") and name not in ("csrf_token", "seen"):
            form[name] = field.attributes.get("value", "")
    return form


def goes_on(amel: Counter, bruno: CheckingClient) -> TestResponse:
    """From the filled-in screens to the issued card, changing nothing but the picture."""
    amel.answers = filled_in(amel.browser.page(amel.at("identity")))
    assert amel.types(portrait=picture()).location == amel.at("evidence")
    assert amel.types("evidence").location == amel.at("card")
    chosen: dict[str, Any] = filled_in(amel.browser.page(amel.at("card")))
    assert amel.types("card", **(chosen | {"portrait_in_code": "yes"})).location == amel.at("check")
    assert amel.submits().location == "/enrolments/"
    assert approves(bruno, amel).status_code == 303
    return amel.presses("issue")


def cards_by_number(app: Flask) -> dict[str, Card]:
    """The register's cards."""
    with app.app_context():
        return {card.number: card for card in db.session.scalars(select(Card))}


# --- the whole way ----------------------------------------------------------------------------------------------


def test_the_new_card_says_what_the_old_one_said_and_the_old_one_ends(
    amel: Counter, bruno: CheckingClient, hall: TownHall, old: Issued
) -> None:
    assert scans(amel, old.full_code).location == amel.at("compare")
    page = amel.browser.page(amel.at("compare"))
    shown = page.one("img", src=f"{amel.at('portrait/old')}")
    assert shown.attributes["alt"]
    face = amel.browser.get(amel.at("portrait/old"))
    assert (face.status_code, face.mimetype) == (200, "image/webp")

    assert says(amel, "same").location == amel.at("identity")
    typed = filled_in(amel.browser.page(amel.at("identity")))
    assert typed["full_name"] == "Salma Ben Youssef"
    assert (typed["day"], typed["month"], typed["year"]) == ("23", "4", "1991")
    assert typed["language"] == "ar"
    assert hall.check(old.full_code).verdict is Verdict.OK, "she is not without a card while the new one is made"

    assert goes_on(amel, bruno).status_code == 303

    assert hall.check(old.full_code).verdict is Verdict.REVOKED
    assert hall.check(old.light_code).verdict is Verdict.REVOKED
    new = amel.file()
    assert hall.check(new.full_code).verdict is Verdict.OK
    told = hall.check(new.full_code).card
    assert told is not None
    assert told.identity.full_name == "Salma Ben Youssef"
    assert told.identity.own_script_name == "سلمى بن يوسف"


def test_a_paper_card_is_exchanged_by_scanning_the_very_sheet(
    app: Flask, amel: Counter, bruno: CheckingClient, hall: TownHall
) -> None:
    # The card printer is dead: the same card goes on A4.
    amel.enrols()
    amel.submits()
    approves(bruno, amel)
    amel.presses("issue")
    pdf = amel.presses("print", on="paper")
    assert pdf.mimetype == "application/pdf"
    (said,) = words_on(pdf.data)
    assert "Noémie Kassar-Lund" in said
    (sheet,) = rasterised(pdf.data, dots_per_inch=300)
    full = max(read_codes(sheet), key=len)
    amel.presses("hand-over")
    (paper,) = cards_by_number(app).values()
    assert hall.check(full).verdict is Verdict.OK, "on paper it is good everywhere"

    # A week later, with a new ribbon.
    scans(amel, full)
    says(amel, "same")
    goes_on(amel, bruno)
    assert amel.presses("print").mimetype == "application/pdf"
    hall.publish_lists()

    assert hall.check(full).verdict is Verdict.REVOKED
    plastic = hall.check(amel.file().full_code)
    assert plastic.verdict is Verdict.OK
    assert plastic.card is not None
    assert plastic.card.identity.number != paper.number


def test_where_the_face_is_not_certain_papers_are_looked_at(amel: Counter, old: Issued) -> None:
    scans(amel, old.full_code)

    assert says(amel, "unsure").location == amel.at("identity")

    file = amel.file()
    assert (file.identity_checked, file.residence_checked) == (False, False)
    assert file.full_name == "Salma Ben Youssef", "what the card says is filled in all the same"
    assert "looked at as for a new card" in amel.browser.page(amel.at("identity")).text


def test_a_code_without_a_face_says_so(amel: Counter, hall: TownHall) -> None:
    scans(amel, hall.card(portrait_in_code="no").full_code)

    page = amel.browser.page(amel.at("compare"))

    assert "This code holds no face" in page.text
    assert amel.browser.get(amel.at("portrait/old")).status_code == 404


def test_the_face_has_to_be_compared_before_the_card_stands_for_papers(amel: Counter, old: Issued) -> None:
    scans(amel, old.full_code)

    answer = amel.browser.send(amel.at("compare"), {})

    assert answer.status_code == 422
    assert "Say what you saw." in sentences(answer)
    assert not amel.file().identity_checked


def test_an_ordinary_enrolment_has_nothing_to_compare(amel: Counter) -> None:
    amel.opens()
    assert amel.browser.get(amel.at("compare")).location == amel.at("")


def test_pressed_twice_it_opens_one(app: Flask, amel: Counter, old: Issued) -> None:
    page = amel.browser.page(START)
    token = page.one("input", name="request_token").attributes["value"]
    sent = {"csrf_token": page.token(), "request_token": token, "card": old.full_code}

    first, second = (amel.browser.post(START, data=sent).location for _ in range(2))

    assert first == second
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 1


@pytest.mark.parametrize("settings", [{"validity_years": 1}], indirect=True)
def test_a_card_that_is_over_is_renewed_and_residence_is_asked_again(
    amel: Counter, hall: TownHall, old: Issued, clock: Clock, signed_in: SignedIn
) -> None:
    clock.pass_by(days=365 + 350)  # not quite a year
    amel.browser = signed_in("Amel")
    scans(amel, old.full_code)
    says(amel, "same")

    file = amel.file()

    assert (file.identity_checked, file.residence_checked) == (True, False)


# --- a worn card ------------------------------------------------------------------------------------------------


def test_of_a_worn_card_the_small_code_opens_an_empty_enrolment(amel: Counter, hall: TownHall, old: Issued) -> None:
    assert scans(amel, old.light_code).location == amel.at("compare")

    page = amel.browser.page(amel.at("compare"))
    assert "The small code says nothing of its holder" in page.text
    assert "one paper among others" in page.text
    assert not page.all("img")
    assert says(amel, "same").location == amel.at("identity")
    typed = filled_in(amel.browser.page(amel.at("identity")))
    assert (typed["full_name"], typed["year"]) == ("", "")
    file = amel.file()
    assert (file.identity_checked, file.residence_checked) == (False, False)


def test_a_worn_card_is_one_paper_and_not_enough(amel: Counter, hall: TownHall, old: Issued) -> None:
    scans(amel, old.light_code)
    says(amel, "same")
    amel.types(portrait=picture())

    page = amel.browser.page(amel.at("evidence"))

    assert "The worn card counts as one paper" in page.text
    assert "It is ticked below." in page.text
    ticked = [box.attributes["value"] for box in page.all("input", name="paper") if "checked" in box.attributes]
    assert ticked == ["city-card-worn"]
    alone = amel.types("evidence", paper=["city-card-worn", "energy-bill"])
    assert alone.status_code == 422
    assert "Not enough shows who this person is." in sentences(alone)
    assert not amel.file().identity_checked
    beside = amel.types("evidence", paper=["city-card-worn", "work-paper", "energy-bill"])
    assert beside.location == amel.at("card")
    again = amel.browser.page(amel.at("evidence"))
    assert "The worn card counts" not in again.text
    assert "Identity and residence are confirmed" in again.text


def test_the_worn_card_ends_with_the_issue_and_every_desk_knows(
    amel: Counter, bruno: CheckingClient, hall: TownHall, old: Issued
) -> None:
    scans(amel, old.light_code)
    says(amel, "same")
    amel.types(portrait=picture())
    amel.types("evidence", paper=["city-card-worn", "work-paper", "energy-bill"])
    amel.types("card", portrait_in_code="yes")
    amel.submits()
    approves(bruno, amel)
    assert hall.check(old.light_code).verdict is Verdict.OK

    amel.presses("issue")

    assert hall.check(old.light_code).verdict is Verdict.REVOKED


def test_where_the_printed_face_is_not_certain_the_card_is_left_alone(amel: Counter, old: Issued) -> None:
    scans(amel, old.light_code)

    assert says(amel, "unsure").location == amel.at("identity")

    assert (amel.file().replaces, amel.file().worn_card) == ("", "")
    assert "stays as it is" in amel.browser.page(amel.at("identity")).text
    assert "worn card counts" not in amel.browser.page(amel.at("evidence")).text


@pytest.mark.parametrize("settings", [{"evidence": "ours.json"}], indirect=True)
def test_rules_that_do_not_know_worn_cards_say_so(amel: Counter, old: Issued) -> None:
    scans(amel, old.light_code)
    says(amel, "same")

    assert "The evidence rules of this city do not count it." in amel.browser.page(amel.at("evidence")).text


# --- neither card nor sheet -------------------------------------------------------------------------------------


def test_with_neither_card_nor_sheet_a_page_says_what_that_means(app: Flask, amel: Counter) -> None:
    links = [link.attributes["href"] for link in amel.browser.page(START).all("a")]
    assert "/enrolments/without-a-card" in links
    page = amel.browser.page("/enrolments/without-a-card")
    for said in ("It is a new enrolment", "It runs until its last day", "recovery code", "keep card and sheet apart"):
        assert said in page.text
    token = page.one("input", name="request_token").attributes["value"]

    answers = [
        amel.browser.post("/enrolments/", data={"csrf_token": page.token(), "request_token": token}) for _ in range(2)
    ]

    assert answers[0].location == answers[1].location
    assert answers[0].location.endswith("/identity")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 1


# --- published at once ------------------------------------------------------------------------------------------


def test_desks_learn_of_the_old_cards_end_in_the_same_request(
    amel: Counter, bruno: CheckingClient, hall: TownHall, old: Issued
) -> None:
    scans(amel, old.full_code)
    says(amel, "same")
    goes_on(amel, bruno)

    assert hall.check(old.full_code).verdict is Verdict.REVOKED
    assert "The old card has ended." in amel.browser.page(amel.at("finish")).text


def test_a_list_that_cannot_be_signed_keeps_no_card_from_being_issued(
    amel: Counter, bruno: CheckingClient, hall: TownHall, old: Issued
) -> None:
    for key in (hall.office.secrets / "keys").glob("status-*.pem"):
        key.rename(key.with_suffix(".away"))
    scans(amel, old.full_code)
    says(amel, "same")

    assert goes_on(amel, bruno).status_code == 303

    assert "published within a minute" in amel.browser.page(amel.at("finish")).text
    assert amel.row_state() == "issued"
    assert hall.cards()[old.number] is CardState.ENDED


def test_a_first_card_ends_none_and_says_nothing_of_it(amel: Counter, bruno: CheckingClient) -> None:
    amel.enrols()
    amel.submits()
    approves(bruno, amel)
    amel.presses("issue")

    assert "The old card has ended" not in amel.browser.page(amel.at("finish")).text


# --- what is no beginning ---------------------------------------------------------------------------------------


def number(hall: TownHall, card: Issued) -> str:
    return card.number


def another_citys(hall: TownHall, card: Issued) -> str:
    return City.named("Rivemont").card()


def spoilt(hall: TownHall, card: Issued) -> str:
    return card.full_code[:-40] + "0" * 40


def a_web_address(hall: TownHall, card: Issued) -> str:
    return "https://port-sable.example/a-page-that-is-longer-than-a-number"


def suspended(hall: TownHall, card: Issued) -> str:
    _moved(hall, card, CardState.SUSPENDED)
    return card.light_code  # of which somebody may have a photograph


def ended(hall: TownHall, card: Issued) -> str:
    return _moved(hall, card, CardState.ENDED)


def _moved(hall: TownHall, card: Issued, to: CardState) -> str:
    with hall.session() as session:
        row, desk = session.get_one(Card, card.number), hall.desk()
        settings = desk.office.settings
        cards.move(session, row, to, by="Bruno", now=desk.now, settings=settings, chance=desk.chance)
    return card.full_code


REFUSED: list[tuple[Callable[[TownHall, Issued], str], str]] = [
    (number, "A number says nothing of its holder. Scan the large code. If it cannot be read, scan the small one."),
    (another_citys, "nor of one that we recognise. That is nobody’s fault"),
    (spoilt, "Scan the large code again"),
    (a_web_address, "Scan the large code again"),
    (suspended, "This card is stopped"),
    (ended, "This card has ended"),
]


@pytest.mark.parametrize(("shown", "sentence"), REFUSED, ids=lambda value: getattr(value, "__name__", ""))
def test_it_says_why_a_card_is_no_beginning_and_what_to_do_instead(
    app: Flask,
    amel: Counter,
    hall: TownHall,
    old: Issued,
    shown: Callable[[TownHall, Issued], str],
    sentence: str,
) -> None:
    text = shown(hall, old)

    answer = scans(amel, text)

    assert answer.status_code in (404, 409, 422)
    page = read(answer)
    assert sentence.casefold() in page.text.casefold(), page.text
    field = page.one("input", id="card")
    assert field.attributes["value"].strip() == text, "what was scanned is still there"
    assert field.attributes["aria-invalid"] == "true"
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 0


@pytest.mark.parametrize("settings", [{"validity_years": 1}], indirect=True)
def test_a_card_over_for_more_than_a_year_is_no_beginning(
    amel: Counter, old: Issued, clock: Clock, signed_in: SignedIn
) -> None:
    clock.pass_by(days=365 + 396)  # thirteen months
    amel.browser = signed_in("Amel")

    assert "This card is over for more than a year" in sentences(scans(amel, old.full_code))


def test_without_a_code_it_asks_for_one(amel: Counter) -> None:
    answer = scans(amel, "")

    assert answer.status_code == 422
    assert "Scan the large code, or choose a picture of it." in sentences(answer)


# --- a picture of the code --------------------------------------------------------------------------------------


def shows(amel: Counter, upload: bytes, **fields: str) -> TestResponse:
    """Choose a picture on the page, with nothing typed."""
    page = amel.browser.page(START)
    assert page.one("form", id="from-card").attributes["enctype"] == "multipart/form-data"
    token = page.one("input", name="request_token").attributes["value"]
    sent: dict[str, Any] = {"csrf_token": page.token(), "request_token": token, "card": "", **fields}
    answer = amel.browser.post(START, data=sent | {"picture": (io.BytesIO(upload), "card.png")})
    if answer.status_code == 303 and "compare" in answer.location:
        amel.ticket = answer.location.split("/")[2]
    return answer


def test_a_picture_of_the_code_will_do(amel: Counter, old: Issued) -> None:
    assert shows(amel, single_code(old.full_code).png()).location == amel.at("compare")

    assert says(amel, "same").location == amel.at("identity")
    assert filled_in(amel.browser.page(amel.at("identity")))["full_name"] == "Salma Ben Youssef"


def test_a_picture_without_a_code_is_said_at_the_picture_and_opens_nothing(app: Flask, amel: Counter) -> None:
    answer = shows(amel, picture())

    assert answer.status_code == 422
    assert "There is no code in this picture that can be read" in read(answer).one("p", id="picture-mistake").text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 0


def test_a_picture_of_another_code_is_refused_at_the_picture(amel: Counter) -> None:
    answer = shows(amel, single_code("HTTPS://MUSEUM.EXAMPLE/TICKET/2026/11/23").png())

    assert answer.status_code == 422
    assert read(answer).one("p", id="picture-mistake").text


def test_another_language_looks_at_no_picture(app: Flask, amel: Counter, old: Issued) -> None:
    answer = shows(amel, single_code(old.full_code).png(), lang="ar")

    assert answer.status_code == 200
    assert read(answer).one("html").attributes["dir"] == "rtl"
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 0


# --- who, when, in which language -------------------------------------------------------------------------------


def test_the_password_is_asked_before_anything_is_scanned(amel: Counter, clock: Clock) -> None:
    clock.pass_by(minutes=8)
    amel.browser.page("/enrolments/")
    clock.pass_by(minutes=8)

    assert amel.browser.get(START).location == "/staff/confirm"
    assert amel.browser.send("/staff/confirm", {"password": PASSWORD}).location == START


def test_a_supervisor_does_not_enrol(bruno: CheckingClient) -> None:
    assert bruno.get(START).status_code == 403


def test_another_language_keeps_what_was_scanned_and_opens_nothing(app: Flask, amel: Counter, old: Issued) -> None:
    answer = scans(amel, old.full_code, lang="ar")
    page = read(answer)

    assert answer.status_code == 200
    assert page.one("html").attributes["dir"] == "rtl"
    assert page.one("input", id="card").attributes["value"].strip() == old.full_code
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 0


def test_another_language_on_the_comparison_decides_nothing(amel: Counter, old: Issued) -> None:
    scans(amel, old.full_code)

    answer = amel.browser.send(amel.at("compare"), {"face": "same", "lang": "es"})

    assert answer.status_code == 200
    assert read(answer).one("html").attributes["lang"] == "es"
    assert not amel.file().identity_checked


def test_nothing_of_the_old_card_stands_in_an_address(amel: Counter, old: Issued) -> None:
    answer = scans(amel, old.full_code)

    assert old.number not in answer.location
    assert len(answer.location) < 40


@pytest.mark.parametrize("language", ["fr", "en", "es", "ar"])
def test_both_pages_speak_every_language(amel: Counter, old: Issued, language: str) -> None:
    scans(amel, old.full_code)

    for address in (START, amel.at("compare")):
        amel.browser.get(f"{address}?lang={language}")
        assert amel.browser.page(address).one("html").attributes["lang"] == language


def test_the_last_minute_of_a_renewal_is_forgotten_like_any_other(
    app: Flask, amel: Counter, hall: TownHall, old: Issued, clock: Clock
) -> None:
    scans(amel, old.full_code)
    hall.clock.now = clock.now + timedelta(minutes=31)

    assert hall.sweep().forgotten == 1
    assert hall.check(old.full_code).verdict is Verdict.OK, "an exchange that was not finished ends nothing"
    assert not [card for card in cards_by_number(app).values() if card.state == CardState.VOID]


def printed(amel: Counter, bruno: CheckingClient) -> Counter:
    """Bring somebody as far as a printed card."""
    amel.enrols()
    amel.submits()
    approves(bruno, amel)
    amel.presses("issue")
    amel.presses("print")
    return amel


def test_a_print_that_failed_takes_a_new_number_and_place_and_ends_the_old_one(
    app: Flask, amel: Counter, bruno: CheckingClient, hall: TownHall
) -> None:
    printed(amel, bruno)
    first = amel.file()
    (jammed,) = cards_by_number(app).values()

    assert amel.presses("print-failed").location == amel.at("check")
    assert amel.row_state() == "draft"
    assert amel.file().full_name == first.full_name, "nothing typed is lost"
    amel.submits()
    approves(bruno, amel)
    amel.presses("issue")
    hall.publish_lists()

    again = amel.file()
    both: dict[str, Any] = cards_by_number(app)
    (new,) = (card for number, card in both.items() if number != jammed.number)
    assert new.number != jammed.number
    assert (new.list_no, new.list_index) != (jammed.list_no, jammed.list_index)
    assert both[jammed.number].state == CardState.VOID
    assert hall.check(first.full_code).verdict is Verdict.REVOKED, "half a card in the wastepaper basket opens nothing"
    assert hall.check(first.light_code).verdict is Verdict.REVOKED
    assert hall.check(again.full_code).verdict is Verdict.OK


def test_one_card_is_not_printed_on_plastic_and_on_paper(amel: Counter, bruno: CheckingClient) -> None:
    printed(amel, bruno)

    answer = amel.presses("print", on="paper")

    assert answer.status_code == 409
    assert "already sent to the printer" in sentences(answer)
