"""Checking a card: one order, the first failure decides, and nothing in a card is believed before step 7.

 1. The text is no longer than a card's code and has only its characters.                              MALFORMED
 2. It is base45 of one whole zlib stream of at most 64 KiB.                                           MALFORMED
 3. That is one COSE_Sign1 (tag 18), in the one canonical form at every level.                         MALFORMED
 4. It does not say that it is something else (header 16).                                             WRONG_TYPE
 5. The protected header is exactly algorithm and key, of accepted kinds; the other is empty.          MALFORMED
 6. The issuer is a recognised city, and the key one that it uses for cards.                           UNKNOWN_ISSUER
 7. The signature is good over the bytes as received.                                                  BAD_SIGNATURE
 8. The key is not compromised and was in use on the day of issue.                                     KEY_REVOKED
 9. The profile version is known.                                                                      UNSUPPORTED
10. The claims fit the closed schema.                                                                  MALFORMED
11. The day of issue has come; the last day is not over.                                               NOT_YET, EXPIRED
12. The index is in its list (else MALFORMED); the list does not say that it ended.            REVOKED, SUSPENDED
13. A list is held that is fresh enough to say so.                                                     STALE_STATUS
14. This desk is agreed to accept it.                                                                  NOT_ACCEPTED
15. The list is younger than amber.                                                                    OK_STALE, else OK

Every refusal raises a `CardRefused`, which knows its verdict, the reason and the step, and nothing of the card. A
revoked card on a list that has grown stale is still REVOKED, because revoked never becomes valid again.

A check makes no network request, reads no clock and writes nothing: `now`, the trust store and the lists come in.
What a check cannot know is said in `VerifiedCard.not_checked`: whether the face is the bearer's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from citycard.core import base45, cbor, claims, cose
from citycard.core.claims import CardClaims, Identity
from citycard.core.compression import CompressionError, inflate
from citycard.core.errors import (
    BadSignature,
    Expired,
    KeyRefused,
    KeyRevoked,
    Malformed,
    NotAccepted,
    NotYet,
    Revoked,
    StaleStatus,
    Suspended,
    UnknownIssuer,
    Unsupported,
    WrongType,
)
from citycard.core.keys import KeyState
from citycard.core.status import CardStatus, StatusList, StatusLists
from citycard.core.trust import Issuer, TrustStore
from citycard.core.verdicts import Verdict

MAX_TEXT = 1732
"""Longest code in characters: what a QR code of version 28 at level M holds; nothing larger fits a card."""

MAX_TOKEN = 64 * 1024
"""Largest token in bytes once inflated. Ours are below 2 KiB; the cap is what a hostile code may cost."""

AMBER = timedelta(hours=24)
"""Age of a status list from which a desk is told: one missed day of syncing."""

RED = timedelta(days=21)
"""Age from which a list decides nothing any more: a town hall closed for two weeks must not turn its residents red."""


@dataclass(frozen=True)
class Desk:
    """What the place that checks asks for beyond a good card."""

    amber: timedelta = AMBER
    red: timedelta = RED
    red_for: Mapping[str, timedelta] = field(default_factory=dict)
    """By issuer URL, where an agreement shortens `red`."""
    refuses: Callable[[CardClaims], str | None] | None = None
    """Returns the reason (a slug) why this desk does not accept a good card, or None."""


_ANY_DESK = Desk()


class VerifiedCard(NamedTuple):
    """A card that passed every step; `verdict` is OK or OK_STALE."""

    verdict: Verdict
    issuer: Issuer
    identity: Identity
    issued_on: date
    expires_at: datetime
    status_age: timedelta

    def __repr__(self) -> str:
        return "<VerifiedCard>"

    @property
    def full(self) -> bool:
        """Whether the full code was read; the light code says nothing of the holder."""
        return self.identity.full

    @property
    def last_day(self) -> date:
        """The last day as it is printed on the card, for people.

        A code holds the end of that day in its city's own time zone and does not say which. Half a day earlier it is
        the printed day in UTC too, from UTC-11 to UTC+12; for the few cities east of that this is a day early.
        """
        return (self.expires_at.astimezone(UTC) - timedelta(hours=12)).date()

    @property
    def not_checked(self) -> tuple[str, ...]:
        """What the signature does not cover, to be compared by the person at the desk.

        `face`: the picture is signed, the bearer's face is for people to compare. `portrait`: the printed picture is
        not in this code. `name`: neither is the printed name.
        """
        if not self.full:
            return ("name", "portrait")
        return ("face",) if self.identity.portrait is not None else ("portrait",)


def verify(
    text: str, *, trust: TrustStore, lists: StatusLists, now: datetime, desk: Desk | None = None
) -> VerifiedCard:
    """Return the card in the code `text`, or raise the `CardRefused` that says why not.

    `now` is an aware datetime; `lists` holds the verified status lists by address.
    """
    desk = desk or _ANY_DESK
    # (1) to (8)
    signed, issuer, issued_on = _open(text, trust)
    # (9) and (10)
    card = _read(signed)
    # (11)
    expires_at = _when(card, issued_on, now)
    # (12)
    held = lists.get(card.status_uri)
    if held is not None and held.issuer != card.issuer:
        held = None
    if held is not None:
        check_status(card, held)
    # (13)
    if held is None:
        raise StaleStatus("list-missing", "No list of ended cards is held for this card.", step=13)
    age = held.age(now)
    if age >= desk.red_for.get(card.issuer, desk.red) or now >= held.expires_at:
        raise StaleStatus("list-old", "The list of ended cards is too old to decide.", step=13)
    # (14)
    if desk.refuses is not None and (reason := desk.refuses(card)) is not None:
        raise NotAccepted(reason, "This card is good, but not accepted for this.", step=14)
    # (15)
    return VerifiedCard(
        verdict=_OK_STALE if age >= desk.amber else _OK,
        issuer=issuer,
        identity=card.identity,
        issued_on=issued_on,
        expires_at=expires_at,
        status_age=age,
    )


def check_signed(text: str, *, trust: TrustStore) -> CardClaims:
    """Return what a card says after steps 1 to 10 alone: written and signed as it should be, perhaps long over.

    For the issuing office, which checks its own work before it prints, and for a holder who asks what is in her code.
    Not for a desk: dates and status were NOT checked.
    """
    signed, _, _ = _open(text, trust)
    return _read(signed)


_OK, _OK_STALE = Verdict.OK, Verdict.OK_STALE
_COMPROMISED = KeyState.COMPROMISED
"""Looking a member up on its enumeration costs a check more than all comparisons of days do."""


def _open(text: str, trust: TrustStore) -> tuple[cose.SignedClaims, Issuer, date]:
    """Steps 1 to 8: from text to claims that a recognised city signed, with the city and the day of issue."""
    envelope = _envelope(text)
    # (4)
    if cose.TYP in envelope.header:
        raise WrongType("typ-present", "This is signed, but it is not a card.", step=4)
    # (5)
    if not envelope.header_is(cose.ALG, cose.KID):
        raise Malformed("header", "The code's header is not a card's.", step=5)
    # (6) The claims are not believed here: they choose whose key to try, and a wrong choice fails at step 7.
    url = envelope.claims.get(claims.ISS)
    if type(url) is not str:
        raise Malformed("issuer-form", "The code names no city.", step=6)
    issuer = trust.issuer(url)
    if issuer is None:
        raise UnknownIssuer("issuer-unknown", "The card's city is not recognised here.", step=6)
    key = trust.card_key(url, envelope.kid)
    if key is None:
        raise UnknownIssuer("key-unknown", "The card's key is not one of its city's keys for cards.", step=6)
    # (7)
    try:
        signed = envelope.open(key.public)
    except KeyRefused as error:
        raise BadSignature(error.code, "The signature of the card is not good.", step=7) from None
    # (8)
    if key.state is _COMPROMISED:
        raise KeyRevoked("key-compromised", "The key of this card was stolen or lost.", step=8)
    issued_at = signed.get(claims.IAT)
    if type(issued_at) is not int or not 0 <= issued_at <= claims.MAX_TIME:
        raise Malformed("claims-time", "The card's day of issue cannot be read.", step=8)
    issued_on = datetime.fromtimestamp(issued_at, UTC).date()
    if not key.first_day <= issued_on <= key.last_day:
        raise KeyRevoked("key-window", "The key of this card was not in use on that day.", step=8)
    return signed, issuer, issued_on


def _envelope(text: str) -> cose.Envelope:
    # (1)
    if not 0 < len(text) <= MAX_TEXT:
        raise Malformed("length", "The text is longer than a card's code, or empty.", step=1)
    # (2) The alphabet of step 1 is checked by the same pass over the text.
    try:
        token = inflate(base45.decode(text), cap=MAX_TOKEN)
    except base45.Base45Error as error:
        step = 1 if error.code == "base45-alphabet" else 2
        raise Malformed(error.code, "The text is not a card's code.", step=step) from None
    except CompressionError as error:
        raise Malformed(error.code, "The code's content cannot be unpacked.", step=2) from None
    # (3)
    try:
        return cose.parse(token)
    except (cose.EnvelopeError, cbor.CborError) as error:
        raise Malformed(error.code, "The code's content is not written as a card's.", step=3) from None


def _read(signed: cose.SignedClaims) -> CardClaims:
    # (9) Only another version is "newer": a missing one is a mistake, and step 10 says so.
    identity: Any = signed.get(claims.IDENTITY)
    if type(identity) is dict and identity.get(claims.VERSION_KEY, claims.VERSION) != claims.VERSION:
        raise Unsupported("version", "The card is of a newer kind than this reader knows.", step=9)
    # (10)
    try:
        return claims.read_claims(signed)
    except claims.ClaimsRefused as error:
        raise Malformed(error.code, "The content of the card breaks the card profile.", step=10) from None


def _when(card: CardClaims, issued_on: date, now: datetime) -> datetime:
    # (11) Issue counts by whole days: a card issued today is good today, whatever the clocks' seconds say.
    if issued_on > now.astimezone(UTC).date():
        raise NotYet("issued-later", "The card says it was issued on a day that has not come.", step=11)
    expires_at = datetime.fromtimestamp(card.expires_at, UTC)
    if now >= expires_at:
        raise Expired("expired", "The card's last day is over.", step=11)
    return expires_at


def check_status(card: CardClaims, held: StatusList) -> None:
    """Return if `held`, which is the card's list, calls it valid; raise the refusal of step 12 if not.

    Also for whoever may look at a card after its last day (`operations.move_here`).
    """
    # (12)
    try:
        status = held[card.status_index]
    except IndexError:
        raise Malformed("status-index", "The card's place is outside its city's list.", step=12) from None
    if status == CardStatus.VALID:
        return
    if status == CardStatus.SUSPENDED:
        raise Suspended("suspended", "The city suspended this card.", step=12)
    # Any number but 0 and 2 counts as ended: a city that writes one wants the card refused, and REVOKED errs that way.
    raise Revoked("revoked", "The city ended this card.", step=12)
