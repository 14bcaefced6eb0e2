"""Whether a card opens a service: decided from what the service needs, and from nothing else.

The card was found good before (`core.verify`). The first of these that says no decides:

1. The service is there: it has begun and is not over; an event is on one of its days.
2. A card of another city opens what is for visitors; where that is by agreement, what was agreed.
3. The age fits. Of a year alone two ages are possible, and one that fits is enough.

Then it is open. What people of some ages get is looked up in the order of the file, which begins with what is best for
the holder: the first group that one of the possible ages is in.

4. Where an age is needed and the card says none, the answer is still yes, with a question for the desk to ask. What is
   answered there is believed and kept nowhere.

The answer holds what the service is told and no more: no date of birth, and whether the card is of this city only where
the service needs it.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from citycard.core.ages import possible_ages
from citycard.services.service import Ages, Band, Need, Service, Visitors


class Reason(StrEnum):
    """Why; stable, for programmes and translators."""

    OPENS = "opens"
    ASK_AGE = "ask-age"
    NOT_YET = "not-yet"
    OVER = "over"
    NOT_TODAY = "not-today"
    RESIDENTS_ONLY = "residents-only"
    NO_AGREEMENT = "no-agreement"
    TOO_YOUNG = "too-young"
    TOO_OLD = "too-old"


@dataclass(frozen=True, repr=False)
class ShownCard:
    """What of a good card may decide. No `repr`: a birth date is in no log."""

    of_this_city: bool
    born: str | None = None
    """YYYYMMDD or YYYY; None where the card does not say, as a light code never does."""


@dataclass(frozen=True)
class Decision:
    """The answer, and what the service is told with it."""

    opens: bool
    reason: Reason
    resident: bool | None = None
    """None where the service does not need it."""
    band: Band | None = None

    @property
    def asks(self) -> bool:
        """Whether the desk has something to ask first."""
        return self.reason is Reason.ASK_AGE


def decide(service: Service, card: ShownCard, today: date, *, agreed: bool = False) -> Decision:
    """Return whether `card` opens `service` on `today`, the city's day.

    `agreed`: whether the card's city and ours agreed on this service; it counts only for a visitor.
    """
    # (1)
    if (reason := _when(service, today)) is not None:
        return Decision(False, reason)
    # (2)
    resident = card.of_this_city if Need.RESIDENT in service.needs else None
    if not card.of_this_city:
        if service.visitors is Visitors.NO:
            return Decision(False, Reason.RESIDENTS_ONLY, resident)
        if service.visitors is Visitors.BY_AGREEMENT and not agreed:
            return Decision(False, Reason.NO_AGREEMENT, resident)
    if service.ages is None and not service.bands:
        return Decision(True, Reason.OPENS, resident)
    ages = possible_ages(card.born or "", today)
    # (4)
    if not ages:
        return Decision(True, Reason.ASK_AGE, resident)
    # (3)
    if service.ages is not None and not _fits(ages, service.ages):
        too_young = service.ages.lowest is not None and max(ages) < service.ages.lowest
        return Decision(False, Reason.TOO_YOUNG if too_young else Reason.TOO_OLD, resident)
    return Decision(
        True, Reason.OPENS, resident, next((band for band in service.bands if _fits(ages, band.ages)), None)
    )


def _fits(possible: tuple[int, ...], ages: Ages) -> bool:
    return any(age in ages for age in possible)


def _when(service: Service, today: date) -> Reason | None:
    if service.is_over(today):
        return Reason.OVER
    if service.first_day is not None and today < service.first_day:
        return Reason.NOT_YET
    if service.is_event and not any(one.first_day <= today <= one.last_day for one in service.occasions):
        return Reason.NOT_YET if today < service.occasions[0].first_day else Reason.NOT_TODAY
    return None
