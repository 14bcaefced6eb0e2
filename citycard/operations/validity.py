"""What follows from an age: how long a card is good, and whether somebody comes along.

1. The age is that on the day the enrolment was opened. It stays the same until the card is in its holder's hand, so
   that no birthday voids an approval.
2. Of a year alone two ages are possible. Each question is decided for the holder: the longer card, no company.
3. Where no date is known nothing follows: the card is good for the usual time, and nobody has to come along.
4. What the holder says counts. An age is nothing that is proved here, and nothing says whether somebody doubts it.
"""

from datetime import date

from citycard.core.ages import possible_ages
from citycard.operations.enrolment_file import EnrolmentFile, last_day
from citycard.settings import Settings
from citycard.store.enrolments import Enrolment


def is_young(born: str, settings: Settings, *, on: date) -> bool:
    """Whether somebody is certainly below the city's age of majority."""
    ages = possible_ages(born, on)
    return bool(ages) and max(ages) < settings.age_of_majority


def years_valid(born: str, settings: Settings, *, on: date) -> int:
    """Return for how many years a card is good."""
    steps = sorted((int(age), years) for age, years in settings.validity_by_age.items())
    ages = possible_ages(born, on)
    # (3)
    if not ages:
        return settings.validity_years
    return max(next((years for up_to, years in steps if age <= up_to), settings.validity_years) for age in ages)


def years_of(enrolment: Enrolment, file: EnrolmentFile, settings: Settings) -> int:
    """Return for how many years the card of this enrolment is good (1)."""
    return years_valid(file.date_of_birth, settings, on=enrolment.opened_on)


def last_day_of(enrolment: Enrolment, file: EnrolmentFile, settings: Settings, *, issued_on: date) -> date:
    """Return the last day of this enrolment's card, were it issued on a day."""
    return last_day(issued_on, years=years_of(enrolment, file, settings))


def needs_company(enrolment: Enrolment, file: EnrolmentFile, settings: Settings) -> bool:
    """Whether somebody has to come along."""
    return is_young(file.date_of_birth, settings, on=enrolment.opened_on)
