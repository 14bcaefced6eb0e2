"""The template of an agreement, to be printed, checked by the legal services, and signed by people.

1. It is filled from what was chosen: the two cities, their fingerprints, services, days, how old lists may be.
2. It says that it is a draft. We write down what the programme does and keeps to; what the law of two cities wants
   besides, their legal services know.
3. What is signed on paper switches nothing: at the desks counts what stands in the register, and only as long as our
   city wants.
"""

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _

from citycard.operations.agreements import Terms
from citycard.partners.fingerprint import Fingerprint
from citycard.printing.arms import arms_in
from citycard.printing.paper import Entry, Facts, Item, Lines, Listing, Paper, Part, Phrase, Sentence
from citycard.printing.words import is_right_to_left, isolate, isolate_line, left_to_right
from citycard.services.service import Service, in_language
from citycard.settings import Office
from citycard.slips.pictograms import Pictogram, drawing
from citycard.web import languages
from citycard.web.desk.purpose import needs_of
from citycard.web.pages import day
from citycard.web.partners.agreed import hours
from citycard.web.partners.shown import Shown
from citycard.web.public.fingerprint import own_fingerprint

BLANK = "_" * 32
"""To be written on."""


def agreement_paper(office: Office, other: Shown, chosen: list[tuple[Service, Terms]], *, today: date) -> Paper:
    """Return the paper in the language that is being spoken now (1)."""
    settings, spoken = office.settings, languages.spoken()
    own = settings.name(spoken)
    theirs = other.statement
    return Paper(
        language=spoken,
        rtl=is_right_to_left(spoken),
        city=own,
        colour=settings.colour,
        arms=arms_in(office.folder),
        date=_say(_("As of %(day)s", day=day(today))),
        title=_say(_("Agreement between two cities about the city card")),
        lead=(
            # (2)
            Sentence(
                _say(_("This is a draft. The legal service of each city checks it before anybody signs.")), strong=True
            ),
        ),
        parts=(
            Part(
                (
                    *_city(own, settings.issuer, settings.contact, own_fingerprint(), settings.legal_officer),
                    *_city(other.name, other.partner.issuer, theirs.contact if theirs else "", other.fingerprint, None),
                ),
                _say(_("The two cities")),
                drawing(Pictogram.TOWN_HALL),
            ),
            Part(
                (
                    Sentence(
                        _say(
                            _(
                                "Holders of a good card of %(theirs)s get these services of %(ours)s as its own "
                                "residents do:",
                                theirs=isolate(other.name),
                                ours=isolate(own),
                            )
                        )
                    ),
                    Listing(tuple(_entry(service, terms, settings.default_language) for service, terms in chosen)),
                ),
                _say(_("What is agreed")),
                drawing(Pictogram.CARD),
            ),
            Part(
                tuple(Sentence(_say(rule)) for rule in _rules()),
                _say(_("What both cities keep to")),
                drawing(Pictogram.TOGETHER),
            ),
            Part((*_signature(own), *_signature(other.name)), _say(_("Signatures")), drawing(Pictogram.PAPERS)),
        ),
        demonstration=_say(_("Cards made here are refused by every real reader.")) if settings.demo else None,
    )


def _city(name: str, issuer: str, contact: str, fingerprint: Fingerprint | None, legal: str | None) -> Iterable[Item]:
    yield Sentence(_say(isolate(name)), strong=True)
    rows = [(_say(_("Address on every card")), left_to_right(issuer))]
    if contact:
        rows.append((_say(_("Who answers for it")), isolate_line(contact)))
    rows.append((_say(_("Legal service")), isolate_line(legal) if legal else BLANK))
    yield Facts(tuple(rows))
    if fingerprint is not None:
        yield Sentence(_say(_("Fingerprint, compared by two people of each city:")))
        digits = fingerprint.digits
        half = len(digits) // 2
        yield Lines(tuple(left_to_right(" ".join(part)) for part in (digits[:half], digits[half:])))


def _entry(service: Service, terms: Terms, own: str) -> Entry:
    name, code = in_language(service.names, languages.spoken(), own)
    if terms.last_day is None:
        days = _("from %(first)s", first=day(terms.first_day))
    else:
        days = _("from %(first)s to %(last)s", first=day(terms.first_day), last=day(terms.last_day))
    notes = [days, _("the desk is shown: %(needs)s", needs=needs_of(service))]
    if terms.list_hours is not None:
        notes.append(_("by a list of ended cards that is at most %(hours)s old", hours=hours(terms.list_hours)))
    return Entry(Phrase(name, code, is_right_to_left(code)), tuple(_say(note) for note in notes))


def _rules() -> tuple[str, ...]:
    return (
        _("The card is enough. Nobody is asked for another paper, for a nationality, a right to stay or a reason."),
        _("No data about holders passes between the cities. What a desk is shown is kept nowhere."),
        _("Each city publishes its list of ended cards, and ends a lost card on the day on which it hears of it."),
        _("A city whose key was stolen tells the other at once, by telephone."),
        _("Each city can suspend or end this at any time, from the next card on, and tells the other on the same day."),
        _("A card shows what it shows: it replaces no document of a State and gives no right to stay."),
    )


def _signature(city: str) -> Iterable[Item]:
    yield Sentence(_say(_("For %(city)s", city=isolate(city))), strong=True)
    # A line each: people write larger than we print.
    for label in (_("Name and office"), _("Place and day"), _("Signature")):
        yield Sentence(_say(label))
        yield Lines((BLANK,))


def _say(sentence: str) -> Phrase:
    spoken = languages.spoken()
    return Phrase(str(sentence), spoken, is_right_to_left(spoken))
