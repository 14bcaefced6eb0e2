"""The first screen: who the card is for, and the portrait.

1. A picture that came is made into a portrait first, and kept if it is good, whatever else is on the screen. So is one
   that came when the screen was locked, and that this page showed.
2. A button that leaves the screen in the middle (hold, more time, use this picture, abandon) keeps what was typed.
3. Everything is read; what cannot stand on a card comes back with a sentence, and all that was typed with it.
4. What somebody else saved on the same screen meanwhile is not overwritten unseen: the page says so, once.
"""

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from citycard.settings import Settings
from citycard.store.staff import Role, Staff
from citycard.web import database
from citycard.web.access import open_to
from citycard.web.enrolment import dates, interpreters, keeping, scripts
from citycard.web.enrolment.blueprint import bp
from citycard.web.enrolment.case import Case, address, open_case, show
from citycard.web.enrolment.forms import IdentityForm, kept_as_form, offer
from citycard.web.enrolment.keeping import WHY
from citycard.web.enrolment.leaving import leave
from citycard.web.enrolment.views_portrait import NONE_KEPT, Taken, shown, take_picture
from citycard.web.languages import only_the_language


@bp.route("/<ticket>/identity", methods=["GET", "POST"])
@open_to(Role.CLERK, keep_typed=keeping.keeper("identity"), redraws=True)
def identity(by: Staff, ticket: str) -> ResponseReturnValue:
    """Name, date of birth, language, portrait; and what is rarely asked."""
    case = open_case(ticket)
    if not case.editable:
        return redirect(address("go_on", case), 303)
    form, kept = _form(case)
    if request.method == "GET" or only_the_language():
        return _show(keeping.keep_picture(case) if only_the_language() else case, form, kept=kept)
    # (1)
    taken = take_picture(case, form)
    # (2)
    if not form.mistakes and (left := leave(taken.case, "identity")):
        return left
    # (3)
    good = form.read(today=case.desk.office.settings.today(case.desk.now))
    # (4)
    if form.overtaken_by(case.file):
        form.seen.data = form.mark(case.file)
        return _refuse(taken, form, status=409)
    if not good:
        return _refuse(taken, form, status=422)
    saved = taken.case.saved(**form.values(), typed=keeping.without(taken.case, "identity"), **NONE_KEPT)
    if saved.file.companion and not saved.young:
        saved = saved.saved(companion="")  # another date of birth: nobody had to come along
    if not saved.file.portrait:
        form.refuse("picture", _l("The card needs a portrait. Choose a picture."))
        return _refuse(Taken(saved, new=True), form, status=422)
    asks_who = saved.young and not saved.file.companion
    return redirect(address("companion" if asks_who else "evidence", saved), 303)


def _form(case: Case) -> tuple[IdentityForm, bool]:
    """The form, and whether it holds what was kept when the screen locked."""
    typed = case.file.typed.get("identity") if request.method == "GET" else None
    if typed is not None:
        form = IdentityForm(formdata=kept_as_form(typed))
    else:
        day, month, year = dates.parts(case.file.date_of_birth)
        held = {name: getattr(case.file, name) for name in IdentityForm.HOLDS if name != "date_of_birth"}
        form = IdentityForm(data={**held, "day": day, "month": month, "year": year, "seen": form_mark(case)})
    form.own_script_language.choices = offer([("", _("Choose")), *scripts.choices()])
    form.interpreter.choices = offer([("", _("Nobody needed")), *interpreters.choices()])
    _ask_for_place(form, case.desk.office.settings)
    return form, bool(typed and typed.get(WHY) == "locked")


def form_mark(case: Case) -> str:
    """What this screen shows of the file, in short."""
    return IdentityForm.mark(case.file)


def _ask_for_place(form: IdentityForm, settings: Settings) -> None:
    places = settings.location_codes
    if len(places) > 1:
        form.places = places
        form.location.choices = offer([("", _("Choose")), *sorted(places.items(), key=lambda item: item[1])])
    else:
        del form.location


def _show(case: Case, form: IdentityForm, *, kept: bool = False, status: int = 200) -> ResponseReturnValue:
    return show(
        "identity",
        case,
        "identity",
        form=form,
        kept=kept,
        overtaken=status == 409,
        status=status,
        **shown(case),
    )


def _refuse(taken: Taken, form: IdentityForm, *, status: int) -> ResponseReturnValue:
    if taken.new:
        # A refused page keeps nothing (citycard.web.database), and a person who sat for a portrait should sit once.
        database.session().commit()
    return _show(taken.case, form, status=status)
