"""What a device trains with: cards that can be printed, and a bundle that knows them and nobody else's."""

from __future__ import annotations

import base64

from flask import Flask

from citycard.core.verdicts import Verdict
from citycard.demo.training_town import ISSUER, cards
from citycard.partners.desk_bundle import read_bundle
from citycard.settings import Office
from citycard.web import workplace
from citycard.web.desk import checking
from tests.support.paper import rasterised, read_codes, words_on
from tests.support.reading import CheckingClient


def codes_on(pdf: bytes) -> set[str]:
    """What another reader than ours sees on the first page."""
    return set(read_codes(rasterised(pdf)[0]))


def test_the_sheet_has_every_card_and_says_beneath_none_of_them_what_it_is(
    client: CheckingClient, app: Flask, office: Office
) -> None:
    answer = client.get("/desk-training-cards.pdf?language=en")
    first, second = (" ".join(page.split()) for page in words_on(answer.data))
    with app.app_context():
        sheet = cards(today=workplace.today(), zone=office.settings.zone)

    assert answer.mimetype == "application/pdf"
    assert codes_on(answer.data) == {card.code for card in sheet}
    assert first.count("Practice: proves nothing") == len(sheet)
    for word in ("Expired", "Ended", "Suspended", "Cannot be confirmed", "City not known here"):
        assert word not in first
        assert word in second


def test_its_bundle_is_read_under_its_fingerprint_and_has_the_services_of_the_office(
    client: CheckingClient, app: Flask
) -> None:
    answer = client.get("/desk-training.json")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json is not None
    with app.app_context():
        now = workplace.now()
    data = base64.b64decode(answer.json["bundle"])

    held = read_bundle(data, fingerprint=bytes.fromhex(answer.json["fingerprint"]), now=now)

    assert held.issuer == ISSUER
    assert held.left_out == ()


def test_the_desks_of_the_office_itself_know_none_of_its_cards(app: Flask, office: Office) -> None:
    with app.test_request_context():
        sheet = cards(today=workplace.today(), zone=office.settings.zone)
        answers = {checking.check(card.code, service="desk").verdict for card in sheet}

    assert answers == {Verdict.UNKNOWN_ISSUER}
