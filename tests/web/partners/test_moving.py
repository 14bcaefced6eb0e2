"""Ousmane comes to Amel's counter in Port-Sable with his card of Rivemont: two real offices, and the whole way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from citycard.core.verdicts import Verdict
from citycard.operations import cards
from citycard.store.cards import CardState
from citycard.store.enrolments import Enrolment
from citycard.web.database import db
from tests.support.reading import CheckingClient, read
from tests.support.town_hall import Issued, TownHall
from tests.web.enrolment.conftest import Counter, approves, picture
from tests.web.enrolment.test_from_a_card import filled_in, says, scans
from tests.web.partners.conftest import OtherCity
from tests.web.partners.test_ceremony import fetch, recognised

SignedIn = Callable[[str], CheckingClient]


@pytest.fixture
def amel(app: Flask, signed_in: SignedIn) -> Counter:
    """Amel at her counter."""
    return Counter(app, signed_in("Amel"))


@pytest.fixture
def ousmane(signed_in: SignedIn, rivemont: OtherCity) -> Issued:
    """His card of Rivemont, which Port-Sable recognises."""
    card = rivemont.hall.card(full_name="Ousmane Rivière", date_of_birth="19790212")
    fetch(signed_in("Dario"), recognised(signed_in, rivemont))
    return card


def test_he_moves_here_and_only_residence_is_asked(
    app: Flask, hall: TownHall, amel: Counter, signed_in: SignedIn, ousmane: Issued
) -> None:
    assert scans(amel, ousmane.full_code).location == amel.at("compare")
    page = amel.browser.page(amel.at("compare"))
    assert "A good card of a city that we recognise" in page.text
    assert amel.browser.get(amel.at("portrait/old")).mimetype == "image/webp"

    assert says(amel, "same").location == amel.at("identity")
    amel.answers = filled_in(amel.browser.page(amel.at("identity")))
    assert amel.answers["full_name"] == "Ousmane Rivière"
    assert amel.types(portrait=picture()).location == amel.at("evidence")
    evidence = amel.browser.page(amel.at("evidence"))
    assert "The card of the other city was compared with the face." in evidence.text
    assert amel.types("evidence", paper=["official-photo"]).status_code == 422, "a passport does not say where he lives"
    assert amel.types("evidence", paper=["energy-bill"]).location == amel.at("card")
    assert amel.types("card", portrait_in_code="yes").location == amel.at("check")
    assert amel.submits().location == "/enrolments/"
    assert approves(signed_in("Bruno"), amel).status_code == 303
    amel.presses("issue")
    hall.publish_lists()
    assert hall.check(amel.file().full_code).verdict is Verdict.OK

    amel.presses("print")
    finish = amel.browser.page(amel.at("finish"))
    assert "you end it yourself on that city’s own pages: with its large code and the recovery code" in finish.text
    for page in (finish, evidence):
        assert "Rivemont" not in page.text
    amel.presses("hand-over")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 0


def test_where_the_face_is_not_certain_the_card_counts_for_nothing(amel: Counter, ousmane: Issued) -> None:
    scans(amel, ousmane.full_code)
    assert says(amel, "unsure").location == amel.at("identity")
    assert not amel.file().identity_checked
    amel.answers = filled_in(amel.browser.page(amel.at("identity")))
    amel.types(portrait=picture())
    assert "Identity is confirmed" not in amel.browser.page(amel.at("evidence")).text
    assert amel.types("evidence", paper=["energy-bill"]).status_code == 422


def test_a_card_that_is_stopped_there_is_refused_kindly(
    app: Flask, amel: Counter, signed_in: SignedIn, rivemont: OtherCity
) -> None:
    card = rivemont.hall.card(full_name="Ousmane Rivière")
    there = rivemont.hall
    with there.session() as session:
        row, settings = cards.find_card(session, card.number), there.office.settings
        cards.move(session, row, CardState.SUSPENDED, by="Bruno", now=there.now, settings=settings, chance=there.chance)
    there.publish_lists()
    before = scans(amel, card.full_code)
    assert "nor of one that we recognise. That is nobody’s fault." in read(before).text

    fetch(signed_in("Dario"), recognised(signed_in, rivemont))
    answer = scans(amel, card.full_code)

    assert answer.status_code == 422
    assert "This card is stopped in its city, so it counts for nothing here." in read(answer).text
    assert "Ousmane" not in read(answer).text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 0


def test_a_code_without_a_face_is_filled_in_and_proves_nothing(
    amel: Counter, signed_in: SignedIn, rivemont: OtherCity
) -> None:
    card = rivemont.hall.card(full_name="Ousmane Rivière", portrait_in_code="no")
    fetch(signed_in("Dario"), recognised(signed_in, rivemont))
    scans(amel, card.full_code)

    answer = amel.browser.get(amel.at("compare"))

    assert answer.location == amel.at("identity")
    page = amel.browser.page(amel.at("identity"))
    assert "it does not show whose it is" in page.text
    assert filled_in(page)["full_name"] == "Ousmane Rivière"
    token = amel.browser.page(amel.at("identity")).token()
    amel.browser.post(amel.at("compare"), data={"csrf_token": token, "face": "same"})
    assert not amel.file().identity_checked
