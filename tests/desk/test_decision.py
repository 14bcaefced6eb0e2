"""What a card opens is decided on the device as it is decided in the office."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from citycard.core.ages import possible_ages
from citycard.services.categories import CATEGORIES, EVENT
from citycard.services.decision import Decision, ShownCard, decide
from citycard.services.service import Ages, Band, Need, Occasion, Service, Visitors
from tests.desk.conftest import Desk
from tests.services.conftest import service

MONDAY = date(2026, 11, 23)


def on_device(one: Service) -> dict[str, Any]:
    """A service as `Held` has it."""

    def day(value: date | None) -> str | None:
        return value.isoformat() if value else None

    def ages(value: Ages) -> dict[str, int | None]:
        return {"from": value.lowest, "to": value.highest}

    return {
        "id": one.id,
        "category": one.category.code,
        "needs": sorted(one.needs),
        "visitors": one.visitors.value,
        "ages": None if one.ages is None else ages(one.ages),
        "bands": [{"ages": ages(band.ages), "gives": dict(band.gives)} for band in one.bands],
        "from": day(one.first_day),
        "until": day(one.last_day),
        "dates": [{"from": day(o.first_day), "until": day(o.last_day), "begins": o.begins} for o in one.occasions],
    }


def in_words(decision: Decision, one: Service) -> dict[str, Any]:
    band = None if decision.band is None else on_device(one)["bands"][one.bands.index(decision.band)]
    return {
        "opens": decision.opens,
        "reason": decision.reason.value,
        "resident": decision.resident,
        "band": band,
    }


def test_the_same_ages_are_possible(desk: Desk) -> None:
    days = [date(2024, 2, 28) + timedelta(days=each) for each in range(3)] + [
        date(2026, 12, 31),
        date(2027, 1, 1),
        MONDAY,
    ]
    births = ["", "2026", "2027", "2030", "1900", "0001", "20240229", "20230301", "20261231", "20270101", "19910423"]
    births += [(day + timedelta(days=more)).strftime("%Y%m%d") for day in days for more in (-366, -1, 0, 1)]
    asked = list(product(births, days))

    said = desk.say("ages", [[born, day.isoformat()] for born, day in asked])

    assert said == [list(possible_ages(born, day)) for born, day in asked]


def every_service() -> list[Service]:
    """One of each kind of days, visitors, ages and needs."""
    child, young, old = (Band(Ages(*pair), {"fr": "x"}) for pair in ((None, 11), (12, 25), (65, None)))
    ages = [None, Ages(14), Ages(None, 17), Ages(6, 12), Ages(0, 120)]
    groups: list[tuple[Band, ...]] = [(), (child, young, old), (old,)]
    days: list[dict[str, Any]] = [
        {},
        {"first_day": MONDAY, "last_day": MONDAY + timedelta(days=1)},
        {"first_day": MONDAY + timedelta(days=1)},
        {"last_day": MONDAY - timedelta(days=1)},
        {"category": CATEGORIES[EVENT], "occasions": ()},
        {
            "category": CATEGORIES[EVENT],
            "occasions": tuple(
                Occasion(MONDAY + timedelta(days=a), MONDAY + timedelta(days=b), "18:30")
                for a, b in ((-3, -2), (0, 1), (3, 3))
            ),
        },
    ]
    return [
        service(visitors=visitors, needs=needs, ages=age, bands=bands, **when)
        for visitors, needs, age, bands, when in product(
            Visitors, (frozenset[Need](), frozenset({Need.RESIDENT, Need.AGE_BAND})), ages, groups, days
        )
    ]


def test_the_same_cards_open_the_same_services(desk: Desk) -> None:
    """Every kind of service, and a third of all cards and days for each."""
    chance = random.Random("decisions")
    services = every_service()
    births = [
        None,
        "",
        "2012",
        "2013",
        "2008",
        "2014",
        "1961",
        "20121123",
        "20121124",
        "20081124",
        "20141123",
        "19800101",
    ]
    cards = [ShownCard(of_this_city=ours, born=born) for ours in (True, False) for born in births]
    days = [MONDAY + timedelta(days=each) for each in range(-4, 5)]
    asked = [
        (number, card, day, agreed)
        for number in range(len(services))
        for card, day, agreed in chance.sample(list(product(cards, days, (True, False))), 60)
    ]

    said = desk.say(
        "decide",
        [
            [
                number,
                {"ofThisCity": card.of_this_city, **({} if card.born is None else {"born": card.born})},
                day.isoformat(),
                agreed,
            ]
            for number, card, day, agreed in asked
        ],
        common={"services": [on_device(one) for one in services]},
    )

    ours = [
        in_words(decide(services[number], card, day, agreed=agreed), services[number])
        for number, card, day, agreed in asked
    ]
    wrong = [(a, b, c) for a, b, c in zip(asked, ours, said, strict=True) if b != c]
    assert not wrong, "\n".join(map(str, wrong[:5]))
    assert len({each["reason"] for each in ours}) == 9, "each reason is given"


def test_the_day_is_the_citys_wherever_the_device_is(desk: Desk) -> None:
    zones = [
        "Europe/Paris",
        "Africa/Casablanca",
        "America/Cayenne",
        "Pacific/Kiritimati",
        "Pacific/Pago_Pago",
        "Asia/Kathmandu",
    ]
    moments = [
        datetime(2026, month, 28, hour, minute, tzinfo=UTC)
        for month in (2, 3, 10)
        for hour in range(24)
        for minute in (0, 59)
    ]
    moments += [datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)]
    asked = list(product(zones, moments))

    said = desk.say("day", [[zone, int(moment.timestamp())] for zone, moment in asked])

    assert said == [moment.astimezone(ZoneInfo(zone)).date().isoformat() for zone, moment in asked]
