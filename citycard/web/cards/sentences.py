"""What is said when an act on a card is refused: what happened, what to do. Nobody is blamed."""

from flask_babel import lazy_gettext as _l

from citycard.web.errors import say

NOT_A_NUMBER = _l("A number is not enough here. Scan the card: then it is certain that it is back.")
KEY_LOST = _l(
    "The key of this card is no longer good, so no desk takes it. End it by its number; the holder gets a new card."
)
"""Where the card has to be scanned; elsewhere its number does (`found`)."""

say("card-face", _l("Say whether this is the person before you."), status=422)
say(
    "card-large",
    _l("Scan the large code of the card"),
    _l("The small one has no name and no face: whoever photographed it could print a card around it."),
    status=422,
)
say("card-other", _l("This is the code of another card. Scan the card itself."), status=422)
say("card-role", _l("Changing cards is for clerks and supervisors."), status=403)
say(
    "second-needed",
    _l("A colleague confirms this one"),
    _l("You have ended many cards today. The limit stops a stolen password from ending cards all night."),
    status=422,
)
say("second-self", _l("That is you. A colleague types their own name and password."), status=422)
say("second-role", _l("This colleague does not work at the counter. Ask a clerk or a supervisor."), status=422)
say("handed-in-over", _l("This card has ended"), _l("There is nothing to wait for: shred it."))
say("handed-in-good", _l("This card may still be given back"), _l("Leave it in the drawer."))
say(
    "not-handed-in",
    _l("This card is not among the found ones"),
    _l("A colleague may have given it back. Look at the card again."),
)
