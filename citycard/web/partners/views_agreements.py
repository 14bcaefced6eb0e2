"""Agreements with a partner city, for the officials who answer for them.

1. Chosen are services, days and how old a list may be. Then a page says what will happen, and only then it does; the
   password was typed shortly before, as for every act of recognition. Both show what is agreed now, which the new terms
   replace; what is closed for now stays closed. A first day that has passed, and did not stand there before, is
   remarked upon: another year may be meant.
2. Before anything is agreed a draft can be printed of what was chosen; afterwards, of what stands in the register. It
   comes in the city's language and in the reader's.
3. Suspending one service, resuming it, and ending, one or all, say first what will happen, too. They need no reason
   and no answer of the other city.
"""

from datetime import date

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from citycard.core.errors import CitycardError
from citycard.operations import agreements, recognise
from citycard.operations.agreements import Terms
from citycard.operations.refusals import OperationRefused
from citycard.printing.paper import render_paper
from citycard.services.service import Service
from citycard.settings import Office
from citycard.store.partners import Partner, PartnerState
from citycard.store.staff import Staff
from citycard.web import database, languages, pages, papers, workplace
from citycard.web.access import confirmed, open_to
from citycard.web.partners import agreed, shown
from citycard.web.partners.agreement_paper import agreement_paper
from citycard.web.partners.forms import ActForm
from citycard.web.partners.forms_agreements import AgreementForm
from citycard.web.partners.views import MAY_ACT, MAY_READ, bp
from citycard.web.services.words import name_of


@bp.route("/<int:partner_id>/agreements", methods=["GET", "POST"])
@open_to(*MAY_ACT, redraws=True)
@confirmed
def agree(by: Staff, partner_id: int) -> ResponseReturnValue:
    """Choose; see what will happen; do it (1)."""
    session = database.session()
    partner = recognise.find(session, partner_id)
    if partner.state != PartnerState.RECOGNISED:
        return redirect(url_for(".show", partner_id=partner_id), 303)
    form, services = AgreementForm(), agreed.to_agree_on()
    form.offer(services)
    if request.method == "GET":
        _fill(form, partner, request.args.get("service", ""))
    asked_again = "look" in request.form or "sure" in request.form
    if not form.validate_on_submit() and not (asked_again and languages.only_the_language()):
        return _choose(partner, form, services)
    chosen, terms = _read(form, services)
    if form.mistakes or "back" in request.form:
        return _choose(partner, form, services)
    if "sure" not in request.form or languages.only_the_language():
        now_agreed = _now(partner, chosen)
        closed = {line.id: line.name for line in now_agreed if line.state == "suspended"}
        return render_template(
            "partners/agree_look.html",
            other=shown.show(partner),
            form=form,
            names=[name_of(service) for service in chosen if service.id not in closed],
            closed=list(closed.values()),
            terms=terms,
            now_agreed=now_agreed,
            long_since=terms.first_day < workplace.today() and terms.first_day not in _first_days(now_agreed),
            paper_languages=agreed.paper_languages(),
            **agreed.words(),
        )
    agreements.agree(session, workplace.desk(), partner, services=chosen, terms=terms, by=by)
    flash(_("It is agreed. Desks go by it from the next card on, within the days that you chose."), "done")
    if any(line.state == "suspended" for line in _now(partner, chosen)):
        flash(_("What was closed for now stays closed, until you open it again on this page."), "wait")
    return redirect(url_for(".show", partner_id=partner_id), 303)


@bp.post("/<int:partner_id>/agreements/draft")
@open_to(*MAY_ACT)
def draft(by: Staff, partner_id: int) -> ResponseReturnValue:
    """What was chosen, to be printed before anything is agreed (2)."""
    partner = recognise.find(database.session(), partner_id)
    form, services = AgreementForm(), agreed.to_agree_on()
    form.offer(services)
    chosen, terms = _read(form, services) if form.validate_on_submit() else ([], Terms(workplace.today()))
    if form.mistakes or not chosen:
        raise OperationRefused("Nothing can be printed of this.", code="agreement-services")
    return _paper(partner, [(service, terms) for service in chosen], request.form.get("language", ""), keep=True)


@bp.get("/<int:partner_id>/agreement.pdf")
@open_to(*MAY_READ)
def paper(by: Staff, partner_id: int) -> ResponseReturnValue:
    """What stands in the register, to be printed (2)."""
    partner = recognise.find(database.session(), partner_id)
    held = agreed.agreed_services(partner)
    if not held:
        abort(404)
    return _paper(partner, held, request.args.get("language", languages.spoken()))


@bp.route("/<int:partner_id>/agreements/suspend/<service>", methods=["GET", "POST"])
@open_to(*MAY_ACT, redraws=True)
@confirmed
def suspend_one(by: Staff, partner_id: int, service: str) -> ResponseReturnValue:
    """Close one service for now (3)."""
    return _pause(by, partner_id, service, suspend=True)


@bp.route("/<int:partner_id>/agreements/resume/<service>", methods=["GET", "POST"])
@open_to(*MAY_ACT, redraws=True)
@confirmed
def resume_one(by: Staff, partner_id: int, service: str) -> ResponseReturnValue:
    """Open one service again, on the terms it has (3)."""
    return _pause(by, partner_id, service, suspend=False)


def _pause(by: Staff, partner_id: int, service: str, *, suspend: bool) -> ResponseReturnValue:
    session = database.session()
    partner = recognise.find(session, partner_id)
    city, form = shown.show(partner), ActForm()
    line = next((line for line in agreed.opened(city).lines if line.id == service), None)
    if line is None or suspend is (line.state == "suspended"):
        return redirect(url_for(".show", partner_id=partner_id), 303)
    if not form.validate_on_submit():
        return render_template("partners/agree_pause.html", other=city, line=line, suspend=suspend, form=form)
    if suspend:
        agreements.suspend(session, workplace.desk(), partner, service=service, by=by)
        flash(_("The service is closed to its cards for now."), "done")
    else:
        agreements.resume(session, workplace.desk(), partner, service=service, by=by)
        flash(_("The service is open to its cards again."), "done")
    return redirect(url_for(".show", partner_id=partner_id), 303)


@bp.route("/<int:partner_id>/agreements/end", methods=["GET", "POST"])
@open_to(*MAY_ACT, redraws=True)
@confirmed
def end_all(by: Staff, partner_id: int) -> ResponseReturnValue:
    """End all of a city's agreements in one act (3)."""
    return _end(by, partner_id, None)


@bp.route("/<int:partner_id>/agreements/end/<service>", methods=["GET", "POST"])
@open_to(*MAY_ACT, redraws=True)
@confirmed
def end_one(by: Staff, partner_id: int, service: str) -> ResponseReturnValue:
    """End the agreement on one service (3)."""
    return _end(by, partner_id, service)


def _end(by: Staff, partner_id: int, service: str | None) -> ResponseReturnValue:
    session = database.session()
    partner = recognise.find(session, partner_id)
    city, form = shown.show(partner), ActForm()
    lines = [line for line in agreed.opened(city).lines if service in (None, line.id)]
    if not lines:
        return redirect(url_for(".show", partner_id=partner_id), 303)
    if not form.validate_on_submit():
        return render_template("partners/agree_end.html", other=city, lines=lines, service=service, form=form)
    count = agreements.end(session, workplace.desk(), partner, by=by, service=service)
    flash(
        ngettext(
            "The agreement has ended: its cards open this service no more.",
            "The agreements have ended: its cards open these %(num)d services no more.",
            count,
        ),
        "done",
    )
    return redirect(url_for(".show", partner_id=partner_id), 303)


def _fill(form: AgreementForm, partner: Partner, service: str) -> None:
    """Begin with today, or with what is agreed on this service."""
    row = next((row for row in agreements.of(database.session(), partner) if row.service == service), None)
    form.fill([service] if row else [], agreements.terms_of(row) if row else Terms(workplace.today()))


def _now(partner: Partner, services: list[Service]) -> list[agreed.Line]:
    """Return what is agreed now on these services."""
    ids = {service.id for service in services}
    return [line for line in agreed.lines(partner) if line.id in ids]


def _first_days(lines: list[agreed.Line]) -> set[date]:
    return {line.terms.first_day for line in lines}


def _choose(partner: Partner, form: AgreementForm, services: list[Service]) -> ResponseReturnValue:
    status = 422 if form.mistakes else pages.status_for(form)
    page = render_template(
        "partners/agree.html",
        other=shown.show(partner),
        form=form,
        services=services,
        now_agreed=_now(partner, services),
        **agreed.words(),
    )
    return page, status


def _read(form: AgreementForm, services: list[Service]) -> tuple[list[Service], Terms]:
    """Return what was chosen; what cannot be agreed on is said beside its field."""
    chosen, terms = form.read(services)
    if not form.mistakes:
        try:
            agreements.check(chosen, terms, settings=workplace.settings(), today=workplace.today())
        except CitycardError as error:
            form.say(error)
    return chosen, terms


def _paper(partner: Partner, chosen: list[tuple[Service, Terms]], language: str, *, keep: bool = False) -> Response:
    if language not in languages.LANGUAGES:
        abort(404)
    office: Office = current_app.config["OFFICE"]
    with force_locale(language):
        made = agreement_paper(office, shown.show(partner), chosen, today=workplace.today())
    return papers.pdf(render_paper(made), f"agreement-{language}.pdf", keep=keep)  # a draft answers a form
