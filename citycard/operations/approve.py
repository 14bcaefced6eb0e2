"""Approving: a second person looks at exactly what will be signed.

1. Whoever enrolled may not approve: refused here, whatever a page offers.
2. An approval is a keyed digest of the exact content (names, dates, pictures, choices, validity). `issue` computes it
   again before the key is used; any edit in between has voided it.
3. Sending back is not a refusal: the enrolment is a draft again, and the clerk is told nothing but that.

Which cards a second person decides on is the city's policy:

- `always`: each one.
- `exceptions`: those of people without papers, for whom a referee vouches, and one ordinary card in `enrol.ONE_IN`,
  drawn when it is submitted. The draw is what keeps the exceptional ones from being found: in the register and in the
  log a card with two people behind it is most likely an ordinary one.
- `never`: for a town of two officials. The clerk's own submission counts, and the log says so: the same person stands
  beside both acts. Vouching needs two of the staff and is not offered there.
"""

from sqlalchemy.orm import Session

from citycard.operations import audit, enrol
from citycard.operations.enrol import Desk
from citycard.operations.enrolment_file import EnrolmentFile
from citycard.operations.refusals import OperationRefused
from citycard.settings import Settings
from citycard.store.enrolments import Enrolment, EnrolmentState
from citycard.store.staff import Role, Staff


def second_person_decides(file: EnrolmentFile, settings: Settings) -> bool:
    """Whether somebody other than the enroller has to approve this file, by the city's policy."""
    return settings.approval == "always" or file.vouched or file.second_look == "yes"


def approve(session: Session, desk: Desk, enrolment: Enrolment, *, by: Staff, seen: bytes) -> None:
    """Approve the content whose digest is `seen`, the one the page showed to `by`."""
    if enrolment.state == EnrolmentState.APPROVED and enrolment.approved_by == by.id:
        return  # pressed twice
    enrol.demand(enrolment, EnrolmentState.AWAITING_APPROVAL)
    # (1)
    file = enrol.read(enrolment, desk)
    needs_second = second_person_decides(file, desk.office.settings)
    if needs_second and enrolment.enrolled_by == by.id:
        raise OperationRefused("Who enrolled may not approve: ask a colleague.", code="approve-own")
    if needs_second and Role.SUPERVISOR not in by.role_set:
        raise OperationRefused("Approving is for supervisors.", code="approve-role")
    # (2)
    digest = enrol.content_digest(enrolment, file, desk)
    if digest != seen:
        raise OperationRefused("The content changed while you were looking: read it again.", code="content-changed")
    enrolment.approved_by = by.id
    enrolment.approval_digest = digest
    enrol.enter(enrolment, EnrolmentState.APPROVED, desk)
    enrol.log(session, desk, audit.Act.ENROLMENT_APPROVED, by, file)


def send_back(session: Session, desk: Desk, enrolment: Enrolment, *, by: Staff) -> None:
    """Return the enrolment to its clerk as a draft (3)."""
    enrol.demand(enrolment, EnrolmentState.AWAITING_APPROVAL, EnrolmentState.APPROVED)
    enrol.enter(enrolment, EnrolmentState.DRAFT, desk)
    enrol.log(session, desk, audit.Act.ENROLMENT_SENT_BACK, by, enrol.read(enrolment, desk))
