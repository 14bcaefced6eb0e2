"""Drawing smooth shapes with Pillow: a canvas in portrait units, drawn larger and reduced so that edges are soft.

Shapes are given by a few points, joined by a closed or open Catmull-Rom curve. Half a face is enough: `mirrored` adds
the other half.
"""

import io
from collections.abc import Iterable, Sequence
from itertools import pairwise

from PIL import Image, ImageChops, ImageDraw

Point = tuple[float, float]

WIDTH, HEIGHT = 480, 640
"""The size in which the office prints a portrait; 3:4."""

MIDDLE = WIDTH / 2

_LARGER = 2
"""Drawn at twice the size and reduced. Three times looks the same and takes twice as long."""

_STEPS = 14
"""Straight pieces between two points of a curve: at this size none is longer than eight pixels."""


def mirrored(right: Sequence[Point]) -> list[Point]:
    """Return a closed outline from its right half, given from top to bottom as (distance from the middle, height)."""
    left = [(-x, y) for x, y in reversed(right) if x > 0]
    return [(MIDDLE + x, y) for x, y in [*right, *left]]


def curve(points: Sequence[Point], *, closed: bool) -> list[Point]:
    """Return many points on the smooth curve through `points`."""
    if closed:
        around = [points[-1], *points, points[0], points[1]]
    else:
        around = [points[0], *points, points[-1]]
    smooth: list[Point] = []
    for a, b, c, d in zip(around, around[1:], around[2:], around[3:], strict=False):
        smooth.extend(_between(a, b, c, d, step / _STEPS) for step in range(_STEPS))
    if not closed:
        smooth.append(points[-1])
    return smooth


def _between(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    def one(p: float, q: float, r: float, s: float) -> float:
        return 0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t**2 + (3 * q - p - 3 * r + s) * t**3)

    return one(a[0], b[0], c[0], d[0]), one(a[1], b[1], c[1], d[1])


class Canvas:
    """A picture under way. Colours are "#rrggbb"."""

    def __init__(self, ground: str) -> None:
        self._picture = Image.new("RGB", (WIDTH * _LARGER, HEIGHT * _LARGER), ground)
        self._draw = ImageDraw.Draw(self._picture)

    def blob(self, points: Sequence[Point], colour: str) -> None:
        """Fill the smooth closed shape through `points`."""
        self._draw.polygon(_large(curve(points, closed=True)), fill=colour)

    def sharp(self, points: Sequence[Point], colour: str) -> None:
        """Fill a shape with corners."""
        self._draw.polygon(_large(points), fill=colour)

    def disc(self, centre: Point, across: float, down: float, colour: str) -> None:
        """Fill an ellipse of these half-widths."""
        (x, y) = centre
        self._draw.ellipse(_large([(x - across, y - down), (x + across, y + down)]), fill=colour)

    def ring(self, centre: Point, across: float, down: float, colour: str, width: float) -> None:
        """Draw an ellipse's line."""
        (x, y) = centre
        box = _large([(x - across, y - down), (x + across, y + down)])
        self._draw.ellipse(box, outline=colour, width=round(width * _LARGER))

    def stroke(self, points: Sequence[Point], colour: str, width: float, *, thin_ends: bool = False) -> None:
        """Draw a smooth open line with round ends; with `thin_ends`, like a brush."""
        smooth = curve(points, closed=False)
        last = len(smooth) - 1
        for place, (x, y) in enumerate(_fine(smooth)):
            share = place / max(1, 4 * last)
            thick = width * (0.35 + 0.65 * (1 - abs(2 * share - 1))) if thin_ends else width
            radius = thick / 2
            self._draw.ellipse(_large([(x - radius, y - radius), (x + radius, y + radius)]), fill=colour)

    def shade(self, inside: Sequence[Point], shapes: Iterable[Sequence[Point]], colour: str, strength: float) -> None:
        """Lay `colour` over the smooth `shapes`, as far as they are inside the shape `inside`."""
        mask, room = (Image.new("L", self._picture.size, 0) for _ in range(2))
        ImageDraw.Draw(room).polygon(_large(curve(inside, closed=True)), fill=255)
        for shape in shapes:
            ImageDraw.Draw(mask).polygon(_large(curve(shape, closed=True)), fill=round(255 * strength))
        self._picture.paste(colour, (0, 0), ImageChops.multiply(mask, room))

    def png(self) -> bytes:
        """Return the picture at its own size."""
        out = io.BytesIO()
        self._picture.reduce(_LARGER).save(out, "PNG")
        return out.getvalue()


def mix(one: str, other: str, share: float) -> str:
    """Return the colour at `share` of the way from `one` to `other`."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def darker(colour: str, share: float) -> str:
    """Return a darker, slightly warmer kin of `colour`."""
    return mix(colour, "#2a1410", share)


def lighter(colour: str, share: float) -> str:
    """Return a lighter kin of `colour`."""
    return mix(colour, "#ffffff", share)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _fine(smooth: Sequence[Point]) -> list[Point]:
    points = [
        (a[0] + (b[0] - a[0]) * part / 4, a[1] + (b[1] - a[1]) * part / 4)
        for a, b in pairwise(smooth)
        for part in range(4)
    ]
    return [*points, smooth[-1]]


def _large(points: Iterable[Point]) -> list[tuple[float, float]]:
    return [(x * _LARGER, y * _LARGER) for x, y in points]
