"""Days as people write them: a day, a month, a year; of a date of birth also the year alone.

1. Digits of every script are digits: a clerk with an Arabic keyboard types ١٩٨٧. Nothing else counts as one.
2. A year has four digits: whether 19 or 20 was meant by "45" is not ours to guess.
3. The day is in the calendar; of a birth also not in the future, and not longer ago than anybody alive was born.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from citycard.core.errors import CitycardError
from citycard.core.text import plain_digits
from citycard.web.pages import PageForm

OLDEST = 125
"""Years. The oldest person known lived 122 of them."""

KINDS = ("full", "year", "unknown")
"""What can be known of a date of birth."""


class DateRefused(CitycardError):
    """What was typed is no day, or none on which somebody was born; `part` is the field to mend."""

    code = "birth-not-a-day"

    def __init__(self, sentence: str, *, code: str, part: str = "day") -> None:
        super().__init__(sentence, code=code)
        self.part = part


def read_birth(day: str, month: str, year: str, *, known: str, today: date) -> str:
    """Return `YYYYMMDD`, `YYYY`, or nothing when it is not known; raise `DateRefused`."""
    if known not in ("full", "year"):
        return ""
    # (2)
    digits = _digits(year)
    if len(digits) != 4:
        raise DateRefused("The year has four digits.", code="birth-year-missing", part="year")
    if known == "year":
        _check_year(int(digits), today)
        return digits
    if not _digits(day) or not _digits(month):
        part = "month" if _digits(day) else "day"
        raise DateRefused("Day and month are missing.", code="birth-missing", part=part)
    # (3)
    try:
        born = date(int(digits), int(_digits(month)), int(_digits(day)))
    except ValueError:
        raise DateRefused("There is no such day.", code="birth-not-a-day") from None
    _check_year(born.year, today)
    if born > today:
        raise DateRefused("The day is in the future.", code="birth-future", part="year")
    return f"{born.year:04}{born.month:02}{born.day:02}"


def read_day(day: str, month: str, year: str) -> date:
    """Return a day such as that of a letter; raise `DateRefused`."""
    if not _digits(day) or not _digits(month):
        raise DateRefused("Day and month are missing.", code="date-missing", part="month" if _digits(day) else "day")
    # (2)
    if len(_digits(year)) != 4:
        raise DateRefused("The year has four digits.", code="date-year-missing", part="year")
    # (3)
    try:
        return date(int(_digits(year)), int(_digits(month)), int(_digits(day)))
    except ValueError:
        raise DateRefused("There is no such day.", code="birth-not-a-day") from None


def day_in(form: PageForm, which: str, *, say: Callable[[DateRefused], Any], optional: bool = False) -> date | None:
    """Return the day in the three fields of `form` that begin with `which`; None after saying what is wrong with it."""
    day, month, year = (str(form[f"{which}_{part}"].data or "").strip() for part in ("day", "month", "year"))
    if optional and not (day or month or year):
        return None
    try:
        return read_day(day, month, year)
    except DateRefused as error:
        form.refuse(f"{which}_{error.part}", say(error))
        return None


def what_is_known(day: str, month: str, year: str, chosen: str) -> str:
    """What the clerk chose; or, where she went on without choosing, a whole date speaks for itself."""
    if chosen in KINDS:
        return chosen
    return "full" if _digits(day) and _digits(month) and _digits(year) else ""


def parts(text: str) -> tuple[str, str, str]:
    """Day, month and year of what is held, for the fields."""
    if len(text) == 8:
        return text[6:].lstrip("0"), text[4:6].lstrip("0"), text[:4]
    return "", "", text


def _check_year(year: int, today: date) -> None:
    if year > today.year:
        raise DateRefused("The year is in the future.", code="birth-future", part="year")
    if year < today.year - OLDEST:
        raise DateRefused("The year is too long ago.", code="birth-early", part="year")


def _digits(text: str) -> str:
    """`text` in ASCII digits; nothing when it is anything else (1)."""
    typed = text.strip()
    if len(typed) > 4:
        return ""
    plain = plain_digits(typed)
    return plain if plain.isascii() and plain.isdigit() else ""
