"""Agreements: which of our services the cards of a partner city open, from when to when, by how old a list.

1. Only a recognised city has any. Its state is asked at every check, so what is agreed with a city that is suspended
   opens nothing from the next check on, and opens again when the city is resumed. What was agreed with a city whose
   recognition ends is gone (`recognise.move`).
2. Only services that take visitors by agreement are agreed on. What takes every visitor, or none, says so in the
   register of services, and an agreement changes nothing about it. Nobody agrees on lists so young that they could not
   have reached our tablets (`least_hours`); what was agreed so before that was refused stays, and stays readable.
3. `agree` gives terms to the services that it names, new ones or others than before; the rest stays as it was. What is
   suspended gets its terms and stays suspended: somebody closed it for a reason, and other days are none to open it.
4. `suspend` closes one service for now, whatever its days say, and keeps its terms; `resume` opens it again. Both are
   in force at the next check.
5. `end` ends one or all of a city's in one act, in force at the next check. Nothing of them is kept.
6. Desks that work without network follow with the next bundle that they fetch.

What a partner's own desks open to our cards is that city's decision, and stands in its register.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.core.verify import RED
from citycard.operations import audit, recognise, sync
from citycard.operations.enrol import Desk
from citycard.operations.refusals import OperationRefused
from citycard.operations.status_lists import RESIGN_AFTER
from citycard.services.service import Service, Visitors
from citycard.settings import Settings
from citycard.store.partners import Agreement, Partner, PartnerState
from citycard.store.staff import Staff

MOST_HOURS = int(RED / timedelta(hours=1))
"""From then on a list decides nothing for any card; an agreement can only be stricter."""

TABLETS_ASK = timedelta(minutes=15)
"""How often a tablet fetches the lists from us (static/js/desk/sync.js)."""


def least_hours(settings: Settings) -> int:
    """Return by how old a list may be agreed at least, in whole hours.

    A list on a tablet grows as old as this before the next one is there: the other city signs anew after
    `RESIGN_AFTER`; we ask at our turn, as late as chance lets it be; one turn may fail, and the pause after it is twice
    as long; then the tablet asks us. With less than that, tablets would refuse every visitor for minutes of each hour.
    """
    our_turn = timedelta(minutes=settings.sync_minutes) * sync.LATEST
    oldest = RESIGN_AFTER + our_turn + 2 * our_turn + TABLETS_ASK
    return math.ceil(oldest / timedelta(hours=1))


@dataclass(frozen=True)
class Terms:
    """From when to when, and by how old a list."""

    first_day: date
    last_day: date | None = None
    list_hours: int | None = None

    def counts_on(self, day: date) -> bool:
        """Whether they are in force on a day."""
        return self.first_day <= day and not self.is_over(day)

    def is_over(self, day: date) -> bool:
        """Whether their last day has passed."""
        return self.last_day is not None and self.last_day < day


def agree(
    session: Session, desk: Desk, partner: Partner, *, services: Collection[Service], terms: Terms, by: Staff
) -> None:
    """Give these terms to the services (3); raise `OperationRefused` for what cannot be agreed on."""
    recognise.demand_role(by)
    check(services, terms, settings=desk.office.settings, today=desk.office.settings.today(desk.now))
    session.refresh(partner, with_for_update=True)
    # (1)
    if partner.state != PartnerState.RECOGNISED:
        raise OperationRefused("Only a city that is recognised has agreements.", code="agreement-recognised")
    for service in services:
        row = session.get(Agreement, (partner.id, service.id))
        if row is None:
            row = Agreement(partner_id=partner.id, service=service.id, suspended=False)
            session.add(row)
        row.first_day, row.last_day, row.list_hours = terms.first_day, terms.last_day, terms.list_hours
    session.flush()
    _log(session, desk, audit.Act.SERVICES_AGREED, by)


def check(services: Collection[Service], terms: Terms, *, settings: Settings, today: date) -> None:
    """Return if this can be agreed on; raise `OperationRefused` if not."""
    if not services:
        raise OperationRefused("An agreement is about a service at least.", code="agreement-services")
    # (2)
    if any(not can_be_agreed(service, today) for service in services):
        raise OperationRefused("This service takes no visitors by agreement.", code="agreement-service")
    if terms.last_day is not None and terms.last_day < terms.first_day:
        raise OperationRefused("The last day comes after the first.", code="agreement-order")
    if terms.is_over(today):
        raise OperationRefused("The last day has passed.", code="agreement-past")
    if terms.list_hours is not None and terms.list_hours > MOST_HOURS:
        raise OperationRefused(f"A list may be at most {MOST_HOURS} hours old.", code="agreement-hours")
    if terms.list_hours is not None and terms.list_hours < (least := least_hours(settings)):
        raise OperationRefused(
            f"A list may be {least} hours old at least: it takes so long until the next one is on our tablets.",
            code="agreement-hours-few",
        )


def can_be_agreed(service: Service, today: date) -> bool:
    """Whether a service is one to agree on (2)."""
    return service.visitors is Visitors.BY_AGREEMENT and not service.is_over(today)


def suspend(session: Session, desk: Desk, partner: Partner, *, service: str, by: Staff) -> None:
    """Close a service for now to the city's cards (4)."""
    _set_suspended(session, desk, partner, service, suspended=True, by=by)


def resume(session: Session, desk: Desk, partner: Partner, *, service: str, by: Staff) -> None:
    """Open it again on the terms it has (4)."""
    _set_suspended(session, desk, partner, service, suspended=False, by=by)


def _set_suspended(session: Session, desk: Desk, partner: Partner, service: str, *, suspended: bool, by: Staff) -> None:
    recognise.demand_role(by)
    row = session.get(Agreement, (partner.id, service), with_for_update=True, populate_existing=True)
    if row is None:
        raise OperationRefused("This is not agreed with the city.", code="agreement-none")
    if row.suspended != suspended:  # pressed twice is once
        row.suspended = suspended
        session.flush()
        _log(session, desk, audit.Act.AGREEMENT_SUSPENDED if suspended else audit.Act.AGREEMENT_RESUMED, by)


def end(session: Session, desk: Desk, partner: Partner, *, by: Staff, service: str | None = None) -> int:
    """End the agreement on `service`, or all of the city's (5), and return how many that were."""
    recognise.demand_role(by)
    session.refresh(partner, with_for_update=True)
    rows = [row for row in of(session, partner) if service in (None, row.service)]
    for row in rows:
        session.delete(row)
    session.flush()
    if rows:  # pressed twice is once
        _log(session, desk, audit.Act.AGREEMENT_ENDED, by)
    return len(rows)


def of(session: Session, partner: Partner) -> list[Agreement]:
    """Return all that is agreed with a city, in force or not."""
    return list(
        session.scalars(select(Agreement).where(Agreement.partner_id == partner.id).order_by(Agreement.service))
    )


def by_issuer(session: Session) -> Mapping[str, Mapping[str, Terms]]:
    """Return the terms of every recognised city's services, whichever day they count on (1), but for those that are
    suspended (4)."""
    query = select(Partner.issuer, Agreement).join(Partner, Partner.id == Agreement.partner_id)
    found: dict[str, dict[str, Terms]] = {}
    for issuer, row in session.execute(query.where(Partner.state == PartnerState.RECOGNISED, ~Agreement.suspended)):
        found.setdefault(issuer, {})[row.service] = terms_of(row)
    return found


def terms_of(row: Agreement) -> Terms:
    """Return the terms in a row."""
    return Terms(row.first_day, row.last_day, row.list_hours)


def _log(session: Session, desk: Desk, act: audit.Act, by: Staff) -> None:
    audit.record(session, act, by=by.name, day=desk.office.settings.today(desk.now), chance=desk.chance)
