"""Saying a sentence of the catalogue, in a language, with what is to be filled in.

1. A value that is filled in does not turn the words around it, whichever way it is written.
2. Days and lengths of time are said as people say them in this language; where nobody has told the computer how
   (Soninke, Romani), in the first language of the chain of which it knows.
3. What comes back says which language it is in, because that is not always the one that was asked for.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_timedelta

from citycard.printing.paper import Phrase
from citycard.printing.words import is_right_to_left, isolate
from citycard.slips.catalogue import Catalogue
from citycard.slips.reading import HOLE, SOURCE, SlipTexts


class Speaker:
    """Speaks one language of the catalogue."""

    def __init__(self, catalogue: Catalogue, language: str) -> None:
        self._chain: tuple[SlipTexts, ...] = catalogue.chain(language)

    @property
    def language(self) -> str:
        """The language that is spoken."""
        return self._chain[0].language

    @property
    def rtl(self) -> bool:
        """Whether it runs from right to left."""
        return self._chain[0].rtl

    def say(self, name: str, /, **values: str) -> Phrase:
        """Return the sentence called `name`."""
        texts = next(texts for texts in self._chain if name in texts.sentences)
        # Not str.format: a sentence is a text from outside, and must reach nothing but its own values.
        said = HOLE.sub(lambda hole: isolate(values[hole[1]]), texts.sentences[name])
        return Phrase(said, texts.language, texts.rtl)

    def paper(self, document: str, names: Mapping[str, str]) -> Phrase:
        """Return the name of a document of the evidence rules, of which `names` are those in the rules' own file."""
        for texts in self._chain:
            if document in texts.papers:
                return Phrase(texts.papers[document], texts.language, texts.rtl)
            base = texts.language.partition("-")[0]
            if base in names:
                return Phrase(names[base], base, is_right_to_left(base))
        first = next(iter(names), SOURCE)
        return Phrase(names.get(first, document), first, is_right_to_left(first))

    def name_of(self, names: Mapping[str, str], own: str) -> str:
        """Return what a city calls itself in this language, or in its `own`."""
        languages = (self.language, self.language.partition("-")[0], own)
        return next((names[code] for code in languages if code in names), next(iter(names.values())))

    def day(self, day: date) -> str:
        """Return a day, with the month as a word."""
        return format_date(day, "d MMMM y", locale=self.locale)

    def span(self, days: int) -> str:
        """Return a length of time."""
        return span(days, self.locale)

    @cached_property
    def locale(self) -> Locale:
        """The first language of the chain that Babel knows (2)."""
        return first_known(texts.language for texts in self._chain)


def span(days: int, locale: Locale | str) -> str:
    """Return a length of time as people say it: 92 days are three months."""
    unit = "day"
    if days % 365 == 0:
        unit = "year"
    elif days >= 28 and abs(days - round(days / 30.44) * 30.44) <= 1.7:
        unit = "month"
    elif days % 7 == 0:
        unit = "week"
    never = 10_000  # no larger unit than this one
    return format_timedelta(timedelta(days=days), granularity=unit, threshold=never, locale=locale)  # type: ignore[arg-type]


def first_known(languages: Iterable[str]) -> Locale:
    """Return the first of these languages whose days and countries have names in CLDR; English if none has."""
    for language in languages:
        try:
            return Locale.parse(language.partition("-")[0])
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(SOURCE)
