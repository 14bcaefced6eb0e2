"""What to tell the clerk about light and sharpness. A hint, never a hurdle: every picture may be used as it is.

A hint must mean the same for every face. "The face is darker than so much" does not: it sends people with dark skin
back to the lamp all day. Skin takes a share of the light that falls on it and says nothing about the light. So:

1. Too dark: nothing at all in the picture is bright, not even its brightest five hundredth. Before a light wall that is
   the wall; before a dark one the whites of the eyes, which are as white in every face.
2. Light from behind: the brightest parts of the face stay below a fortieth of the light of what is around it. No skin
   reflects less than a thirtieth of what a white wall does, so that in even light no face comes there.
3. Too bright: a fifth of the face has been cut off at white. What is lost there is lost whatever colour it had.
4. Blurred: blurring it once more would hardly change it (Crété and others, 2007, "The blur effect"). Steps in
   brightness are compared with themselves, so that a face of soft contrasts counts as sharp as one of hard ones, and a
   picture taken in little light as one in much.

`static/js/portrait/hints.js` reckons in the same way while the clerk cuts; a test holds them against each other.
Measured for the page alone, from the portrait as kept; nothing of it is stored.
"""

import io
from enum import StrEnum
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

SIZE = (240, 320)
"""The portrait is measured at half its size: sharp enough for what can be seen on a card, and noise counts less."""

FACE = (0.30, 0.28, 0.70, 0.68)
"""The oval in which the middle of a face lies, in shares: within hair, veil and beard for most of it."""

BRIGHTEST = 0.998
DARK = 90
"""Of 255. A white wall comes there with a sixth of the light that it needs."""

BEHIND = 40.0
WHITE, WASHED_OUT = 250, 0.2
AGAIN = 4
"""Pixels to each side over which it is blurred once more: beyond the finest detail, below an eye."""

BLURRED = 0.72
"""Sharp pictures come to 0.5, a webcam's of 120 pixels across the face to 0.6; from here on eyelashes are gone."""


class Hint(StrEnum):
    """What could be better."""

    DARK = "dark"
    BEHIND = "behind"
    BRIGHT = "bright"
    BLURRED = "blurred"


def hints_for(portrait: bytes) -> tuple[Hint, ...]:
    """Return what could be better in a portrait of ours, the most useful first; nothing for no portrait."""
    if not portrait:
        return ()
    with Image.open(io.BytesIO(portrait), formats=("JPEG",)) as opened:
        grey = opened.convert("L").resize(SIZE, Image.Resampling.BOX)
    found = {
        Hint.DARK: _is_dark(grey),
        Hint.BEHIND: _is_lit_from_behind(grey),
        Hint.BRIGHT: _is_washed_out(grey),
        Hint.BLURRED: blur(grey) > BLURRED,
    }
    if found[Hint.DARK]:
        found[Hint.BEHIND] = False  # one word about the light at a time
    return tuple(hint for hint, holds in found.items() if holds)


def blur(grey: Image.Image) -> float:
    """Return how blurred a grey picture is, from 0 to 1, in the direction in which it is more so."""
    return max(_blur(grey, (1, 0)), _blur(grey, (0, 1)))


def _is_dark(grey: Image.Image) -> bool:
    # (1)
    return _level(grey.histogram(), BRIGHTEST) < DARK


def _is_lit_from_behind(grey: Image.Image) -> bool:
    # (2)
    around, face = _level(grey.histogram(), 0.95), _level(grey.histogram(_face()), 0.95)
    return _light(around) > BEHIND * _light(face)


def _is_washed_out(grey: Image.Image) -> bool:
    # (3)
    levels = grey.histogram(_face())
    return sum(levels[WHITE:]) > WASHED_OUT * sum(levels)


def _blur(grey: Image.Image, way: tuple[int, int]) -> float:
    # (4)
    before = _steps(grey, way)
    after = _steps(grey.filter(ImageFilter.BoxBlur((AGAIN * way[0], AGAIN * way[1]))), way)
    lost = ImageStat.Stat(ImageChops.subtract(before, after)).sum[0]
    all_of_it = ImageStat.Stat(before).sum[0]
    return 1 - lost / all_of_it if all_of_it else 1.0


def _steps(grey: Image.Image, way: tuple[int, int]) -> Image.Image:
    """How much each pixel differs from its neighbour to the right or below."""
    width, height = grey.size
    one = grey.crop((0, 0, width - way[0], height - way[1]))
    return ImageChops.difference(one, grey.crop((way[0], way[1], width, height)))


def _level(levels: list[int], share: float) -> int:
    """The grey (0 to 255) below or at which `share` of the pixels are."""
    left = share * sum(levels)
    for grey, count in enumerate(levels):
        left -= count
        if left <= 0:
            return grey
    return 255


def _light(grey: int) -> float:
    """How much light a grey stands for, 0 to 1 (sRGB)."""
    share = grey / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


@cache
def _face() -> Image.Image:
    oval = Image.new("L", SIZE)
    left, top, right, bottom = FACE
    ImageDraw.Draw(oval).ellipse((SIZE[0] * left, SIZE[1] * top, SIZE[0] * right, SIZE[1] * bottom), fill=255)
    return oval
