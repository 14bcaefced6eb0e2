"""What can be done to a card, and what is said of it before and after.

1. What is possible follows from the card's state and from whether it lies in the town hall as a found one.
2. Resuming and giving back need the card and its holder: the card is scanned, the face compared.
"""

from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from citycard.store.cards import CardState

STATES = {
    CardState.RESERVED: _l("not issued"),
    CardState.ACTIVE: _l("valid"),
    CardState.SUSPENDED: _l("suspended"),
    CardState.ENDED: _l("ended"),
    CardState.VOID: _l("void"),
}


class Act(NamedTuple):
    """Something that can be done to a card."""

    kind: str
    """Of its button: quiet, or grave for what cannot be undone."""
    label: Any
    title: Any
    whom: Any
    when: Any
    undo: Any
    done: Any
    unsure: Any = ""
    """What is said when the face was not that of the card; where it is asked at all (2)."""

    @property
    def needs_holder(self) -> bool:
        """Whether the card is scanned and the face compared (2)."""
        return bool(self.unsure)


_SOON = _l(
    "Here at once. In every desk and partner city when they next fetch our list: usually within a quarter of an hour, "
    "later where there is no network."
)

ACTS = {
    "suspend": Act(
        "quiet",
        _l("Suspend"),
        _l("Suspend this card?"),
        _l("The holder cannot use it. Desks say “suspended”; the town hall can help."),
        _SOON,
        _l("Yes: when the holder comes with the card, it can be resumed."),
        _l("The card is suspended."),
    ),
    "resume": Act(
        "quiet",
        _l("Resume"),
        _l("Resume this card?"),
        _l("The holder can use it again, until its last day."),
        _SOON,
        _l("Yes: it can be suspended again."),
        _l("The card is valid again."),
        unsure=_l("Nothing was changed: the card stays suspended. Faces change, and a colleague may see more."),
    ),
    "hand-in": Act(
        "quiet",
        _l("Hand in"),
        _l("Somebody found this card and brought it?"),
        _l("The card waits here for its holder, for 60 days. Who brought it and where it lay is not written down."),
        _l("Today is its first day. Put it in the drawer, by its number."),
        _l("Yes, when its holder comes. After 60 days the card ends and is shredded."),
        _l("The card is filed. Put it in the drawer, by its number."),
    ),
    "give-back": Act(
        "quiet",
        _l("Give back"),
        _l("Give this card back to its holder?"),
        _l("The holder takes the card home. If it was suspended, it is valid again, until its last day."),
        _SOON,
        _l("Yes: the card can be suspended, or handed in again."),
        _l("The card is its holder’s again, and nothing is left of its having been here."),
        unsure=_l("Nothing was changed: the card stays here. Faces change, and a colleague may see more."),
    ),
    "end": Act(
        "grave",
        _l("End"),
        _l("End this card for ever?"),
        _l("Nobody can use it again, neither the holder nor whoever finds it. Desks say “ended”."),
        _SOON,
        _l("No. Who wants a card again gets a new one."),
        _l("The card has ended."),
    ),
}
"""The texts say 60 days: `handed_in.KEPT`, as a test compares."""


def possible(state: CardState, *, lies_here: bool) -> tuple[str, ...]:
    """Return the names of the acts that a card in this state is open to (1)."""
    match state, lies_here:
        case CardState.ACTIVE, False:
            return ("suspend", "hand-in", "end")
        case CardState.SUSPENDED, False:
            return ("resume", "hand-in", "end")
        case CardState.ACTIVE, True:
            return ("give-back", "suspend", "end")
        case CardState.SUSPENDED, True:
            return ("give-back", "end")
        case _:
            return ()
