"""Hair, beards and head coverings: what is behind the face, and what is before it."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from citycard.demo.pen import MIDDLE, Canvas, Point, darker, lighter, mirrored

if TYPE_CHECKING:
    from citycard.demo.portraits import Look

STYLES = ("short", "crop", "swept", "curls", "afro", "long", "bob", "bun", "braids", "bald", "scarf", "turban")


def draw_behind(canvas: Canvas, look: Look) -> None:
    """Draw what hangs behind neck and shoulders."""
    hair, f = look.hair, look.face
    match look.style:
        case "long":
            canvas.blob(
                mirrored([(0, 96), (84, 108), (132, 168), (146, 270), (152, 400), (158, 520), (120, 580), (0, 560)]),
                darker(hair, 0.22),
            )
        case "bob":
            canvas.blob(
                mirrored([(0, 98), (80, 108), (130, 166), (142, 270), (143, 360), (134, 430), (96, 452), (0, 440)]),
                darker(hair, 0.22),
            )
        case "bun":
            canvas.disc((MIDDLE, 92), 54, 48, darker(hair, 0.12))
            canvas.disc((MIDDLE - 10, 84), 36, 30, lighter(hair, 0.06))
            canvas.blob(mirrored([(0, 100), (78, 112), (120, 180), (122, 300), (96, 360), (0, 380)]), hair)
        case "afro":
            _cloud(canvas, (MIDDLE, 226), 150 * f, 152, 34, hair, darker(hair, 0.15))
        case "braids":
            canvas.blob(
                mirrored([(0, 100), (78, 110), (122, 170), (128, 300), (112, 420), (0, 440)]), darker(hair, 0.2)
            )
            for side in (-1, 1):
                for step in range(10):
                    x = MIDDLE + side * (128 + 6 * math.sin(step / 2))
                    canvas.disc((x, 330 + step * 26), 24, 18, hair if step % 2 else lighter(hair, 0.09))
        case "scarf":
            cloth = look.covering
            canvas.blob(
                mirrored([(0, 84), (78, 94), (138, 158), (154, 270), (148, 400), (166, 500), (190, 600), (0, 640)]),
                darker(cloth, 0.2),
            )
        case "curls":
            _cloud(canvas, (MIDDLE, 220), 122 * f, 116, 26, hair, darker(hair, 0.14))


def draw_before(canvas: Canvas, look: Look, outline: Sequence[Point], chance: random.Random) -> None:
    """Draw what lies over the head."""
    _BEFORE[look.style](canvas, look, outline, chance)


def draw_beard(canvas: Canvas, look: Look, outline: Sequence[Point]) -> None:
    """Draw a beard along the jaw, before the mouth is drawn."""
    f, j = look.face, look.jaw
    colour = look.hair
    for side in (-1, 1):
        x = MIDDLE + side * 104 * f
        canvas.stroke([(x, 238), (x + side * 2, 280), (x - side * 2, 330)], colour, 12)
    if look.beard == "full":
        canvas.blob(
            mirrored(
                [
                    (0, 366),
                    (30 * f, 362),
                    (56 * f, 368),
                    (84 * f, 340),
                    (107 * f, 300),
                    (110 * f * (j + 1) / 2, 350),
                    (92 * f * j, 420),
                    (54 * f * j, 466),
                    (0, 480),
                ]
            ),
            colour,
        )
        return
    shape = mirrored([(0, 372), (34, 366), (62, 372), (92 * f, 330), (114 * f, 300), (126, 380), (90, 470), (0, 480)])
    canvas.shade(outline, [shape], colour, 0.62)


def draw_moustache(canvas: Canvas, look: Look) -> None:
    """Draw a moustache over the upper lip."""
    strength = look.hair if look.beard != "short" else darker(look.hair, 0.05)
    for side in (-1, 1):
        x = MIDDLE
        canvas.blob(
            [
                (x, 362),
                (x + side * 24, 362),
                (x + side * 48, 380),
                (x + side * 44, 388),
                (x + side * 20, 378),
                (x, 376),
            ],
            strength,
        )


def _cap(right: Sequence[Point], hairline: Sequence[Point]) -> list[Point]:
    """Return hair that follows the skull on the outside (right half) and a hairline on the inside, left to right."""
    outside = [(MIDDLE + x, y) for x, y in right]
    left = [(MIDDLE - x, y) for x, y in reversed(right) if x > 0]
    return [*left, *outside, *[(MIDDLE + x, y) for x, y in reversed(hairline)]]


def _short(canvas: Canvas, look: Look, outline: Sequence[Point], chance: random.Random) -> None:
    f = look.face
    skull = [(0, 88), (58 * f, 98), (102 * f, 138), (121 * f, 206), (119 * f, 272)]
    line = [(-108 * f, 268), (-98 * f, 214), (-58 * f, 176), (-8, 190), (48 * f, 172), (96 * f, 212), (108 * f, 268)]
    canvas.blob(_cap(skull, line), look.hair)
    shine = lighter(look.hair, 0.14)
    canvas.stroke([(MIDDLE - 78 * f, 150), (MIDDLE - 30 * f, 118), (MIDDLE + 34 * f, 116)], shine, 9, thin_ends=True)


def _crop(canvas: Canvas, look: Look, outline: Sequence[Point], chance: random.Random) -> None:
    f = look.face
    skull = [(0, 112), (58 * f, 120), (99 * f, 158), (115 * f, 222), (113 * f, 276)]
    line = [(-106 * f, 272), (-99 * f, 224), (-74 * f, 182), (0, 170), (74 * f, 182), (99 * f, 224), (106 * f, 272)]
    canvas.blob(_cap(skull, line), look.hair)


def _swept(canvas: Canvas, look: Look, outline: Sequence[Point], chance: random.Random) -> None:
    f = look.face
    skull = [(0, 78), (62 * f, 90), (106 * f, 136), (122 * f, 210), (117 * f, 266)]
    line = [(-108 * f, 266), (-102 * f, 214), (-84 * f, 186), (-10, 168), (66 * f, 196), (100 * f, 232), (107 * f, 266)]
    canvas.blob(_cap(skull, line), look.hair)
    shine = lighter(look.hair, 0.16)
    for drop in (0, 20):
        canvas.stroke(
            [(MIDDLE - 84 * f, 158 + drop), (MIDDLE - 20, 122 + drop), (MIDDLE + 62 * f, 142 + drop)],
            shine,
            6,
            thin_ends=True,
        )


def _curls(canvas: Canvas, look: Look, outline: Sequence[Point], chance: random.Random) -> None:
    f, hair = look.face, look.hair
    _crop(canvas, look, outline, chance)
    for row, (across, down, puff) in enumerate(((104, 96, 27), (88, 76, 25), (66, 62, 22))):
        for step in range(11 - row):
            angle = math.pi * (1.02 - (step + row / 2) * 1.04 / 10)
            place = (MIDDLE + across * f * math.cos(angle), 226 - down * math.sin(angle))
            canvas.disc(place, puff, puff, hair)
            canvas.ring(place, puff * 0.55, puff * 0.5, lighter(hair, 0.1), 3)


def _afro(canvas: Canvas, look: Look, outline: Sequence[Point], chance: random.Random) -> None:
    f, hair = look.face, look.hair
    _crop(canvas, look, outline, chance)
    for step in range(15):
        angle = math.pi * (1.03 - step * 1.06 / 14)
        canvas.disc((MIDDLE + 96 * f * math.cos(angle), 246 - 82 * math.sin(angle)), 20, 20, hair)


def _parted(canvas: Canvas, look: Look, length: float) -> None:
    f, hair = look.face, look.hair
    for side in (-1, 1):
        x = MIDDLE + 14
        lock = [
            (x, 100),
            (MIDDLE + side * 74 * f, 112),
            (MIDDLE + side * 122 * f, 170),
            (MIDDLE + side * 134 * f, 260),
            (MIDDLE + side * 136 * f, length),
            (MIDDLE + side * 112 * f, length - 6),
            (MIDDLE + side * 111 * f, 282),
            (MIDDLE + side * 92 * f, 206),
            (x + side * 4, 158),
        ]
        canvas.blob(lock, hair)
        canvas.stroke(
            [(x + side * 22, 122), (MIDDLE + side * 92 * f, 168), (MIDDLE + side * 118 * f, 262)],
            lighter(hair, 0.15),
            6,
            thin_ends=True,
        )


def _long(canvas: Canvas, look: Look, outline: Sequence[Point], chance: random.Random) -> None:
    _parted(canvas, look, 500)


def _bob(canvas: Canvas, look: Look, outline: Sequence[Point], chance: random.Random) -> None:
    f, hair = look.face, look.hair
    skull = [(0, 88), (64 * f, 102), (116 * f, 160), (136 * f, 260), (138 * f, 390), (116 * f, 416)]
    line = [(-112 * f, 400), (-106 * f, 262), (-88 * f, 222), (-20, 214), (52 * f, 214), (92 * f, 226), (106 * f, 262)]
    canvas.blob(_cap(skull, [*line, (112 * f, 400)]), hair)
    for x in (-52, -14, 26, 60):
        canvas.stroke([(MIDDLE + x * 0.5, 128), (MIDDLE + x, 170), (MIDDLE + x * 1.1, 206)], lighter(hair, 0.13), 4)


def _bun(canvas: Canvas, look: Look, outline: Sequence[Point], chance: random.Random) -> None:
    f, hair = look.face, look.hair
    skull = [(0, 100), (62 * f, 108), (106 * f, 150), (119 * f, 220), (114 * f, 282)]
    line = [(-106 * f, 280), (-96 * f, 222), (-62 * f, 178), (0, 160), (62 * f, 178), (96 * f, 222), (106 * f, 280)]
    canvas.blob(_cap(skull, line), hair)
    for side in (-1, 1):
        canvas.stroke(
            [(MIDDLE + side * 12, 112), (MIDDLE + side * 62 * f, 140), (MIDDLE + side * 100 * f, 206)],
            lighter(hair, 0.14),
            5,
            thin_ends=True,
        )


def _braids(canvas: Canvas, look: Look, outline: Sequence[Point], chance: random.Random) -> None:
    f, hair = look.face, look.hair
    _bun(canvas, look, outline, chance)
    for step in range(-4, 5):
        x = step * 22 * f
        canvas.stroke([(MIDDLE + x * 0.5, 108), (MIDDLE + x, 140), (MIDDLE + x * 1.15, 172)], darker(hair, 0.35), 3)


def _bald(canvas: Canvas, look: Look, outline: Sequence[Point], chance: random.Random) -> None:
    for side in (-1, 1):
        x = MIDDLE
        f = look.face
        canvas.blob(
            [
                (x + side * 112 * f, 214),
                (x + side * 124 * f, 246),
                (x + side * 122 * f, 290),
                (x + side * 108 * f, 284),
                (x + side * 102 * f, 240),
            ],
            look.hair,
        )
    canvas.stroke([(MIDDLE - 62, 172), (MIDDLE - 36, 150), (MIDDLE, 142)], lighter(look.skin, 0.35), 9, thin_ends=True)


def _scarf(canvas: Canvas, look: Look, outline: Sequence[Point], chance: random.Random) -> None:
    f, cloth = look.face, look.covering
    outside = [(0, 80), (68, 96), (124, 160), (145, 270), (140, 390), (118, 470)]
    inside = [(-64, 470), (-96 * f, 390), (-100 * f, 290), (-84 * f, 206), (0, 170), (84 * f, 206), (100 * f, 290)]
    canvas.blob(_cap(outside, [*inside, (96 * f, 390), (64, 470)]), cloth)
    # Round the chin and down over the shoulders.
    canvas.blob(
        mirrored([(0, 452), (56, 432), (98, 392), (126, 440), (172, 520), (206, 590), (150, 660), (0, 690)]), cloth
    )
    fold = darker(cloth, 0.22)
    canvas.stroke([(MIDDLE - 98, 402), (MIDDLE - 30, 476), (MIDDLE + 60, 520), (MIDDLE + 150, 560)], fold, 5)
    canvas.stroke([(MIDDLE + 96, 408), (MIDDLE + 52, 462), (MIDDLE - 30, 540), (MIDDLE - 60, 640)], fold, 5)
    canvas.stroke([(MIDDLE - 104 * f, 250), (MIDDLE - 78 * f, 168), (MIDDLE, 134), (MIDDLE + 70 * f, 158)], fold, 4)
    canvas.stroke([(MIDDLE - 122, 236), (MIDDLE - 86, 146), (MIDDLE - 20, 108)], lighter(cloth, 0.2), 7, thin_ends=True)


def _turban(canvas: Canvas, look: Look, outline: Sequence[Point], chance: random.Random) -> None:
    f, cloth = look.face, look.covering
    outside = [(0, 52), (66, 66), (120, 112), (141, 180), (124 * f, 244)]
    line = [(-116 * f, 240), (-92 * f, 206), (-40, 182), (0, 166), (40, 182), (92 * f, 206), (116 * f, 240)]
    canvas.blob(_cap(outside, line), cloth)
    fold = darker(cloth, 0.2)
    for lift in (0, 26, 52, 78):
        canvas.stroke(
            [(MIDDLE - 126 + lift * 0.5, 206 - lift), (MIDDLE - 50, 170 - lift * 0.9), (MIDDLE + 6, 132 - lift * 0.7)],
            fold,
            4,
        )
        canvas.stroke(
            [(MIDDLE + 126 - lift * 0.5, 206 - lift), (MIDDLE + 54, 178 - lift * 0.9), (MIDDLE - 2, 150 - lift * 0.8)],
            fold,
            4,
        )


def _cloud(canvas: Canvas, centre: Point, across: float, down: float, puff: float, colour: str, edge: str) -> None:
    x, y = centre
    for turn in range(24):
        angle = 2 * math.pi * turn / 24
        canvas.disc((x + across * 0.86 * math.cos(angle), y + down * 0.86 * math.sin(angle)), puff, puff, edge)
    canvas.disc(centre, across * 0.97, down * 0.97, colour)


_BEFORE: dict[str, Callable[[Canvas, Look, Sequence[Point], random.Random], None]] = {
    "short": _short,
    "crop": _crop,
    "swept": _swept,
    "curls": _curls,
    "afro": _afro,
    "long": _long,
    "bob": _bob,
    "bun": _bun,
    "braids": _braids,
    "bald": _bald,
    "scarf": _scarf,
    "turban": _turban,
}
