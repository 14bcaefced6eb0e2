"""What every slip of the catalogue has: the city's head, and at the end whom to ask."""

from collections.abc import Sequence
from dataclasses import dataclass

from citycard.printing.arms import arms_in
from citycard.printing.paper import Item, Lines, Paper, Part, Phrase, Sentence, Sheet
from citycard.printing.words import held_together, isolate_line
from citycard.settings import Office
from citycard.slips.pictograms import Pictogram, drawing
from citycard.slips.saying import Speaker


@dataclass(frozen=True)
class Look:
    """How a slip is to be printed."""

    sheet: Sheet = "a4"
    large: bool = False


def framed(
    office: Office,
    speaker: Speaker,
    look: Look,
    *,
    title: Phrase,
    lead: Sequence[Phrase],
    parts: Sequence[Part],
    date: Phrase | None = None,
    compact: bool = False,
) -> Paper:
    """Return a paper of this office."""
    settings = office.settings
    return Paper(
        language=speaker.language,
        rtl=speaker.rtl,
        city=city_name(office, speaker),
        colour=settings.colour,
        arms=arms_in(office.folder),
        title=title,
        lead=tuple(Sentence(phrase) for phrase in lead),
        parts=tuple(parts),
        date=date,
        demonstration=speaker.say("paper.demonstration") if settings.demo else None,
        sheet=look.sheet,
        large=look.large,
        compact=compact,
    )


def city_name(office: Office, speaker: Speaker) -> str:
    """Return what the city calls itself in the language of the slip."""
    return speaker.name_of(office.settings.names, office.settings.default_language)


def papers_themselves(speaker: Speaker) -> Part:
    """Return that originals are looked at and given back, and that nothing is copied."""
    said = (Sentence(speaker.say("paper.originals")), Sentence(speaker.say("paper.no_copies")))
    return Part(said, pictogram=drawing(Pictogram.NO_COPY))


def whom_to_ask(office: Office, speaker: Speaker, others: Sequence[str] = ()) -> list[Part]:
    """Return the town hall's own lines, and those of others who help: of the settings, then `others`."""
    settings, parts = office.settings, []
    here = where_to_come(office, speaker)
    if here:
        parts.append(Part(tuple(here), speaker.say("paper.ask_us"), drawing(Pictogram.TOWN_HALL)))
    elsewhere = tuple(_line(line) for line in dict.fromkeys((*settings.ask_also, *others)))
    if elsewhere:
        parts.append(Part((Lines(elsewhere),), speaker.say("paper.ask_also"), drawing(Pictogram.TOGETHER)))
    return parts


def where_to_come(office: Office, speaker: Speaker) -> list[Item]:
    """Return the lines of the counter, with its hours, as far as the settings know them."""
    settings = office.settings
    lines = settings.counter_address or ((settings.contact,) if settings.contact else ())
    items: list[Item] = [Lines(tuple(map(_line, lines)))] if lines else []
    if settings.opening_hours:
        items.append(Sentence(speaker.say("paper.hours", hours=settings.opening_hours)))
    return items


def _line(line: str) -> str:
    """A line of an address or a telephone number, in its own order whichever way the slip runs."""
    return isolate_line(held_together(line))
