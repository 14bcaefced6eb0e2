"""The first of the holders' pages, and the one for whoever found a card. Both only tell."""

from flask import render_template
from flask.typing import ResponseReturnValue

from citycard.operations.handed_in import KEPT
from citycard.web.access import ANYONE, open_to
from citycard.web.holders.blueprint import bp


@bp.get("/")
@open_to(ANYONE)
def start() -> ResponseReturnValue:
    """Your card: lost, found, what is kept of it, ending it."""
    return render_template("holders/start.html")


@bp.get("/found")
@open_to(ANYONE)
def found() -> ResponseReturnValue:
    """I found a card: where to bring it, and what becomes of it."""
    return render_template("holders/found.html", days=KEPT.days)
