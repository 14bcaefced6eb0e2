"""What becomes of a card: reserved, active, suspended, ended, void. No reasons are kept.

1. Staff find a card by its number, read from the card itself; there is no search by person.
2. Ended and void are for ever, and the row forgets its recovery code. Suspended may become active again.
3. Every change marks the card's status list as out of date; `status_lists` signs it anew, at once where the page calls
   it and within a minute in any case.
4. `resume`: the large code of the card was read, and a clerk compared the face. A number can be overheard and a small
   code photographed, so they wake nothing; neither does giving a found card back (`handed_in.give_back`).
5. `end`: a clerk ends `endings_per_clerk_per_day` cards in a day alone; each further one takes a colleague, who has
   typed a password (`sign_in.confirm_as_second`). The clerk's day is held meanwhile, so that fifty windows cannot pass
   together. Not counted: the old card that ends with the issue of a new one (`renew.end_replaced`), which has the cap
   of issuing; the void card of an enrolment that was abandoned, which nobody holds yet; what the clock ends.
6. The log gets an entry for each of the two people, because an entry has one actor: "card ended" for who did it, "end
   of a card confirmed" for who stood by. Both carry one handle, so that an auditor sees which belong together.
"""

from datetime import date, datetime

from sqlalchemy.orm import Session

from citycard.core.claims import CardClaims
from citycard.core.number import Chance
from citycard.operations import audit, clerk_days, counting
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.settings import Settings
from citycard.store.cards import Card, CardState, StatusListRow
from citycard.store.staff import ClerkDay, Role, Staff

OVER = frozenset({CardState.ENDED, CardState.VOID})
"""Nothing comes after these."""

AT_THE_COUNTER = frozenset({Role.CLERK, Role.SUPERVISOR})
"""Who changes cards, and who may be the second person."""

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
    counted_as: str = "",
) -> bool:
    """Put `card` into state `to`, for the staff member called `by`; False, and nothing done, where it is there.

    `counted_as`: the counter, where it is not the usual one of this move.
    """
    # Of two who change a card at once the second must see what the first did: an ended card would come back to life.
    # Always in this order (the log, the list, the card), so that nobody waits for somebody who waits for them. The list
    # is held without its key (`FOR NO KEY UPDATE`), or nobody could reserve a place in it meanwhile.
    audit.hold(session)
    session.flush()
    listed = session.get_one(StatusListRow, card.list_no, with_for_update={"key_share": True}, populate_existing=True)
    session.refresh(card, with_for_update=True)
    if card.state == to:
        return False
    sources, act, event = _MOVES[to]
    if card.state not in sources:
        raise OperationRefused("This card has ended; that cannot be undone.", code="card-ended")
    card.state = to
    if to in OVER:
        card.recovery_selector = card.recovery_tag = None
    listed.dirty = True
    day = settings.today(now)
    audit.record(session, act, by=by, day=day, chance=chance, handle=handle)
    counting.add(session, service="office", event=counted_as or event, day=day)
    return True


def resume(
    session: Session,
    card: Card,
    *,
    shown: CardClaims,
    same_person: bool,
    by: Staff,
    now: datetime,
    settings: Settings,
    chance: Chance,
) -> None:
    """Make a suspended card good again: `shown` is what its code said, `same_person` what `by` saw (4)."""
    demand_counter(by)
    demand_holder(card, shown=shown, same_person=same_person)
    demand_large(shown)
    move(session, card, CardState.ACTIVE, by=by.name, now=now, settings=settings, chance=chance)


def demand_large(shown: CardClaims) -> None:
    """Raise `OperationRefused` for a light code: it can be photographed, and another face printed beside it."""
    if not shown.identity.full:
        raise OperationRefused("A suspended card is resumed by its large code.", code="card-large")


def demand_holder(card: Card, *, shown: CardClaims, same_person: bool) -> None:
    """Raise `OperationRefused` unless this very card was read and its holder stands before the clerk (4)."""
    if shown.identity.number != card.number:
        raise OperationRefused("The code is of another card.", code="card-other")
    if not same_person:
        raise OperationRefused("Nothing is done without the holder.", code="card-face")


def demand_counter(by: Staff) -> None:
    """Raise `OperationRefused` unless `by` works at the counter; whatever a page offers."""
    if not by.role_set & AT_THE_COUNTER:
        raise OperationRefused("Changing cards is for clerks and supervisors.", code="card-role")


def end(
    session: Session,
    card: Card,
    *,
    by: Staff,
    now: datetime,
    settings: Settings,
    chance: Chance,
    second: Staff | None = None,
) -> None:
    """End `card` for ever: a desk that has synced says REVOKED. `second` typed a password just now (5)."""
    demand_counter(by)
    # The clerk's day comes before all that `move` holds, as it does in `issue`.
    today = clerk_days.held(session, by, settings.today(now))
    alone = today.endings < settings.endings_per_clerk_per_day
    if not alone:
        _demand_second(by, second)
    handle = chance(8).hex()
    if not move(session, card, CardState.ENDED, by=by.name, now=now, settings=settings, chance=chance, handle=handle):
        return
    today.endings += 1
    if not alone and second is not None:
        # (6)
        audit.record(session, audit.Act.CARD_END_CONFIRMED, by=second.name, day=today.day, handle=handle)


def needs_second(session: Session, *, by: Staff, today: date, settings: Settings) -> bool:
    """Whether the next card that `by` ends takes a second person. A page asks before; `end` decides."""
    row = session.get(ClerkDay, (by.id, today))
    return (0 if row is None else row.endings) >= settings.endings_per_clerk_per_day


def _demand_second(by: Staff, second: Staff | None) -> None:
    if second is None:
        raise OperationRefused("From here on a second person confirms each ending.", code="second-needed")
    if second.id == by.id:
        raise OperationRefused("The second person is somebody else.", code="second-self")
    if not second.active or not second.role_set & AT_THE_COUNTER:
        raise OperationRefused("The second person is a clerk or a supervisor.", code="second-role")
