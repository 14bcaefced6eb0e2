"""One family of errors: each has a stable code for machines and a sentence for people, never personal data.

`code` is what is logged, answered by the API and translated; `str(error)` is the sentence, in English. Whoever raises
one writes no name, number, date or text of a card into it, because sentences end up in logs and on screens.
"""

from collections.abc import Iterable
from typing import ClassVar

from citycard.core.verdicts import Verdict


class CitycardError(Exception):
    """The root of everything that citycard raises on purpose."""

    code: str = "citycard"

    def __init__(self, sentence: str, *, code: str | None = None) -> None:
        super().__init__(sentence)
        if code is not None:
            self.code = code


class FileRefused(CitycardError):
    """A file that somebody wrote by hand cannot be used; `mistakes` says each thing to mend, all of them at once."""

    def __init__(self, what: str, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        more = f" ({len(self.mistakes) - 1} more)" if len(self.mistakes) > 1 else ""
        super().__init__(f"{what} cannot be used: {self.mistakes[0]}{more}")


class CardRefused(CitycardError):
    """A card is not accepted; `verdict` says why, `reason` says which rule, `step` where in the order of reading."""

    verdict: ClassVar[Verdict]

    def __init__(self, reason: str, sentence: str, *, step: int) -> None:
        super().__init__(sentence, code=self.verdict.value)
        self.reason = reason
        self.step = step


class Malformed(CardRefused):
    """Not a city card's code, or one written wrongly."""

    verdict = Verdict.MALFORMED


class WrongType(CardRefused):
    """A signed thing of ours that is not a card."""

    verdict = Verdict.WRONG_TYPE


class UnknownIssuer(CardRefused):
    """The city, or this key of it, is not pinned here."""

    verdict = Verdict.UNKNOWN_ISSUER


class BadSignature(CardRefused):
    """The signature does not fit."""

    verdict = Verdict.BAD_SIGNATURE


class KeyRevoked(CardRefused):
    """The key is compromised, or was not in use on the card's day."""

    verdict = Verdict.KEY_REVOKED


class Unsupported(CardRefused):
    """A newer profile than this reader knows."""

    verdict = Verdict.UNSUPPORTED


class NotYet(CardRefused):
    """Issued on a day that has not come."""

    verdict = Verdict.NOT_YET


class Expired(CardRefused):
    """Past its last day."""

    verdict = Verdict.EXPIRED


class Revoked(CardRefused):
    """Ended by its city."""

    verdict = Verdict.REVOKED


class Suspended(CardRefused):
    """Suspended by its city."""

    verdict = Verdict.SUSPENDED


class StaleStatus(CardRefused):
    """No status list held, or too old a one."""

    verdict = Verdict.STALE_STATUS


class NotAccepted(CardRefused):
    """Not agreed for this desk."""

    verdict = Verdict.NOT_ACCEPTED


class KeyRefused(CitycardError):
    """A key that must not be used or pinned: weak, private, of the wrong kind."""

    code = "key-refused"


class ListRefused(CitycardError):
    """A status list that must not replace the one held."""

    code = "list-refused"


class TrustRefused(CitycardError):
    """A city, statement or trust store that breaks a rule of trust."""

    code = "trust-refused"


class CannotWrite(CitycardError):
    """A card that must not be written: the content breaks the profile. Raised before any key is used."""

    code = "cannot-write"
