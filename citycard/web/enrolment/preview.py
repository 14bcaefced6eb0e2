"""The card as it grows: what will be printed, in the order in which it will be, and never a code.

1. The card speaks the city's language, whatever language its clerk reads; English stands beside it, as on the card.
2. The words are those of `citycard.printing.words`, and a test holds the lines against a printed card.
3. A line that is not filled in yet, or that the holder has not asked for, is there and hidden: the page's script
   (`static/js/preview.js`) shows it as soon as somebody types.

The pages draw it with `templates/components/card.html`.
"""

import base64
from dataclasses import dataclass
from datetime import date

from flask_babel import format_date
from flask_babel import gettext as _

from citycard.core.number import printed_number
from citycard.operations import validity
from citycard.operations.enrolment_file import EnrolmentFile, last_day
from citycard.operations.print_card import card_face
from citycard.printing import words
from citycard.printing.faces import CardFace
from citycard.printing.words import Translate, is_right_to_left
from citycard.settings import Office
from citycard.web.enrolment.scripts import html_language


@dataclass(frozen=True, repr=False)
class Line:
    """A line of the card: its labels (the city's language, then English) and what it says."""

    key: str
    labels: list[str]
    value: str
    shown: bool = True


@dataclass(frozen=True, repr=False)
class Sentence:
    """A sentence of the card in one language."""

    text: str
    language: str
    dir: str
    key: str = ""
    shown: bool = True


@dataclass(frozen=True, repr=False)
class Preview:
    """What is drawn of a card, face by face."""

    language: str
    dir: str
    city: str
    titles: list[str]
    arms: str
    """The city's arms as a `data:` address, or nothing."""
    name: str
    own_name: str
    own_lang: str
    own_dir: str
    front: list[Line]
    number: str
    back: list[Line]
    not_a_document: list[Sentence]
    loss_labels: list[str]
    loss: str
    demo: list[str]
    year_only: str
    """How a year without a day is written, with `{year}` for the year."""
    has_portrait: bool
    issued: bool


def preview_of(
    file: EnrolmentFile,
    office: Office,
    *,
    today: date,
    translate: Translate,
    number: str = "",
    days: tuple[date, date] | None = None,
    opened_on: date | None = None,
) -> Preview:
    """Draw up the preview of `file`, as if the card were issued today; `days` are those of a card that is issued."""
    settings = office.settings
    own = settings.default_language
    years = validity.years_valid(file.date_of_birth, settings, on=opened_on or today)
    first, last = days or (today, last_day(today, years=years))
    face = card_face(file, office, number=number, issued_on=first, expires_on=last)

    def both(sentence: str) -> list[str]:
        return list(dict.fromkeys([translate(sentence, own), sentence]))

    return Preview(
        language=own,
        dir=_direction(own),
        city=settings.name(own),
        titles=both(words.CITY_CARD),
        arms=_as_address(face.arms),
        name=file.card_name,
        own_name=file.own_script_name,
        own_lang=html_language(file.own_script_language),
        own_dir="rtl" if is_right_to_left(html_language(file.own_script_language)) else "auto",
        front=[
            Line(key, both(label), value, shown=shown)
            for key, label, value, shown in (
                ("born", words.BORN, _born(file, own, translate), file.birth_known != "unknown"),
                ("gender", words.GENDER, file.gender_words, bool(file.gender_words)),
                ("expires", words.VALID_UNTIL, words.day_in_words(last, own), True),
                ("issued", words.ISSUED, words.day_in_words(first, own), True),
            )
        ],
        number=printed_number(number) if number and file.full_code else "",
        back=[
            Line(key, both(label), value, shown=shown and bool(value))
            for key, label, value, shown in _back_rows(face, file, own)
        ],
        not_a_document=_not_a_document(file, own, translate),
        loss_labels=both(words.FOUND_OR_LOST),
        loss=words.held_together(face.report_loss),
        demo=both(words.DEMONSTRATION) if settings.demo else [],
        year_only=f"{{year}} ({translate(words.YEAR_ONLY, own)})",
        has_portrait=bool(file.portrait),
        issued=bool(file.full_code),
    )


def birth_in_words(text: str) -> str:
    """`YYYYMMDD` as a day in the reader's way, `YYYY` as a year that says that it is all there is."""
    if not text:
        return ""
    if len(text) == 4:
        return str(_("%(year)s (year only)", year=text))
    day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    return str(format_date(day, "long", rebase=False))


def _born(file: EnrolmentFile, own: str, translate: Translate) -> str:
    return words.birth_in_words(file.date_of_birth, own, translate) if file.date_of_birth else ""


def _back_rows(face: CardFace, file: EnrolmentFile, own: str) -> list[tuple[str, str, str, bool]]:
    """Key, label, value of the lines of the back, and whether each is to be printed; as in `printing.contents`."""
    said = file.changed(language_in_code=True, own_script_in_code=True).identity("", country=face.country or "")
    script = words.language_name(said.own_script_language, own) if said.own_script_language else ""
    emergency = (file.emergency_name, file.emergency_phone)
    return [
        ("address", words.ADDRESS, "\n".join(face.address_lines), bool(face.address_lines)),
        ("location", words.MUNICIPALITY, face.location_name or "", True),
        ("country", words.COUNTRY, words.country_name(face.country, own) if face.country else "", True),
        ("language", words.LANGUAGE, words.language_name(said.language or "", own), file.language_in_code),
        ("script", words.OWN_SCRIPT_LANGUAGE, script, file.own_script_in_code),
        ("emergency", words.EMERGENCY, "\n".join(filter(None, emergency)), any(emergency)),
        ("issuer", words.ISSUED_BY, face.issuer.removeprefix("https://"), True),
    ]


def _not_a_document(file: EnrolmentFile, own: str, translate: Translate) -> list[Sentence]:
    """That it is no document of the State: in the holder's language only if she wants that one on the card."""
    return [
        Sentence(
            translate(words.NOT_A_STATE_DOCUMENT, language),
            language,
            _direction(language),
            key="" if always else "language",
            shown=always or file.language_in_code,
        )
        for language, always in dict.fromkeys(((own, True), (file.language, False), ("en", True)))
        if always or language not in (own, "en")
    ]


def _direction(language: str) -> str:
    return "rtl" if is_right_to_left(language) else "ltr"


def _as_address(arms: bytes | None) -> str:
    # As an image, not as markup: a drawing in an <img> runs nothing and loads nothing.
    if not arms:
        return ""
    kind = "svg+xml" if arms.lstrip().startswith(b"<") else "png"
    return f"data:image/{kind};base64,{base64.b64encode(arms).decode()}"
