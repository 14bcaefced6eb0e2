"""At the desk: one field, one verdict, and nothing that stays."""

from __future__ import annotations

import base64
import io
import logging
import re
from collections.abc import Callable

import pytest
from flask import Flask
from PIL import Image

from citycard.core.verdicts import Verdict
from citycard.core.verify import verify
from citycard.printing.codes import single_code
from citycard.web.verdicts import said
from citycard.web.workplace import counters
from tests.support.cities import PORTRAIT
from tests.support.reading import CheckingClient, Page, read
from tests.support.town_hall import TownHall
from tests.web.real_office import HOLDER, Shown, city_named, light_code, recognise

SignedIn = Callable[[str], CheckingClient]


def scan(browser: CheckingClient, text: str, **more: str) -> Page:
    """Scan a code at the desk."""
    answer = browser.send("/desk/", {"code": text, **more})
    assert answer.status_code == 200
    return read(answer)


def picture_of(*texts: str) -> bytes:
    """A picture that shows these codes, one beside the other."""
    codes = [Image.open(io.BytesIO(single_code(text).png())) for text in texts]
    side = max(code.width for code in codes) + 60
    sheet = Image.new("L", (side * len(codes), side), 255)
    for place, code in enumerate(codes):
        sheet.paste(code, (side * place + 30, 30))
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def show_picture(browser: CheckingClient, picture: bytes) -> Page:
    """Choose a picture at the desk; whether it was read is on the page."""
    return read(browser.send("/desk/", {"code": "", "picture": (io.BytesIO(picture), "card.png")}))


def test_the_field_has_the_focus(signed_in: SignedIn) -> None:
    field = signed_in("Library").page("/desk/").one("input", name="code").attributes

    assert "autofocus" in field
    assert (field["autocomplete"], field["spellcheck"], field["type"]) == ("off", "false", "text")


def test_every_verdict_is_said_in_words_by_shape_and_with_a_next_step(signed_in: SignedIn, shown: list[Shown]) -> None:
    library = signed_in("Library")
    for each in shown:
        page = scan(library, each.text)

        outcome = page.one("section", data_verdict=each.verdict.value)
        assert page.h1 == str(said(each.verdict).word)
        assert said(each.verdict).kind in outcome.attributes["class"]
        assert (
            len([svg for svg in page.all("svg") if outcome in svg.parents and svg.attributes["class"] == "shape"]) == 1
        )
        assert page.all("p", class_="next") or each.verdict.good


def test_the_page_says_what_the_core_says(app: Flask, hall: TownHall, signed_in: SignedIn, shown: list[Shown]) -> None:
    with hall.session() as session:
        trusted = hall.checker.trusted(session, now=hall.now)
    for each in shown:
        try:
            verdict = verify(
                each.text, trust=trusted.trust, lists=trusted.lists, now=hall.now, desk=trusted.rules()
            ).verdict
        except Exception as refusal:
            verdict = refusal.verdict  # type: ignore[attr-defined]
        assert verdict is each.verdict


def test_nothing_of_the_holder_stands_on_a_refusal(signed_in: SignedIn, shown: list[Shown]) -> None:
    library = signed_in("Library")
    for each in shown:
        page = scan(library, each.text)
        seen = HOLDER in page.text, bool(page.all("img"))

        assert seen == {Verdict.OK: (True, True), Verdict.OK_STALE: (True, False)}.get(each.verdict, (False, False))


def test_nothing_of_what_was_scanned_comes_back(signed_in: SignedIn, shown: list[Shown], caplog: object) -> None:
    library = signed_in("Library")
    with caplog.at_level(logging.DEBUG):  # type: ignore[attr-defined]
        for each in shown:
            answer = library.send("/desk/", {"code": each.text})

            assert each.text not in answer.text or each.verdict is Verdict.MALFORMED
            assert answer.headers["Cache-Control"] == "no-store"
            assert "Location" not in answer.headers
            assert not any(each.text in value for _, value in answer.headers)
            assert each.text not in caplog.text  # type: ignore[attr-defined]


def test_a_good_card_shows_the_face_and_asks(signed_in: SignedIn, shown: list[Shown]) -> None:
    page = scan(signed_in("Amel"), shown[0].text)

    picture = page.one("img", class_="face").attributes["src"]
    assert picture.startswith("data:image/png;base64,")
    png = base64.b64decode(picture.partition(",")[2])
    assert png.startswith(b"\x89PNG")
    assert Image.open(io.BytesIO(png)).size == (72, 96)
    assert "Is this the person?" in page.text
    assert not page.all("p", class_="caution")


def test_the_light_code_says_in_amber_what_it_does_not_cover(hall: TownHall, signed_in: SignedIn) -> None:
    page = scan(signed_in("Library"), light_code(hall))

    assert page.h1 == "Valid"
    cautions = [each.text for each in page.all("p", class_="caution")]
    assert len(cautions) == 2
    assert "The name is not in this code" in cautions[0]
    assert "No portrait is in this code" in cautions[1]


def test_a_portrait_that_cannot_be_decoded_counts_as_none(hall: TownHall, signed_in: SignedIn) -> None:
    rivemont = city_named("Rivemont")
    with hall.session() as session:
        recognise(session, rivemont)
    broken = PORTRAIT[:12] + bytes(len(PORTRAIT) - 12)

    page = scan(signed_in("Library"), rivemont.card(portrait=broken))

    assert page.h1 == "Valid"
    assert not page.all("img")
    assert "No portrait is in this code" in page.text


@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\t"])
def test_what_a_scanner_adds_at_the_end_is_taken_away(signed_in: SignedIn, shown: list[Shown], ending: str) -> None:
    assert scan(signed_in("Library"), shown[0].text + ending).h1 == "Valid"


@pytest.mark.parametrize("mended", [" {}", "{} ", "\n{}"])
def test_nothing_else_is_mended(signed_in: SignedIn, shown: list[Shown], mended: str) -> None:
    assert scan(signed_in("Library"), mended.format(shown[0].text)).h1 == "Not readable"


def test_a_scanner_with_another_keyboard_is_explained(signed_in: SignedIn, shown: list[Shown]) -> None:
    page = scan(signed_in("Library"), shown[0].text.lower())

    assert "disagree on the keyboard" in page.text


@pytest.mark.parametrize(
    "text", ["https://museum.example/tickets", "HTTPS://MUSEUM.EXAMPLE/T", "WIFI:T:WPA;S:guests;;", "tel:+33100000000"]
)
def test_another_kind_of_code_is_called_what_it_is(signed_in: SignedIn, text: str) -> None:
    page = scan(signed_in("Library"), text)

    assert page.h1 == "Not readable"
    assert "another kind of code" in page.text
    assert "keyboard" not in page.text


def test_a_picture_of_a_card_is_read(signed_in: SignedIn, shown: list[Shown]) -> None:
    assert show_picture(signed_in("Library"), picture_of(shown[0].text)).h1 == "Valid"


def test_of_several_codes_in_a_picture_the_card_is_taken(signed_in: SignedIn, shown: list[Shown]) -> None:
    library = signed_in("Library")

    assert show_picture(library, picture_of("HTTPS://MUSEUM.EXAMPLE/TICKET", shown[0].text)).h1 == "Valid"
    assert show_picture(library, picture_of("HTTPS://MUSEUM.EXAMPLE/TICKET")).h1 == "Not readable"


def test_both_sides_of_one_card_are_one_card(hall: TownHall, signed_in: SignedIn) -> None:
    rivemont = city_named("Rivemont")
    with hall.session() as session:
        recognise(session, rivemont)

    page = show_picture(signed_in("Library"), picture_of(rivemont.card(light=True), rivemont.card()))

    assert HOLDER in page.text


def test_two_cards_in_one_picture_are_not_chosen_between(hall: TownHall, signed_in: SignedIn) -> None:
    rivemont = city_named("Rivemont")
    with hall.session() as session:
        recognise(session, rivemont)
    two = picture_of(rivemont.card(), rivemont.card(number="0000000000000000"))

    page = show_picture(signed_in("Library"), two)

    assert "several cards" in page.one("div", id="mistakes").text
    assert HOLDER not in page.text


@pytest.mark.parametrize("picture", [b"GIF89a" + bytes(40), b"no picture", picture_of("A" * 40)[:200]])
def test_a_file_that_is_no_picture_is_said_to_be_none(signed_in: SignedIn, picture: bytes) -> None:
    page = show_picture(signed_in("Library"), picture)

    assert "not a picture that can be read" in page.text


def test_a_picture_without_a_code_has_its_sentence(signed_in: SignedIn) -> None:
    out = io.BytesIO()
    Image.new("L", (400, 400), 200).save(out, "PNG")

    assert "no code in this picture" in show_picture(signed_in("Library"), out.getvalue()).text


def test_an_empty_scan_is_asked_again(signed_in: SignedIn) -> None:
    answer = signed_in("Library").send("/desk/", {"code": ""})

    assert answer.status_code == 422
    assert "Scan a card" in read(answer).text


def test_without_a_script_the_result_goes_by_itself(signed_in: SignedIn, shown: list[Shown]) -> None:
    library = signed_in("Library")

    def refresh(page: Page) -> str:
        element = page.one("meta", http_equiv="refresh")
        assert element.inside("noscript") is not None
        return element.attributes["content"]

    assert refresh(scan(library, shown[0].text)) == "15; url=/desk/"
    assert refresh(scan(library, shown[0].text, hold="yes")) == "120; url=/desk/"


def test_how_old_the_lists_are_is_always_in_sight(signed_in: SignedIn, shown: list[Shown]) -> None:
    library = signed_in("Library")
    for page in (library.page("/desk/"), scan(library, shown[0].text)):
        ages = page.one("section", class_="list-ages").text
        assert re.search(r"Rivemont 5 minutes ago", ages)
        assert re.search(r"Vieux-Lac 2 days ago", ages)
        assert re.search(r"Nouvelle-Anse none yet", ages)
        assert re.search(r"Longue-Halte not accepted", ages)


def test_a_check_leaves_a_count_and_nothing_else(app: Flask, signed_in: SignedIn, shown: list[Shown]) -> None:
    scan(signed_in("Library"), shown[0].text)
    with app.app_context():
        tally = dict(counters()._tally)

    assert [(service, verdict) for service, _, verdict in tally] == [("desk page", "OK")]


@pytest.mark.parametrize(
    ("name", "status"), [("Amel", 200), ("Bruno", 200), ("Library", 200), ("Chloe", 403), ("Esra", 403)]
)
def test_who_may_check(signed_in: SignedIn, name: str, status: int) -> None:
    assert signed_in(name).get("/desk/").status_code == status
