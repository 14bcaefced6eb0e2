"""Devices at desks, for whoever stands beside one.

1. Whoever checks cards may see which devices there are. Supervisors and administrators add and withdraw: both are there
   when a counter opens, and a lost device is reported to whoever is in.
2. The code that enrols a device stands on a page that can be loaded again while it is good; then it shows no code. What
   is in it is known to whoever is signed in and to the device, and to no log.
3. Withdrawing says first what will happen.
4. The bundle can be taken to a device on a stick. Nothing in it is secret.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time, ngettext
from flask_babel import gettext as _

from citycard.core.errors import CitycardError
from citycard.core.verify import RED
from citycard.operations import devices as office
from citycard.operations.desk_bundle import Bundles, device_fingerprint
from citycard.partners.desk_bundle import TYPE
from citycard.store.devices import DeskDevice
from citycard.store.staff import Role, Staff
from citycard.web import database, pages, workplace
from citycard.web.access import open_to
from citycard.web.desk import purpose
from citycard.web.desk_app.api import BUNDLES
from citycard.web.devices import code
from citycard.web.devices.forms import DeviceForm
from citycard.web.pages import PageForm
from citycard.web.services.views import register

bp = Blueprint("devices", __name__, url_prefix="/devices")

MAY_READ = (Role.CLERK, Role.SUPERVISOR, Role.DESK, Role.ADMINISTRATOR, Role.AUDITOR)
MAY_ACT = (Role.SUPERVISOR, Role.ADMINISTRATOR)

FILE_NAME = "desk.citycard"


@dataclass(frozen=True)
class Line:
    """A device in the list."""

    row: DeskDevice
    state: str
    """used, open (for enrolment), waiting or withdrawn."""
    service: str
    fetched: str
    level: str
    """fine, amber or red, by how old its lists are at least."""


@bp.get("/")
@open_to(*MAY_READ)
def overview(by: Staff) -> ResponseReturnValue:
    """All of them (1)."""
    names = dict(purpose.choices())
    lines = [_line(row, names) for row in office.everyone(database.session())]
    return render_template(
        "devices/overview.html",
        lines=[line for line in lines if line.row.active],
        gone=[line for line in lines if not line.row.active],
        may_act=not by.role_set.isdisjoint(MAY_ACT),
    )


@bp.route("/add", methods=["GET", "POST"])
@open_to(*MAY_ACT, redraws=True)
def add(by: Staff) -> ResponseReturnValue:
    """Add one."""
    form = DeviceForm()
    form.offer()
    if not form.validate_on_submit():
        return render_template("devices/add.html", form=form), pages.status_for(form)
    try:
        row = office.propose(
            database.session(), workplace.desk(), name=form.name.data or "", service=form.chosen, by=by.name
        )
    except CitycardError as error:
        form.say(error)
        return render_template("devices/add.html", form=form), 422
    return redirect(url_for(".enrolment", device_id=row.id), 303)


@bp.get("/<int:device_id>/code")
@open_to(*MAY_ACT)
def enrolment(by: Staff, device_id: int) -> ResponseReturnValue:
    """The code for a device, while it is good (2)."""
    row = office.get(database.session(), device_id)
    token = office.invitation(row, workplace.desk())
    text = code.address(token) if token else ""
    shown: dict[str, Any] = {}
    if text and row.enrolment_ends is not None:
        shown = {
            "text": text,
            "picture": code.picture(text, label=_("Code that enrols the device")),
            "until": format_time(row.enrolment_ends, "short"),
            "mark": device_fingerprint(workplace.desk().office),
        }
    return render_template("devices/code.html", row=row, **shown)


@bp.post("/<int:device_id>/code")
@open_to(*MAY_ACT)
def another_code(by: Staff, device_id: int) -> ResponseReturnValue:
    """Another code for the same device."""
    row = office.get(database.session(), device_id)
    office.invite(database.session(), workplace.desk(), row, by=by.name)
    return redirect(url_for(".enrolment", device_id=row.id), 303)


@bp.route("/<int:device_id>/change", methods=["GET", "POST"])
@open_to(*MAY_ACT, redraws=True)
def change(by: Staff, device_id: int) -> ResponseReturnValue:
    """Give it another name or service."""
    row = office.get(database.session(), device_id)
    form = DeviceForm()
    form.offer(None if form.is_submitted() else row)
    if not form.validate_on_submit():
        return render_template("devices/change.html", form=form, row=row), pages.status_for(form)
    service = row.service if form.service.data == row.service else form.chosen
    try:
        office.change(database.session(), workplace.desk(), row, name=form.name.data or "", service=service, by=by.name)
    except CitycardError as error:
        form.say(error)
        return render_template("devices/change.html", form=form, row=row), 422
    flash(_("Saved. The device learns of it when it next fetches the lists."), "done")
    return redirect(url_for(".overview"), 303)


@bp.route("/<int:device_id>/withdraw", methods=["GET", "POST"])
@open_to(*MAY_ACT, redraws=True)
def withdraw(by: Staff, device_id: int) -> ResponseReturnValue:
    """What would happen, and then do it (3)."""
    row = office.get(database.session(), device_id)
    form = PageForm()
    if not form.validate_on_submit():
        return render_template("devices/withdraw.html", row=row, form=form), pages.status_for(form)
    office.withdraw(database.session(), workplace.desk(), row, by=by.name)
    flash(_("This device is withdrawn. It forgets everything when it next asks for the lists."), "done")
    return redirect(url_for(".overview"), 303)


@bp.get("/bundle")
@open_to(*MAY_READ)
def bundle(by: Staff) -> ResponseReturnValue:
    """What devices fetch, as a file for a stick (4)."""
    bundles: Bundles = current_app.extensions[BUNDLES]
    made = bundles.current(
        database.session(), workplace.ring(), services=register().now(workplace.today()), now=workplace.now()
    )
    answer = Response(made.data, content_type=TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return answer


def _line(row: DeskDevice, names: dict[str, str]) -> Line:
    today = workplace.today()
    if not row.active:
        state = "withdrawn"
    elif office.invitation(row, workplace.desk()) is not None:
        state = "open"
    else:
        state = "used" if row.token_hash else "waiting"
    return Line(
        row=row,
        state=state,
        service=names.get(row.service, row.service) if row.service else "",
        fetched=_days_ago(row.seen_on, today),
        level=_level(row.seen_on, today),
    )


def _days_ago(day: date | None, today: date) -> str:
    if day is None:
        return str(_("never"))
    days = max(0, (today - day).days)
    if days == 0:
        return str(_("today"))
    return str(_("yesterday") if days == 1 else ngettext("%(num)d day ago", "%(num)d days ago", days))


def _level(day: date | None, today: date) -> str:
    if day is None:
        return "amber"
    age = today - day
    return "red" if age >= RED else "amber" if age > timedelta(days=1) else "fine"
