"""Not today: somebody leaves without a card, and never without a slip.

1. Only papers can be missing: of who somebody is, of where they live, a picture. There is no refusal for any other
   reason, and no place to write one down.
2. The slip is drawn first. What cannot be printed stops everything, and the enrolment is still there.
3. Counted is, by week, how often each kind was missing; a person who lacks two kinds is counted under each, and how
   many people it were is not counted at all.
4. The enrolment is forgotten like one that was abandoned, and the log says of it what it says of those: an act, and a
   handle that stands for nothing. That somebody was refused can be read in no table but the counters of (3).

What the slip carries for the second clerk, if the person wants it, is in `slip_code`. `what_to_bring` prints only what
is missing, for somebody who comes back the same day: it counts nothing and forgets nothing.
"""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.evidence.filling import Way
from citycard.evidence.rules import RuleSet
from citycard.operations import counting, enrol, hand_over, slip_code
from citycard.operations.enrol import Desk
from citycard.operations.refusals import OperationRefused
from citycard.operations.slip_code import KINDS
from citycard.printing.paper import render_paper
from citycard.slips.bring import for_one
from citycard.slips.catalogue import Catalogue
from citycard.slips.frame import Look
from citycard.slips.refusal import Refusal, refusal_slip
from citycard.slips.saying import Speaker
from citycard.store.enrolments import Enrolment, EnrolmentState
from citycard.store.organisations import Attests, Organisation
from citycard.store.staff import Staff

SERVICE = "refused"
"""Under which the counters stand; the event is the kind."""

MOST_HELPERS = 6
"""Organisations on a slip."""

REFUSABLE = (EnrolmentState.DRAFT, EnrolmentState.ON_HOLD)
"""What was submitted had all its papers; it is sent back first."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Wishes:
    """How the person wants the slip."""

    language: str
    look: Look = field(default_factory=Look)
    for_second_clerk: bool = False
    """Whether it carries what the second clerk needs."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Lacking:
    """What is missing, from the papers on the desk or from the clerk's word."""

    kinds: frozenset[str]
    ways: tuple[Way, ...] = ()
    """What would complete the papers; nothing where they are not known."""
    age: int | None = None


def refuse(
    session: Session,
    desk: Desk,
    enrolment: Enrolment,
    *,
    by: Staff,
    lacking: Lacking,
    wishes: Wishes,
    rules: RuleSet,
    catalogue: Catalogue,
) -> bytes:
    """Forget the enrolment and return the slip as a PDF. The caller commits before it sends the bytes."""
    enrol.demand(enrolment, *REFUSABLE)
    # (1)
    if not lacking.kinds or not lacking.kinds <= set(KINDS):
        raise OperationRefused("Say which papers were missing.", code="refusal-kind")
    day = desk.office.settings.today(desk.now)
    code = ""
    if wishes.for_second_clerk:
        code = slip_code.write(
            desk.office, day=day, missing=lacking.kinds, rules=rules.reference, clerk=by.id, chance=desk.chance
        )
    # (2)
    slip = Refusal(
        day=day,
        until=slip_code.last_day(day),
        missing=lacking.kinds,
        ways=lacking.ways,
        age=lacking.age,
        code=code,
        helpers=_helpers(session, lacking, day),
    )
    pdf = render_paper(refusal_slip(desk.office, _speaker(wishes, catalogue), wishes.look, slip, rules=rules))
    # (3)
    for kind in sorted(lacking.kinds):
        counting.add(session, service=SERVICE, event=kind, day=day)
    # (4)
    hand_over.abandon(session, desk, enrolment, by=by.name)
    return pdf


def what_to_bring(desk: Desk, *, lacking: Lacking, wishes: Wishes, rules: RuleSet, catalogue: Catalogue) -> bytes:
    """Return a sheet of what is missing, for somebody who comes back today."""
    speaker = _speaker(wishes, catalogue)
    return render_paper(for_one(desk.office, speaker, wishes.look, rules=rules, missing=lacking.ways))


def _helpers(session: Session, lacking: Lacking, day: date) -> tuple[str, ...]:
    """Return whose letter could show where somebody lives: by their names, which stand on cards as well."""
    if "residence" not in lacking.kinds:
        return ()
    known = session.scalars(select(Organisation).order_by(Organisation.name))
    wanted = {Attests.CARE_OF, Attests.LIVES_HERE}
    return tuple(row.name for row in known if row.counts_on(day) and row.attests_set & wanted)[:MOST_HELPERS]


def _speaker(wishes: Wishes, catalogue: Catalogue) -> Speaker:
    return Speaker(catalogue, catalogue.best(wishes.language))
