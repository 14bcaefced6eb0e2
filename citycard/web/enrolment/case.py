"""One enrolment, opened for a page: its row, its file, the desk it lies on; and where it is on its way.

1. A ticket whose time ran out is not found, even in the minute before it is swept.
2. The screens may be changed until the card is issued; after that the way leads to the finish.
3. `show` draws a page of the enrolment with what all of them have: ticket, step, clock, the card as it grows.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import g, render_template, url_for
from flask_babel import force_locale, gettext

from citycard.operations import clocks, enrol, validity
from citycard.operations.enrol import Desk
from citycard.operations.enrolment_file import EnrolmentFile
from citycard.operations.refusals import NotFound
from citycard.store.cards import Card
from citycard.store.enrolments import Enrolment, EnrolmentState
from citycard.store.staff import Role, Staff
from citycard.web import access, database, workplace
from citycard.web.enrolment import interpreters
from citycard.web.enrolment.preview import Preview, preview_of

STEPS = ("identity", "evidence", "card", "check", "approve", "finish")
"""The pages of an enrolment in their order; each is the endpoint of its own name."""

SCREENS = ("identity", "companion", "evidence", "card")
"""Where answers are given, in their order. Who comes along is asked of young people alone, and belongs to identity."""

_SCREEN_OF = {
    "identity_checked": "evidence",
    "residence_checked": "evidence",
    "birth_date_seen": "evidence",
    "portrait_in_code": "card",
    "companion": "companion",
}
"""Where a missing answer is given, when not on the first screen."""


@dataclass(frozen=True)
class Case:
    """An open enrolment on a desk."""

    enrolment: Enrolment
    file: EnrolmentFile
    desk: Desk

    @property
    def ticket(self) -> str:
        """What it is called."""
        return self.enrolment.ticket

    @property
    def state(self) -> EnrolmentState:
        """Where it stands."""
        return EnrolmentState(self.enrolment.state)

    @property
    def editable(self) -> bool:
        """Whether its screens may still be changed (2)."""
        return self.state in enrol.EDITABLE

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields that still need an answer."""
        return enrol.what_is_missing(self.enrolment, self.file, self.desk.office)

    @property
    def young(self) -> bool:
        """Whether somebody has to come along."""
        return validity.needs_company(self.enrolment, self.file, self.desk.office.settings)

    def saved(self, **values: Any) -> "Case":
        """Save other values and return the case with them."""
        file = self.file.changed(**values)
        enrol.save(database.session(), self.desk, self.enrolment, file)
        return replace(self, file=file)


def open_case(ticket: str) -> Case:
    """Open the enrolment with `ticket`, or raise `NotFound`."""
    desk = workplace.desk()
    enrolment = enrol.find(database.session(), ticket)
    # (1)
    if enrolment.deadline <= desk.now:
        raise NotFound("There is no open enrolment with this ticket.", code="no-enrolment")
    return Case(enrolment, enrol.read(enrolment, desk), desk)


def address(step: str, case: Case) -> str:
    """The address of a page of this enrolment."""
    return url_for(f"enrolment.{step}", ticket=case.ticket)


def screen_of(field: str) -> str:
    """The screen on which a field is filled in."""
    return _SCREEN_OF.get(field, "identity")


def next_step(case: Case, by: Staff) -> str:
    """The page on which this enrolment goes on for this person."""
    match case.state:
        case EnrolmentState.DRAFT | EnrolmentState.ON_HOLD if Role.CLERK in by.role_set:
            screens = {screen_of(field) for field in case.missing}
            return next((screen for screen in SCREENS if screen in screens), "check")
        case EnrolmentState.AWAITING_APPROVAL if Role.SUPERVISOR in by.role_set:
            return "approve"
        case EnrolmentState.APPROVED | EnrolmentState.ISSUED | EnrolmentState.PRINTED if Role.CLERK in by.role_set:
            return "finish"
        case _:
            return "approve" if Role.SUPERVISOR in by.role_set else "check"


def show(template: str, case: Case, step: str, *, status: int = 200, **values: Any) -> tuple[str, int]:
    """Draw a page of the enrolment (3)."""
    page = render_template(
        f"enrolment/{template}.html",
        case=case,
        ticket=case.ticket,
        step=step,
        steps_to_show=_steps(case),
        clock=Clock.of(case),
        preview=preview(case),
        interpreter=interpreters.name_of(case.file.interpreter),
        **values,
    )
    return page, status


def preview(case: Case) -> Preview:
    """The card as it will look."""
    desk = case.desk
    number = case.enrolment.card_number or ""
    card = database.session().get(Card, number) if number else None
    return preview_of(
        case.file,
        desk.office,
        today=desk.office.settings.today(desk.now),
        opened_on=case.enrolment.opened_on,
        translate=in_language,
        number=number,
        days=(card.issued_on, card.expires_on) if card else None,
    )


def in_language(sentence: str, language: str) -> str:
    """`sentence` in a language; what the printing office asks for its words with."""
    with force_locale(language):
        return str(gettext(sentence))


@dataclass(frozen=True)
class Clock:
    """When the state of an enrolment ends, and whether that is soon."""

    deadline: datetime
    now: datetime
    draft: bool
    soon: bool

    @classmethod
    def of(cls, case: Case) -> "Clock":
        """The clock of a case."""
        draft = case.state is EnrolmentState.DRAFT
        left = case.enrolment.deadline - case.desk.now
        return cls(case.enrolment.deadline, case.desk.now, draft, soon=draft and left <= clocks.DRAFT_WARNING)


def _steps(case: Case) -> list[tuple[str, str | None]]:
    """Name and address of each step; those that cannot be opened now have no address."""
    names = {
        "identity": gettext("Identity"),
        "evidence": gettext("Evidence"),
        "card": gettext("Card"),
        "check": gettext("Check"),
        "approve": gettext("Approval"),
        "finish": gettext("Finish"),
    }
    roles = g.who.roles if "who" in g else frozenset()
    open_now = {step for step in STEPS[:4] if case.editable and access.may_open(f"enrolment.{step}", roles)}
    return [(names[step], address(step, case) if step in open_now else None) for step in STEPS]
