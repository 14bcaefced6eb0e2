"""What is published of the counters, so that nobody is found in it: one rule for the page, the file and the staff.

1. Calendar. Only whole quarters are shown, and whole years. A counted week belongs to the quarter of its Monday, and a
   quarter is shown from `SETTLING` after its last week on, when nothing is being written in it any more. What is shown
   of a quarter never changes, so there is nothing to subtract on another day. The quarter in which the office opened is
   left out unless the office was there from its first week.
2. Cells. A figure of a quarter is shown from `LEAST` on. Below, nought included, it reads "fewer than ten" and no more.
   Whether a cell is shown depends on this cell alone.
3. Complement. A year's total is the one number that others could be subtracted from, so it is what is left out with
   them: with one cell missing it would be that cell. Let `k` cells of the year be missing, and `s` be what they add up
   to. The total is shown

   - when `k` is 0, where it says nothing new;
   - when `k` is 3 or 4 and `LEAST - 1 <= s <= (LEAST - 1) * (k - 1)`. Then each missing cell can still be anything from
     0 to 9: the others can make up for it, be it 0 (they hold at most 9 each) or 9 (then `s` leaves them 0 or more).

   Otherwise, and where it is itself below `LEAST`, it is left out. That says something too, to somebody who knows this
   rule: `s` is outside of those bounds. But below them a cell is at least 0 to 8 and above them 1 to 9, so together it
   is still anything from 0 to 9; and with one or two cells missing the total is never shown, which says nothing at all.
   No further quarter is suppressed instead: when a year ends its first three quarters have long been published.
4. Nothing across figures. No figure is the sum, the part or the difference of others: cards are of one kind (`given`),
   cards that end because a new one takes their place are not counted among the ended, and of those who left without a
   card each lacking paper is counted, and not the people.
5. Waiting. The classes of waiting are the one table that adds up to another, because every card that is handed over is
   of a kind and waited. As numbers they would give away the missing kind. So only their parts are shown, as one of four
   words (`Part`), and only for quarters in which the kinds that are *shown* come to `ENOUGH` or more; that is seen on
   the page, so that showing or not showing tells nothing. With 150 cards the narrowest part is 15 cards wide, and the
   words never add up to exactly the whole, which would fix every class at the end of its range. They fit any number of
   cards, so they say nothing of the kinds.

What this does not hide: the status lists are public, and whoever keeps each of them can count the cards that stop
being good, suspended ones apart. See docs/figures.md.
"""

from collections import Counter as Tally
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citycard.operations import given, refuse
from citycard.operations.counting import week_of
from citycard.store.counters import Counter

LEAST = 10
"""The smallest number that is shown. What is missing is one of ten numbers, for whoever reckons with the rest."""

ENOUGH = 150
"""Cards of a quarter from which on it is said how long people waited: a tenth of them is 15 people."""

SETTLING = timedelta(days=7)
"""No request that began in the last week of a quarter is still being written a week later."""

FIGURES = {
    "first": ("office", given.FIRST),
    "renewed": ("office", given.RENEWED),
    "replaced": ("office", given.REPLACED),
    "ended": ("office", "card-ended"),
    "suspended": ("office", "card-suspended"),
    "no-identity": (refuse.SERVICE, "identity"),
    "no-residence": (refuse.SERVICE, "residence"),
    "no-photo": (refuse.SERVICE, "photo"),
}
"""Each figure by its name, and the counter that it is made of: one, never several."""

KINDS = ("first", "renewed", "replaced")
"""The figures that the waiting adds up to."""


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a calendar year, 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, week: date) -> "Quarter":
        """Return the quarter to which the week that begins on the Monday `week` belongs."""
        return cls(week.year, (week.month + 2) // 3)

    @property
    def first_week(self) -> date:
        """The first Monday in it."""
        return week_of(date(self.year, 3 * self.number - 2, 7))

    @property
    def next(self) -> "Quarter":
        """The quarter after it."""
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)


class Part(StrEnum):
    """How much of the whole a class is (5)."""

    NEARLY_ALL = "more than nine in ten"
    MOST = "more than half"
    SOME = "more than one in ten"
    FEW = "one in ten or fewer"


Cells = Mapping[Quarter, int | None]
"""What is shown of a figure, by quarter; None for fewer than ten."""


@dataclass(frozen=True)
class Figures:
    """All that is published."""

    quarters: tuple[Quarter, ...]
    """Whole quarters without a gap, oldest first."""
    years: tuple[int, ...]
    """Those of which all four quarters are there."""
    cells: Mapping[str, Cells]
    """By the names of `FIGURES`."""
    totals: Mapping[str, Mapping[int, int | None]]
    """By figure and year; None where the total is left out."""
    waiting: Mapping[Quarter, Mapping[str, Part] | None]
    """By quarter and class; None where the cards that are shown are fewer than `ENOUGH`."""
    more_on: date | None = None
    """The day on which the next quarter is shown; None before the first counter."""


def read(session: Session, *, today: date) -> Figures:
    """Return what is published on `today`, for whoever asks."""
    opened = session.scalar(select(func.min(Counter.week)))
    counted: dict[tuple[str, str], Tally[Quarter]] = {}
    services = {service for service, _ in FIGURES.values()} | {given.WAITING}
    rows = select(Counter.service, Counter.event, Counter.week, Counter.count).where(Counter.service.in_(services))
    for service, event, week, count in session.execute(rows):
        counted.setdefault((service, event), Tally())[Quarter.of(week)] += count
    quarters, more_on = whole_quarters(opened, today)
    made = publish(
        quarters,
        {name: counted.get(source, {}) for name, source in FIGURES.items()},
        {name: counted.get((given.WAITING, name), {}) for name in given.CLASSES},
    )
    return replace(made, more_on=more_on)


def whole_quarters(opened: date | None, today: date) -> tuple[tuple[Quarter, ...], date | None]:
    """Return the quarters that are shown on `today`, and from which day on there is one more (1).

    `opened` is the Monday of the first week in which anything was counted.
    """
    if opened is None:
        return (), None
    quarter = Quarter.of(opened)
    if opened > quarter.first_week:
        quarter = quarter.next
    whole = []
    while quarter.next.first_week + SETTLING <= today:
        whole.append(quarter)
        quarter = quarter.next
    return tuple(whole), quarter.next.first_week + SETTLING


def publish(
    quarters: Sequence[Quarter],
    counted: Mapping[str, Mapping[Quarter, int]],
    waited: Mapping[str, Mapping[Quarter, int]],
) -> Figures:
    """Return what is shown of the true numbers `counted` (by figure) and `waited` (by class)."""
    years = [year for year, of_it in groupby(quarters, key=lambda quarter: quarter.year) if len(list(of_it)) == 4]
    cells = {name: {quarter: shown(true.get(quarter, 0)) for quarter in quarters} for name, true in counted.items()}
    return Figures(
        quarters=tuple(quarters),
        years=tuple(years),
        cells=cells,
        totals={
            name: {year: total([true.get(Quarter(year, number), 0) for number in (1, 2, 3, 4)]) for year in years}
            for name, true in counted.items()
        },
        waiting={
            quarter: parts({name: true.get(quarter, 0) for name, true in waited.items()})
            if sum(cells[name][quarter] or 0 for name in KINDS) >= ENOUGH
            else None
            for quarter in quarters
        },
    )


def shown(count: int) -> int | None:
    """Return the number that stands in a cell, or None (2)."""
    return count if count >= LEAST else None


def total(counts: Sequence[int]) -> int | None:
    """Return the total of the four quarters `counts`, or None where it is left out (3)."""
    missing = [count for count in counts if shown(count) is None]
    if missing and (len(missing) < 3 or not LEAST - 1 <= sum(missing) <= (LEAST - 1) * (len(missing) - 1)):
        return None
    return shown(sum(counts))


def parts(counts: Mapping[str, int]) -> dict[str, Part]:
    """Return which part of all the people in `counts` each class is (5)."""
    everybody = sum(counts.values())
    return {name: part(count, everybody) for name, count in counts.items()}


def part(count: int, everybody: int) -> Part:
    """Return which part `count` of `everybody` is."""
    if 10 * count > 9 * everybody:
        return Part.NEARLY_ALL
    if 2 * count > everybody:
        return Part.MOST
    return Part.SOME if 10 * count > everybody else Part.FEW
