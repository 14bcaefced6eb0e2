"""Cards that somebody found and brought to the town hall: filed by number and day, given back, or shredded.

Nothing is taken down of who brought it, nor of where it lay.

1. `file_card`: the card lies here from today. What it is does not change: whoever lost it may have suspended it.
2. `give_back`: the card was read, a clerk compared the face (`cards.demand_holder`). The record goes; a suspended card
   is good again, and that takes its large code, in the drawer as elsewhere (`cards.demand_large`).
3. `end_due`: after `KEPT` the office's clock ends the card. Its holder gets a new one from the home sheet, or enrols.
4. A filed card that is over, by (3) or because it was renewed or ended otherwise, is to be taken out and shredded. Only
   of these is the number shown: whoever looks at the list learns nothing of the others but how many they are.
5. `shred`: somebody says that it was done, and the record goes.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from citycard.core.claims import CardClaims
from citycard.operations import audit, cards, counting
from citycard.operations.enrol import Desk
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.store.cards import Card, CardState, HandedIn
from citycard.store.staff import Staff

KEPT = timedelta(days=60)
"""Two months: who lost a card on the way to work that lasts a season, to a hospital or to family abroad is back by
then, and it is as long as the longest time that a new card waits for its holder (`pickup_days`). Not longer, because a
drawer of cards is a box of names and faces: the one list of holders that a town hall could still come to have."""


@dataclass(frozen=True)
class Drawer:
    """What lies in the town hall."""

    lying: int
    """How many cards, those to shred among them."""
    to_shred: tuple[str, ...]
    """The numbers of those that are over, in the order in which they stand in the drawer."""


def drawer(session: Session) -> Drawer:
    """Return what lies here (4)."""
    lying = session.scalar(select(func.count()).select_from(HandedIn)) or 0
    over = (
        select(HandedIn.number)
        .join(Card, Card.number == HandedIn.number)
        .where(Card.state.in_(list(cards.OVER)))
        .order_by(HandedIn.number)
    )
    return Drawer(lying, tuple(session.scalars(over)))


def lies_here(session: Session, card: Card) -> HandedIn | None:
    """Return since when `card` lies here; None when it does not."""
    return session.get(HandedIn, card.number, populate_existing=True)


def file_card(session: Session, desk: Desk, card: Card, *, by: Staff) -> None:
    """Put a found card into the drawer (1). Twice is once."""
    cards.demand_counter(by)
    audit.hold(session)
    session.refresh(card, with_for_update=True)
    if card.state in cards.OVER:
        raise OperationRefused("A card that is over is shredded, not filed.", code="handed-in-over")
    if lies_here(session, card) is not None:
        return
    today = desk.office.settings.today(desk.now)
    try:
        with session.begin_nested():
            session.add(HandedIn(number=card.number, filed_on=today))
    except IntegrityError:
        return  # another window filed it
    _log(session, desk, audit.Act.CARD_HANDED_IN, by, "card-handed-in")


def give_back(session: Session, desk: Desk, card: Card, *, shown: CardClaims, same_person: bool, by: Staff) -> None:
    """Give a found card back to its holder (2)."""
    cards.demand_counter(by)
    cards.demand_holder(card, shown=shown, same_person=same_person)
    audit.hold(session)
    if (filed := lies_here(session, card)) is None:
        raise NotFound("This card is not in the drawer.", code="not-handed-in")
    # Whoever holds the log holds the state: its holder may have suspended the card since the page was drawn.
    session.refresh(card)
    if card.state == CardState.SUSPENDED:
        cards.demand_large(shown)
    # Before the record goes: a card that ended meanwhile stays where it is, to be shredded.
    settings = desk.office.settings
    cards.move(session, card, CardState.ACTIVE, by=by.name, now=desk.now, settings=settings, chance=desk.chance)
    session.delete(filed)
    _log(session, desk, audit.Act.CARD_GIVEN_BACK, by, "card-given-back")


def shred(session: Session, desk: Desk, card: Card, *, by: Staff) -> None:
    """Take down that a card that is over was taken out and shredded (5). Twice is once."""
    cards.demand_counter(by)
    audit.hold(session)
    session.refresh(card)
    if (filed := lies_here(session, card)) is None:
        return
    if card.state not in cards.OVER:
        raise OperationRefused("This card may still be given back.", code="handed-in-good")
    session.delete(filed)
    _log(session, desk, audit.Act.CARD_SHREDDED, by, "card-shredded")


def end_due(session: Session, desk: Desk, *, by: str) -> int:
    """End the cards that lay here for `KEPT`, and return how many (3); for the clock, which the cap does not bind."""
    settings = desk.office.settings
    due = (
        select(Card)
        .join(HandedIn, HandedIn.number == Card.number)
        .where(HandedIn.filed_on <= settings.today(desk.now) - KEPT, Card.state.not_in(list(cards.OVER)))
        .order_by(Card.list_no, Card.number)
    )
    if session.scalars(due.limit(1)).first() is None:
        return 0
    # Asked again with the log held, as everybody here holds it: somebody may just have come for a card.
    audit.hold(session)
    return sum(
        cards.move(session, card, CardState.ENDED, by=by, now=desk.now, settings=settings, chance=desk.chance)
        for card in session.scalars(due.execution_options(populate_existing=True)).all()
    )


def _log(session: Session, desk: Desk, act: audit.Act, by: Staff, event: str) -> None:
    day = desk.office.settings.today(desk.now)
    audit.record(session, act, by=by.name, day=day, chance=desk.chance)
    counting.add(session, service="office", event=event, day=day)
