"""Signing in, locking, unlocking, confirming, signing out.

When somebody signs in, a refused password is said beside the password field, in one sentence that fits a wrong name, a
wrong password and a wait alike. Where the person is known (a locked screen, an act to be confirmed) the page says which
it is, and how long the wait. The name that was typed stays; the password is never sent back.
"""

import os
from datetime import datetime, timedelta

from flask import Blueprint, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_timedelta
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from citycard.operations import places
from citycard.operations import sign_in as office
from citycard.store.staff import Role, Staff, StaffSession
from citycard.web import access, database, known_browsers, limits, pages, sessions, workplace
from citycard.web.access import ANYONE, EVERY_ROLE, open_to
from citycard.web.errors import sentence_for
from citycard.web.limits import limiter
from citycard.web.staff import endings
from citycard.web.staff.forms import PasswordForm, SignInForm

bp = Blueprint("staff", __name__, url_prefix="/staff")

_NO_FIT = _l("This password does not fit")
_UNTRIED = _l("After several wrong passwords you have to wait: this one was not tried")


@bp.get("/")
@open_to(*EVERY_ROLE)
def home(by: Staff) -> ResponseReturnValue:
    """What this person can do here."""
    return render_template(
        "staff/home.html",
        roles=[role_name(role) for role in Role if role in by.role_set],
        lists_are_scarce=Role.ADMINISTRATOR in by.role_set and places.scarce(places.usage(database.session())),
        endings=endings.told_to(by),
        ending_names=endings.NAMES,
    )


@bp.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(limits.WRONG_SIGN_INS, methods=["POST"], deduct_when=limits.refused, exempt_when=known_browsers.may_try)
@open_to(ANYONE, redraws=True)
def sign_in() -> ResponseReturnValue:
    """Name and password, then on to where the person was going."""
    if "found" in g:
        return access.go_on(url_for(".home"))
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("staff/sign_in.html", form=form), pages.status_for(form)
    try:
        opened = office.sign_in(
            database.session(),
            name=(form.name.data or "").strip(),
            password=form.password.data or "",
            now=workplace.now(),
            chance=os.urandom,
            known_browser=known_browsers.take_a_try(),
        )
    except office.SignInRefused as refusal:
        current_app.logger.info("a sign-in was refused")
        said = sentence_for(refusal)
        form.refuse("password", said.title)
        return render_template("staff/sign_in.html", form=form, advice=said.advice), said.status
    answer = access.go_on(url_for(".home"))
    sessions.start_afresh()
    sessions.begin(opened)
    known_browsers.remember(opened.staff.id)
    return answer


@bp.post("/lock")
@open_to(*EVERY_ROLE, while_locked=True)
def lock(by: Staff) -> ResponseReturnValue:
    """Close the screen; it opens on the first page. Forms have a lock button of their own, which loses nothing."""
    office.keep_place(database.session(), g.token, url_for(".home"), lock=True)
    return redirect(url_for(".locked"), 303)


@bp.post("/here")
@open_to(*EVERY_ROLE)
def here(by: Staff) -> ResponseReturnValue:
    """Somebody is typing on a long page. That the request came is all; the session was written down as used."""
    return "", 204


@bp.route("/locked", methods=["GET", "POST"])
@open_to(*EVERY_ROLE, while_locked=True, redraws=True)
def locked(by: Staff) -> ResponseReturnValue:
    """The locked screen: the password opens it where it was."""
    if not g.found.locked:
        return redirect(url_for(".home"), 303)
    return _ask_again("staff/locked.html")


@bp.route("/confirm", methods=["GET", "POST"])
@open_to(*EVERY_ROLE, redraws=True)
def confirm(by: Staff) -> ResponseReturnValue:
    """The password again, before something that cannot be undone."""
    return _ask_again("staff/confirm.html")


@bp.post("/sign-out")
@open_to(ANYONE)
def sign_out() -> ResponseReturnValue:
    """Leave. Also for a locked screen, and for a session that is already over."""
    sessions.finish()
    flash(_("You are signed out."), "done")
    return redirect(url_for("public.home"), 303)


def role_name(role: Role) -> str:
    """A role in the reader's language."""
    names: dict[Role, str] = {
        Role.CLERK: _("clerk"),
        Role.SUPERVISOR: _("supervisor"),
        Role.DESK: _("desk"),
        Role.ADMINISTRATOR: _("administrator"),
        Role.KEY_CUSTODIAN: _("key custodian"),
        Role.AUDITOR: _("auditor"),
    }
    return names[role]


def _ask_again(page: str) -> ResponseReturnValue:
    form = PasswordForm()
    if not form.validate_on_submit():
        return render_template(page, form=form), pages.status_for(form)
    row, now = g.found.row, workplace.now()
    place, untried = row.return_to, _wait(row, now)
    renew = office.unlock if g.found.locked else office.confirm
    try:
        opened = renew(
            database.session(),
            g.found,
            password=form.password.data or "",
            now=now,
            chance=os.urandom,
        )
    except office.SignInRefused:
        # The page says whose screen it is, so it may say what is wrong; the sign-in page may not.
        current_app.logger.info("a password was refused")
        form.refuse("password", _UNTRIED if untried else _NO_FIT)
        return render_template(page, form=form, advice=_try_again(_wait(row, now))), 403
    sessions.begin(opened)
    return redirect(place if access.is_ours(place) else url_for(".home"), 303)


def _wait(row: StaffSession, now: datetime) -> timedelta:
    """How long until the next password is tried."""
    until = row.blocked_until
    return max(until - now, timedelta(0)) if until else timedelta(0)


def _try_again(wait: timedelta) -> str:
    """When to try again; rounded up, so that whoever waits as long as we say need not wait once more."""
    if not wait:
        return str(_("Look at capital letters and keyboard language."))
    seconds = -(-wait // timedelta(seconds=1))
    rounded = timedelta(seconds=seconds if seconds < 60 else -(-seconds // 60) * 60)
    return str(_("Try again in %(time)s.", time=format_timedelta(rounded, threshold=1)))
