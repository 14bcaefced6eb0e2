"""The holder's slip: in their language, readable, with the home sheet."""

from dataclasses import replace

from citycard.printing.card import render_slip
from tests.printing.conftest import FULL, as_it_is, page_sizes, rasterised, read_codes, words_on


def test_a_slip_is_a_letter_and_a_home_sheet_on_a4(face, slip):
    pdf = render_slip(face(), slip, translate=as_it_is)
    assert [(round(w), round(h)) for w, h in page_sizes(pdf)] == [(210, 297)] * 2


def test_the_home_sheet_carries_the_full_code_for_ordinary_printers(face, slip):
    pdf = render_slip(face(), slip, translate=as_it_is)
    letter, home = rasterised(pdf, dots_per_inch=150)
    assert read_codes(letter) == []
    assert read_codes(home) == [FULL]


def test_the_slip_says_what_is_kept_what_is_not_and_what_to_do(face, slip):
    letter, home = (" ".join(page.split()) for page in words_on(render_slip(face(), slip, translate=as_it_is)))
    for text in (
        "Noémie Kassar-Lund",
        "It replaces no document of the State",
        "7KQ2-M9X4-TB3H-D8WZ",
        "The city does not keep your name",
        "1 place du Port",
        "bibliothèques · Rivemont",
        "Anyone who photographs it can read it.",
        "It also holds a small picture of your face.",
    ):
        assert text in letter, text
    for text in ("Keep this sheet at home", "12 mars 1987", "14 rue des Tilleuls", "a small picture of your face"):
        assert text in home, text


def test_it_says_nothing_of_a_picture_that_is_not_in_the_code(face, slip):
    letter, home = words_on(render_slip(face(portrait_in_code=False), slip, translate=as_it_is))
    assert "small picture" not in letter + home


def test_an_arabic_slip_starts_on_the_right(face, slip):
    pages = rasterised(render_slip(face(), replace(slip, language="ar"), translate=as_it_is), dots_per_inch=72)
    for page in pages:
        # The head, with the arms, stands where reading starts.
        head = page.crop((0, 30, page.width, 85)).point(lambda value: 255 if value < 180 else 0).getbbox()
        assert head is not None
        assert head[0] > page.width // 2


def test_the_slip_can_be_read_aloud(face, slip):
    pdf = render_slip(face(), slip, translate=as_it_is)
    assert b"/MarkInfo" in pdf or b"StructTreeRoot" in pdf


def test_the_same_slip_gives_the_same_bytes(face, slip):
    assert render_slip(face(), slip, translate=as_it_is) == render_slip(face(), slip, translate=as_it_is)
