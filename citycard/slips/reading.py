"""Reading the slips of one language from a file, with a sentence for each mistake, all of them at once.

1. The file is TOML, of at most 128 kB. It begins with what it is: format, language, name, direction.
2. Every sentence is one that a slip has, and is said with the same values in { } as in English: a date that is missing
   from a translation is missing from somebody's paper.
3. Every letter can be printed with our typefaces, and nothing invisible turns the text around.
4. The direction is the one in which most of its letters run.
5. A sentence may be missing, or empty while nobody has translated it. That is no mistake but a remark, because another
   language stands in for it (`catalogue`).

The shipped English file is the pattern; `shipped_pattern` reads it. A sentence says where and what is expected there.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from citycard.core.errors import FileRefused
from citycard.core.handwritten import near
from citycard.printing.coverage import drawable

FORMAT = 1
"""The version of this format."""

MAX_FILE = 128 * 1024
"""Bytes. Ours have 12 kB; Tigrinya needs three bytes a letter, and comments are welcome."""

MAX_SENTENCE = 800
"""Characters. Our longest sentence has 250, and easy language takes twice the room."""

MAX_NAME = 40
"""Characters of a language's own name: one button."""

SOURCE = "en"
"""The language of the pattern."""

HEADER = ("format", "language", "name", "direction", "fallback", "reviewed")
PAPERS = "papers"
"""The table of names for the papers of the evidence rules, which every city may have its own of."""

TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,4}", re.ASCII)
"""A language as in HTML (BCP 47), in small letters."""

PAPER = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
HOLE = re.compile(r"\{([a-z_]*)\}")


class SlipTextsRefused(FileRefused):
    """The file cannot be used."""

    code = "slip-texts"

    def __init__(self, mistakes: Iterable[str]) -> None:
        super().__init__("These slips", mistakes)


@dataclass(frozen=True)
class SlipTexts:
    """What the slips say in one language."""

    language: str
    name: str
    """What the language calls itself."""
    rtl: bool
    fallback: str
    """The language that stands in first, if the file names one."""
    reviewed: str
    """Who read it and when, for whoever asks."""
    sentences: Mapping[str, str]
    """By name, such as "bring.title"; only those that are there."""
    papers: Mapping[str, str]
    """Names of documents by their id in the evidence rules."""
    remarks: tuple[str, ...] = ()
    """What is no mistake and yet worth knowing: above all what is missing."""


def read_slip_texts(content: bytes, *, pattern: Mapping[str, str] | None = None) -> SlipTexts:
    """Return the slips in `content`, or raise `SlipTextsRefused` with all that is to mend."""
    # (1)
    if len(content) > MAX_FILE:
        raise SlipTextsRefused([f"the file is larger than {MAX_FILE // 1024} kB."])
    try:
        value = tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise SlipTextsRefused(["the file is not written in UTF-8."]) from None
    except tomllib.TOMLDecodeError as error:
        raise SlipTextsRefused([f"the file is not TOML: {error}."]) from None
    said: list[str] = []
    header = _header(value, said)
    # (2) (3)
    wanted = shipped_pattern() if pattern is None else pattern
    sentences = dict(_sentences(value, wanted, said))
    papers = dict(_papers(value, said))
    # (4)
    said += _direction(header["direction"], [*sentences.values(), *papers.values()])
    if said:
        raise SlipTextsRefused(said)
    return SlipTexts(
        language=header["language"],
        name=header["name"],
        rtl=header["direction"] == "rtl",
        fallback=header["fallback"],
        reviewed=header["reviewed"],
        sentences=sentences,
        papers=papers,
        # (5)
        remarks=tuple(_remarks(header["language"], sentences, wanted)),
    )


def from_file(path: Path) -> SlipTexts:
    """Return the slips in a file."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except OSError:
        raise SlipTextsRefused([f"the file {path.name} cannot be opened."]) from None
    return read_slip_texts(content)


@cache
def shipped_pattern() -> Mapping[str, str]:
    """Return every sentence of the slips in English, by name."""
    content = (files("citycard.slips") / "texts" / f"{SOURCE}.toml").read_bytes()
    tables = tomllib.loads(content.decode("utf-8"))
    return {
        f"{table}.{name}": sentence
        for table, sentences in tables.items()
        if isinstance(sentences, dict) and table != PAPERS
        for name, sentence in sentences.items()
    }


def holes(sentence: str) -> frozenset[str]:
    """Return the names of the values that a sentence is filled in with."""
    return frozenset(HOLE.findall(sentence))


def _header(value: Mapping[str, Any], said: list[str]) -> dict[str, str]:
    if value.get("format") != FORMAT or type(value.get("format")) is not int:
        said.append(f"format: {FORMAT} is expected: the version of this format.")
    for name, member in value.items():
        if name not in HEADER and not isinstance(member, dict):
            said.append(f'there is no member "{name}".{near(name, HEADER)}')
    found: dict[str, str] = {}
    for name in HEADER[1:]:
        member = value.get(name, "")
        if not isinstance(member, str):
            said.append(f"{name}: a text in quotes is expected.")
            member = ""
        found[name] = unicodedata.normalize("NFC", member).strip()
    if not TAG.fullmatch(found["language"]):
        said.append('language: a code in small letters is expected, such as "ps", "ti" or "fr-x-facile".')
    if found["fallback"] and not TAG.fullmatch(found["fallback"]):
        said.append('fallback: the code of a language is expected, such as "fr".')
    if not found["name"] or len(found["name"]) > MAX_NAME:
        said.append(f"name: what the language calls itself is expected, in at most {MAX_NAME} characters.")
    said += _letters("name", found["name"])
    if found["direction"] not in ("ltr", "rtl"):
        said.append('direction: "ltr" (from left to right) or "rtl" (from right to left) is expected.')
    return found


def _sentences(value: Mapping[str, Any], wanted: Mapping[str, str], said: list[str]) -> Iterable[tuple[str, str]]:
    tables = sorted({name.partition(".")[0] for name in wanted})
    for table, members in value.items():
        if not isinstance(members, dict) or table == PAPERS:
            continue
        if table not in tables:
            said.append(f"[{table}]: there is no slip of this name.{near(table, [*tables, PAPERS])}")
            continue
        for member, text in members.items():
            name = f"{table}.{member}"
            if name not in wanted:
                said.append(f"{name}: no slip has this sentence.{near(name, wanted)}")
            elif not isinstance(text, str):
                said.append(f"{name}: a text in quotes is expected.")
            elif neat := " ".join(unicodedata.normalize("NFC", text).split()):
                said += _about(name, neat, wanted[name])
                yield name, neat


def _papers(value: Mapping[str, Any], said: list[str]) -> Iterable[tuple[str, str]]:
    table = value.get(PAPERS, {})
    for name, text in (table if isinstance(table, dict) else {}).items():
        if not PAPER.fullmatch(name):
            said.append(f'{PAPERS}.{name}: the id of a document is expected, such as "energy-bill".')
        elif not isinstance(text, str):
            said.append(f"{PAPERS}.{name}: a text in quotes is expected.")
        elif neat := " ".join(unicodedata.normalize("NFC", text).split()):
            said += _about(f"{PAPERS}.{name}", neat, "")
            yield name, neat


def _about(name: str, text: str, source: str) -> Iterable[str]:
    if len(text) > MAX_SENTENCE:
        yield f"{name}: at most {MAX_SENTENCE} characters have room, and there are {len(text)}."
    there, expected = holes(text), holes(source)
    for hole in sorted(there - expected):
        known = f" It knows {_listed(expected)}." if expected else " It has none."
        yield f"{name}: nothing is filled in for {{{hole}}}.{known}"
    for hole in sorted(expected - there):
        yield f"{name}: {{{hole}}} is missing; it is filled in when the slip is printed."
    if re.search(r"[{}]", HOLE.sub("", text)):
        yield f"{name}: a {{ or }} stands alone."
    yield from _letters(name, text)


def _letters(name: str, text: str) -> Iterable[str]:
    # (3)
    known = drawable()
    unknown = sorted({c for c in text if ord(c) not in known and c not in _JOINERS})
    for c in unknown[:5]:
        what = unicodedata.name(c, "a character without a name").lower()
        seen = f' "{c}"' if unicodedata.category(c)[0] not in "CZM" else ""
        yield f"{name}: our typefaces cannot print U+{ord(c):04X}{seen} ({what})."
    if len(unknown) > 5:
        yield f"{name}: and {len(unknown) - 5} more characters that cannot be printed."


def _direction(direction: str, texts: Iterable[str]) -> Iterable[str]:
    letters = [unicodedata.bidirectional(c) for text in texts for c in HOLE.sub("", text)]
    to_the_left = sum(kind in ("R", "AL") for kind in letters)
    to_the_right = sum(kind == "L" for kind in letters)
    if direction == "ltr" and to_the_left > to_the_right:
        yield 'direction: most of the letters run from right to left, so "rtl" is expected.'
    elif direction == "rtl" and to_the_right > to_the_left:
        yield 'direction: most of the letters run from left to right, so "ltr" is expected.'


def _remarks(language: str, sentences: Mapping[str, str], wanted: Mapping[str, str]) -> Iterable[str]:
    for name, source in wanted.items():
        if name not in sentences:
            yield f'{name}: missing. In English: "{source}"'
        elif (
            language.partition("-")[0] != SOURCE
            and sentences[name] == source
            and " " in HOLE.sub("", source).strip(", ")
        ):
            yield f"{name}: this is the English sentence."


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))


_JOINERS = frozenset("\u200c\u200d\u00ad")
"""Persian, Pashto and Indic words need the joiners."""
