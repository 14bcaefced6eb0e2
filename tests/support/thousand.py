"""A thousand cards of invented residents, and what a cheap camera makes of their codes.

1. Half of the cards are full codes with a portrait, a quarter full without, a quarter light; half are signed with
   ES256, half with Ed25519. Names come in Latin and Arabic letters, some with an own script, a language, an address.
2. Every card is really signed. The portraits are flat drawings of 72 x 96, as WebP of the size that a card has.
3. A picture is the code with its quiet zone, drawn sharp at some pixels a module, and then worn (`Wear`):
   - blurred, a Gaussian with sigma 0.5 to 1.3: what should be a step from dark to light takes 1.3 to 3.3 pixels (10 to
     90 % are 2.56 sigma), at worst more than a whole module of three: webcams cannot focus, and cards are held near;
   - turned by up to 5 degrees and moved by a part of a pixel, so that no module stands on the pixels: a hand holds it;
   - saved as JPEG of quality 40 to 85, as webcams send their pictures and messengers pass them on.
   At 3 pixels a module a code of version 24 (1,263 characters) fills three quarters of the 480 lines of the cheapest
   webcam; at 4 it fills nearly all of them, or less than half of the 1,080 of a telephone.
4. Everything comes from seeds: with the same versions of the libraries, the same thousand pictures are read or lost.
"""

from __future__ import annotations

import io
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw, ImageFilter

from citycard.core.keys import Algorithm
from citycard.core.number import new_number
from citycard.printing.codes import QUIET_ZONE, Matrix
from tests.support.cities import City

GIVEN = ("Awa", "Léonie", "Ingrid", "Jean-Baptiste", "Noémie", "Zoë", "Þóra", "María del Carmen", "Ngọc", "Oluwaseun")
FAMILY = ("Marchevert", "Kassar-Lund", "Sol", "de la Tour-Brisée", "Østergård", "Haydari", "Nowak", "Ó Riain", "Qvist")
GIVEN_ARABIC = ("ليلى", "نور الدين", "ياسمين", "عبد الرحمن", "هدى", "كريم")
FAMILY_ARABIC = ("مارشفير", "بن صالح", "الميناوي", "حيدري", "أبو زيد")
STREETS = ("12 quai des Tamaris", "3 bis rue du Vieux-Phare", "148 avenue de la République", "Le Moulin Neuf")
"""Nobody in particular."""


def thousand_cards(*, seed: int, count: int = 1000) -> Iterator[str]:
    """Yield the texts of `count` codes."""
    chance = random.Random(seed)
    cities = (City.named("Port-Sable"), City.named("Rivemont", algorithm=Algorithm.EDDSA))
    for place in range(count):
        # (1) (2)
        city, kind = cities[place // 4 % 2], place % 4
        says = _somebody(chance)
        if kind < 2:
            says["portrait"] = _portrait(chance)
        yield city.card(light=kind == 3, status_index=chance.randrange(2**17), **says)


def _somebody(chance: random.Random) -> dict[str, Any]:
    arabic = f"{chance.choice(GIVEN_ARABIC)} {chance.choice(FAMILY_ARABIC)}"
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    year = str(chance.randrange(1930, 2015))
    says: dict[str, Any] = {
        "number": new_number(chance.randbytes),
        "full_name": f"{given} {family}",
        "given_name": given,
        "family_name": family,
        "date_of_birth": chance.choice((None, year, f"{year}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}")),
    }
    if chance.random() < 0.2:
        says |= {"full_name": arabic, "given_name": None, "family_name": None}
    elif chance.random() < 0.3:
        says |= {"own_script_name": arabic, "own_script_language": "ara", "language": "ara"}
    if chance.random() < 0.2:
        says["address"] = f"{chance.choice(STREETS)}\n{chance.randrange(10_000, 99_999)} Port-Sable"
    return says


def _portrait(chance: random.Random) -> bytes:
    def colour() -> tuple[int, int, int]:
        return chance.randrange(30, 220), chance.randrange(30, 220), chance.randrange(30, 220)

    picture = Image.new("RGB", (288, 384), (210, 218, 222))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((24, 270, 264, 500), fill=colour())
    for stripe in range(chance.randrange(12)):
        pen.line((24, 300 + 9 * stripe, 264, chance.randrange(290, 384)), fill=colour(), width=3)
    wide, tall, skin = chance.randrange(64, 84), chance.randrange(92, 112), colour()
    pen.ellipse((144 - wide - 14, 30, 144 + wide + 14, 170 + tall), fill=colour())
    pen.ellipse((144 - wide, 170 - tall, 144 + wide, 170 + tall), fill=skin)
    for eye in (144 - 32, 144 + 32):
        pen.ellipse((eye - 13, 150, eye + 13, 168), fill="white")
        pen.ellipse((eye - 7, 150, eye + 7, 168), fill=colour())
    pen.line((144, 160, 150, 200, 138, 204), fill=colour(), width=4)
    pen.arc((144 - 30, 200, 144 + 30, 240), 20, 160, fill=colour(), width=6)
    out = io.BytesIO()
    picture.resize((72, 96), Image.Resampling.LANCZOS).save(out, "WEBP", quality=chance.randrange(15, 35))
    return out.getvalue()


def drawn(matrix: Matrix, *, pixels: int) -> Image.Image:
    """Return the code with its quiet zone, `pixels` for each module."""
    bare = Image.frombytes("L", (matrix.size, matrix.size), matrix.modules.translate(bytes([255, 0]) + bytes(254)))
    framed = Image.new("L", (matrix.size + 2 * QUIET_ZONE,) * 2, 255)
    framed.paste(bare, (QUIET_ZONE, QUIET_ZONE))
    return framed.resize((framed.width * pixels,) * 2, Image.Resampling.NEAREST)


@dataclass(frozen=True)
class Wear:
    """What happens to a picture between the card and the reader (3)."""

    sigma: float
    turn: float
    """Degrees."""
    aside: tuple[float, float]
    """Parts of a pixel."""
    quality: int

    @classmethod
    def at_random(cls, *, seed: int) -> Wear:
        """Return how the picture of this seed is taken, at whatever size."""
        chance = random.Random(seed)
        return cls(
            sigma=chance.uniform(0.5, 1.3),
            turn=chance.uniform(-5, 5),
            aside=(chance.random(), chance.random()),
            quality=chance.randint(40, 85),
        )

    @property
    def edge(self) -> float:
        """Pixels from 10 to 90 % of the way from dark to light."""
        return 2.56 * self.sigma

    def photograph(self, sharp: Image.Image) -> Image.Image:
        """Return what the camera sends."""
        blurred = sharp.filter(ImageFilter.GaussianBlur(self.sigma))
        side, middle = math.ceil(blurred.width * 1.09), blurred.width / 2  # 1.09: room for the corners at 5 degrees
        x, y = (side / 2 + part for part in self.aside)
        cos, sin = math.cos(math.radians(self.turn)), math.sin(math.radians(self.turn))
        place = (cos, -sin, middle - cos * x + sin * y, sin, cos, middle - sin * x - cos * y)
        size, bilinear = (side, side), Image.Resampling.BILINEAR
        seen = blurred.transform(size, Image.Transform.AFFINE, place, bilinear, fillcolor=255)
        sent = io.BytesIO()
        seen.save(sent, "JPEG", quality=self.quality)
        return Image.open(sent)
