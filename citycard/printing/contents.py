"""From a face to what the templates draw: labels in their languages, texts checked, pictures named.

The templates place and measure; they decide nothing. Every text goes through `_Checked`, so that none reaches the
typesetter without a look at the fonts' coverage.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from citycard.core.number import printed_number
from citycard.printing import words
from citycard.printing.codes import QUIET_ZONE, Pen
from citycard.printing.colours import ink
from citycard.printing.coverage import check_drawable
from citycard.printing.errors import CannotPrint
from citycard.printing.faces import CardFace, HomeSheet
from citycard.printing.paper import phrase, short
from citycard.printing.typesetting import emblem, photograph
from citycard.printing.words import Translate

MAX_LIGHT_VERSION = 15
"""The light code stands beside the name: 77 modules are 26 mm, and the name has 15 mm of height left above them."""

LONGEST_WORD = 24
"""A word of more letters than this may be broken anywhere: one line holds about so many at the smallest size."""

LONGEST_PARTICLE = 3
"""Letters of a word in lower case that leads to the next one: de, la, van, bin, y."""

PARTICLES = frozenset({"آل", "أبو", "أبي", "أم", "ابن", "ابنة", "بن", "بنت", "عبد", "ولد"})
"""The same in Arabic letters, which have no lower case."""

SHORT_WORD = 10
"""A word of no more letters than this fits any line at any size, and need not be measured."""

Fact = dict[str, str]

_ARTICLE = re.compile(r"(?<!\w)(\w{1,3})-(?=\w)")
"""The "al" of "al-Rahman": a line may end in the hyphen of a double name, and not here."""

_SPACE = re.compile(r"(?:(?!\u00a0)[\s\u200b])+")
_LONG_WORD = re.compile(rf"[^\s\u200b]{{{LONGEST_WORD + 1},}}")


def card_contents(
    face: CardFace, pictures: dict[str, str], key: str, *, translate: Translate, pen: Pen
) -> dict[str, Any]:
    """Return what `card.typ` draws for one card; its pictures go into `pictures`, under names that start with `key`."""
    own = face.city_language
    # The holder's language may suggest where somebody comes from: it shows only on cards whose holder asked for it.
    languages = dict.fromkeys([own, *([face.language] if face.language_in_code else []), "en"])
    light = _add_code(face.light_code, f"{key}-light.svg", pictures, pen)
    if light["modules"] > 17 + 4 * MAX_LIGHT_VERSION:
        raise CannotPrint("The light code would not fit the front.", code="code-too-large", field="light_code")
    name = words_together(printable(face.name, "name"))
    own_script = words_together(printable(face.own_script_name or "", "own_script_name"))
    return {
        "ink": ink(face.colour),
        "language": own,
        "rtl": words.is_right_to_left(own),
        "city": city_name(face, own),
        "titles": _both(words.CITY_CARD, own, translate),
        "arms": _add_arms(face, pictures),
        "portrait": _add(f"{key}-portrait.svg", photograph(face.portrait), pictures) if face.portrait else None,
        "name": breakable(name),
        "own_script": breakable(own_script),
        "facts": _front_facts(face, translate),
        "number": printed_number(face.number),
        "back_facts": _back_facts(face, translate),
        "not_a_document": [
            {
                "text": translate(words.NOT_A_STATE_DOCUMENT, language),
                "language": language,
                "rtl": words.is_right_to_left(language),
            }
            for language in languages
        ],
        "loss_label": _label(words.FOUND_OR_LOST, own, translate),
        "loss": breakable(printable(words.held_together(face.report_loss), "report_loss")),
        "demo": _label(words.DEMONSTRATION, own, translate) if face.demo else "",
        "light": light,
        "full": _add_code(face.full_code, f"{key}-full.svg", pictures, pen),
    }


def home_contents(face: CardFace, home: HomeSheet, pictures: dict[str, str], *, pen: Pen) -> dict[str, Any]:
    """Return what `slip.typ` draws on the home sheet: the code, what it says, and no recovery code."""
    drawing = home.pictogram.replace("currentColor", ink(face.colour))
    return {
        "ink": ink(face.colour),
        "language": short(home.language),
        "rtl": home.rtl,
        "city": city_name(face, home.language),
        "arms": _add_arms(face, pictures),
        "title": phrase(home.title),
        "keep": phrase(home.keep),
        "picture": _add("home-pictogram.svg", drawing, pictures) if drawing else None,
        "sentences": [phrase(sentence) for sentence in home.sentences],
        "says": phrase(home.in_this_code),
        "facts": [{"label": phrase(home.label(label)), "value": _lines(value)} for label, value in _said(face, home)],
        "code": _add_code(face.full_code, "home.svg", pictures, pen),
        "not_a_document": phrase(home.label(words.NOT_A_STATE_DOCUMENT)),
        "demo": phrase(home.label(words.DEMONSTRATION)) if face.demo else None,
    }


def printable(text: str, field: str) -> str:
    """`text` in NFC, if our typefaces can draw all of it."""
    return check_drawable(unicodedata.normalize("NFC", text), field=field)


def words_together(name: str) -> str:
    """`name` with its particles kept on the line of the word they lead to: "de la Cruz", "van der Velde", "بن يوسف"."""
    parts: list[str] = []
    for word in reversed(_ARTICLE.sub("\\1\u2060-\u2060", name).split(" ")):
        if parts and _leads_on(word) and len(word) + 1 + len(parts[-1]) <= LONGEST_WORD:
            parts[-1] = f"{word}\u00a0{parts[-1]}"
        else:
            parts.append(word)
    return " ".join(reversed(parts))


def breakable(text: str) -> dict[str, Any]:
    """`text`, and the pieces of it that must be seen to fit a line; only a very long word may be broken inside."""
    if len(text) > LONGEST_WORD:
        text = _LONG_WORD.sub(_with_places_to_break, text)
    pieces = [piece for piece in _SPACE.split(text) if len(piece) > SHORT_WORD]
    return {"text": words.isolate(text) if text else "", "pieces": pieces}


def _leads_on(word: str) -> bool:
    return word in PARTICLES or (len(word) <= LONGEST_PARTICLE and word.islower())


def _with_places_to_break(word: re.Match[str]) -> str:
    # Never before a combining mark: it would stand alone on a dotted circle.
    return "".join(
        c if at == 0 or unicodedata.category(c).startswith("M") else "\u200b" + c for at, c in enumerate(word[0])
    )


def city_name(face: CardFace, language: str) -> str:
    """The city's name in `language`, else as the city writes it."""
    names = face.city_names
    wanted = (language, language.partition("-")[0], face.city_language)
    name = next((names[code] for code in wanted if names.get(code)), next(iter(names.values())))
    return printable(name, "city_names")


def _both(sentence: str, language: str, translate: Translate) -> list[str]:
    return list(dict.fromkeys([translate(sentence, language), sentence]))


def _label(sentence: str, language: str, translate: Translate) -> str:
    return " · ".join(words.isolate(text) for text in _both(sentence, language, translate))


def _front_facts(face: CardFace, translate: Translate) -> list[Fact]:
    own = face.city_language
    rows: list[tuple[str, str]] = []
    if face.date_of_birth:
        rows.append((words.BORN, words.birth_in_words(face.date_of_birth, own, translate)))
    if face.gender_words:
        rows.append((words.GENDER, printable(face.gender_words, "gender_words")))
    rows.append((words.VALID_UNTIL, words.day_in_words(face.expires_on, own)))
    rows.append((words.ISSUED, words.day_in_words(face.issued_on, own)))
    return _facts(rows, own, translate)


def _back_rows(face: CardFace, language: str) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    if face.address_lines:
        rows.append((words.ADDRESS, "\n".join(printable(line, "address_lines") for line in face.address_lines)))
    if face.location_name:
        rows.append((words.MUNICIPALITY, printable(face.location_name, "location_name")))
    if face.country:
        rows.append((words.COUNTRY, printable(words.country_name(face.country, language), "country")))
    if face.language_in_code:
        named = words.language_name(face.language_in_code, language)
        rows.append((words.LANGUAGE, printable(named, "language_in_code")))
    return rows


def _back_facts(face: CardFace, translate: Translate) -> list[Fact]:
    own = face.city_language
    rows = _back_rows(face, own)
    if face.own_script_name and face.own_script_language:
        named = words.language_name(face.own_script_language, own)
        rows.append((words.OWN_SCRIPT_LANGUAGE, printable(named, "own_script_language")))
    if contact := _emergency(face):
        rows.append((words.EMERGENCY, contact))
    rows.append((words.ISSUED_BY, printable(face.issuer.removeprefix("https://"), "issuer")))
    return _facts(rows, own, translate)


def _emergency(face: CardFace) -> str:
    """Name and telephone number, a line each; the digits in their order whichever way the card is read."""
    name = printable(face.emergency_name or "", "emergency_name")
    phone = printable(face.emergency_phone or "", "emergency_phone")
    return "\n".join(line for line in (name, words.left_to_right(phone) if phone else "") if line)


def _facts(rows: Iterable[tuple[str, str]], language: str, translate: Translate) -> list[Fact]:
    return [{"label": _label(label, language, translate), "value": _lines(value)} for label, value in rows]


def _lines(value: str) -> str:
    # Else "14 rue des Tilleuls" ends in its number on a card that is read from right to left.
    return "\n".join(map(words.isolate_line, value.split("\n")))


def _said(face: CardFace, home: HomeSheet) -> list[tuple[str, str]]:
    """What the full code says, in the words of the home sheet."""
    language = home.language
    rows = [(words.NAME, printable(face.name, "name"))]
    if face.own_script_name:
        rows.append((words.OWN_SCRIPT_NAME, printable(face.own_script_name, "own_script_name")))
    if face.date_of_birth:
        born = words.birth_in_words(face.date_of_birth, language, lambda label, _: home.label(label).text)
        rows.append((words.BORN, born))
    rows += _back_rows(face, language)
    if face.portrait_in_code:
        rows.append((words.PICTURE, home.picture_of_you.text))
    rows.append((words.NUMBER, printed_number(face.number)))
    rows.append((words.ISSUED, words.day_in_words(face.issued_on, language)))
    rows.append((words.VALID_UNTIL, words.day_in_words(face.expires_on, language)))
    rows.append((words.ISSUED_BY, printable(face.issuer.removeprefix("https://"), "issuer")))
    return rows


def _add(path: str, content: str, pictures: dict[str, str]) -> str:
    pictures[path] = content
    return path


def _add_arms(face: CardFace, pictures: dict[str, str]) -> str | None:
    # One file for a whole batch of the same city.
    return _add("arms.svg", emblem(face.arms), pictures) if face.arms else None


def _add_code(text: str, path: str, pictures: dict[str, str], pen: Pen) -> dict[str, Any]:
    matrix = pen.write(text)
    return {"path": _add(path, pen.draw(matrix), pictures), "modules": matrix.size, "quiet": QUIET_ZONE}
