"""How long each state of an enrolment may last. When its clock runs out the file is forgotten, by `retention`.

1. Draft: 30 minutes after the last change; the page warns 5 minutes before.
2. On hold: until the counter closes (`closing_time`), or until midnight of the same day in the city where it says no
   time, and for what is put on hold by somebody who stayed later.
3. Awaiting approval, and approved: 2 whole working days (Monday to Friday) after today. Holidays are not known here: a
   town hall that is closed for one loses the file and enrols again, which errs on the side of forgetting.
4. Issued and waiting for its holder, printed or not: `pickup_days`; then the card is void and the file forgotten.
5. Whatever its states, no file lives longer than `pickup_days` and `ROUNDS` after the day it was opened: otherwise
   sending a file back and forth would keep it for ever.
"""

from datetime import date, datetime, time, timedelta

from citycard.settings import Settings
from citycard.store.enrolments import EnrolmentState

DRAFT = timedelta(minutes=30)
"""Long enough for an interpreter to be fetched, short enough that a clerk who left leaves nothing behind."""

DRAFT_WARNING = timedelta(minutes=5)


ROUNDS = 7
"""Days: a file that was sent back once, over a weekend, still reaches its whole time of pick-up."""


def deadline(state: EnrolmentState, *, now: datetime, settings: Settings, opened_on: date) -> datetime:
    """Return when the clock of `state`, entered or renewed at `now`, runs out for a file opened on `opened_on`."""
    # (5)
    last = datetime.combine(opened_on + timedelta(days=settings.pickup_days + ROUNDS + 1), time.min, settings.zone)
    return min(_of_state(state, now=now, settings=settings), last)


def _of_state(state: EnrolmentState, *, now: datetime, settings: Settings) -> datetime:
    today = settings.today(now)
    match state:
        case EnrolmentState.DRAFT:
            return now + DRAFT
        case EnrolmentState.ON_HOLD:
            if (closing := closing_today(now, settings)) is not None:
                return closing
            days = 1
        case EnrolmentState.AWAITING_APPROVAL | EnrolmentState.APPROVED:
            days = _after_working_days(today, 2)
        case _:
            days = settings.pickup_days + 1
    return datetime.combine(today + timedelta(days=days), time.min, settings.zone)


def closing_today(now: datetime, settings: Settings) -> datetime | None:
    """Return when the counter closes today; None where the city says no time, and after closing."""
    if settings.closes_at is None:
        return None
    closing = datetime.combine(settings.today(now), settings.closes_at, settings.zone)
    return closing if now < closing else None


def _after_working_days(today: date, count: int) -> int:
    """Return how many days after `today` the morning after `count` whole working days is."""
    days = 0
    while count:
        days += 1
        count -= (today + timedelta(days=days)).weekday() < 5
    return days + 1
