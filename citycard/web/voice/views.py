"""Consultations, for the supervisors who open and close them.

1. The list and the page of one say how many cards took part, and of no card whether it did.
2. Closing says first what is destroyed; the password was typed shortly before, because nothing brings it back.
3. Devices are chosen by name, and the password was typed shortly before: a chosen device can ask about cards.
"""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _

from citycard.core.errors import CitycardError
from citycard.operations import devices, voice
from citycard.operations.voice import Stage
from citycard.store.devices import DeskDevice
from citycard.store.staff import Role, Staff
from citycard.store.voice import Consultation
from citycard.web import database, pages, workplace
from citycard.web.access import confirmed, open_to
from citycard.web.pages import PageForm
from citycard.web.voice.forms import ChoiceForm, ConsultationForm

bp = Blueprint("voice", __name__, url_prefix="/voice")

MAY_READ = (Role.SUPERVISOR, Role.AUDITOR)


@bp.get("/")
@open_to(*MAY_READ)
def overview(by: Staff) -> ResponseReturnValue:
    """All consultations, and how many cards took part (1)."""
    rows = voice.everyone(database.session())
    return render_template("voice/overview.html", rows=[_told(row) for row in rows], **_words(by))


@bp.route("/new", methods=["GET", "POST"])
@open_to(Role.SUPERVISOR, redraws=True)
def new(by: Staff) -> ResponseReturnValue:
    """Open one."""
    form = ConsultationForm()
    form.offer(devices.everyone(database.session()))
    if not form.validate_on_submit():
        if not form.is_submitted():
            form.propose(workplace.now().astimezone(workplace.settings().zone))
        return render_template("voice/new.html", form=form), pages.status_for(form)
    values = form.read()
    if not form.mistakes:
        try:
            row = voice.open_consultation(database.session(), workplace.desk(), **values, by=by)
        except CitycardError as error:
            form.say(error)
        else:
            flash(_("The consultation is here. Now fetch it on the device, in the part “One card, one voice”."), "done")
            return redirect(url_for(".show", consultation=row.id), 303)
    return render_template("voice/new.html", form=form), 422


@bp.get("/<consultation>")
@open_to(*MAY_READ)
def show(by: Staff, consultation: str) -> ResponseReturnValue:
    """One of them (1)."""
    row = voice.find(database.session(), consultation)
    return render_template("voice/show.html", it=_told(row), **_words(by))


@bp.route("/<consultation>/devices", methods=["GET", "POST"])
@open_to(Role.SUPERVISOR, redraws=True)
@confirmed
def choose(by: Staff, consultation: str) -> ResponseReturnValue:
    """Which devices may serve it (3)."""
    session = database.session()
    row = voice.find(session, consultation)
    before = [link.device_id for link in voice.devices_of(session, row)]
    form = ChoiceForm()
    form.offer(devices.everyone(session), chosen=before)
    if not form.validate_on_submit():
        if not form.is_submitted():
            form.chosen.data = before
        return render_template("voice/devices.html", it=_told(row), form=form, **_words(by)), pages.status_for(form)
    try:
        voice.choose(session, workplace.desk(), row, chosen=form.chosen.data or [], by=by)
    except CitycardError as error:
        form.say(error)
        return render_template("voice/devices.html", it=_told(row), form=form, **_words(by)), 422
    flash(_("The devices are chosen."), "done")
    return redirect(url_for(".show", consultation=consultation), 303)


@bp.route("/<consultation>/close", methods=["GET", "POST"])
@open_to(Role.SUPERVISOR, redraws=True)
@confirmed
def close(by: Staff, consultation: str) -> ResponseReturnValue:
    """What is destroyed, and then do it (2)."""
    session = database.session()
    row = voice.find(session, consultation)
    if row.closed:
        return redirect(url_for(".show", consultation=consultation), 303)
    form = PageForm()
    if not form.validate_on_submit():
        return render_template("voice/close.html", it=_told(row), form=form, **_words(by)), pages.status_for(form)
    voice.close(session, workplace.desk(), row, by=by)
    if row.several:
        flash(_("The consultation is closed. What could tell who took part is destroyed."), "done")
    elif row.device_id is None:
        flash(_("The consultation is closed."), "done")
    else:
        flash(_("The consultation is closed. The device deletes its key and its marks when it next asks."), "done")
    return redirect(url_for(".show", consultation=consultation), 303)


def _told(row: Consultation) -> dict[str, object]:
    session = database.session()
    device = session.get(DeskDevice, row.device_id) if row.device_id is not None else None
    links = {link.device_id: link.begun for link in voice.devices_of(session, row)}
    count = voice.took_part(session, row)
    return {
        "row": row,
        "stage": voice.stage(row, workplace.now()),
        "count": None if count is None else format_decimal(count),
        "back": format_decimal(row.taken_back) if row.taken_back else "",
        "device": device.name if device is not None else "",
        "chosen": [(one.name, links[one.id]) for one in devices.everyone(session) if one.id in links],
    }


def _words(by: Staff) -> dict[str, object]:
    return {"Stage": Stage, "may_act": Role.SUPERVISOR in by.role_set}
