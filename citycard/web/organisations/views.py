"""Attesting organisations, for the clerk who holds a letter and for the administrator who makes the agreements.

1. Whoever works with letters may read the register; only the administrator changes it.
2. Closing says first what will happen. Cards that were made stay as they are: nobody knows which they are.
"""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from citycard.core.errors import CitycardError
from citycard.operations import organisations as office
from citycard.store.staff import Role, Staff
from citycard.web import database, pages, workplace
from citycard.web.access import open_to
from citycard.web.organisations.forms import OrganisationForm
from citycard.web.organisations.sentences import ATTESTS, days
from citycard.web.pages import PageForm

bp = Blueprint("organisations", __name__, url_prefix="/organisations")

MAY_READ = (Role.CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR)


@bp.get("/")
@open_to(*MAY_READ)
def overview(by: Staff) -> ResponseReturnValue:
    """All of them, closed ones too (1)."""
    return render_template(
        "organisations/overview.html",
        rows=office.everyone(database.session()),
        may_act=Role.ADMINISTRATOR in by.role_set,
        **_words(),
    )


@bp.route("/add", methods=["GET", "POST"])
@open_to(Role.ADMINISTRATOR, redraws=True)
def add(by: Staff) -> ResponseReturnValue:
    """Add one."""
    form = OrganisationForm()
    if not form.validate_on_submit():
        if not form.is_submitted():
            today = workplace.today()
            form.from_day.data, form.from_month.data, form.from_year.data = map(
                str, (today.day, today.month, today.year)
            )
        return render_template("organisations/add.html", form=form), pages.status_for(form)
    values = form.read()
    if not form.mistakes:
        desk = workplace.desk()
        try:
            office.add(database.session(), **values, by=by.name, day=workplace.today(), chance=desk.chance)
        except CitycardError as error:
            form.say(error)
    if form.mistakes:
        return render_template("organisations/add.html", form=form), 422
    flash(_("The organisation is in the register. Its letters count from its first day on."), "done")
    return redirect(url_for(".overview"), 303)


@bp.route("/<int:organisation_id>/<any(close, reopen):doing>", methods=["GET", "POST"])
@open_to(Role.ADMINISTRATOR, redraws=True)
def decide(by: Staff, organisation_id: int, doing: str) -> ResponseReturnValue:
    """What would happen, and then do it (2)."""
    row = office.find(database.session(), organisation_id)
    form = PageForm()
    if not form.validate_on_submit():
        return render_template("organisations/decide.html", row=row, doing=doing, form=form), pages.status_for(form)
    desk = workplace.desk()
    office.set_active(database.session(), row, doing == "reopen", by=by.name, day=workplace.today(), chance=desk.chance)
    flash(_("Its letters count again.") if row.active else _("Its letters do not count any more."), "done")
    return redirect(url_for(".overview"), 303)


def _words() -> dict[str, object]:
    return {"attests": ATTESTS, "days": days, "today": workplace.today()}
