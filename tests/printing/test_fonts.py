"""The typefaces in the repository are the ones that were cut, and the table of characters is theirs."""

import hashlib
import re

import pytest
from fontTools.ttLib import TTFont

from citycard.paths import static_folder
from citycard.printing.colours import ink
from citycard.printing.coverage import check_drawable, drawable, families, fonts_folder
from citycard.printing.errors import CannotPrint
from citycard.printing.typesetting import font_families

FONTS = static_folder() / "fonts"


def test_every_font_file_is_listed_with_its_sum():
    text = (FONTS / "README.md").read_text(encoding="utf-8")
    listed = {name: digest for digest, name in re.findall(r"^([0-9a-f]{64})  (\S+)$", text, re.M)}
    found = {
        str(file.relative_to(FONTS)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in FONTS.rglob("*")
        if file.suffix in {".ttf", ".woff2", ".json"}
    }
    assert listed == found


def test_the_table_of_characters_is_that_of_the_fonts():
    covered: set[int] = set()
    for file in fonts_folder().glob("*-Regular.ttf"):
        covered |= set(TTFont(file).getBestCmap())
    directional = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
    assert drawable() <= covered
    assert not drawable() & directional
    assert len(covered - drawable()) < 40


def test_bold_draws_whatever_regular_draws():
    for file in fonts_folder().glob("*-Bold.ttf"):
        regular = file.with_name(file.name.replace("Bold", "Regular"))
        assert set(TTFont(file).getBestCmap()) == set(TTFont(regular).getBestCmap())


def test_the_typesetter_sees_our_fonts_and_no_others():
    assert sorted(font_families()) == sorted(families())


@pytest.mark.parametrize("text", ["Zoë", "Ἀθηνᾶ", "Ђорђе", "سلمى", "می\u200cخواهم", "אבי", "Əli", "Ŋaba"])
def test_it_lets_names_through(text):
    assert check_drawable(text, field="name") == text


@pytest.mark.parametrize("text", ["王", "ᠮᠣᠩᠭᠣᠯ", "😀", "\x00", "\u202e"])
def test_it_names_the_field_and_not_the_text(text):
    with pytest.raises(CannotPrint) as refused:
        check_drawable(f"Ana {text}", field="name")
    assert refused.value.field == "name"
    assert "Ana" not in str(refused.value)


@pytest.mark.parametrize("colour", ["#ffffff", "#ffd43b", "#0b7285", "#000000", "#ff0000", "#7cfc00"])
def test_white_letters_can_be_read_on_every_city_colour(colour):
    def channel(text: str) -> float:
        part = int(text, 16) / 255
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    shade = ink(colour)
    light = 0.2126 * channel(shade[1:3]) + 0.7152 * channel(shade[3:5]) + 0.0722 * channel(shade[5:7])
    assert 1.05 / (light + 0.05) >= 4.5


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "#123456\n", ""])
def test_it_refuses_what_is_no_colour(colour):
    with pytest.raises(CannotPrint):
        ink(colour)
