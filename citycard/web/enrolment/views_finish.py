"""The last page: issue, print, hand over; each with one large button. After hand-over nothing of the person is left.

Where the new card took the place of an old one, the list that says so is signed in the same request: desks learn at
once, and not only when the office's clock comes round. If it cannot be signed now, the card is issued all the same.
"""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from citycard.operations import hand_over as office
from citycard.operations.issue import issue as sign
from citycard.operations.refusals import OperationRefused
from citycard.store.enrolments import EnrolmentState
from citycard.store.staff import Role, Staff
from citycard.web import database, workplace
from citycard.web.access import confirmed, open_to
from citycard.web.cards.publishing import publish
from citycard.web.enrolment.answers import in_the_code
from citycard.web.enrolment.blueprint import bp
from citycard.web.enrolment.case import address, next_step, open_case, show


@bp.get("/<ticket>/finish")
@open_to(Role.CLERK)
def finish(by: Staff, ticket: str) -> ResponseReturnValue:
    """What is to be done now: issue, print or hand over."""
    case = open_case(ticket)
    if case.state in (EnrolmentState.APPROVED, EnrolmentState.ISSUED, EnrolmentState.PRINTED):
        settings = case.desk.office.settings
        return show(
            "finish", case, "finish", in_code=in_the_code(case.file, settings), pickup_days=settings.pickup_days
        )
    return redirect(address(next_step(case, by), case), 303)


@bp.post("/<ticket>/issue")
@open_to(Role.CLERK)
@confirmed(back="enrolment.finish")
def issue(by: Staff, ticket: str) -> ResponseReturnValue:
    """Sign the codes. The operation commits once in between, before the key is used."""
    case = open_case(ticket)
    sign(database.session(), case.desk, case.enrolment, ring=workplace.ring(), by=by)
    if case.file.replaces:
        flash(_("The old card has ended."), "done")
        if not publish():
            flash(_("It will be published within a minute, once the signing key is at hand."), "wait")
    return redirect(address("finish", case), 303)


@bp.get("/<ticket>/print-failed")
@open_to(Role.CLERK)
def ask_print_failed(by: Staff, ticket: str) -> ResponseReturnValue:
    """Say what it would do to the card, before it is done."""
    case = open_case(ticket)
    if case.state not in (EnrolmentState.ISSUED, EnrolmentState.PRINTED):
        return redirect(address(next_step(case, by), case), 303)
    return show("print_failed", case, "finish")


@bp.get("/<ticket>/read-out")
@open_to(Role.CLERK)
def read_out(by: Staff, ticket: str) -> ResponseReturnValue:
    """What is read out at hand-over, for the holder to read: large, in the holder's language."""
    case = open_case(ticket)
    if case.state is not EnrolmentState.PRINTED:
        return redirect(address(next_step(case, by), case), 303)
    with force_locale(case.file.language):
        return show("read_out", case, "finish")


@bp.post("/<ticket>/print-failed")
@open_to(Role.CLERK)
@confirmed(back="enrolment.finish")
def print_failed(by: Staff, ticket: str) -> ResponseReturnValue:
    """The card is void; the enrolment is a draft again, with everything in it."""
    case = open_case(ticket)
    office.print_failed(database.session(), case.desk, case.enrolment, by=by)
    flash(_("That card is void. Everything typed is still here: submit it again, and a new card is made."), "wait")
    return redirect(address("check", case), 303)


@bp.post("/<ticket>/hand-over")
@open_to(Role.CLERK)
def hand_over(by: Staff, ticket: str) -> ResponseReturnValue:
    """The holder has the card and the home sheet: forget the rest."""
    case = open_case(ticket)
    try:
        office.hand_over(database.session(), case.desk, case.enrolment, by=by)
    except OperationRefused as refusal:
        if refusal.code != "slip-first":
            raise
        flash(
            _(
                "Print the slip with the home sheet first. Without them the holder can neither stop nor replace a lost "
                "card, and after the hand-over nobody can print them any more."
            ),
            "wait",
        )
        return redirect(address("finish", case), 303)
    return redirect(url_for(".handed_over"), 303)


@bp.get("/handed-over")
@open_to(Role.CLERK)
def handed_over(by: Staff) -> ResponseReturnValue:
    """Nothing of anybody; what is left is said in general."""
    return render_template("enrolment/handed_over.html")
