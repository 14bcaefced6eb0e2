"""Ending a card for ever, by whoever holds both of its codes.

1. Both codes are asked for on one page. A picture is read whatever else is missing, and what it said stands in the
   field afterwards: a mistake in the other code loses nothing.
2. The second page says what will happen, and that it cannot be undone. It carries both codes, and they are judged anew
   when the button is pressed: nothing that lies about meanwhile can end a card.
3. Then the card is ended and the list signed in the same request.
"""

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from citycard.core.errors import CitycardError
from citycard.core.number import printed_number
from citycard.operations import by_holder
from citycard.web import database, errors, pages, workplace
from citycard.web.access import ANYONE, open_to
from citycard.web.cards.publishing import publish
from citycard.web.desk import checking
from citycard.web.holders import again, guesses, pictures
from citycard.web.holders.blueprint import bp
from citycard.web.holders.forms import EndForm
from citycard.web.languages import only_the_language

errors.say(
    "holder-both",
    _l("With these two codes no card can be ended."),
    _l("Both must be of the same card. If it has ended already, nothing is left to do. Otherwise come: we can help."),
    status=422,
)

GUESSED = ("recovery-unknown", "holder-both")
IN_THE_RECOVERY_CODE = ("recovery-typed", *GUESSED)
"""Said beside the recovery code; the rest is said beside the card's."""


@bp.route("/end", methods=["GET", "POST"])
@pictures.limited
@open_to(ANYONE, redraws=True)
def end() -> ResponseReturnValue:
    """End my card for ever: both of its codes."""
    form = EndForm()
    good = form.validate_on_submit()
    # (1)
    if (form.text or form.picture.data) and not only_the_language():
        good = pictures.code_in(form) is not None and good
    if not good:
        return render_template("holders/end.html", form=form), pages.status_for(form)
    return _ask(form)


@bp.route("/end/for-ever", methods=["GET", "POST"])
@pictures.limited
@open_to(ANYONE, redraws=True)
def for_ever() -> ResponseReturnValue:
    """End it, and publish it. Opened by its address it leads to the first page."""
    if request.method != "POST":
        return redirect(url_for(".end"), 303)
    if said := again.said("ended"):
        return _ended(**said)
    form = EndForm()
    if only_the_language():
        return _ask(form)
    if not form.validate_on_submit():
        return render_template("holders/end.html", form=form), 422
    desk = workplace.desk()
    try:
        # (3)
        by_holder.end(
            database.session(),
            form.text,
            form.recovery.data or "",
            ring=workplace.ring(),
            office=desk.office,
            now=desk.now,
            chance=desk.chance,
        )
    except CitycardError as refusal:
        return _refused(form, refusal)
    return _ended(published=publish())


def _ask(form: EndForm) -> ResponseReturnValue:
    # (2)
    try:
        with checking.reading() as session:
            card = by_holder.of_one_card(
                session,
                form.text,
                form.recovery.data or "",
                ring=workplace.ring(),
                office=current_app.config["OFFICE"],
            )
            group = printed_number(card.number)[-4:]
    except CitycardError as refusal:
        return _refused(form, refusal)
    return render_template("holders/end_ask.html", form=form, group=group)


def _refused(form: EndForm, refusal: CitycardError) -> ResponseReturnValue:
    if refusal.code in GUESSED and (wait := guesses.wait()) is not None:
        return wait
    refused, field = errors.sentence_for(refusal), "recovery"
    if refusal.code not in IN_THE_RECOVERY_CODE:
        field = pictures.where_it_came_from(form)
    form.refuse(field, f"{refused.title} {refused.advice}")
    return render_template("holders/end.html", form=form), 422


def _ended(*, published: bool) -> str:
    return render_template(
        "holders/ended.html", published=published, said=again.pack("ended", {"published": published})
    )
