"""A thousand cards, drawn by both writers and read by a third party from bad pictures.

How the cards are made and what is done to the pictures, with the reasons, stands in `tests.support.thousand`.
"""

from __future__ import annotations

import pytest

from citycard.printing.codes import Matrix, batch_code, single_code
from tests.support.paper import read_codes
from tests.support.thousand import Wear, drawn, thousand_cards

pytestmark = pytest.mark.slow

SEED = 20261122

Code = tuple[str, Matrix]


@pytest.fixture(scope="module")
def thousand() -> list[Code]:
    """The texts and their modules, by the fast writer."""
    return [(text, batch_code(text)) for text in thousand_cards(seed=SEED)]


def lost(thousand: list[Code], *, pixels: int) -> list[Wear]:
    """Return how each picture was taken from which its text, and nothing else, could not be read."""
    worn = [Wear.at_random(seed=seed) for seed in range(len(thousand))]
    return [
        wear
        for wear, (text, matrix) in zip(worn, thousand, strict=True)
        if read_codes(wear.photograph(drawn(matrix, pixels=pixels))) != [text]
    ]


def test_they_are_a_thousand_different_codes_of_every_size(thousand: list[Code]) -> None:
    """From the smallest that a city writes to the largest that fits a card."""
    versions = {matrix.version for _, matrix in thousand}

    assert len({text for text, _ in thousand}) == 1000
    assert versions >= {10, 11, 12, 13, *range(21, 28)}
    assert max(versions) <= 28


def test_both_writers_draw_each_of_them_alike(thousand: list[Code]) -> None:
    assert [text for text, matrix in thousand if single_code(text) != matrix] == []


def test_at_four_pixels_a_module_none_is_lost(thousand: list[Code]) -> None:
    assert lost(thousand, pixels=4) == []


def test_at_three_pixels_a_module_nearly_none_is_lost(thousand: list[Code]) -> None:
    """And none at all where an edge stays within the three pixels of its module.

    With the versions that are pinned none is lost; five leave room for those that come.
    """
    missed = lost(thousand, pixels=3)

    assert len(missed) <= 5
    assert [wear for wear in missed if wear.edge <= 3] == []
