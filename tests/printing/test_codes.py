"""What the two writers draw, another program reads."""

import io

import pytest
from PIL import Image

from citycard.printing.codes import MAX_TEXT, Matrix, batch_code, single_code
from citycard.printing.errors import CannotPrint
from tests.printing.conftest import sample_text
from tests.support.paper import qr_codes_in

WRITERS = pytest.mark.parametrize("write", [single_code, batch_code])


def read_back(matrix: Matrix) -> str:
    bare = Image.open(io.BytesIO(matrix.png())).convert("L")
    framed = Image.new("L", (bare.width + 32, bare.height + 32), 255)
    framed.paste(bare, (16, 16))
    [found] = qr_codes_in(framed)
    assert found.ec_level == "M"
    return str(found.text)


@WRITERS
@pytest.mark.parametrize("length", [1, 2, 281, 381, 1263, MAX_TEXT])
def test_a_code_says_what_it_was_given(write, length):
    text = sample_text(length, seed=length)
    assert read_back(write(text)) == text


@WRITERS
@pytest.mark.parametrize(("length", "version"), [(381, 12), (1263, 24), (MAX_TEXT, 28)])
def test_a_code_is_no_larger_than_the_profile_says(write, length, version):
    assert write(sample_text(length)).version == version


def test_both_writers_draw_the_same_modules():
    for seed in range(20):
        text = sample_text(700, seed=seed)
        assert single_code(text) == batch_code(text)


@WRITERS
def test_it_refuses_a_text_that_fits_no_card(write):
    with pytest.raises(CannotPrint) as refused:
        write("A" * (MAX_TEXT + 1))
    assert refused.value.code == "code-too-large"


@WRITERS
@pytest.mark.parametrize("text", ["", "lower case", "A\n", "É", "A#"])
def test_it_refuses_a_character_outside_base45(write, text):
    with pytest.raises(CannotPrint) as refused:
        write(text)
    assert refused.value.code == "code-alphabet"


def test_the_outline_covers_exactly_the_dark_modules():
    matrix = single_code("PORT-SABLE")
    covered = set()
    for part in matrix.svg_path().split("M")[1:]:
        start, rest = part.split("h")
        x, y = (int(number) for number in start.split())
        covered |= {(x + step, y) for step in range(int(rest.split("v")[0]))}
    dark = {(at % matrix.size, at // matrix.size) for at, module in enumerate(matrix.modules) if module}
    assert covered == dark
