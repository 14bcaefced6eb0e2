"""Whether a card opens a service: in the holder's favour, from what the service needs and nothing else."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from citycard.services.categories import CATEGORIES
from citycard.services.decision import Decision, Reason, ShownCard, decide
from citycard.services.service import Ages, Band, Need, Occasion, Service, Visitors
from tests.services.conftest import MONDAY, service

OURS, THEIRS = ShownCard(of_this_city=True), ShownCard(of_this_city=False)

CHILD = Band(Ages(None, 11), {"fr": "gratuit"})
YOUNG = Band(Ages(12, 25), {"fr": "1 €"})
OLD = Band(Ages(65, None), {"fr": "1 €"})


def by_age(lowest: int | None = None, highest: int | None = None) -> Service:
    return service(needs=frozenset({Need.AGE_BAND}), ages=Ages(lowest, highest))


def with_bands() -> Service:
    return service(needs=frozenset({Need.AGE_BAND}), bands=(CHILD, YOUNG, OLD))


def born(text: str) -> ShownCard:
    return ShownCard(of_this_city=True, born=text)


@pytest.mark.parametrize(
    ("visitors", "agreed", "reason"),
    [
        (Visitors.YES, False, Reason.OPENS),
        (Visitors.NO, True, Reason.RESIDENTS_ONLY),
        (Visitors.BY_AGREEMENT, False, Reason.NO_AGREEMENT),
        (Visitors.BY_AGREEMENT, True, Reason.OPENS),
    ],
)
def test_a_visitor_gets_what_is_for_visitors(visitors: Visitors, agreed: bool, reason: Reason) -> None:
    offered = service(visitors=visitors)

    assert decide(offered, THEIRS, MONDAY, agreed=agreed).reason is reason
    assert decide(offered, OURS, MONDAY, agreed=agreed).reason is Reason.OPENS, "whoever lives here needs no agreement"


@pytest.mark.parametrize(
    ("birth", "reason"),
    [
        ("20121123", Reason.OPENS),  # fourteen today
        ("20121124", Reason.TOO_YOUNG),  # tomorrow
        ("2012", Reason.OPENS),  # thirteen or fourteen: fourteen is possible
        ("2013", Reason.TOO_YOUNG),
        ("19871124", Reason.OPENS),
    ],
)
def test_somebody_is_old_enough_from_their_birthday_on(birth: str, reason: Reason) -> None:
    assert decide(by_age(lowest=14), born(birth), MONDAY).reason is reason


@pytest.mark.parametrize(
    ("birth", "reason"),
    [
        ("20081124", Reason.OPENS),  # seventeen until tomorrow
        ("20081123", Reason.TOO_OLD),
        ("2008", Reason.OPENS),
        ("2007", Reason.TOO_OLD),
    ],
)
def test_a_year_alone_is_decided_for_the_holder_at_the_upper_end_too(birth: str, reason: Reason) -> None:
    assert decide(by_age(highest=17), born(birth), MONDAY).reason is reason


@pytest.mark.parametrize(
    ("birth", "band"),
    [
        ("20141124", CHILD),  # eleven until tomorrow
        ("20141123", YOUNG),
        ("2014", CHILD),  # eleven or twelve: what comes first in the file is better for them
        ("2000", YOUNG),  # twenty-five or twenty-six
        ("1961", OLD),  # sixty-four or sixty-five
        ("1980", None),  # no group of their own: the ordinary price
    ],
)
def test_a_group_of_ages_is_chosen_in_the_order_of_the_file(birth: str, band: Band | None) -> None:
    assert decide(with_bands(), born(birth), MONDAY) == Decision(True, Reason.OPENS, band=band)


@pytest.mark.parametrize("offered", [by_age(lowest=14), by_age(highest=17), with_bands()])
@pytest.mark.parametrize("birth", [None, ""])
def test_without_a_date_it_opens_and_the_desk_asks(offered: Service, birth: str | None) -> None:
    decided = decide(offered, ShownCard(of_this_city=True, born=birth), MONDAY)

    assert (decided.opens, decided.reason, decided.asks, decided.band) == (True, Reason.ASK_AGE, True, None)


def test_nobody_is_asked_for_an_age_that_decides_nothing() -> None:
    assert decide(service(), OURS, MONDAY) == Decision(True, Reason.OPENS)


@pytest.mark.parametrize(
    ("today", "reason"),
    [
        (date(2026, 6, 14), Reason.NOT_YET),
        (date(2026, 6, 15), Reason.OPENS),
        (date(2026, 9, 30), Reason.OPENS),
        (date(2026, 10, 1), Reason.OVER),
    ],
)
def test_a_service_is_there_from_its_first_day_to_its_last(today: date, reason: Reason) -> None:
    summer = service(first_day=date(2026, 6, 15), last_day=date(2026, 9, 30))

    assert decide(summer, OURS, today).reason is reason


@pytest.mark.parametrize(
    ("today", "reason"),
    [
        (date(2026, 12, 4), Reason.NOT_YET),
        (date(2026, 12, 5), Reason.OPENS),
        (date(2026, 12, 7), Reason.OPENS),
        (date(2026, 12, 8), Reason.NOT_TODAY),
        (date(2027, 1, 9), Reason.OPENS),
        (date(2027, 1, 10), Reason.OVER),
    ],
)
def test_an_event_opens_on_its_days(today: date, reason: Reason) -> None:
    week = Occasion(date(2026, 12, 5), date(2026, 12, 7))
    evening = Occasion(date(2027, 1, 9), date(2027, 1, 9), "18:30")

    assert decide(service(category=CATEGORIES["event"], occasions=(week, evening)), OURS, today).reason is reason


def test_a_service_is_told_whether_somebody_lives_here_only_if_it_needs_it() -> None:
    needs = service(needs=frozenset({Need.RESIDENT}))

    assert (decide(needs, OURS, MONDAY).resident, decide(needs, THEIRS, MONDAY).resident) == (True, False)
    assert decide(service(), THEIRS, MONDAY).resident is None


def test_a_date_of_birth_changes_nothing_where_no_age_is_needed() -> None:
    for visitors, card_is_ours, agreed in product(Visitors, (True, False), (True, False)):
        answers = {
            decide(service(visitors=visitors), ShownCard(card_is_ours, birth), MONDAY, agreed=agreed)
            for birth in (None, "1950", "20200101")
        }
        assert len(answers) == 1


def test_a_visitor_who_is_refused_is_not_told_anything_of_their_age() -> None:
    pool = service(needs=frozenset({Need.AGE_BAND}), ages=Ages(14, None), visitors=Visitors.NO)

    assert {decide(pool, ShownCard(False, birth), MONDAY).reason for birth in ("2020", "1950", None)} == {
        Reason.RESIDENTS_ONLY
    }


def test_a_shown_card_says_nothing_of_itself_in_a_log() -> None:
    assert "1987" not in repr(born("19870312"))
