"""The web application of an office that really signs, and cities around it whose cards end in every verdict.

The office is Port-Sable on the Monday of the stories; `hall` makes its cards. The cities come from
`tests.support.cities` and are written into the register as if a ceremony had been held: what the pages say of their
cards is the question here, how cities are recognised is asked in `tests/web/partners`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from citycard.core.keys import KeyState
from citycard.core.verdicts import Verdict
from citycard.partners.statement import Statement
from citycard.settings import Office
from citycard.store.partners import Partner, PartnerList, PartnerState
from tests.support import forging
from tests.support.cities import INDEX, PORTRAIT, City, SigningKey
from tests.support.office import make_office
from tests.support.town_hall import MONDAY, TownHall

HOLDER = "Léonie Marchevert"
"""The name on every card of the cities."""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Port-Sable, founded, with keys, lists and a published statement."""
    return make_office(tmp_path)


@pytest.fixture
def hall(app: Flask, office: Office) -> Iterator[TownHall]:
    """What happens in the town hall without the web; opened after the application, whose staff it shares."""
    opened = TownHall(office)
    yield opened
    opened.close()


@dataclass(frozen=True)
class Shown:
    """A code that is shown at a desk, and what must be said of it."""

    verdict: Verdict
    text: str


def city_named(name: str) -> City:
    """A city whose card key is one that a statement may list: at most a year."""
    return City.named(name).with_card_key(first_day=date(2026, 1, 1), last_day=date(2026, 12, 31))


def recognise(
    session: Session,
    city: City,
    statuses: Mapping[int, int] | None = None,
    *,
    state: PartnerState = PartnerState.RECOGNISED,
    list_age: timedelta | None = timedelta(minutes=5),
    now: datetime = MONDAY,
) -> Partner:
    """Write `city` into the register as a partner, with a list that is `list_age` old (None: no list)."""
    statement = Statement(
        issuer=city.url,
        names={"en": city.name, "fr": city.name},
        country="FR",
        communes=(),
        keys=(city.card_pin, city.status_pin),
        status_lists=(city.status_uri,),
        contact="2 quai des Saules",
        issued_on=date(2026, 11, 1),
    )
    partner = Partner(
        issuer=city.url,
        source=city.url,
        state=state,
        root_fingerprint=city.name.encode().hex()[:64].ljust(64, "0"),
        trusted_root=city.name.encode(),
        statement=statement.to_json(),
        last_success=now,
    )
    session.add(partner)
    session.flush()
    if list_age is not None:
        token = city.status_list(statuses, issued_at=now - list_age)
        session.add(PartnerList(uri=city.status_uri, partner_id=partner.id, token=token, fetched_at=now))
    return partner


def forged(city: City) -> str:
    """A code with the name of the city's key in it, signed by somebody else's."""
    thief = SigningKey("a thief")
    return forging.code(forging.sign1(forging.header_of(city), forging.claims_of(city), thief.sign))


def every_verdict(session: Session) -> list[Shown]:
    """Recognise cities, one for each way in which a list or a key can stand, and return a code for each verdict."""
    good, old, bare, robbed, paused, stranger = map(
        city_named, ("Rivemont", "Vieux-Lac", "Nouvelle-Anse", "Brisefer", "Longue-Halte", "Ailleurs")
    )
    robbed = robbed.with_card_key(state=KeyState.COMPROMISED)
    recognise(session, good, {1: 1, 2: 2})
    recognise(session, old, list_age=timedelta(days=2))
    recognise(session, bare, list_age=None)
    recognise(session, robbed)
    recognise(session, paused, state=PartnerState.SUSPENDED)
    session.commit()
    newer = forging.claims_of(good)
    newer[169] = {**newer[169], 2: "2"}
    return [
        Shown(Verdict.OK, good.card(portrait=PORTRAIT)),
        Shown(Verdict.OK_STALE, old.card()),
        Shown(Verdict.MALFORMED, "HELLO"),
        Shown(Verdict.WRONG_TYPE, forging.code(good.status_list())),
        Shown(Verdict.UNKNOWN_ISSUER, stranger.card()),
        Shown(Verdict.BAD_SIGNATURE, forged(good)),
        Shown(Verdict.KEY_REVOKED, robbed.card()),
        Shown(Verdict.UNSUPPORTED, forging.signed_code(good, newer)),
        Shown(Verdict.NOT_YET, good.card(issued_on=date(2026, 11, 24))),
        Shown(Verdict.EXPIRED, good.card(expires_on=date(2026, 11, 22))),
        Shown(Verdict.REVOKED, good.card(status_index=1)),
        Shown(Verdict.SUSPENDED, good.card(status_index=2)),
        Shown(Verdict.STALE_STATUS, bare.card()),
        Shown(Verdict.NOT_ACCEPTED, paused.card()),
    ]


@pytest.fixture
def shown(hall: TownHall) -> list[Shown]:
    """A code for each of the fourteen verdicts."""
    with hall.session() as session:
        codes = every_verdict(session)
    assert {each.verdict for each in codes} == set(Verdict)
    return codes


def light_code(hall: TownHall, **changes: Any) -> str:
    """The light code of a good card of a city that is recognised on the way."""
    city = city_named("Rivemont")
    with hall.session() as session:
        recognise(session, city)
    return city.card(light=True, status_index=INDEX, **changes)
