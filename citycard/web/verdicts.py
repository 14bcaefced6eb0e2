"""What is said for each verdict, in the reader's language: a word, a sentence for the holder, what the attendant does.

Nobody is accused: most refused cards are old, ended or worn, and their holders did nothing. Three kinds, told apart by
colour *and* shape: `go` (a check in a circle), `hand` (a raised hand in a diamond: somebody has to look), `stop` (a
cross in an octagon).
"""

import re
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from citycard.core.verdicts import Verdict


class Said(NamedTuple):
    """The words for a verdict."""

    verdict: Verdict
    kind: str
    """go, hand or stop."""
    word: Any
    holder: Any
    """To be read out or shown to the holder."""
    attendant: Any
    """What the person at the desk does next."""


_GIVE_BACK = _l("Give the card back. Keep nothing, copy nothing, call no one.")
_SAY_AND_GIVE_BACK = _l("Say what is missing, and give the card back.")
_CITY_CAN_HELP = _l("This card cannot be used at the moment. The town hall can help.")

_SAID: dict[Verdict, tuple[str, Any, Any, Any]] = {
    Verdict.OK: ("go", _l("Valid"), _l("This card is valid."), _l("Compare the face.")),
    Verdict.OK_STALE: (
        "hand",
        _l("Valid, by an older list"),
        _l("This card is valid."),
        _l("Compare the face. The list of ended cards is more than a day old: connect this desk when you can."),
    ),
    Verdict.MALFORMED: (
        "stop",
        _l("Not readable"),
        _l("This is not the code of a city card, or it is damaged."),
        _l("Scan once more, straight and close. The other side of the card has a code too."),
    ),
    Verdict.WRONG_TYPE: (
        "stop",
        _l("Not a card"),
        _l("This code belongs to something else."),
        _l("Ask for the card itself."),
    ),
    Verdict.UNKNOWN_ISSUER: (
        "stop",
        _l("City not known here"),
        _l("This desk does not know the city of this card. The card may be good elsewhere."),
        _GIVE_BACK,
    ),
    Verdict.BAD_SIGNATURE: (
        "stop",
        _l("Cannot be confirmed"),
        _l("The code cannot be confirmed. A new print of the card mends it, if the card is good."),
        _GIVE_BACK,
    ),
    Verdict.KEY_REVOKED: (
        "stop",
        _l("To be exchanged"),
        _l("The city is exchanging cards of this series. The town hall makes a new one."),
        _GIVE_BACK,
    ),
    Verdict.UNSUPPORTED: (
        "hand",
        _l("Newer than this desk"),
        _l("This card is newer than our reader."),
        _l("Update this desk. Until then, look at the printed card."),
    ),
    Verdict.NOT_YET: (
        "stop",
        _l("Not valid yet"),
        _l("This card begins on a later day."),
        _l("Look at this desk's date. If it is right, give the card back."),
    ),
    Verdict.EXPIRED: (
        "stop",
        _l("Expired"),
        _l("This card is past its last day. The town hall renews it."),
        _GIVE_BACK,
    ),
    Verdict.REVOKED: (
        "stop",
        _l("Ended"),
        _l("This card can no longer be used. The town hall can help."),
        _GIVE_BACK,
    ),
    Verdict.SUSPENDED: ("stop", _l("Suspended"), _CITY_CAN_HELP, _GIVE_BACK),
    Verdict.STALE_STATUS: (
        "hand",
        _l("Cannot be checked now"),
        _l("Our list is too old to check this card. It is not the card's fault."),
        _l("Connect this desk to fetch the list, then scan again."),
    ),
    Verdict.NOT_ACCEPTED: (
        "hand",
        _l("Good, but not for this service"),
        _l("The card is good. This service is not agreed for it."),
        _SAY_AND_GIVE_BACK,
    ),
}


OTHER_CODE = "other-code"
"""A reason of the pages' own: the text is well known to be something else."""

_OTHER_KINDS = re.compile(r"(?i)\s*(https?://|www\.|wifi:|tel:|mailto:|smsto:|geo:|begin:|matmsg:)")


def reason_for(text: str, verdict: Verdict, reason: str) -> str:
    """The reason to explain a verdict by: a web address typed by a scanner is no fault of the scanner's keyboard."""
    return OTHER_CODE if verdict is Verdict.MALFORMED and _OTHER_KINDS.match(text) else reason


_BY_REASON: dict[str, tuple[Any, Any]] = {
    "base45-alphabet": (
        _l("This is not the code of a city card, or it arrived with other characters than it has."),
        _l(
            "Typed by a handheld scanner? Then scanner and computer disagree on the keyboard: set both to the same one."
        ),
    ),
    OTHER_CODE: (
        _l("This is another kind of code, such as a web address. It is not a city card."),
        _l("Ask for the card, and scan one of its two codes."),
    ),
    "key-unknown": (
        _l("This desk knows the city of this card, but not the key that signed it."),
        _l("Give the card back. If it happens again, ask for this city's keys to be fetched anew."),
    ),
    "key-window": (
        _l("The code says a day on which its key was not in use. The town hall makes a new card."),
        _GIVE_BACK,
    ),
    "list-missing": (
        _l("We hold no list of ended cards from this city yet. It is not the card's fault."),
        _l("Ask for the city's lists to be fetched, then scan again."),
    ),
    "list-older-than-agreed": (
        _l("For this service our list of the city has to be younger than it is. It is not the card's fault."),
        _l("Connect this desk to fetch the list, then scan again."),
    ),
    "no-agreement": (
        _l("The card is good. No agreement between its city and ours opens this service at the moment."),
        _l("Say what it does open here, and give the card back."),
    ),
    "residents-only": (
        _l("The card is good. This service is for people who live in this city."),
        _l("Say what it does open here, and give the card back."),
    ),
    "too-young": (_l("The card is good. This service is for people who are older."), _SAY_AND_GIVE_BACK),
    "too-old": (_l("The card is good. This service is for people who are younger."), _SAY_AND_GIVE_BACK),
    "not-yet": (_l("The card is good. This service has not begun yet."), _SAY_AND_GIVE_BACK),
    "over": (_l("The card is good. This service is over."), _SAY_AND_GIVE_BACK),
    "not-today": (_l("The card is good. This service is on another day."), _SAY_AND_GIVE_BACK),
    "partner-suspended": (
        _l("The card is good. Cards of its city are not accepted here at the moment."),
        _GIVE_BACK,
    ),
}
"""Where the reason says more than the verdict: the sentence for the holder, the attendant's next step."""

REASONS = tuple(_BY_REASON)
"""The reasons that have words of their own."""

NOT_CHECKED: dict[str, Any] = {
    "face": _l("Whether this is the person is yours to see."),
    "name": _l("The name is not in this code: the printed one is not confirmed."),
    "portrait": _l("No portrait is in this code: the printed one is not confirmed. Compare the face with care."),
}
"""What a signature does not cover (`VerifiedCard.not_checked`)."""


def said(verdict: Verdict, reason: str = "") -> Said:
    """The words for a verdict, nearer to the point where its reason has words of its own."""
    kind, word, holder, attendant = _SAID[verdict]
    holder, attendant = _BY_REASON.get(reason, (holder, attendant))
    return Said(verdict, kind, word, holder, attendant)
