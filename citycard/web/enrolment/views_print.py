"""The two papers: the card, once; the slip with the home sheet, as often as needed until hand-over.

Both are drawn in memory for this one answer. They are asked for with POST, because sending the card changes what may be
sent again, and sending the slip that the card may be handed over; the transaction that says so is committed before the
first byte leaves.
"""

from flask import request
from flask.typing import ResponseReturnValue

from citycard.operations import print_card as office
from citycard.store.staff import Role, Staff
from citycard.web import database, papers, workplace
from citycard.web.access import open_to
from citycard.web.enrolment.blueprint import bp
from citycard.web.enrolment.case import in_language, open_case


@bp.post("/<ticket>/print")
@open_to(Role.CLERK)
def print_card(by: Staff, ticket: str) -> ResponseReturnValue:
    """The card, as a PDF for the card printer or, where that is dead, for any printer with A4 paper; once."""
    case = open_case(ticket)
    session = database.session()
    on_paper = request.form.get("on") == "paper"
    pdf = office.print_card(session, case.desk, case.enrolment, by=by, translate=in_language, on_paper=on_paper)
    return papers.pdf(pdf, f"card-{case.ticket}.pdf")


@bp.post("/<ticket>/slip")
@open_to(Role.CLERK)
def slip(by: Staff, ticket: str) -> ResponseReturnValue:
    """The holder's slip and home sheet, on A4, in the holder's language or in another one with slips."""
    case = open_case(ticket)
    # In no address: a language may suggest where somebody comes from.
    language = request.form.get("slip_language", "")
    pdf = office.print_slip(
        database.session(), case.desk, case.enrolment, catalogue=workplace.slips(), language=language
    )
    return papers.pdf(pdf, f"slip-{case.ticket}.pdf")
