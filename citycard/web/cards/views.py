"""Finding a card by the card, and changing what it is.

1. Number and code travel in the bodies of forms; a picture of a code is looked at and gone with its request. The page
   after an act is the empty one with a sentence that names no card.
2. Before an act, a page says what will happen, to whom, from when and whether it can be undone; it asks for the
   password when that was typed long ago.
3. Resuming and giving back need the card and its holder: a typed number is not enough, the page shows the face in the
   code, or asks to compare the printed one, and only "yes" does anything. The face stands in the page itself: it has no
   address, and nothing of it is left when the page is closed.
   Ending by its number alone is for the counter: the page says that a caller's card is suspended and never ended.
4. From some number of endings in a day on a colleague types name and password (`operations.cards`).
5. After an act the list is signed in the same request. When the key is not at hand the clock of the office does it.
"""

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from citycard.core.errors import CitycardError
from citycard.core.number import printed_number
from citycard.operations import cards, handed_in, sign_in
from citycard.store.cards import CardState
from citycard.store.staff import Role, Staff
from citycard.web import database, known_browsers, pages, workplace
from citycard.web.access import confirmed, open_to
from citycard.web.cards.acts import ACTS, STATES, possible
from citycard.web.cards.forms import NO, YES, ActForm, FindForm, HeldForm, ScanForm
from citycard.web.cards.found import Found, is_number
from citycard.web.cards.found import find as find_our_card
from citycard.web.cards.publishing import publish
from citycard.web.cards.sentences import KEY_LOST, NOT_A_NUMBER
from citycard.web.desk.scanned import text_of
from citycard.web.desk.seen import face
from citycard.web.errors import sentence_for
from citycard.web.languages import only_the_language
from citycard.web.limits import WRONG_SIGN_INS, limiter, refused

bp = Blueprint("cards", __name__, url_prefix="/cards")

_PLACES = {
    "card-face": "face",
    "second-needed": "second_name",
    "second-self": "second_name",
    "second-role": "second_name",
    "sign-in-refused": "second_password",
}
"""Beside which field a refusal is said; every other one is a page of its own."""


@bp.get("/")
@open_to(Role.CLERK, Role.SUPERVISOR)
def find(by: Staff) -> ResponseReturnValue:
    """Which card?"""
    return _which(FindForm())


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
        return _which(form), pages.status_for(form)
    text = text_of(form)
    if text is None:
        return _which(form), 422
    try:
        found = find_our_card(text)
    except CitycardError as refusal:
        form.refuse(form.place, _said(refusal))
        return _which(form), 422
    return _page("cards/card.html", found)


@bp.post("/<act>/ask")
@open_to(Role.CLERK, Role.SUPERVISOR, redraws=True)
@confirmed(back="cards.back")
def ask(by: Staff, act: str) -> ResponseReturnValue:
    """What would happen (2)."""
    if act not in ACTS:
        abort(404)
    held = HeldForm().card.data or ""
    if not ACTS[act].needs_holder:
        found = find_our_card(held)
    else:
        # (3)
        form = ScanForm()
        first = "scanning" not in request.form and is_number(held)
        if first or not form.validate_on_submit():
            return _scan(act, ScanForm(formdata=None) if first else form)
        text = text_of(form)
        if text is None:
            return _scan(act, form)
        if is_number(text):
            return _scan_instead(act)
        try:
            found = find_our_card(text)
            if found.card.state == CardState.SUSPENDED and found.said is not None:
                cards.demand_large(found.said)
        except CitycardError as refusal:
            form.refuse(form.place, KEY_LOST if refusal.code == "card-key" else _said(refusal))
            return _scan(act, form)
    if act not in _possible(found):
        return _page("cards/card.html", found)
    return _ask(by, act, found, ActForm(formdata=None))


@bp.post("/<act>")
@limiter.limit(WRONG_SIGN_INS, deduct_when=refused)  # a colleague's password may be typed here
@open_to(Role.CLERK, Role.SUPERVISOR, redraws=True)
@confirmed(back="cards.back")
def do(by: Staff, act: str) -> ResponseReturnValue:
    """Do it, and publish it."""
    if act not in ACTS:
        abort(404)
    form = ActForm()
    held = form.card.data or ""
    if ACTS[act].needs_holder and is_number(held):
        return _scan(act, ScanForm(formdata=None)) if only_the_language() else _scan_instead(act)
    found = find_our_card(held)
    if not form.validate_on_submit():
        return _ask(by, act, found, form)
    if ACTS[act].needs_holder and form.face.data == NO:
        flash(str(ACTS[act].unsure), "wait")
        return redirect(url_for(".find"), 303)
    was, lay_here = found.card.state, handed_in.lies_here(database.session(), found.card) is not None
    try:
        _act(by, act, found, form)
    except CitycardError as refusal:
        if refusal.code not in _PLACES:
            raise
        form.refuse(_PLACES[refusal.code], _said(refusal))
        return _ask(by, act, found, form)
    flash(str(ACTS[act].done), "done")
    if found.card.state != was:
        flash(*_published(to_shred=lay_here and act == "end"))
    return redirect(url_for(".find"), 303)


@bp.get("/<act>/back")
@open_to(Role.CLERK, Role.SUPERVISOR)
def back(by: Staff, act: str) -> ResponseReturnValue:
    """Where somebody comes back to after typing the password: the card has to be scanned once more."""
    return redirect(url_for(".find"), 303)


def _act(by: Staff, act: str, found: Found, form: ActForm) -> None:
    session, desk, same_person = database.session(), workplace.desk(), form.face.data == YES
    how: dict[str, Any] = {"now": desk.now, "settings": desk.office.settings, "chance": desk.chance}
    match act, found.said:
        case "suspend", _:
            cards.move(session, found.card, CardState.SUSPENDED, by=by.name, **how)
        case "end", _:
            cards.end(session, found.card, by=by, second=_second(by, form), **how)
        case "hand-in", _:
            handed_in.file_card(session, desk, found.card, by=by)
        case "resume", said if said is not None:
            cards.resume(session, found.card, shown=said, same_person=same_person, by=by, **how)
        case "give-back", said if said is not None:
            handed_in.give_back(session, desk, found.card, shown=said, same_person=same_person, by=by)
        case _:
            abort(404)


def _second(by: Staff, form: ActForm) -> Staff | None:
    """Whoever stands by, if somebody has to and both fields are filled in (4). Commits the attempt."""
    session, name = database.session(), (form.second_name.data or "").strip()
    if not _needs_second(by) or not name or not form.second_password.data:
        return None
    return sign_in.confirm_as_second(
        session,
        name=name,
        password=form.second_password.data,
        now=workplace.now(),
        known_browser=known_browsers.take_a_try(),
    )


def _needs_second(by: Staff) -> bool:
    settings = workplace.settings()
    return cards.needs_second(database.session(), by=by, today=settings.today(workplace.now()), settings=settings)


def _said(refusal: CitycardError) -> str:
    said = sentence_for(refusal)
    return f"{str(said.title).rstrip('.')}. {said.advice}".strip()


def _published(*, to_shred: bool) -> tuple[str, str]:
    # (5)
    if not publish():
        return str(_l("It will be published within a minute, once the signing key is at hand.")), "wait"
    if to_shred:
        return str(_l("It is published. The card is one of the found ones: take it out and shred it.")), "info"
    return str(_l("It is published.")), "info"


def _which(form: FindForm) -> str:
    drawer = handed_in.drawer(database.session())
    return render_template("cards/find.html", form=form, confirmed=g.found.confirmed, drawer=drawer)


def _scan(act: str, form: ScanForm) -> tuple[str, int]:
    return render_template("cards/scan.html", form=form, name=act, act=ACTS[act]), pages.status_for(form)


def _scan_instead(act: str) -> tuple[str, int]:
    """Ask for the card instead of its number; the field is empty, ready for the scanner."""
    form = ScanForm(formdata=None)
    form.refuse("card", NOT_A_NUMBER)
    return _scan(act, form)


def _ask(by: Staff, act: str, found: Found, form: ActForm) -> tuple[str, int]:
    needs_holder = ACTS[act].needs_holder and found.said is not None
    page = _page(
        "cards/ask.html",
        found,
        form=form,
        name=act,
        act=ACTS[act],
        face=face(found.said.identity.portrait) if needs_holder and found.said else None,
        second=act == "end" and _needs_second(by),
        by_number=act == "end" and is_number(found.held),
    )
    return page, pages.status_for(form)


def _possible(found: Found) -> tuple[str, ...]:
    filed = handed_in.lies_here(database.session(), found.card)
    return possible(CardState(found.card.state), lies_here=filed is not None)


def _page(template: str, found: Found, **more: Any) -> str:
    filed = handed_in.lies_here(database.session(), found.card)
    return render_template(
        template,
        held=found.held,
        group=printed_number(found.card.number)[-4:],
        card=found.card,
        filed=filed,
        state=STATES[CardState(found.card.state)],
        acts=[(name, ACTS[name]) for name in _possible(found)],
        **more,
    )
