"""From a signed code to a card in somebody's hand, and then nothing.

1. `mark_printed`: the PDF is made in memory and sent once. A second time needs a new card: a printer that jammed may
   still have let one out.
2. `print_failed`: the card is void, its number burnt, and the enrolment is a draft again, to be approved anew.
3. `mark_slip`: the slip and the home sheet were opened for printing.
4. `hand_over`: the holder has the card, the slip and the home sheet; the file is forgotten, the card goes on working.
   Without (3) it is refused: the recovery code and the large code for a lost card would be gone for ever.
"""

from sqlalchemy.orm import Session

from citycard.operations import audit, cards, enrol, given
from citycard.operations.enrol import Desk
from citycard.operations.forget import forget
from citycard.operations.refusals import OperationRefused
from citycard.store.cards import Card, CardState
from citycard.store.enrolments import Enrolment, EnrolmentState
from citycard.store.staff import Staff


def mark_printed(session: Session, desk: Desk, enrolment: Enrolment, *, by: Staff) -> None:
    """Record that the PDF is on its way; refuse when it was sent before (1)."""
    if enrolment.state == EnrolmentState.PRINTED:
        raise OperationRefused(
            "This card was already sent to the printer. If it came out wrong, choose “print failed”.",
            code="already-printed",
        )
    enrol.demand(enrolment, EnrolmentState.ISSUED)
    # The clock of pick-up goes on from issuing: entering the state as others are entered would start it anew.
    enrolment.state = EnrolmentState.PRINTED
    enrol.log(session, desk, audit.Act.CARD_PRINTED, by, enrol.read(enrolment, desk))


def mark_slip(session: Session, desk: Desk, enrolment: Enrolment) -> None:
    """Take down in the sealed file that the slip was opened (3); it may be opened again."""
    file = enrol.read(enrolment, desk)
    if not file.slip_printed:
        enrol.store(session, desk, enrolment, file.changed(slip_printed=True))


def print_failed(session: Session, desk: Desk, enrolment: Enrolment, *, by: Staff) -> None:
    """Void the card and take the enrolment back to draft, everything typed still there (2)."""
    enrol.demand(enrolment, EnrolmentState.ISSUED, EnrolmentState.PRINTED)
    file = enrol.read(enrolment, desk)
    _void(session, desk, enrolment, by=by.name, handle=file.handle)
    enrolment.card_number = None
    unsigned = file.changed(full_code="", light_code="", recovery_code="", slip_printed=False)
    enrol.store(session, desk, enrolment, unsigned)
    enrol.enter(enrolment, EnrolmentState.DRAFT, desk)
    session.flush()


def hand_over(session: Session, desk: Desk, enrolment: Enrolment, *, by: Staff) -> None:
    """Give the card to its holder and forget the file (4)."""
    enrol.demand(enrolment, EnrolmentState.PRINTED)
    file = enrol.read(enrolment, desk)
    if not file.slip_printed:
        raise OperationRefused("The holder's slip was not printed yet.", code="slip-first")
    enrol.log(session, desk, audit.Act.CARD_HANDED_OVER, by, file)
    given.count(session, desk, enrolment, file)
    forget(session, enrolment)


def abandon(session: Session, desk: Desk, enrolment: Enrolment, *, by: str) -> None:
    """Forget an enrolment that does not end in a card in somebody's hand; a card already signed becomes void.

    The clerk's button, the holder's wish and every clock that runs out come here: one path.
    """
    if enrolment.card_number is not None:
        _void(session, desk, enrolment, by=by, handle=None)
    day = desk.office.settings.today(desk.now)
    audit.record(session, audit.Act.ENROLMENT_FORGOTTEN, by=by, day=day, chance=desk.chance)
    forget(session, enrolment)


def _void(session: Session, desk: Desk, enrolment: Enrolment, *, by: str, handle: str | None) -> None:
    card = session.get_one(Card, enrolment.card_number)
    if card.state == CardState.ENDED:
        return  # somebody ended it by its number while it waited; ended is as good, and for ever
    settings = desk.office.settings
    cards.move(session, card, CardState.VOID, by=by, now=desk.now, settings=settings, chance=desk.chance, handle=handle)
