"""The register of attesting organisations: whose letters count, for what, and for how long after their date.

1. The administrator adds an organisation, closes it and opens it again; the audit log has a line of each.
2. A letter counts on the day it is shown if the organisation is in the register on that day, may attest this, and the
   letter is no older than agreed. Its date is compared and kept nowhere.
3. Nothing connects an organisation with a person, but the words "c/o" and its name on a card whose holder wants them.
"""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.core.errors import CitycardError
from citycard.core.number import Chance
from citycard.core.text import tidy
from citycard.operations import audit
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.printing.coverage import check_drawable
from citycard.printing.words import CARE_OF
from citycard.store.organisations import Attests, Organisation

LONGEST_NAME = 80
"""Letters: with "c/o" two lines of the back of a card."""

USUAL_DAYS = 14
"""How long New York takes letters of its care-of organisations."""

MOST_DAYS = 365
"""A letter of last year says where somebody was."""


class LetterTooOld(OperationRefused):
    """The letter is older than this organisation's letters may be; both figures are in `age` and `limit`."""

    code = "letter-old"

    def __init__(self, *, age: int, limit: int) -> None:
        super().__init__(f"The letter is {age} days old; letters of this organisation count for {limit} days.")
        self.age, self.limit = age, limit


def add(
    session: Session,
    *,
    name: str,
    attests: Collection[Attests],
    letter_days: int,
    first_day: date,
    last_day: date | None,
    by: str,
    day: date,
    chance: Chance,
) -> Organisation:
    """Add an organisation (1); raise `OperationRefused` for what cannot stand on a card or makes no sense."""
    try:
        name = check_drawable(tidy(name, at_most=LONGEST_NAME), field="name")
    except CitycardError as error:
        raise OperationRefused("This name cannot stand on a card.", code=error.code) from None
    if not name:
        raise OperationRefused("An organisation has a name.", code="organisation-name")
    if session.scalars(select(Organisation.id).where(Organisation.name == name)).first() is not None:
        raise OperationRefused("An organisation of this name is in the register.", code="organisation-taken")
    if not attests:
        raise OperationRefused("An organisation attests something.", code="organisation-attests")
    if not 1 <= letter_days <= MOST_DAYS:
        raise OperationRefused("Letters count between a day and a year.", code="organisation-days")
    if last_day is not None and last_day < first_day:
        raise OperationRefused("The last day comes after the first.", code="organisation-order")
    row = Organisation(
        name=name,
        attests=",".join(kind for kind in Attests if kind in attests),
        letter_days=letter_days,
        first_day=first_day,
        last_day=last_day,
        active=True,
    )
    session.add(row)
    session.flush()
    audit.record(session, audit.Act.ORGANISATION_ADDED, by=by, day=day, chance=chance)
    return row


def set_active(session: Session, row: Organisation, active: bool, *, by: str, day: date, chance: Chance) -> None:
    """Close an organisation at once, or open it again (1)."""
    if row.active == active:
        return  # pressed twice
    row.active = active
    act = audit.Act.ORGANISATION_REOPENED if active else audit.Act.ORGANISATION_CLOSED
    audit.record(session, act, by=by, day=day, chance=chance)


def everyone(session: Session) -> list[Organisation]:
    """Return all that are in the register, closed ones too, by name."""
    return sorted(session.scalars(select(Organisation)), key=lambda row: row.name.casefold())


def find(session: Session, organisation_id: int) -> Organisation:
    """Return an organisation, closed or not."""
    row = session.get(Organisation, organisation_id)
    if row is None:
        raise NotFound("There is no such organisation.", code="no-organisation")
    return row


def that_attest(session: Session, kind: Attests, *, day: date) -> list[Organisation]:
    """Return the organisations whose letters count for this on a day (2), by name."""
    return [row for row in everyone(session) if row.counts_on(day) and kind in row.attests_set]


def check_letter(organisation: Organisation, written_on: date, *, kind: Attests, day: date) -> None:
    """Return if a letter counts (2); raise `OperationRefused` if not."""
    if not organisation.counts_on(day) or kind not in organisation.attests_set:
        raise OperationRefused("This organisation does not attest this.", code="organisation-not-for-this")
    if written_on > day:
        raise OperationRefused("The letter is dated in the future.", code="letter-future")
    age = (day - written_on).days
    if age > organisation.letter_days:
        raise LetterTooOld(age=age, limit=organisation.letter_days)


def care_of(organisation: Organisation) -> str:
    """Return what stands on the card (3)."""
    return f"{CARE_OF}{organisation.name}"
