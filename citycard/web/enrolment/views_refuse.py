"""Not today: a person leaves without a card, with a slip that says what is missing; and the visit after that.

1. The page opens with what the evidence screen ticked, in the same request, and with what is missing by the tally. The
   clerk asks in which language the slip should be, how large, and whether it should carry what a colleague needs.
2. One press gives the slip and forgets the enrolment. The PDF is the answer to that very request, in a tab of its own;
   nothing is left to print it from again, so the tab stays open until the paper is there.
3. Somebody who only fetches a paper gets a sheet that says what to bring, and the enrolment waits until closing time.
4. At the next visit the code on the slip says what was enough, and whether whoever asks is the one who wrote it. The
   answer is on that one page, and in no address.
"""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from citycard.operations import enrol, slip_code
from citycard.operations import refuse as office
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.store.enrolments import EnrolmentState
from citycard.store.staff import Role, Staff
from citycard.web import database, papers, workplace
from citycard.web.access import open_to
from citycard.web.enrolment.blueprint import bp
from citycard.web.enrolment.case import Case, address, open_case, show
from citycard.web.enrolment.refuse_form import EarlierForm, RefuseForm, in_words
from citycard.web.enrolment.sentences import sentence
from citycard.web.enrolment.views_evidence import form_of
from citycard.web.errors import say
from citycard.web.languages import only_the_language
from citycard.web.pages import status_for

NAMELESS = "slip.pdf"
"""A browser may show it in its list of downloads: it says nothing."""

say("refusal-kind", _l("Say which papers were missing"), _l("The slip is for nothing else."), status=422)
say("slip-code", _l("This code is mistyped, or not from this town hall. Look at each letter."), status=422)
say(
    "slip-code-old",
    _l("This code is older than 30 days. The person is welcome all the same: start a new enrolment."),
    status=422,
)

FOUND = {
    "identity": _l("Who this person is"),
    "residence": _l("That this person lives here"),
    "photo": _l("A picture of the face"),
}
"""What was enough, or was not."""


@bp.route("/<ticket>/refuse", methods=["GET", "POST"])
@open_to(Role.CLERK, redraws=True)
def refuse(by: Staff, ticket: str) -> ResponseReturnValue:
    """What is missing, and the slip; giving it forgets the enrolment."""
    case = open_case(ticket)
    if case.state not in office.REFUSABLE:
        return redirect(address("go_on", case), 303)
    # (1)
    form = RefuseForm(form_of(case), workplace.slips())
    act = request.form.get("do")
    if act == "extend" and case.state is EnrolmentState.DRAFT:
        case = case.saved()  # here, and not on the page afterwards: the ticks would be lost
    if only_the_language() or act not in ("give", "bring"):
        return _show(case, form)
    if not form.missing.data:
        form.refuse("missing", _("Tick what is missing. If nothing is, go back: the person gets a card."))
        return _show(case, form, status=422)
    if act == "bring":
        return _bring(case, form)
    # (2)
    pdf = office.refuse(
        database.session(),
        case.desk,
        case.enrolment,
        by=by,
        lacking=form.lacking,
        wishes=form.wishes,
        rules=workplace.rules(),
        catalogue=workplace.slips(),
    )
    return papers.pdf(pdf, NAMELESS)


@bp.get("/<ticket>/slip-given")
@open_to(Role.CLERK)
def slip_given(by: Staff, ticket: str) -> ResponseReturnValue:
    """What to do with the slip in the other tab; where the enrolment is still open, back to it."""
    try:
        case = open_case(ticket)
    except NotFound:
        return render_template("enrolment/slip_given.html")
    return redirect(url_for(".day") if case.state is EnrolmentState.ON_HOLD else address("refuse", case), 303)


@bp.route("/earlier-slip", methods=["GET", "POST"])
@open_to(Role.CLERK, Role.SUPERVISOR, redraws=True)
def earlier(by: Staff) -> ResponseReturnValue:
    """What the code on a slip of an earlier visit says; looking writes nothing down."""
    form, said = EarlierForm(), None
    if form.validate_on_submit():
        desk = workplace.desk()
        try:
            said = slip_code.read(
                desk.office,
                form.slip_code.data or "",
                today=desk.office.settings.today(desk.now),
                rules=workplace.rules().reference,
                clerk=by.id,
            )
        except OperationRefused as error:
            form.refuse("slip_code", sentence(error))
    page = render_template(
        "enrolment/earlier.html",
        form=form,
        said=said,
        found=in_words(said.found, FOUND, slip_code.KINDS) if said else [],
        missing=in_words(said.missing, FOUND, slip_code.KINDS) if said else [],
    )
    return page, status_for(form)


def _bring(case: Case, form: RefuseForm) -> ResponseReturnValue:
    # (3)
    pdf = office.what_to_bring(
        case.desk, lacking=form.lacking, wishes=form.wishes, rules=workplace.rules(), catalogue=workplace.slips()
    )
    if case.state is EnrolmentState.DRAFT:
        enrol.hold(database.session(), case.desk, case.enrolment)
    return papers.pdf(pdf, NAMELESS)


def _show(case: Case, form: RefuseForm, *, status: int = 200) -> ResponseReturnValue:
    counted = form.evidence.counted
    enough = bool(form.evidence.ticks) and counted.complete
    until = slip_code.last_day(case.desk.office.settings.today(case.desk.now))
    return show("refuse", case, "evidence", form=form, enough=enough, until=until, status=status)
