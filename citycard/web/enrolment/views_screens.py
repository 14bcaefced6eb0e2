"""The check: all of it once more before anything is final."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from citycard.operations import approve, enrol, print_card
from citycard.printing.errors import CannotPrint
from citycard.store.enrolments import EnrolmentState
from citycard.store.staff import Role, Staff
from citycard.web import database
from citycard.web.access import open_to
from citycard.web.enrolment.answers import answers, in_the_code
from citycard.web.enrolment.blueprint import bp
from citycard.web.enrolment.case import Case, address, in_language, open_case, screen_of, show
from citycard.web.enrolment.leaving import leave
from citycard.web.enrolment.sentences import sentence
from citycard.web.enrolment.views_card import with_policy
from citycard.web.languages import only_the_language

_ID_OF = {
    "birth_known": "day",
    "date_of_birth": "day",
    "portrait": "picture",
    "birth_date_seen": "identity_checked",
    "companion": "who",
}
"""The field to lead to, where it is not called like the member of the file."""

_PRINTED_FROM = {
    "name": ("identity", "full_name"),
    "own_script_name": ("identity", "own_script_name"),
    "gender_words": ("identity", "gender_words"),
    "location_name": ("identity", "location"),
    "portrait": ("identity", "picture"),
    "address_lines": ("card", "address-ways"),
    "emergency_name": ("card", "emergency_name"),
    "emergency_phone": ("card", "emergency_phone"),
    "back": ("card", "address-ways"),
}
"""What the printer calls a text, and the screen and field it was typed in."""


@bp.get("/<ticket>/check")
@open_to(Role.CLERK)
def check(by: Staff, ticket: str) -> ResponseReturnValue:
    """Everything once more, read together with the holder."""
    return _show_check(open_case(ticket))


@bp.post("/<ticket>/check")
@open_to(Role.CLERK, redraws=True)
def submit(by: Staff, ticket: str) -> ResponseReturnValue:
    """Hand it to a second person, or approve it where the city's policy asks for none (`operations.approve`)."""
    case = open_case(ticket)
    if only_the_language():
        return _show_check(case)
    if left := leave(case, "check"):
        return left
    if case.state is EnrolmentState.AWAITING_APPROVAL:
        return redirect(url_for(".day"), 303)  # pressed twice
    case = with_policy(case)
    if case.missing:
        return _show_check(case, status=422)
    if request.form.get("seen") != digest(case):
        return _show_check(case, changed=True, status=409)
    try:
        print_card.rehearse(case.enrolment, case.file, case.desk, translate=in_language)
    except CannotPrint as error:
        screen, field = _PRINTED_FROM.get(error.field, ("identity", ""))
        return _show_check(case, problem=(sentence(error), _place(field, case, screen)), status=422)
    session = database.session()
    if case.state is EnrolmentState.ON_HOLD:
        enrol.resume(session, case.desk, case.enrolment)
    enrol.submit(session, case.desk, case.enrolment, by=by)
    case = open_case(ticket)
    if not approve.second_person_decides(case.file, case.desk.office.settings):
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


def digest(case: Case) -> str:
    """What exactly is on the page, for whoever decides on it."""
    return enrol.content_digest(case.enrolment, case.file, case.desk).hex()


def _content(case: Case) -> dict[str, Any]:
    settings = case.desk.office.settings
    return {
        "answers": answers(case.file, settings, opened_on=case.enrolment.opened_on),
        "in_code": in_the_code(case.file, settings),
    }


def _show_check(case: Case, *, status: int = 200, **values: Any) -> ResponseReturnValue:
    missing = [(_place(_ID_OF.get(name, name), case, screen_of(name)), _still_missing(name)) for name in case.missing]
    return show("check", case, "check", missing=missing, seen=digest(case), status=status, **_content(case), **values)


def _place(field: str, case: Case, screen: str) -> str:
    return f"{address(screen, case)}#{field}" if field else address(screen, case)


def _still_missing(name: str) -> str:
    return str(
        {
            "full_name": _("The name is missing."),
            "name_on_card": _("The name is longer than the card. How it should stand there is missing."),
            "companion": _("Who comes with this young person is missing."),
            "birth_known": _("The date of birth is missing, or that it is not known."),
            "date_of_birth": _("The date of birth is missing, or that it is not known."),
            "portrait": _("The portrait is missing."),
            "identity_checked": _("Nobody has confirmed who this person is."),
            "residence_checked": _("Nobody has confirmed that this person lives here."),
            "birth_date_seen": _(
                "No paper showed the date of birth. Tick one that does, or leave the date off the card."
            ),
            "portrait_in_code": _("The holder has not chosen about the portrait in the code."),
            "own_script_language": _("The language of the name in its own script is missing."),
            "location": _("The commune is missing."),
        }[name]
    )
