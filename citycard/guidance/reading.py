"""Reading a file of guidance that a city wrote by hand, with a sentence for each mistake, all of them at once.

1. The file is TOML in UTF-8, and no larger than `MAX_BYTES`.
2. It holds every step and nothing that is not known: a misspelt heading would silently leave a step without words.
3. Each list holds sentences that fit beside the work, in characters that could stand on a card (`core.text`). There is
   no markup: what is written is shown.
4. `reviewed_on` is a day, and not one that is still to come: nobody has read these texts tomorrow.
"""

import tomllib
from collections.abc import Iterable
from datetime import date
from typing import Any

from citycard.core.errors import CitycardError, FileRefused
from citycard.core.text import tidy
from citycard.guidance.words import STEPS, Guidance, Words

FORMAT = 1
"""The version of this format."""

MAX_BYTES = 64 * 1024
"""Bytes. Ours have 8 kB; 13 in Arabic."""

MAX_SENTENCE = 300
"""Characters: four lines beside the work, and still a sentence that somebody says."""

MAX_SENTENCES = 8
"""Of one list: more is not read by somebody with a queue in front of her."""

_ALSO = ("format", "reviewed_on", "reviewed_with")


class GuidanceRefused(FileRefused):
    """The file cannot be shown."""

    code = "guidance"

    def __init__(self, name: str, mistakes: Iterable[str]) -> None:
        super().__init__(f"The guidance in {name}", mistakes)


def read_guidance(content: bytes, *, language: str, today: date, own: bool = True) -> Guidance:
    """Return the guidance in `content`, or raise `GuidanceRefused` with all that is to mend."""
    name = f"{language}.toml"
    # (1)
    if len(content) > MAX_BYTES:
        raise GuidanceRefused(name, [f"the file is larger than {MAX_BYTES // 1024} kB."])
    try:
        found = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise GuidanceRefused(name, [f"this is not TOML: {why}."]) from None
    mistakes: list[str] = []
    # (2)
    if found.get("format") != FORMAT or type(found.get("format")) is not int:
        mistakes.append(f"format: {FORMAT} is expected.")
    mistakes += [f"{key}: there is no such step." for key in found if key not in (*STEPS, *_ALSO)]
    steps = {step: _words(step, found.get(step), mistakes) for step in STEPS}
    # (4)
    reviewed_on = found.get("reviewed_on")
    if reviewed_on is not None and (type(reviewed_on) is not date or reviewed_on > today):
        mistakes.append("reviewed_on: a day that has been is expected, such as 2027-03-01, without quotation marks.")
    with_whom = _sentence("reviewed_with", found["reviewed_with"], mistakes) if "reviewed_with" in found else ""
    if mistakes:
        raise GuidanceRefused(name, mistakes)
    return Guidance(language, steps, reviewed_on, with_whom, own)


def _words(step: str, value: Any, mistakes: list[str]) -> Words:
    if not isinstance(value, dict):
        mistakes.append(f"[{step}] is missing.")
        return Words((), (), ())
    mistakes += [f"[{step}] {key}: only say, mind and never are known." for key in value if key not in _LISTS]
    return Words(*(_sentences(f"[{step}] {key}", value.get(key), mistakes) for key in _LISTS))


_LISTS = ("say", "mind", "never")


def _sentences(where: str, value: Any, mistakes: list[str]) -> tuple[str, ...]:
    # (3)
    if not isinstance(value, list) or len(value) > MAX_SENTENCES:
        mistakes.append(f"{where}: a list of at most {MAX_SENTENCES} sentences is expected.")
        return ()
    return tuple(_sentence(f"{where}, sentence {place}", one, mistakes) for place, one in enumerate(value, start=1))


def _sentence(where: str, value: Any, mistakes: list[str]) -> str:
    try:
        neat = tidy(value, at_most=MAX_SENTENCE) if isinstance(value, str) else ""
    except CitycardError as error:
        mistakes.append(f"{where}: {error}")
        return ""
    if not neat:
        mistakes.append(f"{where}: a sentence in quotation marks is expected.")
    return neat
