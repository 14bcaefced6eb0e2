"""What holders do by themselves, on the public pages: report a card lost, end it, ask what is kept of it.

To the office a holder is whoever shows a code. Two kinds count, and each opens another door:

1. The recovery code (`recovery`), which stands on one sheet of paper at home, suspends: `report_lost`. A card that is
   suspended already stays so, and nothing is written or counted a second time. If somebody brought the card to the town
   hall, the answer says until which day it lies there.
2. The card's code shows what is kept: `known_of`. It must be signed by this city, and by a key that is still good, or
   anybody who overheard a number could write a code around it and ask. Dates and state do not matter. Full or light is
   the same: both are signed with the number in them. Only whether a found card lies here is kept from the light one.
3. Both together, of one card, end it for ever: `end`. One alone does not: a found sheet ends nothing, nor does a card
   that somebody photographed.
4. Refusals: a code that was mistyped or is not a card's is called so, because that is seen without the register.
   Whatever takes the register (never given out, wrong, of another card, of one that is over) has one sentence.
5. The log says "holder" for who acted.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from citycard.core.claims import Identity
from citycard.core.errors import CardRefused
from citycard.core.number import Chance
from citycard.core.trust import TrustStore
from citycard.core.verdicts import Verdict
from citycard.core.verify import check_signed
from citycard.keystore.ring import KeyRing
from citycard.operations import cards, handed_in, recovery, status_lists
from citycard.operations.recovery import RecoveryRefused
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.settings import Office
from citycard.store.cards import Card, CardState, HandedIn

HOLDER = "holder"
"""Who acts, in the log (5)."""


@dataclass(frozen=True)
class Reported:
    """What somebody is told who reported a loss."""

    already: bool
    """It was suspended before."""
    fetch_until: date | None
    """The last day on which the card can be fetched, if it was handed in."""


@dataclass(frozen=True)
class Known:
    """All that the register holds of a card."""

    large: bool
    """Whether the full code was shown. A light one may be a photograph: where the holder will come, and by which day,
    is not said to whoever has that."""
    number: str = field(repr=False)
    issued_on: date
    expires_on: date
    state: CardState
    kid: str
    list_no: int
    list_index: int
    has_recovery_code: bool
    filed_on: date | None
    """Since when it lies at the counter, if it was handed in."""
    fetch_until: date | None


def report_lost(session: Session, text: str, *, office: Office, now: datetime, chance: Chance) -> Reported:
    """Suspend the card whose recovery code is `text` (1); raise `RecoveryRefused`."""
    card = recovery.find(session, text, office=office)
    try:
        moved = cards.move(
            session, card, CardState.SUSPENDED, by=HOLDER, now=now, settings=office.settings, chance=chance
        )
    except OperationRefused:
        # (4) It ended between the look and the hold.
        raise RecoveryRefused("No card has this recovery code.") from None
    filed = handed_in.lies_here(session, card)
    return Reported(not moved, _fetch_until(card, filed, today=office.settings.today(now)))


def known_of(session: Session, code: str, *, ring: KeyRing, now: datetime) -> Known:
    """Return what is kept of the card with the code `code` (2); raise `OperationRefused`."""
    said = _said_in(session, code, ring=ring)
    card = session.get(Card, said.number)
    if card is None:
        raise NotFound("The register holds nothing of this card.", code="holder-nothing")
    filed = handed_in.lies_here(session, card) if said.full else None
    return Known(
        large=said.full,
        number=card.number,
        issued_on=card.issued_on,
        expires_on=card.expires_on,
        state=CardState(card.state),
        kid=card.kid,
        list_no=card.list_no,
        list_index=card.list_index,
        has_recovery_code=card.recovery_tag is not None,
        filed_on=filed.filed_on if filed else None,
        fetch_until=_fetch_until(card, filed, today=ring.office.settings.today(now)),
    )


def of_one_card(session: Session, code: str, text: str, *, ring: KeyRing, office: Office) -> Card:
    """Return the card that the card's code `code` and the recovery code `text` are both of (3)."""
    number = number_in(session, code, ring=ring)
    try:
        card = recovery.find(session, text, office=office)
    except RecoveryRefused as refusal:
        if refusal.code == "recovery-typed":
            raise
        raise _not_both() from None
    if card.number != number:
        raise _not_both()
    return card


def end(
    session: Session, code: str, text: str, *, ring: KeyRing, office: Office, now: datetime, chance: Chance
) -> None:
    """End for ever the card that both codes are of (3). Pressed twice is once."""
    try:
        card = of_one_card(session, code, text, ring=ring, office=office)
    except OperationRefused as refusal:
        # When a card ends its recovery code is forgotten. That it has ended is what `known_of` tells for this code too.
        number = number_in(session, code, ring=ring)
        ended = session.get(Card, number, populate_existing=True)
        if refusal.code != "holder-both" or ended is None or ended.state != CardState.ENDED:
            raise
        return
    try:
        cards.move(session, card, CardState.ENDED, by=HOLDER, now=now, settings=office.settings, chance=chance)
    except OperationRefused:
        # (4) It became void between the look and the hold.
        raise _not_both() from None


def number_in(session: Session, code: str, *, ring: KeyRing) -> str:
    """Return the number of our card whose code `code` is, full or light (2); raise `OperationRefused`."""
    return _said_in(session, code, ring=ring).number


def _said_in(session: Session, code: str, *, ring: KeyRing) -> Identity:
    own = ring.issuer(status_lists.uris(session))
    try:
        return check_signed(code, trust=TrustStore([own])).identity
    except CardRefused as refusal:
        if refusal.reason == "issuer-unknown":
            raise NotFound("This is not a card of this city.", code="holder-elsewhere") from None
        if refusal.verdict is Verdict.KEY_REVOKED:
            raise OperationRefused("The key of this card is compromised.", code="holder-key") from None
        raise OperationRefused("This is not the code of a card.", code="holder-not-read") from None


def _fetch_until(card: Card, filed: HandedIn | None, *, today: date) -> date | None:
    """Return the last day on which `card` can be fetched at the counter; None when it does not lie there."""
    if filed is None or card.state in cards.OVER:
        return None
    # On the morning after it the clock ends the card (`handed_in.end_due`).
    last = filed.filed_on + handed_in.KEPT - timedelta(days=1)
    return last if today <= last else None


def _not_both() -> OperationRefused:
    return OperationRefused("These codes are not of one card that can be ended.", code="holder-both")
