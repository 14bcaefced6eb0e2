"""Port-Sable's printer: invented residents, texts of the size of real codes, and an eye that is not our own.

The codes are random texts in the alphabet of base45: they scan, and no reader takes them for a card. Pages are drawn
by PDFium and read by zxing-cpp, neither of which had a part in making them.
"""

import io
import random
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from PIL import Image, ImageDraw

from citycard.printing.faces import CardFace

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def sample_text(length: int, *, seed: int = 1) -> str:
    chance = random.Random(seed)
    return "".join(chance.choice(ALPHABET) for _ in range(length))


FULL = sample_text(1263)
LIGHT = sample_text(281, seed=2)


def as_it_is(sentence: str, _language: str) -> str:
    """The translator of an office without catalogues."""
    return sentence


def drawn_portrait() -> bytes:
    picture = Image.new("RGB", (480, 640), "#c9d6df")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((140, 120, 340, 390), fill="#8d5b3f")
    pen.rectangle((80, 430, 400, 640), fill="#35506b")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


PORTRAIT = drawn_portrait()
ARMS = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path fill="#0b5c6b" d="M0 0h4v2L2 4 0 2z"/></svg>'

MakeFace = Callable[..., CardFace]


@pytest.fixture
def face() -> MakeFace:
    """A card of Port-Sable; whatever a test is about, it says itself."""
    return make_face


def make_face(**changes: Any) -> CardFace:
    """The same without pytest."""
    settings: dict[str, Any] = {
        "city_names": {"fr": "Port-Sable", "en": "Port-Sable", "ar": "بور سابل"},
        "city_language": "fr",
        "colour": "#0b7285",
        "arms": ARMS,
        "issuer": "https://port-sable.demo.invalid",
        "report_loss": "port-sable.demo.invalid/loss",
        "number": "7KQ2M9X4TB3HD8WZ",
        "issued_on": date(2026, 11, 22),
        "expires_on": date(2031, 11, 21),
        "name": "Noémie Kassar-Lund",
        "language": "fr",
        "full_code": FULL,
        "light_code": LIGHT,
        "portrait": PORTRAIT,
        "portrait_in_code": True,
        "date_of_birth": "19870312",
        "address_lines": ("14 rue des Tilleuls", "13990 Port-Sable"),
        "location_name": "Port-Sable (13990)",
        "country": "FR",
    }
    return CardFace(**{**settings, **changes})
