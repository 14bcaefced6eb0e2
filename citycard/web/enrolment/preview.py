"""The card as it grows: every text of it in the reader's way, and never a code.

The pages draw it with `templates/components/card.html`; `static/js/preview.js` keeps it in step while somebody types.
"""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import format_date
from flask_babel import gettext as _

from citycard.core.number import printed_number
from citycard.operations.enrolment_file import EnrolmentFile, last_day
from citycard.printing.words import is_right_to_left
from citycard.settings import Office
from citycard.web.enrolment.scripts import html_language


@dataclass(frozen=True, repr=False)
class Preview:
    """What is drawn of a card that is not issued yet."""

    city: str
    contact: str
    name: str
    own_name: str
    own_lang: str
    own_dir: str
    born: str
    gender: str
    address: str
    number: str
    issued: str
    expires: str
    has_portrait: bool


def preview_of(file: EnrolmentFile, office: Office, *, now: datetime, number: str = "") -> Preview:
    """Draw up the preview of `file`, as if the card were issued now."""
    settings = office.settings
    today = settings.today(now)
    language = file.own_script_language
    return Preview(
        city=settings.name(settings.default_language),
        contact=settings.contact,
        name=file.full_name,
        own_name=file.own_script_name,
        own_lang=html_language(language),
        own_dir="rtl" if is_right_to_left(html_language(language)) else "auto",
        born=birth_in_words(file.date_of_birth),
        gender=file.gender_words,
        address=file.address if file.address_on_card else "",
        number=printed_number(number) if number and file.full_code else "",
        issued=str(format_date(today, "long", rebase=False)),
        expires=str(format_date(last_day(today, years=settings.validity_years), "long", rebase=False)),
        has_portrait=bool(file.portrait),
    )


def birth_in_words(text: str) -> str:
    """`YYYYMMDD` as a day in the reader's way, `YYYY` as a year that says that it is all there is."""
    if not text:
        return ""
    if len(text) == 4:
        return str(_("%(year)s (year only)", year=text))
    day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    return str(format_date(day, "long", rebase=False))
