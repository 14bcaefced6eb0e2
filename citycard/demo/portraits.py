"""Faces for invented residents: flat drawings, so that nobody can take one for a real person.

A `Look` says what a face is like. `draw_portrait` draws it from back to front:

1. plain ground, hair behind the head, neck, clothes;
2. ears and head, with the light from the upper left;
3. eyes, brows, nose, mouth, and what years leave;
4. beard, hair before the head or a head covering (`heads`), glasses.

Small irregularities come from the look's `seed`: the same look gives the same bytes.
"""

import random
from dataclasses import dataclass

from citycard.demo import heads
from citycard.demo.pen import MIDDLE, Canvas, Point, curve, darker, lighter, mirrored, mix

EYES_AT = 288
EYE_APART = 47
MOUTH_AT = 388


@dataclass(frozen=True)
class Look:
    """What somebody looks like."""

    seed: int
    skin: str
    hair: str
    style: str
    """One of `heads.STYLES`."""
    clothes: str
    ground: str
    neckline: str = "round"
    """round, collar, v or high."""
    eyes: str = "#4a3020"
    beard: str = ""
    """full, short, moustache or nothing."""
    glasses: str = ""
    """The colour of the frame, or nothing."""
    age: int = 35
    face: float = 1.0
    """Width of the face, 0.9 to 1.08."""
    jaw: float = 1.0
    """Width of the jaw, 0.85 to 1.12."""
    lips: str = ""
    """A colour, or nothing for the skin's own."""
    covering: str = ""
    """The colour of a headscarf or turban."""
    earrings: str = ""
    freckles: bool = False


def draw_portrait(look: Look) -> bytes:
    """Return the portrait of `look` as a PNG of 480 x 640."""
    chance = random.Random(look.seed)  # noqa: S311 -- a smile, not a key
    canvas = Canvas(look.ground)
    outline = head_outline(look)
    shadow = darker(look.skin, 0.22)
    # (1)
    heads.draw_behind(canvas, look)
    _body(canvas, look, shadow)
    # (2)
    for side in (-1, 1):
        ear = (MIDDLE + side * 108 * look.face, 302)
        canvas.disc(ear, 19, 31, look.skin if side < 0 else mix(look.skin, shadow, 0.4))
        canvas.disc((ear[0] - side * 2, ear[1]), 10, 19, mix(look.skin, shadow, 0.55))
        if look.earrings:
            canvas.disc((ear[0] + side * 4, ear[1] + 36), 6.5, 6.5, look.earrings)
    canvas.blob(outline, look.skin)
    _light(canvas, look, outline, shadow)
    # (3)
    _years(canvas, look, shadow)
    if look.freckles:
        _freckles(canvas, look, chance)
    _nose(canvas, look, shadow)
    if look.beard in ("full", "short"):
        heads.draw_beard(canvas, look, outline)
    _mouth(canvas, look, chance)
    if look.beard:
        heads.draw_moustache(canvas, look)
    _eyes(canvas, look, chance)
    # (4)
    heads.draw_before(canvas, look, outline, chance)
    _brows(canvas, look, chance)
    if look.glasses:
        _glasses(canvas, look)
    return canvas.png()


def head_outline(look: Look) -> list[Point]:
    """Return the outline of the head."""
    f, j = look.face, look.jaw
    return mirrored(
        [
            (0, 126),
            (52 * f, 133),
            (93 * f, 168),
            (111 * f, 232),
            (110 * f, 300),
            (101 * f * (j + 1) / 2, 356),
            (76 * f * j, 408),
            (40 * f * j, 437),
            (0, 446),
        ]
    )


def _body(canvas: Canvas, look: Look, shadow: str) -> None:
    cloth, fold = look.clothes, darker(look.clothes, 0.25)
    body = mirrored([(0, 470), (70, 480), (150, 508), (202, 552), (226, 640), (228, 700), (0, 720)])
    canvas.blob(body, cloth)
    canvas.shade(body, [[(374, 500), (392, 560), (404, 720), (520, 720), (520, 500)]], fold, 0.35)
    neck = mirrored([(0, 370), (52, 380), (54, 450), (68, 494), (44, 520), (0, 530)])
    if look.neckline == "v":
        canvas.sharp([(170, 484), (MIDDLE, 590), (310, 484)], look.skin)
        canvas.stroke([(168, 486), (MIDDLE, 592), (312, 486)], fold, 5)
    canvas.blob(neck, look.skin)
    canvas.shade(neck, [mirrored([(0, 400), (90, 400), (70, 452), (0, 476)])], shadow, 0.75)
    if look.neckline == "round":
        canvas.stroke([(172, 490), (204, 524), (MIDDLE, 536), (276, 524), (308, 490)], fold, 9)
    elif look.neckline == "high":
        canvas.blob(mirrored([(0, 478), (62, 466), (72, 500), (76, 540), (0, 556)]), cloth)
        canvas.stroke([(178, 470), (210, 486), (MIDDLE, 491), (270, 486), (302, 470)], fold, 5)
    elif look.neckline == "collar":
        for side in (-1, 1):
            x = MIDDLE
            leaf = [(x + side * 66, 468), (x + side * 8, 536), (x + side * 48, 584), (x + side * 100, 506)]
            canvas.sharp(leaf, lighter(cloth, 0.28 if side < 0 else 0.18))
        canvas.stroke([(MIDDLE, 538), (MIDDLE, 660)], fold, 3)


def _light(canvas: Canvas, look: Look, outline: list[Point], shadow: str) -> None:
    side = [(MIDDLE + 96, 130), (MIDDLE + 78, 240), (MIDDLE + 88, 330), (MIDDLE + 30, 460), (480, 470), (480, 130)]
    canvas.shade(outline, [side], shadow, 0.22)
    blush = mix(look.skin, "#d2503c", 0.55)
    for x in (-68, 68):
        canvas.shade(outline, [_round((MIDDLE + x * look.face, 346), 27, 19)], blush, 0.22)


def _eyes(canvas: Canvas, look: Look, chance: random.Random) -> None:
    lash = mix("#1c1210", look.hair, 0.15)
    droop = 0.12 * max(0, look.age - 50)
    open_by = 12.5 + chance.uniform(-1.2, 1.2) - 0.04 * max(0, look.age - 50)
    for side in (-1, 1):
        x, y = MIDDLE + side * EYE_APART * look.face, EYES_AT
        white = [
            (x - 25, y + 3 + (droop if side < 0 else 0)),
            (x - 10, y - open_by),
            (x + 10, y - open_by),
            (x + 25, y + 3 + (droop if side > 0 else 0)),
            (x + 9, y + open_by * 0.8),
            (x - 9, y + open_by * 0.8),
        ]
        canvas.blob(white, "#fbf8f4")
        for across, colour in ((12.5, look.eyes), (6.2, "#15100e")):
            canvas.shade(white, [_round((x, y - 1), across, across)], colour, 1.0)
        canvas.disc((x - 4, y - 5), 3.2, 3.2, "#ffffff")
        canvas.stroke([white[0], white[1], white[2], white[3]], lash, 5.2, thin_ends=True)
        lid = darker(look.skin, 0.3)
        canvas.stroke([(x - 22, y - 8), (x - 8, y - open_by - 8), (x + 9, y - open_by - 8), (x + 22, y - 8)], lid, 2)


def _brows(canvas: Canvas, look: Look, chance: random.Random) -> None:
    colour = mix(look.hair, "#20140f", 0.25) if look.age < 62 else look.hair
    lift = chance.uniform(-2, 4)
    for side in (-1, 1):
        x, y = MIDDLE + side * EYE_APART * look.face, EYES_AT - 36 - lift
        canvas.stroke(
            [(x - side * 27, y + 8), (x - side * 6, y - 1), (x + side * 14, y - 2), (x + side * 31, y + 9)],
            colour,
            9 if not look.lips else 7,
            thin_ends=True,
        )


def _nose(canvas: Canvas, look: Look, shadow: str) -> None:
    dark = mix(look.skin, shadow, 0.85)
    canvas.stroke([(MIDDLE + 13, 296), (MIDDLE + 17, 326), (MIDDLE + 24, 342)], dark, 3, thin_ends=True)
    canvas.stroke(
        [(MIDDLE - 20, 345), (MIDDLE - 12, 355), (MIDDLE, 351), (MIDDLE + 12, 355), (MIDDLE + 22, 345)],
        darker(look.skin, 0.36),
        4.2,
        thin_ends=True,
    )


def _mouth(canvas: Canvas, look: Look, chance: random.Random) -> None:
    colour = look.lips or mix(darker(look.skin, 0.16), "#b4453f", 0.42)
    wide, up = 36 + chance.uniform(-3, 4), chance.uniform(4, 8)
    y = MOUTH_AT
    upper = [(-wide, y - up), (-14, y - 8), (0, y - 5), (14, y - 8), (wide, y - up), (0, y + 6)]
    lower = [(-wide + 3, y - up + 2), (0, y + 3), (wide - 3, y - up + 2), (15, y + 15), (-15, y + 15)]
    canvas.blob([(MIDDLE + a, b) for a, b in lower], lighter(colour, 0.1))
    canvas.blob([(MIDDLE + a, b) for a, b in upper], colour)
    line = [
        (MIDDLE - wide - 3, y - up - 1),
        (MIDDLE - 14, y + 3),
        (MIDDLE + 14, y + 3),
        (MIDDLE + wide + 3, y - up - 1),
    ]
    canvas.stroke(line, darker(colour, 0.5), 3.2, thin_ends=True)


def _years(canvas: Canvas, look: Look, shadow: str) -> None:
    if look.age < 45:
        return
    line, width = mix(look.skin, shadow, 0.8), 2.2 + (look.age - 45) * 0.02
    for side in (-1, 1):
        x = MIDDLE
        canvas.stroke([(x + side * 34, 346), (x + side * 50, 368), (x + side * 53, 392)], line, width, thin_ends=True)
        canvas.stroke([(x + side * 28, 312), (x + side * 48, 319), (x + side * 66, 312)], line, width, thin_ends=True)
        if look.age >= 55:
            for turn in (-7, 4):
                canvas.stroke([(x + side * 79, 290 + turn / 2), (x + side * 94, 287 + turn)], line, 2, thin_ends=True)
    if look.age >= 60:
        for y in (206, 222):
            canvas.stroke([(MIDDLE - 46, y), (MIDDLE, y - 4), (MIDDLE + 46, y)], line, 2.4, thin_ends=True)


def _freckles(canvas: Canvas, look: Look, chance: random.Random) -> None:
    spot = mix(look.skin, "#a5562e", 0.5)
    for side in (-1, 1):
        for _ in range(9):
            place = (MIDDLE + side * chance.uniform(24, 84), chance.uniform(318, 350))
            canvas.disc(place, 2.2, 2.2, spot)


def _glasses(canvas: Canvas, look: Look) -> None:
    for side in (-1, 1):
        x = MIDDLE + side * (EYE_APART + 2) * look.face
        canvas.ring((x, EYES_AT + 3), 42, 36, look.glasses, 5.5)
        canvas.stroke([(x + side * 41, EYES_AT - 6), (MIDDLE + side * 111 * look.face, EYES_AT - 12)], look.glasses, 5)
    canvas.stroke([(MIDDLE - 9, EYES_AT - 3), (MIDDLE, EYES_AT - 8), (MIDDLE + 9, EYES_AT - 3)], look.glasses, 5)


def _round(centre: Point, across: float, down: float) -> list[Point]:
    x, y = centre
    k = 0.72
    around = [(1, 0), (k, k), (0, 1), (-k, k), (-1, 0), (-k, -k), (0, -1), (k, -k)]
    return curve([(x + across * a, y + down * b) for a, b in around], closed=True)[::7]
