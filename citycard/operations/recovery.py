"""The recovery code: what is on the holder's slip, and stops a card that is lost from wherever its holder is.

1. `give`: 20 characters of five bits: 30 bits of selector, which find the row; 60 bits of secret; 10 bits that catch a
   slip of the pen, so that somebody who mistypes is told so and has not guessed.
2. The card's row holds two marks, HMAC-SHA256 under a key of its own, `recovery.key`, which lies with the other
   secrets: one of the selector (30 bits) to find the row by, one of the whole code (128 bits) to know it by. So no
   character of a code is in the register, and a register alone can neither be searched for codes nor be matched with
   a sheet that somebody found. With the key, too, the selector can be tried out; the 60 bits of the secret remain. No
   slow hash: 60 random bits need none, and a public page that works hard is a page that can be kept busy.
3. The code itself stands in the sealed file until hand-over, because paper jams; then on the slip and nowhere else.
4. `find` does the same work and says the same for a selector that nobody has and for a secret that is wrong.
5. Guessing is slowed at the page, by the address it comes from, and counts wrong codes only. Nothing is counted by
   card: whoever guesses at a card slows down nobody but their own connection. A million guesses a day find one of
   50,000 cards, whose selectors are all known to whoever guesses, in three thousand million years.
6. It suspends, and does nothing else. To end a card the card's code is needed too. When the card is over, the row
   forgets both (`cards.move`).
"""

import hashlib
import hmac

from sqlalchemy import select
from sqlalchemy.orm import Session

from citycard.core.errors import CitycardError
from citycard.core.number import ALPHABET, Chance
from citycard.settings import Office, SettingsRefused
from citycard.store.cards import Card

LENGTH = 20
GROUP = 4
SELECTOR = 6
"""Characters: 30 bits, so that of 50,000 codes hardly one has to be drawn again. Its mark has as many."""
SECRET = 12
TAG = 16
"""Bytes of the HMAC that are kept."""
KEY_NAME = "recovery.key"

_CHECKED = SELECTOR + SECRET
_LOOKS_LIKE = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None, "\u2011": None})


class RecoveryRefused(CitycardError):
    """The code has a slip in it (`recovery-typed`), or is of no card (`recovery-unknown`)."""

    code = "recovery-unknown"


def give(card: Card, *, office: Office, chance: Chance) -> str:
    """Give `card` a new code, and return it as it is printed, in five groups of four (1) (2)."""
    key = _key(office)
    selector, secret = _drawn(SELECTOR, chance), _drawn(SECRET, chance)
    card.recovery_selector = _row(key, selector)
    card.recovery_tag = _tag(key, selector, secret)
    code = selector + secret
    return printed(code + _check(code))


def find(session: Session, text: str, *, office: Office) -> Card:
    """Return the card whose code is `text`, as somebody typed it; raise `RecoveryRefused` (4)."""
    key = _key(office)
    code = text.upper().translate(_LOOKS_LIKE) if len(text) <= 4 * LENGTH else ""
    if len(code) != LENGTH or not set(code) <= set(ALPHABET) or _check(code[:_CHECKED]) != code[_CHECKED:]:
        raise RecoveryRefused("This is no recovery code: compare each character.", code="recovery-typed")
    selector, secret = code[:SELECTOR], code[SELECTOR:_CHECKED]
    card = session.scalars(select(Card).where(Card.recovery_selector == _row(key, selector))).first()
    kept = card.recovery_tag if card is not None and card.recovery_tag is not None else bytes(TAG)
    if not hmac.compare_digest(_tag(key, selector, secret), kept) or card is None:
        raise RecoveryRefused("No card has this recovery code.")
    return card


def printed(code: str) -> str:
    """Return `code` in groups of four."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def _drawn(length: int, chance: Chance) -> str:
    bits = int.from_bytes(chance((5 * length + 7) // 8), "big")
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in range(length))


def _check(code: str) -> str:
    """Two characters that differ for all but one in 1,024 mistyped codes. No key: they protect nothing."""
    bits = int.from_bytes(hashlib.sha256(b"citycard recovery code " + code.encode("ascii")).digest()[:2], "big")
    return ALPHABET[bits >> 5 & 31] + ALPHABET[bits & 31]


def _row(key: bytes, selector: str) -> str:
    """Return the mark by which the row of a selector is found: as long as the selector, and nothing of it."""
    # Selectors are capitals: no code's other mark is ever made of this text.
    bits = int.from_bytes(hmac.digest(key, f"row {selector}".encode("ascii"), hashlib.sha256)[:4], "big")
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in range(SELECTOR))


def _tag(key: bytes, selector: str, secret: str) -> bytes:
    return hmac.digest(key, f"{selector} {secret}".encode("ascii"), hashlib.sha256)[:TAG]


def _key(office: Office) -> bytes:
    try:
        secret = (office.secrets / KEY_NAME).read_bytes().strip()
    except OSError:
        secret = b""
    if not secret:
        raise SettingsRefused(f"The file {KEY_NAME} is missing from the secrets folder.", code="recovery-key")
    return secret
