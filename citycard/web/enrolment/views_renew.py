"""A new card from an old one, from the counter: scan it, compare the face, go on with what its code says.

1. `from_card`: the password was typed lately, because an expired card opens here and nowhere else. The code stands in
   the body of one request and in the sealed file; the next page is the comparison. A picture of the code will do, as at
   a desk; the database is let go of while it is opened.
2. `compare`: the face in the code, or the printed one where the code holds none, and the person. A home sheet whose
   code holds no face proves nothing about who brings it: then papers are looked at like any others.
3. Of a worn card the light code alone was read. The page says that this code says nothing of its holder; the printed
   portrait is compared, and then the card is one paper among others, ticked on the evidence page. Where the face is not
   certain, the enrolment goes on without the card, which stays as it is.
4. After that the screens are those of every enrolment, filled in, or, from a worn card, empty: the picture is taken
   anew, and what no code holds is asked again.
5. A card of a city that we recognise begins a first card here (`operations.move_here`): its city is shown on no page
   and kept nowhere. It is tried where the code is not one of our own.
6. `without_card`: neither card nor sheet. What that means is said before a new enrolment is opened.
"""

import secrets

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField

from citycard.core.errors import CitycardError
from citycard.core.number import LENGTH
from citycard.operations import move_here, renew
from citycard.operations.refusals import OperationRefused
from citycard.store.enrolments import Enrolment
from citycard.store.staff import Role, Staff
from citycard.web import database, pages, workplace
from citycard.web.access import confirmed, open_to
from citycard.web.desk.forms import ShownForm, picture_field
from citycard.web.desk.scanned import text_of
from citycard.web.enrolment.blueprint import bp
from citycard.web.enrolment.case import address, open_case, show
from citycard.web.enrolment.forms import ScreenForm, offer
from citycard.web.enrolment.views_day import is_token
from citycard.web.errors import sentence_for
from citycard.web.languages import only_the_language
from citycard.web.pages import OF_A_CODE

SAME, UNSURE = "same", "unsure"


class OldCardForm(ShownForm):
    """The code of the card, or of its home sheet."""

    NOTHING = _l("Scan the large code, or choose a picture of it.")

    card = StringField(
        _l("Large code of the card or of the home sheet"),
        description=_l(
            "Scan the large code: on the back of the card, or on the home sheet that came with it. If neither can be "
            "read, scan the small code of the card."
        ),
        render_kw=OF_A_CODE,
    )
    picture = picture_field()
    request_token = HiddenField()


class CompareForm(ScreenForm):
    """What the clerk saw."""

    face = RadioField(
        _l("Is this the person before you?"),
        choices=offer([(SAME, _l("Yes, the face is the same")), (UNSURE, _l("Not certain: look at papers instead"))]),
        validate_choice=False,
    )


@bp.route("/from-a-card", methods=["GET", "POST"])
@open_to(Role.CLERK, redraws=True)
@confirmed(back="enrolment.from_card")
def from_card(by: Staff) -> ResponseReturnValue:
    """Scan the old card, or its home sheet (1)."""
    form = OldCardForm()
    if request.method == "GET" or only_the_language():
        form.request_token.data = secrets.token_hex(16)
        return render_template("enrolment/from_card.html", form=form)
    if form.validate_on_submit():
        text = text_of(form)
        if text is None:
            return render_template("enrolment/from_card.html", form=form), 422
        token = form.request_token.data or ""
        try:
            if len(text) <= 2 * LENGTH:
                raise OperationRefused("A number says nothing of its holder.", code="renew-number")
            enrolment = _open(text, by=by, request_token=token if is_token(token) else secrets.token_hex(16))
        except CitycardError as refused:
            said = sentence_for(refused)
            form.refuse(form.place, f"{str(said.title).rstrip('.')}. {said.advice}".strip())
        else:
            return redirect(url_for(".compare", ticket=enrolment.ticket), 303)
    return render_template("enrolment/from_card.html", form=form), pages.status_for(form)


def _open(text: str, *, by: Staff, request_token: str) -> Enrolment:
    """Return the draft that begins with the code `text`: one of ours, or of a city that we recognise (5)."""
    session, desk = database.session(), workplace.desk()
    try:
        old = renew.read_old(session, desk, text, ring=workplace.ring())
    except OperationRefused as refused:
        if refused.code != "renew-elsewhere":
            raise
        trusted = workplace.checker().trusted(session, now=desk.now)
        card = move_here.read_card(text, trusted=trusted, now=desk.now)
        return move_here.open_move(session, desk, card, by=by, request_token=request_token)
    return renew.open_renewal(session, desk, old, by=by, request_token=request_token)


@bp.get("/without-a-card")
@open_to(Role.CLERK)
def without_card(by: Staff) -> ResponseReturnValue:
    """Neither card nor home sheet (6)."""
    return render_template("enrolment/without_card.html", request_token=secrets.token_hex(16))


@bp.route("/<ticket>/compare", methods=["GET", "POST"])
@open_to(Role.CLERK, redraws=True)
def compare(by: Staff, ticket: str) -> ResponseReturnValue:
    """The face on the old card, and the person (2)."""
    case = open_case(ticket)
    worn = bool(case.file.worn_card)
    stopped = renew.is_stopped(database.session(), case.file)
    if not case.editable or not (case.file.replaces or worn or case.file.moved):
        return redirect(address("go_on", case), 303)
    if case.file.moved == "faceless":
        said = _(
            "There is no face in this code, so it does not show whose it is. What it says is filled in; look at "
            "papers. The card itself may be one of them."
        )
        flash(said, "info")
        return redirect(address("identity", case), 303)
    form = CompareForm()
    if request.method == "GET" or only_the_language():
        return show("compare", case, "identity", form=form, worn=worn, stopped=stopped)
    # (3)
    if form.face.data == SAME and worn:
        renew.same_printed_face(database.session(), case.desk, case.enrolment)
        flash(_("The worn card counts as one paper. Type what is printed on it; one more paper is looked at."), "info")
    elif form.face.data == UNSURE and worn:
        renew.not_the_same(database.session(), case.desk, case.enrolment)
        flash(_("Go on as for a first card, with papers. The card that was scanned stays as it is."), "info")
    elif form.face.data == SAME and case.file.moved:
        if move_here.same_person(database.session(), case.desk, case.enrolment, rules=workplace.rules()):
            flash(_("The card of the other city says who this is. Only where this person lives is to be seen."), "done")
        else:
            flash(
                _("By the rules of this city the card is not enough alone. It may be ticked among the papers."), "info"
            )
    elif form.face.data == SAME:
        renew.same_person(database.session(), case.desk, case.enrolment, rules=workplace.rules().reference)
    elif form.face.data == UNSURE:
        flash(_("What the old card says is filled in. Identity and residence are looked at as for a new card."), "info")
    else:
        form.refuse("face", _l("Say what you saw."))
        return show("compare", case, "identity", form=form, worn=worn, stopped=stopped, status=422)
    return redirect(address("identity", case), 303)
