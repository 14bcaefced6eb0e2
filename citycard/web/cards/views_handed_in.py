"""Found cards that lie in the town hall: how many, and which are to be taken out and shredded.

A number is shown only of a card that has ended, so that it can be found in the drawer. Of the others the page says how
many they are: it is no list to look somebody up in.
"""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from citycard.core.number import printed_number
from citycard.operations import handed_in
from citycard.store.staff import Role, Staff
from citycard.web import database, workplace
from citycard.web.access import open_to
from citycard.web.cards.forms import HeldForm
from citycard.web.cards.found import find as find_our_card
from citycard.web.cards.views import bp


@bp.get("/handed-in")
@open_to(Role.CLERK, Role.SUPERVISOR)
def found_cards(by: Staff) -> ResponseReturnValue:
    """What lies here."""
    drawer = handed_in.drawer(database.session())
    return render_template(
        "cards/handed_in.html",
        drawer=drawer,
        to_shred=[(number, printed_number(number)) for number in drawer.to_shred],
        days=handed_in.KEPT.days,
    )


@bp.post("/shredded")
@open_to(Role.CLERK, Role.SUPERVISOR)
def shredded(by: Staff) -> ResponseReturnValue:
    """It was taken out and shredded."""
    found = find_our_card(HeldForm().card.data or "")
    handed_in.shred(database.session(), workplace.desk(), found.card, by=by)
    flash(str(_l("The card is shredded, and its record is gone.")), "done")
    return redirect(url_for(".found_cards"), 303)
