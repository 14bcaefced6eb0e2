"""The transit sheet at the counter, only for a holder who asks for it.

1. From an enrolment that is finished, or from the card of a holder who comes later: then one of its codes is scanned,
   and the sheet carries the very code that was scanned. It goes from page to page in the body of the request.
2. A page shows the warning, large, in the holder's language: one of six, which stands in no address. Choosing another
   draws the page again.
3. Without the tick nothing is printed. With it the sheet is the answer, and nothing of it is kept (`making`).
"""

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from citycard.core.errors import CitycardError
from citycard.store.cards import Card
from citycard.store.enrolments import EnrolmentState
from citycard.store.staff import Role, Staff
from citycard.transit.sentences import LANGUAGES, name_in, texts
from citycard.web import database, languages, pages, workplace
from citycard.web.access import open_to
from citycard.web.enrolment.case import Case, address, next_step, open_case
from citycard.web.errors import sentence_for
from citycard.web.transit import making
from citycard.web.transit.blueprint import bp
from citycard.web.transit.forms import EnrolledForm, ScanForm, ScannedForm, WarningForm

PRINT = "print"
"""The button that wants the sheet; any other, and the language of the page, draws the page again."""


@bp.get("/transit/")
@open_to(Role.CLERK, Role.SUPERVISOR)
def scan(by: Staff) -> ResponseReturnValue:
    """Which card?"""
    return render_template("transit/scan.html", form=ScanForm())


@bp.post("/transit/")
@open_to(Role.CLERK, Role.SUPERVISOR, redraws=True)
def of_card(by: Staff) -> ResponseReturnValue:
    """The warning for the card that was scanned; and, ticked, its sheet."""
    if "language" not in request.form:
        return _first(ScanForm())
    form = ScannedForm()
    card, code, full = making.scanned(form.code.data or "")
    if not _wanted(form):
        return _warning(form, full=full)
    if not form.validate_on_submit():
        return _warning(form, full=full), pages.status_for(form)
    return making.sheet(card, code, full=full)


@bp.get("/enrolments/<ticket>/transit")
@open_to(Role.CLERK)
def of_enrolment(by: Staff, ticket: str) -> ResponseReturnValue:
    """The warning for a holder whose card was just made."""
    case = open_case(ticket)
    if not _has_codes(case):
        return redirect(address(next_step(case, by), case), 303)
    return _warning(EnrolledForm(formdata=None, language=case.file.language), case=case)


@bp.post("/enrolments/<ticket>/transit")
@open_to(Role.CLERK, redraws=True)
def print_of_enrolment(by: Staff, ticket: str) -> ResponseReturnValue:
    """The sheet, from the codes in the sealed file."""
    case = open_case(ticket)
    if not _has_codes(case):
        return redirect(address(next_step(case, by), case), 303)
    form = EnrolledForm()
    if not _wanted(form):
        return _warning(form, case=case)
    if not form.validate_on_submit():
        return _warning(form, case=case), pages.status_for(form)
    card = making.demand_good(database.session().get_one(Card, case.enrolment.card_number))
    full = form.which.data == "full"
    return making.sheet(card, case.file.full_code if full else case.file.light_code, full=full)


def _first(form: ScanForm) -> ResponseReturnValue:
    if not form.validate_on_submit():
        return render_template("transit/scan.html", form=form), pages.status_for(form)
    try:
        _, code, full = making.scanned(form.code.data or "")
    except CitycardError as refusal:
        said = sentence_for(refusal)
        form.refuse("code", f"{said.title} {said.advice}".strip())
        return render_template("transit/scan.html", form=form), 422
    return _warning(ScannedForm(formdata=None, code=code, language=languages.spoken()), full=full)


def _wanted(form: WarningForm) -> bool:
    return request.form.get("do") == PRINT and not languages.only_the_language()


def _has_codes(case: Case) -> bool:
    return case.state in (EnrolmentState.ISSUED, EnrolmentState.PRINTED)


def _warning(form: WarningForm, *, case: Case | None = None, full: bool = False) -> str:
    # (2)
    said = texts(form.language.data if form.language.data in LANGUAGES else "en")
    settings = workplace.settings()
    city = name_in(settings.names, said.language, settings.default_language)
    codes = ("light", "full") if case else ("full",) if full else ("light",)
    values: dict[str, Any] = {"ticket": case.ticket} if case else {}
    return render_template(
        "transit/warning.html",
        form=form,
        said=said,
        sentences=[
            said.say(f"warning.{name}", **({"city": city} if name == "seen" else {}))
            for name in ("risky", "seen", "checks", "help", *codes, "kept")
        ],
        full=full,
        **values,
    )
