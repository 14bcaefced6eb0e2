"""The day view: what is open, by ticket and state and clock, and nothing of anybody. Also opening, finding, going back.

Whoever opens an enrolment sends a random token that came with the page, so that pressing twice opens one.

A clerk sees how many cards she has issued today, of how many; nobody sees anybody else's. With a script the lists are
fetched anew every half minute (`static/js/day.js`); that a page looks by itself keeps no screen from locking.
"""

import re
import secrets
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time, format_timedelta
from flask_babel import gettext as _
from sqlalchemy import select

from citycard.core.errors import CitycardError
from citycard.operations import enrol, hand_over
from citycard.operations.clocks import DRAFT_WARNING, closing_today
from citycard.operations.enrol import Desk
from citycard.operations.issue import issued_today
from citycard.operations.refusals import NotFound
from citycard.store.enrolments import Enrolment, EnrolmentState
from citycard.store.staff import Role, Staff
from citycard.web import database, workplace
from citycard.web.access import confirmed, open_to
from citycard.web.enrolment import interpreters
from citycard.web.enrolment.blueprint import bp
from citycard.web.enrolment.case import address, next_step, open_case, show

_TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)


def is_token(text: str) -> bool:
    """Whether this is a token as our pages carry it."""
    return _TOKEN.fullmatch(text) is not None


@dataclass(frozen=True)
class Line:
    """One open enrolment, as the day view shows it."""

    ticket: str
    state: EnrolmentState
    whose: str
    left: str
    """How long until it is forgotten, in words."""
    soon: bool
    own: bool
    page: str
    interpreter: str
    """Into which language somebody has to interpret, in words."""


@bp.get("/")
@open_to(Role.CLERK, Role.SUPERVISOR)
def day(by: Staff) -> ResponseReturnValue:
    """What is open."""
    return _day(by)


@bp.post("/")
@open_to(Role.CLERK)
def open_one(by: Staff) -> ResponseReturnValue:
    """Open an enrolment, or the one that this very button opened a moment ago."""
    token = request.form.get("request_token", "")
    if not is_token(token):
        token = secrets.token_hex(16)
    enrolment = enrol.open_enrolment(database.session(), workplace.desk(), by=by, request_token=token)
    return redirect(url_for(".identity", ticket=enrolment.ticket), 303)


@bp.post("/find")
@open_to(Role.CLERK, Role.SUPERVISOR)
def find(by: Staff) -> ResponseReturnValue:
    """From a ticket somebody holds in her hand to its page."""
    typed = request.form.get("ticket_to_find", "").strip()
    try:
        case = open_case(typed)
    except NotFound:
        return _day(by, not_found=True, typed=typed[:16])
    return redirect(address(next_step(case, by), case), 303)


@bp.get("/<ticket>/")
@open_to(Role.CLERK, Role.SUPERVISOR)
def go_on(by: Staff, ticket: str) -> ResponseReturnValue:
    """To the page on which this enrolment goes on."""
    case = open_case(ticket)
    return redirect(address(next_step(case, by), case), 303)


@bp.post("/<ticket>/resume")
@open_to(Role.CLERK)
def resume(by: Staff, ticket: str) -> ResponseReturnValue:
    """Take up again what was on hold."""
    case = open_case(ticket)
    enrol.resume(database.session(), case.desk, case.enrolment)
    return redirect(address(next_step(case, by), case), 303)


@bp.post("/<ticket>/extend")
@open_to(Role.CLERK)
def extend(by: Staff, ticket: str) -> ResponseReturnValue:
    """Give a draft its full time again; asked by the page while somebody works on it."""
    case = open_case(ticket)
    if case.state is EnrolmentState.DRAFT:
        case.saved()
    return {"now": case.desk.now.isoformat(), "deadline": case.enrolment.deadline.isoformat()}


@bp.get("/<ticket>/abandon")
@open_to(Role.CLERK)
def abandon(by: Staff, ticket: str) -> ResponseReturnValue:
    """Say what forgetting would do, before it is done."""
    case = open_case(ticket)
    return show("abandon", case, "", back=address(next_step(case, by), case))


def _ends_a_card(ticket: str) -> bool:
    """Whether forgetting this enrolment would make a card void: then it is an act like ending one."""
    try:
        return enrol.find(database.session(), ticket).card_number is not None
    except NotFound:
        return False  # there is nothing to abandon, as its view will say


@bp.post("/<ticket>/abandon")
@open_to(Role.CLERK)
@confirmed(back="enrolment.abandon", when=_ends_a_card)
def abandon_now(by: Staff, ticket: str) -> ResponseReturnValue:
    """Forget it. A card that was already signed becomes void."""
    case = open_case(ticket)
    hand_over.abandon(database.session(), case.desk, case.enrolment, by=by.name)
    flash(_("That enrolment is forgotten."), "done")
    return redirect(url_for(".day"), 303)


def _day(by: Staff, *, not_found: bool = False, typed: str = "") -> ResponseReturnValue:
    desk = workplace.desk()
    now, session, clerk = desk.now, database.session(), Role.CLERK in by.role_set
    rows = [row for row in enrol.open_enrolments(session) if row.deadline > now]
    names = _names(rows)
    lines = [
        Line(
            ticket=row.ticket,
            state=EnrolmentState(row.state),
            whose=names.get(row.enrolled_by, ""),
            left=str(format_timedelta(row.deadline - now, granularity="minute", threshold=1.5)),
            soon=row.deadline - now <= DRAFT_WARNING,
            own=row.enrolled_by == by.id,
            page=url_for(".go_on", ticket=row.ticket),
            interpreter=_interpreter(row, desk),
        )
        for row in rows
    ]
    page = render_template(
        "enrolment/day.html",
        groups=_groups(lines),
        now=now,
        issued=issued_today(session, desk, by=by) if clerk else 0,
        limit=desk.office.settings.cards_per_clerk_per_day,
        clerk=clerk,
        supervisor=Role.SUPERVISOR in by.role_set,
        request_token=secrets.token_hex(16),
        not_found=not_found,
        typed=typed,
    )
    return page, 404 if not_found else 200


def _interpreter(row: Enrolment, desk: Desk) -> str:
    """The one thing that is looked up in the sealed files for this page: a column would still say it to a thief."""
    try:
        return interpreters.name_of(enrol.read(row, desk).interpreter)
    except CitycardError:
        return ""  # forgotten in this very moment, or damaged: its own page says so


def _groups(lines: list[Line]) -> list[tuple[str, str, list[Line]]]:
    """Id, title and lines of each group that is not empty, in the order in which work goes on."""
    state = EnrolmentState
    groups = [
        ("waiting", _("Waiting for approval"), (state.AWAITING_APPROVAL,)),
        ("issue", _("Approved, to issue"), (state.APPROVED,)),
        ("out", _("To print and hand over"), (state.ISSUED, state.PRINTED)),
        ("drafts", _("In progress"), (state.DRAFT,)),
        ("hold", _on_hold(), (state.ON_HOLD,)),
    ]
    sorted_out = [(key, title, [line for line in lines if line.state in states]) for key, title, states in groups]
    return [group for group in sorted_out if group[2]]


def _on_hold() -> str:
    """Until when, in the title: each line says how long that is."""
    closing = closing_today(workplace.now(), workplace.settings())
    if closing is None:
        return str(_("On hold until the end of the day"))
    return str(_("On hold until we close at %(time)s", time=format_time(closing, "short")))


def _names(rows: list[Enrolment]) -> dict[int, str]:
    wanted = {row.enrolled_by for row in rows}
    people = database.session().scalars(select(Staff).where(Staff.id.in_(wanted)))
    return {person.id: person.name for person in people}
