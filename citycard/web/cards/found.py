"""From what was scanned or typed to our own card.

1. Something as short as a number is read as a number.
2. Anything else is a code: it must be signed by a key of this very city. Its dates and its status are not asked: an
   expired card can be looked at, too.
3. What was scanned goes on from form to form, as it was scanned: so the next page knows, too, that the card was here.
"""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from citycard.core.claims import CardClaims
from citycard.core.errors import CardRefused
from citycard.core.number import read_number
from citycard.core.trust import TrustStore
from citycard.core.verdicts import Verdict
from citycard.core.verify import check_signed
from citycard.operations import cards, status_lists
from citycard.operations.refusals import NotFound, OperationRefused
from citycard.store.cards import Card
from citycard.web import database, errors, workplace

LONGEST_NUMBER = 32
"""A number is 16 characters, 19 with its hyphens; a code has more than 300."""

errors.say("card-number", _l("This is not a card number. Compare each character with the card."), status=422)
errors.say("no-card", _l("This is not a card of this city."), _l("Its own city can help."), status=404)
errors.say(
    "card-not-read", _l("This is not the code of a card. Scan it again, or type the number on the card."), status=422
)
errors.say("card-key", _l("The key of this card is no longer good. Type the number on the card instead."), status=422)
errors.say("card-ended", _l("This card has ended; that cannot be undone."), _l("A new card is a new enrolment."))


@dataclass(frozen=True, repr=False)
class Found:
    """A card of ours, and what its code says if that was scanned."""

    card: Card
    held: str
    """What the next form carries: the code, or else the number (3)."""
    said: CardClaims | None = None


def is_number(typed: str) -> bool:
    """Whether `typed` is read as a number, not as a code."""
    return len(typed.strip()) <= LONGEST_NUMBER


def find(typed: str) -> Found:
    """Return our card that `typed` names; raise a `CitycardError` whose code has a sentence."""
    text = typed.rstrip("\r\n\t")
    if is_number(text):
        # (1)
        number = read_number(text.strip())
        return Found(cards.find_card(database.session(), number), number)
    said = _read(text)
    return Found(cards.find_card(database.session(), said.identity.number), text, said)


def _read(code: str) -> CardClaims:
    # (2)
    own = workplace.ring().issuer(status_lists.uris(database.session()))
    try:
        return check_signed(code, trust=TrustStore([own]))
    except CardRefused as refusal:
        if refusal.verdict is Verdict.UNKNOWN_ISSUER:
            raise NotFound("This is not a card of this city.", code="no-card") from None
        if refusal.verdict is Verdict.KEY_REVOKED:
            raise OperationRefused("The key of this card is compromised.", code="card-key") from None
        raise OperationRefused("This is not the code of a card.", code="card-not-read") from None
