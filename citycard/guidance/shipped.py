"""Where the words come from: those that travel with citycard, and a city's own beside its settings.

1. A file of the folder `guidance` in the office wins over ours, language by language.
2. It is read when the office starts. One that cannot be used stops the start and is named, as a misspelt setting does:
   `citycard guidance check` says so before.
3. A file of a language that we do not speak is named, too: nobody would ever see it.
"""

from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path

from citycard.guidance.reading import MAX_BYTES, GuidanceRefused, read_guidance
from citycard.guidance.words import Guidance
from citycard.settings import LANGUAGES

FOLDER = "guidance"
"""What it is called in the office folder."""


def of_office(folder: Path, *, today: date) -> Mapping[str, Guidance]:
    """Return the guidance of the office in `folder`, by language."""
    # (3)
    for path in sorted((folder / FOLDER).glob("*.toml")):
        if path.stem not in LANGUAGES:
            raise GuidanceRefused(path.name, [f"the counter speaks {', '.join(LANGUAGES)}."])
    # (1) (2)
    return {language: of_language(folder, language, today=today) for language in LANGUAGES}


def of_language(folder: Path, language: str, *, today: date) -> Guidance:
    """Return what the office in `folder` says in a language: its own words, or ours."""
    return _own(folder, language, today) or shipped(language, today=today)


def shipped(language: str, *, today: date) -> Guidance:
    """Return ours in a language."""
    return read_guidance(shipped_file(language), language=language, today=today, own=False)


def shipped_file(language: str) -> bytes:
    """Return our file of a language as it is, for a city to begin with."""
    return (files("citycard.guidance") / "texts" / f"{language}.toml").read_bytes()


def own_file(folder: Path, language: str) -> Path:
    """Return where the office keeps its own words in a language."""
    return folder / FOLDER / f"{language}.toml"


def _own(folder: Path, language: str, today: date) -> Guidance | None:
    path = own_file(folder, language)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError:
        raise GuidanceRefused(path.name, ["the file cannot be opened."]) from None
    return read_guidance(content, language=language, today=today)
