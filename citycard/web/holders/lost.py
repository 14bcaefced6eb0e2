"""My card is lost: the recovery code suspends it, at once and for everybody.

1. A code is looked up in a transaction that only reads: strangers who try codes never keep a clerk from saving.
2. The right one suspends, and the list is signed in the same request.
3. The answer is the page itself. Sent once more, by a reload or by somebody unsure, it says the same.
"""

from datetime import date

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from citycard.operations import by_holder, recovery
from citycard.operations.recovery import RecoveryRefused
from citycard.web import database, errors, pages, workplace
from citycard.web.access import ANYONE, open_to
from citycard.web.cards.publishing import publish
from citycard.web.desk import checking
from citycard.web.holders import again, guesses
from citycard.web.holders.blueprint import bp
from citycard.web.holders.forms import LostForm

errors.say(
    "recovery-typed",
    _l("There is a slip in this code."),
    _l("Compare each letter and figure with your sheet. Nothing you typed is lost."),
    status=422,
)
errors.say(
    "recovery-unknown",
    _l("With this code no card can be stopped."),
    _l("Perhaps your card has ended, or the code is of an earlier card. Call us or come: we look at it together."),
    status=422,
)


@bp.route("/lost", methods=["GET", "POST"])
@open_to(ANYONE, redraws=True)
def lost() -> ResponseReturnValue:
    """My card is lost: suspend it with the recovery code."""
    if said := again.said("lost"):
        return _answer(**said)
    form = LostForm()
    if not form.validate_on_submit():
        return render_template("holders/lost.html", form=form), pages.status_for(form)
    try:
        reported, published = _report(form.recovery.data or "")
    except RecoveryRefused as refusal:
        refused = errors.sentence_for(refusal)
        if refusal.code == "recovery-unknown" and (wait := guesses.wait()) is not None:
            return wait
        form.refuse("recovery", f"{refused.title} {refused.advice}")
        return render_template("holders/lost.html", form=form), 422
    # (3)
    until = reported.fetch_until
    return _answer(already=reported.already, until=until.isoformat() if until else "", published=published)


def _report(typed: str) -> tuple[by_holder.Reported, bool]:
    office, desk = current_app.config["OFFICE"], workplace.desk()
    # (1)
    with checking.reading() as session:
        recovery.find(session, typed, office=office)
    # (2)
    reported = by_holder.report_lost(database.session(), typed, office=office, now=desk.now, chance=desk.chance)
    return reported, publish()


def _answer(*, already: bool, until: str, published: bool) -> str:
    return render_template(
        "holders/stopped.html",
        already=already,
        published=published,
        until=date.fromisoformat(until) if until else None,
        said=again.pack("lost", {"already": already, "until": until, "published": published}),
    )
