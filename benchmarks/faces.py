"""Cards to typeset, each with a number, a name, codes and a portrait of its own.

The portraits are the flat drawings of the demonstration, as JPEG like the ones that an office prints. A comment in each
file makes it another picture, so that no typesetter can embed one for all.
"""

from __future__ import annotations

import io
import random
from typing import Any

from PIL import Image

from benchmarks.subjects import PORT_SABLE
from citycard.core.number import new_number
from citycard.demo.portraits import draw_portrait
from citycard.demo.residents import RESIDENTS
from citycard.printing.faces import CardFace
from tests.support.cities import EXPIRES_ON, ISSUED_ON, PORTRAIT

NAMES = ("Noémie Kassar-Lund", "Léonie Marchevert", "Ana Sol", "ليوني مارشفير", "Ingrid Castellane d'Aubrac")
ARMS = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path fill="#0b5c6b" d="M0 0h4v2L2 4 0 2z"/></svg>'


_portraits: list[bytes] = []


def as_it_is(sentence: str, _language: str) -> str:
    """Translate nothing, as an office without catalogues."""
    return sentence


def faces(count: int, *, seed: int) -> list[CardFace]:
    """Return `count` cards with portrait, front and back, really signed."""
    chance = random.Random(seed)
    return [_face(place, new_number(chance.randbytes), NAMES[place % len(NAMES)]) for place in range(count)]


def _face(place: int, number: str, name: str) -> CardFace:
    says: dict[str, Any] = {"number": number, "full_name": name, "status_index": place}
    portraits = _portraits or have_portraits(draw_portraits())
    return CardFace(
        city_names={"fr": "Port-Sable"},
        city_language="fr",
        colour="#0b7285",
        arms=ARMS,
        issuer=PORT_SABLE.url,
        report_loss="port-sable.example/loss",
        number=number,
        issued_on=ISSUED_ON,
        expires_on=EXPIRES_ON,
        name=name,
        language="fr",
        full_code=PORT_SABLE.card(portrait=PORTRAIT, address="14 rue des Tilleuls\n99140 Port-Sable", **says),
        light_code=PORT_SABLE.card(light=True, **says),
        portrait=_another(portraits[place % len(portraits)], number),
        portrait_in_code=True,
        date_of_birth="19910423",
        address_lines=("14 rue des Tilleuls", "99140 Port-Sable"),
        location_name="Port-Sable (PS-04)",
        country="FR",
    )


def draw_portraits() -> list[bytes]:
    """Draw the faces, which takes a second or two."""
    made = []
    for resident in RESIDENTS[:8]:
        out = io.BytesIO()
        Image.open(io.BytesIO(draw_portrait(resident.look))).convert("RGB").save(out, "JPEG", quality=88, optimize=True)
        made.append(out.getvalue())
    return made


def have_portraits(portraits: list[bytes]) -> list[bytes]:
    """Use these from now on in this process."""
    _portraits[:] = portraits
    return _portraits


def _another(jpeg: bytes, words: str) -> bytes:
    comment = words.encode("ascii")
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]
