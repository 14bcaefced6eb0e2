"""The faces of invented residents: drawn, different, and small enough for a code."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from citycard.demo.heads import STYLES
from citycard.demo.portraits import draw_portrait
from citycard.demo.residents import RESIDENTS, Resident, Stage
from citycard.operations.portrait import PRINT_SIZE, SMALL_BYTES, make_portrait
from citycard.printing.coverage import check_drawable


@pytest.mark.parametrize("resident", RESIDENTS, ids=lambda resident: resident.key)
def test_a_face_passes_the_counter_like_any_picture_and_fits_a_code(resident: Resident) -> None:
    picture = draw_portrait(resident.look)
    portrait = make_portrait(picture)

    assert Image.open(io.BytesIO(picture)).size == PRINT_SIZE
    assert len(portrait.for_code) <= SMALL_BYTES


def test_the_same_look_gives_the_same_picture_and_another_look_another_one() -> None:
    pictures = [draw_portrait(resident.look) for resident in RESIDENTS]

    assert draw_portrait(RESIDENTS[0].look) == pictures[0]
    assert len(set(pictures)) == len(RESIDENTS)


def test_every_way_to_wear_ones_hair_is_worn_by_somebody() -> None:
    assert {resident.look.style for resident in RESIDENTS} == set(STYLES)


@pytest.mark.parametrize("resident", RESIDENTS, ids=lambda resident: resident.key)
def test_every_name_can_be_printed(resident: Resident) -> None:
    for text in (resident.name, resident.own_script, *resident.address.splitlines()):
        check_drawable(text, field="name")


def test_the_residents_show_what_a_counter_meets() -> None:
    """If one of these goes, a rare case goes from every demonstration: keep somebody who shows it."""
    scripts = {resident.own_script_language for resident in RESIDENTS}
    births = {len(resident.born) for resident in RESIDENTS}
    stages = {resident.stage for resident in RESIDENTS}

    assert {"ara", "ukr", "amh", "ell"} <= scripts
    assert births == {0, 4, 8}
    assert stages >= set(Stage) - {Stage.ISSUED}
    assert any(" " not in resident.name for resident in RESIDENTS), "nobody has a single name"
    assert any(len(resident.name) > 50 for resident in RESIDENTS), "nobody has a long name"
    assert {resident.portrait_in_code for resident in RESIDENTS} == {True, False}
