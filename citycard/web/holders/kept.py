"""What do you keep about me? Everything that the register holds of a card, for whoever shows the card's code.

1. It only reads, and nothing is counted: that somebody asked is not kept either.
2. What the code says of its holder is not shown. It stands on the card; the question is what the city has.
"""

from datetime import date
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from citycard.core.number import printed_number
from citycard.operations import by_holder
from citycard.operations.refusals import OperationRefused
from citycard.store.cards import CardState
from citycard.web import errors, pages, workplace
from citycard.web.access import ANYONE, open_to
from citycard.web.cards.acts import STATES
from citycard.web.desk import checking
from citycard.web.holders import again, pictures
from citycard.web.holders.blueprint import bp
from citycard.web.holders.forms import KeptForm

PAST = _l("past its last day")
"""The register goes on calling such a card valid: its last day is in its code, and nothing has to be changed."""

errors.say(
    "holder-elsewhere",
    _l("This is not a card of this city."),
    _l("Ask the town hall of the city that stands on the card."),
    status=422,
)
errors.say(
    "holder-not-read",
    _l("This is not the code of a card."),
    _l("Scan it again, or take a picture of it, straight and close."),
    status=422,
)
errors.say(
    "holder-key",
    _l("The key that made this card is no longer good, and the card is accepted nowhere."),
    _l("Come with it: you get a new one."),
    status=422,
)
errors.say("holder-nothing", _l("The register holds nothing of this card."), status=422)


@bp.route("/kept", methods=["GET", "POST"])
@pictures.limited
@open_to(ANYONE, redraws=True)
def kept() -> ResponseReturnValue:
    """What do you keep about me? Shown to whoever shows the card."""
    if said := again.said("kept"):
        return _answer(said)
    form = KeptForm()
    if not form.validate_on_submit():
        return render_template("holders/kept.html", form=form), pages.status_for(form)
    text = pictures.code_in(form)
    if text is None:
        return render_template("holders/kept.html", form=form), 422
    try:
        # (1)
        with checking.reading() as session:
            known = by_holder.known_of(session, text, ring=workplace.ring(), now=workplace.now())
    except OperationRefused as refusal:
        refused = errors.sentence_for(refusal)
        form.refuse(pictures.where_it_came_from(form), f"{refused.title} {refused.advice}".strip())
        return render_template("holders/kept.html", form=form), 422
    return _answer(
        {
            "large": known.large,
            "number": known.number,
            "issued_on": known.issued_on.isoformat(),
            "expires_on": known.expires_on.isoformat(),
            "state": known.state.value,
            "kid": known.kid,
            "list_no": known.list_no,
            "list_index": known.list_index,
            "has_recovery_code": known.has_recovery_code,
            "filed_on": known.filed_on.isoformat() if known.filed_on else "",
            "fetch_until": known.fetch_until.isoformat() if known.fetch_until else "",
        }
    )


def _answer(known: dict[str, Any]) -> str:
    names = ("issued_on", "expires_on", "filed_on", "fetch_until")
    days = {name: date.fromisoformat(known[name]) if known[name] else None for name in names}
    state = CardState(known["state"])
    today = workplace.today()
    past = state is CardState.ACTIVE and today > date.fromisoformat(known["expires_on"])
    return render_template(
        "holders/known.html",
        known={**known, **days},
        number=printed_number(known["number"]),
        state=PAST if past else STATES[state],
        said=again.pack("kept", known),
    )
