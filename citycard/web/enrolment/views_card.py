"""The card screen: what goes on the card, and what of it into its code."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from citycard.operations import organisations
from citycard.store.organisations import Attests
from citycard.store.staff import Role, Staff
from citycard.web import database
from citycard.web.access import open_to
from citycard.web.enrolment import keeping
from citycard.web.enrolment.blueprint import bp
from citycard.web.enrolment.card_form import CardForm
from citycard.web.enrolment.case import Case, address, open_case, show
from citycard.web.enrolment.forms import kept_as_form
from citycard.web.enrolment.keeping import WHY
from citycard.web.enrolment.leaving import leave
from citycard.web.languages import only_the_language


@bp.route("/<ticket>/card", methods=["GET", "POST"])
@open_to(Role.CLERK, keep_typed=keeping.keeper("card"), redraws=True)
def card(by: Staff, ticket: str) -> ResponseReturnValue:
    """What goes on the card, and what of it into the code."""
    case = open_case(ticket)
    if not case.editable:
        return redirect(address("go_on", case), 303)
    form, kept = _form(case)
    if request.method == "GET" or only_the_language():
        return show("card", case, "card", form=form, kept=kept)
    if left := leave(case, "card"):
        return left
    if form.overtaken_by(case.file):
        form.seen.data = form.mark(case.file)
        return show("card", case, "card", form=form, overtaken=True, status=409)
    values = form.read(today=case.desk.office.settings.today(case.desk.now))
    if form.mistakes:
        return show("card", case, "card", form=form, status=422)
    saved = with_policy(case).saved(**values, typed=keeping.without(case, "card"))
    return redirect(address("check", saved), 303)


def with_policy(case: Case) -> Case:
    """Where the city decides about the portrait in the code, its decision stands in the file like a choice."""
    decided = {"always": "yes", "never": "no"}.get(case.desk.office.settings.portrait_in_code)
    if decided is None or case.file.portrait_in_code == decided:
        return case
    return case.saved(portrait_in_code=decided)


def _form(case: Case) -> tuple[CardForm, bool]:
    """The form with what is to be asked, and whether it holds what was kept when the screen locked."""
    file, settings = case.file, case.desk.office.settings
    typed = file.typed.get("card") if request.method == "GET" else None
    if typed is not None:
        form = CardForm(formdata=kept_as_form(typed))
    else:
        held = {name: getattr(file, name) for name in CardForm.HOLDS}
        if file.address_kind != "full":
            held["address"] = ""  # what stands there is the organisation's, and is chosen
        form = CardForm(data={**held, "seen": CardForm.mark(file)})
    attesting = organisations.that_attest(database.session(), Attests.CARE_OF, day=settings.today(case.desk.now))
    form.suit(file, attesting, choice=settings.portrait_in_code)
    return form, bool(typed and typed.get(WHY) == "locked")
