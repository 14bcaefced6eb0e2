"""Four languages on every page, and a switch that loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import get_domain

from citycard import paths
from citycard.store.staff import Staff
from citycard.web.database import db
from citycard.web.languages import LANGUAGES, Catalogues, MissingCatalogue
from tests.support.reading import CheckingClient, read

SignedIn = Callable[[str], CheckingClient]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", ["/", "/about", "/styleguide", "/staff/sign-in", "/nowhere"])
def test_every_public_page_can_be_read_in_every_language(client: CheckingClient, address: str, language: str) -> None:
    client.get(f"/?lang={language}")

    page = client.page(address)

    assert page.one("html").attributes["lang"] == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_staff_can_be_read_in_every_language(signed_in: SignedIn, language: str) -> None:
    amel = signed_in("Amel")
    amel.get(f"/staff/?lang={language}")

    for address in ("/staff/", "/staff/confirm"):
        assert amel.page(address).one("html").attributes["lang"] == language
    amel.send("/staff/lock", form="/staff/")
    assert amel.page("/staff/locked").one("html").attributes["lang"] == language


def test_the_browsers_language_is_taken_where_none_was_chosen(client: CheckingClient) -> None:
    page = client.page("/", headers={"Accept-Language": "ar-MA, fr;q=0.5"})

    assert page.one("html").attributes == {"lang": "ar", "dir": "rtl"}


def test_a_browser_that_speaks_none_of_ours_gets_the_citys_own(client: CheckingClient) -> None:
    assert client.page("/", headers={"Accept-Language": "fi"}).one("html").attributes["lang"] == "fr"


def test_the_language_in_the_staff_members_file_wins_over_the_browsers(app: Flask, signed_in: SignedIn) -> None:
    with app.app_context():
        db.session.query(Staff).filter_by(name="Amel").one().language = "es"
        db.session.commit()

    assert signed_in("Amel").page("/staff/").one("html").attributes["lang"] == "es"


def test_a_choice_is_kept_and_taken_out_of_the_address(client: CheckingClient) -> None:
    answer = client.get("/about?lang=es&more=1")

    assert answer.location == "/about?more=1"
    assert client.page("/").one("html").attributes["lang"] == "es"


def test_a_choice_cannot_lead_to_another_site(client: CheckingClient) -> None:
    answer = client.get("//evil.example/?lang=es")

    assert not (answer.location or "").startswith("//")


def test_a_language_that_we_do_not_speak_changes_nothing(client: CheckingClient) -> None:
    client.get("/?lang=xx")

    assert client.page("/").one("html").attributes["lang"] == "en"


def test_switching_on_a_form_keeps_what_was_typed_and_does_not_send_it(client: CheckingClient) -> None:
    answer = client.send("/staff/sign-in", {"name": "Amel", "password": "", "lang": "ar"})
    page = read(answer)

    assert answer.status_code == 200
    assert page.one("html").attributes["lang"] == "ar"
    assert page.one("input", name="name").attributes["value"] == "Amel"
    assert page.all(class_="mistakes") == []


def test_enter_does_what_the_pages_button_does(client: CheckingClient) -> None:
    # The first button that belongs to a form is the one that Enter presses, and the language buttons come early.
    page = client.page("/staff/sign-in")
    first = next(button for button in page.all("button") if button.attributes.get("form") == "sign-in")

    assert "name" not in first.attributes


def test_a_missing_catalogue_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(MissingCatalogue, match="fr"):
        Catalogues(tmp_path)


def test_every_language_has_a_catalogue() -> None:
    Catalogues(paths.PACKAGE / "translations")


def test_pages_speak_from_the_catalogues_that_were_opened(app: Flask) -> None:
    with app.test_request_context():
        assert isinstance(get_domain(), Catalogues)
