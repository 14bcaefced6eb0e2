"""An authority is asking: three sentences to say, a person to call, two sheets to print, a counter.

1. Open to everybody who works here, also while the screen is locked: an officer does not wait, and nothing on these
   pages is about anybody. Counting wants the screen open, because it is done in somebody's name.
2. The receipt is filled in by hand. It is drawn for a day, and nothing of it is kept.
3. What everybody may read is at /requests.
"""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from citycard.operations import authority
from citycard.store.staff import Role, Staff
from citycard.web import database, errors, pages, workplace
from citycard.web.access import ANYONE, open_to
from citycard.web.authority.forms import KINDS, CountForm

bp = Blueprint("authority", __name__)

errors.say("authority-kind", _l("Say how it was answered."), _l("Choose one of the two."), status=422)


@bp.get("/authority/")
@open_to(*Role, while_locked=True)
def asking(by: Staff) -> ResponseReturnValue:
    """What to say and whom to call when an authority asks for data."""
    return render_template("authority/asking.html", form=CountForm(formdata=None))


@bp.post("/authority/")
@open_to(*Role, redraws=True)
def count(by: Staff) -> ResponseReturnValue:
    """Count a request: its week and one of two kinds."""
    form = CountForm()
    if not form.validate_on_submit():
        return render_template("authority/asking.html", form=form), pages.status_for(form)
    authority.count(database.session(), workplace.desk(), form.kind.data, by=by)
    flash(str(_l("Counted. Nothing else was written down.")), "done")
    return redirect(url_for(".asking"), 303)


@bp.get("/authority/receipt")
@open_to(*Role, while_locked=True)
def receipt(by: Staff) -> ResponseReturnValue:
    """A receipt to print: that somebody asked today, with lines to fill in by hand."""
    settings = workplace.settings()
    return render_template("authority/receipt.html", today=settings.today(workplace.now()))


@bp.get("/authority/table")
@open_to(*Role, while_locked=True)
def what_there_is(by: Staff) -> ResponseReturnValue:
    """What can be found in our computers and what cannot, to print and hand over."""
    return render_template(
        "authority/table.html",
        today=workplace.today(),
        cards=authority.cards_in_hundreds(database.session()),
    )


@bp.get("/requests")
@open_to(ANYONE)
def requests() -> ResponseReturnValue:
    """How often authorities asked, by the year, and what the city could have given."""
    today = workplace.today()
    return render_template(
        "authority/requests.html", years=authority.by_year(database.session(), today=today), kinds=KINDS
    )
