"""The desk page: one field that has the focus, and what a check found.

1. What was scanned comes in the body of a POST and is gone with the request: the answer is the page itself, never kept
   (no-store), and no redirect, cookie, log line or address carries anything of it.
2. Before a picture is decoded the request lets go of the database: decoding takes a second, and SQLite has one writer.
3. Of a card that is not good nothing is shown but the verdict.
4. The page goes back to the empty one after `SECONDS`, or after `HELD` when it was asked to stay.
5. A desk can be set to a service of the register (`purpose`). Then it says whether the card opens that, and shows of a
   card that does only what the service needs.
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from citycard.operations.check import OF_THE_CITY, AskedFor, Outcome
from citycard.store.staff import Role, Staff
from citycard.web import pages, workplace
from citycard.web.access import open_to
from citycard.web.desk import checking, purpose, seen
from citycard.web.desk.forms import ScanForm
from citycard.web.desk.scanned import text_of
from citycard.web.services.words import name_of
from citycard.web.verdicts import NOT_CHECKED, reason_for, said

bp = Blueprint("desk", __name__, url_prefix="/desk")

SECONDS = 15
"""Long enough to compare a face, short enough that the next person in the queue does not see it."""

HELD = 120
"""When the attendant asks: two minutes at most."""


@bp.get("/")
@open_to(Role.CLERK, Role.SUPERVISOR, Role.DESK)
def start(by: Staff) -> ResponseReturnValue:
    """The empty page, ready for the next card; with `?for=`, to the page of a desk for this service."""
    chosen = request.args.get("for", "")
    if chosen:
        return redirect(url_for(".for_service", service=chosen), 303)
    return _empty(ScanForm())


@bp.get("/for/<service>")
@open_to(Role.CLERK, Role.SUPERVISOR, Role.DESK)
def for_service(by: Staff, service: str) -> ResponseReturnValue:
    """The empty page of a desk that is set to a service (5)."""
    asked = purpose.asked_for(service)
    return _gone() if asked is None else _empty(ScanForm(), asked)


@bp.post("/")
@open_to(Role.CLERK, Role.SUPERVISOR, Role.DESK, redraws=True)
def check(by: Staff) -> ResponseReturnValue:
    """What the card that was just shown is worth."""
    return _check(None)


@bp.post("/for/<service>")
@open_to(Role.CLERK, Role.SUPERVISOR, Role.DESK, redraws=True)
def check_for(by: Staff, service: str) -> ResponseReturnValue:
    """Whether the card that was just shown opens this service (5)."""
    asked = purpose.asked_for(service)
    return _gone() if asked is None else _check(asked)


def _check(asked: AskedFor | None) -> ResponseReturnValue:
    form = ScanForm()
    if not form.validate_on_submit():
        return _empty(form, asked), pages.status_for(form)
    # (2)
    text = text_of(form)
    if text is None:
        return _empty(form, asked), 422
    outcome = checking.check(text, service=asked.service.id if asked else checking.PAGE, asked=asked)
    return render_template(
        "desk/result.html",
        form=ScanForm(formdata=None),
        said=said(outcome.verdict, reason_for(text, outcome.verdict, outcome.reason)),
        # (3)
        card=_seen(outcome, asked),
        opens=[name_of(service) for service in outcome.opens],
        of_the_city=outcome.reason in OF_THE_CITY,
        not_checked=NOT_CHECKED,
        # (4)
        seconds=HELD if "hold" in request.form else SECONDS,
        held=HELD,
        **_around(asked),
    )


def _seen(outcome: Outcome, asked: AskedFor | None) -> seen.Seen | None:
    if outcome.card is None:
        return None
    if asked is None or outcome.decision is None:
        return seen.show(outcome.card)
    return seen.show_for(outcome.card, asked.service, outcome.decision, told=purpose.told(asked.service))


def _empty(form: ScanForm, asked: AskedFor | None = None) -> str:
    return render_template("desk/scan.html", form=form, choices=purpose.choices(), **_around(asked))


def _gone() -> ResponseReturnValue:
    flash(_("This service is not in the register now. Choose another, or check without one."), "wait")
    return redirect(url_for(".start"), 303)


def _around(asked: AskedFor | None) -> dict[str, object]:
    """What the empty page and its result both show: the service, its address, how old the lists are."""
    return {
        "service": purpose.told(asked.service) if asked else None,
        "needs": purpose.needs_of(asked.service) if asked else "",
        "here": url_for(".for_service", service=asked.service.id) if asked else url_for(".start"),
        "lists": seen.list_ages(checking.trusted(), now=workplace.now()),
    }
