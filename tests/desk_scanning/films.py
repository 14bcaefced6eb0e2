"""What a desk's camera sees: printed cards, held up well and badly."""

from __future__ import annotations

import random
from dataclasses import replace

import pypdfium2
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from benchmarks.faces import as_it_is, faces
from citycard.printing.card import render_batch

SIZE = (1280, 720)
DESK = "#6f675e"
DOTS = 430


def backs(texts: list[str]) -> list[Image.Image]:
    """The backs of printed cards with these full codes."""
    printed = [replace(face, full_code=text) for face, text in zip(faces(len(texts), seed=7), texts, strict=True)]
    pages = pypdfium2.PdfDocument(render_batch(printed, translate=as_it_is))
    return [pages[2 * place + 1].render(scale=DOTS / 72).to_pil().convert("RGB") for place in range(len(texts))]


def held(card: Image.Image, corners: tuple[tuple[int, int], ...] | None = None, *, height: int = 700) -> Image.Image:
    """The card above the desk; `corners` are where its corners are seen, from the upper left, clockwise."""
    width = round(card.width * height / card.height)
    left, top = (SIZE[0] - width) // 2, (SIZE[1] - height) // 2
    corners = corners or ((left, top), (left + width, top), (left + width, top + height), (left, top + height))
    scene = Image.new("RGB", SIZE, DESK)
    own = ((0, 0), (card.width, 0), card.size, (0, card.height))
    seen = card.transform(SIZE, Image.Transform.PERSPECTIVE, _perspective(corners, own), Image.Resampling.BICUBIC)
    mask = Image.new("L", SIZE, 0)
    ImageDraw.Draw(mask).polygon(corners, fill=255)
    scene.paste(seen, (0, 0), mask)
    return scene


def tilted(card: Image.Image) -> Image.Image:
    """Turned a little and leaning away from the lens."""
    return held(card, ((215, 130), (1130, 30), (1210, 640), (110, 700)))


def blurred(scene: Image.Image) -> Image.Image:
    """Held a little too near."""
    return scene.filter(ImageFilter.GaussianBlur(1.3))


def worn(card: Image.Image) -> Image.Image:
    """After years in a wallet: faded, scratched, stained."""
    chance = random.Random(3)
    faded = ImageEnhance.Contrast(card).enhance(0.55)
    pen = ImageDraw.Draw(faded)
    for _ in range(14):
        x, y = chance.randrange(card.width), chance.randrange(card.height)
        pen.line((x, y, x + chance.randrange(-400, 400), y + chance.randrange(-250, 250)), fill="#cfc8bd", width=2)
    for _ in range(5):
        x, y = chance.randrange(card.width), chance.randrange(card.height)
        pen.ellipse((x, y, x + 26, y + 20), fill="#b9ab8f")
    return faded


def _perspective(seen: tuple[tuple[int, int], ...], own: tuple[tuple[int, int], ...]) -> tuple[float, ...]:
    """The eight numbers by which Pillow finds the point of `own` for each point of `seen`."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(seen, own, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for column in range(8):
        pivot = max(range(column, 8), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for row in range(8):
            if row != column:
                factor = rows[row][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return tuple(row[8] for row in rows)
