"""The addresses on a holder's slip, which is read for years: each is a page, and one is about other cities."""

from __future__ import annotations

import pytest
from flask import Flask

from citycard.slips.letter import CITIES, END, KEPT, LOST
from citycard.web.database import db
from tests.support.reading import CheckingClient
from tests.web.real_office import city_named, recognise


@pytest.mark.parametrize("address", [CITIES, LOST, END, KEPT])
def test_what_is_printed_on_the_slip_is_a_page_that_anybody_may_open(client: CheckingClient, address: str) -> None:
    assert client.get(f"/{address}").status_code == 200


def test_a_city_that_is_alone_says_so(client: CheckingClient) -> None:
    assert "we recognise the cards of no other city" in client.page(f"/{CITIES}").text


def test_it_promises_nothing_of_a_city_because_we_recognise_it(app: Flask, client: CheckingClient) -> None:
    """Recognition goes one way, and somebody may travel on what stands here."""
    with app.app_context():
        recognise(db.session(), city_named("Rivemont"))
        db.session.commit()

    page = client.page(f"/{CITIES}")

    assert page.h1 == "Your card in other cities"
    assert "Cities whose cards count here" in [heading.text for heading in page.all("h2")]
    assert "Rivemont" in [item.text for item in page.all("li")]
    assert "does not mean that ours counts there" in page.text
    assert "ask that city or our town hall" in page.text
