"""The letter that comes with a card, and its home sheet, in a language of the catalogue.

They are laid out by `citycard.printing`, which asks for each of its English sentences in a language. Here is the
catalogue's answer: which sentence of ours is which of theirs. So the letter can be in any language that somebody has
dropped into the office's folder, and the printing package still works where there is no catalogue.
"""

from collections.abc import Mapping

from citycard.printing import words
from citycard.printing.words import Translate
from citycard.slips.catalogue import Catalogue
from citycard.slips.pictograms import Pictogram, drawing
from citycard.slips.reading import HOLE

SENTENCES: Mapping[str, str] = {
    words.YOUR_CARD: "card.title",
    words.SAYS_WHO: "card.says_who",
    words.WHAT_IT_IS: "card.what_it_is",
    words.IT_OPENS: "card.it_opens",
    words.ACCEPTED_AT: "card.accepted_at",
    words.IT_REPLACES_NOTHING: "card.replaces_nothing",
    words.WHAT_WE_KEPT: "card.what_we_kept",
    words.WE_KEEP: "card.we_keep",
    words.WE_DO_NOT_KEEP: "card.we_do_not_keep",
    words.WHEN_LOST: "card.when_lost",
    words.TELL_US: "card.tell_us",
    words.BRING_THE_SHEET: "card.bring_the_sheet",
    words.WITHOUT_THE_SHEET: "card.without_the_sheet",
    words.WHO_CAN_READ: "card.who_can_read",
    words.FULL_CODE_IS_OPEN: "card.full_code_is_open",
    words.PORTRAIT_IS_IN_IT: "card.portrait_is_in_it",
    words.LIGHT_CODE_IS_SHUT: "card.light_code_is_shut",
    words.TO_BE_FORGOTTEN: "card.to_be_forgotten",
    words.COME_AND_END_IT: "card.come_and_end_it",
    words.HOME_SHEET: "home.title",
    words.KEEP_AT_HOME: "home.keep",
    words.WHAT_IT_IS_FOR: "home.what_it_is_for",
    words.IN_THIS_CODE: "home.in_this_code",
    words.PICTURE_OF_YOU: "home.picture_of_you",
    words.NAME: "label.name",
    words.OWN_SCRIPT_NAME: "label.own_script_name",
    words.BORN: "label.born",
    words.YEAR_ONLY: "label.year_only",
    words.ADDRESS: "label.address",
    words.MUNICIPALITY: "label.municipality",
    words.COUNTRY: "label.country",
    words.LANGUAGE: "label.language",
    words.PICTURE: "label.picture",
    words.NUMBER: "label.number",
    words.ISSUED: "label.issued",
    words.VALID_UNTIL: "label.valid_until",
    words.ISSUED_BY: "label.issued_by",
    words.NOT_A_STATE_DOCUMENT: "label.not_a_state_document",
    words.DEMONSTRATION: "label.demonstration",
}
"""The printing package's English, and the name of the same sentence in the catalogue."""

PICTOGRAMS: Mapping[str, Pictogram] = {
    words.WHAT_IT_IS: Pictogram.CARD,
    words.WHAT_WE_KEPT: Pictogram.NOTHING_KEPT,
    words.WHEN_LOST: Pictogram.LOST,
    words.WHO_CAN_READ: Pictogram.EYE,
    words.TO_BE_FORGOTTEN: Pictogram.FORGOTTEN,
    words.KEEP_AT_HOME: Pictogram.HOME,
}
"""By the heading that they stand beside."""


def translator(catalogue: Catalogue) -> Translate:
    """Return what the printing package asks for the words of a letter."""

    def translate(sentence: str, language: str) -> str:
        name = SENTENCES.get(sentence)
        if name is None:
            return sentence
        text = next(texts.sentences[name] for texts in catalogue.chain(language) if name in texts.sentences)
        return HOLE.sub(r"%(\1)s", text)

    return translate


def pictograms() -> Mapping[str, str]:
    """Return the drawings of a letter by the heading that they stand beside."""
    return {heading: drawing(pictogram) for heading, pictogram in PICTOGRAMS.items()}
