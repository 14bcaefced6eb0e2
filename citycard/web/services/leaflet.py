"""The leaflet: the sections of the page, with a cover in front and the way to a card behind."""

from datetime import date

from flask_babel import gettext as _

from citycard.printing.arms import arms_in
from citycard.printing.leaflet import Leaflet, Offer, Offers
from citycard.printing.paper import Phrase
from citycard.printing.words import is_right_to_left, isolate_line, left_to_right
from citycard.services.categories import Kind
from citycard.settings import Office
from citycard.web import languages
from citycard.web.pages import day
from citycard.web.services.words import Section, Told


def leaflet_of(office: Office, sections: tuple[Section, ...], today: date) -> Leaflet:
    """Return the leaflet in the language that is being spoken now."""
    settings, spoken = office.settings, languages.spoken()
    lines = settings.counter_address or ((settings.contact,) if settings.contact else ())
    return Leaflet(
        language=spoken,
        rtl=is_right_to_left(spoken),
        city=settings.name(spoken),
        colour=settings.colour,
        arms=arms_in(office.folder),
        title=_say(_("What the card opens")),
        lead=_say(
            _("Show your card, and all this is for you. Each place needs a little of what your card says, and no more.")
        ),
        as_of=_say(_("As of %(day)s", day=day(today))),
        address=f"{settings.issuer}/services",
        offers=tuple(
            Offers(_say(it.heading), tuple(map(_offer, it.services)), it.kind is Kind.DATES) for it in sections
        ),
        nothing=_say(_("The list of what the card opens is being written. Ask at the town hall.")),
        card_title=_say(_("How to get one")),
        card=(
            _say(
                _(
                    "The city card shows who you are, in this city and in the cities that recognise it. "
                    "Everybody who lives here can have one."
                )
            ),
            _say(
                _("Come to the town hall with what shows who you are and where you live. You go home with your card.")
            ),
        ),
        lines=tuple(isolate_line(line) for line in lines),
        hours=_say(f"{_('Open:')} {left_to_right(settings.opening_hours)}") if settings.opening_hours else None,
        not_a_document=_say(_("This city card is not a State identity document.")),
        demonstration=_say(_("Cards made here are refused by every real reader.")) if settings.demo else None,
    )


def _offer(told: Told) -> Offer:
    return Offer(
        picture=told.picture,
        name=told.name,
        when=tuple(map(_say, told.when)),
        benefit=told.benefit,
        by_age=tuple((_say(ages), gives) for ages, gives in told.by_age),
        place=told.place,
        whom=tuple(map(_say, told.whom)),
    )


def _say(sentence: str) -> Phrase:
    spoken = languages.spoken()
    return Phrase(str(sentence), spoken, is_right_to_left(spoken))
