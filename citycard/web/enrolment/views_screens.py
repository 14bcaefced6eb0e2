"""Evidence, card, check: what was looked at, what goes where, and all of it once more before anything is final."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from citycard.operations import approve, enrol, print_card
from citycard.printing.errors import CannotPrint
from citycard.store.enrolments import EnrolmentState
from citycard.store.staff import Role, Staff
from citycard.web import database
from citycard.web.access import open_to
from citycard.web.enrolment import keeping
from citycard.web.enrolment.answers import answers, in_the_code
from citycard.web.enrolment.blueprint import bp
from citycard.web.enrolment.case import Case, address, in_language, open_case, screen_of, show
from citycard.web.enrolment.forms import CardForm, EvidenceForm, kept_as_form
from citycard.web.enrolment.keeping import WHY
from citycard.web.enrolment.leaving import leave
from citycard.web.enrolment.sentences import sentence
from citycard.web.languages import only_the_language

RULE_SET = "basic-1"
"""Two confirmations by one person; a set of rules that asks for more gets a name of its own."""

_ID_OF = {"birth_known": "day", "date_of_birth": "day", "portrait": "picture"}
"""The field to lead to, where it is not called like the member of the file."""

_PRINTED_FROM = {
    "name": "full_name",
    "own_script_name": "own_script_name",
    "gender_words": "gender_words",
    "address_lines": "address",
    "location_name": "location",
    "portrait": "picture",
}
"""What the printer calls a text, and the field it was typed in."""


@bp.route("/<ticket>/evidence", methods=["GET", "POST"])
@open_to(Role.CLERK, keep_typed=keeping.keeper("evidence"), redraws=True)
def evidence(by: Staff, ticket: str) -> ResponseReturnValue:
    """Two things were seen; nothing about the papers is written down."""
    case = open_case(ticket)
    if not case.editable:
        return redirect(address("go_on", case), 303)
    form = EvidenceForm(data={name: getattr(case.file, name) for name in EvidenceForm.HOLDS})
    if request.method == "GET" or only_the_language():
        form.seen.data = form.mark(case.file)
        return _show_evidence(case, form)
    if left := leave(case, "evidence"):
        return left
    if form.overtaken_by(case.file):
        form.seen.data = form.mark(case.file)
        return _show_evidence(case, form, overtaken=True, status=409)
    if not form.identity_checked.data:
        form.refuse("identity_checked", _l("Tick this when you have seen who the person is."))
    if not form.residence_checked.data:
        form.refuse("residence_checked", _l("Tick this when you have seen that the person lives here."))
    if form.mistakes:
        return _show_evidence(case, form, status=422)
    saved = case.saved(**form.values(), rule_set=RULE_SET)
    return redirect(address("card", saved), 303)


@bp.route("/<ticket>/card", methods=["GET", "POST"])
@open_to(Role.CLERK, keep_typed=keeping.keeper("card"), redraws=True)
def card(by: Staff, ticket: str) -> ResponseReturnValue:
    """What goes on the card, and what of it into the code."""
    case = open_case(ticket)
    if not case.editable:
        return redirect(address("go_on", case), 303)
    form, kept = _card_form(case)
    if request.method == "GET" or only_the_language():
        return show("card", case, "card", form=form, kept=kept)
    if left := leave(case, "card"):
        return left
    if form.overtaken_by(case.file):
        form.seen.data = form.mark(case.file)
        return show("card", case, "card", form=form, overtaken=True, status=409)
    values = form.values()
    if "portrait_in_code" in values and values["portrait_in_code"] not in ("yes", "no"):
        form.refuse("portrait_in_code", _l("Ask the holder, and choose one of the two."))
    if values.get("address_in_code") and not values.get("address_on_card"):
        form.refuse("address_in_code", _l("Only what is printed on the card can be in its code."))
    if form.mistakes:
        return show("card", case, "card", form=form, status=422)
    saved = _with_policy(case).saved(**values, typed=keeping.without(case, "card"))
    return redirect(address("check", saved), 303)


@bp.get("/<ticket>/check")
@open_to(Role.CLERK)
def check(by: Staff, ticket: str) -> ResponseReturnValue:
    """Everything once more, read together with the holder."""
    return _show_check(open_case(ticket))


@bp.post("/<ticket>/check")
@open_to(Role.CLERK, redraws=True)
def submit(by: Staff, ticket: str) -> ResponseReturnValue:
    """Hand it to a second person; in a town of two officials, the clerk's own word counts (`settings.approval`)."""
    case = open_case(ticket)
    if only_the_language():
        return _show_check(case)
    if left := leave(case, "check"):
        return left
    if case.state is EnrolmentState.AWAITING_APPROVAL:
        return redirect(url_for(".day"), 303)  # pressed twice
    case = _with_policy(case)
    if case.missing:
        return _show_check(case, status=422)
    if request.form.get("seen") != digest(case):
        return _show_check(case, changed=True, status=409)
    try:
        print_card.rehearse(case.file, case.desk, translate=in_language)
    except CannotPrint as error:
        return _show_check(
            case, problem=(sentence(error), _place(_PRINTED_FROM.get(error.field, ""), case)), status=422
        )
    session = database.session()
    if case.state is EnrolmentState.ON_HOLD:
        enrol.resume(session, case.desk, case.enrolment)
    enrol.submit(session, case.desk, case.enrolment, by=by)
    if case.desk.office.settings.approval == "never":
        approve.approve(session, case.desk, case.enrolment, by=by, seen=bytes.fromhex(digest(case)))
        return redirect(address("finish", case), 303)
    flash(_("%(ticket)s waits for a colleague's approval.", ticket=case.ticket), "done")
    return redirect(url_for(".day"), 303)


@bp.get("/<ticket>/read")
@open_to(Role.CLERK)
def read(by: Staff, ticket: str) -> ResponseReturnValue:
    """The same for the holder, the screen turned round: large, in the holder's language, nothing to press but back."""
    case = open_case(ticket)
    with force_locale(case.file.language):
        return show("read", case, "check", **_content(case))


def _show_evidence(case: Case, form: EvidenceForm, *, status: int = 200, **values: Any) -> ResponseReturnValue:
    return show("evidence", case, "evidence", form=form, status=status, **values)


def digest(case: Case) -> str:
    """What exactly is on the page, for whoever decides on it."""
    return enrol.content_digest(case.enrolment, case.file, case.desk).hex()


def _content(case: Case) -> dict[str, Any]:
    settings = case.desk.office.settings
    return {"answers": answers(case.file, settings), "in_code": in_the_code(case.file, settings)}


def _show_check(case: Case, *, status: int = 200, **values: Any) -> ResponseReturnValue:
    missing = [(_place(_ID_OF.get(name, name), case, screen_of(name)), _still_missing(name)) for name in case.missing]
    return show("check", case, "check", missing=missing, seen=digest(case), status=status, **_content(case), **values)


def _place(field: str, case: Case, screen: str = "identity") -> str:
    return f"{address(screen, case)}#{field}" if field else address(screen, case)


def _still_missing(name: str) -> str:
    return str(
        {
            "full_name": _("The name is missing."),
            "birth_known": _("The date of birth is missing, or that it is not known."),
            "date_of_birth": _("The date of birth is missing, or that it is not known."),
            "portrait": _("The portrait is missing."),
            "identity_checked": _("Nobody has confirmed who this person is."),
            "residence_checked": _("Nobody has confirmed that this person lives here."),
            "portrait_in_code": _("The holder has not chosen about the portrait in the code."),
            "own_script_language": _("The language of the name in its own script is missing."),
            "location": _("The commune is missing."),
        }[name]
    )


def _card_form(case: Case) -> tuple[CardForm, bool]:
    """The form with what is to be asked, and whether it holds what was kept when the screen locked."""
    typed = case.file.typed.get("card") if request.method == "GET" else None
    if typed is not None:
        form = CardForm(formdata=kept_as_form(typed))
    else:
        held = {name: getattr(case.file, name) for name in CardForm.HOLDS}
        form = CardForm(data={**held, "seen": CardForm.mark(case.file)})
    if case.desk.office.settings.portrait_in_code != "choice":
        del form.portrait_in_code
    if not case.file.own_script_name:
        del form.own_script_in_code
    if not case.file.address:
        del form.address_on_card
        del form.address_in_code
    return form, bool(typed and typed.get(WHY) == "locked")


def _with_policy(case: Case) -> Case:
    """Where the city decides about the portrait in the code, its decision stands in the file like a choice."""
    decided = {"always": "yes", "never": "no"}.get(case.desk.office.settings.portrait_in_code)
    if decided is None or case.file.portrait_in_code == decided:
        return case
    return case.saved(portrait_in_code=decided)
