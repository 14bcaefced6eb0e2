"""What a desk's token is answered with, of a good card: the fields its service needs and no others.

A token for a service of the register gets what stands there as needed. Of the age that is the group that fits, and null
where the card says no age and the desk asks.

`age_over_18` is computed here so that a desk that only needs to know never gets the date. When only the year is known
it is decided in the holder's favour; without any date it is null, which is no answer and not a "no".
"""

import base64
from collections.abc import Callable
from datetime import date
from typing import Any

from citycard.core.claims import Identity
from citycard.core.verify import VerifiedCard
from citycard.services.decision import Decision
from citycard.services.service import Ages, Need, Service
from citycard.store.staff import DeskToken
from citycard.web import workplace
from citycard.web.desk.seen import face_png


def fields_for(desk: DeskToken, card: VerifiedCard, *, today: date) -> dict[str, Any]:
    """Return the fields of `card` that `desk` may have; those that the code does not hold are null."""
    allowed = [name for name in desk.fields.split(",") if name]
    return {name: _FIELDS[name](card, today) for name in allowed if name in _FIELDS}


def fields_for_service(service: Service, card: VerifiedCard, decision: Decision) -> dict[str, Any]:
    """Return what `service` needs of a card that opens it."""
    given: dict[Need, tuple[str, Callable[[], Any]]] = {
        Need.NAME: ("full_name", lambda: card.identity.full_name),
        Need.PORTRAIT: ("portrait", lambda: _portrait(card.identity)),
        Need.RESIDENT: ("resident", lambda: decision.resident),
        Need.AGE_BAND: ("age_band", lambda: _age_band(decision)),
    }
    return {name: value() for need, (name, value) in given.items() if need in service.needs}


def not_checked_for(service: Service, card: VerifiedCard) -> tuple[str, ...]:
    """Return what a person must compare, as far as the service needs it at all."""
    needed = {"name": Need.NAME, "portrait": Need.PORTRAIT, "face": Need.PORTRAIT}
    return tuple(what for what in card.not_checked if needed[what] in service.needs)


def _age_band(decision: Decision) -> dict[str, int | None] | None:
    if decision.asks:
        return None
    ages = decision.band.ages if decision.band else Ages()
    return {"from": ages.lowest, "to": ages.highest}


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
