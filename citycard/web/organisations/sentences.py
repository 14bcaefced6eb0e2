"""What is said about organisations and their letters."""

from datetime import timedelta

from flask_babel import format_timedelta
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from citycard.core.errors import CitycardError
from citycard.operations.organisations import LetterTooOld
from citycard.store.organisations import Attests
from citycard.web.errors import say, sentence_for

ATTESTS = {
    Attests.CARE_OF: _l("that somebody receives post there (c/o on the card)"),
    Attests.LIVES_HERE: _l("that somebody lives in this city"),
    Attests.MINORS: _l("that an unaccompanied minor is in its care"),
}
"""What a letter may be for."""

NEVER_WEEKS = 10_000
"""Rules count in days, so a page says "20 days" and never "3 weeks"."""

say("no-organisation", _l("There is no such organisation"), _l("Look at the list."), status=404)
say("organisation-name", _l("Type the name of the organisation, as it should stand on a card."), status=422)
say("organisation-taken", _l("An organisation of this name is in the register already."), status=422)
say("organisation-attests", _l("Say at least one thing that its letters count for."), status=422)
say("organisation-days", _l("Letters count between 1 and 365 days."), status=422)
say("organisation-order", _l("The last day comes before the first. Look at both."), status=422)
say(
    "organisation-not-for-this",
    _l("The city has no agreement with this organisation for this. Choose another, or ask the administrator."),
    status=422,
)
say("letter-future", _l("The letter is dated in the future. Look at the date again."), status=422)
say("date-missing", _l("Write the day, the month and the year."), status=422)
say("date-year-missing", _l("Write the year with four digits, such as 2026."), status=422)


def days(count: int) -> str:
    """A number of days, in words."""
    return str(format_timedelta(timedelta(days=count), granularity="day", threshold=NEVER_WEEKS))


def sentence_of(error: CitycardError) -> str:
    """The sentence to put beside a field."""
    if isinstance(error, LetterTooOld):
        return str(
            _(
                "This letter is %(age)s old; letters of this organisation count for %(limit)s. Ask it for a new one.",
                age=days(error.age),
                limit=days(error.limit),
            )
        )
    return str(sentence_for(error).title)
