"""Finding a card by the card, and changing what it is.

1. The number travels in the bodies of forms. The page after an act is the empty one with a sentence that names no card.
2. Before an act, a page says what will happen, to whom, from when and whether it can be undone; it asks for the
   password when that was typed long ago.
3. After an act the list is signed in the same request. When the key is not at hand the clock of the office does it.
"""

import logging
from typing import Any, NamedTuple

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from citycard.core.errors import CitycardError
from citycard.core.number import printed_number
from citycard.operations import cards, status_lists
from citycard.store.cards import Card, CardState
from citycard.store.staff import Role, Staff
from citycard.web import database, pages, workplace
from citycard.web.access import confirmed, open_to
from citycard.web.cards.forms import FindForm, HeldForm
from citycard.web.cards.found import find as find_our_card
from citycard.web.errors import sentence_for

log = logging.getLogger("citycard.cards")

bp = Blueprint("cards", __name__, url_prefix="/cards")

STATES = {
    CardState.RESERVED: _l("not issued"),
    CardState.ACTIVE: _l("valid"),
    CardState.SUSPENDED: _l("suspended"),
    CardState.ENDED: _l("ended"),
    CardState.VOID: _l("void"),
}


class Act(NamedTuple):
    """Something that can be done to a card, and what is said of it before and after."""

    to: CardState
    kind: str
    """Of its button: quiet, or grave for what cannot be undone."""
    label: Any
    title: Any
    whom: Any
    when: Any
    undo: Any
    done: Any


_SOON = _l(
    "Here at once. In every desk and partner city when they next fetch our list: usually within a quarter of an hour, "
    "later where there is no network."
)

ACTS = {
    "suspend": Act(
        CardState.SUSPENDED,
        "quiet",
        _l("Suspend"),
        _l("Suspend this card?"),
        _l("The holder cannot use it. Desks say “suspended”; the town hall can help."),
        _SOON,
        _l("Yes: it can be resumed at any time."),
        _l("The card is suspended."),
    ),
    "resume": Act(
        CardState.ACTIVE,
        "quiet",
        _l("Resume"),
        _l("Resume this card?"),
        _l("The holder can use it again, until its last day."),
        _SOON,
        _l("Yes: it can be suspended again."),
        _l("The card is valid again."),
    ),
    "end": Act(
        CardState.ENDED,
        "grave",
        _l("End"),
        _l("End this card for ever?"),
        _l("Nobody can use it again, neither the holder nor whoever finds it. Desks say “ended”."),
        _SOON,
        _l("No. Who wants a card again gets a new one."),
        _l("The card has ended."),
    ),
}

POSSIBLE = {CardState.ACTIVE: ("suspend", "end"), CardState.SUSPENDED: ("resume", "end")}
"""What can be done to a card, by its state."""


@bp.get("/")
@open_to(Role.CLERK, Role.SUPERVISOR)
def find(by: Staff) -> ResponseReturnValue:
    """Which card?"""
    return render_template("cards/find.html", form=FindForm(), confirmed=g.found.confirmed)


@bp.get("/ready")
@open_to(Role.CLERK, Role.SUPERVISOR)
@confirmed
def ready(by: Staff) -> ResponseReturnValue:
    """Have the password asked for now, so that it does not come between scanning and acting."""
    return redirect(url_for(".find"), 303)


@bp.post("/")
@open_to(Role.CLERK, Role.SUPERVISOR, redraws=True)
def show(by: Staff) -> ResponseReturnValue:
    """The card that was scanned or typed, and what can be done to it."""
    form = FindForm()
    if not form.validate_on_submit():
        return render_template("cards/find.html", form=form, confirmed=g.found.confirmed), pages.status_for(form)
    try:
        card = find_our_card(form.card.data or "")
    except CitycardError as refusal:
        said = sentence_for(refusal)
        form.refuse("card", f"{said.title} {said.advice}".strip())
        return render_template("cards/find.html", form=form, confirmed=g.found.confirmed), 422
    return _page("cards/card.html", card)


@bp.post("/<act>/ask")
@open_to(Role.CLERK, Role.SUPERVISOR)
@confirmed(back="cards.back")
def ask(by: Staff, act: str) -> ResponseReturnValue:
    """What would happen (2)."""
    if act not in ACTS:
        abort(404)
    return _page("cards/ask.html", find_our_card(HeldForm().card.data or ""), name=act, act=ACTS[act])


@bp.post("/<act>")
@open_to(Role.CLERK, Role.SUPERVISOR, redraws=True)
@confirmed(back="cards.back")
def do(by: Staff, act: str) -> ResponseReturnValue:
    """Do it, and publish it."""
    if act not in ACTS:
        abort(404)
    form = HeldForm()
    card = find_our_card(form.card.data or "")
    if not form.validate_on_submit():
        return _page("cards/ask.html", card, name=act, act=ACTS[act])
    desk = workplace.desk()
    cards.move(
        database.session(),
        card,
        ACTS[act].to,
        by=by.name,
        now=desk.now,
        settings=desk.office.settings,
        chance=desk.chance,
    )
    flash(str(ACTS[act].done), "done")
    sentence, kind = _publish()
    flash(str(sentence), kind)
    return redirect(url_for(".find"), 303)


@bp.get("/<act>/back")
@open_to(Role.CLERK, Role.SUPERVISOR)
def back(by: Staff, act: str) -> ResponseReturnValue:
    """Where somebody comes back to after typing the password: the card has to be scanned once more."""
    return redirect(url_for(".find"), 303)


def _publish() -> tuple[Any, str]:
    # (3) In a savepoint: a list that cannot be signed must not undo the end of the card.
    session = database.session()
    try:
        with session.begin_nested():
            status_lists.sign_due(session, workplace.ring(), now=workplace.now())
    except CitycardError as refusal:
        log.error("a status list was not signed: %s", refusal.code)
        return _l("It will be published within a minute, once the signing key is at hand."), "wait"
    return _l("It is published. You can give the card back."), "info"


def _page(template: str, card: Card, **more: Any) -> str:
    return render_template(
        template,
        held=card.number,
        group=printed_number(card.number)[-4:],
        card=card,
        state=STATES[CardState(card.state)],
        acts=[(name, ACTS[name]) for name in POSSIBLE.get(CardState(card.state), ())],
        form=HeldForm(formdata=None),
        **more,
    )
