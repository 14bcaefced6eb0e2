"""What the counter says for each code of a refusal: what happened, what to do. Nobody is blamed, nobody is named."""

from flask_babel import lazy_gettext as _l

from citycard.core.errors import CitycardError
from citycard.web.errors import say, sentence_for

# Acts that came too late, too early, or from the wrong person.
say(
    "no-enrolment",
    _l("There is no open enrolment with this ticket"),
    _l("It may be mistyped, handed over, or forgotten because its time ran out."),
    status=404,
)
say(
    "forgotten", _l("This enrolment is forgotten"), _l("Its key is destroyed; nobody can read it any more."), status=404
)
say("record-damaged", _l("This enrolment cannot be opened"), _l("Abandon it and start again."), status=409)
say("try-again", _l("That was a very unlikely coincidence"), _l("Please open the enrolment once more."))
say("moved-on", _l("This enrolment has moved on"), _l("A colleague may have taken the next step. Look at it again."))
say(
    "already-issued",
    _l("The card is already issued"),
    _l("To change something, choose “Make this card void” on its page first."),
)
say(
    "already-printed",
    _l("This card was already sent to the printer"),
    _l("Each card is sent once, so that no second one gets out. If it came out wrong, choose “The print failed”."),
)
say("incomplete", _l("Something is still missing"), _l("Each line below leads to its place."), status=422)
say(
    "approve-own",
    _l("You enrolled this person, so a colleague approves"),
    _l("Two people look at every card. Call a colleague who may approve."),
    status=403,
)
say("approve-role", _l("Approving is for supervisors"), _l("Call a colleague who may approve."), status=403)
say(
    "vouching-needs-two",
    _l("A referee can only vouch where two of the staff look at a card"),
    _l("In this town one person may enrol and approve. The administrator can change that policy."),
)
say(
    "content-changed",
    _l("The details changed while you were reading"),
    _l("Nothing was approved. Read them again."),
)
say("approval-void", _l("The approval is not for these details"), _l("Send it back and have it approved again."))
say(
    "daily-cap",
    _l("You have issued the day's number of cards"),
    _l("The limit stops a stolen sign-in from issuing cards all night. A colleague can issue this one."),
)
say("list-full", _l("There is no room for another card"), _l("The administrator must announce a new status list."))
say("no-list", _l("This office has no status list yet"), _l("The administrator must finish founding the office."))
say("key-none", _l("No card key is in use today"), _l("The key custodian must put one into use."))

# A new card from an old one.
say(
    "renew-number",
    _l("A number says nothing of its holder"),
    _l("Scan the large code. If it cannot be read, scan the small one."),
    status=422,
)
say(
    "renew-elsewhere",
    _l("This is not a card of this city, nor of one that we recognise"),
    _l("That is nobody’s fault. Enrol as for a first card, with papers."),
    status=404,
)
say(
    "renew-not-read",
    _l("This is not the code of a card"),
    _l("Scan the large code again, straight and close. If it cannot be read, scan the small one."),
    status=422,
)
say(
    "renew-suspended",
    _l("This card is stopped, and its small code has no face"),
    _l("Scan the large code, or the home sheet. If neither can be read, enrol anew, with papers."),
)
say("renew-ended", _l("This card has ended"), _l("Enrol anew, with papers."))
say("renew-late", _l("This card is over for more than a year"), _l("Enrol anew, with papers."))
say(
    "renew-key",
    _l("The key of this card was stolen or lost, so anybody could have written it"),
    _l("Enrol anew, with papers. If the card is real, end it by its number on the page “Cards”."),
)

# A first card from the card of a city that we recognise. Nobody is blamed, and nothing else is said of the card.
say(
    "move-light",
    _l("The small code says nothing of its holder"),
    _l("Scan the large code on the back of the other city’s card, or on its home sheet. Without it, look at papers."),
    status=422,
)
say(
    "move-suspended",
    _l("This card is stopped in its city, so it counts for nothing here"),
    _l("Often its holder has found it again: that city lets it go on. Or enrol as for a first card, with papers."),
    status=422,
)
say(
    "move-ended",
    _l("This card has ended in its city, so it counts for nothing here"),
    _l("Perhaps there is a newer one. Otherwise enrol as for a first card, with papers."),
    status=422,
)
say(
    "move-key",
    _l("The key of this card was stolen or lost, so anybody could have written it"),
    _l("That is not its holder’s doing: that city gives new cards. Or enrol as for a first card, with papers."),
    status=422,
)
say(
    "move-stale",
    _l("What we know of that city’s ended cards is too old to count this card"),
    _l("Try again later, or enrol as for a first card, with papers. The key custodian sees why on “Partner cities”."),
    status=422,
)
say(
    "move-city-suspended",
    _l("Cards of that city are not accepted here for the moment"),
    _l("That is between the two cities, and not about this person. Enrol as for a first card, with papers."),
    status=422,
)

# Texts.
say("text-long", _l("This is too long for the card. Write it the way it should stand on the card."), status=422)
say(
    "text-forbidden",
    _l("This holds a character that cannot be seen, often from copying. Type it again by hand."),
    status=422,
)
say("text-marks", _l("There are too many marks on one letter. Type it again by hand."), status=422)
say("text-form", _l("This cannot stand on a card as it is. Type it again by hand."), status=422)
say("no-glyph", _l("The card printer has no letter for one of these characters. Write it another way."), status=422)
say("does-not-fit", _l("This does not fit on the card. Write it shorter, as it should stand on the card."), status=422)
say(
    "code-large",
    _l("All of this together does not fit in the code. Leave the address or the own script out of it."),
    status=422,
)
say("cannot-print", _l("The card cannot be drawn like this"), _l("Look at the details again."), status=422)

# Dates.
say("birth-missing", _l("Write the day, the month and the year, or choose what is known."), status=422)
say("birth-year-missing", _l("Write the year with four digits, such as 1987."), status=422)
say("birth-not-a-day", _l("This day is not in the calendar. Look at the day and the month."), status=422)
say("birth-future", _l("This day is still to come. Look at the year."), status=422)
say("birth-early", _l("This year is too long ago. Look at the year."), status=422)

# Pictures.
say("portrait-missing", _l("No picture arrived. Choose a file and try again."), status=422)
say("portrait-large", _l("The picture is larger than 10 megabytes. Choose a smaller one."), status=422)
say("portrait-pixels", _l("The picture has more than 12 megapixels. Choose a smaller one."), status=422)
say("portrait-small", _l("The picture is too small to recognise a face. Take it again."), status=422)
say("portrait-unreadable", _l("This file is not a picture that can be read. Use a JPEG, PNG or WebP file."), status=422)
say("portrait-later", _l("Many pictures are being read at this moment. Send this one again."), status=422)
say("portrait-busy", _l("The background is too busy. Take the picture before a plain wall."), status=422)


def sentence(error: CitycardError) -> str:
    """The one sentence to put beside a field."""
    return str(sentence_for(error).title)
