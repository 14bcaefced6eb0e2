"""The holder's slip and the home sheet of a card, in any language that somebody has translated the slips into."""

from __future__ import annotations

import re

import pytest

from citycard.cli.slips import SAMPLE_RECOVERY
from citycard.operations import recovery
from citycard.operations.print_card import print_slip
from citycard.slips.catalogue import Catalogue
from tests.slips.conftest import made_up
from tests.support.paper import rasterised, text_on, words_on
from tests.support.town_hall import TownHall

CODE = r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}\b"
"""Five groups of four; the number of a card has four."""


def letter(hall: TownHall, ticket: str, language: str = "") -> str:
    """Print the slip and the home sheet; return what stands on them."""
    return text_on(pdf(hall, ticket, language))


def pdf(hall: TownHall, ticket: str, language: str = "") -> bytes:
    """The same as a PDF."""
    with hall.case(ticket, "Amel") as (session, row, _staff):
        return print_slip(session, hall.desk(), row, catalogue=Catalogue(hall.office), language=language)


@pytest.fixture
def ticket(small_hall: TownHall) -> str:
    """Léonie's card is issued; she speaks Spanish."""
    ticket = small_hall.approved(language="es")
    small_hall.issue(ticket)
    return ticket


def test_the_recovery_code_on_the_slip_finds_the_card(small_hall: TownHall, ticket: str) -> None:
    *sheet, home = words_on(pdf(small_hall, ticket))
    (code,) = re.findall(CODE, " ".join(sheet))

    with small_hall.session() as session:
        found = recovery.find(session, code, office=small_hall.office).number
    assert found == small_hall.row(ticket).card_number
    assert re.findall(CODE, home) == [], "whoever has the home sheet alone must not be able to end the card"


def test_the_slip_is_printed_with_the_same_code_as_often_as_the_paper_jams(small_hall: TownHall, ticket: str) -> None:
    assert pdf(small_hall, ticket) == pdf(small_hall, ticket)


def test_the_recovery_code_of_the_sample_is_of_no_card_anywhere(small_hall: TownHall) -> None:
    """`citycard slips proof` prints it. It is refused before anything is looked up, as one with a slip of the pen."""
    with small_hall.session() as session, pytest.raises(recovery.RecoveryRefused) as refused:
        recovery.find(session, SAMPLE_RECOVERY, office=small_hall.office)

    assert refused.value.code == "recovery-typed"


def test_it_is_in_the_language_of_the_holder(small_hall: TownHall, ticket: str) -> None:
    said = letter(small_hall, ticket)

    assert "Léonie Marchevert vive en Port-Sable." in said
    assert "Hoja para guardar en casa" in said
    assert "23 de noviembre de 2026" in said or "23 noviembre 2026" in said


def test_it_comes_in_easy_french_with_the_labels_in_french(small_hall: TownHall, ticket: str) -> None:
    said = letter(small_hall, ticket, "fr-x-facile")

    assert "La carte n’est pas un passeport." in said
    assert "Numéro de carte" in said
    assert "23 novembre 2026" in said


def test_it_comes_in_a_language_that_an_association_dropped_into_the_folder(small_hall: TownHall, ticket: str) -> None:
    (small_hall.office.folder / "slips").mkdir()
    file = small_hall.office.folder / "slips" / "pashto.toml"
    file.write_text(made_up(language="qrl", name="ښښښ", direction="rtl", letter="ښ"), encoding="utf-8")

    pages = rasterised(pdf(small_hall, ticket, "qrl"), dots_per_inch=72)
    said = letter(small_hall, ticket, "qrl")

    assert "Léonie Marchevert" in said
    assert "2026-11-23" in said, "nobody told the computer how this language says its days"
    for page in (pages[0], pages[-1]):
        head = page.crop((0, 30, page.width, 58)).point(lambda value: 255 if value < 180 else 0).getbbox()
        assert head is not None
        assert page.width - head[2] < head[0], "the head stands where reading starts, on the right"


def test_a_language_that_nobody_brought_becomes_the_citys(small_hall: TownHall, ticket: str) -> None:
    assert "Votre carte de la ville" in letter(small_hall, ticket, "xx")
