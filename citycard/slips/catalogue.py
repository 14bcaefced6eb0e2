"""The catalogue: in which languages there are slips, and what stands in where a sentence is missing.

1. Files come from two places: those that travel with citycard, and the office's own folder `slips`, beside its
   settings. A file dropped there counts at once, without a restart; one that is taken away is gone.
2. The office's file for a language of ours replaces what it says and leaves the rest: a city may word one sentence
   anew. Of two files for the same language the one whose name comes last counts.
3. A file with a mistake in it is left out, all of it, and that is said in the log and by `citycard slips list`. The
   others work.
4. Where a sentence is missing, these stand in, in this order: the language that the file names (`fallback`), the
   language without what comes after its hyphens (fr for fr-x-facile), the city's own language, English.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from citycard.settings import Office
from citycard.slips.reading import SOURCE, SlipTexts, SlipTextsRefused, from_file, read_slip_texts

FOLDER = "slips"
"""Of the office, beside settings.toml."""

MAX_FILES = 100
"""Files that are read of the office's folder: more than there are languages in any city's waiting room."""

log = logging.getLogger("citycard.slips")


@dataclass(frozen=True)
class Source:
    """A file of the office's folder: what it says, or why it is left out."""

    file: str
    texts: SlipTexts | None
    mistakes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Language:
    """A language in which there are slips."""

    code: str
    name: str
    """What it calls itself."""
    rtl: bool


class Catalogue:
    """All the slips of an office."""

    def __init__(self, office: Office, *, also: Iterable[SlipTexts] = ()) -> None:
        """`also`: slips that lie nowhere yet, for whoever tries a file out."""
        self._also = tuple(also)
        self._folder = office.folder / FOLDER
        self._own_language = office.settings.default_language
        self._seen: tuple[tuple[str, int, int], ...] | None = None
        self._own: tuple[Source, ...] = ()

    def languages(self) -> tuple[Language, ...]:
        """Return every language, the city's own first, then ours, then the others by their names."""
        known = {**shipped(), **self._by_language()}
        ours = list(shipped())
        order = sorted(
            known.values(),
            key=lambda texts: (
                texts.language != self._own_language,
                ours.index(texts.language) if texts.language in ours else len(ours),
                texts.name,
            ),
        )
        return tuple(Language(texts.language, texts.name, texts.rtl) for texts in order)

    def best(self, wanted: str) -> str:
        """Return the language of the catalogue for `wanted`: itself, the one before its hyphen, or the city's own."""
        known = {language.code for language in self.languages()}
        return next((code for code in (wanted, _base(wanted)) if code in known), self._own_language)

    def chain(self, language: str) -> tuple[SlipTexts, ...]:
        """Return the files to look into, the one that is asked first in front (4)."""
        own = self._by_language()
        chain: list[SlipTexts] = []

        def add(code: str) -> None:
            for place in (own, shipped()):
                if code in place and place[code] not in chain:
                    chain.append(place[code])
                    if place[code].fallback:
                        add(place[code].fallback)

        for code in (language, _base(language), self._own_language, SOURCE):
            add(code)
        return tuple(chain)

    def sources(self) -> tuple[Source, ...]:
        """Return the files of the office's folder, read anew when anything in it changed (1)."""
        now = _stamps(self._folder)
        if now != self._seen:
            self._own = tuple(_read(self._folder / name) for name, _, _ in now)
            self._seen = now
            for source in self._own:
                if source.texts is None:
                    # (3) The names of files and our own sentences: nothing of a person is near.
                    log.warning("slips/%s is left out: %s", source.file, source.mistakes[0])
        return self._own

    def _by_language(self) -> Mapping[str, SlipTexts]:
        found = [source.texts for source in self.sources() if source.texts is not None]
        return {texts.language: texts for texts in (*found, *self._also)}


@cache
def shipped() -> Mapping[str, SlipTexts]:
    """Return the slips that travel with citycard, by language, the order of the pages' languages first."""
    folder = files("citycard.slips") / "texts"
    read = [read_slip_texts(file.read_bytes()) for file in folder.iterdir() if file.name.endswith(".toml")]
    first = ("fr", "en", "es", "ar")
    read.sort(key=lambda texts: (first.index(texts.language) if texts.language in first else 9, texts.language))
    return {texts.language: texts for texts in read}


def _base(language: str) -> str:
    return language.partition("-")[0]


def _read(path: Path) -> Source:
    try:
        return Source(path.name, from_file(path))
    except SlipTextsRefused as refused:
        return Source(path.name, None, refused.mistakes)


def _stamps(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of each file: enough to see that one was changed."""
    return tuple(sorted(_stamped(folder)))[:MAX_FILES]


def _stamped(folder: Path) -> Iterable[tuple[str, int, int]]:
    try:
        entries = [path for path in folder.iterdir() if path.suffix == ".toml" and not path.name.startswith(".")]
    except OSError:
        return
    for path in entries:
        try:
            found = path.stat()
        except OSError:
            continue  # taken away this very moment
        yield path.name, found.st_mtime_ns, found.st_size
