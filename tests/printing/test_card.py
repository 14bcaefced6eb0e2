"""A card from the printer: its size, its codes, its letters, and what it refuses."""

import ctypes
import unicodedata
from datetime import date

import pypdfium2
import pytest

from citycard.printing.card import render_batch, render_card, render_sheet
from citycard.printing.errors import CannotPrint
from citycard.printing.words import held_together
from tests.printing.conftest import FULL, LIGHT, as_it_is, sample_text
from tests.support.paper import page_sizes, rasterised, read_codes, words_on


def test_a_card_is_two_pages_of_its_exact_size(face):
    sizes = page_sizes(render_card(face(), translate=as_it_is))
    assert [(round(w, 2), round(h, 2)) for w, h in sizes] == [(85.60, 53.98)] * 2


def test_the_front_holds_the_light_code_and_the_back_the_full_one(face):
    front, back = rasterised(render_card(face(), translate=as_it_is))
    assert read_codes(front) == [LIGHT]
    assert read_codes(back) == [FULL]


def test_the_largest_code_that_a_reader_takes_fits_the_card(face):
    largest = sample_text(1732)
    _, back = rasterised(render_card(face(full_code=largest), translate=as_it_is))
    assert read_codes(back) == [largest]


def test_it_refuses_a_light_code_that_would_crowd_out_the_name(face):
    with pytest.raises(CannotPrint) as refused:
        render_card(face(light_code=sample_text(700)), translate=as_it_is)
    assert (refused.value.code, refused.value.field) == ("code-too-large", "light_code")


def test_everything_that_can_be_in_a_code_is_printed(face):
    everything = face(
        own_script_name="Νόεμι Κάσσαρ",
        own_script_language="el",
        language_in_code="es",
        gender_words="en mes mots",
        emergency_name="Marguerite Lund",
        emergency_phone="00 00 00 00 01",
    )
    printed = " ".join(" ".join(words_on(render_card(everything, translate=as_it_is))).split())
    for text in (
        "Noémie Kassar-Lund",
        "Νόεμι Κάσσαρ",
        "grec (el)",
        "12 mars 1987",
        "en mes mots",
        "21 novembre 2031",
        "22 novembre 2026",
        "7KQ2-M9X4-TB3H-D8WZ",
        "14 rue des Tilleuls",
        "13990 Port-Sable",
        "Port-Sable (13990)",
        "France (FR)",
        "espagnol (es)",
        "port-sable.demo.invalid",
        "Marguerite Lund",
        "00 00 00 00 01",
        "This city card is not a State identity document.",
    ):
        assert text in printed, text


def test_a_year_alone_stays_a_year(face):
    front, _ = words_on(render_card(face(date_of_birth="1987"), translate=as_it_is))
    assert "1987 (year only)" in front


def test_a_card_without_birth_date_or_portrait_is_complete(face):
    front, back = rasterised(render_card(face(date_of_birth=None, portrait=None), translate=as_it_is))
    assert (read_codes(front), read_codes(back)) == ([LIGHT], [FULL])


HOSTILE = [
    '#import "/etc/passwd"',
    "$x^2$ *bold* _it_",
    "a\\b \\u{41} // c /* d */",
    "<label> @ref `raw` [box]",
    "#panic()",
    "-- --- ... \"q\" 'r' ~",
    "{code} = head",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_printed_as_it_is_written(face, name):
    front, _ = words_on(render_card(face(name=name), translate=as_it_is))
    assert "".join(name.split()) in "".join(front.split())


LONG = [
    "W" * 100,
    "Maria-Esperanza Guadalupe de los Ángeles Fernández-Villanueva y Montoya de la Santísima Trinidad Rey",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "e\u0301\u0323" * 33,
    "ش" * 100,
    "ด" * 100,
]


@pytest.mark.parametrize("name", [*LONG, "Ba"], ids=lambda name: f"{len(name)}-{name[0]}")
@pytest.mark.parametrize("own_script", [None, "ع" * 100, "सरस्वती देवी"], ids=["none", "arabic", "devanagari"])
def test_a_long_name_stays_in_its_place(face, name, own_script):
    plain, _ = rasterised(render_card(face(name="A", light_code=sample_text(381)), translate=as_it_is))
    long = face(name=name, own_script_name=own_script, light_code=sample_text(381))
    front, _ = rasterised(render_card(long, translate=as_it_is))
    # Nothing has changed but name and facts, beside the portrait and clear of the code: not margin, code or number.
    changed = [
        (x, y)
        for y in range(0, front.height, 2)
        for x in range(0, front.width, 2)
        if abs(front.getpixel((x, y)) - plain.getpixel((x, y))) > 60
    ]
    dots = 300 / 25.4
    assert all(30 * dots < x < 82.4 * dots and 12.5 * dots < y < 44.6 * dots for x, y in changed)
    assert not [(x, y) for x, y in changed if x > 58 * dots and y > 29 * dots], "the code keeps its corner"
    assert read_codes(front) == [sample_text(381)]


@pytest.mark.parametrize(
    "name", ["سلمى بن يوسف", "שרה Ben Ami", "Salma سلمى 2", "N̈gọ́zi Ọ̀ṣun", "Ḥafṣa", "ሰላም ተስፋዬ", "Հայկ", "วิภา"]
)
def test_names_of_all_scripts_are_drawn_and_can_be_read(face, name):
    front, _ = words_on(render_card(face(name=name), translate=as_it_is))
    found = unicodedata.normalize("NFKC", front)
    for letter in unicodedata.normalize("NFC", name):
        if letter.isalpha():
            assert letter in found, unicodedata.name(letter)


def test_arabic_letters_are_joined(face):
    # Joined, the five letters are narrower than the same letters kept apart.
    def ink(name: str) -> int:
        front, _ = rasterised(render_card(face(name=name, city_language="ar"), translate=as_it_is))
        box = front.crop((40, 150, 640, 240)).point(lambda value: 255 if value < 100 else 0).getbbox()
        assert box is not None
        return int(box[2] - box[0])

    assert ink("سلمى") < 0.8 * ink("س\u200cل\u200cم\u200cى")


def test_an_arabic_city_has_the_mirrored_card(face):
    page = {"fr": None, "ar": None}
    for language in page:
        front, _ = rasterised(render_card(face(city_language=language, arms=None), translate=as_it_is))
        page[language] = front
    half = page["fr"].width // 2
    assert read_codes(page["fr"].crop((half, 0, page["fr"].width, page["fr"].height))) == [LIGHT]
    assert read_codes(page["ar"].crop((0, 0, half, page["ar"].height))) == [LIGHT]


def test_all_fonts_are_embedded_and_ours(face):
    document = pypdfium2.PdfDocument(render_card(face(own_script_name="سلمى"), translate=as_it_is))
    raw = pypdfium2.raw
    seen = set()
    for page in document:
        for text in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
            font = raw.FPDFTextObj_GetFont(text)
            assert raw.FPDFFont_GetIsEmbedded(font) == 1
            size = raw.FPDFFont_GetBaseFontName(font, None, 0)
            buffer = ctypes.create_string_buffer(size)
            raw.FPDFFont_GetBaseFontName(font, buffer, size)
            seen.add(buffer.value.decode())
    assert seen
    assert all("NotoSans" in name for name in seen), seen


def test_the_same_card_gives_the_same_bytes(face):
    assert render_card(face(), translate=as_it_is) == render_card(face(), translate=as_it_is)


def test_the_document_does_not_say_when_or_for_whom_it_was_made(face):
    metadata = pypdfium2.PdfDocument(render_card(face(), translate=as_it_is)).get_metadata_dict()
    assert metadata["Title"] == "City card"
    assert not metadata["CreationDate"]
    assert "Kassar" not in str(metadata)


@pytest.mark.parametrize("field", ["name", "own_script_name", "gender_words", "location_name"])
def test_it_refuses_what_no_typeface_can_draw_and_does_not_repeat_it(face, field):
    with pytest.raises(CannotPrint) as refused:
        render_card(face(**{field: "\u738b\u5c0f\u660e"}), translate=as_it_is)
    assert (refused.value.code, refused.value.field) == ("no-glyph", field)
    assert "\u738b" not in str(refused.value)


def test_it_refuses_a_text_too_long_for_the_back_and_says_nothing_of_it(face):
    with pytest.raises(CannotPrint) as refused:
        render_card(face(address_lines=("Hameau perdu " * 60,)), translate=as_it_is)
    assert refused.value.code == "does-not-fit"
    assert refused.value.__cause__ is None
    assert "Hameau" not in str(refused.value)


@pytest.mark.parametrize(("field", "code"), [("portrait", "picture"), ("arms", "picture")])
def test_it_refuses_what_is_not_a_picture(face, field, code):
    with pytest.raises(CannotPrint) as refused:
        render_card(face(**{field: b"GIF89a"}), translate=as_it_is)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_card_does_not_show_its_holder_in_an_error_report(face):
    assert "Kassar" not in repr(face())


def test_a_batch_is_the_cards_in_order(face):
    faces = [
        face(name=f"Resident {n}", full_code=sample_text(1263, seed=n), light_code=sample_text(281, seed=n))
        for n in range(1, 7)
    ]
    pages = rasterised(render_batch(faces, translate=as_it_is))
    assert [read_codes(page) for page in pages] == [[code] for one in faces for code in (one.light_code, one.full_code)]


def test_a_sheet_holds_five_cards_a_page_with_both_sides(face):
    faces = [face(full_code=sample_text(900, seed=n), expires_on=date(2031, 1, n)) for n in range(1, 7)]
    pdf = render_sheet(faces, translate=as_it_is)
    assert [(round(w), round(h)) for w, h in page_sizes(pdf)] == [(210, 297)] * 2
    first, second = rasterised(pdf)
    assert sorted(read_codes(first)) == sorted([LIGHT] * 5 + [one.full_code for one in faces[:5]])
    assert sorted(read_codes(second)) == sorted([LIGHT, faces[5].full_code])


def test_a_demonstrations_card_says_so_on_both_sides_and_a_citys_on_none(face):
    mark = "Demonstration, not a valid card"
    front, back = words_on(render_card(face(demo=True), translate=as_it_is))
    assert mark in " ".join(front.split())
    assert mark in " ".join(back.split())
    assert not any("Demonstration" in page for page in words_on(render_card(face(), translate=as_it_is)))


def test_the_mark_of_a_demonstration_hides_nothing(face):
    front, back = rasterised(render_card(face(demo=True), translate=as_it_is))
    assert (read_codes(front), read_codes(back)) == ([LIGHT], [FULL])
    words = " ".join(words_on(render_card(face(demo=True), translate=as_it_is))[0].split())
    assert "Noémie Kassar-Lund" in words
    assert "7KQ2-M9X4-TB3H-D8WZ" in words


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("1 place du Sable, 01 00 00 00 00", "1\u00a0place du Sable, 01\u00a000\u00a000\u00a000\u00a000"),
        ("Hôtel de ville, 2 quai des Saules", "Hôtel de ville, 2\u00a0quai des Saules"),
        ("00 00 00 00 01 or come", "00\u00a000\u00a000\u00a000\u00a001 or come"),
        ("port-sable.demo.invalid/loss", "port-sable.demo.invalid/loss"),
    ],
)
def test_a_house_number_stays_with_its_street_and_a_telephone_number_on_its_line(line, kept):
    assert held_together(line) == kept
