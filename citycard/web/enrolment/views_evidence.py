"""Evidence: the clerk ticks what lies on the desk, and the tally says what it comes to.

1. One page, one request. What was ticked is in the request and in its answer; it is written nowhere, kept by no lock,
   put into no address. Whoever was interrupted looks at the papers again.
2. With a script the page counts by itself. Without one, "Count" sends the ticks and gets them back with the tally.
3. Only what is complete is saved, and of it only what the card is made from (`evidence_form`).
4. Where it is not complete, the way leads to a refusal with a slip that says what to bring.
"""

from typing import Any

from flask import current_app, redirect, request
from flask.typing import ResponseReturnValue

from citycard.store.enrolments import EnrolmentState
from citycard.store.staff import Role, Staff
from citycard.web import workplace
from citycard.web.access import open_to
from citycard.web.enrolment import keeping
from citycard.web.enrolment.blueprint import bp
from citycard.web.enrolment.case import Case, address, open_case, show
from citycard.web.enrolment.evidence_form import EvidenceForm
from citycard.web.enrolment.leaving import leave
from citycard.web.enrolment.views_vouch import offered
from citycard.web.languages import only_the_language

REFUSAL = "enrolment.refuse"
"""The page that says no and gives a slip. It gets this form: the ticks stay in the request."""


@bp.route("/<ticket>/evidence", methods=["GET", "POST"])
@open_to(Role.CLERK, keep_typed=keeping.keeper("evidence"), redraws=True)
def evidence(by: Staff, ticket: str) -> ResponseReturnValue:
    """What lies on the desk; nothing about the papers is written down."""
    case = open_case(ticket)
    if not case.editable:
        return redirect(address("go_on", case), 303)
    form = form_of(case)
    if request.method == "GET" or only_the_language():
        form.seen.data = form.mark(case.file)
        return _show(case, form)
    act = request.form.get("do")
    if act == "extend" and case.state is EnrolmentState.DRAFT:
        return _show(case.saved(), form)  # here, and not on the page afterwards: the ticks would be lost
    if act != "extend" and (left := leave(case, "evidence")):
        return left
    if form.overtaken_by(case.file):
        form.seen.data = form.mark(case.file)
        return _show(case, form, overtaken=True, status=409)
    # (2)
    if act == "count":
        return _show(case, form)
    if form.checked_before:
        return redirect(address("card", case), 303)
    # (4)
    if not form.counted.complete:
        form.refuse_incomplete()
        return _show(case, form, status=422)
    # (3)
    return redirect(address("card", case.saved(**form.values())), 303)


def form_of(case: Case) -> EvidenceForm:
    """The form of a request, with what it has ticked; a refusal reads the same."""
    return EvidenceForm(case.file, workplace.rules(), today=case.desk.office.settings.today(case.desk.now))


def _show(case: Case, form: EvidenceForm, *, status: int = 200, **values: Any) -> ResponseReturnValue:
    ways_on = {
        "refusal": REFUSAL if REFUSAL in current_app.view_functions else None,
        "vouching": "enrolment.vouch" if offered(case) else None,
    }
    return show("evidence", case, "evidence", form=form, status=status, **ways_on, **values)
