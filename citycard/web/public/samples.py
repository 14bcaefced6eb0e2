"""Things to show on the page of samples. Nobody in here exists."""

from datetime import date

from flask import current_app
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are behind

from citycard.core.verdicts import Verdict
from citycard.operations.enrolment_file import EnrolmentFile
from citycard.web.enrolment.case import in_language
from citycard.web.enrolment.preview import Preview, preview_of
from citycard.web.pages import PageForm
from citycard.web.verdicts import Said, said


class SampleForm(PageForm):
    """One field of each kind."""

    full_name = StringField(_l("Name, in the order the holder uses"), description=_l("As the holder says it."))
    day = StringField(_l("Day"))
    month = StringField(_l("Month"))
    year = StringField(_l("Year"))
    portrait = RadioField(
        _l("Portrait in the code"),
        description=_l("Both are equally good. The holder chooses."),
        choices=[SelectChoice("yes", _l("With portrait")), SelectChoice("no", _l("Without portrait"))],
    )
    language = SelectField(
        _l("Language of the slip"), choices=[SelectChoice("fr", "Français"), SelectChoice("ar", "العربية")]
    )
    picture = FileField(_l("Portrait"), description=_l("JPEG, PNG or WebP, at most 10 megabytes."))
    code = TextAreaField(_l("Text of the code"))
    ready = BooleanField(_l("The holder has read the card and agrees"))


def form() -> SampleForm:
    """A form as it comes back with mistakes."""
    made = SampleForm(
        meta={"csrf": False},
        formdata=MultiDict({"full_name": "", "day": "31", "month": "02", "year": "1990", "language": "ar"}),
    )
    made.refuse("full_name", _l("Type the name."))
    made.refuse("portrait", _l("Choose one of the two."))
    return made


def card() -> Preview:
    """A card with most of what a card can hold."""
    somebody = EnrolmentFile(
        handle="",
        language="es",
        full_name="Amina Ferrand-Okoye",
        own_script_name="أمينة",
        own_script_language="ara",
        birth_known="full",
        date_of_birth="19900502",
        own_script_in_code=True,
        language_in_code=True,
        address_as="full",
        address_kind="full",
        address="14 rue des Tilleuls",
    )
    return preview_of(somebody, current_app.config["OFFICE"], today=date(2026, 11, 23), translate=in_language)


def verdicts() -> list[Said]:
    """Every verdict, as a desk sees it."""
    return [said(verdict) for verdict in Verdict]
