"""What becomes of a card: reserved, active, suspended, ended, void. No reasons are kept.

1. Staff find a card by its number, read from the card itself; there is no search by person.
2. Ended and void are for ever, and the row forgets its recovery code. Suspended may become active again.
3. Every change marks the card's status list as out of date; `status_lists` signs it anew, at once where the page calls
   it and within a minute in any case.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from citycard.core.number import Chance
from citycard.operations import audit, counting
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.settings import Settings
from citycard.store.cards import Card, CardState, StatusListRow
from citycard.store.staff import Staff

_MOVES: dict[CardState, tuple[frozenset[CardState], audit.Act, str]] = {
    CardState.SUSPENDED: (frozenset({CardState.ACTIVE}), audit.Act.CARD_SUSPENDED, "card-suspended"),
    CardState.ACTIVE: (frozenset({CardState.SUSPENDED}), audit.Act.CARD_RESUMED, "card-resumed"),
    CardState.ENDED: (frozenset({CardState.ACTIVE, CardState.SUSPENDED}), audit.Act.CARD_ENDED, "card-ended"),
    CardState.VOID: (
        frozenset({CardState.RESERVED, CardState.ACTIVE, CardState.SUSPENDED}),
        audit.Act.CARD_VOIDED,
        "card-void",
    ),
}
"""New state: from which states, the act, the counter."""


def find_card(session: Session, number: str) -> Card:
    """Return our card with `number` (16 characters); raise `NotFound` (1)."""
    card = session.get(Card, number)
    if card is None or card.state == CardState.RESERVED:
        raise NotFound("This is not a card of this city.", code="no-card")
    return card


def move(
    session: Session,
    card: Card,
    to: CardState,
    *,
    by: str,
    now: datetime,
    settings: Settings,
    chance: Chance,
    handle: str | None = None,
) -> None:
    """Put `card` into state `to`, for the staff member called `by`. Asking for the present state does nothing."""
    # Of two who change a card at once the second must see what the first did: an ended card would come back to life.
    # Always in this order (the log, the list, the card), so that nobody waits for somebody who waits for them. The list
    # is held without its key (`FOR NO KEY UPDATE`), or nobody could reserve a place in it meanwhile.
    audit.hold(session)
    session.flush()
    listed = session.get_one(StatusListRow, card.list_no, with_for_update={"key_share": True}, populate_existing=True)
    session.refresh(card, with_for_update=True)
    if card.state == to:
        return
    sources, act, event = _MOVES[to]
    if card.state not in sources:
        raise OperationRefused("This card has ended; that cannot be undone.", code="card-ended")
    card.state = to
    if to in (CardState.ENDED, CardState.VOID):
        card.recovery_selector = card.recovery_tag = None
    listed.dirty = True
    day = settings.today(now)
    audit.record(session, act, by=by, day=day, chance=chance, handle=handle)
    counting.add(session, service="office", event=event, day=day)


def end(session: Session, card: Card, *, by: Staff, now: datetime, settings: Settings, chance: Chance) -> None:
    """End `card` for ever: a desk that has synced says REVOKED."""
    move(session, card, CardState.ENDED, by=by.name, now=now, settings=settings, chance=chance)
