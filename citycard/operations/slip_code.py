"""The code on a refusal slip: by it the town hall knows its own sheet, and remembers nothing.

1. It holds the day, which of three kinds were missing, a mark of the rules, and a mark of the clerk; nothing else, and
   no name. It is written only where the person wants it.
2. The mark of the clerk says nothing without the key of the office. With it, it answers "was it this one?" for whoever
   is signed in, with one wrong yes in 4,096. So the second visit can be another clerk's without a list of who sent whom
   away.
3. All of it carries a tag (HMAC-SHA256, cut to 44 bits) under that key. Whoever makes one up is believed once in 2^44
   tries, at a page for staff, and has gained a sentence on a screen: a code is no evidence of anything. It belongs to
   nobody, so it may have been found; the second clerk looks at the papers all the same.
4. It is good for 30 days. That it is used once only is not checked: that would need a list of codes.
5. The key comes from `session.key`, by a purpose of its own: one secret less to look after. Changing that file makes
   open codes unreadable; nobody loses more than the sentence of (3).
"""

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from citycard.core.number import ALPHABET, Chance
from citycard.operations.refusals import OperationRefused
from citycard.settings import Office, SettingsRefused

KINDS = ("identity", "residence", "photo")
"""What can be missing, and nothing finer."""

VALID_DAYS = 30
"""As long as another clerk may be asked for; New York gives the same time for an appeal."""

LENGTH = 20
"""Characters of five bits: 56 bits of content and 44 of tag."""

GROUP = 4

_EPOCH = date(2024, 1, 1)
_DAYS = 12
_NONCE = 21
_CLERK = 12
_CONTENT = _DAYS + len(KINDS) + 8 + _NONCE + _CLERK
_TAG = 5 * LENGTH - _CONTENT
_PURPOSE = b"citycard refusal slip"
_LOOKS_LIKE = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})


@dataclass(frozen=True, repr=False)
class Earlier:
    """What a code says of the earlier visit."""

    day: date
    until: date
    missing: frozenset[str]
    same_rules: bool
    """Whether the rules of today are those of then."""
    same_clerk: bool
    """Whether whoever asks wrote the slip."""

    @property
    def found(self) -> frozenset[str]:
        """What was enough."""
        return frozenset(KINDS) - self.missing


def last_day(day: date) -> date:
    """Return the last day on which another clerk may be asked to look."""
    return day + timedelta(days=VALID_DAYS)


def write(office: Office, *, day: date, missing: Collection[str], rules: str, clerk: int, chance: Chance) -> str:
    """Return a code in groups of four; `rules` is the reference of the rule set, `clerk` the id of who writes."""
    key = _key(office)
    # (1)
    content = (day - _EPOCH).days % (1 << _DAYS)
    for kind in KINDS:
        content = content << 1 | (kind in missing)
    content = content << 8 | _mark_of_rules(rules)
    nonce = int.from_bytes(chance(4), "big") % (1 << _NONCE)
    content = content << _NONCE | nonce
    # (2)
    content = content << _CLERK | _mark_of_clerk(key, nonce, clerk)
    # (3)
    bits = content << _TAG | _tag(key, content)
    code = "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(LENGTH)))
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def read(office: Office, text: str, *, today: date, rules: str, clerk: int) -> Earlier:
    """Return what the code in `text` says to `clerk`; raise `OperationRefused` for one that is not ours, or too old."""
    key = _key(office)
    bits = _bits(text)
    content = bits >> _TAG
    if not hmac.compare_digest(_tag(key, content).to_bytes(8, "big"), (bits % (1 << _TAG)).to_bytes(8, "big")):
        raise OperationRefused("This code is mistyped, or not from this town hall.", code="slip-code")
    content, mark = content >> _CLERK, content % (1 << _CLERK)
    content, nonce = content >> _NONCE, content % (1 << _NONCE)
    content, rules_then = content >> 8, content % (1 << 8)
    kinds, days = content % (1 << len(KINDS)), content >> len(KINDS)
    # (4) The day wraps around after eleven years; what is older than 30 days is not read anyway.
    age = ((today - _EPOCH).days - days) % (1 << _DAYS)
    if age > VALID_DAYS:
        raise OperationRefused("This code is older than 30 days.", code="slip-code-old")
    day = today - timedelta(days=age)
    return Earlier(
        day=day,
        until=last_day(day),
        missing=frozenset(kind for place, kind in enumerate(reversed(KINDS)) if kinds >> place & 1),
        same_rules=rules_then == _mark_of_rules(rules),
        same_clerk=mark == _mark_of_clerk(key, nonce, clerk),
    )


def _bits(text: str) -> int:
    code = text.upper().translate(_LOOKS_LIKE) if len(text) <= 4 * LENGTH else ""
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        raise OperationRefused("This is no code of a slip.", code="slip-code")
    bits = 0
    for character in code:
        bits = bits << 5 | ALPHABET.index(character)
    return bits


def _mark_of_rules(reference: str) -> int:
    return hashlib.sha256(reference.encode()).digest()[0]


def _mark_of_clerk(key: bytes, nonce: int, clerk: int) -> int:
    digest = hmac.digest(key, f"clerk {nonce} {clerk}".encode(), hashlib.sha256)
    return int.from_bytes(digest[:4], "big") % (1 << _CLERK)


def _tag(key: bytes, content: int) -> int:
    digest = hmac.digest(key, b"slip " + content.to_bytes(8, "big"), hashlib.sha256)
    return int.from_bytes(digest[:8], "big") % (1 << _TAG)


def _key(office: Office) -> bytes:
    # (5)
    try:
        secret = (office.secrets / "session.key").read_bytes().strip()
    except OSError:
        raise SettingsRefused("The file session.key is missing from the secrets folder.", code="session-key") from None
    return hmac.digest(secret, _PURPOSE, hashlib.sha256)
