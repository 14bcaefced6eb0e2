"""A desk that is set to a service: it says whether the card opens it, and shows no more than the service needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from citycard.core.verdicts import Verdict
from citycard.operations import agreements
from citycard.operations.agreements import Terms
from citycard.services.register import FILE, Register
from citycard.settings import Office
from citycard.store.partners import Agreement, Partner, PartnerState
from citycard.web.workplace import counters
from tests.support.cities import PORTRAIT, City
from tests.support.opens import SERVICES
from tests.support.reading import CheckingClient, Page, read
from tests.support.town_hall import TownHall
from tests.web.real_office import HOLDER, city_named, recognise

SignedIn = Callable[[str], CheckingClient]

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def register(office: Office) -> Register:
    """What the card opens in Port-Sable."""
    (office.folder / FILE).write_text(SERVICES, encoding="utf-8")
    return Register(office.folder, language="fr")


@pytest.fixture
def rivemont(hall: TownHall) -> City:
    """Rivemont, recognised, with a list five minutes old; nothing is agreed with it."""
    city = city_named("Rivemont")
    with hall.session() as session:
        recognise(session, city)
    return city


def agree(hall: TownHall, city: City, register: Register, *ids: str, **terms: object) -> None:
    """Agree with a city on services of the register."""
    with hall.session() as session:
        partner = session.query(Partner).filter_by(issuer=city.url).one()
        agreements.agree(
            session,
            hall.desk(),
            partner,
            services=[service for service in register.services() if service.id in ids],
            terms=Terms(**{"first_day": TODAY, **terms}),  # type: ignore[arg-type]
            by=hall.staff(session, "Dario"),
        )


def scan(browser: CheckingClient, text: str, service: str) -> Page:
    """Scan a code at the desk of a service."""
    answer = browser.send(f"/desk/for/{service}", {"code": text})
    assert answer.status_code == 200
    return read(answer)


def verdict_on(page: Page) -> Verdict:
    return next(
        Verdict(each.attributes["data-verdict"]) for each in page.all("section") if "data-verdict" in each.attributes
    )


def test_a_desk_is_set_to_a_service_and_stays_so(signed_in: SignedIn, rivemont: City) -> None:
    library = signed_in("Library")

    assert library.get("/desk/?for=museum").location == "/desk/for/museum"
    page = library.page("/desk/for/museum")
    assert "Museum of Storms" in page.one("p", class_="set-to").text
    assert page.one("form", id="scan").attributes["action"] == "/desk/for/museum"
    after = scan(library, rivemont.card(), "museum")
    assert after.one("form", id="scan").attributes["action"] == "/desk/for/museum"
    assert after.one("meta", http_equiv="refresh").attributes["content"] == "15; url=/desk/for/museum"


def test_every_service_that_is_not_over_can_be_chosen(signed_in: SignedIn) -> None:
    page = signed_in("Library").page("/desk/for/pool")
    options = [option for option in page.all("option") if option.inside("select") is page.one("select", name="for")]

    assert [option.attributes["value"] for option in options] == [
        "", "library", "market", "museum", "pool", "registry", "youth-club"
    ]  # fmt: skip
    assert [option.text for option in options if "selected" in option.attributes] == ["Pool"]


def test_a_service_that_is_gone_leads_back_to_the_page_without_one(signed_in: SignedIn, hall: TownHall) -> None:
    library = signed_in("Library")

    assert library.get("/desk/for/no-such").location == "/desk/"
    assert "not in the register now" in library.page("/desk/").text
    assert library.send("/desk/for/no-such", {"code": "X"}, form="/desk/").location == "/desk/"


@pytest.mark.parametrize(
    ("service", "verdict", "sentence"),
    [
        ("museum", Verdict.OK, ""),
        ("library", Verdict.NOT_ACCEPTED, "opens this service at the moment"),
        ("registry", Verdict.NOT_ACCEPTED, "for people who live in this city"),
        ("market", Verdict.NOT_ACCEPTED, "on another day"),
        ("youth-club", Verdict.NOT_ACCEPTED, "for people who are younger"),
    ],
)
def test_a_visitors_card_by_service(
    signed_in: SignedIn, rivemont: City, service: str, verdict: Verdict, sentence: str
) -> None:
    page = scan(signed_in("Library"), rivemont.card(portrait=PORTRAIT), service)

    assert verdict_on(page) is verdict
    assert sentence in page.text


def test_what_is_agreed_opens_from_its_first_to_its_last_day(
    signed_in: SignedIn, hall: TownHall, rivemont: City, register: Register
) -> None:
    library, card = signed_in("Library"), rivemont.card()
    seen = []
    for first, last in ((0, 0), (1, 9), (-9, -1), (-9, None)):
        with hall.session() as session:
            partner = session.query(Partner).one()
            agreements.end(session, hall.desk(), partner, by=hall.staff(session, "Dario"))
        if last == -1:  # it was agreed on when its last day was to come
            with hall.session() as session:
                session.add(
                    Agreement(
                        partner_id=session.query(Partner).one().id,
                        service="library",
                        first_day=TODAY - timedelta(days=9),
                        last_day=TODAY - timedelta(days=1),
                    )
                )
        else:
            agree(
                hall,
                rivemont,
                register,
                "library",
                first_day=TODAY + timedelta(days=first),
                last_day=None if last is None else TODAY + timedelta(days=last),
            )
        seen.append(verdict_on(scan(library, card, "library")))

    assert seen == [Verdict.OK, Verdict.NOT_ACCEPTED, Verdict.NOT_ACCEPTED, Verdict.OK]


def test_a_refusal_shows_nothing_of_the_holder_and_says_what_the_city_opens(
    signed_in: SignedIn, hall: TownHall, rivemont: City, register: Register
) -> None:
    agree(hall, rivemont, register, "pool")
    page = scan(signed_in("Library"), rivemont.card(portrait=PORTRAIT), "library")

    assert verdict_on(page) is Verdict.NOT_ACCEPTED
    for word in (HOLDER, "Marchevert", "Rivemont", "1991"):
        assert word not in page.one("div", class_="desk-result").text
    assert not page.all("img", class_="face")
    named = [each.text for each in page.all("li") if page.one("div", class_="opens-here") in each.parents]
    assert named == ["Pool", "Museum of Storms", "Market", "Youth club"]


def test_a_refusal_for_the_age_says_the_reason_alone(signed_in: SignedIn, rivemont: City) -> None:
    page = scan(signed_in("Library"), rivemont.card(portrait=PORTRAIT), "youth-club")

    assert verdict_on(page) is Verdict.NOT_ACCEPTED
    assert not page.all("div", class_="opens-here")
    assert HOLDER not in page.text


@pytest.mark.parametrize(
    ("state", "verdict"),
    [(PartnerState.SUSPENDED, Verdict.NOT_ACCEPTED), (PartnerState.ENDED, Verdict.UNKNOWN_ISSUER)],
)
def test_our_own_distrust_comes_before_whatever_is_agreed(
    signed_in: SignedIn, hall: TownHall, rivemont: City, register: Register, state: PartnerState, verdict: Verdict
) -> None:
    agree(hall, rivemont, register, "library")
    library, card = signed_in("Library"), rivemont.card()
    assert verdict_on(scan(library, card, "library")) is Verdict.OK
    with hall.session() as session:
        session.query(Partner).one().state = state

    for service in ("library", "museum"):
        page = scan(library, card, service)
        assert verdict_on(page) is verdict
        assert not page.all("div", class_="opens-here")


def test_an_agreement_may_want_a_younger_list(signed_in: SignedIn, hall: TownHall, register: Register) -> None:
    city = city_named("Rivemont")
    with hall.session() as session:
        recognise(session, city, list_age=timedelta(hours=7))
    agree(hall, city, register, "library", list_hours=6)
    agree(hall, city, register, "pool", list_hours=8)
    library = signed_in("Library")

    stale = scan(library, city.card(), "library")

    assert verdict_on(stale) is Verdict.STALE_STATUS
    assert "has to be younger" in stale.text
    assert HOLDER not in stale.text
    assert verdict_on(scan(library, city.card(), "pool")) is Verdict.OK
    assert verdict_on(scan(library, city.card(), "museum")) is Verdict.OK


def test_the_page_shows_what_the_service_needs(
    signed_in: SignedIn, hall: TownHall, rivemont: City, register: Register
) -> None:
    agree(hall, rivemont, register, "library", "pool")
    library, card = signed_in("Library"), rivemont.card(portrait=PORTRAIT)
    seen = {}
    for service in ("library", "pool", "museum"):
        result = scan(library, card, service).one("div", class_="desk-result")
        seen[service] = (HOLDER in result.text, "Rivemont" in result.text, "Lives in this city" in result.text)
        assert "1991" not in result.text
        assert not scan(library, card, service).all("img", class_="face")
    pool = scan(library, card, "pool").one("div", class_="desk-result").text

    assert seen == {"library": (True, False, False), "pool": (False,) * 3, "museum": (False,) * 3}
    assert "From 30 to 40 years old – 1 €" in pool


def test_a_residents_card_shows_that_its_holder_lives_here(signed_in: SignedIn, hall: TownHall) -> None:
    page = scan(signed_in("Library"), hall.card().full_code, "registry")

    assert verdict_on(page) is Verdict.OK
    result = page.one("div", class_="desk-result").text
    assert "Lives in this city yes" in result
    assert HOLDER in result
    assert page.all("img", class_="face")


def test_a_card_without_an_age_is_asked_about_it(
    signed_in: SignedIn, hall: TownHall, rivemont: City, register: Register
) -> None:
    agree(hall, rivemont, register, "pool")
    page = scan(signed_in("Library"), rivemont.card(light=True), "pool")

    assert verdict_on(page) is Verdict.OK
    asked = page.one("div", class_="caution").text
    assert "Ask, and believe the answer" in asked
    assert "Up to 11 years old – free" in asked
    assert "This is the small code" in page.text


def test_the_small_code_is_enough_where_nothing_is_needed(signed_in: SignedIn, rivemont: City) -> None:
    page = scan(signed_in("Library"), rivemont.card(light=True), "museum")

    assert verdict_on(page) is Verdict.OK
    assert not page.all("p", class_="caution")
    assert "small code" not in page.text


def test_a_check_is_counted_under_the_service(app: Flask, signed_in: SignedIn, rivemont: City) -> None:
    scan(signed_in("Library"), rivemont.card(), "library")
    with app.app_context():
        tally = dict(counters()._tally)

    assert [(service, verdict) for service, _, verdict in tally] == [("library", "NOT_ACCEPTED")]
