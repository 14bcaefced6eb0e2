"""The second person: sees exactly what will be signed, and says yes, or sends it back without a word.

The page carries the digest of what it shows; the operation compares it with the file, so that nobody approves
something other than what she read. Where a referee answers for somebody without papers, the second person has spoken
with both, and says so by a tick.
"""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from citycard.operations import approve as office
from citycard.operations.refusals import OperationRefused
from citycard.store.enrolments import EnrolmentState
from citycard.store.staff import Role, Staff
from citycard.web import database
from citycard.web.access import confirmed, open_to
from citycard.web.enrolment.answers import answers, in_the_code
from citycard.web.enrolment.blueprint import bp
from citycard.web.enrolment.case import Case, open_case, show
from citycard.web.enrolment.views_screens import digest
from citycard.web.languages import only_the_language


@bp.get("/<ticket>/approve")
@open_to(Role.SUPERVISOR)
def approve(by: Staff, ticket: str) -> ResponseReturnValue:
    """What will be on the card and in its code."""
    return _show(open_case(ticket), by)


def _show(case: Case, by: Staff, *, unspoken: bool = False) -> ResponseReturnValue:
    if case.state not in (EnrolmentState.AWAITING_APPROVAL, EnrolmentState.APPROVED):
        # Drafts are the clerk's: nothing of them is shown to anybody who has nothing to decide on them.
        return show("nothing_to_approve", case, "approve")
    settings = case.desk.office.settings
    return show(
        "approve",
        case,
        "approve",
        answers=answers(case.file, settings, opened_on=case.enrolment.opened_on),
        in_code=in_the_code(case.file, settings),
        seen=digest(case),
        own=office.second_person_decides(case.file, settings) and case.enrolment.enrolled_by == by.id,
        unspoken=unspoken,
        status=422 if unspoken else 200,
    )


def _approves(ticket: str) -> bool:
    """Whether the form says yes. Sending back undoes nothing that the clerk cannot do again."""
    return request.form.get("do") != "back"


@bp.post("/<ticket>/approve")
@open_to(Role.SUPERVISOR, redraws=True)
@confirmed(back="enrolment.approve", when=_approves)
def decide(by: Staff, ticket: str) -> ResponseReturnValue:
    """Approve, or send back."""
    case = open_case(ticket)
    if only_the_language():
        return redirect(url_for(".approve", ticket=case.ticket), 303)
    session = database.session()
    if request.form.get("do") == "back":
        office.send_back(session, case.desk, case.enrolment, by=by)
        flash(_("%(ticket)s is back with its clerk.", ticket=case.ticket), "done")
        return redirect(url_for(".day"), 303)
    if case.file.vouched and not request.form.get("spoken"):
        return _show(case, by, unspoken=True)
    office.approve(session, case.desk, case.enrolment, by=by, seen=_seen())
    flash(_("%(ticket)s is approved.", ticket=case.ticket), "done")
    return redirect(url_for(".day"), 303)


def _seen() -> bytes:
    try:
        return bytes.fromhex(request.form.get("seen", ""))
    except ValueError:
        raise OperationRefused("The page did not say what it showed.", code="content-changed") from None
