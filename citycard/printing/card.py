"""Cards and slips as PDF.

`translate` gives a sentence in a language (see :mod:`citycard.printing.words`). The pages come in the order of the
faces, each card's front before its back. The same arguments give the same bytes.
"""

from collections.abc import Sequence

from citycard.printing.codes import FAST, FINE, Pen
from citycard.printing.contents import card_contents, home_contents
from citycard.printing.faces import CardFace, HomeSheet
from citycard.printing.paper import Paper, paper_contents
from citycard.printing.paper_card import paper_card_contents
from citycard.printing.typesetting import typeset
from citycard.printing.words import Translate

BATCH = 50
"""Cards in one document. The typesetter holds a whole document in memory, about 1 MB for each card with a portrait, and
is no faster with more of them."""


def render_card(face: CardFace, *, translate: Translate) -> bytes:
    """One card: a PDF of two pages of 85.60 x 53.98 mm, front and back."""
    return _cards("cards.typ", [face], translate=translate, pen=FINE)


def render_batch(faces: Sequence[CardFace], *, translate: Translate) -> bytes:
    """Many cards in one PDF, drawn fast. Keep to `BATCH` at a time; a card that cannot be printed stops its batch."""
    return _cards("cards.typ", faces, translate=translate, pen=FAST)


def render_sheet(faces: Sequence[CardFace], *, translate: Translate) -> bytes:
    """Cards on A4 for an ordinary printer: five a page, front and back side by side, with marks to cut and fold."""
    return _cards("sheet.typ", faces, translate=translate, pen=FAST)


def render_paper_card(face: CardFace, *, translate: Translate) -> bytes:
    """One card on A4, to cut out and fold, with a word to its holder: where no card printer works."""
    pictures: dict[str, str] = {}
    data = paper_card_contents(face, pictures, translate=translate, pen=FINE)
    return typeset("paper_card.typ", data, pictures, tagged=False)


def render_slip(face: CardFace, letter: Paper, home: HomeSheet) -> bytes:
    """The holder's slip and the home sheet: a PDF of A4 pages, tagged for screen readers.

    The home sheet begins on an odd page, so that a printer that prints on both sides makes two sheets of the two.
    """
    pictures: dict[str, str] = {}
    data = {**paper_contents(letter, pictures), "home": home_contents(face, home, pictures, pen=FINE)}
    return typeset("slip.typ", data, pictures, tagged=True)


def _cards(main: str, faces: Sequence[CardFace], *, translate: Translate, pen: Pen) -> bytes:
    pictures: dict[str, str] = {}
    cards = [
        card_contents(face, pictures, str(place), translate=translate, pen=pen) for place, face in enumerate(faces)
    ]
    # Untagged: a card is plastic, and tags double the time.
    return typeset(main, {"cards": cards}, pictures, tagged=False)
