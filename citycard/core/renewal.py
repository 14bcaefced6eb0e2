"""Reading one's own card once more, perhaps after its last day: the holder is the archive, and this opens it.

1. Steps 1 to 10 of `verify`: one of the city's own keys, of good repute and in its days, signed exactly this.
2. The card is not from the future, and its last day is not over for longer than `LATE`.

For the office that issued the card, for a clerk who typed her password and has the holder before her. Not for a desk:
the status was NOT checked here, the register is asked instead; and an expired card proves nothing to anybody else.
"""

from datetime import UTC, datetime, timedelta

from citycard.core.claims import CardClaims
from citycard.core.errors import Expired, NotYet
from citycard.core.trust import TrustStore
from citycard.core.verify import check_signed

LATE = timedelta(days=366)
"""A year: people notice at the library, in autumn, that the card ended in spring. After that papers are asked again."""


def read_for_renewal(text: str, *, trust: TrustStore, now: datetime) -> CardClaims:
    """Return what a card says that is good or ended by its date alone; raise the `CardRefused` that says why not.

    `trust` holds the cities whose cards are meant: the office's own, or those that somebody may move here from.
    `now` is an aware datetime.
    """
    # (1)
    card = check_signed(text, trust=trust)
    # (2)
    if datetime.fromtimestamp(card.issued_at, UTC).date() > now.astimezone(UTC).date():
        raise NotYet("issued-later", "The card says it was issued on a day that has not come.", step=11)
    if now >= datetime.fromtimestamp(card.expires_at, UTC) + LATE:
        raise Expired("expired-long-ago", "The card's last day is over for more than a year.", step=11)
    return card
