"""Every word that is printed, in English; translators find them here.

`N_` only marks a sentence for extraction. The sentence is looked up when something is printed, by a function that
comes in from outside: `translate(sentence, language)`. So printing knows no web framework; `from_catalogues` makes such
a function from the compiled catalogues alone.

Cards carry short labels, because there is room for two languages and little else; slips speak in sentences that a
ten-year-old understands.
"""

import gettext
import re
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

from babel import Locale
from babel.core import get_global
from babel.dates import format_date

Translate = Callable[[str, str], str]
"""A sentence in English and a language; gives the sentence in that language."""


def N_(sentence: str) -> str:
    """Mark a sentence for translators, and leave it as it is."""
    return sentence


# The card, front.
CITY_CARD = N_("City card")
BORN = N_("Born")
YEAR_ONLY = N_("year only")
VALID_UNTIL = N_("Valid until")
ISSUED = N_("Issued")
GENDER = N_("Gender")
NUMBER = N_("Card number")
NAME = N_("Name")
OWN_SCRIPT_NAME = N_("Name in own script")
OWN_SCRIPT_LANGUAGE = N_("Language of the name in own script")
DEMONSTRATION = N_("Demonstration, not a valid card")

# The card, back.
ADDRESS = N_("Address")
MUNICIPALITY = N_("Municipality")
COUNTRY = N_("Country of issue")
LANGUAGE = N_("Language")
EMERGENCY = N_("In an emergency, call")
ISSUED_BY = N_("Issued by")
NOT_A_STATE_DOCUMENT = N_("This city card is not a State identity document.")
FOUND_OR_LOST = N_("Lost or found? Please tell us")

# The slip.
YOUR_CARD = N_("Your city card")
SAYS_WHO = N_("%(name)s lives in %(city)s. That is what this card says, and anyone who checks it can be sure of it.")
WHAT_IT_IS = N_("What this card is")
IT_OPENS = N_("With it you show who you are in the services of %(city)s and of the cities that recognise its cards.")
IT_REPLACES_NOTHING = N_(
    "It replaces no document of the State: it is not a passport, not a residence permit and not a work permit."
)
ACCEPTED_AT = N_("It is accepted here: %(places)s.")
WHAT_WE_KEPT = N_("What the city keeps")
WE_KEEP = N_("A number, two days, and whether the card is valid:")
WE_DO_NOT_KEEP = N_(
    "The city does not keep your name, your date of birth, your picture or your address once you have the card, "
    "and it made no copy of your papers. When the card is checked, the city writes down nothing about you."
)
WHEN_LOST = N_("If you lose the card")
TELL_US = N_("Tell us soon. We stop the card, and nobody else can use it.")
BRING_THE_SHEET = N_("Bring the home sheet with you. From it, and from your face, we make you a new card.")
WITHOUT_THE_SHEET = N_(
    "Without the card and without the sheet we cannot find your old card, because we kept nothing about you: "
    "it runs until its last day, and you start as you did the first time. So keep the two apart."
)
WHO_CAN_READ = N_("Who can read it")
FULL_CODE_IS_OPEN = N_(
    "The large code on the back holds what is printed on the card. Anyone who photographs it can read it."
)
PORTRAIT_IS_IN_IT = N_("It also holds a small picture of your face.")
LIGHT_CODE_IS_SHUT = N_("The small code on the front holds no name and no picture. Often it is enough.")
TO_BE_FORGOTTEN = N_("If you no longer want the card")
COME_AND_END_IT = N_("Come with the card, and we end it for good. There is nothing else about you to erase.")

# The home sheet.
HOME_SHEET = N_("Home sheet")
KEEP_AT_HOME = N_("Keep this sheet at home, apart from the card. Do not carry it with you.")
WHAT_IT_IS_FOR = N_("If the card is lost, we make a new one from this code. Bring the sheet to the town hall.")
IN_THIS_CODE = N_("This code says")
PICTURE = N_("Picture")
PICTURE_OF_YOU = N_("a small picture of your face")

_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"})

_NUMBER_AND_WORD = re.compile(r"(?<![\d ] )(?<![^\s,;(])(\d{1,4}) (?=[^\W\d_])")
FIRST_STRONG, POP = "\u2068", "\u2069"


def isolate(value: str) -> str:
    """Keep a value from turning the words around it, whichever way it is written."""
    return f"{FIRST_STRONG}{value}{POP}"


def held_together(line: str) -> str:
    """A line of an address, with a house number kept on the line of its street."""
    return _NUMBER_AND_WORD.sub("\\1\u00a0", line)


def fill(sentence: str, **values: str) -> str:
    """Put `values` into a translated sentence, each isolated from the direction of the text around it."""
    return sentence % {name: isolate(value) for name, value in values.items()}


def day_in_words(day: date, language: str) -> str:
    """A day as people write it, with the month as a word: 03/04 means two different days on two sides of a sea."""
    return format_date(day, "d MMMM y", locale=language)


def birth_in_words(text: str, language: str, translate: Translate) -> str:
    """ "19870312" as a day, "1987" as a year that says that the day is not known."""
    if len(text) == 4:
        return f"{text} ({translate(YEAR_ONLY, language)})"
    return day_in_words(date(int(text[:4]), int(text[4:6]), int(text[6:8])), language)


def language_name(code: str, language: str) -> str:
    """The language `code` (ISO 639-3 or -1) in words of `language`, with the code that readers of the QR code see."""
    # CLDR, where the words come from, knows languages by their shortest code.
    shortest = get_global("language_aliases").get(code, code)
    return _named(code, Locale.parse(language).languages.get(shortest))


def country_name(code: str, language: str) -> str:
    """The country `code` in words of `language`, with its code."""
    return _named(code, Locale.parse(language).territories.get(code))


def _named(code: str, name: str | None) -> str:
    return f"{name} ({code})" if name else code


def is_right_to_left(language: str) -> bool:
    """Whether a text in `language` starts on the right."""
    return language.split("-")[0] in _RIGHT_TO_LEFT


def from_catalogues(folder: Path) -> Translate:
    """Translate from `folder`/<language>/LC_MESSAGES/messages.mo; a language without a catalogue stays English."""

    @cache
    def catalogue(language: str) -> gettext.NullTranslations:
        return gettext.translation("messages", localedir=folder, languages=[language], fallback=True)

    return lambda sentence, language: catalogue(language).gettext(sentence)
