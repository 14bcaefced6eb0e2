"""The slips that travel with citycard: whole, sayable, printable, and used."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from citycard.paths import PACKAGE
from citycard.printing import words
from citycard.slips.catalogue import shipped
from citycard.slips.pictograms import Pictogram, drawing
from citycard.slips.reading import shipped_pattern

FOLDER = PACKAGE / "slips"


def test_there_are_the_four_languages_of_the_pages_and_easy_french() -> None:
    assert list(shipped()) == ["fr", "en", "es", "ar", "fr-x-facile"]


@pytest.mark.parametrize("language", ["fr", "en", "es", "ar"])
def test_the_four_are_whole(language: str) -> None:
    assert shipped()[language].remarks == ()


def test_easy_french_has_all_but_the_labels() -> None:
    """Those are short words already; French stands in, and shows that it can."""
    lacking = set(shipped_pattern()) - set(shipped()["fr-x-facile"].sentences)

    assert {name.partition(".")[0] for name in lacking} == {"label"}


def test_easy_french_keeps_its_sentences_short() -> None:
    """A rule of easy language: one thought a sentence. Its longest has 21 words."""
    for name, text in shipped()["fr-x-facile"].sentences.items():
        for sentence in re.split(r"[.?!:] ", text):
            assert len(sentence.split()) <= 21, (name, sentence)


def test_only_arabic_runs_from_right_to_left() -> None:
    assert [code for code, texts in shipped().items() if texts.rtl] == ["ar"]


def test_no_slip_asks_anybody_to_prove_a_status() -> None:
    """That nobody asks is said; that somebody must show one is not."""
    said = " ".join(shipped_pattern().values()).lower()

    for word in ("nationality", "visa", "legal", "illegal", "entitled", "refused", "rejected", "denied"):
        assert word not in said, word


def test_the_labels_that_the_home_sheet_shares_with_the_card_are_the_catalogues() -> None:
    """They are found by their English: one of two alike would never be printed, and one unknown would stop a slip."""
    labels = [text for name, text in shipped_pattern().items() if name.startswith("label.")]
    source = (PACKAGE / "printing" / "contents.py").read_text("utf-8")
    home = source[source.index("def home_contents") : source.index("def printable")]
    home += source[source.index("def _back_rows") : source.index("def _back_facts")]
    home += source[source.index("def _said") : source.index("def _add(")]
    slip = (FOLDER / "letter.py").read_text("utf-8")
    used = {getattr(words, name) for name in re.findall(r"words\.([A-Z_]+)\b", home + slip)}

    assert len(labels) == len(set(labels))
    assert used | {words.YEAR_ONLY} == set(labels)


def test_every_sentence_that_is_asked_for_is_there_and_every_one_is_asked_for() -> None:
    asked: set[str] = set()
    for file in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                asked.add(node.value)
    made = {f"refusal.{kind}" for kind in ("identity", "residence", "photo")}
    made |= {f"refusal.found_{kind}" for kind in ("identity", "residence", "photo")}
    made |= {f"paper.{start}{many}" for start in ("", "and_") for many in ("this", "one_of", "some_of")}
    made |= {name for name in shipped_pattern() if name.startswith("label.")}

    assert set(shipped_pattern()) <= asked | made
    known = {name.partition(".")[0] for name in shipped_pattern()}
    named = {text for text in asked if re.fullmatch(r"[a-z]+\.[a-z_]*[a-z]", text) and text.partition(".")[0] in known}
    assert named <= set(shipped_pattern())


def test_every_pictogram_is_a_small_drawing_of_our_own_in_the_colour_of_the_text() -> None:
    assert {path.stem for path in (FOLDER / "drawings").iterdir()} == {str(one) for one in Pictogram}
    for pictogram in Pictogram:
        svg = drawing(pictogram)
        assert svg.startswith("<svg xmlns=")
        assert "currentColor" in svg
        assert len(svg) < 1000
        assert not re.search(r"<script|href|style|url\(|<text|#", svg), pictogram


def test_the_example_in_the_guide_is_a_file_that_works(tmp_path: Path) -> None:
    """docs/slips.md shows the beginning of one."""
    from citycard.slips.reading import read_slip_texts

    guide = (PACKAGE.parent / "docs" / "slips.md").read_text("utf-8")
    example = re.search(r"```toml\n(.*?)```", guide, re.DOTALL)
    assert example is not None
    assert read_slip_texts(example[1].encode()).language == "ti"
