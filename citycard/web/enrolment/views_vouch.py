"""Somebody without papers: a referee whom the city trusts says who this is, to two of the staff.

1. The rules in force allow it, and so does the policy: where one person may approve alone there are no two.
2. The referee is here in person, and so is the holder. Who the referee is, and why there are no papers, is nobody's to
   write down; nothing of this page is kept but that somebody answered for identity and residence.
3. The colleague who approves has spoken with both, and says so by a tick without which there is no approval.
4. What is left afterwards is what every card leaves: `operations.approve` says why nobody can tell them apart.
"""

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from citycard.store.staff import Role, Staff
from citycard.web import workplace
from citycard.web.access import open_to
from citycard.web.enrolment.blueprint import bp
from citycard.web.enrolment.case import Case, address, open_case, show
from citycard.web.enrolment.forms import ScreenForm
from citycard.web.languages import only_the_language

_NEEDED = _l("A referee can only answer for somebody with all three of these.")


class VouchForm(ScreenForm):
    """What the referee answers for."""

    HOLDS = ("vouched",)

    present = BooleanField(_l("The referee is here in person, and so is the person the card is for"))
    known = BooleanField(_l("The referee is on the city's list and has known this person for a month or more"))
    lives_here = BooleanField(_l("The referee also says that this person lives in the city"))


def offered(case: Case) -> bool:
    """Whether this office vouches at all (1)."""
    return workplace.rules().exceptional_path and case.desk.office.settings.approval != "never"


@bp.route("/<ticket>/vouch", methods=["GET", "POST"])
@open_to(Role.CLERK, redraws=True)
def vouch(by: Staff, ticket: str) -> ResponseReturnValue:
    """A referee instead of papers."""
    case = open_case(ticket)
    if not offered(case):
        abort(404)
    if not case.editable:
        return redirect(address("go_on", case), 303)
    form = VouchForm()
    if request.method == "GET" or only_the_language():
        return show("vouch", case, "evidence", form=form)
    # (2)
    for field in (form.present, form.known, form.lives_here):
        if not field.data:
            form.refuse(field.name, _NEEDED)
    if form.mistakes:
        return show("vouch", case, "evidence", form=form, status=422)
    answered = {"vouched": True, "identity_checked": True, "residence_checked": True, "birth_date_seen": True}
    return redirect(address("card", case.saved(**answered, rule_set=workplace.rules().reference)), 303)
