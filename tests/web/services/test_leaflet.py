"""The leaflet: one sheet to print on both sides and fold, in the language of the page that leads to it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask_babel import force_locale

from citycard.demo.opens import put_services
from citycard.printing.leaflet import Leaflet, render_leaflet
from citycard.services.register import FILE, Register
from citycard.settings import LANGUAGES, Office
from citycard.web.services.leaflet import leaflet_of
from citycard.web.services.words import sections
from tests.services.conftest import MONDAY, POOL
from tests.support.paper import page_sizes, rasterised, words_on
from tests.support.reading import CheckingClient


@pytest.fixture
def demonstration(office: Office) -> Office:
    """The office with the register of the demonstration."""
    put_services(office, "port-sable", today=MONDAY)
    return office


def made(app: Flask, office: Office, language: str) -> Leaflet:
    """The leaflet as the page makes it."""
    with app.test_request_context(), force_locale(language):
        there = Register(office.folder, language="fr").now(MONDAY)
        return leaflet_of(office, sections(there, MONDAY, own="fr"), MONDAY)


def said_on(pdf: bytes) -> list[str]:
    return [" ".join(page.split()) for page in words_on(pdf)]


def test_the_page_leads_to_the_leaflet_in_its_own_language(client: CheckingClient, demonstration: Office) -> None:
    for language in ("en", "es"):
        links = [link.attributes["href"] for link in client.page("/services").all("a")]
        (link,) = [href for href in links if ".pdf" in href]
        assert link == f"/services/leaflet.pdf?language={language}"
        client.get("/services?lang=es")
    answer = client.get(link)

    assert answer.mimetype == "application/pdf"
    assert "Museo de los Mapas y las Tempestades" in " ".join(said_on(answer.data))
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=3600"


def test_a_language_that_we_do_not_speak_is_not_found(client: CheckingClient, demonstration: Office) -> None:
    assert client.get("/services/leaflet.pdf?language=xx").status_code == 404
    assert "Médiathèque du Phare" in " ".join(said_on(client.get("/services/leaflet.pdf").data)), "the city's own"


@pytest.mark.parametrize("language", LANGUAGES)
def test_eight_services_are_one_sheet_of_a4_that_can_be_read_aloud(
    app: Flask, demonstration: Office, language: str
) -> None:
    pdf = render_leaflet(made(app, demonstration, language))

    assert [(round(width), round(height)) for width, height in page_sizes(pdf)] == [(297, 210)] * 2
    assert b"StructTreeRoot" in pdf
    assert b"/Lang" in pdf


def test_the_outside_has_the_dates_and_the_inside_the_services(app: Flask, demonstration: Office) -> None:
    outside, inside = said_on(render_leaflet(made(app, demonstration, "fr")))

    assert "https://port-sable.demo.invalid/services" in outside
    assert "1 place du Sable" in outside
    assert "Semaine de l’accueil" in outside
    for name in ("Médiathèque du Phare", "Piscine des Embruns", "40 avenue de la Digue", "Guichet de l’état civil"):
        assert name in inside, name
    assert "Semaine" not in inside


@pytest.mark.parametrize(("language", "cover"), [("fr", "right"), ("ar", "left")])
def test_the_cover_is_where_the_leaflet_opens(app: Flask, demonstration: Office, language: str, cover: str) -> None:
    """In the middle of the cover stands its title; there is nothing on the back at that height."""
    leaflet = replace(made(app, demonstration, language), offers=())
    page = rasterised(render_leaflet(leaflet), dots_per_inch=36)[0]
    middle = page.width // 2
    upper = {
        "left": page.crop((10, 40, middle - 10, 160)),
        "right": page.crop((middle + 10, 40, page.width - 10, 160)),
    }
    inked = {side for side, half in upper.items() if half.point(lambda value: 255 if value < 160 else 0).getbbox()}

    assert inked == {cover}


def test_forty_services_go_on_on_further_sheets_and_none_is_lost(app: Flask, office: Office) -> None:
    one = POOL.replace("format = 1", "")
    many = [one.replace("north-pool", f"pool-{n}").replace("Piscine du Nord", f"Piscine n°{n}.") for n in range(1, 41)]
    (office.folder / FILE).write_text("format = 1\n" + "".join(many), "utf-8")
    pages = said_on(render_leaflet(made(app, office, "fr")))

    assert len(pages) > 2
    for number in range(1, 41):
        assert f"Piscine n°{number}." in " ".join(pages)


def test_an_empty_register_still_has_the_way_to_a_card(client: CheckingClient) -> None:
    said = " ".join(said_on(client.get("/services/leaflet.pdf?language=en").data))

    assert "is being written" in said
    assert "1 place du Sable" in said
