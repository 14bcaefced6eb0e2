"""Partner cities, for the officials who answer for them.

1. Fetching takes as long as the other city's server likes. Before anything is fetched the request lets go of the
   database, so that a slow partner holds up nobody. One city is fetched at a time; who comes second is told so at once.
2. A proposal is shown in full before anybody believes it: names, keys and their days, lists, what it opens, warnings.
   Whoever only looks is shown the same, with what would refuse it, and nothing is kept.
3. Two people type what they heard. Neither is told what the other typed, and nobody copies it from our own screen: the
   fingerprint of what we fetched stays folded away on the page where one types.
4. Suspending, resuming, ending, withdrawing: a page says what will happen, then the password, then the act.
"""

from typing import Any, NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from citycard.core.errors import CitycardError
from citycard.operations import recognise, sync
from citycard.store.partners import Partner, PartnerState
from citycard.store.staff import Role, Staff
from citycard.web import database, pages, workplace
from citycard.web.access import confirmed, open_to
from citycard.web.errors import sentence_for
from citycard.web.partners import agreed, shown
from citycard.web.partners.forms import ActForm, HeardForm, SourceForm
from citycard.web.partners.sentences import WARNINGS, sentence_at_first, sentence_of
from citycard.web.public.fingerprint import own_fingerprint

bp = Blueprint("partners", __name__, url_prefix="/partners")

MAY_READ = (Role.KEY_CUSTODIAN, Role.ADMINISTRATOR, Role.AUDITOR)
MAY_ACT = (Role.KEY_CUSTODIAN, Role.ADMINISTRATOR)

STATES = {
    PartnerState.PROPOSED: _l("proposed"),
    PartnerState.RECOGNISED: _l("recognised"),
    PartnerState.SUSPENDED: _l("suspended"),
    PartnerState.ENDED: _l("ended"),
}


class Act(NamedTuple):
    """A decision about a city, and what is said of it before and after."""

    sources: tuple[PartnerState, ...]
    to: PartnerState | None
    kind: str
    label: Any
    title: Any
    what: Any
    whom: Any
    undo: Any
    done: Any


ACTS = {
    "suspend": Act(
        (PartnerState.RECOGNISED,),
        PartnerState.SUSPENDED,
        "quiet",
        _l("Suspend"),
        _l("Suspend the recognition of this city?"),
        _l("Desks say that the card is good and not accepted. Its lists are still fetched."),
        _l("Everybody who comes with a card of this city. Cards of ours are not touched, here or there."),
        _l("Yes: it can be resumed at any time, without a new ceremony."),
        _l("The recognition is suspended."),
    ),
    "resume": Act(
        (PartnerState.SUSPENDED,),
        PartnerState.RECOGNISED,
        "quiet",
        _l("Resume"),
        _l("Recognise this city again?"),
        _l("Its good cards are accepted again."),
        _l("Everybody who comes with a card of this city."),
        _l("Yes: it can be suspended again."),
        _l("The city is recognised again."),
    ),
    "end": Act(
        (PartnerState.RECOGNISED, PartnerState.SUSPENDED),
        PartnerState.ENDED,
        "grave",
        _l("End"),
        _l("End the recognition of this city?"),
        _l(
            "Desks say that the city is not known here. Nothing is fetched from it any more. All agreements with it "
            "end, too: if it is recognised again some day, nothing is agreed, and everything is agreed anew."
        ),
        _l("Everybody who comes with a card of this city. Cards of ours are not touched, here or there."),
        _l("Only with a new ceremony: two people compare the fingerprint again."),
        _l("The recognition has ended."),
    ),
    "withdraw": Act(
        (PartnerState.PROPOSED,),
        None,
        "grave",
        _l("Withdraw the proposal"),
        _l("Withdraw this proposal?"),
        _l("What was fetched is thrown away, and a confirmation that was given counts no more."),
        _l("Nobody yet: no card of this city has been accepted."),
        _l("The city can be proposed again."),
        _l("The proposal is withdrawn."),
    ),
}


@bp.get("/")
@open_to(*MAY_READ)
def overview(by: Staff) -> ResponseReturnValue:
    """All of them, one under the other."""
    partners = database.session().scalars(select(Partner).order_by(Partner.id))
    return render_template(
        "partners/overview.html",
        cities=[shown.show(each) for each in partners],
        in_a_while=shown.in_a_while,
        **_words(by),
    )


@bp.get("/ours")
@open_to(*MAY_READ)
def ours(by: Staff) -> ResponseReturnValue:
    """Our own fingerprint, to be read to another city."""
    return render_template("partners/ours.html", fingerprint=own_fingerprint(), **_words(by))


@bp.route("/add", methods=["GET", "POST"])
@open_to(*MAY_ACT, redraws=True)
def add(by: Staff) -> ResponseReturnValue:
    """Where is it? Then fetch, read and judge, believing nothing."""
    form = SourceForm()
    if not form.validate_on_submit():
        return render_template("partners/add.html", form=form), pages.status_for(form)
    source = (form.source.data or "").strip()
    session, desk = database.session(), workplace.desk()
    try:
        # (1)
        with recognise.one_at_a_time(session, desk):
            if request.form.get("do") == "look":
                look = recognise.look(session, desk, source)
                return render_template("partners/look.html", form=form, look=shown.offered(look), source=source)
            proposal = recognise.propose(session, desk, source, by=by)
    except CitycardError as refusal:
        said = sentence_at_first(refusal, source)
        form.refuse("source", f"{said.title} {said.advice}".strip())
        return render_template("partners/add.html", form=form), 422
    return redirect(url_for(".show", partner_id=proposal.partner.id), 303)


@bp.get("/<int:partner_id>")
@open_to(*MAY_READ)
def show(by: Staff, partner_id: int) -> ResponseReturnValue:
    """One city: what it says of itself, how fresh that is, what can be decided (2)."""
    city = shown.show(recognise.find(database.session(), partner_id))
    return render_template(
        "partners/show.html",
        other=city,
        warnings=_warnings(city),
        acts=[(name, act) for name, act in ACTS.items() if city.state in act.sources],
        mine=by.id == city.partner.first_confirmed_by,
        remaining=shown.remaining,
        in_a_while=shown.in_a_while,
        opened=agreed.opened(city),
        printable=bool(agreed.agreed_services(city.partner)),
        paper_languages=agreed.paper_languages(),
        **agreed.words(),
        **_words(by),
    )


@bp.route("/<int:partner_id>/compare", methods=["GET", "POST"])
@open_to(*MAY_ACT, redraws=True)
@confirmed
def compare(by: Staff, partner_id: int) -> ResponseReturnValue:
    """One of two people types the fingerprint that the other city read out (3)."""
    session = database.session()
    partner = recognise.find(session, partner_id)
    form = HeardForm()
    city = shown.show(partner)
    if city.state is not PartnerState.PROPOSED:
        return redirect(url_for(".show", partner_id=partner_id), 303)
    if not form.validate_on_submit():
        return render_template("partners/compare.html", other=city, form=form), pages.status_for(form)
    try:
        recognised = recognise.confirm(session, workplace.desk(), partner, by=by, heard=form.heard.data or "")
    except CitycardError as refusal:
        said = sentence_for(refusal)
        form.refuse("heard", f"{said.title} {said.advice}".strip())
        return render_template("partners/compare.html", other=city, form=form), 422
    if recognised:
        flash(
            _("The city is recognised. Its lists are being fetched; a minute from now its cards are good here."), "done"
        )
    else:
        flash(_("Your confirmation is kept. Now a second person compares, by a call of their own."), "done")
    return redirect(url_for(".show", partner_id=partner_id), 303)


@bp.post("/<int:partner_id>/sync")
@open_to(*MAY_ACT)
def sync_now(by: Staff, partner_id: int) -> ResponseReturnValue:
    """Ask the city now, instead of at its turn; once in a minute, however many press."""
    session = database.session()
    partner = recognise.find(session, partner_id)
    issuer = partner.issuer
    if partner.state not in (PartnerState.RECOGNISED, PartnerState.SUSPENDED):
        return redirect(url_for(".show", partner_id=partner_id), 303)
    if not sync.may_ask_now(session, workplace.desk(), partner):
        session.commit()
        flash(_("This city was asked less than a minute ago. Look at what came of it, and try again later."), "wait")
        return redirect(url_for(".show", partner_id=partner_id), 303)
    partner.next_attempt = workplace.now()
    # (1)
    session.commit()
    results = sync.run(database.db.engine, workplace.desk())
    session.expire_all()
    failure = sentence_of(next((each.error for each in results if each.issuer == issuer), None))
    if failure is None:
        flash(_("Statement and lists are up to date."), "done")
    elif any(each.relayed for each in results if each.issuer == issuer):
        flash(_("The city itself did not answer. Another city that recognises it gave us its files."), "wait")
    else:
        flash(f"{failure.title} {failure.advice}", "wait")
    return redirect(url_for(".show", partner_id=partner_id), 303)


@bp.route("/<int:partner_id>/<act>", methods=["GET", "POST"])
@open_to(*MAY_ACT, redraws=True)
@confirmed
def decide(by: Staff, partner_id: int, act: str) -> ResponseReturnValue:
    """What would happen, and then do it (4)."""
    if act not in ACTS:
        abort(404)
    session = database.session()
    partner = recognise.find(session, partner_id)
    words, form = ACTS[act], ActForm()
    if partner.state not in words.sources:
        return redirect(url_for(".show", partner_id=partner_id), 303)
    if not form.validate_on_submit():
        return render_template("partners/decide.html", other=shown.show(partner), name=act, act=words, form=form)
    if words.to is None:
        recognise.withdraw(session, workplace.desk(), partner, by=by)
    else:
        recognise.move(session, workplace.desk(), partner, words.to, by=by)
    flash(str(words.done), "done")
    return redirect(url_for(".overview") if words.to is None else url_for(".show", partner_id=partner_id), 303)


def _warnings(city: shown.Shown) -> list[Any]:
    """What is odd about a city beside the others known now: a recognised one may take another name overnight."""
    if city.state is PartnerState.ENDED or city.statement is None:
        return []
    try:
        codes = recognise.judge(database.session(), workplace.desk(), city.statement)
    except CitycardError as refusal:
        return [sentence_for(refusal).title]
    return [WARNINGS.get(code, code) for code in codes]


def _words(by: Staff) -> dict[str, Any]:
    return {"states": STATES, "may_act": not by.role_set.isdisjoint(MAY_ACT)}
