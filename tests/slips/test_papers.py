"""The slips on paper: drawn, turned into pictures, read by another library than the one that made them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from PIL import Image

from citycard.evidence.rules import RuleSet
from citycard.paths import PACKAGE
from citycard.printing.paper import SIZES, Paper, render_paper
from citycard.settings import Office
from citycard.slips.bring import for_everybody, for_one
from citycard.slips.catalogue import Catalogue
from citycard.slips.frame import Look
from citycard.slips.refusal import Refusal, refusal_slip
from citycard.slips.saying import Speaker
from tests.slips.conftest import Drop, made_up
from tests.support.paper import page_sizes, rasterised, text_on

EVERY = ("fr", "en", "es", "ar", "fr-x-facile")


def inked(picture: Image.Image) -> tuple[int, int, int, int] | None:
    """Where in a picture there is something."""
    return picture.point(lambda value: 255 if value < 180 else 0).getbbox()


@pytest.fixture
def slip(office: Office, catalogue: Catalogue, rules: RuleSet, refusal: Refusal):
    """`slip("ar", large=True)`: a refusal slip."""

    def make(language: str = "fr", look: Look | None = None, **changes) -> Paper:
        speaker = Speaker(catalogue, language)
        return refusal_slip(office, speaker, look or Look(), replace(refusal, **changes), rules=rules)

    return make


def test_it_says_what_was_missing_what_would_do_and_who_else_can_look(slip, rules: RuleSet) -> None:
    said = text_on(render_paper(slip()))

    for text in (
        "Ce qui manque pour votre carte",
        "Port-Sable, le 23 novembre 2026",
        "un papier qui montre que vous habitez ici",
        "Il n’y a pas d’autre raison.",
        f"{rules.by_id['energy-bill'].names['fr']} – de moins de",
        "ou un autre papier comme ceux-ci",
        "Jusqu’au 23 décembre 2026, vous pouvez demander qu’un autre agent",
        "1 place du Sable, 01 00 00 00 00",
        "Ouvert : 1-5: 9-12",
        "Maison du Phare",
        "Rien sur vous",
    ):
        assert text in said, text


def test_it_does_not_say_what_was_on_the_desk(slip) -> None:
    """Whoever finds the sheet learns that something was missing, and not which papers somebody has."""
    said = text_on(render_paper(slip()))

    assert "Document d’identité officiel" not in said
    assert "un papier qui montre qui vous êtes" not in said
    assert "points" not in said


def test_what_a_colleague_needs_is_there_only_with_a_code(slip) -> None:
    with_code, without = text_on(render_paper(slip())), text_on(render_paper(slip(code="")))

    assert "7KQ2-M9X4-TB3H-D8WZ-A1B2" in with_code
    assert "selon les règles fr-2026.1. Ils suffisaient pour montrer :" in with_code
    assert "qui est cette personne" in with_code
    assert "que cette personne habite ici" not in with_code
    assert "7KQ2" not in without
    assert "Pour l’autre agent" not in without
    assert "Un autre agent peut regarder" in without, "the right is everybody's"


def test_somebody_without_any_paper_is_told_so_kindly(slip) -> None:
    said = text_on(render_paper(slip(missing=frozenset({"identity", "residence", "photo"}), ways=())))

    assert "Ils ne suffisaient encore pour rien." in said
    for kind in ("qui montre qui vous êtes", "qui montre que vous habitez ici", "avec votre photo"):
        assert said.count(kind) >= 2, "once as missing, once with the papers that help"


@pytest.mark.parametrize("language", EVERY)
def test_every_language_is_printed_whole(slip, catalogue: Catalogue, language: str) -> None:
    """No box, nothing left out: each letter of each sentence of ours is on the paper."""
    speaker = Speaker(catalogue, language)
    said = {c for c in text_on(render_paper(slip(language))) if not c.isspace()}
    wanted = speaker.say("refusal.title").text + speaker.say("refusal.kept_nothing").text
    if not speaker.rtl:  # a page of Arabic is read back in the shapes of its letters
        assert {c for c in wanted if c.isalpha()} <= said


@pytest.mark.parametrize(
    ("look", "size"), [(Look(), (210, 297)), (Look("a5"), (148, 210)), (Look("a4", True), (210, 297))]
)
def test_it_comes_on_a_whole_or_half_sheet(slip, look: Look, size: tuple[int, int]) -> None:
    for width, height in page_sizes(render_paper(slip("fr", look))):
        assert (round(width), round(height)) == size


def test_an_ordinary_slip_is_one_sheet_of_paper_at_most(slip) -> None:
    """Front and back."""
    for language in EVERY:
        assert len(page_sizes(render_paper(slip(language)))) <= 2, language


def test_large_letters_are_large() -> None:
    assert SIZES["a4", True] >= 16
    for sheet in ("a4", "a5"):
        assert SIZES[sheet, True] > 1.3 * SIZES[sheet, False]


@pytest.mark.parametrize("language", EVERY)
def test_it_starts_where_reading_starts(slip, language: str) -> None:
    """Pictograms stand in a column of their own: on the right in Arabic, on the left elsewhere."""
    page = rasterised(render_paper(slip(language)), dots_per_inch=72)[0]
    beside_left, beside_right = (98, 190, 109, 780), (page.width - 109, 190, page.width - 98, 780)
    empty, full = (beside_right, beside_left) if language == "ar" else (beside_left, beside_right)

    assert inked(page.crop(empty)) is None, "nothing between the pictograms and the words"
    assert inked(page.crop(full)) is not None


def test_a_paper_can_be_read_aloud_and_says_its_language(slip) -> None:
    pdf = render_paper(slip("ar"))

    assert b"StructTreeRoot" in pdf
    assert b"/Lang" in pdf


def test_the_same_slip_gives_the_same_bytes(slip) -> None:
    assert render_paper(slip()) == render_paper(slip())


def test_a_practice_office_says_so_on_paper(slip) -> None:
    assert "Exercice. Ce papier n’est pas valable." in text_on(render_paper(slip()))


def test_a_letter_that_cannot_be_printed_keeps_nobody_from_their_slip(
    office: Office, catalogue: Catalogue, rules: RuleSet, refusal: Refusal
) -> None:
    strange = Office(office.folder, replace(office.settings, contact="广场 1 place du Sable \U0001f600"))

    pdf = render_paper(refusal_slip(strange, Speaker(catalogue, "fr"), Look(), refusal, rules=rules))

    assert "1 place du Sable" in text_on(pdf)


def test_what_to_bring_for_everybody(office: Office, catalogue: Catalogue, rules: RuleSet) -> None:
    pdf = render_paper(for_everybody(office, Speaker(catalogue, "en"), Look(), rules=rules))
    said = text_on(pdf)

    for text in (
        "What to bring for your city card",
        "Port-Sable gives a card to everybody who lives here.",
        "Nobody asks you whether you have a right to stay.",
        "List 1",
        "List 2",
        "And one of these:",
        "In every case, bring also",
        "or another paper like these",
        "For children other papers are enough. Ask us.",
        "No paper at all? Come with somebody who knows you.",
        "You may bring somebody who speaks for you.",
        "We make no copies",
    ):
        assert text in said, text


def test_what_several_lists_have_in_common_is_said_once(office: Office, catalogue: Catalogue, rules: RuleSet) -> None:
    said = text_on(render_paper(for_everybody(office, Speaker(catalogue, "en"), Look(), rules=rules)))

    assert said.count(rules.by_id["energy-bill"].names["en"]) == 1


def test_lists_that_are_nothing_but_what_they_have_in_common_stay_whole(
    office: Office, catalogue: Catalogue, rules: RuleSet, refusal: Refusal
) -> None:
    twice = (refusal.ways[0], refusal.ways[0])
    said = text_on(render_paper(for_one(office, Speaker(catalogue, "en"), Look(), rules=rules, missing=twice)))

    assert said.count(rules.by_id["energy-bill"].names["en"]) == 2
    assert "In every case" not in said


def test_what_to_bring_for_one_names_only_what_is_missing(
    office: Office, catalogue: Catalogue, rules: RuleSet, refusal: Refusal
) -> None:
    paper = for_one(office, Speaker(catalogue, "en"), Look(), rules=rules, missing=refusal.ways)
    said = text_on(render_paper(paper))

    assert "Bring once more what you brought today." in said
    assert "Energy" in said or "energy" in said
    assert "passport" not in said.lower()


def test_a_language_that_an_association_made_is_printed(office: Office, catalogue: Catalogue, drop: Drop, slip) -> None:
    drop("avolin.toml", made_up(letter="ቃ"))

    pdf = render_paper(slip("qav"))

    assert "ቃቃቃቃ" in text_on(pdf)
    assert b"NotoSansEthiopic" in pdf


def test_a_language_from_right_to_left_that_an_association_made_is_mirrored(
    catalogue: Catalogue, drop: Drop, slip
) -> None:
    drop("pashto.toml", made_up(language="ps", name="پښتو", direction="rtl", letter="ښ"))
    page = rasterised(render_paper(slip("ps")), dots_per_inch=72)[0]

    assert inked(page.crop((page.width - 109, 300, page.width - 98, 780))) is None
    assert inked(page.crop((98, 300, 109, 780))) is not None


def test_nothing_is_written_to_any_disk(slip) -> None:
    """The kernel refuses every byte to any file, and the slip comes all the same."""
    code = (
        "import resource, signal, sys, datetime\n"
        "from pathlib import Path\n"
        "from citycard.settings import Office, Settings\n"
        "from citycard.slips.catalogue import Catalogue\n"
        "from citycard.slips.saying import Speaker\n"
        "from citycard.slips.frame import Look\n"
        "from citycard.slips.refusal import Refusal, refusal_slip\n"
        "from citycard.printing.paper import render_paper\n"
        "from citycard.evidence.shipped import shipped\n"
        "settings = Settings(issuer='https://x.invalid', names={'fr': 'X'}, country='FR', time_zone='Europe/Paris')\n"
        "office = Office(Path.cwd(), settings)\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_DFL)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "day = datetime.date(2026, 11, 23)\n"
        "refusal = Refusal(day=day, until=day, missing=frozenset({'photo'}), code='A')\n"
        "paper = refusal_slip(office, Speaker(Catalogue(office), 'ar'), Look(), refusal, rules=shipped('fr-2026'))\n"
        "pdf = render_paper(paper)\n"
        "assert pdf.startswith(b'%PDF')\n"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", code],
        cwd=PACKAGE.parent,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_paper_does_not_print_itself(slip) -> None:
    assert "residence" not in repr(slip())
