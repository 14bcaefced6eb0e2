"""Pictures of people, and what light, movement and cameras do to them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw

from citycard.operations.portrait import make_portrait
from tests.support.shared import shared_portraits


@cache
def _portraits() -> tuple[tuple[str, bytes], ...]:
    return tuple((path.stem, make_portrait(path.read_bytes()).to_print) for path in shared_portraits())


def portraits() -> dict[str, Image.Image]:
    """The shared portraits, as they would be printed."""
    return {name: Image.open(io.BytesIO(printed)).convert("RGB") for name, printed in _portraits()}


def as_jpeg(picture: Image.Image) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


def in_light(picture: Image.Image, share: float) -> Image.Image:
    """The same scene in `share` times the light: what reaches the lens is multiplied, and white is the end."""
    levels = [round(255 * _grey(min(1.0, share * _amount(level / 255)))) for level in range(256)]
    return picture.point(levels * 3)


def silhouette(picture: Image.Image, share: float) -> Image.Image:
    """The same person before a bright window: the wall white, the person in `share` times the light."""
    wall = picture.copy()
    for corner in ((2, 2), (picture.width - 3, 2)):
        ImageDraw.floodfill(wall, corner, (255, 0, 255), thresh=60)
    person = Image.composite(
        Image.new("L", wall.size, 0),
        Image.new("L", wall.size, 255),
        wall.getchannel("G").point(lambda level: 255 * (level == 0)),
    )
    return Image.composite(in_light(picture, share), Image.new("RGB", picture.size, "white"), person)


def film(picture: Image.Image, path: Path, *, size: tuple[int, int] = (640, 480)) -> Path:
    """A film of `picture` standing still, as Chromium's pretended camera plays it (YUV4MPEG2).

    The picture stands in the middle; the left edge of the film is red, the right edge blue, so that one sees which is
    which.
    """
    width, height = size
    scene = Image.new("RGB", size, "#b9bdbf")
    person = picture.resize((round(picture.width * height / picture.height), height))
    scene.paste(person, ((width - person.width) // 2, 0))
    pen = ImageDraw.Draw(scene)
    pen.rectangle((0, 0, 39, height), fill="#b3202c")
    pen.rectangle((width - 40, 0, width, height), fill="#1f4f9c")
    return write_film([scene, scene], path)


def write_film(frames: Iterable[Image.Image], path: Path, *, per_second: int = 30) -> Path:
    """A film of `frames`, all of one even size, as Chromium's pretended camera plays it, over and over (YUV4MPEG2)."""
    # Films keep black at 16 and white at 235, and colour within 16 to 240.
    luma = [16 + round(level * 219 / 255) for level in range(256)]
    chroma = [128 + round((level - 128) * 224 / 255) for level in range(256)]
    with path.open("wb") as out:
        for number, frame in enumerate(frames):
            width, height = frame.size
            if not number:
                out.write(f"YUV4MPEG2 W{width} H{height} F{per_second}:1 Ip A1:1 C420jpeg\n".encode())
            grey, blue, red = frame.convert("YCbCr").point(luma + chroma + chroma).split()
            half = (width // 2, height // 2)
            out.write(b"FRAME\n" + grey.tobytes() + blue.resize(half).tobytes() + red.resize(half).tobytes())
    return path


def _amount(grey: float) -> float:
    return grey / 12.92 if grey <= 0.04045 else float(((grey + 0.055) / 1.055) ** 2.4)


def _grey(amount: float) -> float:
    return 12.92 * amount if amount <= 0.0031308 else 1.055 * amount ** (1 / 2.4) - 0.055
