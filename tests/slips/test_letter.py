"""The holder's slip and the home sheet: what they say in each language, how large, and which code stands where."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PIL import Image

from citycard.printing.card import render_slip
from citycard.printing.paper import COMPACT, Paper
from citycard.settings import Office, Settings
from citycard.slips.catalogue import Catalogue, shipped
from citycard.slips.letter import END, KEPT, LOST, home_sheet, letter
from citycard.slips.reading import HOLE, shipped_pattern
from citycard.slips.saying import Speaker
from tests.printing.conftest import ARMS, FULL, make_face
from tests.support.paper import page_sizes, rasterised, read_codes, words_on

EVERY = ("fr", "en", "es", "ar", "fr-x-facile")
CODE = "VXYA-3NPR-6FGH-J5CS-E8T1"
LARGE = 16
"""Points at which large print begins."""

FOOT = 42
"""Points at the foot of a page, where the number of the page is, and whether this is practice."""

POLICE = {"fr": "police", "en": "police", "es": "policía", "ar": "للشرطة", "fr-x-facile": "police"}
ALARMING = re.compile(
    r"arrest|arrêt|deten|expuls|deport|danger|peligro|risk|risque|riesgo|warn|attention|cuidado|خطر|اعتقال"
)

EVERYTHING = {
    "name": "María Guadalupe Esperanza de los Ángeles Fernández y de la Cruz van der Velde-Montoya",
    "own_script_name": "ታደለ ተስፋዬ",
    "language_in_code": "ara",
    "address_lines": ("c/o Association du Port", "14 rue des Tilleuls, bâtiment C", "13990 Port-Sable"),
    "demo": True,
}
"""Somebody with a long name who wants all of it on the card, from an office that practises."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Port-Sable, where people can come, call, and look."""
    settings = Settings(
        issuer="https://port-sable.demo.invalid",
        names={"fr": "Port-Sable", "en": "Port-Sable", "ar": "بور سابل"},
        country="FR",
        time_zone="Europe/Paris",
        contact="Service des cartes",
        counter_address=("Hôtel de ville, 1 place du Port", "01 00 00 00 10"),
        opening_hours="1-5: 9-12, 14-17",
    )
    folder = tmp_path_factory.mktemp("port-sable")
    (folder / "arms.svg").write_bytes(ARMS)
    return Office(folder, settings)


Print = Callable[..., bytes]


@pytest.fixture(scope="module")
def slip(office: Office) -> Print:
    """`slip("ar", name="Salma")`: what is printed. Each is drawn once."""

    @cache
    def drawn(language: str, changes: tuple[tuple[str, object], ...]) -> bytes:
        speaker = Speaker(Catalogue(office), language)
        sheet = paper(office, language, **dict(changes))
        return render_slip(face(language, **dict(changes)), sheet, home_sheet(speaker))

    return lambda language="fr", **changes: drawn(language, tuple(changes.items()))


def face(language: str, **changes):
    return make_face(**{"language": language, **changes})


def paper(office: Office, language: str, **changes) -> Paper:
    """The slip before it is drawn, without the home sheet."""
    return letter(office, Speaker(Catalogue(office), language), face(language, **changes), recovery_code=CODE)


def plain(text: str) -> str:
    """Without the invisible marks around what was filled in, and on one line."""
    return " ".join(re.sub("[\u2066-\u2069]", "", text).split())


def sizes_on(pdf: bytes) -> Iterator[tuple[int, float, str]]:
    """Page, size in points and each letter above the foot of the page."""
    for number, page in enumerate(pypdfium2.PdfDocument(pdf)):
        text = page.get_textpage()
        for place, letter_there in enumerate(text.get_text_range()[: text.count_chars()]):
            low = text.get_charbox(place)[1]
            if not letter_there.isspace() and low > FOOT:
                yield number, pdfium.FPDFText_GetFontSize(text.raw, place), letter_there


def code_on(pdf: bytes) -> str:
    """What stands in the box, from left to right as the eye reads it; it has a size of its own."""
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        text = page.get_textpage()
        for place, one in enumerate(text.get_text_range()[: text.count_chars()]):
            if abs(pdfium.FPDFText_GetFontSize(text.raw, place) - 1.15 * COMPACT) < 0.1:
                found.append((text.get_charbox(place)[0], one))
    return "".join(one for _, one in sorted(found))


def tags_on(pdf: bytes) -> list[list[str]]:
    """What a screen reader is told that there is, page by page."""

    def below(element: Any) -> Iterator[str]:
        room = ctypes.create_string_buffer(64)
        length = pdfium.FPDF_StructElement_GetType(element, room, 64)
        yield room.raw[:length].decode("utf-16-le").rstrip("\0")
        for place in range(pdfium.FPDF_StructElement_CountChildren(element)):
            child = pdfium.FPDF_StructElement_GetChildAtIndex(element, place)
            if child:
                yield from below(child)

    found = []
    for page in pypdfium2.PdfDocument(pdf):
        tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
        count = pdfium.FPDF_StructTree_CountChildren(tree)
        roots = [pdfium.FPDF_StructTree_GetChildAtIndex(tree, place) for place in range(count)]
        found.append([tag for root in roots for tag in below(root)])
        pdfium.FPDF_StructTree_Close(tree)
    return found


def inked(picture: Image.Image) -> bool:
    """Whether there is something in a picture."""
    return picture.point(lambda value: 255 if value < 180 else 0).getbbox() is not None


@pytest.mark.parametrize("language", EVERY)
@pytest.mark.parametrize("changes", [{}, EVERYTHING], ids=["usual", "everything"])
def test_the_slip_is_one_sheet_front_and_back_and_the_home_sheet_another(
    slip: Print, language: str, changes: dict[str, object]
) -> None:
    """A text that overflows makes a third page of the slip, or a second of the home sheet, or runs out of the paper."""
    pdf = slip(language, **changes)

    assert [(round(width), round(height)) for width, height in page_sizes(pdf)] == [(210, 297)] * 3
    pages = rasterised(pdf, dots_per_inch=150)
    assert [read_codes(page) for page in pages] == [[], [], [FULL]]
    for page in pages:
        edge = 70
        for band in (
            (0, 0, edge, page.height),
            (page.width - edge, 0, page.width, page.height),
            (0, 0, page.width, edge - 20),
            (0, page.height - 40, page.width, page.height),
        ):
            assert not inked(page.crop(band)), "what stands here is cut off by a printer"


@pytest.mark.parametrize("language", EVERY)
def test_the_recovery_code_is_on_the_slip_and_not_beside_the_large_code(slip: Print, language: str) -> None:
    """Whoever has the home sheet alone must not be able to end the card."""
    home = words_on(slip(language))[2]

    assert code_on(slip(language)) == CODE
    for group in CODE.split("-"):
        # From a page of Arabic it is read back in either order.
        assert group not in home
        assert group[::-1] not in home


def test_every_letter_of_the_recovery_code_takes_the_same_room_beside_any_other(office: Office) -> None:
    """Drawn closer, "EJ" was copied from the PDF as "E J", and a code with a space in it looks mistyped."""
    speaker = Speaker(Catalogue(office), "fr")
    code = "EJEE-AJAA-TJTT-LTLL-VAVV"
    sheet = letter(office, speaker, face("fr"), recovery_code=code)
    pdf = render_slip(face("fr"), sheet, home_sheet(speaker))
    places = []
    for page in pypdfium2.PdfDocument(pdf):
        text = page.get_textpage()
        start = text.get_text_range().find(code)
        for place in range(start, start + len(code)) if start >= 0 else ():
            x, y = ctypes.c_double(), ctypes.c_double()
            pdfium.FPDFText_GetCharOrigin(text.raw, place, x, y)
            places.append(x.value)
    assert len(places) == len(code)

    for group in range(0, len(code), 5):
        beside_another = places[group + 1] - places[group]
        beside_itself = places[group + 3] - places[group + 2]
        assert beside_another == pytest.approx(beside_itself, abs=0.05), code[group : group + 4]


@pytest.mark.parametrize("language", EVERY)
def test_every_sentence_of_its_own_language_is_on_the_paper(office: Office, slip: Print, language: str) -> None:
    texts = shipped()[language].sentences
    wanted = {name for name in shipped_pattern() if name.partition(".")[0] in ("card", "home")}
    assert wanted <= set(texts), "none comes from another language"
    *sheet, home = (plain(page) for page in words_on(slip(language)))
    if language == "ar":
        # A page of Arabic is read back in the shapes of its letters: we look at what was given to be drawn.
        sheet = list(phrases(paper(office, "ar")))
        home = " ".join(phrases(home_sheet(Speaker(Catalogue(office), "ar"))))
    for name in wanted:
        where = home if name.startswith("home.") else " ".join(sheet)
        for piece in HOLE.split(texts[name])[::2]:
            assert plain(piece) in where, name


def phrases(thing: object) -> Iterator[str]:
    """Every phrase somewhere inside a paper."""
    if isinstance(thing, tuple):
        for one in thing:
            yield from phrases(one)
    elif type(thing).__name__ == "Phrase":
        yield plain(thing.text)  # type: ignore[attr-defined]
    elif hasattr(thing, "__dataclass_fields__"):
        for member in thing.__dataclass_fields__:
            yield from phrases(getattr(thing, member))


@pytest.mark.parametrize("language", EVERY)
def test_it_is_in_large_print(slip: Print, language: str) -> None:
    assert COMPACT >= LARGE
    assert {(page, size, c) for page, size, c in sizes_on(slip(language)) if round(size, 1) < LARGE} == set()


def test_whoever_has_a_long_name_and_everything_on_the_card_still_reads_it_without_glasses(slip: Print) -> None:
    """The lines of the home sheet are a little smaller then, so that it stays one page."""
    assert min(size for _, size, _ in sizes_on(slip("fr", **EVERYTHING))) >= LARGE - 2


@pytest.mark.parametrize("language", EVERY)
def test_the_police_are_spoken_of_once_and_calmly(language: str) -> None:
    sentences = shipped()[language].sentences
    spoken = [text for name, text in sentences.items() if name.startswith("card.") and POLICE[language] in text]

    assert spoken == [sentences["card.police"]]
    assert not ALARMING.search(sentences["card.police"].lower())
    assert "!" not in sentences["card.police"]


@pytest.mark.parametrize("language", EVERY)
def test_each_part_has_a_heading_and_a_pictogram_of_its_own(office: Office, language: str) -> None:
    parts = paper(office, language).parts

    assert all(part.heading and part.pictogram for part in parts)
    assert len({part.pictogram for part in parts}) == len(parts) == 6


def test_it_says_what_is_kept_and_where_to_stop_see_and_end_it(slip: Print) -> None:
    sheet = plain(" ".join(words_on(slip("en"))[:2]))

    for text in (
        "Noémie Kassar-Lund lives in Port-Sable.",
        "It replaces no document of the State",
        "7KQ2-M9X4-TB3H-D8WZ",
        "22 November 2026",
        "21 November 2031",
        *(f"port-sable.demo.invalid/{page}" for page in (LOST, KEPT, END)),
        "Hôtel de ville, 1 place du Port",
        "01 00 00 00 10",
        "Open: 1-5: 9-12, 14-17",
        "That code also holds a small picture of your face.",
    ):
        assert text in sheet, text
    assert "https://" not in sheet, "nobody wants to copy that by hand"
    assert "Service des cartes" not in sheet, "the counter has lines of its own"


def test_the_home_sheet_says_all_that_is_in_the_code(slip: Print) -> None:
    home = plain(words_on(slip("en"))[2])

    for text in ("Noémie Kassar-Lund", "12 March 1987", "14 rue des Tilleuls", "a small picture of your face", "FR"):
        assert text in home, text


def test_it_says_nothing_of_a_picture_that_is_not_in_the_code(slip: Print) -> None:
    assert "small picture" not in plain(" ".join(words_on(slip("en", portrait_in_code=False))))


def test_without_lines_of_the_counter_it_names_who_answers(office: Office) -> None:
    bare = Office(office.folder, replace(office.settings, counter_address=(), opening_hours=""))

    assert "Service des cartes" in str(paper(bare, "en").parts)


@pytest.mark.parametrize("language", EVERY)
def test_it_starts_where_reading_starts(slip: Print, language: str) -> None:
    for page in rasterised(slip(language), dots_per_inch=72):
        head = page.crop((0, 30, page.width, 60)).point(lambda value: 255 if value < 180 else 0).getbbox()
        assert head is not None
        to_the_left, to_the_right = head[0], page.width - head[2]
        assert (to_the_right < to_the_left) == (language == "ar")


def test_the_paper_is_tagged(slip: Print) -> None:
    """Headings are headings and sentences paragraphs; pictograms, which stand beside words, are passed over."""
    front, back, home = tags_on(slip("fr"))

    assert (front.count("H1"), front.count("H2"), front.count("Figure")) == (1, 3, 0)
    assert (back.count("H1"), back.count("H2"), back.count("Figure")) == (0, 3, 0)
    assert (home.count("H1"), home.count("H2"), home.count("Figure")) == (1, 1, 1)
    assert min(front.count("P"), back.count("P")) >= 8
    assert b"/Lang" in slip("fr")


def test_a_slip_that_grows_never_has_the_home_sheet_on_its_back(office: Office) -> None:
    """A printer that prints on both sides would make one sheet of the two, and nobody could keep them apart."""
    talkative = Office(office.folder, replace(office.settings, counter_address=("1 place du Port",) * 30))
    speaker = Speaker(Catalogue(talkative), "fr")
    pages = words_on(render_slip(face("fr"), paper(talkative, "fr"), home_sheet(speaker)))

    assert len(pages) == 5
    assert "Feuille à garder chez vous" in pages[4]
    assert pages[3].strip() == ""


def test_the_same_slip_gives_the_same_bytes(office: Office) -> None:
    speaker = Speaker(Catalogue(office), "fr")
    first, second = (render_slip(face("fr"), paper(office, "fr"), home_sheet(speaker)) for _ in range(2))

    assert first == second


def test_a_practice_office_says_so_on_each_page(slip: Print) -> None:
    *sheet, home = (plain(page) for page in words_on(slip("fr", **EVERYTHING)))

    assert all("Exercice. Ce papier n’est pas valable." in page for page in sheet)
    assert "Démonstration, carte non valable" in home
