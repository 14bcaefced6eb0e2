"""A portrait is a partner city's word: the device gives the browser no picture that the office would not show."""

from __future__ import annotations

import base64
import io
import random
from typing import Any

import pytest
from PIL import Image

from citycard.web.desk.seen import face_png
from tests.desk.conftest import Desk
from tests.support.cities import PORTRAIT
from tests.support.mutations import spoil_bytes


def webp(width: int, height: int, frames: int = 1, **options: Any) -> bytes:
    """A picture of one colour."""
    pictures = [Image.new("RGB", (width, height), (60 * number, 90, 120)) for number in range(frames)]
    out = io.BytesIO()
    pictures[0].save(out, "WEBP", save_all=frames > 1, append_images=pictures[1:], **options)
    return out.getvalue()


def said(desk: Desk, *pictures: bytes) -> list[bool]:
    found: list[bool] = desk.say("portrait", [base64.b64encode(each).decode() for each in pictures])
    return found


def test_what_cards_hold_can_be_shown(desk: Desk) -> None:
    good = (
        PORTRAIT,
        webp(72, 96),
        webp(240, 240),
        webp(240, 1),
        webp(72, 96, lossless=True),
        webp(240, 240, lossless=True),
    )

    assert said(desk, *good) == [True] * len(good)
    assert all(face_png(each) for each in good)


def test_what_no_card_holds_cannot(desk: Desk) -> None:
    jpeg, png = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (72, 96)).save(jpeg, "JPEG")
    Image.new("RGB", (72, 96)).save(png, "PNG")
    bad = [b"", jpeg.getvalue(), png.getvalue(), PORTRAIT[:29], PORTRAIT[:-1], PORTRAIT[1:], b"RIFF" + bytes(60)]
    bad += [webp(241, 10), webp(10, 241), webp(241, 10, lossless=True), webp(10, 1000, lossless=True)]
    bad += [webp(72, 96, frames=2)]

    assert said(desk, *bad) == [False] * len(bad)
    assert not any(map(face_png, bad))


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_spoilt_picture_is_shown_by_neither_or_could_be_shown_by_both(desk: Desk) -> None:
    """The office decodes, the device looks at the head: it lets through what a decoder may still refuse, never more."""
    chance = random.Random("portraits")
    spoilt = [spoil_bytes(chance.choice([PORTRAIT, webp(72, 96, lossless=True)]), chance) for _ in range(400)]
    spoilt = [each[:12] + bytes([each[12] ^ chance.choice([0, 0, 1])]) + each[13:] for each in spoilt if len(each) > 20]

    shown = said(desk, *spoilt)

    for picture, here in zip(spoilt, shown, strict=True):
        size = _size(picture)
        assert not here or (size is None or max(size) <= 240)
    assert 20 < sum(shown) < len(shown)


def _size(picture: bytes) -> tuple[int, int] | None:
    try:
        with Image.open(io.BytesIO(picture)) as opened:
            return opened.size
    except Exception:  # no decoder takes it, so it cannot become large
        return None
