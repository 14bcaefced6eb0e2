"""What was answered, in words: for checking with the holder, for the second person, before anything is final.

1. `answers`: every line with the screen on which it can be changed.
2. `in_the_code`: what anyone who photographs the full code will be able to read, taken from the very object that will
   be signed, so that the sentence and the signature cannot drift apart.
"""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from citycard.core.claims import Identity
from citycard.operations import validity
from citycard.operations.enrolment_file import EnrolmentFile
from citycard.settings import Settings
from citycard.web.enrolment import interpreters
from citycard.web.enrolment.preview import birth_in_words
from citycard.web.enrolment.scripts import html_language, name_of
from citycard.web.languages import NAMES


@dataclass(frozen=True, repr=False)
class Answer:
    """One line: a question, its answer, where to change it."""

    label: str
    value: str
    screen: str
    field: str
    lang: str = ""
    note: str = ""


def answers(file: EnrolmentFile, settings: Settings, *, opened_on: date) -> list[Answer]:
    """Every answer that reaches the card, in the order of the screens (1); the age is that of `opened_on`."""
    # `full_name` and the like are the ids of the fields, so that "change" leads to the very place.
    lines = [Answer(_("Name"), file.card_name, "identity", "name_on_card" if file.name_on_card else "full_name")]
    if file.name_on_card:
        lines.append(Answer(_("Name in full"), file.full_name, "identity", "full_name", note=_("not on the card")))
    lines.append(Answer(_("Date of birth"), birth_in_words(file.date_of_birth) or _nothing(file), "identity", "day"))
    years = validity.years_valid(file.date_of_birth, settings, on=opened_on)
    if years != settings.validity_years:
        good_for = ngettext("one year", "%(num)d years", years)
        lines.append(Answer(_("The card is good for"), good_for, "identity", "day", note=_("because of the age")))
    if validity.is_young(file.date_of_birth, settings, on=opened_on):
        lines.append(Answer(_("Comes with"), _companion(file), "companion", "who"))
    if file.own_script_name:
        own = html_language(file.own_script_language)
        lines.append(Answer(_("Name in its own script"), file.own_script_name, "identity", "own_script_name", own))
    if file.gender_words:
        lines.append(Answer(_("Gender, in the holder's own words"), file.gender_words, "identity", "gender_words"))
    if file.location in settings.location_codes:
        lines.append(Answer(_("Commune"), settings.location_codes[file.location], "identity", "location"))
    lines.append(Answer(_("Holder's language"), NAMES.get(file.language, ""), "identity", "language", file.language))
    if file.interpreter:
        language = interpreters.name_of(file.interpreter)
        note = _("not on the card")
        lines.append(Answer(_("Interpreter at the pick-up"), language, "identity", "interpreter", note=note))
    lines += [
        Answer(_("Identity"), _seen(file.identity_checked), "evidence", "identity_checked"),
        Answer(_("Residence"), _seen(file.residence_checked), "evidence", "residence_checked"),
        _address(file),
    ]
    if file.emergency_phone:
        whom = "\n".join(line for line in (file.emergency_name, file.emergency_phone) if line)
        note = _("on the back of the card")
        lines.append(Answer(_("To call in an emergency"), whom, "card", "emergency_phone", note=note))
    return lines


def in_the_code(file: EnrolmentFile, settings: Settings) -> list[str]:
    """What the full code will say, one thing a line (2)."""
    said: Identity = file.identity("", country=settings.country)
    lines = [_("the number of the card and its days")]
    lines.append(_("the name"))
    if said.date_of_birth:
        lines.append(_("the year of birth") if len(said.date_of_birth) == 4 else _("the date of birth"))
    if said.portrait:
        lines.append(_("a small picture of the face"))
    if said.own_script_name:
        lines.append(_("the name in its own script (%(language)s)", language=name_of(said.own_script_language or "")))
    if said.language:
        lines.append(_("the holder's language (%(language)s)", language=NAMES.get(file.language, "")))
    if said.address:
        lines.append(_("the address"))
    if said.location:
        lines.append(_("the commune"))
    lines.append(_("the country of the city"))
    return lines


def _address(file: EnrolmentFile) -> Answer:
    if file.prints_address:
        return Answer(_("Address"), file.address, "card", "address-ways", note=_("on the back of the card"))
    hidden = "protected" in (file.address_as, file.address_kind)
    return Answer(_("Address"), _("protected") if hidden else _("not on the card"), "card", "address-ways")


def _companion(file: EnrolmentFile) -> str:
    return {"guardian": str(_("a parent or guardian")), "institution": str(_("an institution"))}.get(file.companion, "")


def _nothing(file: EnrolmentFile) -> str:
    return str(_("not on the card")) if file.birth_known == "unknown" else ""


def _seen(done: bool) -> str:
    return str(_("checked")) if done else ""
