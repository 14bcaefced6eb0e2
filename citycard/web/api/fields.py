"""What a desk's token is answered with, of a good card: the fields its service needs and no others.

`age_over_18` is computed here so that a desk that only needs to know never gets the date. When only the year is known
it is decided in the holder's favour; without any date it is null, which is no answer and not a "no".
"""

import base64
from collections.abc import Callable
from datetime import date
from typing import Any

from citycard.core.claims import Identity
from citycard.core.verify import VerifiedCard
from citycard.store.staff import DeskToken
from citycard.web import workplace
from citycard.web.desk.seen import face_png


def fields_for(desk: DeskToken, card: VerifiedCard, *, today: date) -> dict[str, Any]:
    """Return the fields of `card` that `desk` may have; those that the code does not hold are null."""
    allowed = [name for name in desk.fields.split(",") if name]
    return {name: _FIELDS[name](card, today) for name in allowed if name in _FIELDS}


def age_over_18(date_of_birth: str | None, *, today: date) -> bool | None:
    """Whether somebody born then is 18 or older today."""
    if date_of_birth is None:
        return None
    year, rest = int(date_of_birth[:4]), date_of_birth[4:]
    month, day = (int(rest[:2]), int(rest[2:])) if rest else (1, 1)
    return (today.year - 18, today.month, today.day) >= (year, month, day)


def _date_of_birth(said: Identity) -> str | None:
    text = said.date_of_birth
    return text if text is None or len(text) == 4 else f"{text[:4]}-{text[4:6]}-{text[6:]}"


def _portrait(said: Identity) -> str | None:
    png = face_png(said.portrait)
    return None if png is None else base64.b64encode(png).decode("ascii")


_FIELDS: dict[str, Callable[[VerifiedCard, date], Any]] = {
    "number": lambda card, today: card.identity.number,
    "full_name": lambda card, today: card.identity.full_name,
    "portrait": lambda card, today: _portrait(card.identity),
    "date_of_birth": lambda card, today: _date_of_birth(card.identity),
    "age_over_18": lambda card, today: age_over_18(card.identity.date_of_birth, today=today),
    "resident": lambda card, today: card.issuer.url == workplace.settings().issuer,
}
