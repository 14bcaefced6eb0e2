"""The transit sheet on paper: one page, six languages, one code, nobody's name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from citycard.partners.fingerprint import Fingerprint
from citycard.printing.words import day_in_words
from citycard.transit.sentences import in_all
from citycard.transit.sheet import TransitSheet, render_transit_sheet
from tests.printing.conftest import ARMS
from tests.support.cities import LEONIE, PORTRAIT, City
from tests.support.paper import page_sizes, rasterised, read_codes, words_on

PORT_SABLE = City.named("Port-Sable")

SHEET = TransitSheet(
    issuer=PORT_SABLE.url,
    city_names={"fr": "Port-Sable", "ar": "بور سابل"},
    city_language="fr",
    colour="#0b7285",
    number=LEONIE.number,
    last_day=date(2031, 1, 14),
    code=PORT_SABLE.card(light=True),
    full=False,
    fingerprint=Fingerprint.of(b"the root of Port-Sable"),
    arms=ARMS,
)
FULL = replace(SHEET, code=PORT_SABLE.card(portrait=PORTRAIT, address="1 rue des Salines"), full=True)


@cache
def drawn(full: bool = False) -> bytes:
    return render_transit_sheet(FULL if full else SHEET)


def plain(pdf: bytes) -> str:
    return " ".join(" ".join(words_on(pdf)).split())


@pytest.mark.parametrize("full", [False, True], ids=["light", "full"])
def test_it_is_one_page_whose_code_an_old_printer_and_a_telephone_still_manage(full: bool) -> None:
    pdf = drawn(full)

    assert [(round(w), round(h)) for w, h in page_sizes(pdf)] == [(210, 297)]
    [page] = rasterised(pdf, dots_per_inch=150)
    assert read_codes(page) == [(FULL if full else SHEET).code]


def test_it_stays_one_page_where_everything_is_long() -> None:
    sheet = replace(
        FULL,
        demo=True,
        arms=None,
        city_names={"fr": "Communauté d’agglomération de Port-Sable-lès-Grandes-Salines"},
        issuer="https://cartes-citoyennes.communaute-agglomeration.port-sable-les-grandes-salines.example/service",
    )
    pdf = render_transit_sheet(sheet)

    [page] = rasterised(pdf, dots_per_inch=150)
    assert read_codes(page) == [sheet.code]
    margin = page.crop((page.width - 80, 0, page.width, page.height))
    assert margin.getextrema() == (255, 255), "something runs over the edge"


def test_it_says_in_six_languages_what_the_card_is_and_until_when() -> None:
    words = plain(drawn())
    for said in in_all():
        if said.rtl:
            continue  # the text of a PDF has Arabic in the order in which it is drawn
        for name in ("sheet.not", "sheet.check", "sheet.light"):
            start = " ".join(said.sentences[name].split()[:4])
            assert start in words, (said.language, name)
        assert day_in_words(SHEET.last_day, said.language) in words, said.language
    assert any("\u0600" <= letter <= "\u06ff" or "\ufb50" <= letter <= "\ufeff" for letter in words)


def test_the_fingerprint_stands_there_in_digits_and_words() -> None:
    words = plain(drawn())

    assert " ".join(SHEET.fingerprint.digits[:4]) in words
    assert " ".join(SHEET.fingerprint.digits[4:]) in words
    for word in SHEET.fingerprint.words:
        assert word in words
    assert f"{PORT_SABLE.url}/check-page.html" in words


@pytest.mark.parametrize("full", [False, True], ids=["light", "full"])
def test_it_names_nobody(full: bool) -> None:
    """Also with the full code: what stands in that is for a reader, and not printed beside it."""
    words = plain(drawn(full))

    assert "4VAA-V5S7-5SNZ-Z6JP" in words
    for of_holder in ("Léonie", "Marchevert", "1991", "Salines", "PS-04"):
        assert of_holder not in words


def test_the_full_code_says_what_that_means_and_the_light_one_what_it_does_not_prove() -> None:
    light, full = plain(drawn()), plain(drawn(full=True))

    assert "does not prove who carries the sheet" in light
    assert "does not prove who carries the sheet" not in full
    assert "Whoever photographs it can read it" in full
    assert "Whoever photographs it can read it" not in light


def test_two_sheets_of_one_card_are_the_same_so_that_nothing_tells_when_or_for_whom() -> None:
    assert render_transit_sheet(SHEET) == drawn()


def test_a_demonstration_says_so_in_every_language() -> None:
    words = plain(render_transit_sheet(replace(SHEET, demo=True)))
    for said in in_all():
        if not said.rtl:
            assert said.sentences["sheet.demonstration"] in words
            assert said.sentences["sheet.demonstration"] not in plain(drawn())


def test_arms_that_cannot_be_drawn_stop_no_sheet() -> None:
    assert len(page_sizes(render_transit_sheet(replace(SHEET, arms=b"no picture")))) == 1


def test_a_sheet_is_in_no_log() -> None:
    assert SHEET.code not in repr(SHEET)
