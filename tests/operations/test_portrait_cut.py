"""Which part of a picture becomes the portrait: always three by four, always inside, and as the clerk meant it."""

from __future__ import annotations

import random

import pytest

from citycard.operations.portrait_cut import ACTS, SMALLEST, Cut, Frame

SIZES = [(480, 640), (640, 480), (4000, 3000), (150, 3000), (3000, 150), (151, 399), (1600, 1200)]


def shape(cut: Cut) -> float:
    left, top, right, bottom = cut.box()
    return (right - left) / (bottom - top)


@pytest.mark.parametrize("size", SIZES)
def test_whatever_is_pressed_the_cut_stays_three_by_four_and_inside(size: tuple[int, int]) -> None:
    chance = random.Random(f"{size}")
    cut = Cut.of(size)
    for _ in range(500):
        cut = cut.after(chance.choice(ACTS))
        width, height = cut.turned
        left, top, right, bottom = cut.box()
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        assert shape(cut) == pytest.approx(3 / 4, abs=0.03), "to the pixel, in the smallest picture"


def test_without_a_word_it_is_the_middle_a_little_above() -> None:
    assert Cut.of((1200, 800)).box() == (300, 0, 900, 800)
    assert Cut.of((600, 1600)).box() == (0, 267, 600, 1067)


@pytest.mark.parametrize(
    ("act", "moves"),
    [("left", (1, 0)), ("right", (-1, 0)), ("up", (0, 1)), ("down", (0, -1))],
)
def test_the_picture_moves_where_the_arrow_points(act: str, moves: tuple[int, int]) -> None:
    """Left moves the face to the left: the frame, which stands still, sees more of the right."""
    cut = Cut.of((1600, 1600), frame=Frame(0.3, 0.3, 0.3))

    after = cut.after(act)

    assert after.frame.width == cut.frame.width
    seen = (after.frame.left - cut.frame.left, after.frame.top - cut.frame.top)
    assert [(value > 0) - (value < 0) for value in seen] == list(moves)


def test_larger_and_smaller_keep_the_middle_and_undo_each_other() -> None:
    cut = Cut.of((1600, 1200), frame=Frame(0.3, 0.2, 0.3))

    larger = cut.after("larger")
    back = larger.after("smaller")

    middle = cut.frame.left + cut.frame.width / 2
    assert larger.frame.left + larger.frame.width / 2 == pytest.approx(middle)
    assert larger.frame.width < cut.frame.width
    assert back.frame.width == pytest.approx(cut.frame.width)
    assert back.frame.top == pytest.approx(cut.frame.top)


def test_it_ends_at_five_times() -> None:
    cut = Cut.of((1200, 1600))
    for _ in range(50):
        cut = cut.after("larger")

    assert cut.frame.width == pytest.approx(SMALLEST)


def test_four_turns_are_none_and_a_turned_picture_starts_from_the_middle() -> None:
    cut = Cut.of((1600, 1200), frame=Frame(0.1, 0.1, 0.2))

    once = cut.after("turn-right")
    around = once.after("turn-right").after("turn-right").after("turn-right")

    assert once == Cut.of((1600, 1200), quarter_turns=1)
    assert once.turned == (1200, 1600)
    assert around == Cut.of((1600, 1200)) == cut.after("middle")
    assert cut.after("turn-left").quarter_turns == 3


@pytest.mark.parametrize("frame", [Frame(-5, -5, 20), Frame(0, 0, 0), Frame(1e9, 1e9, 1e9), Frame(0.9, 0.9, 1)])
def test_a_frame_from_outside_is_brought_inside(frame: Frame) -> None:
    left, top, right, bottom = Cut.of((800, 600), frame=frame).box()

    assert 0 <= left < right <= 800
    assert 0 <= top < bottom <= 600


def test_it_is_the_same_cut_after_it_was_kept() -> None:
    chance = random.Random(7)
    cut = Cut.of((1600, 1067))
    for _ in range(40):
        cut = cut.after(chance.choice(ACTS))
        kept = Cut.from_text(cut.to_text())
        assert Cut.from_text(kept.to_text()).to_text() == kept.to_text() == cut.to_text()
        assert all(abs(a - b) <= 1 for a, b in zip(kept.box(), cut.box(), strict=True))
