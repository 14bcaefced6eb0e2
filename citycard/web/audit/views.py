"""What the office did, newest first, and whether the chain of the log holds.

The log says days and acts and no holder; there is nothing to search for. Checking the chain reads every entry, so it is
a button and not part of opening the page.
"""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from citycard.operations import audit
from citycard.operations.audit import Act, ChainBroken
from citycard.store.audit import AuditEntry
from citycard.store.staff import Role, Staff
from citycard.web import database
from citycard.web.access import open_to

bp = Blueprint("audit", __name__, url_prefix="/audit")

AT_ONCE = 50
"""Entries on a page: what can be read without losing the head of the table twice."""

ACTS = {
    Act.ENROLMENT_OPENED: _l("enrolment opened"),
    Act.ENROLMENT_SUBMITTED: _l("enrolment submitted"),
    Act.ENROLMENT_APPROVED: _l("enrolment approved"),
    Act.ENROLMENT_SENT_BACK: _l("enrolment sent back"),
    Act.ENROLMENT_FORGOTTEN: _l("enrolment forgotten"),
    Act.CARD_ISSUED: _l("card issued"),
    Act.CARD_PRINTED: _l("card printed"),
    Act.CARD_HANDED_OVER: _l("card handed over"),
    Act.CARD_VOIDED: _l("card voided"),
    Act.CARD_SUSPENDED: _l("card suspended"),
    Act.CARD_RESUMED: _l("card resumed"),
    Act.CARD_ENDED: _l("card ended"),
    Act.CARD_END_CONFIRMED: _l("end of a card confirmed by a second person"),
    Act.CARD_HANDED_IN: _l("found card filed"),
    Act.CARD_GIVEN_BACK: _l("found card given back"),
    Act.CARD_SHREDDED: _l("found card shredded"),
    Act.AUTHORITY_ASKED: _l("question of an authority counted"),
    Act.PARTNER_PROPOSED: _l("partner city proposed"),
    Act.PARTNER_CONFIRMED: _l("fingerprint of a partner city confirmed"),
    Act.PARTNER_REFUSED: _l("proposal of a partner city withdrawn"),
    Act.PARTNER_SUSPENDED: _l("partner city suspended"),
    Act.PARTNER_RESUMED: _l("partner city resumed"),
    Act.PARTNER_ENDED: _l("partner city ended"),
    Act.SERVICES_AGREED: _l("services opened to a partner city's cards"),
    Act.AGREEMENT_SUSPENDED: _l("a service closed for now to a partner city's cards"),
    Act.AGREEMENT_RESUMED: _l("a service opened again to a partner city's cards"),
    Act.AGREEMENT_ENDED: _l("services closed to a partner city's cards"),
    Act.ORGANISATION_ADDED: _l("attesting organisation added"),
    Act.ORGANISATION_CLOSED: _l("attesting organisation closed"),
    Act.ORGANISATION_REOPENED: _l("attesting organisation reopened"),
    Act.STAFF_ADDED: _l("account added"),
    Act.STAFF_CHANGED: _l("account changed"),
    Act.STAFF_ROLES_TOGETHER: _l("one person given roles that belong to two"),
    Act.DESK_ADDED: _l("desk token given out"),
    Act.DESK_WITHDRAWN: _l("desk token withdrawn"),
    Act.DEVICE_ADDED: _l("device of a desk added"),
    Act.DEVICE_ENROLLED: _l("device of a desk enrolled"),
    Act.DEVICE_CHANGED: _l("device of a desk renamed or set to another service"),
    Act.DEVICE_WITHDRAWN: _l("device of a desk withdrawn"),
    Act.KEYS_CHANGED: _l("keys changed"),
    Act.STATEMENT_PUBLISHED: _l("statement published"),
    Act.CONSULTATION_OPENED: _l("consultation opened"),
    Act.CONSULTATION_CHANGED: _l("devices of a consultation chosen"),
    Act.CONSULTATION_CLOSED: _l("consultation closed; what the register had of its key and marks is destroyed"),
    Act.DAY_KEYS_DESTROYED: _l("keys of past days destroyed"),
}


@bp.get("/")
@open_to(Role.AUDITOR)
def log(by: Staff) -> ResponseReturnValue:
    """One page of the log."""
    return _page()


@bp.post("/")
@open_to(Role.AUDITOR)
def verify(by: Staff) -> ResponseReturnValue:
    """Check every entry against the one before it."""
    broken: str | None = None
    head: audit.Head | None = None
    try:
        head = audit.verify_chain(database.session())
    except ChainBroken as refusal:
        broken = str(refusal)
    return _page(checked=True, head=head, broken=broken)


def _page(**found: object) -> str:
    session = database.session()
    newest = session.scalar(select(func.max(AuditEntry.seq))) or 0
    before = request.args.get("before", type=int) or newest + 1
    entries = list(
        session.scalars(
            select(AuditEntry).where(AuditEntry.seq < before).order_by(AuditEntry.seq.desc()).limit(AT_ONCE)
        )
    )
    return render_template(
        "audit/log.html",
        entries=entries,
        acts={act.value: words for act, words in ACTS.items()},
        older=entries[-1].seq if entries and entries[-1].seq > 1 else None,
        newer=before <= newest,
        **found,
    )
