"""Every word that is printed, in English; translators find them here.

`N_` only marks a sentence for extraction. The sentence is looked up when something is printed, by a function that
comes in from outside: `translate(sentence, language)`. So printing knows no web framework; `from_catalogues` makes such
a function from the compiled catalogues alone.

Cards carry short labels, because there is room for two languages and little else. What slips say is not here: an office
prints them in more languages than its pages have, from a catalogue of their own (`citycard.slips`).
"""

import gettext
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
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

# The card on paper, where no card printer works.
CARD_ON_PAPER = N_("Your city card, on paper")
PAPER_IS_AS_GOOD = N_("This card is as good as one of plastic, everywhere, until %(day)s.")
PAPER_CUT = N_("Cut it out along the lines at the edge.")
PAPER_FOLD = N_("Fold it in the middle, with the print on the outside, and glue it together.")
PAPER_CARE = N_("Keep it dry and flat, best in a clear sleeve: its codes must stay readable.")
PAPER_EXCHANGE = N_(
    "Later, bring it to the town hall: we scan it and give you a plastic card instead. "
    "From then on the paper one is over."
)
PAPER_FOLD_HERE = N_("fold")

# On the home sheet and not on cards; what else it says comes from the catalogue of slips.
PICTURE = "Picture"

_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"})

_NUMBER_AND_WORD = re.compile(r"(?<![\d ] )(?<![^\s,;(])(\d{1,4}) (?=[^\W\d_])")
_HOLE = re.compile(r"%\((\w+)\)s")
_GROUPS = re.compile(r"(?<=\d) (?=\d)")
LEFT_TO_RIGHT, RIGHT_TO_LEFT, FIRST_STRONG, POP = "\u2066", "\u2067", "\u2068", "\u2069"
CARE_OF = "c/o "
"""Written alike in every language that our cards are in; the envelopes of the world know it."""


def isolate(value: str) -> str:
    """Keep a value from turning the words around it, whichever way it is written."""
    return f"{FIRST_STRONG}{value}{POP}"


def isolate_line(line: str) -> str:
    """The same for a line that may begin with "c/o", which says nothing of the way its line runs."""
    strong = (unicodedata.bidirectional(letter) for letter in line.removeprefix(CARE_OF))
    first = next((kind for kind in strong if kind in ("L", "R", "AL")), "L")
    return isolate(line) if first == "L" else f"{RIGHT_TO_LEFT}{line}{POP}"


def left_to_right(digits: str) -> str:
    """Keep groups of digits in their order: in a line that runs from right to left the last would come first."""
    return f"{LEFT_TO_RIGHT}{held_together(digits)}{POP}"


def held_together(line: str) -> str:
    """A line of an address: a house number stays on the line of its street, a telephone number on one line."""
    return _GROUPS.sub("\u00a0", _NUMBER_AND_WORD.sub("\\1\u00a0", line))


def fill(sentence: str, **values: str) -> str:
    """Put `values` into a translated sentence, each isolated from the direction of the text around it."""
    return _HOLE.sub(lambda hole: isolate(values[hole[1]]), sentence)


def day_in_words(day: date, language: str) -> str:
    """A day as people write it, with the month as a word: 03/04 means two different days on two sides of a sea."""
    locale = _locale(language)
    return format_date(day, "d MMMM y", locale=locale) if locale else day.isoformat()


def birth_in_words(text: str, language: str, translate: Translate) -> str:
    """ "19870312" as a day, "1987" as a year that says that the day is not known."""
    if len(text) == 4:
        return f"{text} ({translate(YEAR_ONLY, language)})"
    return day_in_words(date(int(text[:4]), int(text[4:6]), int(text[6:8])), language)


def language_name(code: str, language: str) -> str:
    """The language `code` (ISO 639-3 or -1) in words of `language`, with the code that readers of the QR code see."""
    # CLDR, where the words come from, knows languages by their shortest code.
    shortest = get_global("language_aliases").get(code, code)
    locale = _locale(language)
    return _named(code, locale.languages.get(shortest) if locale else None)


def country_name(code: str, language: str) -> str:
    """The country `code` in words of `language`, with its code."""
    locale = _locale(language)
    return _named(code, locale.territories.get(code) if locale else None)


def _locale(language: str) -> Locale | None:
    """What CLDR knows of a language, whatever stands behind its hyphen; nothing of one that it does not know."""
    try:
        return Locale.parse(language.partition("-")[0])
    except (UnknownLocaleError, ValueError):
        return None


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
