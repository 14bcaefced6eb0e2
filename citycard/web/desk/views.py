"""The desk page: one field that has the focus, and what a check found.

1. What was scanned comes in the body of a POST and is gone with the request: the answer is the page itself, never kept
   (no-store), and no redirect, cookie, log line or address carries anything of it.
2. Before a picture is decoded the request lets go of the database: decoding takes a second, and SQLite has one writer.
3. Of a card that is not good nothing is shown but the verdict.
4. The page goes back to the empty one after `SECONDS`, or after `HELD` when it was asked to stay.
"""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from citycard.store.staff import Role, Staff
from citycard.web import database, pages, workplace
from citycard.web.access import open_to
from citycard.web.desk import checking, seen
from citycard.web.desk.forms import ScanForm
from citycard.web.desk.scanned import text_of
from citycard.web.verdicts import NOT_CHECKED, reason_for, said

bp = Blueprint("desk", __name__, url_prefix="/desk")

SECONDS = 15
"""Long enough to compare a face, short enough that the next person in the queue does not see it."""

HELD = 120
"""When the attendant asks: two minutes at most."""


@bp.get("/")
@open_to(Role.CLERK, Role.SUPERVISOR, Role.DESK)
def start(by: Staff) -> ResponseReturnValue:
    """The empty page, ready for the next card."""
    return _empty(ScanForm())


@bp.post("/")
@open_to(Role.CLERK, Role.SUPERVISOR, Role.DESK, redraws=True)
def check(by: Staff) -> ResponseReturnValue:
    """What the card that was just shown is worth."""
    form = ScanForm()
    if not form.validate_on_submit():
        return _empty(form), pages.status_for(form)
    # (2)
    database.session().commit()
    text = text_of(form)
    if text is None:
        return _empty(form), 422
    outcome = checking.check(text, service=checking.PAGE)
    return render_template(
        "desk/result.html",
        form=ScanForm(formdata=None),
        said=said(outcome.verdict, reason_for(text, outcome.verdict, outcome.reason)),
        # (3)
        card=seen.show(outcome.card) if outcome.card else None,
        not_checked=NOT_CHECKED,
        # (4)
        seconds=HELD if "hold" in request.form else SECONDS,
        held=HELD,
        **_lists(),
    )


def _empty(form: ScanForm) -> str:
    return render_template("desk/scan.html", form=form, **_lists())


def _lists() -> dict[str, object]:
    return {"lists": seen.list_ages(checking.trusted(), now=workplace.now())}
