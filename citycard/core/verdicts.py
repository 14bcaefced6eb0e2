"""The words for what a check found, the same in Python, JavaScript, the API and the counters.

Every check of a card ends in exactly one of these. Only OK and OK_STALE say anything of the holder.
"""

from enum import StrEnum


class Verdict(StrEnum):
    """What a check found. Order of the members is the order in which a reader decides (card profile, "Reading")."""

    MALFORMED = "MALFORMED"
    """The text is not a city card's code, or is one written wrongly."""
    WRONG_TYPE = "WRONG_TYPE"
    """A signed thing of ours that is not a card, such as a status list."""
    UNKNOWN_ISSUER = "UNKNOWN_ISSUER"
    """The city, or the key of that city, is not among those recognised here."""
    BAD_SIGNATURE = "BAD_SIGNATURE"
    """The signature is not good: the code was changed or forged."""
    KEY_REVOKED = "KEY_REVOKED"
    """The key that signed is compromised, or was not in use on the day the card says."""
    UNSUPPORTED = "UNSUPPORTED"
    """A good card of a newer profile: the reader must be updated."""
    NOT_YET = "NOT_YET"
    """The card says that it was issued on a day that has not come."""
    EXPIRED = "EXPIRED"
    """The last day of the card is over."""
    REVOKED = "REVOKED"
    """The city ended this card."""
    SUSPENDED = "SUSPENDED"
    """The city suspended this card for now."""
    STALE_STATUS = "STALE_STATUS"
    """No list of ended cards is held for this card, or only one that is too old to decide."""
    NOT_ACCEPTED = "NOT_ACCEPTED"
    """A good card that this desk is not agreed to accept."""
    OK_STALE = "OK_STALE"
    """A good card, by a list of ended cards that is older than a day."""
    OK = "OK"
    """A good card."""

    @property
    def good(self) -> bool:
        """Whether anything of the holder may be shown (OK and OK_STALE only)."""
        return self in _GOOD


_GOOD = frozenset({Verdict.OK, Verdict.OK_STALE})
