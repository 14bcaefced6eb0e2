"""What a page shows of a good card: the face, the name, the city; and how old the lists are by which it is good.

For a service it is less: what the service needs, and what its age and residence rules come to. Neither the date of
birth nor another city's name is in it.

The portrait's bytes are a partner city's word, and decoders have bugs: it is opened as WebP alone, its size is looked
at before it is decoded, and what leaves is a PNG that we wrote from bare pixels. A picture that cannot be shown counts
as none, and the page says that the face is not covered.
"""

import base64
import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from PIL import Image

from citycard.core.claims import Identity
from citycard.core.trust import Issuer
from citycard.core.verify import AMBER, RED, VerifiedCard
from citycard.operations.check import Trusted
from citycard.partners.statement import Statement
from citycard.printing.paper import Phrase
from citycard.services.decision import Decision
from citycard.services.service import Need, Service
from citycard.web import languages
from citycard.web.services.words import Told

MAX_SIDE = 240
"""Portraits in codes are 72 x 96 (card profile); thrice that is still no bomb."""


@dataclass(frozen=True)
class Seen:
    """A good card, ready to be shown."""

    city: str | None
    name: str | None
    own_name: str | None
    own_language: str | None
    face: str | None
    full: bool
    not_checked: tuple[str, ...]
    last_day: date | None
    list_age: timedelta | None
    resident: bool | None = None
    """Whether the card is of this city; None where nobody needs to know."""
    age_counts: bool = False
    """Whether the service has a rule about ages."""
    ask_age: bool = False
    """Whether the card says no age, and the desk asks."""
    by_age: tuple[str, Phrase] | None = None
    """The group of ages that fits, and what it gets."""


@dataclass(frozen=True)
class ListAge:
    """How old the oldest list of a city is; `level` is fine, amber or red."""

    city: str
    issued_at: datetime | None
    level: str
    suspended: bool


def show(card: VerifiedCard) -> Seen:
    """Return what the page shows of `card`."""
    said: Identity = card.identity
    picture = face(said.portrait)
    return Seen(
        city=name_of(card.issuer),
        name=said.full_name,
        own_name=said.own_script_name,
        own_language=said.own_script_language,
        face=picture,
        full=card.full,
        not_checked=card.not_checked if picture or not said.portrait else ("portrait",),
        # The end of the printed day, seen from the city; a second earlier it was still that day.
        last_day=card.last_day,
        list_age=card.status_age,
    )


def show_for(card: VerifiedCard, service: Service, decision: Decision, *, told: Told) -> Seen:
    """Return what the page shows of `card` at a desk for `service`, which is called `told`."""
    whole, needs = show(card), service.needs
    named, pictured = Need.NAME in needs, Need.PORTRAIT in needs
    compared = {"name": named, "portrait": pictured, "face": pictured}
    return Seen(
        city=None,
        name=whole.name if named else None,
        own_name=whole.own_name if named else None,
        own_language=whole.own_language if named else None,
        face=whole.face if pictured else None,
        # The small code is worth a word only where the large one would say what is missing.
        full=whole.full or not (named or pictured or decision.asks),
        not_checked=tuple(what for what in whole.not_checked if compared[what]),
        last_day=None,
        list_age=None,
        resident=decision.resident,
        age_counts=bool(service.ages or service.bands),
        ask_age=decision.asks,
        by_age=told.by_age[service.bands.index(decision.band)] if decision.band else None,
    )


def name_of(city: Issuer | Statement) -> str:
    """What a city calls itself in the reader's language, or in any."""
    return city.names.get(languages.spoken()) or city.names.get("en") or next(iter(city.names.values()), "")


def face(portrait: bytes | None) -> str | None:
    """Return the portrait of a card as the address of a picture that stands in the page, or None."""
    png = face_png(portrait)
    return None if png is None else "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def face_png(portrait: bytes | None) -> bytes | None:
    """Return the portrait of a card as a PNG of ours, or None when there is none that can be shown."""
    if portrait is None:
        return None
    try:
        with Image.open(io.BytesIO(portrait), formats=("WEBP",)) as opened:
            if max(opened.size) > MAX_SIDE or getattr(opened, "n_frames", 1) != 1:
                return None
            pixels = opened.convert("RGB")
    except Exception:  # whatever a decoder raises means one thing here: no picture
        return None
    clean = Image.new("RGB", pixels.size)
    clean.paste(pixels)
    out = io.BytesIO()
    clean.save(out, "PNG")
    return out.getvalue()


def list_ages(trusted: Trusted | None, *, now: datetime) -> list[ListAge]:
    """Return for each city how old its oldest list is, our own city first."""
    return [] if trusted is None else [list_age(trusted, issuer, now=now) for issuer in trusted.trust]


def level_of(age: timedelta) -> str:
    """What the age of a list means at a desk: fine, amber (said) or red (decides nothing)."""
    return "red" if age >= RED else "amber" if age >= AMBER else "fine"


def list_age(trusted: Trusted, issuer: Issuer, *, now: datetime) -> ListAge:
    """Return how old the oldest list of `issuer` is; one that is missing makes it amber, having none makes it red."""
    held = [trusted.lists.get(uri) for uri in issuer.status_lists]
    times = [each.issued_at for each in held if each is not None]
    oldest = min(times, default=None)
    level = "red" if oldest is None else level_of(now - oldest)
    if level == "fine" and len(times) < len(held):
        level = "amber"
    return ListAge(name_of(issuer), oldest, level, issuer.url in trusted.suspended)
