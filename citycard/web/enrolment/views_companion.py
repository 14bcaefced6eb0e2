"""Who comes with a young person: asked where the date of birth is below the city's age of majority, and only there.

1. A parent or guardian: the clerk ticks that a paper showed how they belong together. An institution: one of those in
   the register that have unaccompanied minors in their care.
2. That somebody came is kept until the card is handed over; who it was, which paper and which institution are not.
3. The date of birth is what the young person says. No field of the file, no page and no log says whether anybody
   doubts it, and beside an institution no paper has to show it (`EnrolmentFile.own_word_for_birth`).
"""

from collections.abc import Collection, Sequence
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField

from citycard.operations import organisations
from citycard.store.organisations import Attests, Organisation
from citycard.store.staff import Role, Staff
from citycard.web import database
from citycard.web.access import open_to
from citycard.web.enrolment import keeping
from citycard.web.enrolment.blueprint import bp
from citycard.web.enrolment.case import Case, address, open_case, show
from citycard.web.enrolment.forms import ScreenForm, kept_as_form, offer
from citycard.web.enrolment.keeping import WHY
from citycard.web.enrolment.leaving import leave
from citycard.web.languages import only_the_language

SEEN_BEFORE = "seen"
"""What the list of institutions says of one that was chosen before and is not kept."""


class CompanionForm(ScreenForm):
    """Who came along."""

    HOLDS = ("companion",)

    who = RadioField(
        _l("Who comes along?"),
        choices=offer(
            [
                ("guardian", _l("A parent or guardian")),
                ("institution", _l("An institution: there is no family here")),
            ]
        ),
        validate_choice=False,
    )
    belong_together = BooleanField(
        _l("A paper showed how they belong together"),
        description=_l("A birth certificate, a family book, a decision of a court. Which one it was is not kept."),
    )
    institution = SelectField(
        _l("Institution"),
        description=_l("Somebody from there is here, or wrote a letter. Which institution it is, is not kept."),
        choices=[],
        validate_choice=False,
    )

    institutions: Collection[str] = ()
    """Values of the institutions that can be chosen."""

    def suit(self, rows: Sequence[Organisation], before: str) -> None:
        """Offer the institutions of the register; `before` is what was answered already."""
        known = [(SEEN_BEFORE, _l("Seen before, and not kept"))] if before == "institution" else []
        offered = [*known, *((str(row.id), row.name) for row in rows)]
        self.institution.choices = offer([("", _l("Choose")), *offered])
        self.institutions = {value for value, _ in offered}
        if before == "guardian" and not self.is_submitted():
            self.belong_together.data = True
        if known and self.institution.data is None:
            self.institution.data = SEEN_BEFORE

    def read(self) -> dict[str, Any]:
        """Return what the file shall say; mistakes are put beside the fields."""
        who = self.who.data
        if who == "guardian":
            if not self.belong_together.data:
                self.refuse("belong_together", _l("Tick this when a paper showed it."))
        elif who == "institution":
            if self.institution.data not in self.institutions:
                self.refuse("institution", _l("Choose the institution."))
        else:
            self.refuse("who", _l("Choose who comes along."))
        return {"companion": who}


@bp.route("/<ticket>/companion", methods=["GET", "POST"])
@open_to(Role.CLERK, keep_typed=keeping.keeper("companion"), redraws=True)
def companion(by: Staff, ticket: str) -> ResponseReturnValue:
    """Who comes with a young person; nothing about who it is."""
    case = open_case(ticket)
    if not case.editable or not case.young:
        return redirect(address("go_on", case), 303)
    form, kept = _form(case)
    if request.method == "GET" or only_the_language():
        return _show(case, form, kept=kept)
    if left := leave(case, "companion"):
        return left
    if form.overtaken_by(case.file):
        form.seen.data = form.mark(case.file)
        return _show(case, form, overtaken=True, status=409)
    values = form.read()
    if form.mistakes:
        return _show(case, form, status=422)
    saved = case.saved(**values, typed=keeping.without(case, "companion"))
    return redirect(address("evidence", saved), 303)


def _form(case: Case) -> tuple[CompanionForm, bool]:
    typed = case.file.typed.get("companion") if request.method == "GET" else None
    if typed is not None:
        form = CompanionForm(formdata=kept_as_form(typed))
    else:
        form = CompanionForm(data={"who": case.file.companion, "seen": CompanionForm.mark(case.file)})
    form.suit(_institutions(case), case.file.companion)
    return form, bool(typed and typed.get(WHY) == "locked")


def _institutions(case: Case) -> list[Organisation]:
    today = case.desk.office.settings.today(case.desk.now)
    return organisations.that_attest(database.session(), Attests.MINORS, day=today)


def _show(case: Case, form: CompanionForm, *, status: int = 200, **values: Any) -> ResponseReturnValue:
    age = case.desk.office.settings.age_of_majority
    return show("companion", case, "identity", form=form, age=age, status=status, **values)
