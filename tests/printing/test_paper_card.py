"""The card on A4, for the day on which the card printer is dead: the same card, cut out and folded by hand."""

from __future__ import annotations

import pytest
from PIL import Image

from citycard import paths
from citycard.printing.card import render_card, render_paper_card
from citycard.printing.words import from_catalogues
from tests.printing.conftest import FULL, LIGHT, MakeFace, as_it_is, sample_text
from tests.support.paper import page_sizes, qr_codes_in, rasterised, read_codes, words_on


@pytest.mark.parametrize("language", ["fr", "en", "es", "ar"])
@pytest.mark.parametrize("city_language", ["fr", "ar"])
def test_one_sheet_shows_both_codes_as_on_plastic(face: MakeFace, language: str, city_language: str) -> None:
    translate = from_catalogues(paths.PACKAGE / "translations")
    pdf = render_paper_card(face(language=language, city_language=city_language), translate=translate)

    assert [(round(w), round(h)) for w, h in page_sizes(pdf)] == [(210, 297)]
    (page,) = rasterised(pdf, dots_per_inch=300)
    assert sorted(read_codes(page)) == sorted([FULL, LIGHT])


def test_the_largest_code_is_read_from_paper(face: MakeFace) -> None:
    largest = sample_text(1732)
    (page,) = rasterised(render_paper_card(face(full_code=largest), translate=as_it_is), dots_per_inch=300)

    assert largest in read_codes(page)


def test_both_codes_survive_a_scanner_that_lies_a_little_askew(face: MakeFace) -> None:
    (page,) = rasterised(render_paper_card(face(), translate=as_it_is), dots_per_inch=300)

    assert sorted(read_codes(page.rotate(2.5, expand=True, fillcolor=255))) == sorted([FULL, LIGHT])


def test_it_says_what_to_do_with_it_and_that_it_is_exchanged(face: MakeFace) -> None:
    (said,) = words_on(render_paper_card(face(language="en", city_language="en"), translate=as_it_is))
    said = " ".join(said.split())

    for sentence in (
        "as good as one of plastic, everywhere, until 21 November 2031",
        "Cut it out",
        "Fold it in the middle",
        "bring it to the town hall",
        "port-sable.demo.invalid/loss",
    ):
        assert sentence in said
    assert said.count("Cut it out") == 1, "one language for a holder who speaks the city's"


def test_it_says_it_in_the_holders_language_and_in_the_citys(face: MakeFace) -> None:
    def translate(sentence: str, language: str) -> str:
        return f"{language}:{sentence}"

    (said,) = words_on(render_paper_card(face(language="es", city_language="fr"), translate=translate))

    assert "es:Cut it out" in said
    assert "fr:Cut it out" in said
    assert said.index("es:Cut it out") < said.index("fr:Cut it out")


def test_the_card_on_it_is_of_its_exact_size(face: MakeFace) -> None:
    """Cut out, it fits the sleeve of a plastic card: the light code is as many dots wide as on plastic."""
    front, _ = rasterised(render_card(face(), translate=as_it_is), dots_per_inch=300)
    (sheet,) = rasterised(render_paper_card(face(), translate=as_it_is), dots_per_inch=300)

    assert abs(_width(front) - _width(sheet)) <= 1


def _width(page: Image.Image) -> int:
    (found,) = (each for each in qr_codes_in(page) if each.text == LIGHT)
    return found.position.top_right.x - found.position.top_left.x


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "María de la Soledad Quintarroyo Benavídez de Montealegre y de los Ángeles Fernández-Villanueva"},
        {"own_script_name": "सरस्वती देवी", "own_script_language": "hin"},
        {"arms": None, "portrait": None},
        {"report_loss": "Hôtel de ville de Port-Sable, service des cartes, 1 place du Port, 01 00 00 00 00"},
        {"demo": True},
    ],
    ids=["long name", "own script", "bare", "long contact", "demonstration"],
)
def test_it_is_one_page_whatever_stands_on_it(face: MakeFace, changes: dict[str, object]) -> None:
    assert len(rasterised(render_paper_card(face(language="ar", **changes), translate=as_it_is), dots_per_inch=40)) == 1


def test_a_demonstration_says_so_outside_the_card_as_well(face: MakeFace) -> None:
    (said,) = words_on(render_paper_card(face(demo=True), translate=as_it_is))

    assert said.count("Demonstration, not a valid card") >= 3
