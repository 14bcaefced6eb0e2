"""Figures in which nobody is found, and an attacker who looks.

The attacker is written without the code it attacks. It knows everything that was ever published, on every day, and the
rule itself, and reckons with all tables of numbers that fit. Wherever something was held back it must be left with ten
numbers to choose from. Against publications that are less careful the same attacker wins, or it would be no attacker.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from citycard.operations import cards, counting, statistics
from citycard.operations.given import class_of
from citycard.operations.statistics import ENOUGH, FIGURES, Figures, Part, Quarter
from citycard.store.base import Base
from citycard.store.cards import Card
from citycard.store.counters import Counter
from tests.operations.test_refusing import refuses
from tests.operations.test_renew import approved as renewed_card
from tests.operations.test_renew import handed_over
from tests.support.town_hall import TownHall

WIDE_ENOUGH = 10

Row = tuple[int | None, ...]
"""What is published of a figure in a year: four quarters and the total; None for what is held back."""


# --- what is counted, and where -------------------------------------------------------------------------


def counted(hall: TownHall) -> dict[tuple[str, str], int]:
    """All that was counted, whenever it was."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    with hall.session() as session:
        for row in session.scalars(select(Counter)):
            found[row.service, row.event] += row.count
    return dict(found)


def test_a_card_is_counted_once_and_under_one_kind(hall: TownHall) -> None:
    first = handed_over(hall)
    hall.clock.pass_by(days=40)
    ticket = renewed_card(hall, first)
    hall.issue(ticket)
    hall.clock.pass_by(days=3)
    hall.print(ticket)
    hall.hand_over(ticket)

    found = counted(hall)

    kinds = {name: found.get(FIGURES[name], 0) for name in ("first", "renewed", "replaced", "ended")}
    assert kinds == {"first": 1, "renewed": 0, "replaced": 1, "ended": 0}, "a card that makes room has not ended"
    assert {event: count for (service, event), count in found.items() if service == "waiting"} == {
        "same-day": 1,
        "3-7-days": 1,
    }


def test_what_came_out_of_the_printer_wrong_or_was_not_fetched_is_no_hand_over(small_hall: TownHall) -> None:
    ticket = small_hall.approved()
    small_hall.issue(ticket)
    small_hall.print(ticket)
    small_hall.print_failed(ticket)
    small_hall.submit(ticket)
    small_hall.approve(ticket)
    small_hall.issue(ticket)
    small_hall.print(ticket)
    small_hall.abandon(ticket)

    assert not counted(small_hall).keys() & {FIGURES[name] for name in ("first", "renewed", "replaced")}
    assert not [service for service, _ in counted(small_hall) if service == "waiting"]


def test_suspending_ending_and_refusing_feed_a_figure_each(small_hall: TownHall) -> None:
    card = handed_over(small_hall)
    with small_hall.session() as session:
        desk = small_hall.desk()
        for state in (cards.CardState.SUSPENDED, cards.CardState.ENDED):
            row = session.get_one(Card, card.number)
            cards.move(session, row, state, by="Bruno", now=desk.now, settings=desk.office.settings, chance=desk.chance)
    refuses(small_hall, small_hall.enrol())

    found = counted(small_hall)

    expected = {"first": 1, "suspended": 1, "ended": 1, "no-residence": 1}
    assert {name: found[FIGURES[name]] for name in FIGURES if FIGURES[name] in found} == expected


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (0, "same-day"),
        (1, "1-2-days"),
        (2, "1-2-days"),
        (3, "3-7-days"),
        (7, "3-7-days"),
        (8, "8-14-days"),
        (14, "8-14-days"),
        (15, "15-days-or-more"),
        (67, "15-days-or-more"),
    ],
)
def test_a_wait_is_kept_as_one_of_five_classes(days: int, name: str) -> None:
    assert class_of(days) == name


# --- the calendar ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opened", "today", "quarters"),
    [
        (None, date(2027, 1, 1), []),
        # A week and a day late: the week of 28 December belongs to the fourth quarter, and then it settles.
        (date(2026, 10, 5), date(2027, 1, 10), []),
        (date(2026, 10, 5), date(2027, 1, 11), [(2026, 4)]),
        # The office opened in the second week of the quarter, which is no whole quarter.
        (date(2026, 10, 12), date(2027, 4, 11), []),
        (date(2026, 10, 12), date(2027, 4, 12), [(2027, 1)]),
        (date(2025, 12, 29), date(2026, 7, 13), [(2026, 1), (2026, 2)]),
    ],
)
def test_only_whole_quarters_are_shown(opened: date | None, today: date, quarters: list[tuple[int, int]]) -> None:
    shown, more_on = statistics.whole_quarters(opened, today)
    assert list(shown) == [Quarter(*each) for each in quarters]
    assert (more_on is None) if opened is None else (more_on is not None and more_on > today)


def test_every_week_belongs_to_one_quarter() -> None:
    monday = date(2024, 1, 1)
    for _ in range(300):
        quarter = Quarter.of(monday)
        assert quarter.first_week <= monday < quarter.next.first_week
        monday += timedelta(days=7)


# --- the attacker ---------------------------------------------------------------------------------------


def possible(row: Row) -> list[tuple[int, int]]:
    """For each quarter of a published row the least and the greatest number that it can be.

    By intervals: whatever is held back is 0 to 9, and a total is the sum of the four. Each is used on the other until
    nothing moves any more.
    """
    bounds = [(0, 9) if cell is None else (cell, cell) for cell in row[:4]]
    whole = row[4]
    while whole is not None:
        narrowed = []
        for place, (least, most) in enumerate(bounds):
            others = [bound for other, bound in enumerate(bounds) if other != place]
            narrowed.append(
                (max(least, whole - sum(top for _, top in others)), min(most, whole - sum(low for low, _ in others)))
            )
        if narrowed == bounds:
            break
        bounds = narrowed
    return bounds


def caught(row: Row) -> list[int]:
    """The quarters that were held back and are known to within fewer than ten numbers."""
    return [
        place
        for place, (least, most) in enumerate(possible(row))
        if row[place] is None and most - least + 1 < WIDE_ENOUGH
    ]


def caught_knowing_the_rule(rule: Callable[[Sequence[int]], Row], numbers: Iterable[int]) -> list[tuple[Row, int]]:
    """What is caught by somebody who applies the rule to every table that there is and sees which ones look alike."""
    alike: dict[Row, list[set[int]]] = defaultdict(lambda: [set(), set(), set(), set()])
    for table in product(list(numbers), repeat=4):
        for place, number in enumerate(table):
            alike[rule(table)][place].add(number)
    return [
        (row, place)
        for row, seen in alike.items()
        for place in range(4)
        if row[place] is None and len(seen[place]) < WIDE_ENOUGH
    ]


def ours(table: Sequence[int]) -> Row:
    """A year as we publish it."""
    return (*(statistics.shown(count) for count in table), statistics.total(table))


def naive(table: Sequence[int]) -> Row:
    """A year of somebody who suppresses small cells and forgets that the total gives them back."""
    return (*(count if count >= 10 else None for count in table), sum(table))


def less_naive(table: Sequence[int]) -> Row:
    """And of somebody who leaves the total out with one small cell, but not with two or more."""
    row = naive(table)
    return (*row[:4], None) if row[:4].count(None) == 1 else row


SMALL_AND_LARGE = (*range(12), 40)


def test_no_year_gives_a_small_number_away_to_who_knows_the_rule() -> None:
    """Every table of four numbers up to eleven, and some large ones among them."""
    assert caught_knowing_the_rule(ours, SMALL_AND_LARGE) == []


@pytest.mark.parametrize("rule", [naive, less_naive])
def test_the_attacker_wins_where_the_complement_is_forgotten(rule: Callable[[Sequence[int]], Row]) -> None:
    assert caught_knowing_the_rule(rule, SMALL_AND_LARGE)
    assert caught(naive((3, 20, 30, 40))) == [0]
    assert possible(naive((3, 20, 30, 40)))[0] == (3, 3), "to the very number"
    assert caught(less_naive((0, 1, 30, 40))) == [0, 1]


@pytest.mark.parametrize(
    ("table", "total"),
    [
        ((10, 11, 12, 13), 46),
        ((9, 11, 12, 13), None),
        ((9, 9, 12, 13), None),
        ((0, 9, 0, 13), 22),
        ((6, 6, 6, 13), 31),
        ((6, 6, 7, 13), None),
        ((0, 0, 0, 9), None),
        ((0, 0, 1, 9), 10),
        ((5, 5, 5, 5), 20),
        ((9, 9, 9, 0), 27),
        ((9, 9, 9, 1), None),
    ],
)
def test_a_total_is_shown_where_it_gives_nothing_away(table: Sequence[int], total: int | None) -> None:
    assert ours(table)[4] == total


# --- the attacker over the years ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def register() -> Iterator[Session]:
    """A register with nothing but counters, in memory."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


WEEKS = st.lists(
    st.tuples(st.integers(0, 116), st.sampled_from(list(FIGURES)), st.integers(1, 15)), min_size=1, max_size=60
)
"""What happened in two and a quarter years: week, figure, how often."""

OPENED = date(2026, 1, 5)


def over_the_years(
    register: Session, happened: Sequence[tuple[int, str, int]], look: Callable[[date], Figures]
) -> list[tuple[date, Figures]]:
    """What was published, looked at on every Monday and Thursday while it happened."""
    register.query(Counter).delete()
    counting.add(register, service="library", event="OK", day=OPENED)
    by_week = defaultdict(list)
    for week, figure, count in happened:
        by_week[week].append((figure, count))
    seen: list[tuple[date, Figures]] = []
    for week in range(118):
        monday = OPENED + timedelta(weeks=week)
        seen.append((monday, look(monday)))
        for figure, count in by_week[week]:
            service, event = FIGURES[figure]
            counting.add(register, service=service, event=event, day=monday, count=count)
        seen.append((monday, look(monday + timedelta(days=3))))
    register.rollback()
    return seen


def differences(seen: Sequence[tuple[date, Figures]]) -> list[tuple[str, Quarter]]:
    """Every published number that was another one on another day: the difference is what happened between them."""
    known: dict[tuple[str, Quarter], set[int | None]] = defaultdict(set)
    for _, figures in seen:
        for name, cells in figures.cells.items():
            for quarter, cell in cells.items():
                known[name, quarter].add(cell)
    return [place for place, values in known.items() if len(values) > 1]


@settings(max_examples=10, deadline=None)
@given(happened=WEEKS)
@example(happened=[(1, "ended", 3), (20, "ended", 30), (30, "ended", 30), (45, "ended", 30)])
def test_nobody_is_found_by_looking_again_on_another_day(
    register: Session, happened: list[tuple[int, str, int]]
) -> None:
    seen = over_the_years(register, happened, lambda today: statistics.read(register, today=today))

    assert differences(seen) == []
    totals: dict[tuple[str, int], set[int | None]] = defaultdict(set)
    for _, figures in seen:
        for name, years in figures.totals.items():
            for year, total in years.items():
                totals[name, year].add(total)
    assert all(len(values) == 1 for values in totals.values())
    last = seen[-1][1]
    assert [quarter.year for quarter in last.quarters] == [2026] * 4 + [2027] * 4
    for name in FIGURES:
        for year in last.years:
            row = (*(last.cells[name][Quarter(year, number)] for number in (1, 2, 3, 4)), last.totals[name][year])
            assert caught(row) == [], f"{name} {year}: {row}"


def test_the_attacker_wins_where_the_running_quarter_is_shown(register: Session) -> None:
    """Twelve cards on Monday and thirteen on Thursday: somebody was here in between."""

    def running(today: date) -> Figures:
        return statistics.read(register, today=today + timedelta(days=100))

    happened = [(1, "ended", 12), (2, "ended", 1)]

    assert ("ended", Quarter(2026, 1)) in differences(over_the_years(register, happened, running))


# --- waiting: the same people once more ------------------------------------------------------------------


RANGES: Mapping[Part, Callable[[int], tuple[int, int]]] = {
    Part.FEW: lambda all_of_them: (0, all_of_them // 10),
    Part.SOME: lambda all_of_them: (all_of_them // 10 + 1, all_of_them // 2),
    Part.MOST: lambda all_of_them: (all_of_them // 2 + 1, 9 * all_of_them // 10),
    Part.NEARLY_ALL: lambda all_of_them: (9 * all_of_them // 10 + 1, all_of_them),
}


def people_in(parts: Sequence[Part], everybody: int) -> list[tuple[int, int]] | None:
    """For each class the least and the greatest number of people, if `everybody` is known; None if nothing fits."""
    bounds = [RANGES[part](everybody) for part in parts]
    least, most = sum(low for low, _ in bounds), sum(high for _, high in bounds)
    if not least <= everybody <= most:
        return None
    return [(max(low, everybody - most + high), min(high, everybody - least + low)) for low, high in bounds]


@pytest.mark.parametrize("everybody", [*range(ENOUGH, ENOUGH + 41), 333, 1000])
def test_no_class_of_waiting_is_known_to_within_ten_people(everybody: int) -> None:
    """Even by somebody who knows how many cards there were."""
    for parts in product(Part, repeat=5):
        bounds = people_in(parts, everybody)
        assert bounds is None or all(high - low + 1 >= WIDE_ENOUGH for low, high in bounds), parts


def test_the_words_fit_every_number_of_cards_so_they_say_nothing_of_the_kinds() -> None:
    """Of shown kinds there are ENOUGH, of missing ones anything from 0 to 18: no words tell which."""
    for parts in product(Part, repeat=5):
        fits = {people_in(parts, everybody) is not None for everybody in range(ENOUGH, ENOUGH + 200)}
        assert len(fits) == 1, parts


def test_the_attacker_wins_with_fewer_cards() -> None:
    nearly_all = (Part.NEARLY_ALL, Part.FEW, Part.FEW, Part.FEW, Part.FEW)
    bounds = people_in(nearly_all, 50)
    assert bounds is not None
    assert bounds[1] == (0, 4), "at most four people waited for long"


def kind_held_back(shown_kinds: int, fits: Callable[[int], bool]) -> set[int]:
    """What the one kind that is held back can be, if `fits` says how many cards there may be in all."""
    return {replaced for replaced in range(10) if fits(shown_kinds + replaced)}


def test_waiting_as_numbers_would_give_a_kind_away_and_as_words_does_not() -> None:
    """130 first cards, 40 renewed, few replaced; 171 people had theirs on the same day, few waited at all."""

    def by_numbers(everybody: int) -> bool:
        return any(171 + sum(others) == everybody for others in product(range(10), repeat=4))

    def by_words(everybody: int) -> bool:
        return people_in((Part.NEARLY_ALL, Part.FEW, Part.FEW, Part.FEW, Part.FEW), everybody) is not None

    assert kind_held_back(170, by_numbers) == set(range(1, 10)), "somebody replaced a card"
    assert kind_held_back(170, by_words) == set(range(10))


@settings(deadline=None)
@given(st.lists(st.integers(0, 400), min_size=5, max_size=5).filter(lambda counts: sum(counts) >= ENOUGH))
def test_the_words_are_true(counts: list[int]) -> None:
    words = statistics.parts(dict(zip("abcde", counts, strict=True)))
    bounds = people_in(list(words.values()), sum(counts))
    assert bounds is not None
    assert all(low <= count <= high for count, (low, high) in zip(counts, bounds, strict=True))


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ({"first": 150}, True),
        ({"first": 149}, False),
        ({"first": 141, "renewed": 9}, False),
        ({"first": 130, "renewed": 20, "replaced": 9}, True),
    ],
)
def test_whether_waiting_is_said_depends_on_numbers_that_are_shown(kinds: Mapping[str, int], said: bool) -> None:
    quarter = Quarter(2027, 1)
    true = {name: {quarter: kinds.get(name, 0)} for name in FIGURES}
    waited = {"same-day": {quarter: sum(kinds.values())}, "1-2-days": {quarter: 0}}
    made = statistics.publish([quarter], true, waited)
    expected = {"same-day": Part.NEARLY_ALL, "1-2-days": Part.FEW} if said else None
    assert made.waiting[quarter] == expected
