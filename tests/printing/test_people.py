"""Cards of people who differ: one name or twelve, particles, other scripts, nobody's address, somebody to call."""

import pypdfium2
import pytest

from citycard.core.claims import MAX_NAME
from citycard.printing.card import render_card
from citycard.printing.contents import words_together
from citycard.printing.errors import CannotPrint
from citycard.printing.words import isolate_line
from tests.printing.conftest import FULL, LIGHT, as_it_is, sample_text
from tests.support.paper import rasterised, read_codes, words_on

NO_BREAK = "\u00a0"

SMALL_PRINT = 5
"""Points: as small as the terms on a bank card, which people can read and do not like."""

EVERYTHING = {
    "own_script_name": "ታደለ ተስፋዬ",
    "own_script_language": "amh",
    "language_in_code": "ara",
    "language": "ar",
    "gender_words": "en mes propres mots",
    "emergency_name": "Marguerite Lund",
    "emergency_phone": "00 00 00 00 01",
    "address_lines": ("14 rue des Tilleuls", "Bâtiment C, 3e étage droite", "13990 Port-Sable"),
    "report_loss": "Hôtel de ville, 2 quai des Saules, 01 00 00 00 00",
    "demo": True,
}
"""All that somebody can ask for, on a card that also says that it is a demonstration."""


def lines_of(page: str) -> list[str]:
    return [" ".join(line.split()) for line in page.splitlines()]


@pytest.mark.parametrize(
    ("name", "together"),
    [
        ("Tadele", ["Tadele"]),
        ("María de la Cruz", ["María", "de la Cruz"]),
        ("Joost van der Velde", ["Joost", "van der Velde"]),
        ("Awa bint Salif", ["Awa", "bint", "Salif"]),
        ("Salma bin Yusuf", ["Salma", "bin Yusuf"]),
        ("Ortega y Gasset", ["Ortega", "y Gasset"]),
        ("عبد الرحمن بن يوسف", ["عبد الرحمن", "بن يوسف"]),
        ("Nguyễn Thị Hoa", ["Nguyễn", "Thị", "Hoa"]),
        ("a b c d e f g h i j k l m n o p q r", ["a b c d e f", "g h i j k l m n o p q r"]),
    ],
)
def test_a_particle_stays_with_the_word_it_leads_to(name, together):
    assert words_together(name).split(" ") == [piece.replace(" ", NO_BREAK) for piece in together]


@pytest.mark.parametrize("name", ["Abd al-Rahman", "Al-Amin Diallo", "Jo-Ann"])
def test_no_line_ends_after_an_article(face, name):
    front, _ = words_on(render_card(face(name=f"Wilhelmina-Konstantina {name}"), translate=as_it_is))
    assert not [line for line in front.splitlines() if line.strip().lower().endswith((" al-", " jo-"))]


@pytest.mark.parametrize("name", ["Li", "Tadele", "Suharto", "ሰላም", "نعيمة", "O"])
def test_a_single_name_is_a_whole_name(face, name):
    front, back = rasterised(render_card(face(name=name), translate=as_it_is))
    assert (read_codes(front), read_codes(back)) == ([LIGHT], [FULL])


def size_of(pdf: bytes, text: str) -> float:
    """How large the letters of a line are, in points."""
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    found = page.search(text).get_next()
    assert found is not None
    _, bottom, _, top = page.get_charbox(found[0], loose=True)
    return float(top - bottom)


def test_words_for_gender_do_not_make_the_rest_of_the_front_small(face):
    without, with_words = (render_card(face(gender_words=words), translate=as_it_is) for words in (None, "en mes mots"))
    assert size_of(with_words, "12 mars") > 0.85 * size_of(without, "12 mars")


def test_a_name_of_the_greatest_length_leaves_the_facts_readable(face):
    name = "María Guadalupe Esperanza de los Ángeles Fernández y de la Cruz van der Velde-Montoya y Pérez-Quint"
    assert len(name) == MAX_NAME - 1
    pdf = render_card(face(name=name, gender_words="femme"), translate=as_it_is)
    assert size_of(pdf, "12 mars") > SMALL_PRINT


@pytest.mark.parametrize("city_language", ["fr", "ar"])
@pytest.mark.parametrize("length", [1263, 1732], ids=["usual", "largest"])
def test_somebody_who_asks_for_everything_gets_it(face, city_language, length):
    code = sample_text(length)
    wanted = face(name="Tadele Tesfaye", city_language=city_language, full_code=code, **EVERYTHING)
    pdf = render_card(wanted, translate=as_it_is)
    front, back = rasterised(pdf)
    assert (read_codes(front), read_codes(back)) == ([LIGHT], [code])
    # Word by word: a PDF gives lines of a mirrored card back in another order.
    written = set(" ".join(words_on(pdf)).split())
    for text in ("Marguerite Lund", "13990", "en mes propres mots", "Bâtiment"):
        assert set(text.split()) <= written, text


def test_whom_to_call_stands_on_the_back_alone(face):
    front, back = words_on(
        render_card(face(emergency_name="Marguerite Lund", emergency_phone="00 00 00 00 01"), translate=as_it_is)
    )
    assert "Marguerite Lund" in lines_of(back)
    assert "00 00 00 00 01" in lines_of(back)
    assert "Marguerite" not in front


@pytest.mark.parametrize("given", [{"emergency_phone": "00 00 00 00 01"}, {"emergency_name": "Marguerite Lund"}])
def test_a_name_or_a_number_to_call_may_stand_alone(face, given):
    _, back = words_on(render_card(face(**given), translate=as_it_is))
    assert next(iter(given.values())) in lines_of(back)


def left_edge_of(pdf: bytes, text: str) -> float:
    page = pypdfium2.PdfDocument(pdf)[1].get_textpage()
    found = page.search(text).get_next()
    assert found is not None, text
    left, _, _, _ = page.get_charbox(found[0])
    return float(left)


def test_on_a_mirrored_card_a_street_keeps_its_number_and_a_telephone_its_order(face):
    pdf = render_card(
        face(
            city_language="ar",
            address_lines=("14 rue des Tilleuls",),
            emergency_phone="00 11 22 33 44",
            report_loss="2 quai des Saules, 01 00 00 00 05",
        ),
        translate=as_it_is,
    )
    assert left_edge_of(pdf, "14") < left_edge_of(pdf, "Tilleuls")
    assert left_edge_of(pdf, "11") < left_edge_of(pdf, "33")
    assert left_edge_of(pdf, "quai") < left_edge_of(pdf, "05")


@pytest.mark.parametrize(
    ("line", "runs"), [("c/o Association du Port", "\u2068"), ("c/o جمعية الميناء", "\u2067"), ("14 شارع", "\u2067")]
)
def test_a_care_of_line_runs_the_way_of_the_organisations_name(line, runs):
    assert isolate_line(line)[0] == runs


def test_what_does_not_fit_says_on_which_side(face):
    with pytest.raises(CannotPrint) as refused:
        render_card(face(address_lines=("Hameau perdu " * 60,)), translate=as_it_is)
    assert refused.value.field == "back"


@pytest.mark.parametrize("field", ["emergency_name", "emergency_phone"])
def test_it_refuses_letters_of_a_contact_that_no_typeface_has(face, field):
    with pytest.raises(CannotPrint) as refused:
        render_card(face(**{field: "\u738b\u5c0f\u660e"}), translate=as_it_is)
    assert (refused.value.code, refused.value.field) == ("no-glyph", field)
