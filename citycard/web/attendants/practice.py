"""What a device trains with: a town that does not exist, its bundle, and a sheet of its cards.

The words of the answers are the screen's; a light code and one without a portrait are good, and the sheet says so.
"""

from datetime import date
from functools import lru_cache

from citycard.attendants.sheet import Practice, Sheet
from citycard.demo import training_town
from citycard.demo.portraits import draw_portrait
from citycard.demo.practice import stories
from citycard.settings import Office
from citycard.web.attendants.words import KINDS, NUMBERS, shape
from citycard.web.desk_app import sentences
from citycard.web.verdicts import NOT_CHECKED, said


def sheet_of(office: Office, language: str, today: date) -> Sheet:
    """Return the sheet in `language`, which is the one that is being spoken now."""
    settings = office.settings
    known = sentences.by_name()
    return Sheet(
        language=language,
        colour=settings.colour,
        values=tuple(NUMBERS.items()),
        band=sentences.filled(known["answer.practice"]),
        shapes=tuple((kind, shape(kind)) for kind in KINDS),
        cards=tuple(map(_practice, training_town.cards(today=today, zone=settings.zone))),
    )


def _practice(card: training_town.TrainingCard) -> Practice:
    words = said(card.verdict)
    told = words.holder
    if card.small:
        told = NOT_CHECKED["name"]
    elif not card.portrait:
        told = NOT_CHECKED["portrait"]
    kind = next(kind for kind in KINDS if kind == words.kind)
    portrait = _faces().get(card.name)
    return Practice(card.code, card.name, portrait, kind, sentences.filled(words.word), sentences.filled(told))


@lru_cache(maxsize=1)
def _faces() -> dict[str, bytes]:
    return {story.person.name: draw_portrait(story.look) for story in stories()}
