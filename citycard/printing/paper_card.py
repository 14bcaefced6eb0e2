"""The card on a sheet of paper, for the day on which no card printer works: what `paper_card.typ` draws.

1. The same two sides as on plastic, in the same size, with the same two codes at the same dots.
2. Side by side, to be cut out and folded once; the front stands where the holder's reading starts.
3. Below, what to do with it, in the holder's language and in the city's: somebody at the town hall reads it as well.
"""

from typing import Any

from citycard.printing import words
from citycard.printing.codes import Pen
from citycard.printing.contents import card_contents, city_name, printable
from citycard.printing.faces import CardFace
from citycard.printing.words import Translate


def paper_card_contents(face: CardFace, pictures: dict[str, str], *, translate: Translate, pen: Pen) -> dict[str, Any]:
    """Return what is drawn for one card; its pictures go into `pictures`."""
    card = card_contents(face, pictures, "paper", translate=translate, pen=pen)
    return {
        "card": card,
        "ink": card["ink"],
        "arms": card["arms"],
        "contact": words.isolate(printable(words.held_together(face.report_loss), "report_loss")),
        "texts": [_text(face, language, translate) for language in dict.fromkeys((face.language, face.city_language))],
        "demo": card["demo"],
    }


def _text(face: CardFace, language: str, translate: Translate) -> dict[str, Any]:
    def say(sentence: str, **values: str) -> str:
        return words.fill(translate(sentence, language), **values)

    return {
        "language": language,
        "rtl": words.is_right_to_left(language),
        "city": city_name(face, language),
        "title": say(words.CARD_ON_PAPER),
        "lead": say(words.PAPER_IS_AS_GOOD, day=words.day_in_words(face.expires_on, language)),
        "steps": [say(step) for step in (words.PAPER_CUT, words.PAPER_FOLD, words.PAPER_CARE)],
        "exchange": say(words.PAPER_EXCHANGE),
        "fold": say(words.PAPER_FOLD_HERE),
    }
