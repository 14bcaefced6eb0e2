"""Writing a card's codes: from claims to the text of a QR code, in steps that a killed process cannot confuse.

1. `card_claims`: the day of issue becomes the start of that UTC day (a precise second would be a handle to follow a
   person by), the printed last day becomes the end of that day in the city's time zone.
2. `encode`: claims through the closed schema, COSE_Sign1, zlib, base45; the signer is called exactly once.
3. `self_check`: the text is read again as any other city would, and must say what was meant. A signer that answers
   wrongly, a bit that flips, a rule that drifts is found here, before the card is printed.

The full and the light code of a card are two tokens with the same number, status entry and days.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from citycard.core import base45, cbor, claims, cose
from citycard.core.claims import CardClaims, Identity
from citycard.core.compression import deflate
from citycard.core.errors import CannotWrite, CardRefused, CitycardError
from citycard.core.keys import PinnedKey
from citycard.core.trust import TrustStore
from citycard.core.verify import MAX_TEXT, check_signed


def card_claims(
    *,
    issuer: str,
    identity: Identity,
    issued_on: date,
    expires_on: date,
    zone: tzinfo,
    status_index: int,
    status_uri: str,
) -> CardClaims:
    """Return the claims of a card; `expires_on` is its last day, as printed, in the city's `zone`."""
    # (1)
    return CardClaims(
        issuer=issuer,
        issued_at=int(datetime.combine(issued_on, time.min, UTC).timestamp()),
        expires_at=int(datetime.combine(expires_on + timedelta(days=1), time.min, zone).timestamp()),
        identity=identity,
        status_index=status_index,
        status_uri=status_uri,
    )


def check_writable(card: CardClaims) -> None:
    """Return if `card` can become a code; raise `CannotWrite` if not. No key is used."""
    try:
        payload = cbor.encode(claims.write_claims(card))
    except CitycardError as error:
        raise CannotWrite("The card's content breaks the card profile.", code=error.code) from None
    if len(base45.encode(deflate(payload))) + _ENVELOPE > MAX_TEXT:
        raise CannotWrite("The content is larger than a card's code can hold.", code="code-large")


_ENVELOPE = 135
"""Characters that header and signature add at most: 90 bytes that do not compress, in base45."""


def encode(card: CardClaims, *, key: PinnedKey, sign: cose.SignBytes) -> str:
    """Return the text of the QR code for `card`, signed by `sign`, which must hold the private part of `key`.

    Raises `ClaimsRefused` before the key is used; call `check_writable` early for a sentence.
    """
    # (2)
    return base45.encode(deflate(cose.seal_card(key.public, claims.write_claims(card), sign)))


def self_check(text: str, *, card: CardClaims, trust: TrustStore) -> None:
    """Return if `text` reads as `card` under the city's own published keys; raise `CannotWrite` if not."""
    # (3)
    try:
        read = check_signed(text, trust=trust)
    except CardRefused as error:
        raise CannotWrite("The code just written does not read back.", code=f"self-check-{error.reason}") from None
    if read != card:
        raise CannotWrite("The code just written does not say what was meant.", code="self-check-content")
